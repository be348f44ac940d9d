"""What a page requests while it loads, and what comes back."""

from __future__ import annotations

import asyncio
import time
from urllib.parse import urlsplit

from playwright.async_api import ConsoleMessage, Download, Error, Page, Request, Response

_MAY_CHANGE_THE_PAGE = frozenset({"document", "script", "xhr", "fetch", "stylesheet"})
_NOT_MODIFIED = 304
_LONG_POLL_S = 5.0
_CUT_SHORT = ("CONTENT_LENGTH_MISMATCH", "INCOMPLETE_CHUNKED_ENCODING", "NET_PARTIAL_TRANSFER")
_KEPT = 50
_CONSOLE_HEARD = 500
"""Console messages after which a page is no longer listened to: one that never stops would drown the driver."""


def breaks_off(said: str) -> bool:
    """Whether an engine's words mean that an answer ended before its announced end."""
    return any(each in said for each in _CUT_SHORT)


class Traffic:
    """Listens to a page from before its navigation; counts grow as long as the page lives."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._pending: dict[Request, float] = {}
        self.requests = 0
        self.plain_requests = 0
        self.failed: dict[Request, str] = {}
        """Sub-requests that failed, and how; a script that is missing fails twice and counts once."""
        self.console_errors: list[str] = []
        self.page_errors: list[str] = []
        self.document: Response | None = None
        """The latest answer to a navigation of the page itself."""
        self.documents: list[str] = []
        """Addresses of the page's own navigations, redirects included."""
        self.document_failure: str | None = None
        """Why the latest navigation of the page itself was not answered, in the engine's words."""
        self._broken: Request | None = None
        """The navigation that failed; its answer may be told of after its failure."""
        self.crashed = False
        self.has_downloaded = False
        """The page, or its address, began a download."""
        self.is_cut_short = False
        """The document broke off before its announced end; what came of it is shown."""
        self.ended = asyncio.Event()
        """Something of this kind happened: no `DOMContentLoaded` may come any more."""
        self._console_heard = 0
        page.on("request", self._on_request)
        page.on("response", self._on_response)
        page.on("requestfinished", self._on_finished)
        page.on("requestfailed", self._on_failed)
        page.on("console", self._on_console)
        page.on("pageerror", self._on_page_error)
        page.on("crash", self._on_crash)
        page.on("download", self._on_download)

    def pending(self) -> bool:
        """Whether scripts, data or documents are on their way; long polls do not count."""
        now = time.monotonic()
        return any(now - since < _LONG_POLL_S for since in self._pending.values())

    def mixed_content(self) -> int | None:
        """How many plain http requests an https page made; None for a page that is plain itself."""
        return self.plain_requests if urlsplit(self._page.url).scheme == "https" else None

    def _is_main_document(self, request: Request) -> bool:
        try:
            return request.is_navigation_request() and request.frame == self._page.main_frame
        except Error:  # a request of a service worker, or of a frame that is no longer there
            return False

    def _on_request(self, request: Request) -> None:
        self.requests += 1
        if request.resource_type in _MAY_CHANGE_THE_PAGE:
            self._pending[request] = time.monotonic()
        if self._is_main_document(request):
            self.documents.append(request.url)
        elif request.url.startswith(("http://", "ws://")):
            self.plain_requests += 1

    def _on_response(self, response: Response) -> None:
        if self._is_main_document(response.request):
            if not 300 <= response.status < 400 or response.status == _NOT_MODIFIED:
                self.document = response
                if response.request == self._broken:
                    self.ended.set()
                else:
                    self.document_failure = None
        elif response.status >= 400:
            self._fail(response.request, str(response.status))

    def _on_finished(self, request: Request) -> None:
        self._pending.pop(request, None)

    def _on_failed(self, request: Request) -> None:
        self._pending.pop(request, None)
        failure = request.failure or "failed"
        if not self._is_main_document(request):
            self._fail(request, failure)
        elif self.document is not None and breaks_off(failure):
            self.is_cut_short = True
            self.ended.set()
        elif "abort" not in failure.lower():  # given up for another navigation, or for a download
            self.document_failure = failure
            self._broken = request
            if self.document is not None and self.document.request == request:
                self.ended.set()  # it was answered, and the answer cannot be read: no engine goes on with it

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self._note(self.console_errors, message.text)
        self._console_heard += 1
        if self._console_heard == _CONSOLE_HEARD:
            self._page.remove_listener("console", self._on_console)

    def _on_page_error(self, error: Error) -> None:
        self._note(self.page_errors, error.message)

    def _on_crash(self, _: Page) -> None:
        self.crashed = True

    def _on_download(self, _: Download) -> None:
        self.has_downloaded = True
        self.ended.set()

    def _fail(self, request: Request, how: str) -> None:
        if len(self.failed) < _KEPT:
            self.failed.setdefault(request, how)

    @staticmethod
    def _note(kept: list[str], text: str) -> None:
        # a page that errs for ever must not fill our memory
        if len(kept) < _KEPT:
            kept.append(text[:500])
