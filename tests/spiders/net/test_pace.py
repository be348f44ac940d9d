"""The pace of a host group: halved where it is refused, brought back slowly; dates and seconds of Retry-After."""

from __future__ import annotations

import asyncio
import itertools
import time
from email.utils import formatdate

import pytest

from spiders.net.pace import ANSWERS_A_STEP, Pace, retry_after_s


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Stands in for the time: sleeping moves it on at once."""
    now, sleep = [1000.0], asyncio.sleep

    async def jump(seconds: float) -> None:
        until = now[0] + seconds
        await sleep(0)
        now[0] = max(now[0], until)

    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    monkeypatch.setattr(asyncio, "sleep", jump)
    return now


async def distances(pace: Pace, clock: list[float], count: int = 4) -> list[float]:
    at = []
    for _ in range(count):
        await pace.slot()
        at.append(clock[0])
    return [round(b - a, 6) for a, b in itertools.pairwise(at)]


@pytest.mark.parametrize("status", [429, 503])
async def test_a_refusal_halves_the_rate(clock: list[float], status: int) -> None:
    pace = Pace(rate=4, navigations_at_once=4)
    assert await distances(pace, clock) == [0.25] * 3
    pace.answered("http://a/", status)
    assert await distances(pace, clock) == [0.5] * 3
    assert pace.navigations_at_once == 2


async def test_a_portal_that_asks_for_a_distance_of_a_second_gets_one_navigation_at_a_time() -> None:
    pace = Pace(rate=100, navigations_at_once=4)
    assert pace.navigations_at_once == 4
    pace.at_least(1)
    assert pace.navigations_at_once == 1


async def test_a_burst_of_refusals_halves_once_and_later_ones_again_down_to_an_eighth(
    clock: list[float],
) -> None:
    pace = Pace(rate=1, navigations_at_once=4)
    for _ in range(5):
        pace.answered("http://a/", 429)
    assert pace.interval_s == 2
    for _ in range(5):
        clock[0] += 60
        pace.answered("http://a/", 429)
    assert (pace.interval_s, pace.navigations_at_once) == (8, 1)


async def test_those_that_wait_already_are_slowed_too() -> None:
    pace = Pace(rate=10, navigations_at_once=1)
    at: list[float] = []

    async def take() -> None:
        await pace.slot()
        at.append(time.monotonic())

    await pace.slot()
    waiting = [asyncio.create_task(take()) for _ in range(4)]
    await asyncio.sleep(0)
    pace.answered("http://a/", 429)
    await asyncio.gather(*waiting)
    assert max(at) - min(at) >= 0.45, "three distances of 0.2 s, not of 0.1 s"


async def test_a_browsers_turn_ends_when_its_request_leaves(clock: list[float]) -> None:
    pace = Pace(rate=1, navigations_at_once=1)
    at: list[float] = []

    async def take() -> None:
        await pace.slot()
        at.append(clock[0] - 1000)

    await pace.slot(leaves_within_s=3)
    waiting = [asyncio.create_task(take()) for _ in range(2)]
    while clock[0] < 1001.3:
        await asyncio.sleep(0.01)
    assert at == [], "the browser has sent nothing yet"
    pace.departed()
    left = clock[0] - 1000
    await asyncio.gather(*waiting)
    assert at == [pytest.approx(left + 1, abs=0.02), pytest.approx(left + 2, abs=0.02)]


async def test_a_browser_that_sends_nothing_holds_nobody_up_for_long(clock: list[float]) -> None:
    pace = Pace(rate=1, navigations_at_once=1)
    await pace.slot(leaves_within_s=3)
    await asyncio.create_task(pace.slot())
    assert clock[0] == pytest.approx(1003, abs=0.02)


def test_where_one_page_loads_at_a_time_a_browser_that_has_to_be_started_is_waited_for() -> None:
    polite, quick = Pace(rate=1, navigations_at_once=1), Pace(rate=200, navigations_at_once=4)
    assert (polite.time_to_leave_s(navigates=True), polite.time_to_leave_s(navigates=False)) == (15, 3)
    assert quick.time_to_leave_s(navigates=True) < 0.1, "nobody waits where many load at once"


async def test_who_asks_again_has_sent_what_it_asked_for_before(clock: list[float]) -> None:
    pace = Pace(rate=1, navigations_at_once=1)
    for _ in range(3):
        await pace.slot(leaves_within_s=3)
    assert clock[0] == pytest.approx(1002, abs=0.02)


async def test_a_page_that_leaves_again_and_again_holds_nobody_up(clock: list[float]) -> None:
    pace = Pace(rate=1, navigations_at_once=1)
    await pace.slot(leaves_within_s=3)
    waiting = asyncio.create_task(pace.slot())
    while not waiting.done() and clock[0] < 1030:
        pace.departed()
        await asyncio.sleep(0.1)
    assert clock[0] < 1004.2


async def test_who_waits_is_served_in_turn_and_may_leave_the_queue(clock: list[float]) -> None:
    pace = Pace(rate=1, navigations_at_once=1)
    served: list[int] = []

    async def take(number: int) -> None:
        await pace.slot()
        served.append(number)

    tasks = [asyncio.create_task(take(number)) for number in range(5)]
    await asyncio.sleep(0)
    tasks[0].cancel()
    tasks[2].cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert [each for each in served if each not in (0,)] == [1, 3, 4]


async def test_answers_bring_the_pace_back_step_by_step(clock: list[float]) -> None:
    pace = Pace(rate=1, navigations_at_once=1)
    pace.answered("http://a/", 429)
    for _ in range(ANSWERS_A_STEP - 1):
        pace.answered("http://a/", 200)
    assert pace.interval_s == 2
    pace.answered("http://a/", 404)
    assert pace.interval_s == pytest.approx(1 / 0.6)
    for _ in range(4 * ANSWERS_A_STEP):
        pace.answered("http://a/", 200)
    assert pace.interval_s == pytest.approx(1)


async def test_a_page_that_is_always_unavailable_is_broken_and_slows_down_once(clock: list[float]) -> None:
    pace = Pace(rate=1, navigations_at_once=1)
    for _ in range(5):
        pace.answered("http://a/broken", 503)
        clock[0] += 60
    assert pace.interval_s == 2


def test_retry_after_may_be_seconds_or_a_date() -> None:
    assert retry_after_s("120") == 120
    assert retry_after_s(formatdate(time.time() + 90, usegmt=True)) == pytest.approx(90, abs=2)
    assert retry_after_s(formatdate(time.time() + 90).replace(" -0000", "")) == pytest.approx(90, abs=2)
    assert retry_after_s("Sun, 06 Nov 1994 08:49:37 GMT") == 0
    assert [retry_after_s(each) for each in (None, "", "soon", "-5", "Sun, 99 Nov")] == [None] * 5
