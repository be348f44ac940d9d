"""What a report shows, read from the file: the cities' newest runs, or one sweep's, or one city's."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import Any

from results.errors import PlainError
from results.imports import overall
from results.ledger import CityScore, ImportedScore, Indicator, Review, Run, Sweep
from results.observed import observed
from results.records import ChatTurn
from results.report.cities import CitySheet, Fault, Place
from results.scores import RunResult, result_of, run_of
from results.store import Store
from results.words import GRADES
from results.worst import kinds

FAULTS_IN_OVERVIEW = 8
"""Kinds of fault of each city that the report of all cities shows; the city's own report shows all."""

LOOKS_IN_OVERVIEW = 5
"""Observations of each kind that it shows."""

_History = dict[str, list[tuple[str, float | None]]]


@dataclass(frozen=True, kw_only=True)
class Region:
    """One of the seven regions."""

    name: str
    cities: int
    totals: tuple[float, ...]
    blocked: int

    @property
    def mean(self) -> float | None:
        """Mean of the totals; None where no city has one."""
        return sum(self.totals) / len(self.totals) if self.totals else None


@dataclass(frozen=True, kw_only=True)
class Vantage:
    """Where a sweep was made from, as far as it was noted down."""

    sweep: int | None
    at: str | None
    egress: str | None
    behind_nat: bool
    own: tuple[str, ...]
    """The machine's addresses, its network and interface."""
    controls: tuple[dict[str, Any], ...]
    """What the control sites answered: `url`, `reason`, `http_status`, `elapsed_ms`, `remote_ip`."""

    @classmethod
    def of(cls, sweep: Sweep) -> Vantage:
        """The vantage that a sweep has stored."""
        noted = json_object(sweep.vantage)
        own = noted.get("local_addresses") or ()
        controls = noted.get("control_sites") or ()
        empty = dict.fromkeys(("url", "reason", "http_status", "elapsed_ms", "remote_ip"))
        return cls(
            sweep=sweep.id,
            at=noted.get("at"),
            egress=noted.get("egress_address") or noted.get("address"),
            behind_nat=bool(noted.get("behind_nat")),
            own=tuple(str(each) for each in (*own, noted.get("network"), noted.get("interface")) if each),
            controls=tuple({**empty, **each} for each in controls if isinstance(each, dict)),
        )


@dataclass(frozen=True, kw_only=True)
class Report:
    """Everything in the report."""

    sheets: tuple[CitySheet, ...]
    """Best first; cities without a total last."""
    indicators: tuple[Indicator, ...]
    sweeps: tuple[Sweep, ...]
    regions: tuple[Region, ...]
    """Best first."""
    grades: tuple[tuple[str, int], ...]
    drift: tuple[dict[str, Any], ...]
    reviews: tuple[Review, ...]
    of_one_city: bool

    @property
    def facets(self) -> tuple[str, ...]:
        """The facets in the order of the catalogue."""
        return tuple(dict.fromkeys(each.facet for each in self.indicators))

    @property
    def vantages(self) -> tuple[Vantage, ...]:
        """Where the sweeps were made from."""
        return tuple(Vantage.of(each) for each in self.sweeps)

    @property
    def settings(self) -> dict[str, Any]:
        """What the newest sweep was asked to do."""
        return json_object(self.sweeps[-1].settings) if self.sweeps else {}

    @property
    def gaps(self) -> tuple[tuple[str, str, tuple[CitySheet, ...]], ...]:
        """(zone, item, cities that do not list it), the item that most lack first."""
        lacking: dict[tuple[str, str], list[CitySheet]] = defaultdict(list)
        for sheet in self.sheets:
            for gap in sheet.gaps:
                lacking[gap["zone"], gap["required_item"]].append(sheet)
        ordered = sorted(lacking.items(), key=lambda entry: (-len(entry[1]), entry[0]))
        return tuple((zone, item, tuple(cities)) for (zone, item), cities in ordered)

    @property
    def unmeasured(self) -> tuple[tuple[Indicator, str, str | None, tuple[CitySheet, ...], float], ...]:
        """(indicator, status, note, cities, mean coverage): what could not be measured, alike cities together."""
        groups: dict[tuple[str, str, str | None], list[tuple[CitySheet, float]]] = defaultdict(list)
        for sheet in self.sheets:
            for score in sheet.unmeasured:
                groups[score.indicator, score.status, score.note].append((sheet, score.coverage))
        lines = {each.indicator: each for each in self.indicators}
        return tuple(
            (
                lines[indicator],
                status,
                note,
                tuple(sheet for sheet, _ in found),
                sum(share for _, share in found) / len(found),
            )
            for (indicator, status, note), found in sorted(groups.items(), key=lambda each: -len(each[1]))
        )


