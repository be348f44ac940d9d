"""Catching what a click brings: a download, a new window, a document shown in the page, an error, nothing.

What differs between engines (tried with headless-shell and Chromium 15x, Firefox ESR 140, Playwright 1.64):

    a PDF by link or window.open    headless-shell: download event (on the opener, before its popup is told of).
                                    Chromium: shown in its viewer, no download event; the bytes come in the answer
                                    that the viewer itself reads. Firefox: shown, the bytes are the navigation's body.
    other files                     a download event in all; Firefox closes the window that they opened in.
    a file made by script (blob:)   a download event in Chromium; none in Firefox (see `saved_blobs`).
    a document in an <embed>        Chromium's viewer reads it; headless-shell, which has none, asks for nothing.
    a download that breaks off      `failure()` is `canceled` in all; the reason is in the failed request at best.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from playwright.async_api import Dialog, Download, Error, Page, Request, Response

_DOCUMENT_TYPES = re.compile(
    r"application/(?:pdf|octet-stream|msword|vnd\.|zip|x-zip|x-rar|x-7z|rtf|ofd|wps|kswps|force-download|x-download|download"
    r"|x-msdownload)|image/|text/(?:plain|csv|rtf)",
    re.IGNORECASE,
)
_DOWNLOADS_BY_CONFIRMING = re.compile(r"下载|打开|保存|继续|download|open|save")
_GRACE_S = 2.0
"""How long a page that opened instead of a file may take to bring the file after all."""
_STILL_S = 4.0
"""A click that has set nothing in motion for this long brings nothing any more."""


@dataclass(kw_only=True)
class Catch:
    """What has come since the watching began."""

    downloads: list[Download] = field(default_factory=list)
    navigations: list[Response] = field(default_factory=list)
    """Answers to navigations of the page, its frames and its windows."""
    others: list[Response] = field(default_factory=list)
    failed: list[Request] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)
    windows: list[Page] = field(default_factory=list)


class Catcher:
    """Watches a page and the windows it opens. The page's context must be its own."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._caught = Catch()
        self._changed = asyncio.Event()
        self._under_way: set[Request] = set()
        self._moved_at = time.monotonic()
        self._dialogs: set[asyncio.Task[None]] = set()
        page.context.on("request", self._on_request)
        page.context.on("requestfinished", self._on_finished)
        page.context.on("response", self._on_response)
        page.context.on("requestfailed", self._on_failed)
        page.context.on("page", self._on_window)
        page.context.on("dialog", self._on_dialog)
        page.on("download", self._on_download)

    def start(self) -> None:
        """Forget what came so far."""
        self._caught = Catch()
        self._under_way.clear()
        self._moved_at = time.monotonic()
        self._changed.clear()

    async def wait(self, limit_s: float, still: Callable[[], bool] = lambda: True) -> Catch:
        """Wait until something decisive came and had time to be overtaken by something better.

        Args:
            limit_s: How long to wait at most, seconds.
            still: Whether stillness means that nothing will come: a machine under strain is still for other reasons.
        """
        until = time.monotonic() + limit_s
        seen_at: float | None = None
        while (left := until - time.monotonic()) > 0:
            if self._caught.downloads:
                break
            if seen_at is None and self._decisive():
                seen_at = time.monotonic()
            if seen_at is not None and time.monotonic() - seen_at >= _GRACE_S:
                break
            is_still = not self._under_way and time.monotonic() - self._moved_at >= _STILL_S
            if is_still and still():
                break
            try:
                await asyncio.wait_for(self._changed.wait(), min(left, 0.5))
            except TimeoutError:
                continue
            self._changed.clear()
        return self._caught

    def _decisive(self) -> bool:
        caught = self._caught
        answered = any(response.status >= 400 for response in caught.others)
        documents = any(is_document(response) for response in caught.others)
        return bool(caught.navigations or caught.dialogs or answered or documents)

    def _on_request(self, request: Request) -> None:
        self._under_way.add(request)
        self._moved_at = time.monotonic()

    def _on_download(self, download: Download) -> None:
        self._caught.downloads.append(download)
        self._changed.set()

    def _on_response(self, response: Response) -> None:
        request = response.request
        if request.is_navigation_request() and response.url.startswith("http"):
            if not 300 <= response.status < 400:
                self._caught.navigations.append(response)
        elif request.resource_type in ("fetch", "xhr", "other", "document", "image", "media"):
            self._caught.others.append(response)
        self._changed.set()

    def _on_finished(self, request: Request) -> None:
        self._under_way.discard(request)

    def _on_failed(self, request: Request) -> None:
        self._under_way.discard(request)
        self._caught.failed.append(request)
        self._changed.set()

    def _on_window(self, window: Page) -> None:
        self._caught.windows.append(window)
        window.on("download", self._on_download)
        self._changed.set()

    def _on_dialog(self, dialog: Dialog) -> None:
        self._caught.dialogs.append(dialog.message[:300])
        task = asyncio.get_running_loop().create_task(self._answer(dialog))
        self._dialogs.add(task)
        task.add_done_callback(self._dialogs.discard)
        self._changed.set()

    async def _answer(self, dialog: Dialog) -> None:
        """Confirm a question about the download itself; turn down any other."""
        try:
            if dialog.type == "confirm" and _DOWNLOADS_BY_CONFIRMING.search(dialog.message):
                await dialog.accept()
            else:
                await dialog.dismiss()
        except Error:
            return  # the page has gone, and its question with it


def is_document(response: Response) -> bool:
    """Whether an answer declares a document rather than a page, script, style or interface reply."""
    declared = response.headers.get("content-type", "")
    attached = "attachment" in response.headers.get("content-disposition", "").lower()
    image = declared.lower().startswith("image/")
    if image and response.request.resource_type == "image":
        return False  # a picture of the page itself
    return attached or _DOCUMENT_TYPES.match(declared) is not None
