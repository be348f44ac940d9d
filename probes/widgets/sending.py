"""Sending a message that was typed: by a button that says so, by Enter, by an icon beside the field."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from playwright.async_api import Error, Page

from probes.widgets.senders import icons_beside, is_named_send, send_buttons
from probes.widgets.sight import Sighting, look
from probes.widgets.windows import press

ENTER = "Enter"


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
    named = [each for each in buttons if is_named_send(each)]
    ways: list[tuple[str, Sighting | None]] = [(ENTER, None)]
    ways += [("button", each) for each in buttons]
    if named and not enter_first:
        ways.insert(0, ("button", named[0]))
    for name, button in ways:
        sent = (
            await _press_keys(box, ENTER)
            if button is None
            else button.element is not None and await press(button.element)
        )
        if sent and await went_off():
            return name
    if await _press_keys(box, "Control+Enter") and await went_off():
        return "Ctrl+Enter"
    for icon in await icons_beside(box):
        if await press(icon) and await went_off():
            return "icon"
    return None


async def _press_keys(box: Sighting, keys: str) -> bool:
    assert box.element is not None
    try:
        await box.element.press(keys, no_wait_after=True, timeout=3000)
    except Error:
        return False
    return True
