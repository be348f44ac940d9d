"""The control page: a tiny page of our own on loopback, which every engine that is well opens.

Browsers reach nothing private, so the page has a way of its own: a second egress proxy that opens loopback and is
used for the control page alone.
"""

from __future__ import annotations

from contextlib import AsyncExitStack
from types import TracebackType
from typing import Self

from aiohttp import web

from spiders.net.egress import EgressGuard, EgressProxy

_LOOPBACK = "127.0.0.1"
_STATIC, _SCRIPTED = "control page", "its script ran"
_PAGE = f"""<!doctype html><html lang="en"><meta charset="utf-8"><title>{_STATIC}</title>
<body><p>{_STATIC}</p><script>document.body.append(["{_SCRIPTED.replace(" ", '", "')}"].join(" "))</script></body></html>"""


class ControlPage:
    """Serves the control page while it is open; an async context manager."""

    def __init__(self) -> None:
        self._ends = AsyncExitStack()
        self._proxy = EgressProxy(EgressGuard([_LOOPBACK]))
        self.url = ""

    @property
    def proxy_url(self) -> str:
        """The way that leads to it."""
        return self._proxy.url

    def is_shown(self, text: str) -> bool:
        """Whether a page's visible text is the control page's, script included."""
        return _STATIC in text and _SCRIPTED in text

    async def __aenter__(self) -> Self:
        await self._ends.enter_async_context(self._proxy)
        application = web.Application()
        application.router.add_get("/", _serve)
        runner = web.AppRunner(application, access_log=None)
        await runner.setup()
        self._ends.push_async_callback(runner.cleanup)
        site = web.TCPSite(runner, _LOOPBACK, 0)
        await site.start()
        self.url = f"http://{_LOOPBACK}:{runner.addresses[0][1]}/"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._ends.aclose()


async def _serve(_: web.Request) -> web.Response:
    return web.Response(text=_PAGE, content_type="text/html")
