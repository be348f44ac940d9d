"""What cost most: by points of the total, the same fault once."""

from __future__ import annotations

from typing import Any

from results.scores import result_of, run_of
from results.worst import worst


def test_the_costliest_comes_first_in_points_of_the_total(archive: Any) -> None:
    result = result_of(archive.store, run_of(archive.store, "city00"))
    found = worst(archive.store, result, most=3)
    assert 1 <= len(found) <= 3
    assert [each.points for each in found] == sorted((each.points for each in found), reverse=True)
    weights = {each.indicator: each.facet_weight * each.weight for each in result.indicators}
    assert found[0].points >= max(each.points_lost * weights[each.indicator] for each in result.findings)


def test_findings_of_one_kind_are_one_and_nothing_is_lost(archive: Any) -> None:
    result = result_of(archive.store, run_of(archive.store, "city00"))
    found = worst(archive.store, result, most=1000)
    costly = [each for each in result.findings if each.points_lost > 0]
    assert sum(each.count for each in found) == len(costly)
    weights = {each.indicator: each.facet_weight * each.weight for each in result.indicators}
    total = sum(each.points_lost * weights[each.indicator] for each in costly)
    assert abs(sum(each.points for each in found) - total) < 1e-9
    reasons = {(each.finding.indicator, _reason(archive.store, each.finding)) for each in found}
    named = [each for each in reasons if each[1] is not None]
    assert len(named) == sum(_reason(archive.store, each.finding) is not None for each in found)
    assert len(found) < len(costly)


def _reason(store: Any, finding: Any) -> str | None:
    if finding.source_id is None:
        return None
    rows = list(
        store.database.query(f"select * from [{finding.source_table}] where id = ?", [finding.source_id])
    )
    return rows[0].get("reason") if rows else None
