"""Results files as sweeps and watches leave them, as far as alerts look at them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from checks.catalogue import load
from results.ledger import City, CityScore, Finding, Run, Score, ScoreStatus, State, Sweep
from results.moments import as_text
from results.records import Availability, Outcome, Reason
from results.scores import keep
from results.settings import Settings
from results.store import Store

NOW = datetime(2026, 11, 22, 4, tzinfo=UTC)
"""12:00 in Shanghai."""


@dataclass
class Ledger:
    """A results file of one city or more."""

    store: Store

    @classmethod
    def at(cls, path: Path, *slugs: str) -> Ledger:
        store = Store.open(path)
        for slug in slugs or ("jiangcheng",):
            store.put(City(slug=slug, name="江城", home_url=f"https://{slug}.example/"))
        return cls(store)

    def run(
        self,
        days_ago: float,
        scores: dict[str, float | None] | None = None,
        *,
        city: str = "jiangcheng",
        findings: dict[str, str] | None = None,
        state: State = State.COMPLETE,
        reason: str | None = None,
        kind: str = "schedule",
        settings: Settings | None = None,
    ) -> Run:
        """A sweep with one run; `findings` are keys with their indicators, each of which cost a point."""
        at = as_text(NOW - timedelta(days=days_ago))
        sweep = self.store.add(
            Sweep(
                kind=kind, state=state, started_at=at, finished_at=at, tool_version="1",
                settings=(settings or Settings(engines=("chromium",))).to_json(),
            )
        )  # fmt: skip
        assert sweep.id is not None
        for line in load().as_records(sweep.id):
            self.store.add(line)
        entry = "direct" if state is State.COMPLETE else "none"
        run = self.store.add(
            Run(
                sweep_id=sweep.id, city=city, state=state, reason=reason, entry=entry,
                started_at=at, finished_at=None if state is State.RUNNING else at,
            )
        )  # fmt: skip
        if scores is not None and run.id is not None:
            self._score(run.id, city, scores, findings or {})
        return run

    def _score(self, run: int, city: str, scores: dict[str, float | None], findings: dict[str, str]) -> None:
        rows = [
            Score(
                run_id=run, indicator=name, score=score,
                status=ScoreStatus.NOT_MEASURED if score is None else ScoreStatus.SCORED,
            )
            for name, score in scores.items()
        ]  # fmt: skip
        keep(
            self.store, run, scores=rows, facets=(), catalogue="1", catalogue_sha256="c",
            findings=[
                Finding(
                    run_id=run, indicator=indicator, finding_key=key, source_table="downloads",
                    points_lost=1, text_zh=f"坏了 {key}", text_en=f"{key} broke",
                )
                for key, indicator in findings.items()
            ],
            city=CityScore(run_id=run, city=city, score=None, coverage=0.5),
        )  # fmt: skip

    def visits(
        self,
        *reasons: Reason | None,
        city: str = "jiangcheng",
        until: datetime = NOW,
        status: int | None = None,
        elapsed_ms: float | None = None,
    ) -> None:
        """A visit an hour, the last one just before a moment."""
        for number, reason in enumerate(reversed(reasons)):
            self.store.add(
                Availability(
                    run_id=None, city=city, http_status=status, elapsed_ms=elapsed_ms, reason=reason, outcome=reason.outcome if reason else Outcome.OK,
                    measured_at=as_text(until - timedelta(hours=number, minutes=1)),
                )
            )  # fmt: skip
