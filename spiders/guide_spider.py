"""The spider: from a home address to every guide of a portal, pages handed on as they are found."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, cast

import scrapy
from scrapy.core.scheduler import BaseScheduler
from scrapy.crawler import AsyncCrawlerRunner, Crawler
from twisted.python.failure import Failure

from results.records import Outcome, Reason
from results.settings import Settings
from results.store import Store
from spiders.entrance import enter
from spiders.found import CrawlSummary, FoundPage
from spiders.frontier import Frontier
from spiders.net.client import HttpClient
from spiders.net.politeness import Politeness
from spiders.net.robots import Robots
from spiders.portal_crawl import PortalCrawl
from spiders.reading_workers import ReadingWorkers
from spiders.renderer import Renderer
from spiders.scope import Portal, Scope
from spiders.settings import scrapy_settings
from spiders.visiting import Visitor

_log = logging.getLogger(__name__)

_SLOW_RATE = 5.0
"""Pages a second that one core reads easily beside everything else."""


async def crawl(
    portal: Portal,
    *,
    settings: Settings,
    http: HttpClient,
    politeness: Politeness,
    robots: Robots,
    renderer: Renderer | None,
    store: Store | None,
    run_id: int | None,
    on_page: Callable[[FoundPage], Awaitable[None]],
) -> CrawlSummary:
    """Crawl a portal to its end, or as far as the budgets go. A crawl that was killed goes on where it was.

    Args:
        portal: Where to begin, and which region it is.
        settings: Budgets and rate.
        http: The one client.
        politeness: The gate that it goes through; tells the requests sent.
        robots: robots.txt.
        renderer: Shows pages that need a browser; None where there is no browser.
        store: Where the frontier is kept; None if it need not outlive this call.
        run_id: The run that it belongs to, where there is a store.
        on_page: Gets each page once, as it is found; a page met again after a kill is not handed on twice.

    Returns:
        How it ended. Raises nothing for what a portal does; `asyncio.CancelledError` when it is cancelled.

    Raises:
        sqlite3.Error, PlainError: Results cannot be stored any more.
    """
    requests_before = politeness.requests
    entrance = await enter(portal, http=http, robots=robots, renderer=renderer)
    if entrance.portal is None:
        return CrawlSummary(
            complete=False,
            why=entrance.why,
            pages=0,
            requests=politeness.requests - requests_before,
            entry="none",
            home_outcome=entrance.reason.outcome if entrance.reason else Outcome.OK,
            home_reason=entrance.reason,
        )
    frontier = Frontier(store, run_id, max_pages=settings.max_pages, max_depth=settings.max_depth)
    try:
        scope = Scope(entrance.portal)
        async with ReadingWorkers(fast=settings.rate > _SLOW_RATE) as readers:
            work = PortalCrawl(
                entrance.portal,
                http=http,
                robots=robots,
                renderer=renderer,
                frontier=frontier,
                scope=scope,
                readers=readers,
                on_page=on_page,
                entered=entrance.why,
            )
            await work.begin()
            first_look_s = min(settings.first_look_s, settings.page_timeout_s)
            visitor = Visitor(http, robots, scope, first_look_s=first_look_s, stopped=work.stopping)
            await _run_scrapy(settings, work, visitor)
            if work.broken is not None:
                raise work.broken
        reason = _reason(frontier)
        why = work.stopped or frontier.outcome.hides_guides() or frontier.outcome.unread_navigation()
        if why is None and not frontier.exhausted:
            why = "the crawl was stopped"
        if reason is not None:
            why = f"the home page did not open: {reason}"
        return CrawlSummary(
            complete=why is None,
            why=why,
            pages=work.pages,
            requests=politeness.requests - requests_before,
            entry=entrance.entry,
            cuts=frontier.outcome.cuts(),
            home_outcome=reason.outcome if reason else Outcome.OK,
            home_reason=reason,
        )
    finally:
        frontier.close()


def _reason(frontier: Frontier) -> Reason | None:
    home = frontier.outcome.home()
    return Reason(home[1]) if home is not None and home[1] is not None else None


async def _run_scrapy(settings: Settings, work: PortalCrawl, visitor: Visitor) -> None:
    runner = AsyncCrawlerRunner(scrapy_settings(settings.rate))
    task = runner.crawl(GuideSpider, work=work, visitor=visitor)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        work.stop("interrupted")
        await runner.stop()
        await asyncio.wait([task])
        raise


class GuideSpider(scrapy.Spider):
    """Hands what Scrapy downloads to the portal's crawl.

    Args:
        work: Reads pages and keeps the frontier.
        visitor: Fetches them.
    """

    name = "guides"

    def __init__(self, work: PortalCrawl, visitor: Visitor, **keywords: Any) -> None:
        super().__init__(**keywords)
        self.work = work
        self.visitor = visitor

    async def start(self) -> AsyncIterator[Any]:
        """Nothing: the frontier has the first address."""
        return
        yield  # makes it the generator that Scrapy asks for

    async def parse(self, response: scrapy.http.Response, **_: Any) -> None:
        """Read a page that came."""
        meta = response.meta
        await self.work.visited(meta["entry"], meta["visit"])

    async def failed(self, failure: Failure) -> None:
        """Note a page that did not come."""
        request = cast("Any", failure).request
        await self.work.failed(request.meta["entry"], cast(BaseException, failure.value))


class FrontierScheduler(BaseScheduler):
    """Scrapy's queue is the frontier."""

    def __init__(self, spider: GuideSpider) -> None:
        self._spider = spider

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> FrontierScheduler:
        """As Scrapy makes it."""
        return cls(cast(GuideSpider, crawler.spider))

    def has_pending_requests(self) -> bool:
        """Whether the crawl goes on."""
        return self._spider.work.goes_on

    def enqueue_request(self, request: scrapy.Request) -> bool:
        """Nothing but the frontier enqueues."""
        return False

    def next_request(self) -> scrapy.Request | None:
        """The next page to fetch; None while nothing may be fetched."""
        entry = self._spider.work.next()
        if entry is None:
            return None
        return scrapy.Request(
            entry.url.partition("#")[0],
            callback=self._spider.parse,
            errback=self._spider.failed,
            meta={"entry": entry},
            dont_filter=True,
        )
