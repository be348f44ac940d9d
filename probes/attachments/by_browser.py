"""Fetching by a browser: open the page, use the attachment's own control, take what comes."""

from __future__ import annotations

import asyncio
import hashlib
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.async_api import Download, ElementHandle, Error, Page, Response

from probes.attachments import controls
from probes.attachments.catching import Catch, Catcher, is_document
from probes.attachments.fetched import Fetched, as_raw, of_bytes
from probes.attachments.pressure import DripWatch, LoopWatch
from probes.attachments.refusals import READ_BYTES, refusal
from probes.browsers.looking import BrowserGoneError
from probes.browsers.rooms import close_page
from probes.browsers.settling import settle
from results.records import Attachment, Offer, Reason
from spiders.net.challenges import recognise
from spiders.net.classify import classify

if TYPE_CHECKING:
    from probes.probe import RunContext

WALL_S = 120.0
"""Seconds that a browser's download may take."""
_CLICK_S = 15.0
"""How long a click may take to bring anything."""
_CONTROL_S = 5.0
"""How long a page may take to draw the control."""
_BODY_S = 60.0


@dataclass(frozen=True, kw_only=True)
class Errand:
    """What is to be fetched, and where it may be put."""

    attachment: Attachment
    page_url: str
    path: Path
    max_bytes: int
    page_timeout_s: float


async def fetch_by_browser(context: RunContext, errand: Errand) -> Fetched:
    """Fetch an attachment as a visitor does, in a fresh browser context.

    Takes its turns: one for the page, one for the file. An address that the page tells is followed from the
    page; otherwise the control is looked for and used.

    Returns:
        The file, or why there is none: `no_download` when using the control brought nothing; the page's own
        reason when it does not open; `browser_unavailable`, `browser_crashed` when the browser is at fault.

    Raises:
        OverBudget, ToldToWait: Our limits, before anything was asked.
    """
    with LoopWatch() as watch:
        try:
            async with (
                context.politeness.navigation(errand.page_url),
                context.engines.page(engine="chromium", fresh=True) as page,
            ):
                try:
                    return await _on_page(context, page, errand, watch)
                finally:
                    for window in page.context.pages:
                        if window is not page:
                            await close_page(window)
        except BrowserGoneError as error:
            return Fetched(reason=Reason.BROWSER_UNAVAILABLE, note=str(error)[:300])
        except (Error, TimeoutError) as error:
            reason = classify(error)
            if reason is Reason.INTERRUPTED:
                reason = Reason.BROWSER_CRASHED
            elif reason is Reason.TIMEOUT and watch.strained:
                reason = Reason.PROBER_OVERLOADED
            return Fetched(reason=reason, note=str(error).partition("\n")[0][:300])


async def _on_page(context: RunContext, page: Page, errand: Errand, watch: LoopWatch) -> Fetched:
    catcher = Catcher(page)
    opened = await page.goto(
        errand.page_url, wait_until="domcontentloaded", timeout=errand.page_timeout_s * 1000
    )
    await settle(page)
    received = await _progress(page)
    attachment = errand.attachment
    known = attachment.url if attachment.offer is not Offer.POST else None
    if known is None:
        control = await _control(page, controls.Wanted.of(attachment))
        if control is None:
            return await _no_control(page, opened)
        before = await _lines(page)
        catcher.start()
        await context.politeness.turn(errand.page_url)
        await controls.use(control)
    else:
        before = await _lines(page)
        catcher.start()
        await context.politeness.turn(known)
        await controls.follow(page, known)
    caught = await catcher.wait(_CLICK_S if known is None else errand.page_timeout_s)
    fetched = await _take(page, caught, errand, received, watch)
    if fetched is not None:
        return fetched
    return await _nothing(page, caught, before)


async def _control(page: Page, wanted: controls.Wanted) -> ElementHandle | None:
    until = time.monotonic() + _CONTROL_S
    while True:
        found = await controls.find(page, wanted)
        if found is not None or time.monotonic() > until:
            return found
        await asyncio.sleep(0.5)


