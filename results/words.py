"""The closed vocabularies in plain words, Chinese and English, for reports, findings and the terminal."""

from __future__ import annotations

from typing import NamedTuple

from results.ledger import ScoreStatus
from results.records import Outcome, Reason, Relation, Verdict


class Words(NamedTuple):
    """One thing said in both languages."""

    zh: str
    en: str

    def in_language(self, language: str) -> str:
        """The words in `zh` or `en`."""
        return self.zh if language == "zh" else self.en


OUTCOMES = {
    Outcome.OK: Words("正常", "ok"),
    Outcome.FAILED: Words("失败", "failed"),
    Outcome.BLOCKED: Words("被拦截", "blocked"),
    Outcome.LOGIN_REQUIRED: Words("需要登录", "login required"),
    Outcome.ABSENT: Words("未提供", "absent"),
    Outcome.NOT_MEASURED: Words("未测量", "not measured"),
}

REASONS = {
    Reason.DNS_FAILED: Words("域名无法解析", "its name does not resolve"),
    Reason.CONNECT_REFUSED: Words("拒绝连接", "the connection was refused"),
    Reason.CONNECT_RESET: Words("连接被中断", "the connection was cut"),
    Reason.TLS_INVALID: Words("证书或加密协议无效", "its certificate or encryption is not valid"),
    Reason.TIMEOUT: Words("超时", "it timed out"),
    Reason.HTTP_4XX: Words("返回 4xx 错误", "it answered with a 4xx error"),
    Reason.HTTP_5XX: Words("返回 5xx 错误", "it answered with a 5xx error"),
    Reason.REDIRECT_LOOP: Words("循环跳转", "it redirects in a circle"),
    Reason.SOFT_404: Words("显示“页面不存在”", "it says that the page does not exist"),
    Reason.BLANK_PAGE: Words("页面空白", "the page is blank"),
    Reason.UNSUPPORTED_BROWSER_NOTICE: Words(
        "提示浏览器不受支持", "it turns the browser away as unsupported"
    ),
    Reason.SCRIPT_ERROR: Words("脚本出错", "its script fails"),
    Reason.ENGINE_DISAGREES: Words("内容与其他浏览器不一致", "it shows something else than in other engines"),
    Reason.GARBLED_TEXT: Words("文字乱码", "its text is garbled"),
    Reason.PRIVATE_LINK: Words("指向内网地址", "it leads to a private address"),
    Reason.EMPTY_FILE: Words("文件为空", "the file is empty"),
    Reason.TRUNCATED: Words("文件不完整", "the file is cut short"),
    Reason.HTML_INSTEAD_OF_FILE: Words("得到网页而不是文件", "a web page came instead of the file"),
    Reason.CORRUPT: Words("内容损坏，无法打开", "what came is corrupt"),
    Reason.WRONG_TYPE: Words("文件类型不是文档", "the file is of a kind that is no document"),
    Reason.NO_DOWNLOAD: Words("点击后没有下载", "no download starts"),
    Reason.NO_RESULTS: Words("没有搜索结果", "no results"),
    Reason.IRRELEVANT_RESULTS: Words("结果与所搜事项无关", "the results have nothing to do with the matter"),
    Reason.ERROR_PAGE: Words("显示错误页面", "it shows an error page"),
    Reason.NO_REPLY: Words("没有回复", "no reply"),
    Reason.ECHO: Words("只复述问题", "it only repeats the question"),
    Reason.BACKEND_ERROR: Words("后台报错", "its back end reports an error"),
    Reason.NOT_LISTED: Words("专区未列出", "the zone does not list it"),
    Reason.HORIZONTAL_SCROLL: Words("手机上需要横向滚动", "it scrolls sideways on a phone"),
    Reason.CHALLENGE_PAGE: Words("防护系统质询页面", "a firewall's challenge page"),
    Reason.RATE_LIMITED: Words("访问频率受限", "the rate was limited"),
    Reason.FORBIDDEN: Words("禁止访问", "access was forbidden"),
    Reason.CAPTCHA: Words("要求验证码", "a captcha was asked for"),
    Reason.LOGIN_WALL: Words("需要登录才能查看", "a login is asked for"),
    Reason.NOT_OFFERED: Words("门户未提供", "the portal does not offer it"),
    Reason.NOT_FOUND: Words("完整查找后未找到", "a complete search did not find it"),
    Reason.BROWSER_UNAVAILABLE: Words("探测机没有可用的浏览器", "the prober has no such browser"),
    Reason.BROWSER_CRASHED: Words("探测机的浏览器崩溃", "the prober's browser crashed"),
    Reason.PROBER_OVERLOADED: Words("探测机负载过高", "the prober was overloaded"),
    Reason.PROBER_OFFLINE: Words("探测机的网络不通", "the prober's own network did not work"),
    Reason.INTERRUPTED: Words("探测被中断", "the run was interrupted"),
    Reason.EGRESS_DENIED: Words("探测机不允许访问该地址", "the prober may not connect there"),
    Reason.ROBOTS_DISALLOWED: Words("robots.txt 不允许", "robots.txt disallows it"),
    Reason.OVER_BUDGET: Words("超出探测预算", "the run's budget was spent"),
    Reason.CIRCUIT_OPEN: Words(
        "主机连续无应答，未再访问", "its host had stopped answering and was not asked"
    ),
    Reason.NOT_DUE: Words("访问次数尚不足以评定", "too few visits so far to judge"),
    Reason.TOO_FEW: Words("样本过少", "too few to judge"),
    Reason.LIST_INCOMPLETE: Words("规定事项清单不完整", "the list of required items is not whole"),
    Reason.UNSUPPORTED: Words("探测程序尚不支持", "the prober does not support it"),
}

