"""Appeals: a review stands beside an observation, which stays as it is."""

from __future__ import annotations

from results.errors import PlainError
from results.ledger import Review, Run
from results.moments import now
from results.observed import observation_row
from results.records import Observation
from results.store import Store
from results.tables import tables

DECISIONS = ("upheld", "overturned")


def add_review(store: Store, *, table: str, row_id: int, decision: str, by: str, why: str) -> Review:
    """Record the result of an appeal; scores change only when they are computed anew.

    Args:
        store: The results file.
        table: Table of the observation, e.g. `page_loads`.
        row_id: Its id there, as `probe explain` shows it.
        decision: `upheld` (the observation stands) or `overturned` (the look was wrong: it will count as
            not measured). A later review of the same observation outweighs an earlier one.
        by: Who decided.
        why: Why.

    Raises:
        PlainError: There is no such observation, an unknown decision, or nobody and no reason named.
    """
    observed = [each.TABLE for each in tables() if issubclass(each, Observation)]
    if table not in observed:
        raise PlainError(
            zh=f"{table} 不是观测表；可选：{', '.join(observed)}",
            en=f"{table} holds no observations; choose one of {', '.join(observed)}",
        )
    if not observation_row(store, table, row_id):
        raise PlainError(
            zh=f"{table} 中没有编号 {row_id} 的观测", en=f"there is no observation {row_id} in {table}"
        )
    if decision not in DECISIONS:
        raise PlainError(
            zh=f"复核结论只能是 {' 或 '.join(DECISIONS)}",
            en=f"a decision is {' or '.join(DECISIONS)}, not {decision}",
        )
    if not by.strip() or not why.strip():
        raise PlainError(zh="复核须写明复核人和理由", en="a review names who decided, and why")
    return store.add(
        Review(
            source_table=table,
            source_id=row_id,
            decision=decision,
            by=by.strip(),
            why=why.strip(),
            decided_at=now(),
        )
    )


def reviews_in(store: Store, run: Run) -> list[Review]:
    """The reviews of what a run's scores rest on: its observations, and visits of the city outside any run."""

    def of_run(review: Review) -> bool:
        row = observation_row(store, review.source_table, review.source_id)
        return row.get("run_id") == run.id or (row.get("run_id") is None and row.get("city") == run.city)

    return [each for each in store.all(Review) if of_run(each)]


def reviews_of(store: Store, *, slug: str | None = None) -> list[Review]:
    """All reviews, oldest first, or those of one city's observations."""
    reviews = store.all(Review)
    if slug is None:
        return reviews
    runs = {row["id"] for row in store.database.query("select id from runs where city = ?", [slug])}

    def of_city(review: Review) -> bool:
        row = observation_row(store, review.source_table, review.source_id)
        return row.get("city") == slug or row.get("run_id") in runs

    return [each for each in reviews if of_city(each)]
