"""What cost a city most: findings of one kind together, in points of the total."""

from __future__ import annotations

from dataclasses import dataclass

from results.ledger import Finding, Indicator
from results.observed import observation_row
from results.scores import RunResult
from results.store import Store
from results.words import Words, reason_word


@dataclass(frozen=True, kw_only=True, slots=True)
class Costly:
    """One kind of fault in one indicator, e.g. searches that end in a 5xx error."""

    findings: tuple[Finding, ...]
    """Costliest first."""
    line: Indicator | None
    """The indicator, unless the catalogue does not know it."""
    reason: str | None
    """Why they failed, where one reason was noted down."""
    points: float
    """What they cost of the total together, 0-100, while every weight is measured; 0 for mere remarks."""

    @property
    def finding(self) -> Finding:
        """The costliest of them, as an example."""
        return self.findings[0]

    @property
    def count(self) -> int:
        """How many findings are of this kind."""
        return len(self.findings)

    @property
    def text(self) -> Words:
        """A finding that stands alone in its own words; several by indicator and reason."""
        if self.count == 1 or self.line is None:
            return Words(self.finding.text_zh, self.finding.text_en)
        zh, en = reason_word(self.reason) if self.reason else Words("须改进", "to be mended")
        return Words(
            f"{self.line.name_zh}：{zh}（{self.count} 处）", f"{self.line.name_en}: {en} (× {self.count})"
        )


def kinds(store: Store, result: RunResult) -> tuple[Costly, ...]:
    """Every kind of fault of a run, costliest first; what costs nothing comes last.

    Findings are of one kind when they belong to one indicator and their observations ended for one reason
    (or for none that was noted down): ten trials of search that meet the same error are one thing to mend.

    Args:
        store: The results file.
        result: A run's scores.
    """
    lines = {each.indicator: each for each in result.indicators}
    alike: dict[tuple[str, str | None, bool], list[Finding]] = {}
    for finding in result.findings:
        row = observation_row(store, finding.source_table, finding.source_id)
        kind = finding.indicator, row.get("reason"), finding.points_lost > 0
        alike.setdefault(kind, []).append(finding)
    found = [
        Costly(
            findings=tuple(sorted(group, key=lambda each: -each.points_lost)),
            line=lines.get(indicator),
            reason=reason,
            points=_weight(lines.get(indicator)) * sum(each.points_lost for each in group),
        )
        for (indicator, reason, _), group in alike.items()
    ]
    return tuple(sorted(found, key=lambda each: -each.points))


def worst(store: Store, result: RunResult, *, most: int) -> tuple[Costly, ...]:
    """The kinds of fault that cost most, costliest first.

    Args:
        store: The results file.
        result: A run's scores.
        most: How many to give at most.
    """
    return tuple(each for each in kinds(store, result) if each.points > 0)[:most]


def _weight(line: Indicator | None) -> float:
    return line.facet_weight * line.weight if line else 1.0
