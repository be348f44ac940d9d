"""Answers that keep a machine out: challenges, captchas, firewalls' refusals, rate limits, login walls.

None of them says that the portal is down (a firewall that asks who is there is not a broken page). A
real page may carry the same scripts and the same words, since a firewall's script stays in every page
that it lets through, and every portal has a login button; so a mark counts only where the page shows
little else.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from results.records import Reason

_LITTLE_TEXT = 400
"""Characters of visible text up to which a page shows nothing of its own."""
_LOGIN_TEXT = 900
_READ_HTML = 200_000

_CHALLENGE_MARKS = re.compile(
    r"\$_ts\s*=\s*window|window\[['\"]\$_ts['\"]\]|<(?:meta|script)[^>]{0,200}\br=['\"]m['\"]"  # 瑞数
    r"|__jsluid|__jsl_clearance"  # 知道创宇 加速乐
    r"|acw_sc__v[23]|_waf_bd8ce2ce37|aliyun_waf|/WAF_CHALLENGE|waf_js_challenge|C_WAF_|WZWS_|wzwschallenge"
    r"|_cf_chl_opt|cf-browser-verification|/cdn-cgi/challenge-platform|_Incapsula_Resource|awsWafCookieDomainList"
    r"|eval\(unescape\(['\"]%[^<]{0,200}challenge|/_guard/|btwaf|cdndefend_js_cookie",
    re.IGNORECASE,
)
_SETS_COOKIE_AND_RELOADS = re.compile(
    r"document\.cookie\s*=.{0,4000}?(?:location\.(?:reload|replace)\s*\(|location(?:\.href)?\s*=)", re.DOTALL
)
_CHALLENGE_WORDS = re.compile(
    r"just a moment|checking your browser|浏览器安全检[查测]|正在(?:进行)?(?:安全|浏览器)(?:检[查测]|验证)|安全检[查测]中"
    r"|人机(?:识别)?(?:检测|校验)中|please enable javascript and cookies|正在验证您的(?:访问|浏览器|连接)",
    re.IGNORECASE,
)
_CAPTCHA_MARKS = re.compile(
    r"TCaptcha(?:-global)?\.js|initGeetest|gt\.js|AliyunCaptcha|initAliyunCaptcha|nc_1_n1z|nvc\.js|aWSC|yidun|NECaptcha"
    r"|dx-captcha|g-recaptcha|hcaptcha\.com|cf-turnstile|captcha[-_]?(?:box|container|wrap)|slider[-_]?captcha",
    re.IGNORECASE,
)
_CAPTCHA_WORDS = re.compile(
    r"(?:完成|进行|通过)(?:以?下(?:方|列|面)?的?)?(?:安全|人机|滑[块动]|拼图|图[形片]|身份)?(?:校验|验证)(?:后|以继续|继续|才能|，|。|$)"
    r"|(?:输入|填写)(?:图片|下图|图中|下方|以下)?(?:中的?)?(?:验证码|字符).{0,12}(?:继续|访问|证明)"
    r"|拖动(?:下方|左边)?滑块|向右滑动|按住滑块|点击按钮(?:进行|开始)验证|证明(?:您|你)不是(?:机器人|爬虫)"
    r"|您的访问.{0,8}需要验证|访问验证|verify (?:that )?you are (?:a )?human|are you a robot",
    re.IGNORECASE,
)
_RATE_WORDS = re.compile(
    r"(?:访问|请求|操作|查询)(?:次数)?(?:过于|太过?|过)(?:频繁|快|多)|频率(?:过高|限制|超限)|too many requests|rate limit(?:ed|"
    r" exceeded)|(?:请求|访问)次数(?:已)?(?:超限|超过限制|达到上限)",
    re.IGNORECASE,
)
_FIREWALL_WORDS = re.compile(
    r"(?:请求|访问|操作|行为|IP).{0,16}(?:被|已|遭)(?:[^，。\s]{0,10})?(?:拦截|阻断|阻止|拒绝|封禁|屏蔽)|(?:拦截|阻断)(?:提示|页面|信息|了您)"
    r"|(?:疑似|存在|可能).{0,8}(?:攻击|恶意|非法)(?:行为|请求|访问|代码|字符)|(?:Web)?应用防火墙|网站防火墙|WAF\b|安全狗|云锁|创宇盾|网站卫士|云盾"
    r"|含有(?:不合法|非法|危险|恶意)的?(?:参数|字符|内容)|禁止访问|没有权限访问|无权(?:限)?访问"
    r"|access (?:is )?(?:denied|forbidden)|request (?:was |has been )?(?:blocked|rejected)"
    r"|you have been blocked|403 forbidden",
    re.IGNORECASE,
)
_MUST_LOG_IN = re.compile(
    r"(?:请|需要?|须)(?:您)?(?:先|重新)(?:进行)?(?:实名)?登[录陆]|(?:请|需要?|须)(?:实名)?登[录陆](?:后|再|才|系统|查看|以)"
    r"|(?:您|用户)?(?:尚未|还未|还没有?|没有|未)登[录陆](?!首页)|please (?:log ?in|sign ?in) (?:to|first|again)"
    r"|(?:登[录陆]|会话|session)(?:状态|信息|凭证)?(?:已|已经)?(?:超时|过期|失效)",
    re.IGNORECASE,
)
_LOGIN_FORM_WORDS = re.compile(
    r"(?:用户|账号|帐号|密码|短信|扫码|验证码|法人|个人|统一身份认证|立即)登[录陆]|请登[录陆]"
)
_PASSWORD_FIELD = re.compile(r"<input[^>]{0,400}\btype\s*=\s*['\"]?password", re.IGNORECASE)
_LOGIN_PATH = re.compile(
    r"(?:^|[/#_.-])(?:login|signin|sso|cas|oauth2?|passport|uias?|tyrz|sfrz|authorize|unifiedauth)(?:[/?#_.-]|$)"
    r"|login\.(?:html?|do|jspx?|aspx?)|/(?:to|user|go)?login",
    re.IGNORECASE,
)
# codes that are in no RFC and mean a firewall's refusal or challenge: 加速乐 521, 瑞数 412, Incapsula, 安全狗, Aliyun
_CHALLENGE_STATUS = frozenset({412, 521})
_FIREWALL_STATUS = frozenset({403, 406, 418, 451, 493, 495, 567, 999})
_TAGS = re.compile(
    r"<(script|style|noscript|template)\b.*?</\1\s*>|<!--.*?-->|<[^>]*>", re.DOTALL | re.IGNORECASE
)


def recognise(
    *, status: int | None, headers: Mapping[str, str], text: str, url: str = "", html: str = ""
) -> Reason | None:
    """Say whether an answer keeps us out, and how.

    Args:
        status: HTTP status; None where an engine does not tell.
        headers: The answer's headers.
        text: The visible text; may be empty where only `html` is known.
        url: Where the answer ended, after redirects.
        html: The page's source or DOM.

    Returns:
        challenge_page, captcha, rate_limited, forbidden or login_wall; None if it does not.
    """
    source = html[:_READ_HTML]
    visible = _collapse(text) or _collapse(_TAGS.sub(" ", source))
    little = len(visible) <= _LITTLE_TEXT
    names = {name.lower(): value for name, value in headers.items()}
    if names.get("cf-mitigated", "").lower() == "challenge":
        return Reason.CHALLENGE_PAGE
    if status == 429:
        return Reason.RATE_LIMITED
    if status == 401:
        return Reason.LOGIN_WALL
    if little:
        reason = _by_content(visible, source, url)
        if reason is not None:
            return reason
    if status in _CHALLENGE_STATUS or (status == 202 and little and "<script" in source.lower()):
        return Reason.CHALLENGE_PAGE
    if status in _FIREWALL_STATUS or (status == 405 and _FIREWALL_WORDS.search(visible[:2000])):
        return Reason.FORBIDDEN
    if _is_login_page(visible, source, url):
        return Reason.LOGIN_WALL
    return None


def _by_content(visible: str, source: str, url: str) -> Reason | None:
    """What a page that shows next to nothing says."""
    if _RATE_WORDS.search(visible):
        return Reason.RATE_LIMITED
    if _is_login_page(visible, source, url):
        return Reason.LOGIN_WALL
    if _CAPTCHA_WORDS.search(visible) or (_CAPTCHA_MARKS.search(source) and len(visible) < 120):
        return Reason.CAPTCHA
    scripted = _CHALLENGE_MARKS.search(source) or (
        len(visible) < 120 and _SETS_COOKIE_AND_RELOADS.search(source)
    )
    if scripted or _CHALLENGE_WORDS.search(visible):
        return Reason.CHALLENGE_PAGE
    if _FIREWALL_WORDS.search(visible):
        return Reason.FORBIDDEN
    return None


def _is_login_page(visible: str, source: str, url: str) -> bool:
    if len(visible) > _LOGIN_TEXT:
        return False
    if _PASSWORD_FIELD.search(source) and re.search(
        r"登\s*[录陆入]|log ?in|sign ?in", visible, re.IGNORECASE
    ):
        return True
    if _MUST_LOG_IN.search(visible) and len(visible) < 120:
        return True
    parts = urlsplit(url)
    asks_on_address = _LOGIN_PATH.search(f"{parts.path}#{parts.fragment}") or parts.netloc.startswith(
        ("login.", "sso.", "passport.", "tyrz.", "cas.")
    )
    return bool(asks_on_address and (_LOGIN_FORM_WORDS.search(visible) or _MUST_LOG_IN.search(visible)))


def _collapse(text: str) -> str:
    return " ".join(text.split())
