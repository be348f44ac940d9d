"""Why an indicator has its score: from the file alone, down to the page, the moment and the reason."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from results.errors import PlainError
from results.ledger import Finding, Indicator, Run, Score
from results.observed import Observed, observed
from results.scores import result_of
from results.store import Store
from results.words import Words


@dataclass(frozen=True, kw_only=True, slots=True)
class Gain:
    """What mending one fault would add to the indicator, in points of 100."""

    text: Words
    points: float
    observations: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Explanation:
    """Everything that stands behind one indicator's score in a run."""

    run: Run
    indicator: Indicator
    score: Score
    earlier: tuple[Score, ...]
    """Earlier computations of the same score, newest last."""
    costly: tuple[Observed, ...]
    remarks: tuple[Observed, ...]
    """Findings that cost nothing."""
    gains: tuple[Gain, ...]
    weight_in_total: float
    """Share of the total that the indicator makes up when all is measured, 0-1."""

    def as_fields(self) -> dict[str, Any]:
        """As plain values, for `--json`."""
        line, score = self.indicator, self.score
        return {
            "city": self.run.city,
            "sweep": self.run.sweep_id,
            "run": self.run.id,
            "indicator": line.indicator,
            "name_zh": line.name_zh,
            "name_en": line.name_en,
            "facet": line.facet,
            "rule": {"zh": line.rule, "en": line.rule_en},
            "thresholds": json.loads(line.thresholds),
            "absent": line.absent,
            "source": line.source,
            "weight_in_facet": line.weight,
            "weight_in_total": self.weight_in_total,
            "score": score.score,
            "status": score.status.value,
            "measured": score.measured,
            "passed": score.passed,
            "low": score.low,
            "high": score.high,
            "coverage": score.coverage,
            "note": score.note,
            "scoring": score.scoring,
            "earlier_scores": [{"scoring": each.scoring, "score": each.score} for each in self.earlier],
            "observations": [each.as_fields() for each in (*self.costly, *self.remarks)],
            "would_raise": [
                {
                    "points": each.points,
                    "observations": each.observations,
                    "zh": each.text.zh,
                    "en": each.text.en,
                }
                for each in self.gains
            ],
        }


def explain(store: Store, run_id: int, indicator: str) -> Explanation:
    """Why an indicator has its score in a run.

    Raises:
        PlainError: There is no such run, it was not scored, or the indicator is not of its catalogue.
    """
    runs = store.all(Run, id=run_id)
    if not runs:
        raise PlainError(zh=f"没有编号为 {run_id} 的测量", en=f"there is no run {run_id}")
    result = result_of(store, runs[0])
    lines = {each.indicator: each for each in result.indicators}
    if indicator not in lines:
        known = ", ".join(lines) or "–"
        raise PlainError(
            zh=f"该次测量没有指标 {indicator}；可选：{known}",
            en=f"no indicator {indicator} in that run; there are: {known}",
        )
    score = next((each for each in result.scores if each.indicator == indicator), None)
    if score is None:
        raise PlainError(
            zh=f"{runs[0].city} 的该次测量尚未评分", en=f"that run of {runs[0].city} has not been scored"
        )
    findings = [each for each in result.findings if each.indicator == indicator]
    behind = [observed(store, each) for each in findings]
    line = lines[indicator]
    return Explanation(
        run=runs[0],
        indicator=line,
        score=score,
        earlier=tuple(
            each
            for each in store.all(Score, run_id=run_id, indicator=indicator)
            if each.scoring < score.scoring
        ),
        costly=tuple(each for each in behind if each.points_lost > 0),
        remarks=tuple(each for each in behind if each.points_lost == 0),
        gains=_gains(findings),
        weight_in_total=round(line.facet_weight * line.weight, 6),
    )


def _gains(findings: list[Finding]) -> tuple[Gain, ...]:
    by_key: dict[str, list[Finding]] = defaultdict(list)
    for each in findings:
        if each.points_lost > 0:
            by_key[each.finding_key].append(each)
    gains = [
        Gain(
            text=Words(group[0].text_zh, group[0].text_en),
            points=round(sum(each.points_lost for each in group), 4),
            observations=len(group),
        )
        for group in by_key.values()
    ]
    return tuple(sorted(gains, key=lambda each: -each.points))
