"""Whether a page that answered shows what it should, and why not.

What a page that opens is not: a challenge, a login wall, an error page, a soft 404 (status 200 and "not
found"), a notice that asks for another browser, a blank page, garbled text. A real page may speak of any of
these in passing (a footer that recommends a browser, an article about error 404, a login button), so words
count only where the page shows little else.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from results.records import Reason
from spiders.net.challenges import recognise
from spiders.reading.document import Document
from spiders.reading.regions import divide

SHORT_PAGE: Final = 300
"""Characters of visible text up to which an error's words are the page's whole matter."""

_BODY_SAMPLE = 400_000
_MISSING = re.compile(
    r"(?:页面|网页|文件|内容|资源|地址|网址|链接|文章|信息|栏目|事项|办事指南|数据|记录|网站)[^，。！\n]{0,12}?(?:不存在|未找到|找不到|没有找到|"
    r"不见了|丢失|已被?删除|被删除|已删除|已被?移[除走动]|已失效|已下[架线]|走丢|已关闭)|(?:页面|网页|网址|网站|栏目)(?:已|正在)?迁移|(?:找不到|未找到|没有找到|无法找到)(?:您|你)?"
    r"[^，。！\n]{0,12}?(?:页面|网页|文件|资源|内容|地址|网址)|不存在(?:或已被?删除|该(?:页面|文件|事项)|此(?:页|文))|"
    r"\b404\b|not found|no longer exists|page (?:can(?:no|')t|could not) be found|资源不可用",
    re.I,
)
_MISSING_TITLE = re.compile(
    r"^\W*(?:error\W*)?404\b|404\W{0,3}$|\b404[\s_\-:：]*(?:错误|页面|error|not found)|not found|(?:页面|网页|文件)(?:不存在|未找到|找不到|没有找到|丢失)"
    r"|找不到(?:页面|网页|文件)|无法找到(?:该|此)?(?:页|网页)",
    re.I,
)
_ERROR = re.compile(
    r"whitelabel error page|系统(?:繁忙|异常|错误|出错|故障|维护|升级)|服务(?:器)?(?:繁忙|异常|内部错误|出错|错误|不可用|暂停|无响应|维护|升级)|"
    r"网络(?:繁忙|异常|错误|开小差|超时)|(?:程序|应用|数据库(?:连接)?|请求|接口|操作|运行时?)(?:发生)?(?:异常|错误|出错|失败)|(?:页面|网站|系统)?(?:出错了|出错啦|发生错误|报错)|"
    r"(?:网站|系统|服务|平台|页面)(?:正在|暂时)?(?:维护|升级|建设)中|暂停(?:服务|访问)|站点(?:已)?(?:暂停|停止|关闭)|没有找到站点|"
    r"internal server error|bad gateway|service (?:temporarily )?unavailable|gateway time-?out|an error (?:has )?occurred|"
    r"application error|runtime error|server error in|http status (?:4|5)\d\d|http (?:error )?5\d\d|\b50[0234]\b|"
    r"稍后(?:再试|重试|访问)|请联系(?:系统|网站)?管理员|数据加载失败|获取数据失败|参数(?:错误|异常|有误|不正确|缺失|不能为空)|非法(?:参数|请求)",
    re.I,
)
_ERROR_TITLE = re.compile(
    r"出错了|出错啦|^(?:系统|服务器?|程序|运行时?|页面)?(?:错误|异常|出错|繁忙)(?:页面?|提示|信息)?$|^(?:error|错误|异常|提示信息?)$|"
    r"错误(?:页面?|提示|信息)|系统(?:繁忙|异常|维护)|whitelabel|\b50[0234]\b|internal server error|bad gateway|"
    r"service unavailable|http status|运行时错误|应用程序中的服务器错误|error page|exception",
    re.I,
)
_STACK_TRACE = re.compile(
    r"(?:^|\s)at [\w.$<>]+\([\w.]+(?:\.java|\.cs|\.kt)(?::\d+)?\)|\bjava\.(?:lang|sql|io|util)\.\w+(?:Exception|Error)|"
    r"Traceback \(most recent call last\)|org\.(?:springframework|apache|hibernate|mybatis)[\w.]+Exception|"
    r"Fatal error:.{1,200}on line \d+|Stack trace:\s*#0|System\.\w+(?:\.\w+)*Exception|ORA-\d{5}|SQLSTATE\[|"
    r"You have an error in your SQL syntax|Unhandled (?:rejection|exception)|org\.apache\.jasper|异常详细信息[:：]",
)
_BROWSER_NOTICE = re.compile(
    r"(?:浏览器|IE)[^。！\n]{0,16}(?:版本)?(?:过低|太低|太旧|过旧|较低|不(?:被)?支持|不兼容)|(?:不支持|不兼容|暂不支持)(?:您|你)?(?:的|当前|正在使用|使用)*[^。！，\n]{0,10}(?:浏览器|IE)|"
    r"(?:请|建议|需)(?:您)?(?:升级|更换|更新|切换|使用|下载|安装|用|在)[^。！\n]{0,24}(?:浏览器|IE\s?\d|Chrome|谷歌|火狐|360|微信客户端|内核)[^。！\n]{0,16}(?:访问|打开|浏览|查看|登录|使用|后再试)?|"
    r"(?:upgrade|update|unsupported|outdated|not supported|switch)[^.\n]{0,40}browser|browser[^.\n]{0,40}(?:is )?(?:not supported|unsupported|out of date|outdated|too old)|"
    r"(?:requires?|please use|best viewed (?:in|with)) (?:internet explorer|ie\s?\d|chrome)|请在(?:微信|手机|支付宝|客户端|APP)[^。！\n]{0,10}(?:中)?(?:打开|访问)",
    re.I,
)
_NO_SCRIPT = re.compile(
    r"(?:启用|开启|打开|允许|支持)\s*javascript|enable javascript|javascript (?:is )?(?:required|disabled|to be enabled)|doesn'?t work properly without javascript",
    re.I,
)
_SHELL = re.compile(
    r"<frameset\b|<frame\b|<iframe\b|<script\b[^>]*\bsrc=|<script\b[^>]*>[^<]{200,}|<(?:app-root|router-view)\b|http-equiv=[\"']?refresh"
    r"|location(?:\.href)?\s*=|location\.(?:replace|assign)\(|id=[\"'](?:app|root|main|__next|__nuxt)[\"']|<object\b|<embed\b",
    re.I,
)
_PICTURES = re.compile(r"<(?:img|canvas|video|svg|object|embed|image)\b", re.I)
_DRAWN = re.compile(r"<(?:canvas|video|object|embed)\b", re.I)
# all that a page says which is still to come, once it rests
_WAITING = re.compile(
    r"(?:(?:页面|数据|内容|系统|资源|正在|努力|拼命|玩命)*(?:加载|载入|读取|初始化)中?|loading|请?(?:您|耐心)*(?:稍[候后等]|等待)(?:片刻|一下)?)+",
    re.I,
)
# what floats over any page, or stands around it, and is nothing of its own
_FURNITURE = re.compile(
    r"(?:(?:智能|在线|人工|网上|AI|小[\u4e00-\u9fff]{1,2})?(?:客服|咨询|问答|助手|机器人)|(?:返回|回到)?顶部|无障碍(?:浏览|阅读|模式)?|适老(?:化|版|模式)?|(?:长者|关怀|老年)(?:版|模式)?|"
    r"意见反馈|扫一?扫|手机版|登录|注册|网站地图)+",
    re.I,
)
_FRAME_ONLY = re.compile(r"[\s\W_]+")
_UTF8_CHARACTER = re.compile(rb"[\xe2-\xef][\x80-\xbf]{2}")
_NOT_ASCII = re.compile(rb"[\x80-\xff]")
_EVERYDAY_PAIR = re.compile(rb"[\xa1\xa3\xb0-\xd7][\xa1-\xfe]")
# the marks that end a sentence, and the blanks that set Chinese text apart
_SENTENCE_END = re.compile(r"[。！？；!?;]+\s*|(?<=[一-鿿：，,|])\s+|\s+(?=[一-鿿])")
_ANNOUNCEMENT = re.compile(r"公告|通知|通告|公示|启事")
# what only an error says, and says to whoever reads it
_SAID_TO_VISITOR = re.compile(
    r"(?:您|你)(?:所|要|想|正在|当前)*(?:访问|查看|浏览|请求|查找|打开)的[^，。]{0,10}(?:不存在|找不到|未找到|没有找到|已|走丢|出错)|页面(?:不存在|找不到|走丢|未找到|没有找到|出错)|"
    r"找不到(?:该|您|你|此)?[^，。]{0,8}页面|出错[了啦]|系统(?:繁忙|异常|错误)|服务器(?:繁忙|内部错误|异常|出错)|page not found|internal server error",
    re.I,
)
_FRAMED_TEXT = 4000
_REMARK = 60
"""Characters up to which what the frames within a page show is no more than a remark (ours)."""
_LEAST_SAMPLE = 12
# characters of which any Chinese page of a government has many, and mojibake next to none
_EVERYDAY = re.compile("[的一是在有人中理办事务市政公申请材料时限电话网服信息、，。]")


def judge(
    *,
    status: int | None,
    headers: Mapping[str, str],
    title: str | None,
    text: str,
    html: str,
    url: str,
    rendered: bool = True,
) -> Reason | None:
    """Why a page that answered does not show what it should.

    Args:
        status: HTTP status of the main document; None where an engine does not tell.
        headers: The answer's headers.
        title: The page's title.
        text: Its visible text.
        html: Its source, or its DOM where it was rendered.
        url: Where it ended.
        rendered: Whether a browser ran the page. A page that was only fetched may be a frame set or a shell
            that scripts will fill: it is not blank as long as something is there to fill it.

    Returns:
        What keeps us out (challenge_page, captcha, rate_limited, forbidden, login_wall), else http_4xx,
        http_5xx, soft_404, error_page, unsupported_browser_notice, garbled_text or blank_page; None if the
        page opens properly.
    """
    kept_out = recognise(status=status, headers=headers, text=text, url=url, html=html)
    if kept_out is not None:
        return kept_out
    if status is not None and 400 <= status < 500:
        return Reason.HTTP_4XX
    if status is not None and status >= 500:
        return Reason.HTTP_5XX
    title = " ".join((title or "").split())
    visible = " ".join(text.split())
    if is_garbled(f"{title} {visible}"):
        return Reason.GARBLED_TEXT
    return (
        _by_words(title, visible)
        or _within_frame(title, visible, html, url, rendered)
        or _blank(visible, html[:_BODY_SAMPLE], rendered)
    )


def is_garbled(text: str) -> bool:
    """Whether a text is mojibake: Chinese read in another encoding, or mostly replacement characters."""
    sample = text[:6000]
    if "\ufffd" not in sample and len(_EVERYDAY.findall(sample)) * 25 > len(sample):
        return False
    beyond = [c for c in sample if c > "\x7f" and not c.isspace()]
    if len(beyond) < _LEAST_SAMPLE:
        return False
    replaced = sum(c == "\ufffd" or "\ue000" <= c <= "\uf8ff" for c in beyond)
    if replaced * 5 > len(beyond) and "\ufffd" in sample:
        return True
    chinese = sum("一" <= c <= "鿿" for c in beyond)
    if chinese * 10 < len(beyond):
        return _is_chinese_as_latin(sample)
    # UTF-8 read as GBK: written back as GBK, its bytes are UTF-8 characters again, which real text's never are
    content = sample.encode("gb18030", errors="ignore")
    return len(_UTF8_CHARACTER.findall(content)) * 3 * 2 > len(_NOT_ASCII.findall(content))


def _is_chinese_as_latin(sample: str) -> bool:
    """Whether a text's bytes, written back as Western ones, are Chinese in UTF-8 or GBK."""
    content = b"".join(
        c.encode("cp1252", errors="ignore") or c.encode("latin-1", errors="ignore") for c in sample
    )
    high = len(_NOT_ASCII.findall(content))
    if high < _LEAST_SAMPLE:
        return False
    # bytes that cp1252 has no character for were lost, and with them every third UTF-8 character
    as_utf8 = len(_UTF8_CHARACTER.findall(content)) * 3
    as_gbk = len(_EVERYDAY_PAIR.findall(content)) * 2
    return as_utf8 * 2 > high or as_gbk * 10 > high * 6


