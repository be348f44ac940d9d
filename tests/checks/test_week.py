"""The rolling week of 国办秘函〔2019〕19号: 7 days, 20 visits a day, 5 %."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from checks.catalogue import load
from checks.week import Week, rolling_week
from results.daily import DailyWindow
from results.moments import as_text
from results.records import Availability, Outcome, Reason
from results.windows import Window, window_from_text

UNTIL = datetime(2026, 11, 22, 12, tzinfo=UTC)
ENTRY = load().entry("home_availability")


def visit(hours_ago: float, reason: Reason | None = None) -> Availability:
    return Availability(
        run_id=None,
        city="jiangcheng",
        outcome=reason.outcome if reason else Outcome.OK,
        reason=reason,
        measured_at=as_text(UNTIL - timedelta(hours=hours_ago)),
    )


def hourly(failing: int, reason: Reason = Reason.TIMEOUT, *, days: int = 7) -> list[Availability]:
    """A visit each hour, the first so many of which fail."""
    return [visit(hour, reason if hour < failing else None) for hour in range(24 * days)]


def week(visits: list[Availability], *maintenance: Window) -> Week:
    return rolling_week(visits, ENTRY, UNTIL, maintenance)


@pytest.mark.parametrize(("failing", "veto"), [(0, False), (8, False), (9, True), (168, True)])
def test_the_veto_falls_at_five_percent_of_a_full_week(failing: int, veto: bool) -> None:
    found = week(hourly(failing))
    assert (found.visits, found.failures, found.veto, found.final) == (168, failing, veto, True)
    assert found.share == pytest.approx(failing / 168)


def test_exactly_five_percent_is_over_the_limit() -> None:
    found = week(
        [
            visit(24 * day + number, Reason.TIMEOUT if number == 0 else None)
            for day in range(7)
            for number in range(20)
        ]
    )
    assert found.share == 0.05 and found.veto


def test_a_day_with_too_few_visits_keeps_the_week_provisional() -> None:
    found = week(hourly(40, days=6))
    assert (found.over_limit, found.days_short, found.final, found.veto) == (True, 1, False, False)
    thin = [each for hour, each in enumerate(hourly(40)) if not 24 <= hour < 29]
    assert (week(thin).days_short, week(thin).veto) == (1, False)


def test_visits_before_and_after_the_week_do_not_count() -> None:
    found = week([visit(-1, Reason.TIMEOUT), visit(7 * 24, Reason.TIMEOUT), visit(7 * 24 - 0.01)])
    assert (found.visits, found.failures) == (1, 0)


def test_blocked_and_unmeasured_are_no_visits_and_no_failures() -> None:
    ours = [Reason.CHALLENGE_PAGE, Reason.LOGIN_WALL, Reason.INTERRUPTED, Reason.BROWSER_UNAVAILABLE]
    found = week([visit(number, reason) for number, reason in enumerate(ours)])
    assert (found.visits, found.failures, found.share, found.blocked, found.unmeasured) == (0, 0, None, 2, 2)
    assert not found.over_limit


def test_failures_in_the_published_window_count_and_are_shown() -> None:
    # 12:00 UTC is 20:00 in Shanghai: the failures lie at 20:00, 19:00 … 11:00
    found = week(hourly(10), DailyWindow.from_text("18:00-21:00"))
    assert (found.failures, found.in_maintenance, found.veto) == (10, 3, True)
    assert week(hourly(10)).in_maintenance == 0
    dated = window_from_text("2026-11-22 11:00/2026-11-22 13:00")
    assert week(hourly(10), dated).in_maintenance == 2
    assert week(hourly(10), dated, DailyWindow.from_text("12:00-14:00")).in_maintenance == 3, (
        "none counts twice"
    )
