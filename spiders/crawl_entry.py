"""An address that the crawl is to read, as its frontier hands it out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

WAITING = (
    "select id, url, pattern, depth, parent_url, link_text, via, linked_as_guide, rank from frontier"
    " where run_id is ? and state = 'queued' and depth = ? and rank > ? and pattern not in ({})"
    " order by rank limit ?"
)
"""The columns of an entry, for those that wait at a depth beyond a rank, but for some patterns."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An address to be read."""

    id: int
    url: str
    pattern: str
    depth: int
    parent_url: str | None
    link_text: str | None
    via: str
    linked_as_guide: bool

    @classmethod
    def of(cls, row: tuple[Any, ...]) -> Entry:
        """The entry behind a row of the frontier; its rank, which comes last, is the frontier's own."""
        row_id, url, name, depth, parent_url, link_text, via, as_guide, _ = row
        return cls(row_id, url, name, depth, parent_url, link_text, via, bool(as_guide))
