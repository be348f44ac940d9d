"""Small real web sites for the spider: pages by path, every request noted."""

from __future__ import annotations

import inspect
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from results.settings import Settings
from results.store import Store
from spiders.found import CrawlSummary, FoundPage
from spiders.guide_spider import crawl
from spiders.net.client import HttpClient
from spiders.net.egress import EgressGuard
from spiders.net.politeness import Politeness
from spiders.net.robots import Robots
from spiders.renderer import Renderer
from spiders.scope import Portal

Page = str | bytes | web.StreamResponse | Callable[[web.Request], Any]


@dataclass
class Site:
    """A site that is up."""

    base: str
    pages: dict[str, Page]
    seen: list[tuple[float, str, str]] = field(default_factory=list)
    """(moment, method, path with query) of every request."""

    @property
    def port(self) -> int:
        return int(self.base.rpartition(":")[2])

    @property
    def paths(self) -> list[str]:
        return [path for _, _, path in self.seen]


@asynccontextmanager
async def serve(pages: Mapping[str, Page], host: str = "127.0.0.1", **options: Any) -> AsyncIterator[Site]:
    """Serve pages by path (`/a?b=1` before `/a`); what is missing is 404."""
    site = Site(base="", pages=dict(pages))

    async def answer(request: web.Request) -> web.StreamResponse:
        site.seen.append((time.monotonic(), request.method, request.path_qs))
        page = site.pages.get(request.path_qs, site.pages.get(request.path, site.pages.get("*")))
        if callable(page):
            page = page(request)
            if inspect.isawaitable(page):
                page = await page
        if page is None:
            return web.Response(status=404, text="Not Found")
        if isinstance(page, web.HTTPException):
            raise page
        if isinstance(page, web.StreamResponse):
            return page
        body = page.encode() if isinstance(page, str) else page
        return web.Response(body=body, headers={"Content-Type": "text/html; charset=utf-8"})

    app = web.Application(client_max_size=1 << 20)
    app.router.add_route("*", "/{path:.*}", answer)
    runner = web.AppRunner(app, handle_signals=False, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, 0, **options).start()
        scheme = "https" if "ssl_context" in options else "http"
        site.base = f"{scheme}://{host}:{runner.addresses[0][1]}"
        yield site
    finally:
        await runner.cleanup()


def page(title: str, body: str = "", head: str = "") -> str:
    return (
        f"<!DOCTYPE html><html><head><meta charset=utf-8><title>{title}</title>{head}</head>"
        f"<body><h1>{title}</h1><p>欢迎使用一体化政务服务平台，为企业和群众提供便捷的线上服务。</p>{body}</body></html>"
    )


def links(*pairs: tuple[str, str]) -> str:
    return "<ul>" + "".join(f'<li><a href="{url}">{text}</a></li>' for url, text in pairs) + "</ul>"


def guide(matter: str) -> str:
    """A guide as portals write it, with the elements that make it one."""
    rows = {
        "事项名称": matter,
        "事项类型": "行政许可",
        "实施主体": "市公安局",
        "设定依据": "《中华人民共和国居民身份证法》第十二条",
        "受理条件": "具有本市户籍的公民，因故急需使用身份证的，可以申请办理。",
        "法定办结时限": "20个工作日",
        "承诺办结时限": "3个工作日",
        "申请材料": "居民户口簿原件；申请表一份",
        "办理流程": "申请、受理、审查、决定、送达",
        "收费标准": "不收费",
        "办理地点": "市政务服务中心二楼",
        "咨询电话": "021-12345678",
    }
    table = "".join(f"<tr><th>{label}</th><td>{text}</td></tr>" for label, text in rows.items())
    return page(f"{matter}-办事指南", f"<table>{table}</table>")


@dataclass
class Crawled:
    """A crawl that has ended."""

    summary: CrawlSummary
    found: list[FoundPage]
    base: str

    def paths(self, kind: str | None = None) -> set[str]:
        return {
            each.url.removeprefix(self.base) for each in self.found if kind is None or each.kind.value == kind
        }

    def at(self, path: str) -> FoundPage:
        return next(each for each in self.found if each.url == self.base + path)


async def crawled(
    site: Site,
    home: str = "/",
    *,
    rate: float = 500,
    renderer: Renderer | None = None,
    politeness: Politeness | None = None,
    store: Store | None = None,
    run_id: int | None = None,
    on_page: Callable[[FoundPage], Awaitable[None]] | None = None,
    allow: tuple[str, ...] = ("127.0.0.1",),
    settings: Settings | None = None,
    portal: Portal | None = None,
    http_options: Mapping[str, Any] | None = None,
) -> Crawled:
    """Crawl a site to its end."""
    found: list[FoundPage] = []

    async def keep(each: FoundPage) -> None:
        found.append(each)

    politeness = politeness or Politeness(rate)
    async with AsyncExitStack() as stack:
        http = await stack.enter_async_context(
            HttpClient(EgressGuard(allow), politeness, user_agent="PortalProbe/test", **(http_options or {}))
        )
        summary = await crawl(
            portal or Portal(slug="test", name="测试市", home_url=site.base + home),
            settings=settings or Settings(rate=rate),
            http=http,
            politeness=politeness,
            robots=Robots(http, "PortalProbe/test"),
            renderer=renderer,
            store=store,
            run_id=run_id,
            on_page=on_page or keep,
        )
    return Crawled(summary=summary, found=found, base=site.base)
