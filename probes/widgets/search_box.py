"""Which field is the portal's search box, and what opens or submits it: evidence weighed, no known markup."""

from __future__ import annotations

import re
from collections.abc import Iterable

from probes.widgets.sight import Sighting

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
_OPENER = re.compile(
    r"搜索|搜一搜|检索|全站搜|站内搜|search|sousuo|fangdajing|放大镜|magnif|zoom-?in", re.IGNORECASE
)
_SUBMIT = re.compile(r"搜|查询|检索|查找|search|submit|go$|🔍", re.IGNORECASE)

ENOUGH = 3.0
"""A field that scores less is not taken for a search box."""


def box_score(field: Sighting) -> float:
    """How much speaks for a field being the portal's search box; `ENOUGH` and above is one.

    Roles and types decide, words that a reader sees weigh most, the author's own names hint, and a place
    near the top helps. Fields of a login, a chat or a progress query count against it.
    """
    if field.readonly or field.disabled or field.passwords:
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
        beside = left - 40 <= x <= left + width + 260 and top - 50 <= y <= top + height + 110
        named = _SUBMIT.search(each.names) is not None or each.type in ("submit", "image")
        hinted = _SUBMIT.search(each.hints) is not None
        if not beside or not (named or hinted or (not each.text and x >= left + width - 60)):
            continue
        distance = abs(x - (left + width)) / 100 + abs(y - (top + height / 2)) / 50
        found.append((3.0 * named + 1.5 * hinted - distance, -index, each))
    return [each for *_, each in sorted(found, key=lambda each: each[:2], reverse=True)[:most]]
