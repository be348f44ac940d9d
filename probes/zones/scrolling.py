"""Scrolling whatever scrolls: lists that add to themselves at their end."""

from __future__ import annotations

from playwright.async_api import Error, Frame


async def scroll_to_end(frame: Frame) -> bool:
    """Scroll the document and every block in it to the end; whether anything moved."""
    try:
        return bool(await frame.evaluate(_SCROLL))
    except Error:
        return False


_SCROLL = """() => {
  let moved = false;
  const down = element => {
    const before = element.scrollTop;
    element.scrollTop = element.scrollHeight;
    if (element.scrollTop > before + 1) moved = true;
  };
  down(document.scrollingElement || document.documentElement);
  for (const element of document.querySelectorAll('div, ul, section, main, tbody')) {
    if (element.scrollHeight > element.clientHeight + 20 && element.clientHeight > 100
        && /auto|scroll/.test(getComputedStyle(element).overflowY)) down(element);
  }
  return moved;
}"""
