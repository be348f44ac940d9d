from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from aiohttp import web

from probes.browsers.pool import EnginePool
from probes.browsers.pressure import PressureGauge, Reading, Strain
from probes.loading import PageLoads
from probes.probe import Lane
from results.ledger import Evidence
from results.records import Observation, Outcome, PageKind, PageLoad, Reason
from results.settings import Settings
from results.store import Store
from tests.probes.browsers.machine import pool_of
from tests.probes.browsers.misbehaving import MisbehavingPortal
from tests.probes.rig import context_of, page
from tests.spiders.websites import page as website
from tests.spiders.websites import serve

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def portal() -> AsyncIterator[MisbehavingPortal]:
    async with MisbehavingPortal() as served:
        yield served


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def pool() -> AsyncIterator[EnginePool]:
    async with pool_of(["chromium", "firefox"]) as engines:
        yield engines


async def loads(
    pool: EnginePool, folder: Path, url: str, *, kind: PageKind = PageKind.GUIDE, lane: Lane = Lane.BROWSER
) -> tuple[list[PageLoad], list[PageLoad]]:
    """A page's first look, and its confirmation if it failed."""
    context = context_of(pool, folder, url)
    (unit,) = [each for each in PageLoads().units_for_page(context, page(url, kind)) if each.lane is lane]
    first = await unit.measure(1)
    again = await unit.measure(2) if any(each.outcome is Outcome.FAILED for each in first) else []
    return of_page(first), of_page(again)


def of_page(rows: object) -> list[PageLoad]:
    assert isinstance(rows, list | tuple)
    assert all(isinstance(each, Observation) for each in rows)
    return [each for each in rows if isinstance(each, PageLoad)]


async def test_a_page_that_works_opens_in_every_engine(
    pool: EnginePool, portal: MisbehavingPortal, tmp_path: Path
) -> None:
    first, again = await loads(pool, tmp_path, portal.url("ok"))
    assert [(each.engine, each.outcome, each.http_status) for each in first] == [
        ("chromium", Outcome.OK, 200),
        ("firefox", Outcome.OK, 200),
    ]
    assert again == []
    assert all(each.engine_version and each.text_length and each.evidence_id is None for each in first)


async def test_the_home_page_always_leaves_evidence(
    pool: EnginePool, portal: MisbehavingPortal, tmp_path: Path
) -> None:
    first, _ = await loads(pool, tmp_path, portal.url("ok"), kind=PageKind.HOME)
    kept = Store.open(tmp_path / "probe.db").all(Evidence)
    assert {each.id for each in kept} == {each.evidence_id for each in first}
    assert all(each.media_type == "image/png" for each in kept)


@pytest.mark.parametrize(
    ("name", "reason"),
    [("short-in-firefox", Reason.ENGINE_DISAGREES), ("throws-in-firefox", Reason.SCRIPT_ERROR)],
)
async def test_an_engine_that_shows_far_less_has_failed_there_alone(
    pool: EnginePool, portal: MisbehavingPortal, tmp_path: Path, name: str, reason: Reason
) -> None:
    first, again = await loads(pool, tmp_path, portal.url(name))
    assert {each.engine: each.reason for each in first} == {"chromium": None, "firefox": reason}
    (confirmed,) = again
    assert (confirmed.engine, confirmed.reason, confirmed.attempt) == ("firefox", reason, 2)
    assert confirmed.note is not None and "characters of text in firefox" in confirmed.note


async def test_a_failure_is_confirmed_only_where_it_was_met(
    pool: EnginePool, portal: MisbehavingPortal, tmp_path: Path
) -> None:
    portal.hits.clear()
    first, again = await loads(pool, tmp_path, portal.url("once-down"))
    assert {each.engine: each.reason for each in first} == {"chromium": Reason.HTTP_5XX, "firefox": None}
    assert [(each.engine, each.outcome) for each in again] == [("chromium", Outcome.OK)]


async def test_a_confirmed_failure_keeps_its_screenshot_and_trace(
    pool: EnginePool, portal: MisbehavingPortal, tmp_path: Path
) -> None:
    _, again = await loads(pool, tmp_path, portal.url("gone"))
    assert [each.reason for each in again] == [Reason.HTTP_4XX, Reason.HTTP_4XX]
    assert all(each.evidence_id is not None for each in again)
    assert again[0].trace_id is not None


async def test_a_timed_load_is_a_first_visit_in_chromium(
    pool: EnginePool, portal: MisbehavingPortal, tmp_path: Path
) -> None:
    (timed,), _ = await loads(pool, tmp_path, portal.url("ok"), kind=PageKind.HOME, lane=Lane.TIMED)
    assert timed.timed and timed.first_visit and timed.engine == "chromium"
    assert timed.load_ms is not None and timed.load_ms > 0


async def test_a_dozen_pages_are_timed_spread_over_the_sample(pool: EnginePool, tmp_path: Path) -> None:
    home = page("http://127.0.0.1/", PageKind.HOME)
    guides = [page(f"http://127.0.0.1/g/{n}", PageKind.GUIDE) for n in range(30)]
    context = context_of(pool, tmp_path, home.page.url, pages=[home, *guides])
    context.sample = [home, *guides]
    keys = [each.key for each in PageLoads().units_for_portal(context)]
    assert len(keys) == 10  # with the home page 11: every third of thirty
    assert keys[0].endswith("/g/0") and keys[-1].endswith("/g/27")
    assert [each.lane for each in PageLoads().units_for_page(context, home)] == [Lane.BROWSER, Lane.TIMED]
    assert [each.lane for each in PageLoads().units_for_page(context, guides[0])] == [Lane.BROWSER]


class _StrainedGauge(PressureGauge):
    """Stands in for a machine that others keep busy."""

    def since(self, start: Reading) -> Strain:
        return Strain(late_s=9, busy=1, others=0, stalled=1)


async def test_what_an_overloaded_machine_spoiled_in_one_engine_is_looked_at_again_in_that_one(
    tmp_path: Path,
) -> None:
    asked = []

    async def slow_at_first_in_firefox(request: web.Request) -> web.Response:
        asked.append("firefox" if "Firefox" in request.headers["User-Agent"] else "chromium")
        if asked == ["chromium", "firefox"]:
            await asyncio.sleep(10)
        return web.Response(text=website("政务服务网", "<p>办事指南</p>" * 50), content_type="text/html")

    async with (
        serve({"/": slow_at_first_in_firefox}) as site,
        pool_of(["chromium", "firefox"], _StrainedGauge()) as pool,
    ):
        context = context_of(pool, tmp_path, site.base, settings=Settings(page_timeout_s=8, first_look_s=3))
        unit, *_ = PageLoads().units_for_page(context, page(site.base + "/", PageKind.GUIDE))
        first, again = of_page(await unit.measure(1)), of_page(await unit.measure(2))
    assert [(each.engine, each.reason) for each in first] == [
        ("chromium", None),
        ("firefox", Reason.PROBER_OVERLOADED),
    ]
    assert [(each.engine, each.reason, each.attempt) for each in again] == [("firefox", None, 2)]
