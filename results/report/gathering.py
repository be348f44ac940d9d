"""What a report shows, read from the file: the cities' newest runs, or one sweep's, or one city's."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import Any

from results.errors import PlainError
from results.explain import Observed, observed
from results.imports import Overall, overall
from results.ledger import (
    City,
    CityScore,
    FacetScore,
    ImportedScore,
    Indicator,
    Review,
    Run,
    Score,
    ScoreStatus,
    Sweep,
)
from results.records import ChatTurn
from results.scores import RunResult, result_of, run_of
from results.store import Store

FINDINGS_IN_OVERVIEW = 12
"""Findings of each city that the report of all cities shows; the city's own report shows all."""


@dataclass(frozen=True, kw_only=True)
class CitySheet:
    """One city in the report."""

    result: RunResult
    rank: int | None
    rank_worst: int | None
    tied: int
    history: tuple[tuple[str, float | None], ...]
    """(moment, total) of every run so far, oldest first."""
    findings: tuple[Observed, ...]
    more_findings: int
    chats: tuple[ChatTurn, ...]
    gaps: tuple[dict[str, Any], ...]
    imported: tuple[ImportedScore, ...]
    addresses: tuple[str, ...]
    """Addresses that its pages were served from."""
    earlier: CityScore | None
    """The total before the scores were computed anew."""

    @property
    def city(self) -> City:
        """The city."""
        return self.result.city

    @property
    def total(self) -> CityScore | None:
        """Its total."""
        return self.result.total

    def score(self, indicator: str) -> Score | None:
        """Its score of an indicator."""
        return next((each for each in self.result.scores if each.indicator == indicator), None)

    @property
    def overall(self) -> Overall:
        """Its figure over all four dimensions of the study, where the other three were imported."""
        return overall(self.result, self.imported)

    def facet(self, name: str) -> FacetScore | None:
        """Its score of a facet."""
        return next((each for each in self.result.facets if each.facet == name), None)

    @property
    def unmeasured(self) -> tuple[Score, ...]:
        """What has no score, and what was measured in part."""
        return tuple(
            each
            for each in self.result.scores
            if each.status in (ScoreStatus.NOT_MEASURED, ScoreStatus.BLOCKED) or each.coverage < 1
        )


@dataclass(frozen=True, kw_only=True)
class Report:
    """Everything in the report."""

    sheets: tuple[CitySheet, ...]
    """Best first; cities without a total last."""
    indicators: tuple[Indicator, ...]
    sweeps: tuple[Sweep, ...]
    regions: tuple[tuple[str, int, float | None], ...]
    """(region, cities, mean total), best first."""
    grades: tuple[tuple[str, int], ...]
    drift: tuple[dict[str, Any], ...]
    reviews: tuple[Review, ...]
    of_one_city: bool

    @property
    def facets(self) -> tuple[str, ...]:
        """The facets in the order of the catalogue."""
        return tuple(dict.fromkeys(each.facet for each in self.indicators))

    @property
    def vantages(self) -> tuple[dict[str, Any], ...]:
        """Where the sweeps were made from."""
        return tuple({"sweep": each.id, **_json_object(each.vantage)} for each in self.sweeps)

    @property
    def settings(self) -> dict[str, Any]:
        """What the newest sweep was asked to do."""
        return _json_object(self.sweeps[-1].settings) if self.sweeps else {}


GRADES = ("优秀", "良好", "一般", "较差")


def gather(store: Store, *, sweep: int | None = None, city: str | None = None) -> Report:
    """Read what a report shows.

    Args:
        store: The results file.
        sweep: This sweep's runs; by default each city's newest.
        city: This city alone.

    Raises:
        PlainError: Nothing was measured that the report could show.
    """
    runs = _runs(store, sweep, city)
    results = [result_of(store, run) for run in runs]
    everybody = results if city is None else [result_of(store, run) for run in _runs(store, sweep, None)]
    totals = [each.total for each in everybody if each.total is not None and each.total.score is not None]
    histories = _histories(store)
    sheets = [_sheet(store, each, totals, histories, whole=city is not None) for each in results]
    sheets.sort(key=lambda each: (-_points(each.total), each.city.slug))
    sweep_ids = {each.run.sweep_id for each in results}
    sweeps = tuple(each for each in store.all(Sweep) if each.id in sweep_ids)
    grades = Counter(each.total.grade for each in sheets if each.total and each.total.grade)
    run_ids = {each.run.id for each in results}
    return Report(
        sheets=tuple(sheets),
        indicators=max((each.indicators for each in results), key=len),
        sweeps=sweeps,
        regions=_regions(sheets),
        grades=tuple((name, grades.get(name, 0)) for name in dict.fromkeys((*GRADES, *grades))),
        drift=_drift(store, run_ids),
        reviews=tuple(store.all(Review)),
        of_one_city=city is not None,
    )


