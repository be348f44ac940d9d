"""Hours that come round every day: a published maintenance window, the hours in which a sweep may start."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from results.errors import PlainError

PORTAL_ZONE = ZoneInfo("Asia/Shanghai")
"""The time zone that the portals publish their hours in."""

_WORDS = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)\s*[-–—~至]\s*([01]?\d|2[0-3]|24):([0-5]\d)")


def checked_zone(name: str) -> ZoneInfo:
    """A time zone by its IANA name.

    Raises:
        PlainError: There is none of that name.
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise PlainError(
            zh=f"没有时区 {name!r}；例：Asia/Shanghai", en=f"no time zone {name!r}; write e.g. Asia/Shanghai"
        ) from error


@dataclass(frozen=True, slots=True)
class DailyWindow:
    """From one time of day to another, in one time zone; it may reach over midnight."""

    opens: time
    closes: time
    """The first moment that no longer belongs to it; midnight closes the day that it opened on."""
    zone: tzinfo = PORTAL_ZONE

    @classmethod
    def from_text(cls, text: str, zone: tzinfo = PORTAL_ZONE) -> DailyWindow:
        """A window written as `02:00-04:00`, `23:30-05:00` or `22:00-24:00`.

        Raises:
            PlainError: It is written otherwise, or has no length.
        """
        match = _WORDS.fullmatch(text.strip())
        if match is not None:
            hour, minute, end_hour, end_minute = map(int, match.groups())
            opens, closes = time(hour, minute), time(end_hour % 24, end_minute)
            if opens != closes and not (end_hour == 24 and end_minute):
                return cls(opens, closes, zone)
        raise PlainError(
            zh=f"时段 {text!r} 应写作 02:00-04:00", en=f"window {text!r}: write it as 02:00-04:00"
        )

    def holds(self, moment: datetime) -> bool:
        """Whether a moment (with time zone) lies within."""
        at = moment.astimezone(self.zone).time()
        if self.opens < self.closes:
            return self.opens <= at < self.closes
        return at >= self.opens or at < self.closes

    def from_then_on(self, moment: datetime) -> datetime:
        """The moment itself where it lies within, else the next one at which the window opens."""
        if self.holds(moment):
            return moment
        local = moment.astimezone(self.zone)
        opening = datetime.combine(local.date(), self.opens, self.zone)
        return opening if opening >= local else opening + timedelta(days=1)

    def end_after(self, moment: datetime) -> datetime:
        """The next moment, later than the given one, at which the window closes."""
        local = moment.astimezone(self.zone)
        closing = datetime.combine(local.date(), self.closes, self.zone)
        return closing if closing > local else closing + timedelta(days=1)

    def __str__(self) -> str:
        return f"{self.opens:%H:%M}-{self.closes:%H:%M}"
