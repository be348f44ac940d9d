"""The observation behind a finding: where, when, in which engine, why, and the files that show it."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import Any

from results.evidence import folder_of
from results.ledger import Evidence, Finding, Review
from results.store import Store
from results.tables import tables
from results.words import Words

_PLACES = ("url", "final_url", "query", "question", "listed_name", "required_item", "module", "label")

_ONE_THING = {
    "page_loads": ("page_id", "engine", "device", "timed"),
    "layouts": ("page_id", "width"),
    "links": ("page_id", "url"),
    "downloads": ("attachment_id",),
    "zone_items": ("zone", "required_item", "listed_name"),
    "interactions": ("module",),
}
"""Columns in which attempts at one thing agree; every row of the other tables is a trial of its own."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Attempt:
    """A look that was repeated, and did not decide."""

    id: int
    attempt: int
    measured_at: str
    outcome: str
    reason: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Observed:
    """An observation behind a finding, as a reader needs it."""

    points_lost: float
    text: Words
    finding_key: str
    indicator: str
    table: str
    id: int | None
    measured_at: str | None = None
    engine: str | None = None
    engine_version: str | None = None
    attempt: int | None = None
    outcome: str | None = None
    reason: str | None = None
    http_status: int | None = None
    place: str | None = None
    """Where: the address, or what was typed."""
    served_from: str | None = None
    """The network address that answered."""
    note: str | None = None
    """What the prober noted down, in its own words or the browser's."""
    evidence: str | None = None
    """Path of the file behind it."""
    evidence_missing: bool = False
    """The file was pruned, or lost."""
    trace: str | None = None
    """Path of the browser's trace, where one is kept and still there."""
    earlier: tuple[Attempt, ...] = ()
    """The looks before the one that decided, first to last."""
    reviews: tuple[Review, ...] = ()

    def as_fields(self) -> dict[str, Any]:
        """As plain values, for `--json`."""
        return {
            "points_lost": self.points_lost,
            "text_zh": self.text.zh,
            "text_en": self.text.en,
            "finding_key": self.finding_key,
            "table": self.table,
            "id": self.id,
            "measured_at": self.measured_at,
            "engine": self.engine,
            "engine_version": self.engine_version,
            "attempt": self.attempt,
            "outcome": self.outcome,
            "reason": self.reason,
            "http_status": self.http_status,
            "place": self.place,
            "served_from": self.served_from,
            "note": self.note,
            "evidence": self.evidence,
            "evidence_missing": self.evidence_missing,
            "trace": self.trace,
            "earlier": [
                {
                    "id": each.id,
                    "attempt": each.attempt,
                    "measured_at": each.measured_at,
                    "outcome": each.outcome,
                    "reason": each.reason,
                }
                for each in self.earlier
            ],
            "reviews": [
                {"decision": each.decision, "by": each.by, "why": each.why, "decided_at": each.decided_at}
                for each in self.reviews
            ],
        }


def observed(store: Store, finding: Finding) -> Observed:
    """The observation behind a finding, with its earlier attempts, its evidence and its reviews."""
    row = observation_row(store, finding.source_table, finding.source_id)
    path, missing = evidence_path(store, row.get("evidence_id"))
    trace, trace_missing = evidence_path(store, row.get("trace_id"))
    return Observed(
        points_lost=finding.points_lost,
        text=Words(finding.text_zh, finding.text_en),
        finding_key=finding.finding_key,
        indicator=finding.indicator,
        table=finding.source_table,
        id=finding.source_id,
        measured_at=row.get("measured_at"),
        engine=row.get("engine"),
        engine_version=row.get("engine_version"),
        attempt=row.get("attempt"),
        outcome=row.get("outcome"),
        reason=row.get("reason"),
        http_status=row.get("http_status"),
        place=_place(store, row),
        served_from=row.get("remote_ip"),
        note=row.get("note"),
        evidence=path,
        evidence_missing=missing,
        trace=None if trace_missing else trace,
        earlier=tuple(_earlier(store, finding.source_table, row)),
        reviews=tuple(store.all(Review, source_table=finding.source_table, source_id=finding.source_id)),
    )


def observation_row(store: Store, table: str, row_id: int | None) -> dict[str, Any]:
    """The row of an observation; empty if it is not there (a file that was cut down by hand)."""
    if row_id is None or table not in {each.TABLE for each in tables()}:
        return {}
    try:
        # the table's name was checked against our own
        rows = list(store.database.query(f"select * from [{table}] where id = ?", [row_id]))  # noqa: S608
    except sqlite3.OperationalError:
        return {}
    return rows[0] if rows else {}


def evidence_path(store: Store, evidence_id: int | None) -> tuple[str | None, bool]:
    """Path of an evidence file and whether it is missing; (None, False) where none was kept."""
    kept = store.all(Evidence, id=evidence_id) if evidence_id is not None else []
    if not kept:
        return None, False
    path = folder_of(store.path) / kept[0].path
    return str(path), not path.exists()


def _earlier(store: Store, table: str, row: dict[str, Any]) -> list[Attempt]:
    if row.get("attempt", 1) < 2 or table not in _ONE_THING:
        return []
    names = ("run_id", *_ONE_THING[table])
    same = " and ".join(f"[{name}] is ?" for name in names)
    rows = store.database.query(
        f"select id, attempt, measured_at, outcome, reason from [{table}] "  # noqa: S608  # names are ours
        f"where {same} and attempt < ? order by attempt, id",
        [*(row[name] for name in names), row["attempt"]],
    )
    return [Attempt(**each) for each in rows]


def _place(store: Store, row: dict[str, Any]) -> str | None:
    for name in _PLACES:
        if row.get(name):
            return str(row[name])
    if row.get("attachment_id"):
        return _place(store, observation_row(store, "attachments", row["attachment_id"]))
    if row.get("page_id"):
        return _place(store, observation_row(store, "pages", row["page_id"]))
    return None
