"""Units of work: stored whole, confirmed where they failed, never done twice."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from probes.browsers.pressure import PressureGauge, Reading, Strain
from probes.probe import Lane, Unit
from probes.runs.units import UnitRunner
from results.ledger import City, Run, State, Sweep
from results.moments import now
from results.records import Interaction, Observation, Outcome, Reason
from results.store import Store
from spiders.net.refusals import CircuitOpen, ToldToWait

BOUNDS = {Lane.HTTP: 4, Lane.BROWSER: 2, Lane.TIMED: 1, Lane.INTERACTIVE: 1}


@pytest.fixture
def store(tmp_path: Path):
    with Store.open(tmp_path / "probe.db") as opened:
        opened.put(City(slug="c", name="c"))
        sweep = opened.add(
            Sweep(kind="manual", state=State.RUNNING, started_at=now(), settings="{}", tool_version="0")
        )
        opened.add(Run(sweep_id=sweep.id, city="c", state=State.RUNNING, started_at=now()))
        yield opened


def seen(reason: Reason | None, attempt: int) -> Interaction:
    return Interaction(
        run_id=1,
        attempt=attempt,
        outcome=reason.outcome if reason else Outcome.OK,
        reason=reason,
        measured_at=now(),
        module="consult",
    )


class Portal:
    """Answers each look with the next of its reasons; counts the looks."""

    def __init__(self, *reasons: Reason | BaseException | None) -> None:
        self._reasons = list(reasons)
        self.looks = 0

    def unit(self, key: str = "k", **changes: object) -> Unit:
        async def measure(attempt: int) -> Sequence[Observation]:
            reason = self._reasons[min(self.looks, len(self._reasons) - 1)]
            self.looks += 1
            await asyncio.sleep(0)
            if isinstance(reason, BaseException):
                raise reason
            return [seen(reason, attempt)]

        unmeasured: Callable[[Reason], Sequence[Observation]] = lambda reason: [seen(reason, 1)]  # noqa: E731
        return Unit(
            **{
                "probe": "p",
                "key": key,
                "lane": Lane.HTTP,
                "measure": measure,
                "unmeasured": unmeasured,
                **changes,
            }
        )


def stored(store: Store) -> list[tuple[int, str | None]]:
    return [(each.attempt, each.reason and each.reason.value) for each in store.all(Interaction)]


async def test_a_failure_is_confirmed_and_both_looks_are_kept(store: Store) -> None:
    runner = UnitRunner(store, 1, bounds=BOUNDS)
    runner.submit(Portal(Reason.HTTP_5XX, None).unit())
    await runner.drain()
    assert stored(store) == [(1, "http_5xx"), (2, None)]
    assert (runner.submitted, runner.finished) == (1, 1)


async def test_a_trial_is_not_replaced_by_a_retry(store: Store) -> None:
    runner = UnitRunner(store, 1, bounds=BOUNDS)
    portal = Portal(Reason.HTTP_5XX, None)
    runner.submit(portal.unit(confirm=False))
    await runner.drain()
    assert stored(store) == [(1, "http_5xx")] and portal.looks == 1


async def test_what_is_blocked_is_not_tried_again(store: Store) -> None:
    runner = UnitRunner(store, 1, bounds=BOUNDS)
    runner.submit(Portal(Reason.CHALLENGE_PAGE).unit())
    await runner.drain()
    assert stored(store) == [(1, "challenge_page")]


async def test_a_fault_of_ours_accuses_nobody(store: Store) -> None:
    runner = UnitRunner(store, 1, bounds=BOUNDS)
    runner.submit(Portal(KeyError("a defect")).unit("a"))
    runner.submit(Portal(ConnectionRefusedError()).unit("b"))
    await runner.drain()
    assert {each.outcome for each in store.all(Interaction)} == {Outcome.NOT_MEASURED}
    assert sum(runner.unmeasured.values()) == 2


async def test_a_unit_that_hangs_ends_at_its_limit(store: Store) -> None:
    async def hang(attempt: int) -> Sequence[Observation]:
        await asyncio.sleep(60)
        return [seen(None, attempt)]

    runner = UnitRunner(store, 1, bounds=BOUNDS)
    runner.submit(Portal(None).unit(measure=hang, timeout_s=0.05, confirm=False))
    await runner.drain()
    assert stored(store) == [(1, "prober_overloaded")]


@pytest.mark.parametrize(
    "ours", [Reason.PROBER_OVERLOADED, Reason.BROWSER_CRASHED, Reason.BROWSER_UNAVAILABLE]
)
async def test_what_a_passing_fault_of_ours_spoiled_is_looked_at_once_more(
    store: Store, ours: Reason
) -> None:
    runner = UnitRunner(store, 1, bounds=BOUNDS)
    passing, lasting, trial = Portal(ours, Reason.HTTP_5XX), Portal(ours), Portal(ours, None)
    runner.submit(passing.unit("passing"))
    runner.submit(lasting.unit("lasting"))
    runner.submit(trial.unit("trial", confirm=False))
    await runner.drain()
    assert sorted(stored(store), key=str) == sorted(
        [(1, ours.value), (2, ours.value), (2, "http_5xx")], key=str
    )
    assert runner.unmeasured == {ours: 2}


@pytest.mark.parametrize(("late_s", "reason"), [(0.4, "timeout"), (1.5, "prober_overloaded")])
async def test_silence_accuses_nobody_where_we_were_deaf(store: Store, late_s: float, reason: str) -> None:
    class Gauge(PressureGauge):
        def since(self, start: Reading) -> Strain:
            return Strain(late_s=late_s, busy=1, stalled=1)

    runner = UnitRunner(store, 1, bounds=BOUNDS, gauge=Gauge())
    runner.submit(Portal(Reason.TIMEOUT).unit("module", lane=Lane.INTERACTIVE, confirm=False))
    runner.submit(Portal(Reason.HTTP_5XX).unit("search", lane=Lane.INTERACTIVE, confirm=False))
    await runner.drain()
    assert {each for _, each in stored(store)} == {reason, "http_5xx"}


async def test_a_finished_unit_is_not_done_again_and_a_confirmation_still_is(store: Store) -> None:
    first = UnitRunner(store, 1, bounds=BOUNDS)
    first.submit(Portal(None).unit("done"))
    first.submit(Portal(Reason.TIMEOUT).unit("to confirm"))
    await first.settle()  # as if killed before the confirmations
    done, again = Portal(None), Portal(Reason.TIMEOUT)
    second = UnitRunner(store, 1, bounds=BOUNDS)
    second.submit(done.unit("done"))
    second.submit(again.unit("to confirm"))
    await second.drain()
    assert (done.looks, again.looks) == (0, 1)
    assert stored(store) == [(1, None), (2, "timeout")]


async def test_a_cancelled_unit_leaves_no_trace(store: Store) -> None:
    started = asyncio.Event()

    async def hang(attempt: int) -> Sequence[Observation]:
        started.set()
        await asyncio.sleep(60)
        return [seen(None, attempt)]

    runner = UnitRunner(store, 1, bounds=BOUNDS)
    runner.submit(Portal(None).unit(measure=hang))
    await started.wait()
    await runner.cancel()
    assert stored(store) == [] and store.finished_units(1) == {}


async def test_lanes_keep_their_bounds(store: Store) -> None:
    at_once, most = 0, 0

    async def measure(attempt: int) -> Sequence[Observation]:
        nonlocal at_once, most
        at_once += 1
        most = max(most, at_once)
        await asyncio.sleep(0.01)
        at_once -= 1
        return [seen(None, attempt)]

    runner = UnitRunner(store, 1, bounds=BOUNDS)
    for number in range(10):
        runner.submit(Portal(None).unit(str(number), measure=measure, lane=Lane.BROWSER))
    await runner.drain()
    assert most == 2 and len(stored(store)) == 10


async def test_a_file_that_cannot_be_written_ends_the_run(store: Store) -> None:
    runner = UnitRunner(store, 1, bounds=BOUNDS)
    store.database.execute("pragma query_only = on")
    runner.submit(Portal(None).unit())
    with pytest.raises(sqlite3.Error):
        await runner.drain()


async def test_a_time_out_is_only_stated_after_the_second_look(store: Store) -> None:
    runner = UnitRunner(store, 1, bounds=BOUNDS)
    runner.submit(Portal(Reason.TIMEOUT, None).unit("slow"))
    runner.submit(Portal(Reason.TIMEOUT, Reason.TIMEOUT).unit("hangs"))
    await runner.settle()
    assert stored(store) == []
    assert {each.settled for each in store.finished_units(1).values()} == {False}
    await runner.drain()
    assert sorted(stored(store), key=str) == [(2, "timeout"), (2, None)]


async def test_a_trial_that_times_out_is_stated_at_once(store: Store) -> None:
    runner = UnitRunner(store, 1, bounds=BOUNDS)
    runner.submit(Portal(Reason.TIMEOUT).unit(confirm=False))
    await runner.drain()
    assert stored(store) == [(1, "timeout")]


async def test_what_a_host_held_back_is_taken_up_when_it_returns(store: Store) -> None:
    waits = [0.0, None]
    runner = UnitRunner(store, 1, bounds=BOUNDS, until_hosts_return=lambda: waits.pop(0))
    portal = Portal(CircuitOpen("a:80", "timeout", 1), None)
    runner.submit(portal.unit())
    await runner.settle()
    assert stored(store) == [] and store.finished_units(1) == {}
    await runner.drain()
    assert stored(store) == [(1, None)] and portal.looks == 2


async def test_what_was_not_tried_at_a_host_that_never_returned_is_said_so(store: Store) -> None:
    waits = [0.0, 0.0, None]
    runner = UnitRunner(store, 1, bounds=BOUNDS, until_hosts_return=lambda: waits.pop(0))
    portal = Portal(CircuitOpen("a:80", "timeout", None))
    runner.submit(portal.unit())
    await runner.drain()
    assert stored(store) == [(1, "circuit_open")] and portal.looks == 4
    assert runner.unmeasured == {Reason.CIRCUIT_OPEN: 1} and runner.finished == 1


async def test_a_portal_that_asks_for_hours_is_rate_limited(store: Store) -> None:
    runner = UnitRunner(store, 1, bounds=BOUNDS)
    runner.submit(Portal(ToldToWait("a wait of more than 600 s")).unit())
    await runner.drain()
    assert stored(store) == [(1, "rate_limited")]
