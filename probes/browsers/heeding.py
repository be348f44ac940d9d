"""What a browser asks of a portal, and the portal of us, told to the gate that all clients pass."""

from __future__ import annotations

import contextlib
from contextvars import copy_context
from typing import TYPE_CHECKING

from playwright.async_api import Error, Page, Request, Response

if TYPE_CHECKING:
    from spiders.net.politeness import Politeness

_ASKS_FOR_PATIENCE = (429, 503)
_TAKES_A_TURN = frozenset({"document", "xhr", "fetch"})
"""What a navigation, a click or a search sends first."""


def heed(page: Page, politeness: Politeness) -> None:
    """Tell the gate when a page's requests leave, and what is answered to it and its windows.

    That is: rate limits, `Retry-After`, that a host is there.

    Answers to sub-resources and scripts count only where they ask for patience: a page has dozens of others.
    """
    run = copy_context()  # events come in a context of the driver's, which knows no run

    def note(response: Response) -> None:
        with contextlib.suppress(Error):  # a request of a frame that is no longer there
            if response.status in _ASKS_FOR_PATIENCE or response.request.is_navigation_request():
                header = response.headers.get("retry-after")
                run.run(politeness.answered, response.url, response.status, retry_after=header)

    def note_leaving(request: Request) -> None:
        if request.resource_type in _TAKES_A_TURN:
            politeness.departed(request.url)

    def listen(to: Page) -> None:
        to.on("request", note_leaving)
        to.on("response", note)
        to.on("popup", listen)

    listen(page)