def _by_words(title: str, visible: str) -> Reason | None:
    short = len(visible) <= SHORT_PAGE
    if _STACK_TRACE.search(visible[:3000]) and (len(visible) <= 20_000 or _ERROR_TITLE.search(title)):
        return Reason.ERROR_PAGE
    if len(visible) <= 4 * SHORT_PAGE:
        # a site's frame may stand around an error: then the title has to say so as well
        if _MISSING_TITLE.search(title) and (short or _MISSING.search(visible)):
            return Reason.SOFT_404
        if _ERROR_TITLE.search(title) and (short or _ERROR.search(visible) or _MISSING.search(visible)):
            return Reason.SOFT_404 if _MISSING.search(visible) else Reason.ERROR_PAGE
    if not short:
        return None
    if _BROWSER_NOTICE.search(visible) and not _is_aside(_BROWSER_NOTICE, visible):
        return Reason.UNSUPPORTED_BROWSER_NOTICE
    if _MISSING.search(visible) and not _is_aside(_MISSING, visible):
        return Reason.SOFT_404
    # an announcement of maintenance is a page of its own
    if _ERROR.search(visible) and not _is_aside(_ERROR, visible) and not _ANNOUNCEMENT.search(title):
        return Reason.ERROR_PAGE
    return None


def _within_frame(title: str, visible: str, html: str, url: str, rendered: bool) -> Reason | None:
    """The same for a page that shows its error, or that it waits, within the site's frame: only its own lines are asked."""
    said = _SAID_TO_VISITOR.search(visible)
    waits = rendered and _WAITING.search(visible) and not _DRAWN.search(html)
    if len(visible) > _FRAMED_TEXT or not (said or waits):
        return None
    document = Document.parse(html[:_BODY_SAMPLE], url)
    if _shown_elsewhere(visible, document) > _REMARK:
        return None
    lines = [line for _, line in divide(document).own_lines(document) if not line.image]
    if waits and _only_waits(" ".join(line.text for line in lines if line.text in visible)):
        return Reason.BLANK_PAGE
    own = " ".join(line.text for line in lines if line.linked * 2 < len(line.text))
    return _by_words(title, own) if said and own and len(own) <= SHORT_PAGE else None


