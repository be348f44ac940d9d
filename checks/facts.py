"""The facts of a run, as the indicators see them: settled looks, pages that count, appeals applied."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Generic, TypeVar
from urllib.parse import urlsplit

from results.columns import Record
from results.ledger import Review, Run
from results.records import Guide, Observation, Outcome, Page, PageKind, Reason

RecordT = TypeVar("RecordT", bound=Record)
ObservationT = TypeVar("ObservationT", bound=Observation)
ObservationT_co = TypeVar("ObservationT_co", bound=Observation, covariant=True)


@dataclass(frozen=True, slots=True)
class Look(Generic[ObservationT_co]):
    """One thing looked at, once or more: the last attempt counts."""

    last: ObservationT_co
    earlier: tuple[ObservationT_co, ...] = ()
    overturned: bool = False
    """An appeal found the look itself wrong: it counts as not measured."""

    @property
    def outcome(self) -> Outcome:
        """What counts."""
        return Outcome.NOT_MEASURED if self.overturned else self.last.outcome

    @property
    def reason(self) -> Reason | None:
        """Why it is not ok."""
        return None if self.overturned else self.last.reason

    @property
    def unstable(self) -> bool:
        """Whether it failed first and was fine when looked at again."""
        return self.outcome is Outcome.OK and any(each.outcome is Outcome.FAILED for each in self.earlier)


@dataclass(frozen=True)
class RunFacts:
    """Everything that was observed in a run, and beside it, that its scores rest on.

    `records` maps a record class to its rows: the run's observations, its `Crawl` and `ItemList` rows,
    the `Review` rows of any observation, and the city's `Availability` rows of the days before the run.
    The order of rows means nothing.
    """

    records: Mapping[type[Record], tuple[Record, ...]]
    run: Run | None = field(default=None)

    def of(self, kind: type[RecordT]) -> tuple[RecordT, ...]:
        """The rows of a kind, in an order that depends on their content alone."""
        rows: Iterable[RecordT] = self.records.get(kind, ())  # type: ignore[assignment]  # keyed by its class
        return tuple(sorted(rows, key=_order))

    def looks(
        self, kind: type[ObservationT], by: Callable[[ObservationT], Hashable]
    ) -> list[Look[ObservationT]]:
        """Single looks: rows that agree in `by` are attempts at the same thing, and the last one counts."""
        groups: dict[Hashable, list[ObservationT]] = defaultdict(list)
        for each in self.of(kind):
            groups[by(each)].append(each)
        return [self._settle(group) for group in groups.values()]

    def trials(self, kind: type[ObservationT]) -> list[Look[ObservationT]]:
        """Repeated measures: every row counts for itself."""
        return [self._settle([each]) for each in self.of(kind)]

    def _settle(self, attempts: list[ObservationT]) -> Look[ObservationT]:
        ordered = sorted(attempts, key=lambda each: (each.attempt, each.measured_at, each.id or 0))
        last = ordered[-1]
        return Look(last, tuple(ordered[:-1]), overturned=(last.TABLE, last.id) in self._overturned)

    @cached_property
    def _overturned(self) -> frozenset[tuple[str, int | None]]:
        decided: dict[tuple[str, int | None], str] = {}
        for review in sorted(self.of(Review), key=lambda each: (each.decided_at, each.id or 0)):
            decided[review.source_table, review.source_id] = review.decision
        return frozenset(key for key, decision in decided.items() if decision == "overturned")

    @cached_property
    def pages(self) -> Mapping[int, Page]:
        """Every page of the run by its id."""
        return {each.id: each for each in self.of(Page) if each.id is not None}

    @cached_property
    def guides_by_page(self) -> Mapping[int, Guide]:
        """The guide that was read from a page, by the page's id."""
        return {each.page_id: each for each in self.of(Guide)}

    def counts(self, page_id: int) -> bool:
        """Whether what was seen on a page counts: it is in the sample (displaced members are not)."""
        page = self.pages.get(page_id)
        return page is not None and (page.sampled or page.kind is PageKind.HOME)


def host_free(url: str | None) -> str:
    """An address without scheme and host, so that a portal that moved keeps the names of its faults."""
    if not url:
        return ""
    parts = urlsplit(url)
    return parts._replace(scheme="", netloc="").geturl() or "/"


def _order(record: Record) -> tuple[int, str]:
    # stored rows have ids; only rows put together by hand need their content compared
    number = getattr(record, "id", None)
    return (number, "") if number else (0, repr(record))