FACETS = {
    "可及性": Words("可及性", "accessibility"),
    "便利性": Words("便利性", "convenience"),
    "有效性": Words("有效性", "effectiveness"),
    "智能化": Words("智能化", "intelligence"),
}

GRADES = {
    "优秀": Words("优秀", "excellent"),
    "良好": Words("良好", "good"),
    "一般": Words("一般", "fair"),
    "较差": Words("较差", "poor"),
}

ENGINES = {"chromium": "Chromium", "firefox": "Firefox", "webkit": "WebKit"}

VERDICTS = {
    Verdict.ANSWERED: Words("作出回答", "answered"),
    Verdict.FALLBACK: Words("答非所知（兜底话术）", "fell back on a stock reply"),
    Verdict.OFF_TOPIC: Words("答非所问", "off topic"),
    Verdict.HANDED_OVER: Words("转人工", "handed over to a person"),
    Verdict.SILENT: Words("无有效回复", "silent"),
}

RELATIONS = {
    Relation.SAME: Words("一致", "same"),
    Relation.VARIANT: Words("表述不同", "worded otherwise"),
    Relation.BROADER: Words("范围更宽", "broader"),
    Relation.NARROWER: Words("范围更窄", "narrower"),
    Relation.MISSING: Words("缺失", "missing"),
    Relation.EXTRA: Words("清单之外", "extra"),
}

DECISIONS = {
    "upheld": Words("维持", "upheld"),
    "overturned": Words("推翻", "overturned"),
}

STATUSES = {
    ScoreStatus.SCORED: Words("已评分", "scored"),
    ScoreStatus.ABSENT: Words("门户未提供", "absent"),
    ScoreStatus.BLOCKED: Words("被拦截", "blocked"),
    ScoreStatus.NOT_MEASURED: Words("未测量", "not measured"),
}

REGIONS = {
    "华北": Words("华北", "North"),
    "东北": Words("东北", "Northeast"),
    "华东": Words("华东", "East"),
    "华中": Words("华中", "Central"),
    "华南": Words("华南", "South"),
    "西南": Words("西南", "Southwest"),
    "西北": Words("西北", "Northwest"),
}

DIMENSIONS = {
    "技术支撑": Words("技术支撑", "technical support"),
    "办事指南": Words("办事指南", "service guides"),
    "事项办理": Words("事项办理", "handling of matters"),
    "互动交流": Words("互动交流", "interaction"),
}

MODULES = {
    "consult": Words("咨询", "consultation (咨询)"),
    "complain": Words("投诉", "complaints (投诉)"),
    "rate": Words("好差评", "ratings (好差评)"),
}

ZONES = {
    "kuasheng_2022": Words("跨省通办（2022 年新增）", "跨省通办 (2022 additions)"),
    "kuasheng_2020": Words("跨省通办（2020 年清单）", "跨省通办 (2020 list)"),
    "one_thing": Words("一件事", "一件事"),
}


def reason_word(word: Reason | str | None) -> Words:
    """A reason in plain words; one that this version does not know stays as it is."""
    if word is None:
        return Words("正常", "ok")
    try:
        return REASONS[Reason(word)]
    except ValueError:
        return Words(str(word), str(word))


def decision_word(word: str) -> Words:
    """An appeal's result in plain words."""
    return DECISIONS.get(word, Words(word, word))
