"""Moments as the file keeps them: ISO-8601 text in UTC."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> str:
    """This moment as ISO-8601 UTC with milliseconds, e.g. `2026-11-21T08:00:00.000Z`."""
    return as_text(datetime.now(UTC))


def as_text(moment: datetime) -> str:
    """A moment (with time zone) as ISO-8601 UTC with milliseconds."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def from_text(text: str) -> datetime:
    """The moment behind a text that `as_text` wrote."""
    return datetime.fromisoformat(text.replace("Z", "+00:00"))
