"""A server whose files answer as a test tells them, and what a probe needs around it.

One server and one browser of each engine serve a whole module, since starting them is what takes the time.
"""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import web

from probes.browsers.pool import EnginePool
from probes.downloading import Downloads
from probes.probe import CrawledPage, RunContext
from results.evidence import EvidenceShelf
from results.records import Attachment, Download, Offer, Outcome, Page, PageKind, Reason
from results.settings import Settings
from results.store import Store
from spiders.net.client import HttpClient
from spiders.net.egress import EgressGuard, EgressProxy
from spiders.net.politeness import Politeness
from spiders.net.robots import Robots
from spiders.scope import Portal
from tests.probes.loopback import LoopbackPortal

Answering = Callable[[web.Request], Awaitable[web.StreamResponse]]
NOW = "2026-11-21T08:00:00.000Z"


class FileServer(LoopbackPortal):
    """Paths and how they answer; remembers what was asked."""

    def __init__(self, certificate: ssl.SSLContext | None = None) -> None:
        super().__init__(certificate)
        self.answers: dict[str, Answering] = {}
        self.asked: list[tuple[str, str, dict[str, str]]] = []

    def put(self, path: str, answering: Answering) -> str:
        self.answers[path] = answering
        return self.base_url + path

    def file(self, path: str, content: bytes, *, status: int = 200, **headers: str) -> str:
        async def answer(_: web.Request) -> web.StreamResponse:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            return web.Response(body=content, status=status, headers=named)

        return self.put(path, answer)

    def page(self, path: str, body: str) -> str:
        # long enough for a page that has drawn itself
        text = "受理条件：具有本市常住户口，居民身份证丢失、损坏，需要在补领期间使用临时居民身份证的公民，可以申请。"
        html = f"<!doctype html><meta charset=utf-8><title>临时居民身份证办理</title><p>{text}</p>{body}"
        return self.file(path, html.encode(), Content_Type="text/html; charset=utf-8")

    def requests_of(self, path: str) -> list[tuple[str, str, dict[str, str]]]:
        return [each for each in self.asked if each[1] == path]

    async def answered(self, request: web.Request) -> web.StreamResponse:
        self.asked.append((request.method, request.path, dict(request.headers)))
        answering = self.answers.get(request.path)
        if answering is None:
            return web.Response(status=404, text="not here")
        return await answering(request)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def running() -> AsyncIterator[FileServer]:
    async with FileServer() as files:
        yield files


@pytest.fixture
def server(running: FileServer) -> FileServer:
    running.answers.clear()
    running.asked.clear()
    return running


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def context(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> AsyncIterator[RunContext]:
    """A run's context; its parameter, or the module's ENGINES, are the browsers to start."""
    wanted: tuple[str, ...] = getattr(request, "param", getattr(request.module, "ENGINES", ()))
    guard = EgressGuard(["127.0.0.1", "::1"])
    politeness = Politeness(rate=500)
    async with AsyncExitStack() as ends:
        store = ends.enter_context(Store.open(tmp_path_factory.mktemp("results") / "probe.db"))
        proxy = await ends.enter_async_context(EgressProxy(guard))
        http = await ends.enter_async_context(HttpClient(guard, politeness, user_agent="test", timeout_s=20))
        engines = await ends.enter_async_context(
            EnginePool(wanted, proxy=proxy, politeness=politeness, user_agent_suffix="test")
        )
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


def guide(page_url: str, **attachment: Any) -> CrawledPage:
    """A page with one attachment."""
    reason = attachment.get("reason")
    page = Page(
        id=1,
        run_id=1,
        outcome=Outcome.OK,
        measured_at=NOW,
        url=page_url,
        kind=PageKind.GUIDE,
        why_kind="test",
        depth=3,
    )
    offered = Attachment(
        id=7,
        run_id=1,
        page_id=1,
        measured_at=NOW,
        outcome=reason.outcome if isinstance(reason, Reason) else Outcome.OK,
        **{"label": "申请表", "offer": Offer.LINK, **attachment},
    )
    return CrawledPage(page=page, attachments=(offered,))


@pytest.fixture
def measured(context: RunContext) -> Callable[..., Awaitable[Download]]:
    """Measures one attachment of a page: `await measured(page_url, url=…, offer=…)`."""

    async def measure(page_url: str, *, attempt: int = 1, **attachment: Any) -> Download:
        (unit,) = Downloads().units_for_page(context, guide(page_url, **attachment))
        (observation,) = await unit.measure(attempt)
        assert isinstance(observation, Download)
        return observation

    return measure
