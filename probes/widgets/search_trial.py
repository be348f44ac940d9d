"""One trial of a portal's search: type, submit, and read what comes."""

from __future__ import annotations

import asyncio
import contextlib
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass

from playwright.async_api import Error, Frame, Page

from probes.browsers.restraint import kept_back, why_not
from probes.widgets.results_list import NOTHING_FOUND, Result, nothing_about, read_results
from probes.widgets.search_box import best_box, submitters
from probes.widgets.sight import Sighting, look, read_text
from probes.widgets.typing import type_into
from probes.widgets.watching import Watch
from probes.widgets.windows import Windows, press
from results.records import Outcome, Reason
from spiders.page_state import judge

_SUGGESTIONS_S = 0.5
_REACTION_S = 2.5
_POLL_S = 0.1
_BUSY = ("加载中", "正在加载", "正在搜索", "正在查询", "搜索中", "查询中", "loading")

_TROUBLE = re.compile(
    r"(?:系统|服务器?|网络|接口|程序|请求|查询|搜索|检索)(?:内部)?(?:发生|出现)?(?:了)?(?:异常|错误|繁忙|故障|失败|超时|出错)"
)
"""What a page says where its search broke and nothing is listed (wordings of common portals)."""

_PAGE_GONE = re.compile(r"页面|网页|网址|地址|链接|\b404\b|删除|下[架线]|失效|not found", re.IGNORECASE)
"""What a page says of itself where it is missing; 没有找到您要的内容 after a query speaks of results."""

_NOTICE = 40
"""Characters of a notice at most (ours); what is longer speaks of something."""


@dataclass(frozen=True, kw_only=True)
class Trial:
    """What a search came to."""

    reason: Reason | None
    """What was wrong with the page that came; None when it opened as a page of results, however many."""
    results: tuple[Result, ...] = ()
    elapsed_ms: float | None = None
    notes: tuple[str, ...] = ()
    url: str = ""


async def run_trial(windows: Windows, box: Sighting, query: str, *, timeout_s: float) -> Trial:
    """Type a query into a box, submit it and read the first page of results.

    Raises:
        playwright.async_api.Error: The browser is gone.
    """
    assert box.element is not None
    page = windows.current
    typed = await type_into(box.element, query)
    if not typed:
        # the page may have been drawn anew, or gone elsewhere, since the box was found
        box = best_box(await look(page, "fields")) or box
        typed = box.element is not None and await type_into(box.element, query)
    if not typed:
        return Trial(reason=Reason.SCRIPT_ERROR, notes=("the search box takes no text",), url=page.url)
    await asyncio.sleep(_SUGGESTIONS_S)
    watch = Watch(page)
    await watch.start()
    mark = _Mark(windows, page)
    before = await kept_back(page)
    way, sent = await _submit(windows, box, watch, mark, timeout_s)
    if way is None:
        ours = await kept_back(page) > before
        return Trial(
            reason=Reason.UNSUPPORTED if ours else Reason.TIMEOUT,
            notes=(
                "it would hand in a form: left alone"
                if ours
                else "nothing happened after Enter and the button",
            ),
            url=page.url,
            elapsed_ms=round((time.monotonic() - sent) * 1000, 1),
        )
    await windows.follow(mark.popups, cap_s=0.1)
    remaining = max(1.0, timeout_s - (time.monotonic() - sent))
    known = [] if mark.left_document() else watch.known_lines
    results, elapsed = await _await_results(windows, mark, query, known, sent, remaining)
    passing = () if mark.left_document() else tuple((await watch.read()).passing)
    reason, notes = await _judge(windows, query, results, mark, passing)
    if reason is Reason.NO_RESULTS:
        results = []
    notes = [f"submitted by {way}", *notes]
    return Trial(
        reason=reason,
        results=tuple(results),
        elapsed_ms=round(elapsed * 1000, 1),
        notes=tuple(notes),
        url=windows.current.url,
    )


class _Mark:
    """Where things stood before the query was sent."""

    def __init__(self, windows: Windows, page: Page) -> None:
        self._windows = windows
        self.page = page
        self.url = page.url
        self.popups = windows.opened
        self.documents = len(windows.traffic.documents)
        self.failed = len(windows.traffic.failed)
        self.frames = {frame: frame.url for frame in page.frames}

    def left_document(self) -> bool:
        traffic = self._windows.traffic
        return self._windows.current is not self.page or (
            len(traffic.documents) > self.documents and self.page.url != self.url
        )

    def reacted(self) -> bool:
        """Whether a window, an address or a frame changed."""
        if self._windows.opened > self.popups or self.page.url != self.url:
            return True
        if len(self._windows.traffic.documents) > self.documents:
            return True
        return any(self._frame_changed(each) for each in self.page.frames)

    def _frame_changed(self, frame: Frame) -> bool:
        return self.frames.get(frame) not in (frame.url, None) or (
            frame not in self.frames and frame.url not in ("", "about:blank")
        )