async def _no_control(page: Page, opened: Response | None) -> Fetched:
    """The page shows no such control: perhaps because it is no such page."""
    status = opened.status if opened else None
    html = await page.content()
    seen = refusal(
        status=status,
        headers=opened.headers if opened else {},
        body=html.encode()[:READ_BYTES],
        url=page.url,
        redirected=True,
    )
    return Fetched(reason=seen or Reason.NO_DOWNLOAD, status=status, note="页面上找不到下载的按钮或链接")


async def _take(
    page: Page, caught: Catch, errand: Errand, received: list[int], watch: LoopWatch
) -> Fetched | None:
    if caught.downloads:
        return await _downloaded(caught, errand, received, watch)
    shown = [response for response in caught.navigations if is_document(response)]
    # Chromium's viewer reads the document by an address of its own; other viewers stand in a frame or a window
    shown += [
        response
        for response in caught.others
        if is_document(response) and (_in_viewer(page, response) or not _is_chromium(page))
    ]
    for response in reversed(shown):
        content = await _body(response)
        if content:
            return _of_response(caught, response, content, errand)
    if caught.navigations:
        last = caught.navigations[-1]
        content = await _body(last)
        if content is None and is_document(last):
            return Fetched(
                reason=Reason.UNSUPPORTED,
                status=last.status,
                url=last.url,
                note="浏览器显示了文件，但取不到内容",
            )
        return _of_response(caught, last, content or b"", errand)
    return None


def _is_chromium(page: Page) -> bool:
    browser = page.context.browser
    return browser is not None and browser.browser_type.name == "chromium"


def _in_viewer(page: Page, response: Response) -> bool:
    if response.url.startswith("chrome-extension:"):
        return True
    try:
        return response.request.frame != page.main_frame
    except Error:
        return True  # its window has gone, so it was not the page


async def _body(response: Response) -> bytes | None:
    try:
        return await asyncio.wait_for(response.body(), _BODY_S)
    except (Error, TimeoutError):
        return None


def _of_response(caught: Catch, response: Response, content: bytes, errand: Errand) -> Fetched:
    """A document or page that the browser shows."""
    told = response
    if not response.url.startswith("http"):
        told = next((each for each in caught.navigations if is_document(each)), response)
    redirected = told.request.redirected_from is not None or errand.attachment.url is None
    seen = refusal(
        status=told.status,
        headers=told.headers,
        body=content[:READ_BYTES],
        url=told.url,
        redirected=redirected,
    )
    kept = content[: errand.max_bytes]
    size, digest = of_bytes(kept, errand.path)
    return Fetched(
        reason=seen,
        path=errand.path,
        url=told.url,
        redirected=redirected,
        status=told.status,
        headers=_without_length(told),
        bytes=size,
        sha256=digest,
        capped=len(content) > len(kept),
        note=_said(caught),
    )


def _without_length(response: Response) -> tuple[tuple[bytes, bytes], ...]:
    # the browser has seen to the length, and undone any coding
    return tuple(each for each in as_raw(response.headers) if each[0] != b"content-length")


async def _downloaded(caught: Catch, errand: Errand, received: list[int], watch: LoopWatch) -> Fetched:
    download = caught.downloads[0]
    source = next(
        (each for each in reversed(caught.navigations + caught.others) if each.url == download.url), None
    )
    if source is None and download.url.startswith("blob:"):
        source = next((each for each in reversed(caught.others) if is_document(each)), None)
    known = Fetched(
        url=source.url if source else download.url,
        status=source.status if source else None,
        headers=_without_length(source) if source else (),
        suggested_name=download.suggested_filename or None,
        note=_said(caught),
    )
    announced = source.headers.get("content-length", "") if source else ""
    if announced.isdigit() and int(announced) > errand.max_bytes:
        await download.cancel()
        return replace(known, reason=Reason.OVER_BUDGET, note=f"文件长 {announced} 字节，超出下载上限")
    ending = await _finished(download, errand, received, watch)
    if ending is not None:
        return replace(known, reason=ending, note="浏览器下载中断")
    size, digest = await asyncio.to_thread(_measure, errand.path)
    fetched = replace(known, path=errand.path, bytes=size, sha256=digest)
    with errand.path.open("rb") as start:
        beginning = start.read(READ_BYTES)
    seen = refusal(
        status=known.status,
        headers=source.headers if source else {},
        body=beginning,
        url=known.url or "",
        redirected=errand.attachment.url is None,
    )
    return replace(fetched, reason=seen)


