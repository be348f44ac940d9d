"""Which field is the portal's search box, and what opens or submits it: evidence weighed, no known markup."""

from __future__ import annotations

import re
from collections.abc import Iterable

from probes.widgets.sight import Sighting
from spiders.acting import acts

SEARCH_WORDS = re.compile(
    r"搜索|搜一搜|搜一下|搜事项|搜服务|查询|检索|查找|全文|关键[字词]|事项名称|你想[办找搜]|您想[办找搜]|想要办理"
    r"|要办什么|办什么事|找服务|请输入|search|keyword|find",
    re.IGNORECASE,
)
_STRONG_WORDS = re.compile(
    r"搜|检索|关键[字词]|事项|服务名称|办什么|想[办找搜]|search|keyword", re.IGNORECASE
)
_FOR_MATTERS = re.compile(r"事项|办事|办理|想[要]?办|要办|服务")
_FOR_NEWS = re.compile(r"站内|全站|本站|全文|新闻|资讯|政策|文件|信息公开")
_HINT_WORDS = re.compile(
    r"search|sousuo|keyword|key_?words?|query|(^|[^a-z])(q|kw|wd|ss|so|key)([^a-z]|$)|find|inteligentsearch",
    re.IGNORECASE,
)
_OTHER_PURPOSE = re.compile(
    r"用户名|账号|帐号|密码|验证码|手机|身份证号|证件号|姓名|邮箱|办件编号|办件号|流水号|受理号|查询码|订阅|留言"
    r"|user_?name|passw|captcha|mobile|phone|email|verify|login|chat|im-|message|消息|提问|问题|咨询",
    re.IGNORECASE,
)
_OTHER_NAME = re.compile(r"编号|单号|[^\W文]号码?$|回执|进度|看法|意见|建议|评论|留言")
_OTHER_TITLE = re.compile(
    r"进度|办件查询|预约|结果查询|订阅|登录|评论|留言|意见|建议|反馈|投诉|纠错|信箱|验证|真伪|subscribe|newsletter|comment|feedback",
    re.IGNORECASE,
)
"""What a line says that stands before a field of something else."""
_OTHER_DOOR = re.compile(
    r"清[空除]|删除|订阅|收藏|登录|注册|提交|发[布表送]|评[价论]|反馈|留言|保存|分享|投诉|预约|进度|clear|delete|subscribe|log ?in",
    re.IGNORECASE,
)
_OPENER = re.compile(
    r"搜索|搜一搜|检索|全站搜|站内搜|search|sousuo|fangdajing|放大镜|magnif|zoom-?in", re.IGNORECASE
)
_SUBMIT = re.compile(r"搜|查\s*询|检索|查找|search|submit|go$|🔍", re.IGNORECASE)
_PLAIN_SUBMIT = re.compile(
    r"(?:搜|查(?!看)|检索|找|search|go|ok|提\s*交|submit|确\s*[定认]|🔍|→|>)", re.IGNORECASE
)
"""What the button of a search box says."""
_NOT_SUBMIT = re.compile(
    r"(?<![a-z])(?:clear|reset|del|delete|close|d?zan|d?like|praise|thumbs?|stars?|favou?r(?:ite)?|collect|voice|mic|subscribe|publish|comment)(?![a-z])",
    re.IGNORECASE,
)

_SEARCHES = re.compile(r"(?:站内|全站|全文|立即|点击)?\s*(?:搜|检索|search)", re.IGNORECASE)
_ASIDE = re.compile(r"您好|你好|热门|热搜|大家都在|猜[您你]")
"""What a line says that is no heading: who is greeted, what others search for."""
_HEADING = 16
"""Characters of a heading at most (ours)."""

ENOUGH = 3.0
"""A field that scores less is not taken for a search box."""


