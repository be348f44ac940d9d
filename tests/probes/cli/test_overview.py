"""What a sweep shows while it goes on."""

from __future__ import annotations

import time

import pytest
from rich.console import Console

from probes.cli.overview import SweepOverview
from results.ledger import Run, State
from results.moments import now
from results.records import Link, Reason
from spiders.found import CrawlSummary


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    moment = [1000.0]
    monkeypatch.setattr(time, "monotonic", lambda: moment[0])
    return moment


def run(city: str, state: State, reason: str | None = None) -> Run:
    return Run(sweep_id=1, city=city, state=state, started_at=now(), reason=reason)


def failed() -> Link:
    return Link(
        run_id=1,
        outcome=Reason.HTTP_4XX.outcome,
        reason=Reason.HTTP_4XX,
        measured_at=now(),
        page_id=1,
        url="/",
    )


def crawled() -> CrawlSummary:
    return CrawlSummary(complete=True, why=None, pages=9, requests=9, entry="direct")


def shown(overview: SweepOverview) -> str:
    console = Console(width=140, record=True, file=None, quiet=False)
    with console.capture() as captured:
        console.print(overview)
    return captured.get()


def test_cities_findings_and_time_left_are_shown(clock: list[float]) -> None:
    overview = SweepOverview(4)
    overview.city_started("beijing")
    overview.city_started("shanghai")
    assert overview.seconds_left() is None
    clock[0] += 20
    overview.crawl_ended("shanghai", crawled())
    clock[0] += 80
    overview.city_ended("beijing", run("beijing", State.COMPLETE))
    overview.unit_done("shanghai", 5, 10, [failed()])
    # Shanghai takes 20 s + 2 x 80 s, 100 s of it over; two more take 140 s each, as those two do on average
    assert overview.seconds_left() == pytest.approx(80 + 2 * 140)
    text = shown(overview)
    assert "1/4" in text and "shanghai" in text and "5/10" in text and "beijing" not in text
    assert "0:01:40" in text and "0:06:00" in text


def test_a_crawl_says_nothing_of_the_time_that_probing_takes(clock: list[float]) -> None:
    overview = SweepOverview(1)
    overview.city_started("shanghai")
    clock[0] += 20
    overview.crawl_ended("shanghai", crawled())
    overview.unit_done("shanghai", 1, 100, [])
    assert overview.seconds_left() is None


def test_the_quick_beginning_of_a_city_says_nothing_of_the_rest(clock: list[float]) -> None:
    overview = SweepOverview(1)
    overview.city_started("shanghai")
    overview.crawl_ended("shanghai", crawled())
    clock[0] += 15
    overview.unit_done("shanghai", 60, 90, [])
    assert overview.seconds_left() is None


def test_cities_measured_at_once_share_the_time_left(clock: list[float]) -> None:
    overview = SweepOverview(5)
    overview.city_started("beijing")
    clock[0] += 60
    overview.city_ended("beijing", run("beijing", State.COMPLETE))
    overview.city_started("shanghai")
    overview.city_started("chengdu")
    assert overview.seconds_left() == pytest.approx(4 * 60 / 2)


def test_cities_that_had_ended_before_a_sweep_was_taken_up_again_take_no_time(clock: list[float]) -> None:
    overview = SweepOverview(4)
    overview.city_ended("beijing", run("beijing", State.COMPLETE))
    overview.city_ended("chengdu", run("chengdu", State.COMPLETE))
    overview.city_started("shanghai")
    clock[0] += 60
    overview.city_ended("shanghai", run("shanghai", State.PARTIAL, Reason.OVER_BUDGET))
    assert overview.seconds_left() == pytest.approx(60)


def test_elsewhere_than_on_a_terminal_each_city_that_ends_is_a_line(
    clock: list[float], capsys: pytest.CaptureFixture[str]
) -> None:
    with SweepOverview(2) as overview:
        overview.city_started("shanghai")
        clock[0] += 20
        overview.unit_done("shanghai", 1, 2, [])
        overview.city_ended("shanghai", run("shanghai", State.PARTIAL, Reason.OVER_BUDGET))
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 2 and lines[0].startswith("0/2") and lines[1].startswith("shanghai: ")
