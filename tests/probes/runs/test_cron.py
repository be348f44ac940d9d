"""When a job is due: crontab's weekdays, zones, jitter, hours."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from probes.runs.cron import trigger
from results.daily import checked_zone
from results.errors import PlainError

SUNDAY = datetime(2026, 11, 22, tzinfo=checked_zone("Asia/Shanghai"))


def starts(
    cron: str, count: int = 7, *, hours: str | None = None, zone: str = "Asia/Shanghai"
) -> list[datetime]:
    found: list[datetime] = []
    moment, times = SUNDAY - timedelta(seconds=1), trigger(cron, zone, hours=hours)
    for _ in range(count):
        moment = times.get_next_fire_time(moment, moment)
        found.append(moment)
    return found


@pytest.mark.parametrize(
    ("field", "days"),
    [
        ("*", "0123456"), ("0", "0"), ("7", "0"), ("1-5", "12345"), ("0-6", "0123456"), ("5-7", "056"), ("6-0", "06"),
        ("sat-sun", "06"), ("mon,wed,FRI", "135"), ("*/2", "0246"), ("1-5/2", "135"), ("1/3", "14"), ("0,6", "06"),
    ],
)  # fmt: skip
def test_weekdays_are_crontabs(field: str, days: str) -> None:
    met = {(each.isoweekday() % 7) for each in starts(f"0 3 * * {field}")}
    assert "".join(str(each) for each in sorted(met)) == days


def test_times_are_those_of_the_zone() -> None:
    (start,) = starts("30 2 * * *", 1)
    assert start.astimezone(UTC) == datetime(2026, 11, 21, 18, 30, tzinfo=UTC)
    (start,) = starts("30 2 * * *", 1, zone="UTC")
    assert start == datetime(2026, 11, 22, 2, 30, tzinfo=UTC)
    assert [each.hour for each in starts("@hourly", 3)] == [0, 1, 2]


def test_starts_outside_the_hours_are_put_off_until_they_begin_and_come_once() -> None:
    found = starts("0 */6 * * *", 4, hours="22:00-05:00")
    assert [f"{each:%d %H:%M}" for each in found] == ["22 00:00", "22 22:00", "23 00:00", "23 22:00"]


def test_jitter_puts_off_and_never_ahead() -> None:
    due = SUNDAY + timedelta(hours=3)
    times = trigger("0 3 * * *", "Asia/Shanghai", jitter_s=600)
    late = [(times.get_next_fire_time(None, SUNDAY) - due).total_seconds() for _ in range(50)]
    assert 0 <= min(late) < max(late) <= 600


@pytest.mark.parametrize(
    ("cron", "zone", "says"),
    [
        ("0 3 * *", "UTC", "five fields"),
        ("0 3 * * * *", "UTC", "five fields"),
        ("every day", "UTC", "five fields"),
        ("61 3 * * *", "UTC", "61 3"),
        ("0 25 * * *", "UTC", "25"),
        ("0 3 * * 8", "UTC", "no weekday: '8'"),
        ("0 3 * * fri-mon", "UTC", "backwards"),
        ("0 3 1 * 1", "UTC", "not both"),
        ("0 3 30 2 *", "UTC", "never comes due"),
        ("0 3 * * *", "Asia/Beijing", "no time zone 'Asia/Beijing'"),
        ("0 3 * * *", "../etc", "no time zone"),
        ("0 3 * * *", "", "no time zone"),
    ],
)
def test_what_is_wrong_is_one_line(cron: str, zone: str, says: str) -> None:
    with pytest.raises(PlainError) as caught:
        trigger(cron, zone)
    assert says in caught.value.en and "\n" not in caught.value.en