def _shown_elsewhere(visible: str, document: Document) -> int:
    """Characters that are shown and stand in none of the document's lines: those of the frames that it holds."""
    rest = "".join(visible.split())
    for line in document.lines:
        rest = rest.replace("".join(line.text.split()), "", 1)
    return len(rest)


def _is_aside(words: re.Pattern[str], visible: str) -> bool:
    """Whether the words are a remark on a page that says other things: its second half, or a small part."""
    sentences = [s for s in _SENTENCE_END.split(visible) if s]
    at = said = 0
    first = -1
    for sentence in sentences:
        if words.search(sentence):
            first = at if first < 0 else first
            said += len(sentence)
        at += len(sentence)
    if first < 0:
        # the words run over the end of a sentence
        return len(visible) > 120
    return (first * 2 > at and at > 30) or (said * 6 < at and at > 120)


def _only_waits(visible: str) -> bool:
    """Whether all that a text says is that something is still to come."""
    said = _FURNITURE.sub("", _FRAME_ONLY.sub("", visible[:SHORT_PAGE]))
    return _WAITING.fullmatch(said) is not None


def _blank(visible: str, html: str, rendered: bool) -> Reason | None:
    said = _FRAME_ONLY.sub("", visible[:SHORT_PAGE])
    if rendered and _only_waits(visible) and not _DRAWN.search(html):
        return Reason.BLANK_PAGE
    if len(said) >= 2 and not (len(visible) < 160 and _NO_SCRIPT.search(visible)):
        return None
    if _PICTURES.search(html):
        return None
    if not rendered and (_SHELL.search(html) or _NO_SCRIPT.search(visible)):
        return None
    return Reason.BLANK_PAGE