async def _finished(
    download: Download, errand: Errand, received: list[int], watch: LoopWatch
) -> Reason | None:
    """Wait for a download's end and put it in place; why it did not end well, or None."""
    drip = DripWatch()
    saving = asyncio.ensure_future(download.save_as(errand.path))
    until = time.monotonic() + WALL_S
    try:
        while not (await asyncio.wait({saving}, timeout=1.0))[0]:
            if received and received[-1] > errand.max_bytes:
                await download.cancel()
                return Reason.OVER_BUDGET
            if time.monotonic() > until or (received and drip.drips(received[-1])):
                await download.cancel()
                return Reason.PROBER_OVERLOADED if watch.strained else Reason.TIMEOUT
        await saving
    except Error:
        return Reason.TRUNCATED
    else:
        return None
    finally:
        saving.cancel()
        await asyncio.gather(saving, return_exceptions=True)


async def _progress(page: Page) -> list[int]:
    """A list whose one number is the bytes of the page's download so far; Chromium alone tells."""
    received: list[int] = []
    if _is_chromium(page):

        def on_progress(progress: dict[str, float]) -> None:
            received[:] = [int(progress.get("receivedBytes", 0))]

        session = await page.context.new_cdp_session(page)
        session.on("Page.downloadProgress", on_progress)
        await session.send("Page.enable")
    return received


def _measure(path: Path) -> tuple[int, str]:
    with path.open("rb") as file:
        return path.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest()


async def _nothing(page: Page, caught: Catch, before: frozenset[str]) -> Fetched:
    """Using the control brought no file: what the page, its script or its dialog says to that."""
    after = await _lines(page)
    said = " ".join([*caught.dialogs, *sorted(after - before)])[:400]
    failed = next((each for each in reversed(caught.others) if each.status >= 400), None)
    note = f"点击之后：{said[:200]}" if said else "点击之后没有任何反应"
    seen = recognise(status=None, headers={}, text=said) if said else None
    if seen is not None:
        return Fetched(reason=seen, note=note)
    if failed is not None:
        reason = refusal(
            status=failed.status, headers=failed.headers, body=await _body(failed) or b"", url=failed.url, redirected=True
        )  # fmt: skip
        return Fetched(
            reason=reason or Reason.NO_DOWNLOAD, status=failed.status, url=failed.url, note=_said(caught)
        )
    broken = next((each for each in caught.failed if each.is_navigation_request()), None)
    if broken is not None:
        return Fetched(
            reason=_reason_of_failure(broken.failure), url=broken.url, note=(broken.failure or "")[:200]
        )
    return Fetched(reason=Reason.NO_DOWNLOAD, note=note)


def _reason_of_failure(words: str | None) -> Reason:
    reason = classify(Error(words or ""))
    return Reason.NO_DOWNLOAD if reason is Reason.INTERRUPTED else reason


async def _lines(page: Page) -> frozenset[str]:
    try:
        text = await page.evaluate("() => document.body ? document.body.innerText : ''")
    except Error:
        return frozenset()
    return frozenset(line.strip() for line in str(text).splitlines() if line.strip())


def _said(caught: Catch) -> str | None:
    return f"页面提示：{caught.dialogs[0][:200]}" if caught.dialogs else None
