"""What a results file holds that people should hear of: read, compared with what is known, and noted once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from checks.catalogue import Entry
from checks.week import rolling_week
from probes.runs.alerts.regressions import measured, regression
from probes.runs.alerts.settings import AlertKind, AlertSettings
from probes.runs.alerts.store import AlertStore
from results.ledger import City, Run, State
from results.moments import as_text
from results.records import Availability, Outcome, Reason
from results.store import Store
from results.words import Words, reason_word

NEWS_FOR = timedelta(days=7)
"""What lies further back is no news."""


def note_news(
    store: Store, known: AlertStore, settings: AlertSettings, availability: Entry, now: datetime
) -> None:
    """Keep every event of the kinds that are asked for and that is not known yet.

    Args:
        store: The results file.
        known: The events noted so far.
        settings: What is asked for.
        availability: The catalogue's line of `home_availability`, whose numbers decide on a veto.
        now: This moment, with time zone.
    """
    since = as_text(now - NEWS_FOR)
    with known.transaction():
        if AlertKind.REGRESSION in settings.on:
            for run in _ended_runs(store, since):
                # the moment too: a results file that was begun anew counts its runs from 1 again
                if known.examine(f"{run.id} {run.city} {run.started_at}") and (
                    worse := regression(store, run)
                ):
                    known.add(AlertKind.REGRESSION, run.city, worse, now)
        for city in _seen_lately(store, since):
            if AlertKind.VANISHED in settings.on:
                _note_vanished(store, known, city, settings.vanished_after, now)
            if AlertKind.VETO in settings.on:
                _note_veto(store, known, city, availability, now)


def _ended_runs(store: Store, since: str) -> list[Run]:
    rows = store.database.query("select * from runs where finished_at >= ? order by id", [since])
    return [run for run in (Run.from_row(row) for row in rows) if measured(run)]


def _seen_lately(store: Store, since: str) -> list[City]:
    rows = store.database.query(
        "select * from cities where exists (select 1 from availability a where a.city = slug and measured_at >= ?) "
        "or exists (select 1 from runs r where r.city = slug and finished_at >= ?) order by slug",
        [since, since],
    )
    return [City.from_row(row) for row in rows]


@dataclass(frozen=True, slots=True)
class _Look:
    """Whether a portal could be entered at a moment; visits that were blocked or not made tell nothing."""

    at: str
    reason: str | None
    """None where it could."""
    by_run: bool


def _note_vanished(store: Store, known: AlertStore, city: City, after: int, now: datetime) -> None:
    """A city has vanished when its portal, once entered, failed a run or so many visits in a row."""
    looks = sorted(
        [*_visits(store, city, after), *_runs(store, city)], key=lambda each: each.at, reverse=True
    )
    if not looks:
        return
    newest = looks[0]
    if newest.reason is None:
        known.note_state(AlertKind.VANISHED, city.slug, None, now)
    elif _was_there(store, city) and (
        newest.by_run or (len(looks) >= after and all(each.reason for each in looks[:after]))
    ):
        known.note_state(AlertKind.VANISHED, city.slug, _gone(city, newest), now)


def _visits(store: Store, city: City, newest: int) -> list[_Look]:
    rows = store.database.query(
        "select measured_at, reason from availability where city = ? and outcome in (?, ?) "
        "order by measured_at desc limit ?",
        [city.slug, Outcome.OK.value, Outcome.FAILED.value, newest],
    )
    return [_Look(row["measured_at"], row["reason"], by_run=False) for row in rows]


def _runs(store: Store, city: City) -> list[_Look]:
    """The newest run, if it tells: one that was blocked, or that we failed, does not."""
    runs = [each for each in store.all(Run, city=city.slug) if each.finished_at is not None]
    if not runs or runs[-1].finished_at is None:
        return []
    run, at = runs[-1], runs[-1].finished_at
    if run.state is State.COMPLETE:
        return [_Look(at, None, by_run=True)]
    shut = run.state is State.FAILED and run.reason in {
        each.value for each in Reason if each.outcome is Outcome.FAILED
    }
    return [_Look(at, run.reason, by_run=True)] if shut else []


def _was_there(store: Store, city: City) -> bool:
    rows = store.database.query(
        "select 1 from availability where city = ? and outcome = ? union all "
        "select 1 from runs where city = ? and state = ? limit 1",
        [city.slug, Outcome.OK.value, city.slug, State.COMPLETE.value],
    )
    return any(True for _ in rows)


def _gone(city: City, look: _Look) -> Words:
    why = reason_word(look.reason)
    address = city.home_url or ""
    return Words(
        f"{city.name}：门户打不开，{why.zh}（{address}）",
        f"{city.slug}: the portal cannot be entered, {why.en} ({address})",
    )


def _note_veto(store: Store, known: AlertStore, city: City, entry: Entry, now: datetime) -> None:
    rows = store.database.query(
        "select * from availability where city = ? and measured_at >= ?",
        [city.slug, as_text(now - timedelta(days=int(entry.number("window_days"))))],
    )
    week = rolling_week([Availability.from_row(row) for row in rows], entry, now)
    if week.veto and week.share is not None:
        share = f"{week.share:.1%}"
        words = Words(
            f"{city.name}：近 7 天首页 {week.visits} 次访问有 {week.failures} 次打不开（{share}），"
            "达到单项否决线（国办秘函〔2019〕19号）",
            f"{city.slug}: {week.failures} of {week.visits} home page visits of the last 7 days failed ({share}), "
            "the veto of 国办秘函〔2019〕19号",
        )
        known.note_state(AlertKind.VETO, city.slug, words, now)
    elif week.visits and not week.over_limit:
        known.note_state(AlertKind.VETO, city.slug, None, now)
