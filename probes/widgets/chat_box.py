"""Which field one talks to a bot in; never a form that would be handed in to somebody."""

from __future__ import annotations

import re
from collections.abc import Iterable

from probes.widgets.handing_in import is_handed_in
from probes.widgets.search_box import box_score
from probes.widgets.sight import Sighting

_ASKING = re.compile(
    r"问题|咨询|想问|提问|问我|说点|说些|聊|消息|发送|回车|输入.{0,6}(内容|文字)|请描述|需要.{0,4}帮|问点什么|有什么可以"
    r"|ask|message|type|question|chat|reply|say|write|talk|send",
    re.IGNORECASE,
)
_TALK = re.compile(
    r"客服|机器人|助手|智能|您好|你好|请问|为您服务|为你服务|小[政智慧通办易微]|发送|对话|聊天|常见问题|猜您|猜你"
    r"|bot|assistant|\bhi\b|hello|welcome|chat|how can",
    re.IGNORECASE,
)
_HINTS = re.compile(
    r"chat|msg|message|send|robot|dialog|talk|ask|question|im-|composer|editor|reply|kefu", re.IGNORECASE
)

ENOUGH = 3.0


def talk_score(field: Sighting, *, promised: bool = False) -> float:
    """How much speaks for a field being a bot's; `ENOUGH` and above is one.

    What is handed in to somebody (a letter, a complaint, an opinion, a login) is never taken for a conversation.

    Args:
        promised: Whether what was pressed to come here calls itself a bot.
    """
    if field.passwords or field.type in ("email", "tel", "url", "number", "password"):
        return 0.0
    if is_handed_in(field, promised=promised):
        return 0.0
    if field.fellow_fields >= 3:
        return 0.0
    score = -1.0 * field.fellow_fields
    if _ASKING.search(f"{field.placeholder} {field.label}"):
        score += 2.5
    if field.tag != "input":
        score += 1.5
    if _TALK.search(field.near_text):
        score += 2
    if re.search(r"发\s*送|send", field.near_text, re.IGNORECASE):
        score += 1.5
    if _HINTS.search(f"{field.hints} {field.form_hints}"):
        score += 1
    if field.fixed:
        score += 1
    if re.search(r"chat|robot|kefu|znkf|znwd|bot|webim|客服", field.frame_url, re.IGNORECASE):
        score += 1.5
    _, top = field.middle
    if field.view[1] and top > field.view[1] * 0.5:
        score += 1
    if box_score(field) >= 5 and not _ASKING.search(field.placeholder):
        score -= 4
    elif box_score(field) >= 3 and score < box_score(field):
        score -= 2
    return score


def best_talk_box(
    fields: Iterable[Sighting], known: Iterable[Sighting] = (), *, promised: bool = False
) -> Sighting | None:
    """The field to talk in, visible ones only; None where none is likely enough.

    Args:
        known: Fields that stood there before anything was opened: one that came with the opening counts more.
        promised: Whether what was pressed to come here calls itself a bot.
    """
    before = {(each.hints, each.placeholder, each.frame_url) for each in known}
    scored = []
    for index, each in enumerate(fields):
        if not each.visible:
            continue
        score = talk_score(each, promised=promised)
        if score > 0 and before and (each.hints, each.placeholder, each.frame_url) not in before:
            score += 1.5
        if score >= ENOUGH:
            scored.append((score, -index, each))
    return max(scored, key=lambda each: each[:2])[2] if scored else None
