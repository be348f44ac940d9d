"""Scrolling whatever scrolls: lists that add to themselves at their end, or hold only what is in view."""

from __future__ import annotations

from playwright.async_api import Error, Frame


async def scroll_to_end(frame: Frame) -> bool:
    """Scroll the document and every block in it to the end; whether anything moved."""
    return await _scroll(frame, "element.scrollHeight")


async def scroll_on(frame: Frame) -> bool:
    """Scroll the document and every block in it on by most of what is in view; whether anything moved."""
    return await _scroll(frame, "before + element.clientHeight * 0.8")


async def back_to_top(frame: Frame) -> bool:
    """Scroll the document and every block in it back to the beginning."""
    return await _scroll(frame, "0")


async def _scroll(frame: Frame, to: str) -> bool:
    try:
        return bool(await frame.evaluate(_SCROLL.replace("TO", to)))
    except Error:
        return False


_SCROLL = """() => {
  let moved = false;
  const scroll = element => {
    const before = element.scrollTop;
    element.scrollTop = TO;
    if (Math.abs(element.scrollTop - before) > 1) moved = true;
  };
  scroll(document.scrollingElement || document.documentElement);
  for (const element of document.querySelectorAll('div, ul, section, main, tbody')) {
    if (element.scrollHeight > element.clientHeight + 20 && element.clientHeight > 100
        && /auto|scroll/.test(getComputedStyle(element).overflowY)) scroll(element);
  }
  return moved;
}"""
