"""Old evidence removed: files go, their rows stay and say what there was."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from results.errors import PlainError
from results.evidence import folder_of
from results.ledger import Evidence, Review
from results.moments import as_text
from results.records import Observation
from results.store import Store
from results.tables import tables

_MOST_DAYS = 36_500.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Pruned:
    """What a pruning removed."""

    files: int
    bytes: int
    kept: int
    """Files that are still needed."""


def prune(store: Store, *, keep_days: float, now: datetime | None = None, dry_run: bool = False) -> Pruned:
    """Remove evidence that no observation of the last days needs.

    Evidence behind a reviewed observation is kept, however old: it is what the review rests on. So is
    what no observation names yet: a run may be about to.

    Args:
        store: The results file.
        keep_days: Evidence of observations of so many days is kept.
        now: The moment to count from; by default this one.
        dry_run: Count what would go, and remove nothing.

    Returns:
        Files and bytes removed (or that would be).

    Raises:
        PlainError: Less than no days, or more than a hundred years.
    """
    if not 0 <= keep_days <= _MOST_DAYS:
        raise PlainError(
            zh=f"保留天数须在 0 到 {_MOST_DAYS:.0f} 之间，而不是 {keep_days:g}",
            en=f"evidence is kept for 0 to {_MOST_DAYS:.0f} days, not {keep_days:g}",
        )
    since = as_text((now or datetime.now(UTC)) - timedelta(days=keep_days))
    needed, old = _needed(store, since)
    folder = folder_of(store.path)
    removed = size = kept = 0
    for each in store.all(Evidence):
        path = folder / each.path
        if not path.is_file():
            continue
        if each.id in needed or each.id not in old:
            kept += 1
            continue
        removed += 1
        size += path.stat().st_size
        if not dry_run:
            path.unlink()
    if not dry_run:
        _remove_empty_folders(folder)
    return Pruned(files=removed, bytes=size, kept=kept)


def _needed(store: Store, since: str) -> tuple[set[int], set[int]]:
    """Evidence that is still needed, and evidence behind old observations; some is both."""
    reviewed = {(each.source_table, each.source_id) for each in store.all(Review)}
    needed: set[int] = set()
    old: set[int] = set()
    for kind in tables():
        if not issubclass(kind, Observation):
            continue
        for column in kind.pointing_at(Evidence.TABLE):
            rows = store.database.query(
                f"select id, [{column}] as file, measured_at from [{kind.TABLE}] where [{column}] is not null"  # noqa: S608
            )
            for row in rows:
                keep = row["measured_at"] >= since or (kind.TABLE, row["id"]) in reviewed
                (needed if keep else old).add(row["file"])
    return needed, old


def _remove_empty_folders(folder: Path) -> None:
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_dir() and not any(path.iterdir()):
            path.rmdir()
