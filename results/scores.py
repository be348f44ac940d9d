"""Scores as the file keeps them: every computation stays, the last one counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from results.errors import PlainError
from results.ledger import City, CityScore, FacetScore, Finding, Indicator, Run, Score, Scoring
from results.moments import now
from results.store import Store


@dataclass(frozen=True, kw_only=True, slots=True)
class RunResult:
    """What a run came to, by its last computation."""

    run: Run
    city: City
    total: CityScore | None
    facets: tuple[FacetScore, ...]
    scores: tuple[Score, ...]
    findings: tuple[Finding, ...]
    """Costliest first, by what they cost of the total."""
    indicators: tuple[Indicator, ...]
    """The catalogue as it stood in the sweep."""
    scorings: tuple[Scoring, ...]


def keep(
    store: Store,
    run_id: int,
    *,
    scores: Sequence[Score],
    findings: Sequence[Finding],
    facets: Sequence[FacetScore],
    city: CityScore,
    catalogue: str,
    catalogue_sha256: str,
    reviews: int = 0,
    why: str = "measured",
) -> int:
    """Store one computation of a run's scores in one transaction; earlier ones stay and are named.

    Args:
        store: The results file.
        run_id: The run.
        scores: One row for each indicator, as `checks.scoring` made them.
        findings: Its findings.
        facets: One row for each facet.
        city: The total.
        catalogue: Version of the catalogue.
        catalogue_sha256: Its hash.
        reviews: How many reviews were taken into account.
        why: `measured`, or what made a new computation necessary.

    Returns:
        The number of this computation, from 1.
    """
    before = {each.indicator: each.id for each in store.all(Score, run_id=run_id)}
    totals = store.all(CityScore, run_id=run_id)
    number = max((each.scoring for each in totals), default=0) + 1
    with store.transaction():
        store.add(
            Scoring(
                run_id=run_id,
                scoring=number,
                computed_at=now(),
                catalogue=catalogue,
                catalogue_sha256=catalogue_sha256,
                reviews=reviews,
                why=why,
            )
        )
        for score in scores:
            store.add(replace(score, scoring=number, replaces=before.get(score.indicator)))
        for finding in findings:
            store.add(replace(finding, scoring=number))
        for facet in facets:
            store.add(replace(facet, scoring=number))
        store.add(replace(city, scoring=number, replaces=totals[-1].id if totals else None))
    return number


def result_of(store: Store, run: Run, *, scoring: int | None = None) -> RunResult:
    """What a run came to, by its last computation or by an earlier one."""
    totals = store.all(CityScore, run_id=run.id)
    number = scoring or max((each.scoring for each in totals), default=1)
    findings = store.all(Finding, run_id=run.id, scoring=number)
    scorings = store.all(Scoring, run_id=run.id)
    indicators = _catalogue(store, run, next((each for each in scorings if each.scoring == number), None))
    weights = {each.indicator: each.facet_weight * each.weight for each in indicators}
    cities = store.all(City, slug=run.city)
    return RunResult(
        run=run,
        city=cities[0] if cities else City(slug=run.city, name=run.city),
        total=next((each for each in totals if each.scoring == number), None),
        facets=tuple(store.all(FacetScore, run_id=run.id, scoring=number)),
        scores=tuple(store.all(Score, run_id=run.id, scoring=number)),
        findings=tuple(
            sorted(findings, key=lambda each: -each.points_lost * weights.get(each.indicator, 1.0))
        ),
        indicators=tuple(indicators),
        scorings=tuple(scorings),
    )


def _catalogue(store: Store, run: Run, scoring: Scoring | None) -> list[Indicator]:
    """The lines that a scoring used: those of another catalogue, if it brought one, else the sweep's."""
    lines = store.all(Indicator, sweep_id=run.sweep_id)
    other = [each for each in lines if scoring and each.catalogue_sha256 == scoring.catalogue_sha256]
    return other or [each for each in lines if each.catalogue_sha256 is None]


def run_of(store: Store, slug: str, sweep: int | None = None) -> Run:
    """The city's run in a sweep; without one, its newest run that was scored, or its newest at all.

    Raises:
        PlainError: The city was not measured there.
    """
    condition = {"city": slug} if sweep is None else {"city": slug, "sweep_id": sweep}
    runs = store.all(Run, **condition)
    if not runs:
        where = ("", "") if sweep is None else (f"第 {sweep} 次", f" in sweep {sweep}")
        raise PlainError(
            zh=f"结果文件中没有 {slug} 的{where[0]}测量",
            en=f"the results file holds no run of {slug}{where[1]}",
        )
    scored = {each.run_id for each in store.all(CityScore, city=slug)}
    return next((run for run in reversed(runs) if run.id in scored), runs[-1])
