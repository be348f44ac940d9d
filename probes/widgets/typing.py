"""Typing into any kind of field as a person does, and making sure that it took."""

from __future__ import annotations

import asyncio

from playwright.async_api import ElementHandle, Error

_KEY_DELAY_MS = 35.0
_HELD = """element => ('value' in element && element.value !== undefined && element.tagName !== 'LI')
  ? String(element.value) : (element.innerText || element.textContent || '')"""


async def held_text(element: ElementHandle) -> str | None:
    """What a field holds now; None when it is no longer there."""
    try:
        text: str = await element.evaluate(_HELD)
    except Error:
        return None
    return text.strip()


async def type_into(element: ElementHandle, text: str) -> bool:
    """Put a text into a field in place of what it holds: by keys first, by filling if those did not take.

    Returns:
        Whether the field holds the text now.
    """
    for write in (_by_keys, _by_filling, _by_insertion):
        try:
            await write(element, text)
        except Error:
            continue
        held = await held_text(element)
        if held is not None and text in held:
            return True
    return False


async def _by_keys(element: ElementHandle, text: str) -> None:
    await element.scroll_into_view_if_needed(timeout=2000)
    try:
        await element.click(timeout=2000)
    except Error:
        await element.focus()
    await _empty(element)
    await element.type(text, delay=_KEY_DELAY_MS, timeout=20_000)


async def _by_filling(element: ElementHandle, text: str) -> None:
    await element.fill(text, timeout=2000)
    await asyncio.sleep(0.05)


async def _by_insertion(element: ElementHandle, text: str) -> None:
    # a field of which the script listens to `input` alone, or that no click reaches
    await element.evaluate(
        """(element, text) => {
          element.focus();
          if ('value' in element) {
            const own = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(element), 'value');
            own && own.set ? own.set.call(element, text) : (element.value = text);
          } else element.textContent = text;
          element.dispatchEvent(new InputEvent('input', {bubbles: true, composed: true, data: text}));
          element.dispatchEvent(new Event('change', {bubbles: true}));
        }""",
        text,
    )


async def _empty(element: ElementHandle) -> None:
    if not await held_text(element):
        return
    await element.evaluate(
        """element => {
          if (element.select) element.select();
          else { const range = document.createRange(); range.selectNodeContents(element);
                 const chosen = getSelection(); chosen.removeAllRanges(); chosen.addRange(range); }
        }"""
    )
    await element.press("Delete")
