"""Sending a message that was typed: by a button that says so, by Enter, by an icon beside the field."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterable

from playwright.async_api import ElementHandle, Error, Page

from probes.browsers.restraint import why_not
from probes.widgets.sight import Sighting, look
from probes.widgets.windows import press
from spiders.acting import acts

ENTER = "Enter"
_SEND = re.compile(
    r"(?:点击|立即|马上|确认|我要|开始|快速|在线)*(?:发\s*送|发出|发问|提\s*问|提\s*交|回\s*复|询\s*问|咨\s*询|问[一1]?[问下]?|对话)"
    r"(?:消息|问题|提问|咨询|提交|回车|enter)?|(?:send|submit|ask|post|chat)(?: (?:a |the |your )?(?:message|question|now))?"
    r"|回车|确\s*[定认]|enter|go|ok",
    re.IGNORECASE,
)
"""The whole of what a sending button says, but for signs (发送 ➤, 发送(S)); JavaScript reads it alike."""
_SIGNS = re.compile(r"[(（\[].{0,12}[)）\]]|[^\w\s]", re.IGNORECASE)
_SEND_HINTS = re.compile(
    r"send|submit|(?<![a-z])enter|fasong|arrow-?up|paper-?plane|(?<![a-z])(?:post|ask)(?![a-z])",
    re.IGNORECASE,
)
_NOT_SEND = re.compile(
    r"表情|图片|文件|上传|语音|截图|清空|清除|评价|满意|人工|关闭|结束|最小化|收起|emoji|upload|attach|file|voice|mic|image|clear|close|stop|停止|menu"
    r"|投诉|预约|留言|赞|踩|帮助|收藏|(?<![a-z])(?:d?zan|cai|(?:dis)?like|praise|thumbs?|digg|good|bad|stars?|rate|rating|favou?r(?:ite)?|collect|human|agent|comment)(?![a-z])",
    re.IGNORECASE,
)
_ICONS = """(field, ask) => {
  const other = new RegExp(ask.not, 'i'), send = new RegExp(`^(?:${ask.send})$`, 'i'), own = field.getBoundingClientRect();
  let bar = field;
  for (let up = 0; up < 4 && bar.parentElement; up++) {
    const box = bar.parentElement.getBoundingClientRect();
    if (box.height > own.height + 120) break;
    bar = bar.parentElement;
  }
  const found = [];
  for (const each of bar.querySelectorAll('*')) {
    const box = each.getBoundingClientRect();
    const x = box.x + box.width / 2, y = box.y + box.height / 2;
    if (box.width < 14 || box.height < 14 || box.width > 90 || box.height > 90) continue;
    const words = (each.innerText || '').trim();
    if (each.contains(field) || each.closest('a[href]') || (/[a-z\u4e00-\u9fff]/i.test(words) && !send.test(words))) continue;
    if (x < own.right - 100 || x > own.right + 160 || y < own.top - 40 || y > own.bottom + 90) continue;
    if (other.test(`${each.id} ${each.getAttribute('class') || ''} ${each.title || ''} ${each.innerText || ''}`)) continue;
    if (found.some(([, inner]) => inner.contains(each))) continue;
    found.push([Math.hypot(x - own.right, y - own.bottom), each]);
  }
  return found.sort((one, two) => one[0] - two[0]).slice(0, ask.most).map(([, each]) => each);
}"""


async def send_off(
    page: Page, box: Sighting, went_off: Callable[[], Awaitable[bool]], *, enter_first: bool
) -> str | None:
    """Send what the field holds, one way after another until it went off.

    Args:
        went_off: Whether the message left the field, or something came.
        enter_first: Whether Enter sent the last message, so that a button need not be looked for.

    Returns:
        The way that worked; None where none did.

    Raises:
        playwright.async_api.Error: The page is gone.
    """
    assert box.element is not None
    buttons = [each for each in send_buttons(box, await look(page, "clickables")) if not each.disabled]
    first = next((each for each in buttons if is_named_send(each)), None) if not enter_first else None
    ways: list[tuple[str, Sighting | None]] = [("button", first)] if first is not None else []
    ways += [(ENTER, None), *(("button", each) for each in buttons if each is not first)]
    for name, button in ways:
        sent = (
            await _press_keys(box, ENTER)
            if button is None
            else button.element is not None and await press(button.element, field=box.element)
        )
        if sent and await went_off():
            return name
    if await _press_keys(box, "Control+Enter") and await went_off():
        return "Ctrl+Enter"
    for icon in await icons_beside(box):
        if await press(icon, field=box.element) and await went_off():
            return "icon"
    return None


def send_buttons(box: Sighting, things: Iterable[Sighting], most: int = 3) -> list[Sighting]:
    """What may send what was typed, the likeliest first: named ones, then icons at the field's right or below."""
    left, top, width, height = box.box
    found = []
    for index, each in enumerate(things):
        if each.frame is not box.frame or len(each.text) > 10:
            continue
        named = is_named_send(each)
        # whatever says that it does something else does so, however its author calls it
        if not named and (acts(each.text) or _NOT_SEND.search(f"{each.names} {each.hints}")):
            continue
        x, y = each.middle
        near = left - 60 <= x <= left + width + 220 and top - 60 <= y <= top + height + 120
        if not near:
            continue
        hinted = _SEND_HINTS.search(each.hints) is not None or each.type == "submit"
        right = x > left + width * 0.7
        if not (named or hinted or (right and not re.search(r"\w", each.text))):
            continue
        score = 4.0 * named + 2.0 * hinted + 1.0 * right - abs(y - top - height / 2) / 100
        found.append((score, -index, each))
    return [each for *_, each in sorted(found, key=lambda each: each[:2], reverse=True)[:most]]


async def icons_beside(box: Sighting, most: int = 2) -> list[ElementHandle]:
    """Small unnamed icons in the field's own bar, the nearest to its right or lower right corner first.

    For bars whose script listens without any mark that a person's eye or a browser would know; links, and
    things that name another purpose, are left out.
    """
    if box.element is None:
        return []
    try:
        found = await box.element.evaluate_handle(
            _ICONS, {"not": _NOT_SEND.pattern, "send": _SEND.pattern, "most": most}
        )
        elements = [each.as_element() for each in (await found.get_properties()).values()]
    except Error:
        return []
    return [each for each in elements if each is not None]


def is_named_send(thing: Sighting) -> bool:
    """Whether it says that it sends."""
    return any(_SEND.fullmatch(_SIGNS.sub("", each).strip()) for each in (thing.text, thing.label))


async def _press_keys(box: Sighting, keys: str) -> bool:
    assert box.element is not None
    try:
        if await why_not(box.element, field=box.element, enter=True):
            return False
        await box.element.press(keys, no_wait_after=True, timeout=3000)
    except Error:
        return False
    return True
