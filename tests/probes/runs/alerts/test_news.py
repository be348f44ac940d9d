"""What is news: a regression, a veto, a vanished city, each once, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from checks.catalogue import load
from probes.runs.alerts.news import note_news
from probes.runs.alerts.settings import AlertKind, AlertSettings
from probes.runs.alerts.store import AlertStore, Event
from results.ledger import State
from results.records import Reason
from results.settings import Settings
from tests.probes.runs.alerts.ledgers import NOW, Ledger

GOOD, BAD = {"attachment_download": 95.0}, {"attachment_download": 60.0}
DOWN, WALL = Reason.CONNECT_REFUSED, Reason.CHALLENGE_PAGE


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    made = Ledger.at(tmp_path / "probe.db")
    with made.store:
        yield made


def news(ledger: Ledger, now: datetime = NOW, **settings: object) -> list[Event]:
    """The events that are noted for the first time."""
    with AlertStore(ledger.store.path.with_name("probe.alerts.db")) as known:
        before = {each.id for each in known.all()}
        entry = load().entry("home_availability")
        note_news(ledger.store, known, AlertSettings.model_validate(settings), entry, now)
        return [each for each in known.all() if each.id not in before]


def test_what_got_worse_is_news_once(ledger: Ledger) -> None:
    ledger.run(2, GOOD)
    ledger.run(1, BAD)
    (event,) = news(ledger)
    assert (event.kind, event.city) == (AlertKind.REGRESSION, "jiangcheng")
    assert event.words.zh == "江城（第 2 次普查）：附件下载 95.0 → 60.0"
    assert event.words.en.startswith("jiangcheng (sweep 2): ") and "95.0 → 60.0" in event.words.en
    assert news(ledger) == [], "a restart tells nothing twice"
    ledger.run(0.5, BAD)
    assert news(ledger) == [], "what stays bad did not get worse"
    ledger.run(0.4, GOOD)
    assert news(ledger) == [], "what got better is no alert"
    ledger.run(0.3, BAD)
    assert len(news(ledger)) == 1, "it broke again"


def test_a_new_finding_that_costs_points_is_a_regression(ledger: Ledger) -> None:
    ledger.run(2, GOOD, findings={"old": "attachment_download"})
    ledger.run(
        1,
        GOOD,
        findings={f"form {n}": "attachment_download" for n in range(5)} | {"old": "attachment_download"},
    )
    (event,) = news(ledger)
    assert "form 0 broke; form 1 broke; form 2 broke; 2 more new findings" in event.words.en
    assert "old" not in event.words.en and "另有 2 处新问题" in event.words.zh


def test_trials_that_come_and_go_are_no_news(ledger: Ledger) -> None:
    ledger.run(2, {"search_stability": 95.0})
    ledger.run(1, {"search_stability": 94.0}, findings={"search": "search_stability"})
    assert news(ledger) == []


def test_an_indicator_is_held_against_the_newest_run_that_measured_it(ledger: Ledger) -> None:
    ledger.run(4, GOOD)
    ledger.run(3, {"attachment_download": None})
    ledger.run(2, None, state=State.FAILED, reason="interrupted")
    ledger.run(1, BAD)
    assert [each.kind for each in news(ledger)] == [AlertKind.REGRESSION]


@pytest.mark.parametrize(
    "unlike",
    [
        {"kind": "practice"},
        {"settings": Settings(engines=("firefox",))},
        {"settings": Settings(engines=("chromium",), seed=2)},
        {"settings": Settings(engines=("chromium",), sample=3)},
    ],
)
def test_unlike_is_not_compared(ledger: Ledger, unlike: dict[str, object]) -> None:
    ledger.run(2, GOOD, **unlike)  # type: ignore[arg-type]
    ledger.run(1, BAD)
    assert news(ledger) == []


def test_a_run_that_is_under_way_is_looked_at_when_it_has_ended(ledger: Ledger) -> None:
    ledger.run(2, GOOD)
    run = ledger.run(1, BAD, state=State.RUNNING)
    assert news(ledger) == []
    ledger.store.change(run, state=State.COMPLETE, entry="direct", finished_at="2026-11-22T03:00:00.000Z")
    assert len(news(ledger)) == 1


@pytest.mark.parametrize(("reason", "told"), [("over_budget", 1), ("interrupted", 0)])
def test_a_run_whose_time_was_up_counts_and_one_that_was_cut_off_does_not(
    ledger: Ledger, reason: str, told: int
) -> None:
    ledger.run(2, GOOD)
    run = ledger.run(1, BAD, state=State.PARTIAL, reason=reason)
    ledger.store.change(run, entry=None)
    assert len(news(ledger)) == told


def test_what_lies_long_ago_is_no_news(ledger: Ledger) -> None:
    ledger.run(20, GOOD)
    ledger.run(10, BAD)
    assert news(ledger) == []


def test_a_city_vanishes_after_so_many_failed_visits_and_not_before(ledger: Ledger) -> None:
    ledger.visits(None, DOWN, DOWN)
    assert news(ledger) == []
    ledger.visits(DOWN, until=NOW + timedelta(hours=1))
    (event,) = news(ledger, NOW + timedelta(hours=1))
    assert event.kind is AlertKind.VANISHED
    assert event.words.zh == "江城：门户打不开，拒绝连接（https://jiangcheng.example/）"
    ledger.visits(DOWN, until=NOW + timedelta(hours=2))
    assert news(ledger, NOW + timedelta(hours=2)) == [], "it is still gone: the same event"


def test_a_city_that_came_back_can_vanish_again_a_day_later_but_not_at_once(ledger: Ledger) -> None:
    ledger.visits(None, DOWN, DOWN, DOWN)
    assert len(news(ledger)) == 1
    for hours, again in ((5, 0), (48, 1)):
        back, gone = NOW + timedelta(hours=hours), NOW + timedelta(hours=hours + 30 * again + 4)
        ledger.visits(None, until=back)
        assert news(ledger, back) == []
        ledger.visits(DOWN, DOWN, DOWN, until=gone)
        assert len(news(ledger, gone)) == again


@pytest.mark.parametrize("reason", [WALL, Reason.LOGIN_WALL, Reason.INTERRUPTED, Reason.ROBOTS_DISALLOWED])
def test_a_city_that_blocks_or_that_we_could_not_ask_has_not_vanished(ledger: Ledger, reason: Reason) -> None:
    ledger.visits(None, DOWN, DOWN, reason, reason, reason)
    ledger.run(0, None, state=State.FAILED, reason=reason.value)
    assert news(ledger) == []


def test_a_city_that_a_run_could_not_enter_has_vanished_once(ledger: Ledger) -> None:
    ledger.run(2, GOOD)
    ledger.run(1, BAD, state=State.FAILED, reason="dns_failed")
    (event,) = news(ledger)
    assert event.kind is AlertKind.VANISHED, "and what could not be measured behind it is no regression"
    ledger.run(0.5, BAD, state=State.FAILED, reason="dns_failed")
    assert news(ledger) == []


def test_a_city_that_never_was_there_has_not_vanished(ledger: Ledger) -> None:
    ledger.visits(DOWN, DOWN, DOWN, DOWN)
    ledger.run(1, None, state=State.FAILED, reason="dns_failed")
    assert news(ledger) == []


def test_a_veto_needs_full_days_and_is_told_once_while_it_lasts(ledger: Ledger) -> None:
    week = [None] * 151 + [DOWN, None] * 8 + [None]
    ledger.visits(*week)
    assert news(ledger) == [], "8 of 168 is below 5 %"
    later = NOW + timedelta(hours=1)
    ledger.visits(DOWN, until=later)
    (event,) = news(ledger, later)
    assert event.kind is AlertKind.VETO and "9 次打不开（5.4%）" in event.words.zh
    ledger.visits(DOWN, until=later + timedelta(hours=1))
    assert news(ledger, later + timedelta(hours=1)) == []


def test_a_thin_week_has_no_veto(ledger: Ledger) -> None:
    ledger.visits(*[DOWN, None] * 50)
    assert news(ledger) == []


def test_only_the_kinds_that_are_asked_for_are_noted(ledger: Ledger) -> None:
    ledger.run(2, GOOD)
    ledger.run(1, BAD)
    ledger.visits(None, DOWN, DOWN, DOWN)
    assert [each.kind for each in news(ledger, on=["vanished"])] == [AlertKind.VANISHED]
