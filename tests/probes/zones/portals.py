"""Small portals, and what is needed to look at them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from aiohttp import web

from probes.browsers.pool import EnginePool
from probes.probe import CrawledPage, RequiredList, RunContext
from results.evidence import EvidenceShelf
from results.moments import now
from results.records import Outcome, Page, PageKind
from results.settings import Settings
from results.store import Store
from spiders.net.client import HttpClient
from spiders.net.egress import EgressGuard
from spiders.net.politeness import Politeness
from spiders.net.robots import Robots
from spiders.scope import Portal

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Pages = dict[str, str | Handler]
Serve = Callable[[Pages], Awaitable[str]]


def html(body: str, title: str = "政务服务网") -> str:
    """A page around a body, with the line that stands below every page of a portal."""
    body += "<p>版权所有：某市人民政府办公室，承办单位：某市大数据发展管理局，技术支持电话请拨打政务服务便民热线。</p>"
    return f"<!doctype html><html><head><meta charset=utf-8><title>{title}</title></head><body>{body}</body></html>"


async def start(pages: Pages) -> tuple[web.AppRunner, str]:
    """Start a server of pages; gives it and its address."""
    app = web.Application()
    for path, page in pages.items():
        app.router.add_route("*", path, page if callable(page) else _page(page))
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    return runner, f"http://127.0.0.1:{runner.addresses[0][1]}"


def _page(text: str) -> Handler:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(text=text, content_type="text/html")

    return answer


@asynccontextmanager
async def looking_at(
    home: str,
    engines: EnginePool,
    folder: Path,
    *,
    crawled: tuple[tuple[str, PageKind, str], ...] = (),
    crawl_complete: bool = True,
    lists: tuple[RequiredList, ...],
) -> AsyncIterator[RunContext]:
    """What a probe gets for a portal whose crawl found the given pages (path, kind, title)."""
    politeness = Politeness(1000.0)
    guard = EgressGuard(["127.0.0.0/8"])
    pages = [
        CrawledPage(
            page=Page(
                id=at,
                run_id=1,
                outcome=Outcome.OK,
                measured_at=now(),
                url=home + path,
                kind=kind,
                why_kind="by the test",
                title=title,
                depth=0 if kind is PageKind.HOME else 1,
            )
        )
        for at, (path, kind, title) in enumerate((("/", PageKind.HOME, "政务服务网"), *crawled), 1)
    ]
    async with HttpClient(guard, politeness, user_agent="PortalProbe/test") as http:
        with Store.open(folder / "probe.db") as store:
            yield RunContext(
                run_id=1,
                portal=Portal(slug="somewhere", name="某市", home_url=home + "/"),
                settings=Settings(page_timeout_s=10.0),
                http=http,
                politeness=politeness,
                robots=Robots(http, "PortalProbe/test"),
                engines=engines,
                evidence=EvidenceShelf(store),
                pages=pages,
                crawl_complete=crawl_complete,
                lists=lists,
            )
