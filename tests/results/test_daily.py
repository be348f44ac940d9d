"""Hours that come round every day."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from results.daily import DailyWindow
from results.errors import PlainError


def at(text: str) -> datetime:
    """A moment in Shanghai."""
    return datetime.fromisoformat(f"{text}+08:00")


@pytest.mark.parametrize(
    ("window", "within", "without"),
    [
        ("02:00-04:00", ("02:00", "03:59"), ("01:59", "04:00")),
        ("23:30-05:00", ("23:30", "00:00", "04:59"), ("05:00", "12:00", "23:29")),
        ("22:00-24:00", ("22:00", "23:59"), ("00:00", "21:59")),
        ("2:00 至 4:00", ("02:30",), ("14:30",)),
    ],
)
def test_a_moment_lies_within_or_not(window: str, within: tuple[str, ...], without: tuple[str, ...]) -> None:
    hours = DailyWindow.from_text(window)
    assert all(hours.holds(at(f"2026-11-22T{each}")) for each in within)
    assert not any(hours.holds(at(f"2026-11-22T{each}")) for each in without)


def test_hours_are_the_portals_whatever_zone_a_moment_is_told_in() -> None:
    hours = DailyWindow.from_text("02:00-04:00")
    assert hours.holds(datetime(2026, 11, 21, 18, 30, tzinfo=UTC))
    assert not hours.holds(datetime(2026, 11, 21, 2, 30, tzinfo=UTC))


@pytest.mark.parametrize(
    ("moment", "then"),
    [
        ("2026-11-22T23:00", "2026-11-22T23:00"),
        ("2026-11-22T12:00", "2026-11-22T22:00"),
        ("2026-11-23T03:00", "2026-11-23T03:00"),
        ("2026-11-30T06:00", "2026-11-30T22:00"),
    ],
)
def test_the_next_moment_within(moment: str, then: str) -> None:
    assert DailyWindow.from_text("22:00-06:00").from_then_on(at(moment)) == at(then)


@pytest.mark.parametrize(
    "text", ["", "2-4", "02:00-02:00", "25:00-26:00", "02:00-24:30", "02:60-03:00", "night"]
)
def test_what_is_no_window_is_one_line(text: str) -> None:
    with pytest.raises(PlainError, match="02:00-04:00"):
        DailyWindow.from_text(text)


@pytest.mark.parametrize(
    ("window", "moment", "end"),
    [
        ("02:00-04:00", "2026-11-22T03:00", "2026-11-22T04:00"),
        ("02:00-04:00", "2026-11-22T04:00", "2026-11-23T04:00"),
        ("22:00-06:00", "2026-11-22T23:00", "2026-11-23T06:00"),
        ("22:00-06:00", "2026-11-22T05:59", "2026-11-22T06:00"),
        ("22:00-24:00", "2026-11-22T23:00", "2026-11-23T00:00"),
    ],
)
def test_the_end_of_a_window_is_its_next_one(window: str, moment: str, end: str) -> None:
    assert DailyWindow.from_text(window).end_after(at(moment)) == at(end)
