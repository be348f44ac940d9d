"""One visit of a page with Playwright: open it, let it rest, and look at what it shows."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from playwright.async_api import Error, Page
from playwright.async_api import TimeoutError as LimitReached

from probes.browsers.loaded import Loaded
from probes.browsers.settling import FRAME_TEXT_SCRIPT, SNAPSHOT_SCRIPT, settle
from probes.browsers.traffic import Traffic
from results.records import Reason
from spiders.net.classify import classify

_HTML_CAP = 500_000
_CALL_S = 10.0
_FRAMES = 20
_SLACK_S = 10.0


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What is wanted of a visit."""

    url: str
    timeout_s: float = 30.0
    timed: bool = False
    screenshot: bool = False
    """Keep a screenshot even if the page opens properly."""
    evaluate: str | None = None
    """A JavaScript expression to evaluate once the page rests."""


async def visit(page: Page, wanted: Wanted, blank: Loaded) -> Loaded:
    """Open an address in a page and say how it opened.

    Never raises for what the page does; a browser that is gone ends as `browser_crashed`.

    Args:
        page: A page that has not been used.
        wanted: What to open and what to keep.
        blank: The visit as far as it is known beforehand (engine, device …), to be filled.
    """
    traffic = Traffic(page)
    page.on("popup", _dismiss)
    started = time.monotonic()
    loaded = blank
    try:
        await _open(page, wanted.url, wanted.timeout_s, traffic)
        if wanted.timed:
            loaded = await _await_load_event(page, loaded, wanted.timeout_s - (time.monotonic() - started))
        await settle(page, pending=traffic.pending)
        seen = await asyncio.wait_for(page.evaluate(SNAPSHOT_SCRIPT, _HTML_CAP), _CALL_S)
        loaded = _filled(loaded, seen, await _text_of_frames(page, seen))
        if wanted.evaluate is not None:
            loaded = replace(loaded, measured=await asyncio.wait_for(page.evaluate(wanted.evaluate), _CALL_S))
        loaded = _judged(_with_traffic(loaded, page, traffic))
    except (Error, TimeoutError) as error:
        reason, note = _why(error, traffic)
        loaded = replace(_with_traffic(loaded, page, traffic), reason=reason, note=note)
    if wanted.screenshot or loaded.reason is not None:
        loaded = replace(loaded, screenshot=await screenshot(page))
    return loaded


async def screenshot(page: Page) -> bytes | None:
    """The viewport as PNG, or None where the page cannot be drawn any more."""
    with contextlib.suppress(Error, TimeoutError):
        return await asyncio.wait_for(page.screenshot(timeout=_CALL_S * 1000), _CALL_S + 1)
    return None


async def _open(page: Page, url: str, timeout_s: float, traffic: Traffic) -> None:
    try:
        await asyncio.wait_for(
            page.goto(url, wait_until="domcontentloaded", timeout=timeout_s * 1000), timeout_s + _SLACK_S
        )
    except LimitReached:
        raise
    except Error as error:
        # a page that leads elsewhere at once interrupts its own navigation: what it leads to counts
        if "interrupted by another navigation" not in error.message or traffic.crashed:
            raise
        await asyncio.wait_for(
            page.wait_for_load_state("domcontentloaded", timeout=timeout_s * 1000), timeout_s + _SLACK_S
        )


async def _await_load_event(page: Page, loaded: Loaded, left_s: float) -> Loaded:
    try:
        limit_s = max(left_s, 0.1)
        await asyncio.wait_for(page.wait_for_load_state("load", timeout=limit_s * 1000), limit_s + _SLACK_S)
    except (LimitReached, TimeoutError):
        return replace(loaded, note="the load event did not come within the time limit")
    return loaded


async def _text_of_frames(page: Page, seen: Mapping[str, Any]) -> str:
    """What the frames of a page show: many portals put their whole content into one."""
    if not seen["frames"]:
        return ""
    texts = []
    for frame in page.frames[1 : _FRAMES + 1]:
        with contextlib.suppress(Error, TimeoutError):
            texts.append(str(await asyncio.wait_for(frame.evaluate(FRAME_TEXT_SCRIPT), 3)))
    return "\n".join(texts)


def _filled(loaded: Loaded, seen: Mapping[str, Any], frames: str) -> Loaded:
    return replace(
        loaded,
        final_url=seen["url"],
        title=seen["title"],
        text=f"{seen['text']}\n{frames}".strip(),
        html=seen["html"],
        ttfb_ms=seen["ttfb"],
        dom_ready_ms=seen["ready"],
        load_ms=seen["load"],
        lcp_ms=seen["lcp"],
    )


def _with_traffic(loaded: Loaded, page: Page, traffic: Traffic) -> Loaded:
    document = traffic.document
    return replace(
        loaded,
        final_url=loaded.final_url or (page.url if document is not None else None),
        status=document.status if document is not None else None,
        headers=document.headers if document is not None else {},
        console_errors=tuple(traffic.console_errors),
        page_errors=tuple(traffic.page_errors),
        failed_requests=len(traffic.failed),
        mixed_content=traffic.mixed_content(),
        requests=traffic.requests,
    )


def _judged(loaded: Loaded) -> Loaded:
    from spiders.page_state import judge

    reason = judge(
        status=loaded.status,
        headers=loaded.headers,
        title=loaded.title,
        text=loaded.text,
        html=loaded.html,
        url=loaded.final_url or loaded.url,
    )
    return replace(loaded, reason=reason)


def _why(error: Exception, traffic: Traffic) -> tuple[Reason, str]:
    said = str(error).strip().partition("\n")[0][:300]
    if traffic.crashed:
        return Reason.BROWSER_CRASHED, "the page crashed in this engine"
    if "download is starting" in said.lower():
        return Reason.BLANK_PAGE, "the address answers with a download: no page is shown"
    if isinstance(error, LimitReached | TimeoutError):
        return Reason.TIMEOUT, said
    return classify(error), said


def _dismiss(popup: Page) -> None:
    async def close() -> None:
        with contextlib.suppress(Error, TimeoutError):
            await asyncio.wait_for(popup.close(), _CALL_S)

    task = asyncio.get_running_loop().create_task(close())
    _closing.add(task)
    task.add_done_callback(_closing.discard)


_closing: set[asyncio.Task[None]] = set()
"""Tasks are kept here until they are done: the loop itself holds them only weakly."""
