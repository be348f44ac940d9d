"""A run's observations, put together by hand: what the indicators are asked about."""

from __future__ import annotations

from collections import defaultdict
from typing import Any, TypeVar

import pytest

from checks.catalogue import load
from checks.scoring import RunFacts, RunScores, score_run
from results.columns import Record
from results.ledger import Crawl, ItemList, Review, Run, Score, State
from results.records import (
    Attachment,
    Availability,
    ChatTurn,
    Download,
    Guide,
    Interaction,
    Layout,
    Link,
    Observation,
    Offer,
    Outcome,
    Page,
    PageKind,
    PageLoad,
    Reason,
    Relation,
    Search,
    ZoneItem,
)

RecordT = TypeVar("RecordT", bound=Record)

RUN = Run(id=1, sweep_id=1, city="shanghai", state=State.COMPLETE, started_at="2026-11-21T08:00:00.000Z")


class Sheet:
    """Collects rows with ids of their own, and has them scored."""

    def __init__(self) -> None:
        self.rows: dict[type[Record], list[Any]] = defaultdict(list)

    def add(self, kind: type[RecordT], /, **values: Any) -> RecordT:
        values.setdefault("id", len(self.rows[kind]) + 1)
        if issubclass(kind, Observation):
            reason = values.setdefault("reason", None)
            values.setdefault("outcome", Reason(reason).outcome if reason else Outcome.OK)
            values.setdefault("measured_at", "2026-11-21T08:01:00.000Z")
        if kind not in (Review,):
            values.setdefault("run_id", 1)
        row = kind(**values)
        self.rows[kind].append(row)
        return row

    def page(self, path: str, kind: PageKind = PageKind.GUIDE, depth: int = 3, **values: Any) -> int:
        values.setdefault("sampled", True)
        values.setdefault("url", f"http://127.0.0.5:8080{path}")
        page = self.add(Page, kind=kind, why_kind="", depth=depth, **values)
        assert page.id is not None
        return page.id

    def guide(self, path: str, matter: str, depth: int = 3, present: int = 9) -> int:
        page = self.page(path, depth=depth)
        self.add(Guide, page_id=page, matter=matter, key_present=present)
        return page

    def load(self, page: int, engine: str, reason: str | None = None, **values: Any) -> PageLoad:
        return self.add(PageLoad, page_id=page, url="", engine=engine, reason=_reason(reason), **values)

    def timed(self, page: int, milliseconds: float | None, reason: str | None = None) -> PageLoad:
        return self.load(page, "chromium", reason, timed=True, load_ms=milliseconds)

    def link(self, page: int, url: str, reason: str | None = None) -> Link:
        return self.add(Link, page_id=page, url=url, reason=_reason(reason))

    def layout(self, page: int, reason: str | None = None, **values: Any) -> Layout:
        return self.add(Layout, page_id=page, width=390, reason=_reason(reason), **values)

    def download(self, page: int, label: str, reason: str | None = None, **values: Any) -> Download:
        attachment = self.add(Attachment, page_id=page, label=label, offer=Offer.LINK)
        return self.add(Download, attachment_id=attachment.id, reason=_reason(reason), **values)

    def search(self, query: str, reason: str | None = None, rank: int | None = None, **values: Any) -> Search:
        values.setdefault("matter", query)
        values.setdefault("wording", "exact")
        return self.add(Search, query=query, reason=_reason(reason), target_rank=rank, **values)

    def item(self, item: str | None, reason: str | None = None, **values: Any) -> ZoneItem:
        values.setdefault("zone", "kuasheng_2022")
        values.setdefault("relation", Relation.MISSING if reason else Relation.SAME)
        values.setdefault("listed_name", None if reason else item)
        return self.add(ZoneItem, required_item=item, reason=_reason(reason), **values)

    def items_known(self, known: int, official: int, zone: str = "kuasheng_2022") -> ItemList:
        return self.add(
            ItemList, zone=zone, known=known, official=official, whole=known >= official, source="test"
        )

    def turn(self, question: str | None, reason: str | None = None, **values: Any) -> ChatTurn:
        return self.add(ChatTurn, question=question, reason=_reason(reason), **values)

    def module(self, module: str, reason: str | None = None, **values: Any) -> Interaction:
        return self.add(Interaction, module=module, reason=_reason(reason), **values)

    def visit(self, reason: str | None = None, **values: Any) -> Availability:
        values.setdefault("run_id", None)
        values.setdefault("measured_at", "2026-11-20T08:00:00.000Z")
        return self.add(Availability, city="shanghai", reason=_reason(reason), **values)

    def crawled(self, complete: bool = True) -> Crawl:
        return self.add(
            Crawl, complete=complete, pages=10, requests=10, finished_at="2026-11-21T08:30:00.000Z"
        )

    def overturn(self, row: Observation, decision: str = "overturned") -> Review:
        return self.add(
            Review,
            source_table=row.TABLE,
            source_id=row.id,
            decision=decision,
            by="审核员",
            why="test",
            decided_at=f"2026-11-22T00:00:{len(self.rows[Review]):02}.000Z",
        )

    def facts(self) -> RunFacts:
        return RunFacts({kind: tuple(rows) for kind, rows in self.rows.items()})

    def scored(self) -> RunScores:
        return score_run(self.facts(), load(), RUN)

    def score(self, indicator: str) -> Score:
        return next(each for each in self.scored().scores if each.indicator == indicator)


def _reason(reason: str | None) -> Reason | None:
    return Reason(reason) if reason else None


@pytest.fixture
def sheet() -> Sheet:
    return Sheet()


@pytest.fixture(scope="session")
def new_sheet() -> type[Sheet]:
    return Sheet
