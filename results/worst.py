"""What cost a city most: findings of one kind together, in points of the total."""

from __future__ import annotations

from dataclasses import dataclass

from results.explain import observation_row
from results.ledger import Finding
from results.scores import RunResult
from results.store import Store


@dataclass(frozen=True, kw_only=True, slots=True)
class Costly:
    """One kind of fault in one indicator, e.g. searches that end in a 5xx error."""

    finding: Finding
    """The costliest of them, as an example."""
    count: int
    """How many findings are of this kind."""
    points: float
    """What they cost of the total together, 0-100, while every weight is measured."""


def worst(store: Store, result: RunResult, *, most: int) -> tuple[Costly, ...]:
    """The kinds of fault that cost most, costliest first.

    Findings are of one kind when they belong to one indicator and their observations ended for one reason;
    without a reason, when they are one fault (`finding_key`). Ten trials of search that meet the same error
    are one thing to mend.

    Args:
        store: The results file.
        result: A run's scores.
        most: How many to give at most.
    """
    weights = {each.indicator: each.facet_weight * each.weight for each in result.indicators}
    kinds: dict[tuple[str, str], list[Finding]] = {}
    for finding in result.findings:
        if finding.points_lost > 0:
            row = observation_row(store, finding.source_table, finding.source_id)
            kinds.setdefault((finding.indicator, row.get("reason") or finding.finding_key), []).append(
                finding
            )
    costly = [
        Costly(
            finding=max(alike, key=lambda each: each.points_lost),
            count=len(alike),
            points=weights.get(indicator, 1.0) * sum(each.points_lost for each in alike),
        )
        for (indicator, _), alike in kinds.items()
    ]
    return tuple(sorted(costly, key=lambda each: -each.points)[:most])
