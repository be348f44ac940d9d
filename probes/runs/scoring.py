"""From a run's observations to its scores: read the facts, let the checks judge, store what they say."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from checks.catalogue import Catalogue
from checks.scoring import RunFacts, RunScores, score_run
from results.columns import Record
from results.ledger import Crawl, ItemList, Review, Run
from results.moments import as_text, from_text
from results.records import Availability, GuideElement, Observation
from results.reviews import reviews_in
from results.scores import keep
from results.store import Store
from results.tables import tables

AVAILABILITY_DAYS = 7
"""The window of the availability rule (国办秘函〔2019〕19号, GW-01)."""


def facts_of(store: Store, run: Run) -> RunFacts:
    """Everything that a run's scores rest on."""
    kinds: list[type[Record]] = [
        each for each in tables() if issubclass(each, Observation) and each is not Availability
    ]
    rows: dict[type[Record], Iterable[Record]] = {
        each: store.all(each, run_id=run.id) for each in (*kinds, Crawl, ItemList)
    }
    rows[GuideElement] = _elements(store, run)
    rows[Availability] = _recent_availability(store, run)
    rows[Review] = store.all(Review)
    return RunFacts({kind: tuple(found) for kind, found in rows.items()}, run=run)


def score_and_store(store: Store, run: Run, catalogue: Catalogue, *, why: str = "measured") -> RunScores:
    """Score a run and store scores, findings, facets and total in one transaction.

    Args:
        store: The results file.
        run: A run that has ended.
        catalogue: The rules to score by.
        why: `measured`, or what made a new computation necessary.
    """
    assert run.id is not None
    judged = score_run(facts_of(store, run), catalogue, run)
    keep(
        store,
        run.id,
        scores=judged.scores,
        findings=judged.findings,
        facets=judged.facets,
        city=judged.city,
        catalogue=catalogue.version,
        catalogue_sha256=catalogue.digest,
        reviews=len(reviews_in(store, run)),
        why=why,
    )
    return judged


def _elements(store: Store, run: Run) -> list[Record]:
    rows = store.database.query(
        "select e.* from guide_elements e join guides g on g.id = e.guide_id where g.run_id = ? order by e.id",
        [run.id],
    )
    return [GuideElement.from_row(row) for row in rows]


def _recent_availability(store: Store, run: Run) -> list[Availability]:
    since = as_text(from_text(run.started_at) - timedelta(days=AVAILABILITY_DAYS))
    return [each for each in store.all(Availability, city=run.city) if each.measured_at >= since]
