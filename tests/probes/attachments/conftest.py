"""A server whose files answer as a test tells them, and what a probe needs around it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from aiohttp import web

from probes.browsers.pool import EnginePool
from probes.probe import RunContext
from results.evidence import EvidenceShelf
from results.settings import Settings
from results.store import Store
from spiders.net.client import HttpClient
from spiders.net.egress import EgressGuard, EgressProxy
from spiders.net.politeness import Politeness
from spiders.net.robots import Robots
from spiders.scope import Portal

Answering = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class FileServer:
    """Paths and how they answer; remembers what was asked."""

    base: str = ""
    answers: dict[str, Answering] = field(default_factory=dict)
    asked: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)

    def put(self, path: str, answering: Answering) -> str:
        self.answers[path] = answering
        return self.base + path

    def file(self, path: str, content: bytes, *, status: int = 200, **headers: str) -> str:
        async def answer(_: web.Request) -> web.StreamResponse:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            return web.Response(body=content, status=status, headers=named)

        return self.put(path, answer)

    def page(self, path: str, body: str) -> str:
        html = f"<!doctype html><meta charset=utf-8><title>临时居民身份证办理</title>{body}"
        return self.file(path, html.encode(), Content_Type="text/html; charset=utf-8")

    def requests_of(self, path: str) -> list[tuple[str, str, dict[str, str]]]:
        return [each for each in self.asked if each[1] == path]

    async def serve(self, request: web.Request) -> web.StreamResponse:
        self.asked.append((request.method, request.path, dict(request.headers)))
        answering = self.answers.get(request.path)
        if answering is None:
            return web.Response(status=404, text="not here")
        return await answering(request)


@pytest.fixture
async def server() -> AsyncIterator[FileServer]:
    files = FileServer()
    application = web.Application(client_max_size=1 << 20)
    application.router.add_route("*", "/{path:.*}", files.serve)
    runner = web.AppRunner(application, handle_signals=False, shutdown_timeout=0.2)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    sockets = site._server.sockets  # type: ignore[union-attr]
    files.base = f"http://127.0.0.1:{sockets[0].getsockname()[1]}"
    yield files
    await runner.cleanup()
    await asyncio.sleep(0)


@pytest.fixture
async def context(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[RunContext]:
    """A run's context; with `@pytest.mark.parametrize("engines", …)` the browsers to start."""
    wanted: tuple[str, ...] = getattr(request, "param", ())
    guard = EgressGuard(["127.0.0.1"])
    politeness = Politeness(rate=500)
    store = Store.open(tmp_path / "probe.db")
    async with (
        EgressProxy(guard) as proxy,
        HttpClient(guard, politeness, user_agent="test", timeout_s=20) as http,
        EnginePool(wanted, proxy=proxy, politeness=politeness, user_agent_suffix="test") as engines,
    ):
        yield RunContext(
            run_id=1,
            portal=Portal(slug="t", name="试验", home_url="http://127.0.0.1/"),
            settings=Settings(practice=True),
            http=http,
            politeness=politeness,
            robots=Robots(http, "test"),
            engines=engines,
            evidence=EvidenceShelf(store),
            pages=[],
        )
    store.close()
