"""Which pages are measured: the same ones, whatever the order and the speed in which they were found.

Guides, and pages that are linked as guides and do not open, are ordered within their stratum (department × page
template) by a hash of the seed and their host-free address; the sample takes the first of every stratum, then the
second of every one, and so on. Scenario matters are always in, those too whose page does not open. Home, zone,
search and module pages come on top. Members that are hardly ever displaced are handed out while the crawl goes on,
the rest when it has ended.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from urllib.parse import urlsplit

from checks.lists import scenario_matters
from checks.matters import same_matter
from probes.probe import CrawledPage
from results.records import Outcome, PageKind

EARLY_SHARE = 0.2
"""Share of the hash range whose members are measured before the crawl has ended."""

ON_TOP = {PageKind.HOME: 1, PageKind.ZONE: 3, PageKind.SEARCH: 1, PageKind.INTERACTION: 6}
"""How many pages of a kind come on top of the sample, the nearest to home first."""


class SamplePlan:
    """Chooses the sample of one run."""

    def __init__(self, *, seed: int, size: int) -> None:
        self._seed = seed
        self._size = size
        self._pages: list[CrawledPage] = []

    def offer(self, page: CrawledPage) -> bool:
        """Take note of a page that was found.

        Returns:
            Whether it may be measured at once: it is in the sample for certain, or most likely.
        """
        self._pages.append(page)
        if page.page.kind is PageKind.HOME:
            return True
        if not self._is_candidate(page) or self._size == 0:
            return False
        return _is_scenario(page) or self._fraction(page) < EARLY_SHARE

    def sample(self) -> list[CrawledPage]:
        """The sample out of all pages offered so far, in an order that depends on them alone."""
        on_top: list[CrawledPage] = []
        for kind, most in ON_TOP.items():
            of_kind = [each for each in self._pages if each.page.kind is kind]
            on_top += sorted(of_kind, key=lambda each: (each.page.depth, self._digest(each)))[:most]
        candidates = [each for each in self._pages if self._is_candidate(each)]
        always = sorted((each for each in candidates if _is_scenario(each)), key=self._digest)[: self._size]
        rest = self._by_turns(each for each in candidates if not _is_scenario(each))
        return on_top + always + rest[: max(0, self._size - len(always))]

    def _by_turns(self, pages: Iterable[CrawledPage]) -> list[CrawledPage]:
        strata: dict[tuple[str | None, str | None], list[CrawledPage]] = defaultdict(list)
        for page in sorted(pages, key=self._digest):
            strata[page.page.department, page.page.template].append(page)
        ranked = [
            (rank, self._digest(page), page)
            for members in strata.values()
            for rank, page in enumerate(members)
        ]
        return [page for _, _, page in sorted(ranked, key=lambda entry: entry[:2])]

    @staticmethod
    def _is_candidate(page: CrawledPage) -> bool:
        # what is linked as a guide, opens and is none, is a list or a page on the way to one
        shut = page.page.linked_as_guide and page.page.outcome is not Outcome.OK
        return page.page.kind is PageKind.GUIDE or shut

    def _digest(self, page: CrawledPage) -> str:
        return hashlib.sha256(f"{self._seed}\n{host_free(page.page.url)}".encode()).hexdigest()

    def _fraction(self, page: CrawledPage) -> float:
        return int(self._digest(page)[:8], 16) / 0xFFFFFFFF


def host_free(url: str) -> str:
    """An address without scheme, host and port: the same for a portal that has moved."""
    parts = urlsplit(url)
    return parts._replace(scheme="", netloc="").geturl() or "/"


def _is_scenario(page: CrawledPage) -> bool:
    """Whether it is a scenario matter's guide, or is linked under that name and does not open."""
    if page.guide is not None:
        matter: str | None = page.guide.matter
    else:
        shut = page.page.linked_as_guide and page.page.outcome is not Outcome.OK
        matter = page.page.link_text if shut else None
    return matter is not None and any(same_matter(matter, each.name) for each in scenario_matters())
