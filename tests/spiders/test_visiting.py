"""Slow pages and hosts that stop answering, met by a crawl: a second look later, nothing lost, nothing accused early."""

from __future__ import annotations

import asyncio

import pytest
from aiohttp import web

from results.records import Outcome, Reason
from results.settings import Settings
from spiders.net import breaker
from spiders.net.politeness import Politeness
from tests.spiders.websites import Crawled, Site, crawled, guide, links, page, serve

pytestmark = pytest.mark.timeout(90)

SLOW = Settings(rate=500, first_look_s=0.5, page_timeout_s=4)


async def crawl(site: Site, settings: Settings = SLOW) -> Crawled:
    return await crawled(site, settings=settings, http_options={"timeout_s": settings.page_timeout_s})


async def test_a_page_that_is_too_slow_for_the_first_look_is_read_at_the_second() -> None:
    async def slow(_: web.Request) -> web.Response:
        await asyncio.sleep(1.5)
        return web.Response(text=guide("结婚登记"), content_type="text/html")

    home = page("政务服务网", links(("/slow", "结婚登记"), ("/quick", "离婚登记")))
    async with serve({"/": home, "/slow": slow, "/quick": guide("离婚登记")}) as site:
        found = await crawl(site)
    assert found.paths("guide") == {"/slow", "/quick"}
    assert site.paths.count("/slow") == 2
    assert site.paths.index("/quick") < len(site.paths) - 1, "the second look comes after what was quick"


async def test_a_time_out_is_stated_after_the_second_look_alone() -> None:
    async def hang(_: web.Request) -> web.Response:
        await asyncio.sleep(30)
        return web.Response()

    home = page("政务服务网", links(("/hangs", "结婚登记")))
    async with serve({"/": home, "/hangs": hang}) as site:
        found = await crawl(site, Settings(rate=500, first_look_s=0.3, page_timeout_s=0.8))
    assert found.at("/hangs").reason is Reason.TIMEOUT
    assert site.paths.count("/hangs") >= 2


async def test_what_was_not_tried_at_a_dead_host_is_not_measured_and_the_crawl_is_not_complete(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(breaker, "PAUSES_S", (0.2, 0.2))
    dead = [(f"/dead/{number}", f"办理事项{number}") for number in range(40)]

    def drop(request: web.Request) -> web.Response:
        assert request.transport is not None
        request.transport.abort()
        return web.Response()

    opened: list[Reason | None] = []
    politeness = Politeness(500)
    async with serve({"/": page("政务服务网", links(*dead)), "*": drop, "/robots.txt": ""}) as site:
        with politeness.account(on_circuit=lambda circuit: opened.append(circuit.reason)):
            found = await crawled(site, politeness=politeness, settings=SLOW)
    by_reason = {each.reason: each.outcome for each in found.found if each.url != site.base + "/"}
    assert by_reason[Reason.CIRCUIT_OPEN] is Outcome.NOT_MEASURED
    # which pages had their second try before the circuit opened is a matter of speed
    assert by_reason.pop(Reason.CONNECT_RESET, Outcome.FAILED) is Outcome.FAILED
    assert set(by_reason) == {Reason.CIRCUIT_OPEN}
    assert len(found.found) == 41, "nothing is lost"
    assert opened == [Reason.CONNECT_RESET]
    assert not found.summary.complete
