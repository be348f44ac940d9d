"""Sweeps: side by side, each city at its own risk, one at a time in a file, taken up again where they were cut off."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from click.testing import CliRunner

from probes.cli.measuring import only_writer
from probes.cli.program import probe as command_line
from probes.runs import city as city_module
from probes.runs.city import SilentWatcher
from probes.runs.scoring import score_and_store
from probes.runs.sweep import cities_at_once, unfinished
from results.ledger import FinishedUnit, Run, State, Sweep
from results.records import Link, Observation, Page, Reason
from results.settings import Settings
from results.store import Store
from tests.probes.runs.sweeping import portal_pages, rows, sound, sweep, write_registry
from tests.program import Probe
from tests.spiders.websites import page, serve

pytestmark = pytest.mark.timeout(120)

SETTINGS = Settings(only=("crawl", "links"), allow_private=("127.0.0.0/8",), rate=200)


@pytest.fixture
def store(tmp_path: Path):
    with Store.open(tmp_path / "probe.db") as opened:
        yield opened


def hangs(_: web.Request) -> Any:
    return asyncio.sleep(60, web.Response())


async def test_a_city_that_hangs_costs_its_own_time_limit_and_what_it_gave_counts(store: Store) -> None:
    slow = portal_pages() | {f"/guide/{number}": hangs for number in range(3)}
    settings = replace(SETTINGS, run_timeout_s=3.0)
    async with serve(slow, "127.0.0.2") as hanging, serve(portal_pages(), "127.0.0.3") as well:
        result = await sweep(store, {"slow": hanging.base + "/", "well": well.base + "/"}, settings=settings)
    ended = {each.run.city: each.run for each in result.runs}
    assert (ended["well"].state, ended["slow"].state) == (State.COMPLETE, State.PARTIAL)
    assert ended["slow"].reason == Reason.OVER_BUDGET
    assert result.sweep.state is State.PARTIAL and result.unmeasured
    [home] = store.all(Page, run_id=ended["slow"].id)
    assert home.url == hanging.base + "/"
    links = store.all(Link, run_id=ended["slow"].id)
    assert links and {each.reason for each in links} == {Reason.OVER_BUDGET}
    assert store.database.table("scores").count_where("run_id = ?", [ended["slow"].id]) > 0
    assert unfinished(store) is None, "a city whose time was up has ended"


async def test_a_defect_of_ours_in_one_city_does_not_cost_the_others(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def score(store: Store, run: Run, catalogue: Any) -> Any:
        if run.city == "odd":
            raise KeyError("a defect")
        return score_and_store(store, run, catalogue)

    monkeypatch.setattr(city_module, "score_and_store", score)
    async with serve(portal_pages(), "127.0.0.2") as one, serve(portal_pages(), "127.0.0.3") as other:
        homes = {"odd": one.base + "/", "well": other.base + "/"}
        result = await sweep(store, homes, settings=SETTINGS)
        ended = {each.run.city: each.run for each in result.runs}
        assert (ended["well"].state, ended["odd"].state) == (State.COMPLETE, State.PARTIAL)
        assert result.unmeasured
        left = unfinished(store)
        assert left is not None
        monkeypatch.undo()
        again = await sweep(store, homes, going_on=left)
    assert {each.run.state for each in again.runs} == {State.COMPLETE}
    assert again.sweep.state is State.COMPLETE and again.sweep.id == result.sweep.id


class Stopping(SilentWatcher):
    """Ends the sweep once so many units are stored."""

    def __init__(self, units: int) -> None:
        self._left = units

    def unit_done(self, city: str, done: int, submitted: int, observations: Sequence[Observation]) -> None:
        self._left -= 1
        if self._left == 0:
            task = next(each for each in asyncio.all_tasks() if each.get_name() == "sweep")
            task.cancel()


async def test_a_stopped_sweep_goes_on_without_repeating_and_draws_the_same_links(
    tmp_path: Path, store: Store
) -> None:
    pages = portal_pages(8)
    async with serve(pages, "127.0.0.2") as site:
        homes = {"one": site.base + "/"}
        with Store.open(tmp_path / "whole.db") as whole:
            await sweep(whole, homes)
            wanted = {each.url for each in whole.all(Link)}
        stopped = asyncio.create_task(sweep(store, homes, watcher=Stopping(3)), name="sweep")
        with pytest.raises(asyncio.CancelledError):
            await stopped
        before = {(each.probe, each.key) for each in store.all(FinishedUnit)}
        assert 3 <= len(before) < 8, "stopped half-way; what was under way may yet have been finished"
        assert store.all(Sweep)[0].state is State.PARTIAL
        left = unfinished(store)
        assert left is not None
        await sweep(store, homes, going_on=left)
    units = [(each.probe, each.key, each.attempt) for each in store.all(FinishedUnit)]
    assert len(units) == len(set(units)) > 3
    assert sorted(each.url for each in store.all(Link)) == sorted(wanted)
    assert store.database.table("page_links").count == 0
    assert unfinished(store) is None


def test_two_sweeps_at_once_in_one_file_are_refused_in_one_line(probe: Probe, tmp_path: Path) -> None:
    write_registry(tmp_path, {"one": "http://127.0.0.2:9/"})
    with only_writer(tmp_path / "probe.db"):
        for command in (("sweep", "--cities", "one"), ("city", "one")):
            ended = probe(*command, "--only", "crawl")
            assert ended.returncode == 2
            assert len(ended.stderr.splitlines()) == 1 and "another run or sweep" in ended.stderr
    assert not (tmp_path / "probe.db").exists()


async def test_a_reader_beside_a_sweep_sees_whole_units_and_blocks_nothing(store: Store) -> None:
    seen: list[tuple[int, int]] = []
    over = threading.Event()

    def read() -> None:
        while not over.wait(0.02):
            sound(store.path)
            [(units, links)] = rows(
                store.path,
                "select (select count(*) from units where probe = 'links'), (select count(*) from links)",
            )
            seen.append((units, links))

    reading = asyncio.create_task(asyncio.to_thread(read))
    async with serve(portal_pages(20), "127.0.0.2") as site:
        await sweep(store, {"one": site.base + "/"})
    over.set()
    await reading
    assert seen and all(units == links for units, links in seen)


def planned(*arguments: str) -> tuple[int, str]:
    """Exit code and output of a dry run, in this process."""
    ended = CliRunner().invoke(command_line, [*arguments, "--dry-run", "--json"], standalone_mode=False)
    return (2, str(ended.exception)) if ended.exception else (ended.return_value, ended.output)


def test_a_rate_above_two_needs_the_owners_permission_city_by_city(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    homes = {"own": "http://127.0.0.2:9/", "theirs": "https://93.184.216.34/"}
    write_registry(tmp_path, homes)
    code, said = planned("sweep", "--cities", "own,theirs", "--rate", "5")
    assert code == 2 and "`authorized` for theirs" in said
    assert planned("sweep", "--cities", "own", "--rate", "5")[0] == 0
    write_registry(tmp_path, homes, authorized=["theirs"])
    assert planned("sweep", "--cities", "own,theirs", "--rate", "5")[0] == 0


async def test_resume_goes_on_with_the_cities_that_it_was_begun_with(
    probe: Probe, store: Store, tmp_path: Path
) -> None:
    async with serve(portal_pages(), "127.0.0.2") as one, serve(portal_pages(), "127.0.0.3") as other:
        homes = {"one": one.base + "/", "other": other.base + "/"}
        write_registry(tmp_path, homes)
        stopped = asyncio.create_task(sweep(store, homes, watcher=Stopping(1)), name="sweep")
        with pytest.raises(asyncio.CancelledError):
            await stopped
        store.close()
        ended = await asyncio.to_thread(probe, "sweep", "--resume", "--json", "--only", "crawl")
    assert ended.returncode == 0, ended.stderr
    assert ended.stderr == "", "--json is silent"
    with Store.open(tmp_path / "probe.db") as again:
        assert [each.state for each in again.all(Sweep)] == [State.COMPLETE]
        assert {each.city: each.state for each in again.all(Run)} == dict.fromkeys(homes, State.COMPLETE)


async def test_elsewhere_than_on_a_terminal_a_sweep_says_how_far_it_is(probe: Probe, tmp_path: Path) -> None:
    async with serve(portal_pages(), "127.0.0.2") as one, serve({"/": page("维护中")}, "127.0.0.3") as other:
        write_registry(tmp_path, {"one": one.base + "/", "other": other.base + "/"})
        ended = await asyncio.to_thread(probe, "sweep", "--cities", "one,other", "--only", "crawl")
    assert "2/2 cities done" in ended.stderr and "one: complete" in ended.stderr, ended.stderr


@pytest.mark.parametrize(("given", "seconds"), [("90", 90), ("90s", 90), ("45m", 2700), ("1.5h", 5400)])
def test_a_dry_run_counts_with_the_time_limit_of_a_city(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: str, seconds: int
) -> None:
    monkeypatch.chdir(tmp_path)
    write_registry(tmp_path, {"one": "http://127.0.0.2:9/", "two": "http://127.0.0.2:9/two"})
    code, said = planned("sweep", "--cities", "one,two", "--rate", "0.1", "--city-time-limit", given)
    assert code == 0 and json.loads(said)["seconds_at_most"] == 2 * seconds


@pytest.mark.parametrize("given", ["soon", "-5", "0", "1d", "inf", ""])
def test_a_time_limit_that_is_none_is_refused(given: str) -> None:
    code, said = planned("city", "shanghai", "--city-time-limit", given)
    assert code == 2 and "90s" in said


def test_a_core_takes_more_polite_cities_than_quick_ones() -> None:
    assert cities_at_once(Settings(rate=1)) > cities_at_once(Settings(rate=200)) >= 2
