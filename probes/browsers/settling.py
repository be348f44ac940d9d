"""When a page has come to rest, and what it shows then. The same scripts serve every engine."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from playwright.async_api import Error, Page

QUIET_S = 0.4
"""A page rests when nothing was added, removed or rewritten for this long."""
CAP_S = 8.0
"""Carousels, counters and long polls never rest: after this long a page is taken as it is."""
EMPTY_S = 3.0
EMPTY_CHARACTERS = 40
LEADING_S = 6.5
"""A page that says that it leads elsewhere is given this long to do so; counters mostly start at three or five."""
_POLL_S = 0.05

# Steady: a carousel turns for ever, but its text stays as long as it was. Empty: a page that shows next to
# nothing is given more time, since it may be about to draw itself or to lead elsewhere. Leading: what a page leads to
# is the page; but one that says that something is missing, and then leads home, has said what is to be known.
REST_SCRIPT = """async ([quietMs, emptyMs, emptyCharacters, leadingMs, capMs]) => {
  const now = () => Date.now(), later = window.setTimeout.bind(window);
  const started = now();
  let changed = started, size = -1, steadySince = started;
  const observer = new MutationObserver(() => { changed = now(); });
  observer.observe(document, {childList: true, characterData: true, subtree: true});
  const text = () => ((document.body && document.body.innerText) || '').trim();
  const shows = () => { const seen = text(); return seen.length >= emptyCharacters || GONE.test(seen); };
  const GONE = /不存在|找不到|未找到|没有找到|已删除|失效|错误|出错|失败|异常|404|error|not found/i;
  const leads = () => {
    if (!document.body || document.body.textContent.length > 5000) return false;
    const seen = text();
    if (seen.length > 300 || GONE.test(seen)) return false;
    const refresh = document.querySelector('meta[http-equiv="refresh" i]');
    const parts = /^\\s*(\\d+)[^;,]*[;,]\\s*url\\s*=/i.exec((refresh && refresh.content) || '');
    if (parts) return parts[1] * 1000 < leadingMs;
    return /秒[^。]{0,8}(?:跳转|转到|转入|进入|前往)|正在[^。]{0,6}(?:跳转|转到|前往)|redirecting/i.test(seen);
  };
  const framed = () => document.querySelector('frameset, iframe') !== null;
  try {
    while (now() - started < capMs) {
      await new Promise(done => later(done, Math.max(20, quietMs / 8)));
      if (document.readyState === 'loading') { changed = now(); continue; }
      const length = document.body ? document.body.textContent.length : 0;
      if (length !== size) { size = length; steadySince = now(); }
      const rests = now() - changed >= quietMs || now() - steadySince >= 4 * quietMs;
      if (!rests || (now() - started < leadingMs && leads())) continue;
      if (now() - started >= emptyMs || framed() || shows()) return true;
    }
    return false;
  } finally { observer.disconnect(); }
}"""

# texts are cut at a million characters: a page of that length is told from a blank one, and engines agree all the same
SNAPSHOT_SCRIPT = """async ([htmlCap, timed]) => {
  const texts = [document.body ? document.body.innerText || '' : ''];
  const walk = root => {
    for (const element of root.querySelectorAll('*')) {
      if (!element.shadowRoot) continue;
      for (const child of element.shadowRoot.children)
        if (child.innerText && !/^(STYLE|SCRIPT)$/.test(child.tagName)) texts.push(child.innerText);
      walk(element.shadowRoot);
    }
  };
  walk(document);
  const positive = value => (value > 0 ? value : null);
  let timing, lcp = null;
  try {
    timing = performance.getEntriesByType('navigation')[0];
    if (timed && PerformanceObserver.supportedEntryTypes.includes('largest-contentful-paint')) {
      await new Promise(done => {
        const observer = new PerformanceObserver(list => {
          for (const entry of list.getEntries()) lcp = entry.startTime;
        });
        observer.observe({type: 'largest-contentful-paint', buffered: true});
        window.setTimeout(() => { observer.disconnect(); done(); }, 20);
      });
    }
  } catch (_) {}
  return {
    url: location.href, uri: document.documentURI, title: document.title || '', text: texts.join('\\n').slice(0, 1e6),
    html: (document.documentElement ? document.documentElement.outerHTML : '').slice(0, htmlCap),
    frames: document.querySelector('frame, iframe') !== null,
    ttfb: timing ? positive(timing.responseStart) : null,
    ready: timing ? positive(timing.domContentLoadedEventEnd) : null,
    load: timing ? positive(timing.loadEventEnd) : null,
    lcp,
  };
}"""

FRAME_TEXT_SCRIPT = "() => (document.body ? document.body.innerText || '' : '')"


async def settle(
    page: Page,
    *,
    quiet_s: float = QUIET_S,
    cap_s: float = CAP_S,
    pending: Callable[[], bool] | None = None,
) -> bool:
    """Wait until a page rests: its DOM quiet, and no script or data that may change it on its way.

    Args:
        page: A page whose navigation has been answered.
        quiet_s: How long it has to be quiet.
        cap_s: How long to wait at most.
        pending: Tells whether something is on its way that may change the page (`Traffic.pending`).

    Returns:
        Whether it came to rest; False when the cap was reached first.

    Raises:
        playwright.async_api.Error: The page or its browser is gone.
    """
    until = time.monotonic() + cap_s
    has_moved = False
    while (left := until - time.monotonic()) > 0:
        try:
            quiet = await asyncio.wait_for(page.evaluate(REST_SCRIPT, limits(quiet_s, left)), left + 1)
        except TimeoutError:
            return False
        except Error as error:
            if page.is_closed() or not _navigated(error):
                raise
            # it went elsewhere by itself: the page that it went to has time of its own, once
            if not has_moved:
                has_moved, until = True, time.monotonic() + cap_s
            await asyncio.sleep(_POLL_S)
            continue
        if not quiet:
            return False
        if pending is None or not pending():
            return True
        await asyncio.sleep(_POLL_S)
        quiet_s = min(quiet_s, 4 * _POLL_S)
    return False


def limits(quiet_s: float, left_s: float) -> list[float]:
    """The argument of `REST_SCRIPT`: its limits in milliseconds, and the characters of a page that is not empty."""
    return [
        quiet_s * 1000,
        min(EMPTY_S, left_s) * 1000,
        EMPTY_CHARACTERS,
        min(LEADING_S, left_s) * 1000,
        left_s * 1000,
    ]


def _navigated(error: Error) -> bool:
    said = error.message.lower()
    return any(
        each in said
        for each in (
            "execution context was destroyed",
            "cannot find context",
            "frame was detached",
            "no such frame",
            "discarded",
            "navigation",
            "inspected target navigated",
            "actor",
        )
    )
