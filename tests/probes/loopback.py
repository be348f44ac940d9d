"""A portal on loopback for the length of a test; each of its kinds says how a request is answered."""

from __future__ import annotations

import ssl
from abc import ABC, abstractmethod
from contextlib import AsyncExitStack
from typing import Self

from aiohttp import web


class LoopbackPortal(ABC):
    """A server on a free port, as an async context manager.

    Args:
        certificate: Speak https with it.
    """

    def __init__(self, certificate: ssl.SSLContext | None = None) -> None:
        self.base_url = ""
        self._certificate = certificate
        self._ends = AsyncExitStack()

    def url(self, name: str) -> str:
        return f"{self.base_url}/{name}"

    @abstractmethod
    async def answered(self, request: web.Request) -> web.StreamResponse:
        """The answer to a request."""

    async def __aenter__(self) -> Self:
        application = web.Application(client_max_size=1 << 20)
        application.router.add_route("*", "/{name:.*}", self.answered)
        runner = web.AppRunner(application, access_log=None, handler_cancellation=True, shutdown_timeout=0.2)
        await runner.setup()
        self._ends.push_async_callback(runner.cleanup)
        await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=self._certificate).start()
        scheme = "https" if self._certificate else "http"
        self.base_url = f"{scheme}://127.0.0.1:{runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._ends.aclose()


def html(body: str, status: int = 200) -> web.Response:
    """A Chinese page."""
    text = f"<!doctype html><html lang=zh>{body}"
    return web.Response(text=text, status=status, content_type="text/html", charset="utf-8")
