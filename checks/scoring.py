"""From the facts of a run to its scores and findings: a pure function.

`score_run` asks every indicator of the catalogue, rolls up, and words the findings. The same facts give
the same answer, in whatever order they come.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace

from checks import rollup
from checks.catalogue import Catalogue
from checks.facts import RunFacts
from checks.indicators import Question, all_indicators
from checks.measures import DIGITS, Deduction, Measured
from results.errors import PlainError
from results.ledger import CityScore, FacetScore, Finding, Run, Score, ScoreStatus

__all__ = ["RunFacts", "RunScores", "score_run"]


@dataclass(frozen=True, kw_only=True, slots=True)
class RunScores:
    """What a run came to, ready to be stored; rows carry no ids yet."""

    scores: tuple[Score, ...]
    findings: tuple[Finding, ...]
    """Costliest first."""
    facets: tuple[FacetScore, ...]
    city: CityScore


def score_run(facts: RunFacts, catalogue: Catalogue, run: Run) -> RunScores:
    """Scores, findings and totals of a run.

    Args:
        facts: Its observations, with the city's availability of the days before and all reviews.
        catalogue: The rules.
        run: The run; must have its id.

    Raises:
        PlainError: The catalogue names an indicator that this program cannot compute.
    """
    assert run.id is not None, "a run is stored before it is scored"
    facts = replace(facts, run=run)
    measured = _measure(facts, catalogue)
    overall = rollup.total(catalogue, measured)
    study = rollup.total(catalogue, measured, dimension=catalogue.dimension.study)
    facets = [
        (each.name, rollup.facet(catalogue.of_facet(each.name), measured, catalogue.coverage_floor))
        for each in catalogue.facets
    ]
    return RunScores(
        scores=tuple(_score(run.id, name, each) for name, each in measured.items()),
        findings=_findings(run.id, measured),
        facets=tuple(
            FacetScore(run_id=run.id, facet=name, score=each.score, coverage=each.coverage)
            for name, each in facets
        ),
        city=CityScore(
            run_id=run.id,
            city=run.city,
            score=overall.score,
            score_study=study.score,
            coverage=overall.coverage,
            grade=None if overall.score is None else catalogue.grade(overall.score).name,
            blocked=_blocks(catalogue, measured),
            low=overall.low,
            high=overall.high,
        ),
    )


def _measure(facts: RunFacts, catalogue: Catalogue) -> Mapping[str, Measured]:
    functions = all_indicators()
    measured = {}
    for entry in catalogue.indicators:
        if entry.id not in functions:
            raise PlainError(
                zh=f"指标目录中的 {entry.id} 没有对应的计算函数",
                en=f"the catalogue names {entry.id}, which this program cannot compute",
            )
        measured[entry.id] = functions[entry.id](Question(facts, entry, catalogue))
    return measured


def _blocks(catalogue: Catalogue, measured: Mapping[str, Measured]) -> bool:
    blocked = sum(each.blocked for each in measured.values())
    looked_at = blocked + sum(each.measured for each in measured.values())
    return any(each.status is ScoreStatus.BLOCKED and each.blocked for each in measured.values()) or (
        blocked > 0 and blocked / looked_at >= catalogue.blocked_share
    )


def _score(run_id: int, indicator: str, measured: Measured) -> Score:
    return Score(
        run_id=run_id,
        indicator=indicator,
        score=measured.score,
        status=measured.status,
        measured=measured.measured,
        passed=measured.passed,
        low=measured.low,
        high=measured.high,
        note=measured.note,
        coverage=round(measured.coverage, DIGITS),
    )


def _findings(run_id: int, measured: Mapping[str, Measured]) -> tuple[Finding, ...]:
    found = [
        _finding(run_id, indicator, deduction)
        for indicator, each in measured.items()
        for deduction in each.deductions
    ]
    return tuple(
        sorted(
            found, key=lambda each: (-each.points_lost, each.indicator, each.finding_key, each.source_id or 0)
        )
    )


def _finding(run_id: int, indicator: str, deduction: Deduction) -> Finding:
    source = deduction.source
    digest = hashlib.sha256(f"{indicator}\n{deduction.subject}".encode()).hexdigest()[:12]
    return Finding(
        run_id=run_id,
        indicator=indicator,
        finding_key=f"{indicator}-{digest}",
        source_table=source.TABLE if source is not None else "",
        source_id=source.id if source is not None else None,
        points_lost=round(deduction.points, DIGITS),
        text_zh=deduction.text.zh,
        text_en=deduction.text.en,
    )
