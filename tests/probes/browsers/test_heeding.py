"""What a portal answers to a browser is heeded by every client: rate limits, Retry-After, hosts that are gone."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email.utils import formatdate

import pytest
from aiohttp import web

from probes.browsers.pool import EnginePool
from results.records import Reason
from spiders.net.breaker import FAILURES_IN_A_ROW, Client
from spiders.net.client import HttpClient
from spiders.net.egress import EgressGuard, EgressProxy
from spiders.net.politeness import Politeness
from spiders.net.refusals import CircuitOpen
from tests.probes.browsers.machine import CalmGauge
from tests.spiders.websites import page, serve

pytestmark = pytest.mark.timeout(120)


@asynccontextmanager
async def browsing(politeness: Politeness, engine: str = "chromium") -> AsyncIterator[EnginePool]:
    async with (
        EgressProxy(EgressGuard(["127.0.0.1"])) as proxy,
        EnginePool(
            [engine], proxy=proxy, politeness=politeness, user_agent_suffix="", gauge=CalmGauge()
        ) as pool,
    ):
        yield pool


@pytest.mark.parametrize("path", ["/", "/calls"])
async def test_a_browsers_retry_after_holds_the_plain_client_too(path: str) -> None:
    script = "<script>fetch('/api')</script>"
    until: list[float] = []

    def busy(_: web.Request) -> web.Response:
        until.append(time.monotonic() + 2)
        return web.Response(
            status=429, text="", headers={"Retry-After": formatdate(time.time() + 3, usegmt=True)}
        )

    politeness = Politeness(100)
    pages = {"/": busy, "/api": busy, "/calls": page("办事大厅", script), "/later": "x"}
    async with serve(pages) as site, browsing(politeness) as pool:
        await pool.load("chromium", site.base + path, timeout_s=10)
        async with HttpClient(EgressGuard(["127.0.0.1"]), politeness, user_agent="test") as http:
            await http.fetch(site.base + "/later")
        [asked] = [moment for moment, _, seen in site.seen if seen == "/later"]
    assert asked >= until[0] - 0.1


async def test_a_crawl_delay_that_the_crawler_was_told_holds_a_browsers_navigations() -> None:
    politeness = Politeness(100)
    async with serve({"/": page("办事大厅")}) as site, browsing(politeness) as pool:
        politeness.crawl_delay(site.base, 1.0)
        for _ in range(3):
            await pool.load("chromium", site.base + "/", timeout_s=10)
        asked = [moment for moment, _, seen in site.seen if seen == "/"]
    assert asked[-1] - asked[0] >= 1.8


async def test_a_host_that_stops_answering_a_browser_is_left_alone_by_browsers() -> None:
    politeness = Politeness(100)
    async with serve({"/": page("办事大厅")}) as site:
        base = site.base
    async with browsing(politeness) as pool:
        with politeness.account() as account:
            for number in range(FAILURES_IN_A_ROW):
                loaded = await pool.load("chromium", f"{base}/{number}", timeout_s=10)
                assert loaded.reason is Reason.CONNECT_REFUSED
            with pytest.raises(CircuitOpen, match="connect_refused"):
                await pool.load("chromium", f"{base}/more", timeout_s=10)
            await politeness.turn(base, Client.PLAIN)
            [circuit] = account.breakers.open
    assert (circuit.client, circuit.reason) == (Client.BROWSER, Reason.CONNECT_REFUSED)


async def test_the_next_may_ask_once_a_browsers_request_has_left_not_only_when_its_page_has_loaded() -> None:
    async def slow(_: web.Request) -> web.Response:
        await asyncio.sleep(8)
        return web.Response(text="")

    politeness = Politeness(1)
    pages = {"/": page("办事大厅", "<img src=/slow>"), "/slow": slow, "/next": "x"}
    async with serve(pages) as site, browsing(politeness) as pool:
        async with HttpClient(EgressGuard(["127.0.0.1"]), politeness, user_agent="test") as http:
            loading = asyncio.create_task(pool.load("chromium", site.base + "/", timed=True, timeout_s=20))
            while not any(path == "/" for _, _, path in site.seen):
                await asyncio.sleep(0.05)
            await http.fetch(site.base + "/next")
            assert not loading.done()
            await loading
        moments = {path: moment for moment, _, path in reversed(site.seen)}
    assert moments["/next"] - moments["/"] >= 0.9
