"""What portals announce of their own maintenance, as it was read."""

from __future__ import annotations

from dataclasses import dataclass

from results.columns import Record, column
from results.daily import DailyWindow
from results.moments import from_text
from results.windows import DatedWindow


@dataclass(frozen=True, kw_only=True)
class MaintenanceNotice(Record):
    """An announcement of maintenance, kept when it was read first."""

    TABLE = "maintenance_notices"
    ABOUT = "An announcement of maintenance, read on a home page or behind a link there; it excuses nothing."
    INDEXES = (("city",),)

    id: int | None = column("Primary key.", default=None)
    city: str = column("The city.", references="cities")
    url: str = column("The page that it stands on.")
    words: str = column("The passage, as it stands there.")
    opens_at: str | None = column(
        "Announced beginning, ISO-8601 UTC; NULL where none can be read.", default=None
    )
    closes_at: str | None = column("Announced end, ISO-8601 UTC; NULL where none can be read.", default=None)
    daily: str | None = column("Hours of every day, e.g. 23:30-05:00 (Asia/Shanghai).", default=None)
    seen_at: str = column("When it was read first, ISO-8601 UTC.")

    @property
    def window(self) -> DailyWindow | DatedWindow | None:
        """The announced time; None where none could be read."""
        if self.daily is not None:
            return DailyWindow.from_text(self.daily)
        if self.opens_at is None:
            return None
        return DatedWindow(from_text(self.opens_at), from_text(self.closes_at) if self.closes_at else None)
