"""Which field one talks to a bot in, and what sends it; never a form that would be handed in to somebody."""

from __future__ import annotations

import re
from collections.abc import Iterable

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
_HANDED_IN = re.compile(
    r"姓名|手机|电话号码|联系电话|身份证|证件号|邮箱|验证码|标题|主题|提交(咨询|留言|投诉|问题)?$|来信|信件|是否公开|留言内容|诉求",
    re.MULTILINE,
)
_SEND = re.compile(r"发\s*送|发出|提\s*问|提交问题|回复|send|submit|ask", re.IGNORECASE)
_SEND_HINTS = re.compile(r"send|submit|enter|fasong|arrow-?up|paper-?plane|post|ask", re.IGNORECASE)
_NOT_SEND = re.compile(
    r"表情|图片|文件|上传|语音|截图|清空|清除|评价|满意|人工|关闭|结束|最小化|收起|emoji|upload|attach|file|voice|mic|image|clear|close|stop|停止|menu",
    re.IGNORECASE,
)

ENOUGH = 3.0


def talk_score(field: Sighting) -> float:
    """How much speaks for a field being a bot's; `ENOUGH` and above is one.

    A form with several fields, a password, or labels such as 姓名 and 验证码 is one that is handed in to
    somebody (a letter, a complaint, a login): it is never taken for a conversation.
    """
    if field.passwords or field.type in ("email", "tel", "url", "number", "password"):
        return 0.0
    if is_handed_in(field):
        return 0.0
    asks_who = len(set(_HANDED_IN.findall(field.near_text)))
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
    score -= asks_who
    if box_score(field) >= 5 and not _ASKING.search(field.placeholder):
        score -= 4
    elif box_score(field) >= 3 and score < box_score(field):
        score -= 2
    return score


def is_handed_in(field: Sighting) -> bool:
    """Whether a field belongs to a form that is handed in to somebody: a letter, a complaint."""
    asks_who = len(set(_HANDED_IN.findall(field.near_text)))
    return field.visible and (
        (field.fellow_fields >= 2 and asks_who >= 1)
        or (field.fellow_fields >= 1 and asks_who >= 2)
        or asks_who >= 3
    )


def best_talk_box(fields: Iterable[Sighting], known: Iterable[Sighting] = ()) -> Sighting | None:
    """The field to talk in, visible ones only; None where none is likely enough.

    Args:
        known: Fields that stood there before anything was opened: one that came with the opening counts more.
    """
    before = {(each.hints, each.placeholder, each.frame_url) for each in known}
    scored = []
    for index, each in enumerate(fields):
        if not each.visible:
            continue
        score = talk_score(each)
        if score > 0 and before and (each.hints, each.placeholder, each.frame_url) not in before:
            score += 1.5
        if score >= ENOUGH:
            scored.append((score, -index, each))
    return max(scored, key=lambda each: each[:2])[2] if scored else None


def send_buttons(box: Sighting, things: Iterable[Sighting], most: int = 3) -> list[Sighting]:
    """What may send what was typed, the likeliest first: named ones, then icons at the field's right or below."""
    left, top, width, height = box.box
    found = []
    for index, each in enumerate(things):
        if each.frame is not box.frame or len(each.text) > 10:
            continue
        named = _SEND.search(f"{each.text} {each.label}") is not None
        if not named and _NOT_SEND.search(f"{each.names} {each.hints}"):
            continue
        x, y = each.middle
        near = left - 60 <= x <= left + width + 220 and top - 60 <= y <= top + height + 120
        if not near:
            continue
        hinted = _SEND_HINTS.search(each.hints) is not None or each.type == "submit"
        right = x > left + width * 0.7
        if not (named or hinted or (right and not each.text)):
            continue
        score = 4.0 * named + 2.0 * hinted + 1.0 * right - abs(y - top - height / 2) / 100
        found.append((score, -index, each))
    return [each for *_, each in sorted(found, key=lambda each: each[:2], reverse=True)[:most]]


def is_named_send(thing: Sighting) -> bool:
    """Whether it says that it sends."""
    return _SEND.search(f"{thing.text} {thing.label}") is not None
