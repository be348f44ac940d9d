"""One visit of a page with Playwright: open it, let it rest, and look at what it shows."""

from __future__ import annotations

import asyncio
import contextlib
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

from playwright.async_api import Error, Page, Response
from playwright.async_api import TimeoutError as LimitReached

from probes.browsers.loaded import Loaded
from probes.browsers.settling import FRAME_TEXT_SCRIPT, SNAPSHOT_SCRIPT, settle
from probes.browsers.traffic import Traffic, breaks_off
from results.records import Reason
from spiders.net.classify import classify
from spiders.net.egress import EgressProxy
from spiders.page_state import judge

_HTML_CAP = 500_000
_CALL_S = 10.0
_SCREENSHOT_S = 8.0
_FRAMES = 20
_AFTER_END_S = 2.0
NO_PAGE = "the address answers with a file: there is no page to judge"
_ERROR_PAGES = ("about:neterror", "about:certerror")
"""Firefox shows pages of its own under the address that failed."""
_OK = 200
WITHOUT_CONTENT = frozenset({204, 205, 304})
"""Statuses that leave nothing to show; 304 answers who has the page already, which a first visit has not."""
_FILE_TYPES = re.compile(r"application/(?!.*(?:html|xml|json|javascript))|audio/|video/|font/", re.IGNORECASE)
"""Content types that are no page, though some engines have a viewer for them (PDF in Firefox)."""


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


async def visit(page: Page, wanted: Wanted, blank: Loaded, proxy: EgressProxy | None = None) -> Loaded:
    """Open an address in a page and say how it opened.

    Never raises for what the page does; a browser that is gone ends as `browser_crashed`.

    Args:
        page: A page that has not been used.
        wanted: What to open and what to keep.
        blank: The visit as far as it is known beforehand (engine, device …), to be filled.
        proxy: The way out that the page uses; it knows why a connection did not come about.
    """
    traffic = Traffic(page)
    page.on("popup", _dismiss)
    loaded = blank
    try:
        loaded = await _opened(page, wanted, loaded, traffic)
        if traffic.document_failure is not None:  # it opened, and then led to where nothing answers
            reason, note = refused_or(classify(Error(traffic.document_failure)), traffic.documents, proxy)
            loaded = replace(loaded, reason=reason, note=note or traffic.document_failure)
        elif wanted.evaluate is not None:
            value = await asyncio.wait_for(page.evaluate(wanted.evaluate), _CALL_S)
            loaded = replace(loaded, measured=value)
    except (Error, TimeoutError) as error:
        reason, note = _why(error, page, traffic, proxy)
        loaded = replace(loaded, reason=reason, note=note, download=note == NO_PAGE)
    loaded = _with_traffic(loaded, page, traffic, proxy)
    if loaded.reason is None:
        loaded = judged(loaded)
    if wanted.screenshot or loaded.reason is not None:
        loaded = replace(loaded, screenshot=await screenshot(page))
    return loaded


def refused_or(
    reason: Reason, documents: Sequence[str], proxy: EgressProxy | None
) -> tuple[Reason, str | None]:
    """What the egress proxy knows about a navigation that failed; a browser only says that it did.

    Args:
        reason: What the browser's words come to.
        documents: Addresses of the page's navigations in order, redirects included.
        proxy: The proxy.

    Returns:
        The reason, and a note where there is more to say. A page that leads from a public address to a private
        one has a `private_link`; an address that is private from the start is `egress_denied`.
    """
    if proxy is None or not documents:
        return reason, None
    host, port = _endpoint(documents[-1])
    failure = proxy.failure(host, port)
    if failure is None:
        return reason, None
    if failure is Reason.EGRESS_DENIED and any(_endpoint(each) != (host, port) for each in documents[:-1]):
        return Reason.PRIVATE_LINK, f"leads to {documents[-1][:200]}, which is no public address"
    return failure, None


async def screenshot(page: Page) -> bytes | None:
    """The viewport as PNG, or None where the page cannot be drawn any more."""
    with contextlib.suppress(Error, TimeoutError):
        return await asyncio.wait_for(page.screenshot(timeout=_SCREENSHOT_S * 1000), _SCREENSHOT_S + 1)
    return None


async def _opened(page: Page, wanted: Wanted, loaded: Loaded, traffic: Traffic) -> Loaded:
    started = time.monotonic()
    limit_ms = wanted.timeout_s * 1000
    try:
        await _went(page, wanted, traffic)
    except LimitReached:
        raise
    except Error as error:
        # a page that leads elsewhere at once interrupts its own navigation: what it leads to counts
        if "interrupted by another navigation" not in error.message or traffic.crashed:
            raise
        await asyncio.wait_for(
            page.wait_for_load_state("domcontentloaded", timeout=limit_ms), wanted.timeout_s + _CALL_S
        )
    if wanted.timed:
        loaded = await _await_load_event(page, loaded, wanted.timeout_s, started)
    await settle(page, pending=traffic.pending)
    seen = await asyncio.wait_for(page.evaluate(SNAPSHOT_SCRIPT, [_HTML_CAP, wanted.timed]), _CALL_S)
    if seen["uri"].startswith(_ERROR_PAGES):
        raise Error(_told_by(seen["uri"]))
    return filled(loaded, seen, await _text_of_frames(page, seen))


def _told_by(error_page: str) -> str:
    """What one of Firefox's error pages says, told by its address."""
    told = parse_qs(urlsplit(error_page).query)
    return ": ".join(told.get(key, [""])[0] for key in ("e", "d"))[:300]


