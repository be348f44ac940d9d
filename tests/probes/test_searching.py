"""The search probe on portals whose search is built in many ways; they run side by side in one browser."""

from __future__ import annotations

import asyncio
import itertools
from collections import Counter
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from probes.browsers.pool import EnginePool
from probes.searching import STABLE_REASONS, SearchProbe, _queries
from results.records import Outcome, Reason, Search
from results.settings import Settings
from tests.probes.rig import context_of
from tests.probes.search_portals import HOMES, serve_searches

pytestmark = pytest.mark.asyncio(loop_scope="module")

_AT_ONCE = 10
_WORKING = (
    "form",
    "table",
    "button",
    "enter",
    "icon",
    "window",
    "framed",
    "shadow",
    "suggests",
    "linked",
    "routed",
    "further",
    "two",
    "actions",
    "tabs",
)
_MATTER = "社会保障卡申领"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def trials(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[dict[str, list[Search]]]:
    """One trial on each portal: the exact wording of a matter; all of them on one that has no box."""
    folder = tmp_path_factory.mktemp("search")
    gate = asyncio.Semaphore(_AT_ONCE)
    rows: dict[str, list[Search]] = {}

    async def search(pool: EnginePool, origin: str, name: str) -> None:
        settings = Settings(page_timeout_s=5, search_repeats=1)
        context = context_of(pool, folder, f"{origin}/p/{name}", settings=settings)
        async with gate, context.http:
            rows[name] = []
            for unit in SearchProbe().units_for_portal(context):
                if name == "none" or unit.key == f"exact {_MATTER} 1":
                    rows[name].extend(await unit.measure(1))  # type: ignore[arg-type]

    async with (
        serve_searches() as origin,
        EnginePool(["chromium"], proxy=None, politeness=None, user_agent_suffix="test") as pool,
    ):
        await asyncio.gather(*(search(pool, origin, name) for name in HOMES))
        yield rows


@pytest.mark.parametrize("name", _WORKING)
async def test_finds_the_box_and_reads_the_results(trials: dict[str, list[Search]], name: str) -> None:
    (row,) = trials[name]
    assert (row.outcome, row.target_rank, row.results) == (Outcome.OK, 1, 3), row
    assert row.query == row.matter == _MATTER
    assert row.elapsed_ms is not None and row.elapsed_ms > 0
    assert row.evidence_id is not None


@pytest.mark.parametrize("name", ["laid", "floating", "standing"])
async def test_what_stands_beside_one_result_is_none(trials: dict[str, list[Search]], name: str) -> None:
    (row,) = trials[name]
    assert (row.outcome, row.target_rank, row.results) == (Outcome.OK, 1, 1), row


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("broken", Reason.HTTP_5XX),
        ("listing", Reason.HTTP_5XX),
        ("trouble", Reason.ERROR_PAGE),
        ("toast", Reason.ERROR_PAGE),
        ("empty", Reason.NO_RESULTS),
        ("menu", Reason.NO_RESULTS),
        ("blank", Reason.BLANK_PAGE),
        ("beside", Reason.IRRELEVANT_RESULTS),
        ("login", Reason.LOGIN_WALL),
        ("dead", Reason.TIMEOUT),
    ],
)
async def test_tells_what_went_wrong(trials: dict[str, list[Search]], name: str, reason: Reason) -> None:
    (row,) = trials[name]
    assert row.reason is reason, row
    assert row.target_rank is None
    assert (row.results is not None) == (reason in STABLE_REASONS)


async def test_no_box_is_stated_once_with_what_was_tried(trials: dict[str, list[Search]]) -> None:
    (row,) = trials["none"]
    assert (row.outcome, row.reason) == (Outcome.ABSENT, Reason.NOT_FOUND)
    assert "tried: " in (row.note or "")


async def test_every_trial_is_a_unit_of_its_own_and_repeats_are_spaced(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    async with EnginePool([], proxy=None, politeness=None, user_agent_suffix="test") as pool:
        context = context_of(
            pool, tmp_path_factory.mktemp("units"), "http://127.0.0.1:1/", settings=Settings(search_repeats=3)
        )
        async with context.http:
            units = list(SearchProbe().units_for_portal(context))
    assert len({each.key for each in units}) == len(units) == 5 * 2 * 3
    assert not any(each.confirm for each in units)
    first = [index for index, each in enumerate(units) if each.key.startswith(f"exact {_MATTER}")]
    assert len(first) == 3 and min(b - a for a, b in itertools.pairwise(first)) >= 10
    (row,) = units[10].unmeasured(Reason.INTERRUPTED)
    assert row.attempt == 2 and row.outcome is Outcome.NOT_MEASURED


async def test_an_error_at_every_nth_search_does_not_meet_the_same_query_each_time() -> None:
    asked = list(_queries(3))
    for every in range(2, len(asked) // 3 + 1):
        failing = Counter(query.text for place, query in enumerate(asked, 1) if place % every == 0)
        assert max(failing.values()) < 3, every