async def _submit(
    windows: Windows, box: Sighting, watch: Watch, mark: _Mark, cap_s: float
) -> tuple[str | None, float]:
    """Send the query by Enter, else by a button beside the box.

    Returns:
        The way that worked, or None; and when it was sent, by the monotonic clock in seconds.
    """
    assert box.element is not None
    sent = time.monotonic()
    with contextlib.suppress(Error):
        if not await why_not(box.element, field=box.element, enter=True):
            await box.element.press("Enter", no_wait_after=True, timeout=3000)
    if await _reacts(windows, watch, mark):
        return "Enter", sent
    for button in submitters(box, await look(mark.page, "clickables")):
        if button.element is None:
            continue
        sent = time.monotonic()
        if not await press(button.element, field=box.element):
            continue
        if await _reacts(windows, watch, mark):
            return f"the button “{(button.names or 'without a name').strip()[:20]}”", sent
    # slow servers: a request may be on its way all the while
    until = time.monotonic() + cap_s
    while windows.traffic.pending() and time.monotonic() < until:
        await asyncio.sleep(_POLL_S)
        if mark.reacted() or (await watch.read()).fresh:
            return "Enter or a button", sent
    return None, sent


async def _reacts(windows: Windows, watch: Watch, mark: _Mark) -> bool:
    until = time.monotonic() + _REACTION_S
    while True:
        if mark.reacted() or (await watch.read()).fresh:
            return True
        if time.monotonic() >= until:
            # a navigation or a search that is on its way is a reaction too
            return windows.traffic.pending()
        await asyncio.sleep(_POLL_S)


async def _await_results(
    windows: Windows, mark: _Mark, query: str, known: Sequence[str], sent: float, cap_s: float
) -> tuple[list[Result], float]:
    """Results once the page rests and shows some, or says that there are none; and the seconds it took."""
    until = time.monotonic() + cap_s
    while True:
        await windows.rest(cap_s=min(8.0, max(0.5, until - time.monotonic())))
        rested = time.monotonic()
        results = await read_results(windows.current, query, known, routed=windows.current.url != mark.url)
        text = await read_text(windows.current)
        busy = windows.traffic.pending() or any(each in text[-4000:].lower() for each in _BUSY)
        if results or (not busy and (NOTHING_FOUND.search(text) or rested - sent > 3.0)):
            return results, rested - sent
        if rested >= until:
            return results, rested - sent
        await asyncio.sleep(0.3)


async def _judge(
    windows: Windows, query: str, results: Sequence[Result], mark: _Mark, passing: Sequence[str]
) -> tuple[Reason | None, list[str]]:
    """Whether the page that came is a page of results, and if not why.

    Args:
        passing: Lines that were shown for a while: a notice of an error goes away by itself.
    """
    page = windows.current
    text = await read_text(page)
    document = windows.traffic.document
    try:
        html, title = await page.content(), await page.title()
    except Error:
        html, title = "", ""
    reason = judge(
        status=document.status if document is not None else None,
        headers=document.headers if document is not None else {},
        title=title,
        text=text,
        html=html,
        url=page.url,
    )
    nothing_found = bool(NOTHING_FOUND.search(text)) and nothing_about(query, results)
    if reason is Reason.SOFT_404 and nothing_found and not _PAGE_GONE.search(text):
        reason = None
    # an error page may hold a list too; only results that have to do with the query refute what the page says
    refuted = bool(results) and not nothing_about(query, results)
    if reason is not None and not (refuted and reason.outcome is Outcome.FAILED):
        return reason, []
    trouble = None if refuted else _trouble([*text.splitlines(), *passing], results)
    if trouble is not None:
        return Reason.ERROR_PAGE, [f"the page says “{trouble}” and lists nothing that was asked for"]
    if nothing_found:
        return Reason.NO_RESULTS, ["the page says that nothing was found"]
    if results:
        return None, []
    broken = [each for each in list(windows.traffic.failed.values())[mark.failed :] if each[:1] == "5"]
    if broken:
        return Reason.HTTP_5XX, [f"a request of the result page failed: {broken[0][:200]}"]
    if len("".join(text.split())) < 30:
        return Reason.BLANK_PAGE, []
    return Reason.NO_RESULTS, ["the page shows no list of results"]


def _trouble(shown: Sequence[str], results: Sequence[Result]) -> str | None:
    """The line in which a page says that its search broke; a result's own title is none."""
    titles = {each.title for each in results}
    lines = (line.strip() for line in shown)
    return next(
        (each for each in lines if len(each) <= _NOTICE and _TROUBLE.search(each) and each not in titles),
        None,
    )
