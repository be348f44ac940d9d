"""The newest figures of a results file, as Prometheus names them.

A visit is what a probe of blackbox_exporter is, so it bears its names (`probe_success` …), with the city and its address
as labels; where the portal refused us, or we could not ask, there is no `probe_success`: blocked is not down. What only
this program knows begins with `portal_probe_`.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from checks.catalogue import Entry
from checks.week import rolling_week
from probes import __version__
from probes.runs.metrics.gauges import Gauges
from results.ledger import City, CityScore, FacetScore, Finding, Indicator, Run, Score, ScoreStatus, State
from results.moments import as_text, from_text
from results.records import Availability, Observation, Outcome
from results.store import Store
from results.tables import tables

_KNOWN = (Outcome.OK, Outcome.FAILED)


def put_figures(gauges: Gauges, store: Store, availability: Entry, now: datetime) -> None:
    """Add the newest visit, week, run and scores of every city.

    Args:
        gauges: Filled.
        store: The results file.
        availability: The catalogue's line of `home_availability`.
        now: This moment, with time zone.
    """
    gauges.put("portal_probe_build_info", "The program's version.", 1, version=__version__)
    for city in store.all(City):
        gauges.put(
            "portal_probe_city_info", "A city of the results file.", 1,
            city=city.slug, name=city.name, province=city.province, region=city.region, target=city.home_url,
        )  # fmt: skip
        _put_visit(gauges, store, city)
        _put_week(gauges, store, city, availability, now)
        runs = store.database.query(
            "select * from runs where city = ? and finished_at is not null order by id desc limit 1",
            [city.slug],
        )
        for row in runs:
            _put_run(gauges, store, Run.from_row(row))


def _put_visit(gauges: Gauges, store: Store, city: City) -> None:
    rows = store.database.query(
        "select * from availability where city = ? order by measured_at desc, id desc limit 1", [city.slug]
    )
    for visit in (Availability.from_row(row) for row in rows):
        labels = {"city": city.slug, "target": city.home_url}
        known = visit.outcome in _KNOWN
        gauges.put(
            "probe_success", "Whether the home page opened within 15 s at the last visit; missing where that is not known.",
            float(visit.outcome is Outcome.OK) if known else None, **labels,
        )  # fmt: skip
        gauges.put(
            "probe_duration_seconds", "How long the last visit took.",
            None if visit.elapsed_ms is None else visit.elapsed_ms / 1000, **labels,
        )  # fmt: skip
        gauges.put(
            "probe_http_status_code", "Status of the last visit's answer.", visit.http_status, **labels
        )
        gauges.put(
            "portal_probe_visit_timestamp_seconds", "When the last visit was made.",
            from_text(visit.measured_at).timestamp(), **labels,
        )  # fmt: skip
        for outcome in Outcome:
            gauges.put(
                "portal_probe_visit_outcome", "What the last visit came to: 1 for its outcome, else 0.",
                outcome is visit.outcome, **labels, outcome=outcome.value,
            )  # fmt: skip


def _put_week(gauges: Gauges, store: Store, city: City, entry: Entry, now: datetime) -> None:
    since = as_text(now - timedelta(days=int(entry.number("window_days"))))
    rows = store.database.query(
        "select * from availability where city = ? and measured_at >= ?", [city.slug, since]
    )
    visits = [Availability.from_row(row) for row in rows]
    if not visits:
        return
    week = rolling_week(visits, entry, now)
    counts = {"ok": week.visits - week.failures, "failed": week.failures, "blocked": week.blocked}
    for outcome, count in {**counts, "not_measured": week.unmeasured}.items():
        gauges.put(
            "portal_probe_week_visits", "Home page visits of the last seven days.",
            count, city=city.slug, outcome=outcome,
        )  # fmt: skip
    gauges.put(
        "portal_probe_week_failure_ratio",
        "Share of the week's visits that failed, 0-1.",
        week.share,
        city=city.slug,
    )
    gauges.put(
        "portal_probe_week_days_short",
        "Days of the week with fewer than 20 visits.",
        week.days_short,
        city=city.slug,
    )
    gauges.put(
        "portal_probe_veto",
        "Whether 5 % of a full week's visits failed (国办秘函〔2019〕19号).",
        week.veto,
        city=city.slug,
    )


def _put_run(gauges: Gauges, store: Store, run: Run) -> None:
    assert run.finished_at is not None
    began, ended = from_text(run.started_at), from_text(run.finished_at)
    gauges.put(
        "portal_probe_run_timestamp_seconds", "When the newest run ended.", ended.timestamp(), city=run.city
    )
    gauges.put(
        "portal_probe_run_duration_seconds", "From the newest run's start to its end, pauses of a resumed one included.",
        (ended - began).total_seconds(), city=run.city,
    )  # fmt: skip
    gauges.put("portal_probe_run_requests", "Requests that the newest run sent.", run.requests, city=run.city)
    for state in State:
        gauges.put(
            "portal_probe_run_state", "How the newest run ended: 1 for its state, else 0.",
            state is run.state, city=run.city, state=state.value,
        )  # fmt: skip
    _put_observations(gauges, store, run)
    totals = store.all(CityScore, run_id=run.id)
    if totals:
        _put_scores(gauges, store, run, totals[-1])


def _put_observations(gauges: Gauges, store: Store, run: Run) -> None:
    for kind in tables():
        if not issubclass(kind, Observation) or kind is Availability:
            continue
        rows = store.database.query(
            f"select outcome, count(*) as count from [{kind.TABLE}] where run_id = ? group by outcome",  # noqa: S608
            [run.id],
        )
        for row in rows:
            gauges.put(
                "portal_probe_run_observations", "What the newest run observed, by table and outcome.",
                row["count"], city=run.city, table=kind.TABLE, outcome=row["outcome"],
            )  # fmt: skip


def _put_scores(gauges: Gauges, store: Store, run: Run, total: CityScore) -> None:
    city, by = run.city, {"run_id": run.id, "scoring": total.scoring}
    gauges.put("portal_probe_total_score", "The city's total, 0-100.", total.score, city=city)
    gauges.put(
        "portal_probe_total_coverage_ratio",
        "Share of the total's weight that was measured, 0-1.",
        total.coverage,
        city=city,
    )
    gauges.put("portal_probe_blocked", "Whether the portal blocked the newest run.", total.blocked, city=city)
    for facet in store.all(FacetScore, **by):
        gauges.put(
            "portal_probe_facet_score", "A facet's score, 0-100.", facet.score, city=city, facet=facet.facet
        )
        gauges.put(
            "portal_probe_facet_coverage_ratio", "Share of the facet's weight that was measured, 0-1.",
            facet.coverage, city=city, facet=facet.facet,
        )  # fmt: skip
    facets = {each.indicator: each.facet for each in store.all(Indicator, sweep_id=run.sweep_id)}
    for score in store.all(Score, **by):
        labels = {"city": city, "facet": facets.get(score.indicator), "indicator": score.indicator}
        gauges.put("portal_probe_indicator_score", "An indicator's score, 0-100.", score.score, **labels)
        gauges.put(
            "portal_probe_indicator_coverage_ratio", "Share of the indicator that was measured, 0-1.",
            score.coverage if score.status is not ScoreStatus.NOT_MEASURED else 0, **labels,
        )  # fmt: skip
    counts: dict[str, int] = dict.fromkeys(facets, 0)
    for finding in store.all(Finding, **by):
        counts[finding.indicator] = counts.get(finding.indicator, 0) + 1
    for indicator, count in counts.items():
        gauges.put(
            "portal_probe_findings", "Findings of the newest run.", count, city=city, indicator=indicator
        )