def gather(store: Store, *, sweep: int | None = None, city: str | None = None) -> Report:
    """Read what a report shows.

    Args:
        store: The results file.
        sweep: This sweep's runs; by default each city's newest.
        city: This city alone.

    Raises:
        PlainError: Nothing was measured that the report could show.
    """
    results = [result_of(store, run) for run in _runs(store, sweep, city)]
    everybody = results if city is None else [result_of(store, run) for run in _runs(store, sweep, None)]
    totals = [each.total for each in everybody if each.total is not None and each.total.score is not None]
    histories = _histories(store)
    sheets = [_sheet(store, each, totals, histories, whole=city is not None) for each in results]
    sheets.sort(key=lambda each: (1.0 if each.points is None else -each.points, each.city.slug))
    sweep_ids = {each.run.sweep_id for each in results}
    grades = Counter(each.total.grade for each in sheets if each.total and each.total.grade)
    observations = {(one.table, one.id) for each in sheets for fault in each.faults for one in fault.shown}
    return Report(
        sheets=tuple(sheets),
        indicators=_indicators(results),
        sweeps=tuple(each for each in store.all(Sweep) if each.id in sweep_ids),
        regions=_regions(sheets),
        grades=tuple((name, grades.get(name, 0)) for name in dict.fromkeys((*GRADES, *grades))),
        drift=_drift(store, sheets),
        reviews=tuple(
            each
            for each in store.all(Review)
            if city is None or (each.source_table, each.source_id) in observations
        ),
        of_one_city=city is not None,
    )


def json_object(text: str) -> dict[str, Any]:
    """A JSON object of the file; empty where the text is none."""
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


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


def _indicators(results: list[RunResult]) -> tuple[Indicator, ...]:
    """Every line that one of the catalogues has; where they differ, the newest run's."""
    newest_first = sorted(results, key=lambda each: -(each.run.id or 0))
    lines = {line.indicator: line for each in reversed(newest_first) for line in each.indicators}
    order = [line.indicator for each in newest_first for line in each.indicators]
    return tuple(lines[name] for name in dict.fromkeys(order))


def _sheet(
    store: Store, result: RunResult, totals: list[CityScore], histories: _History, *, whole: bool
) -> CitySheet:
    total = result.total
    found = kinds(store, result)
    shown = found if whole else found[:FAULTS_IN_OVERVIEW]
    imported = tuple(store.all(ImportedScore, city=result.run.city))
    replaced = [
        each for each in store.all(CityScore, run_id=result.run.id) if total and each.id == total.replaces
    ]
    return CitySheet(
        result=result,
        place=_place(total, totals),
        history=tuple(histories.get(result.run.city, ())),
        faults=tuple(
            Fault(
                kind=kind,
                shown=tuple(
                    observed(store, each) for each in kind.findings[: None if whole else LOOKS_IN_OVERVIEW]
                ),
            )
            for kind in shown
        ),
        more_faults=len(found) - len(shown),
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
        imported=imported,
        overall=overall(result, imported),
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


def _place(total: CityScore | None, totals: list[CityScore]) -> Place | None:
    """The places that the intervals allow; none among one."""
    if total is None or total.score is None or len(totals) < 2:
        return None
    low, high = _ends(total)
    others = [_ends(each) for each in totals if each.run_id != total.run_id]
    better = sum(other_low > high for other_low, _ in others)
    not_worse = sum(other_high >= low for _, other_high in others)
    return Place(best=1 + better, worst=1 + not_worse, cities=len(totals))


def _ends(total: CityScore) -> tuple[float, float]:
    score = total.score or 0.0
    return (score if total.low is None else total.low), (score if total.high is None else total.high)


def _histories(store: Store) -> _History:
    histories: _History = defaultdict(list)
    for row in store.database.query(
        "select slug, started_at, score from score_history order by started_at, run_id"
    ):
        histories[row["slug"]].append((row["started_at"], row["score"]))
    return histories


def _regions(sheets: list[CitySheet]) -> tuple[Region, ...]:
    members: dict[str, list[CitySheet]] = defaultdict(list)
    for each in sheets:
        members[each.city.region or "–"].append(each)
    regions = [
        Region(
            name=name,
            cities=len(found),
            totals=tuple(each.points for each in found if each.points is not None),
            blocked=sum(each.blocked for each in found),
        )
        for name, found in members.items()
    ]
    return tuple(sorted(regions, key=lambda each: (-(each.mean or -1.0), each.name)))


def _drift(store: Store, sheets: list[CitySheet]) -> tuple[dict[str, Any], ...]:
    of_run = {each.result.run.id: each for each in sheets}
    names: dict[tuple[str, str, str, str], dict[str, CitySheet]] = defaultdict(dict)
    for row in store.database.query(
        "select run_id, zone, required_item, listed_name, relation from zone_items where required_item is not null "
        "and listed_name is not null and outcome = 'ok' and relation <> 'same'"
    ):
        sheet = of_run.get(row["run_id"])
        if sheet is not None:
            key = row["zone"], row["required_item"], row["listed_name"], row["relation"]
            names[key][sheet.city.slug] = sheet
    return tuple(
        {
            "zone": zone,
            "item": item,
            "name": name,
            "relation": relation,
            "cities": [cities[slug] for slug in sorted(cities)],
        }
        for (zone, item, name, relation), cities in sorted(names.items())
    )
