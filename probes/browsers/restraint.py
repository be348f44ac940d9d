"""Never acting on the portal: what a click or Enter would hand in, told before it is done, and kept back where it is.

Rule 7 of the design's fairness rules. Words say what a control does (`spiders.acting`); this tells it by structure,
for forms without such words: what a form asks for, and whose form a button belongs to. A form that asks for nothing
but words to search by or a page's number is no such form.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Final, Literal

from playwright.async_api import ElementHandle, Error, Page

from spiders.acting_links import ACTING_ADDRESS

Turned = Literal["", "tab", "page", "door", "module"]

WHO: Final = (
    "姓名|称呼|昵称|手机|电话|联系方式|联系人|证件|身份证|邮箱|邮件|验证码|校验码|住址|账号|帐号|用户名"
    "|captcha|verif|valid_?code|yzm|phone|mobile|tel$|e-?mail|your name|user_?name|passw"
)
"""The names of fields that ask who one is, as a regular expression; JavaScript reads it alike."""
_ROOMY: Final = 420
"""A block higher than this, in CSS pixels, is a part of the page, and no one form's (ours)."""
_KEPT = "() => (window[Symbol.for('probe.restraint')] || {kept: 0}).kept"


async def why_not(
    element: ElementHandle, *, field: ElementHandle | None = None, turns: Turned = "", enter: bool = False
) -> str:
    """Why an element must not be pressed; empty where it may be. The forms of its document are watched from then on.

    Args:
        field: The search box or the chat box that was typed into: what it belongs to may be sent off.
        turns: What is turned, if anything: then a script's own form, which shows no field, may be handed in for a
            tab, and one that asks for nothing for a page of a list or for what opens something ("door",
            "module": among fields that it may hand in it is not pressed).
        enter: Whether Enter is to be pressed in the element, rather than the element itself.

    Raises:
        playwright.async_api.Error: The element or its page is gone.
    """
    asked = {
        "field": field,
        "turns": turns,
        "enter": enter,
        "who": WHO,
        "roomy": _ROOMY,
        "acting": ACTING_ADDRESS.pattern,
    }
    told: str = await element.evaluate(_script(), asked)
    return told


async def kept_back(page: Page) -> int:
    """How often a page was kept from handing something in, so that nobody is blamed for what we held back."""
    count = 0
    for frame in page.frames:
        try:
            count += await frame.evaluate(_KEPT)
        except Error:
            continue
    return count


@cache
def _script() -> str:
    return files("probes.browsers").joinpath("restraint.js").read_text(encoding="utf-8")