def box_score(field: Sighting) -> float:
    """How much speaks for a field being the portal's search box; `ENOUGH` and above is one.

    Roles and types decide, words that a reader sees weigh most, the author's own names hint, and a place
    near the top helps. Fields of a login, a chat or a progress query count against it.
    """
    if field.readonly or field.disabled or _asks_for_a_password(field) or _serves_something_else(field):
        return 0.0
    score = 0.0
    if field.role == "searchbox" or field.type == "search":
        score += 4
    if field.form_role == "search":
        score += 3
    # of two boxes the one for matters is meant, not the one for news
    score += 1.5 * (_FOR_MATTERS.search(field.names) is not None)
    score -= 1.0 * (_FOR_NEWS.search(field.names) is not None)
    if _STRONG_WORDS.search(field.names):
        score += 3
    elif SEARCH_WORDS.search(field.names):
        score += 1
    if _HINT_WORDS.search(field.hints):
        score += 1.5
    if _HINT_WORDS.search(field.form_hints):
        score += 1.5
    if re.search(r"搜索|检索|热门搜索|热搜|搜一下|搜事项", field.near_text):
        score += 1.5
    if field.tag == "textarea" or (field.tag not in ("input", "textarea") and field.role != "searchbox"):
        score -= 2
    if _OTHER_PURPOSE.search(f"{field.names} {field.hints}"):
        score -= 4
    if field.type in ("email", "tel", "number", "url"):
        score -= 3
    if field.fellow_fields >= 3:
        score -= 1.5
    _, top = field.middle
    height = field.view[1] or 1.0
    if 0 <= top < height * 0.6:
        score += 1
    elif top > 2 * height:
        score -= 0.5
    if field.box[2] >= 160:
        score += 0.5
    return score


def _asks_for_a_password(field: Sighting) -> bool:
    """Whether a field is a login's; of a page that is one form, a search box may be a part as the login is."""
    searches = _STRONG_WORDS.search(field.names) and any(_SUBMIT.search(each) for each in field.buttons)
    return field.passwords > 0 and not searches


def _serves_something_else(field: Sighting) -> bool:
    """Whether a field is handed in by a button that says so, or called, or headed as something else's."""
    beside = (*field.submits, *field.buttons)
    if any(_SEARCHES.match(each) for each in beside):
        return False
    if field.submits and not any(_PLAIN_SUBMIT.search(each) for each in beside):
        return any(acts(each) or _OTHER_DOOR.search(each) for each in field.submits)
    if _STRONG_WORDS.search(field.names) or field.form_role == "search" or field.type == "search":
        return False
    # the last of the lines is the title of the whole page
    nearest = field.titles[0] if len(field.titles) > 1 else ()
    headed = any(
        _OTHER_TITLE.search(each) for each in nearest if len(each) <= _HEADING and not _ASIDE.search(each)
    )
    return headed or (_OTHER_NAME.search(field.names) is not None and "名称" not in field.names)


def best_box(fields: Iterable[Sighting]) -> Sighting | None:
    """The field that is most likely the search box, visible ones only; None where none is likely enough."""
    scored = [(box_score(each), -index, each) for index, each in enumerate(fields) if each.visible]
    scored = [each for each in scored if each[0] >= ENOUGH]
    return max(scored, key=lambda each: each[:2])[2] if scored else None


def openers(things: Iterable[Sighting], most: int = 4) -> list[Sighting]:
    """What may open a search box or lead to a search page: icons first, then links, by place."""
    found = []
    for index, each in enumerate(things):
        named = _OPENER.search(each.names) is not None
        hinted = _OPENER.search(each.hints) is not None
        if _OTHER_DOOR.search(each.names):
            continue
        if (
            not (named or hinted)
            or len(each.text) > 12
            or each.disabled
            or each.area in ("footer", "contentinfo")
        ):
            continue
        score = (
            2.0 * named
            + 1.0 * hinted
            - (1.0 if each.href.startswith("http") else 0.0)
            - each.middle[1] / 2000
        )
        found.append((score, -index, each))
    return [each for *_, each in sorted(found, key=lambda each: each[:2], reverse=True)[:most]]


def submitters(box: Sighting, things: Iterable[Sighting], most: int = 3) -> list[Sighting]:
    """What may submit the box: clickable things beside it, the likeliest first."""
    left, top, width, height = box.box
    found = []
    for index, each in enumerate(things):
        if each.frame is not box.frame or each.disabled or len(each.text) > 12:
            continue
        x, y = each.middle
        # whatever says something else does something else, though it be a submit button
        if (re.search(r"\w", each.text) and not _PLAIN_SUBMIT.search(each.text)) or _OTHER_DOOR.search(
            each.names.replace("提交", "")
        ):
            continue
        if not each.text and _NOT_SUBMIT.search(each.hints) and not _SUBMIT.search(each.hints):
            continue
        beside = left - 40 <= x <= left + width + 260 and top - 50 <= y <= top + height + 110
        named = _SUBMIT.search(each.names) is not None or each.type in ("submit", "image")
        hinted = _SUBMIT.search(each.hints) is not None
        if not beside or not (named or hinted or (not each.text and x >= left + width - 60)):
            continue
        distance = abs(x - (left + width)) / 100 + abs(y - (top + height / 2)) / 50
        found.append((3.0 * named + 1.5 * hinted - distance, -index, each))
    return [each for *_, each in sorted(found, key=lambda each: each[:2], reverse=True)[:most]]