async def _went(page: Page, wanted: Wanted, traffic: Traffic) -> None:
    """Go to the address; what leads to a download, or breaks off, would be waited for until the limit."""
    going = asyncio.ensure_future(
        page.goto(wanted.url, wait_until="domcontentloaded", timeout=wanted.timeout_s * 1000)
    )
    ended = asyncio.ensure_future(traffic.ended.wait())
    try:
        limit_s = wanted.timeout_s + _CALL_S
        await asyncio.wait({going, ended}, timeout=limit_s, return_when=asyncio.FIRST_COMPLETED)
        if ended.done():
            await asyncio.wait({going}, timeout=_AFTER_END_S)
        if not going.done() and not traffic.is_cut_short:
            raise TimeoutError if traffic.document_failure is None else Error(traffic.document_failure)
        if going.done():
            await going
    except Error as error:
        if traffic.document is None or not breaks_off(error.message):
            raise
    finally:
        for each in (going, ended):
            each.cancel()
        await asyncio.gather(going, ended, return_exceptions=True)


async def _await_load_event(page: Page, loaded: Loaded, timeout_s: float, started: float) -> Loaded:
    try:
        limit_s = max(timeout_s - (time.monotonic() - started), 0.1)
        await asyncio.wait_for(page.wait_for_load_state("load", timeout=limit_s * 1000), limit_s + _CALL_S)
    except (LimitReached, TimeoutError):
        return replace(
            loaded, load_ms=timeout_s * 1000, note="the load event did not come within the time limit"
        )
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


def filled(loaded: Loaded, seen: Mapping[str, Any], frames: str = "") -> Loaded:
    """A load with what `SNAPSHOT_SCRIPT` saw, and the text of the page's frames."""
    return replace(
        loaded,
        final_url=seen["url"],
        title=seen["title"],
        text=f"{seen['text']}\n{frames}".strip(),
        html=seen["html"],
        ttfb_ms=seen["ttfb"],
        dom_ready_ms=seen["ready"],
        # a time limit that was reached stands: the page took at least so long
        load_ms=loaded.load_ms or seen["load"],
        lcp_ms=seen["lcp"],
    )


def _with_traffic(loaded: Loaded, page: Page, traffic: Traffic, proxy: EgressProxy | None) -> Loaded:
    document = traffic.document
    return replace(
        loaded,
        final_url=loaded.final_url or _ended_at(page, document),
        status=document.status if document is not None else None,
        headers=document.headers if document is not None else {},
        remote_ip=served_from(document.url, proxy) if document is not None else None,
        console_errors=tuple(traffic.console_errors),
        page_errors=tuple(traffic.page_errors),
        failed_requests=len(traffic.failed),
        mixed_content=traffic.mixed_content(),
        requests=traffic.requests,
    )


def _ended_at(page: Page, document: Response | None) -> str | None:
    """Where a visit ended: an engine's own pages (`about:`) stand under no address of the portal."""
    if document is None:
        return None
    return document.url if page.url.startswith("about:") else page.url


def judged(loaded: Loaded) -> Loaded:
    """A load with the reason why its page does not show what it should, if there is one."""
    if _FILE_TYPES.match(loaded.headers.get("content-type", "").strip()) and loaded.status == _OK:
        return replace(loaded, reason=Reason.UNSUPPORTED, note=NO_PAGE, download=True)
    reason = judge(
        status=loaded.status,
        headers=loaded.headers,
        title=loaded.title,
        text=loaded.text,
        html=loaded.html,
        url=loaded.final_url or loaded.url,
    )
    if reason is Reason.BLANK_PAGE and loaded.page_errors:
        # it shows nothing, and an exception that nobody caught says why
        return replace(loaded, reason=Reason.SCRIPT_ERROR, note=loaded.page_errors[0][:200])
    return replace(loaded, reason=reason)


def _why(error: Exception, page: Page, traffic: Traffic, proxy: EgressProxy | None) -> tuple[Reason, str]:
    said = " ".join(str(error).partition("Call log:")[0].split())[:300]
    if traffic.crashed:
        return Reason.BROWSER_CRASHED, "the page crashed in this engine"
    if traffic.has_downloaded or _is_download(error):
        return Reason.UNSUPPORTED, NO_PAGE
    if isinstance(error, LimitReached | TimeoutError):
        return Reason.TIMEOUT, said or "it did not answer in time"
    reason = classify(error)
    if reason is Reason.BROWSER_CRASHED:
        browser = page.context.browser
        if (
            traffic.document is not None
            and page.is_closed()
            and browser is not None
            and browser.is_connected()
        ):
            return Reason.UNSUPPORTED, "the page closed its own window"
        return reason, said
    if traffic.document is not None and traffic.document.status in WITHOUT_CONTENT:
        return Reason.BLANK_PAGE, f"status {traffic.document.status}: the server has nothing to show"
    reason, note = refused_or(reason, traffic.documents, proxy)
    return reason, note or said


def served_from(url: str, proxy: EgressProxy | None) -> str | None:
    """The address that a page was served from: the engine sees the proxy's, the proxy knows the true one."""
    return proxy.remote_ip(*_endpoint(url)) if proxy is not None else None


def _endpoint(url: str) -> tuple[str, int]:
    parts = urlsplit(url)
    with contextlib.suppress(ValueError):
        return parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    return "", 0


def _is_download(error: Exception) -> bool:
    return "download is starting" in str(error).lower()


def _dismiss(popup: Page) -> None:
    async def close() -> None:
        with contextlib.suppress(Error, TimeoutError):
            await asyncio.wait_for(popup.close(), _CALL_S)

    task = asyncio.get_running_loop().create_task(close())
    _closing.add(task)
    task.add_done_callback(_closing.discard)


_closing: set[asyncio.Task[None]] = set()
"""Tasks are kept here until they are done: the loop itself holds them only weakly."""