def _runs(store: Store, sweep: int | None, city: str | None) -> list[Run]:
    if city is not None:
        return [run_of(store, city, sweep)]
    slugs = dict.fromkeys(each.city for each in store.all(Run) if sweep is None or each.sweep_id == sweep)
    if not slugs:
        raise PlainError(
            zh="结果文件中没有可报告的测量" if sweep is None else f"没有第 {sweep} 次普查的测量",
            en="the results file holds nothing to report"
            if sweep is None
            else f"there is no run of sweep {sweep}",
        )
    return [run_of(store, slug, sweep) for slug in slugs]


def _sheet(
    store: Store,
    result: RunResult,
    totals: list[CityScore],
    histories: dict[str, list[tuple[str, float | None]]],
    *,
    whole: bool,
) -> CitySheet:
    total = result.total
    shown = result.findings if whole else result.findings[:FINDINGS_IN_OVERVIEW]
    rank, worst, tied = _place(total, totals)
    replaced = [
        each for each in store.all(CityScore, run_id=result.run.id) if total and each.id == total.replaces
    ]
    return CitySheet(
        result=result,
        rank=rank,
        rank_worst=worst,
        tied=tied,
        history=tuple(histories.get(result.run.city, ())),
        findings=tuple(observed(store, each) for each in shown),
        more_findings=len(result.findings) - len(shown),
        chats=tuple(store.all(ChatTurn, run_id=result.run.id)),
        gaps=tuple(
            store.database.query(
                "select required_item, zone, reason from zone_items z where run_id = ? and required_item is not null "
                "and outcome in ('failed', 'absent') and zone <> 'one_thing' and not exists (select 1 from zone_items o "
                "where o.run_id = z.run_id and o.zone = z.zone and o.required_item = z.required_item "
                "and o.outcome = 'ok') group by zone, required_item",
                [result.run.id],
            )
        ),
        imported=tuple(store.all(ImportedScore, city=result.run.city)),
        addresses=tuple(
            row["remote_ip"]
            for row in store.database.query(
                "select distinct remote_ip from page_loads where run_id = ? and remote_ip is not null "
                "order by remote_ip limit 8",
                [result.run.id],
            )
        ),
        earlier=replaced[0] if replaced else None,
    )


def _place(total: CityScore | None, totals: list[CityScore]) -> tuple[int | None, int | None, int]:
    """Best and worst place that the intervals allow, and how many cities cannot be told apart."""
    if total is None or total.score is None:
        return None, None, 0
    low, high = _ends(total)
    others = [_ends(each) for each in totals if each is not total and each.run_id != total.run_id]
    better = sum(other_low > high for other_low, _ in others)
    not_worse = sum(other_high >= low for _, other_high in others)
    return 1 + better, 1 + not_worse, not_worse - better


def _ends(total: CityScore) -> tuple[float, float]:
    score = total.score or 0.0
    return (score if total.low is None else total.low), (score if total.high is None else total.high)


def _points(total: CityScore | None) -> float:
    return -1.0 if total is None or total.score is None else total.score


def _histories(store: Store) -> dict[str, list[tuple[str, float | None]]]:
    histories: dict[str, list[tuple[str, float | None]]] = defaultdict(list)
    for row in store.database.query(
        "select slug, started_at, score from score_history order by started_at, run_id"
    ):
        histories[row["slug"]].append((row["started_at"], row["score"]))
    return histories


def _regions(sheets: list[CitySheet]) -> tuple[tuple[str, int, float | None], ...]:
    scores: dict[str, list[float]] = defaultdict(list)
    counts: Counter[str] = Counter()
    for each in sheets:
        region = each.city.region or "–"
        counts[region] += 1
        if each.total is not None and each.total.score is not None:
            scores[region].append(each.total.score)
    means = {name: sum(found) / len(found) if (found := scores[name]) else None for name in counts}
    return tuple(
        (name, counts[name], means[name])
        for name in sorted(counts, key=lambda each: (-(means[each] or -1), each))
    )


def _drift(store: Store, run_ids: set[int | None]) -> tuple[dict[str, Any], ...]:
    names: dict[tuple[str, str, str, str], set[str]] = defaultdict(set)
    for row in store.database.query(
        "select z.run_id, z.zone, z.required_item, z.listed_name, z.relation, c.name from zone_items z "
        "join runs r on r.id = z.run_id join cities c on c.slug = r.city "
        "where z.required_item is not null and z.listed_name is not null and z.outcome = 'ok' and z.relation <> 'same'"
    ):
        if row["run_id"] in run_ids:
            names[row["zone"], row["required_item"], row["listed_name"], row["relation"]].add(row["name"])
    return tuple(
        {"zone": zone, "item": item, "name": name, "relation": relation, "cities": sorted(cities)}
        for (zone, item, name, relation), cities in sorted(names.items())
    )


def _json_object(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
