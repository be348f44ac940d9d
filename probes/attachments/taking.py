"""What a browser brought, as a file: a download, a document that it shows, or a blob that a script saved."""

from __future__ import annotations

import asyncio
import hashlib
import time
from dataclasses import dataclass, field, replace
from pathlib import Path

from playwright.async_api import Download, Error, Page, Response

from probes.attachments import saved_blobs
from probes.attachments.catching import Catch, is_document
from probes.attachments.fetched import Fetched, as_raw, of_bytes
from probes.attachments.pressure import DripWatch, LoopWatch
from probes.attachments.refusals import READ_BYTES, refusal
from results.records import Attachment, Reason

WALL_S = 120.0
"""Seconds that a browser's download may take."""
_BODY_S = 60.0
_VIEWER_S = 15.0
"""How long Chromium's viewer may take to begin reading."""
_VIEWER = "chrome-extension:"
_MADE_BY_SCRIPT = ("blob:", "data:")


@dataclass(frozen=True, kw_only=True)
class Errand:
    """What is to be fetched, and where it may be put."""

    attachment: Attachment
    page_url: str
    path: Path
    max_bytes: int
    page_timeout_s: float


@dataclass(frozen=True, kw_only=True)
class Taker:
    """Takes what a page brings, for one errand; `at` makes one before the control is used."""

    page: Page
    errand: Errand
    watch: LoopWatch
    received: list[int] = field(default_factory=list)
    """Its one number is the bytes of the page's download so far; Chromium alone tells."""

    @classmethod
    async def at(cls, page: Page, errand: Errand, watch: LoopWatch) -> Taker:
        """A taker that hears of the progress of downloads."""
        taker = cls(page=page, errand=errand, watch=watch)
        if is_chromium(page):

            def on_progress(progress: dict[str, float]) -> None:
                taker.received[:] = [int(progress.get("receivedBytes", 0))]

            session = await page.context.new_cdp_session(page)
            session.on("Page.downloadProgress", on_progress)
            await session.send("Page.enable")
        return taker

    async def taken(self, caught: Catch) -> Fetched | None:
        """The file that came, or why it is none; None when nothing came that could be one."""
        made = [] if is_chromium(self.page) else await saved_blobs.saved(self.page)
        if made:
            return self._made(made[0], caught)
        if caught.downloads:
            return await self._downloaded(caught)
        if not await self._viewer_has_read(caught):
            return Fetched(
                reason=Reason.UNSUPPORTED,
                url=caught.navigations[-1].url,
                note="浏览器显示了文件，但取不到内容",
            )
        for response in reversed(self._shown(caught)):
            content = await body_of(response)
            if content:
                return self._of_response(caught, response, content)
        if caught.navigations:
            last = caught.navigations[-1]
            content = await body_of(last)
            if content is None and is_document(last):
                return Fetched(
                    reason=Reason.UNSUPPORTED,
                    status=last.status,
                    url=last.url,
                    note="浏览器显示了文件，但取不到内容",
                )
            return self._of_response(caught, last, content or b"")
        return None

    async def _viewer_has_read(self, caught: Catch) -> bool:
        """Whether Chromium's viewer, where it shows a PDF, has read it: what answers the navigation is the viewer's page."""
        until = time.monotonic() + _VIEWER_S
        while is_chromium(self.page) and any(map(_is_pdf, caught.navigations)):
            if any(each.url.startswith(_VIEWER) and is_document(each) for each in caught.others):
                return True
            if time.monotonic() > until:
                return False
            await asyncio.sleep(0.2)
        return True

    def _shown(self, caught: Catch) -> list[Response]:
        """Documents that the browser shows, the surest last."""
        beside = [
            response
            for response in caught.others
            # Chromium's viewer reads the document by an address of its own; other viewers stand in a frame or a window
            if is_document(response) and (not is_chromium(self.page) or _in_viewer(self.page, response))
        ]
        return [each for each in caught.navigations if is_document(each)] + beside

    def _of_response(self, caught: Catch, response: Response, content: bytes) -> Fetched:
        """A document or page that the browser shows."""
        told = response
        if not response.url.startswith("http"):
            told = next((each for each in caught.navigations if is_document(each)), response)
        redirected = told.request.redirected_from is not None or self.errand.attachment.url is None
        refused = refusal(
            status=told.status,
            headers=told.headers,
            body=content[:READ_BYTES],
            url=told.url,
            redirected=redirected,
        )
        return replace(
            self._kept(content),
            reason=refused,
            url=told.url,
            redirected=redirected,
            status=told.status,
            headers=_without_length(told),
            note=said(caught),
        )

    def _made(self, made: saved_blobs.SavedBlob, caught: Catch) -> Fetched:
        """A file that a script made, of something that it had fetched for it or of its own."""
        source = _source_of_blob(caught)
        return replace(
            self._kept(made.content),
            url=source.url if source else self.errand.page_url,
            status=source.status if source else None,
            headers=((b"content-type", made.media_type.encode()),) if made.media_type else (),
            suggested_name=made.name or None,
            made_by_script=True,
            note=said(caught),
        )

    def _kept(self, content: bytes) -> Fetched:
        kept = content[: self.errand.max_bytes]
        size, digest = of_bytes(kept, self.errand.path)
        return Fetched(path=self.errand.path, bytes=size, sha256=digest, capped=len(content) > len(kept))

    async def _downloaded(self, caught: Catch) -> Fetched:
        download = caught.downloads[0]
        by_script = download.url.startswith(_MADE_BY_SCRIPT)
        answers = reversed(caught.navigations + caught.others)
        source = next((each for each in answers if each.url == download.url), None)
        if source is None and by_script:
            source = _source_of_blob(caught)
        known = Fetched(
            url=source.url if source else self.errand.page_url if by_script else download.url,
            status=source.status if source else None,
            headers=_without_length(source) if source else (),
            suggested_name=download.suggested_filename or None,
            made_by_script=by_script,
            note=said(caught),
        )
        announced = source.headers.get("content-length", "") if source else ""
        if announced.isdigit() and int(announced) > self.errand.max_bytes:
            await download.cancel()
            return replace(known, reason=Reason.OVER_BUDGET, note=f"文件长 {announced} 字节，超出下载上限")
        ending = await self._finished(download)
        if ending is not None:
            return replace(known, reason=ending, note="浏览器下载中断")
        size, digest = await asyncio.to_thread(_measure, self.errand.path)
        with self.errand.path.open("rb") as start:
            beginning = start.read(READ_BYTES)
        refused = refusal(
            status=known.status,
            headers=source.headers if source else {},
            body=beginning,
            url=known.url or "",
            redirected=self.errand.attachment.url is None,
        )
        return replace(known, reason=refused, path=self.errand.path, bytes=size, sha256=digest)

    async def _finished(self, download: Download) -> Reason | None:
        """Wait for a download's end and put it in place; why it did not end well, or None."""
        drip = DripWatch()
        saving = asyncio.ensure_future(download.save_as(self.errand.path))
        until = time.monotonic() + WALL_S
        try:
            while not (await asyncio.wait({saving}, timeout=1.0))[0]:
                so_far = self.received[-1] if self.received else None
                if so_far is not None and so_far > self.errand.max_bytes:
                    await download.cancel()
                    return Reason.OVER_BUDGET
                if time.monotonic() > until or (so_far is not None and drip.drips(so_far)):
                    await download.cancel()
                    return Reason.PROBER_OVERLOADED if self.watch.strained else Reason.TIMEOUT
            await saving
        except Error:
            return Reason.TRUNCATED
        else:
            return None
        finally:
            saving.cancel()
            await asyncio.gather(saving, return_exceptions=True)


