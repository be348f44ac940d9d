"""When a job is due: a cron expression in a time zone, with jitter, and hours that it may start in."""

from __future__ import annotations

import re
from datetime import datetime

from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.cron import CronTrigger

from results.daily import DailyWindow, checked_zone
from results.errors import PlainError

_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_PART = re.compile(r"(?P<first>\*|\w+)(?:-(?P<last>\w+))?(?:/(?P<step>[1-9]\d*))?")
_NICKNAMES = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
}


class WithinHours(BaseTrigger):  # type: ignore[misc]  # APScheduler has no types
    """Another trigger's times; those outside the hours are put off until these begin."""

    def __init__(self, due: CronTrigger, hours: DailyWindow) -> None:
        self._due, self._hours = due, hours

    def get_next_fire_time(self, previous_fire_time: datetime | None, now: datetime) -> datetime | None:
        """The next time after the previous one, as APScheduler asks for it."""
        due: datetime | None = self._due.get_next_fire_time(previous_fire_time, now)
        return None if due is None else self._hours.from_then_on(due)


def trigger(cron: str, timezone: str, *, jitter_s: int = 0, hours: str | None = None) -> BaseTrigger:
    """A trigger out of what a user wrote.

    Args:
        cron: Five fields as crontab(5) reads them (0 and 7 are Sunday), or `@daily` and its like.
        timezone: An IANA name.
        jitter_s: Up to so many seconds later, at random, so that not everybody comes at the full hour.
        hours: A window such as `22:00-06:00`, in that time zone.

    Raises:
        PlainError: The expression, the zone or the hours are wrong, or the expression never comes due.
    """
    zone = checked_zone(timezone)
    fields = _NICKNAMES.get(cron.strip().lower(), cron).split()
    if len(fields) != len(("minute", "hour", "day", "month", "weekday")):
        raise _wrong(
            cron,
            zh="需要五个字段：分 时 日 月 星期",
            en="five fields are needed: minute hour day month weekday",
        )
    minute, hour, day, month, weekday = fields
    if not day.startswith("*") and not weekday.startswith("*"):
        raise _wrong(
            cron,
            zh="日与星期只能限定其一，请分成两个任务",
            en="restrict the day of the month or the weekday, not both: make two jobs of it",
        )
    try:
        due = CronTrigger(
            minute=minute,
            hour=hour,
            day=day,
            month=month,
            day_of_week=_weekdays(weekday),
            timezone=zone,
            jitter=jitter_s or None,
        )
    except ValueError as error:
        raise _wrong(cron, zh=str(error), en=str(error)) from error
    if due.get_next_fire_time(None, datetime.now(zone)) is None:
        raise _wrong(cron, zh="永远不会到时", en="it never comes due")
    return WithinHours(due, DailyWindow.from_text(hours, zone)) if hours else due


def _weekdays(field: str) -> str:
    """The weekdays of a crontab field by name, since APScheduler counts them from Monday.

    Raises:
        ValueError: It is no such field.
    """
    chosen: set[int] = set()
    for part in field.lower().split(","):
        match = _PART.fullmatch(part)
        if match is None:
            raise ValueError(f"no weekday: {part!r}")
        step = int(match["step"] or 1)
        if match["first"] == "*" and match["last"] is None:
            chosen.update(range(0, 7, step))
            continue
        first = _weekday(match["first"])
        last = _weekday(match["last"]) if match["last"] else (6 if match["step"] else first)
        if last == 0 and first > 0:
            last = 7  # sat-sun, 5-0: Sunday ends the week as well as it begins it
        if last < first:
            raise ValueError(f"weekdays run backwards: {part!r}")
        chosen.update(each % 7 for each in range(first, last + 1, step))
    return "*" if len(chosen) == len(_DAYS) else ",".join(_DAYS[each] for each in sorted(chosen))


def _weekday(word: str) -> int:
    if word in _DAYS:
        return _DAYS.index(word)
    if word.isdecimal() and int(word) <= len(_DAYS):
        return int(word)
    raise ValueError(f"no weekday: {word!r}")


def _wrong(cron: str, *, zh: str, en: str) -> PlainError:
    return PlainError(zh=f"cron 表达式 {cron!r}：{zh}", en=f"cron expression {cron!r}: {en}")
