"""Windows of time in which a portal says that it is not to be had: daily hours, or from one moment to another."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from results.daily import PORTAL_ZONE, DailyWindow
from results.errors import PlainError

_FORM = "%Y-%m-%d %H:%M"


class Window(Protocol):
    """Anything that a moment can lie in."""

    def holds(self, moment: datetime) -> bool:
        """Whether a moment (with time zone) lies within."""
        ...


@dataclass(frozen=True, slots=True)
class DatedWindow:
    """From one moment to another, both with time zone; an end that is not known holds all that follows."""

    opens: datetime
    closes: datetime | None

    def holds(self, moment: datetime) -> bool:
        """Whether a moment lies within; the last one no longer does."""
        return self.opens <= moment and (self.closes is None or moment < self.closes)

    def __str__(self) -> str:
        ends = [each.astimezone(PORTAL_ZONE) if each else None for each in (self.opens, self.closes)]
        return " – ".join(f"{each:{_FORM}}" if each else "?" for each in ends)


def window_from_text(text: str) -> DailyWindow | DatedWindow:
    """A window written as `02:00-04:00`, or as `2026-11-22 22:00/2026-11-23 06:00`, in the portals' time zone.

    Raises:
        PlainError: It is written otherwise, or has no length.
    """
    first, slash, last = (each.strip() for each in text.partition("/"))
    if not slash:
        return DailyWindow.from_text(text)
    try:
        opens, closes = (datetime.strptime(each, _FORM).replace(tzinfo=PORTAL_ZONE) for each in (first, last))
    except ValueError:
        opens = closes = datetime.min.replace(tzinfo=PORTAL_ZONE)
    if opens < closes:
        return DatedWindow(opens, closes)
    raise PlainError(
        zh=f"时段 {text!r} 应写作 2026-11-22 22:00/2026-11-23 06:00",
        en=f"window {text!r}: write it as 2026-11-22 22:00/2026-11-23 06:00",
    )