def is_chromium(page: Page) -> bool:
    """Whether a page is Chromium's."""
    browser = page.context.browser
    return browser is not None and browser.browser_type.name == "chromium"


async def body_of(response: Response) -> bytes | None:
    """What was answered; None where the browser does not give it."""
    try:
        return await asyncio.wait_for(response.body(), _BODY_S)
    except (Error, TimeoutError):
        return None


def said(caught: Catch) -> str | None:
    """What the page said in a dialog, for the note."""
    return f"页面提示：{caught.dialogs[0][:200]}" if caught.dialogs else None


def _source_of_blob(caught: Catch) -> Response | None:
    """The answer that a script most likely made its file of."""
    return next((each for each in reversed(caught.others) if is_document(each)), None)


def _is_pdf(response: Response) -> bool:
    return response.headers.get("content-type", "").lower().startswith("application/pdf")


def _in_viewer(page: Page, response: Response) -> bool:
    if response.url.startswith(_VIEWER):
        return True
    try:
        return response.request.frame != page.main_frame
    except Error:
        return True  # its window has gone, so it was not the page


def _without_length(response: Response) -> tuple[tuple[bytes, bytes], ...]:
    # the browser has seen to the length, and undone any coding
    return tuple(each for each in as_raw(response.headers) if each[0] != b"content-length")


def _measure(path: Path) -> tuple[int, str]:
    with path.open("rb") as file:
        return path.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest()
