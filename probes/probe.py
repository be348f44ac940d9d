"""What a probe is: units of work out of pages or out of the portal, each ending in observations.

A new probe is one module in this package with one subclass of `Probe`; it is found by itself.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, ClassVar

from results.ledger import ItemList
from results.records import Attachment, Guide, GuideElement, Observation, Page, PageKind, Reason

if TYPE_CHECKING:
    from probes.browsers.pool import EnginePool
    from results.evidence import EvidenceShelf
    from results.settings import Settings
    from spiders.net.client import HttpClient
    from spiders.net.politeness import Politeness
    from spiders.net.robots import Robots
    from spiders.scope import Portal


PAGES_ON_TOP = 11
"""Home, zone, search and module pages, which come on top of the sample."""


class Lane(StrEnum):
    """Where a unit runs; each lane has its own bound on how many run at once."""

    HTTP = "http"
    BROWSER = "browser"
    TIMED = "timed"
    """One at a time, with nothing beside it."""
    INTERACTIVE = "interactive"
    """One at a time for each portal: search, chat, clicking through."""


@dataclass(frozen=True, kw_only=True)
class Unit:
    """A piece of work that is done whole or not at all, and whose observations are stored together."""

    probe: str
    key: str
    """Stable over a restart, e.g. `chromium desktop https://…`; never holds a row id."""
    lane: Lane
    measure: Callable[[int], Awaitable[Sequence[Observation]]]
    """Measures; gets the attempt (1, or 2 for a confirmation, to be made in a fresh context)."""
    unmeasured: Callable[[Reason], Sequence[Observation]]
    """What to store when the unit could not be measured for our own reasons."""
    confirm: bool = True
    """Whether a failed observation is looked at again later (single looks: yes; trials: no)."""
    timeout_s: float = 120.0
    """Our own limit for the unit; beyond it the unit is `not_measured`, `prober_overloaded`."""


@dataclass(frozen=True, kw_only=True)
class CrawledPage:
    """A page that the spider found, as it was stored."""

    page: Page
    guide: Guide | None = None
    elements: tuple[GuideElement, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    links: tuple[str, ...] | None = None
    """What it links to; None where a resumed run no longer knows."""


@dataclass(kw_only=True)
class RunContext:
    """Everything that a probe may use while one portal is measured."""

    run_id: int
    portal: Portal
    settings: Settings
    http: HttpClient
    politeness: Politeness
    robots: Robots
    engines: EnginePool
    evidence: EvidenceShelf
    pages: list[CrawledPage]
    """Every page found so far, in order of finding; complete once the crawl has ended."""
    sample: Sequence[CrawledPage] = ()
    """The pages to be measured, in an order that depends on them alone; known once the crawl has ended."""
    crawl_complete: bool = False
    """Whether the crawl has ended and was not cut short: only then is a thing not found `absent`."""
    lists: tuple[RequiredList, ...] = ()
    note_list: Callable[[ItemList], None] = lambda _: None

    def page_limit_s(self, attempt: int) -> float:
        """Seconds that a page may take: few on the first look, as many as allowed on the second, which is final."""
        limit_s = self.settings.page_timeout_s
        return min(self.settings.first_look_s, limit_s) if attempt == 1 else limit_s

    def of_kind(self, *kinds: PageKind) -> list[CrawledPage]:
        """The pages of the given kinds that were found so far."""
        return [each for each in self.pages if each.page.kind in kinds]

    @property
    def home(self) -> CrawledPage | None:
        """The portal's home page, once found."""
        return next(iter(self.of_kind(PageKind.HOME)), None)


@dataclass(frozen=True, kw_only=True)
class RequiredList:
    """A list of items that a zone has to show."""

    zone: str
    """kuasheng_2022, kuasheng_2020 or one_thing."""
    items: tuple[str, ...]
    official: int
    """How many items the official list has."""
    source: str

    @property
    def whole(self) -> bool:
        """Whether every official item is known, so that a score may rest on it."""
        return len(self.items) >= self.official


class Probe:
    """One kind of measurement. Subclasses name themselves and override what they look at."""

    name: ClassVar[str]
    """The word for `--only`."""
    about: ClassVar[str]
    """One line for `--help`."""
    needs_browser: ClassVar[bool] = True
    """Whether it is of no use on a machine without an engine."""
    visits_home: ClassVar[bool] = False
    """Whether its units for the portal look at the home page itself, and are of use though it does not open."""

    def turns(self, settings: Settings) -> int:
        """Turns at the politeness gate that it takes for one city, about; for `--dry-run`."""
        return pages_looked_at(settings)

    def units_for_page(self, context: RunContext, page: CrawledPage) -> Iterable[Unit]:
        """Units for a page of the sample; asked once for each, while the crawl goes on."""
        return ()

    def units_for_portal(self, context: RunContext) -> Iterable[Unit]:
        """Units for the portal as a whole; asked once, when the crawl has ended."""
        return ()


def pages_looked_at(settings: Settings) -> int:
    """How many pages a run looks at, at most: the sample, and what comes on top of it (`runs/plan.py`)."""
    return settings.sample + PAGES_ON_TOP


@cache
def all_probes() -> tuple[Probe, ...]:
    """Every probe of this package, by name."""
    import probes  # the package that holds this module

    found: list[Probe] = []
    for entry in pkgutil.iter_modules(probes.__path__):
        if entry.ispkg:
            continue
        module = importlib.import_module(f"probes.{entry.name}")
        found.extend(
            member()
            for _, member in inspect.getmembers(module, inspect.isclass)
            if issubclass(member, Probe) and member is not Probe and member.__module__ == module.__name__
        )
    return tuple(sorted(found, key=lambda each: each.name))
