"""What the tests of the interactive probes share: a context on a portal of our own, and its guides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from probes.browsers.pool import EnginePool
from probes.probe import CrawledPage, Probe, RunContext
from results.evidence import EvidenceShelf
from results.records import Guide, GuideElement, Observation, Outcome, Page, PageKind
from results.settings import Settings
from results.store import Store
from spiders.net.client import HttpClient
from spiders.net.egress import EgressGuard
from spiders.net.politeness import Politeness
from spiders.net.robots import Robots
from spiders.scope import Portal

_MOMENT = "2026-11-21T08:00:00.000Z"
_AGENT = "portal-probe-tests"


def page(url: str, kind: PageKind, *, title: str | None = None, number: int = 1) -> CrawledPage:
    return CrawledPage(
        page=Page(
            id=number,
            run_id=1,
            outcome=Outcome.OK,
            measured_at=_MOMENT,
            url=url,
            kind=kind,
            why_kind="the test says so",
            title=title,
            depth=1,
        )
    )


def guides(origin: str, stated: Mapping[str, Mapping[str, str]]) -> list[CrawledPage]:
    """Guides as the crawl would have stored them."""
    found = []
    for number, (matter, elements) in enumerate(stated.items(), 1):
        guide = Guide(
            id=number, run_id=1, outcome=Outcome.OK, measured_at=_MOMENT, page_id=number, matter=matter, key_present=6
        )  # fmt: skip
        rows = tuple(
            GuideElement(guide_id=number, element=name, present=True, text=text)
            for name, text in elements.items()
        )
        stored = page(f"{origin}/g/{number}", PageKind.GUIDE, title=matter, number=number)
        found.append(CrawledPage(page=stored.page, guide=guide, elements=rows))
    return found


def context_of(
    pool: EnginePool,
    folder: Path,
    home_url: str,
    *,
    settings: Settings | None = None,
    pages: Sequence[CrawledPage] = (),
    crawl_complete: bool = True,
) -> RunContext:
    politeness = Politeness(rate=500)
    http = HttpClient(EgressGuard(allow=["127.0.0.0/8"]), politeness, user_agent=_AGENT)
    return RunContext(
        run_id=1,
        portal=Portal(slug="jiangcheng", name="江城市", home_url=home_url),
        settings=settings or Settings(page_timeout_s=8),
        http=http,
        politeness=politeness,
        robots=Robots(http, _AGENT),
        engines=pool,
        evidence=EvidenceShelf(Store.open(folder / "probe.db")),
        pages=list(pages),
        crawl_complete=crawl_complete,
    )


async def measured(probe: Probe, context: RunContext) -> list[Observation]:
    """Everything that a probe observes on a portal, unit after unit."""
    rows: list[Observation] = []
    for unit in probe.units_for_portal(context):
        rows.extend(await unit.measure(1))
    return rows
