"""What the report shows of one city."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from results.imports import Overall
from results.ledger import City, CityScore, FacetScore, ImportedScore, Indicator, Score, ScoreStatus
from results.observed import Observed
from results.records import ChatTurn
from results.scores import RunResult
from results.worst import Costly

_YEAR = 53
"""Sweeps that a line in the ranking shows at most."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """The places among the cities that a total's interval allows, from 1."""

    best: int
    worst: int
    cities: int
    """How many cities have a total."""

    @property
    def tied(self) -> int:
        """How many other cities cannot be told apart from it."""
        return self.worst - self.best

    def __str__(self) -> str:
        return f"{self.best}–{self.worst}" if self.tied else str(self.best)


@dataclass(frozen=True, kw_only=True)
class Fault:
    """Findings of one kind, and the observations behind as many of them as are shown."""

    kind: Costly
    shown: tuple[Observed, ...]


@dataclass(frozen=True, kw_only=True)
class CitySheet:
    """One city in the report."""

    result: RunResult
    place: Place | None
    """None without a total, or where no other city has one."""
    history: tuple[tuple[str, float | None], ...]
    """(moment, total) of every run so far, oldest first."""
    faults: tuple[Fault, ...]
    """Costliest first."""
    more_faults: int
    """Kinds of fault that are not shown."""
    chats: tuple[ChatTurn, ...]
    gaps: tuple[dict[str, Any], ...]
    """Required 跨省通办 items that its zone does not list."""
    imported: tuple[ImportedScore, ...]
    overall: Overall
    """Its figure over all four dimensions of the study, where the other three were imported."""
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

    @property
    def points(self) -> float | None:
        """Its total in points; None where there is none."""
        return None if self.total is None else self.total.score

    @property
    def blocked(self) -> bool:
        """Whether its portal blocked the prober."""
        return self.total is not None and self.total.blocked

    @property
    def change(self) -> float | None:
        """Its total less the one before; None where either is missing."""
        last = [score for _, score in self.history[-2:]]
        return None if len(last) < 2 or None in last else (last[1] or 0) - (last[0] or 0)

    @property
    def has_trend(self) -> bool:
        """Whether there are totals enough to draw a line."""
        return sum(score is not None for _, score in self.history) > 1

    @property
    def recent(self) -> list[float | None]:
        """The totals of the last year of weekly sweeps at most, oldest first."""
        return [score for _, score in self.history[-_YEAR:]]

    def score(self, indicator: str) -> Score | None:
        """Its score of an indicator."""
        return next((each for each in self.result.scores if each.indicator == indicator), None)

    def facet(self, name: str) -> FacetScore | None:
        """Its score of a facet."""
        return next((each for each in self.result.facets if each.facet == name), None)

    def line(self, indicator: str) -> Indicator | None:
        """The catalogue's line that its score was computed by."""
        return next((each for each in self.result.indicators if each.indicator == indicator), None)

    @property
    def unmeasured(self) -> tuple[Score, ...]:
        """What has no score, and what was measured in part."""
        return tuple(
            each
            for each in self.result.scores
            if each.status in (ScoreStatus.NOT_MEASURED, ScoreStatus.BLOCKED) or each.coverage < 1
        )
