"""One city, end to end: crawl and probes side by side, then scores."""

from __future__ import annotations

import asyncio
import logging
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from checks.catalogue import Catalogue
from probes.browsers.rendering import BrowserRenderer
from probes.probe import CrawledPage, Lane, Probe, RequiredList, RunContext, Unit, all_probes
from probes.runs.circuits import CircuitLog
from probes.runs.instruments import Instruments
from probes.runs.line import is_doubtful
from probes.runs.plan import SamplePlan
from probes.runs.scoring import score_and_store
from probes.runs.shelving import forget_links, shelve, shelved
from probes.runs.units import UnitRunner
from results.evidence import EvidenceShelf
from results.ledger import Crawl, CrawlCut, ItemList, Run, State
from results.log_context import logged_as
from results.moments import now
from results.records import Observation, Outcome, Reason
from results.settings import Settings
from results.store import Store
from spiders.found import CrawlSummary, FoundPage
from spiders.guide_spider import crawl
from spiders.net.breaker import Circuit
from spiders.net.politeness import RequestAccount
from spiders.net.robots import Robots
from spiders.scope import Portal

log = logging.getLogger(__name__)

_PAGE_TAKES_S = 60.0
"""A page that a crawl hands on was asked for no earlier than so many seconds ago (ours)."""


class Watcher(Protocol):
    """Who looks on while a city is measured, e.g. a progress bar."""

    def city_started(self, city: str) -> None:
        """A city's turn has come."""

    def city_ended(self, city: str, run: Run) -> None:
        """A city has ended, or had ended before a sweep was taken up again."""

    def page_found(self, city: str, page: CrawledPage) -> None:
        """A page was found and stored."""

    def crawl_ended(self, city: str, summary: CrawlSummary) -> None:
        """The crawl has ended; the rest of the sample is known now."""

    def unit_done(self, city: str, done: int, submitted: int, observations: Sequence[Observation]) -> None:
        """A unit of work was stored."""


class SilentWatcher:
    """Looks on and says nothing; the base of those who say something."""

    def city_started(self, city: str) -> None:
        """A city's turn has come."""

    def city_ended(self, city: str, run: Run) -> None:
        """A city has ended."""

    def page_found(self, city: str, page: CrawledPage) -> None:
        """A page was found."""

    def crawl_ended(self, city: str, summary: CrawlSummary) -> None:
        """The crawl is over."""

    def unit_done(self, city: str, done: int, submitted: int, observations: Sequence[Observation]) -> None:
        """A unit was stored."""


@dataclass(frozen=True)
class CityRun:
    """How a city's run ended."""

    run: Run
    unmeasured: int
    """Observations that were planned and could not be made for our own reasons."""


class CityProbe:
    """Measures one portal in one run.

    Args:
        store: The results file.
        run: The run's row, new or taken up again.
        portal: What to measure.
        settings: What the sweep was asked to do.
        tools: The sweep's instruments.
        catalogue: The indicators to score by.
        lists: Required zone items.
        watcher: Who looks on.
    """

    def __init__(
        self,
        store: Store,
        run: Run,
        *,
        portal: Portal,
        settings: Settings,
        tools: Instruments,
        catalogue: Catalogue,
        lists: tuple[RequiredList, ...],
        watcher: Watcher,
    ) -> None:
        assert run.id is not None
        self._store = store
        self._run = run
        self._run_id = run.id
        self._portal = portal
        self._settings = settings
        self._tools = tools
        self._catalogue = catalogue
        self._lists = lists
        self._watcher = watcher
        self._probes = chosen_probes(settings.only)
        self._plan = SamplePlan(seed=settings.seed, size=settings.sample)
        self._politeness = tools.politeness
        self._account = RequestAccount()
        self._silence = asyncio.Event()
        self._begun = time.monotonic()
        self._units = UnitRunner(
            store,
            run.id,
            bounds=_lane_bounds(settings),
            until_hosts_return=lambda: self._account.breakers.ask_again_in_s(),
            vouch=lambda observations, since: tools.line.vouch(observations, portal.home_url, since=since),
            gauge=tools.engines.gauge,
            on_stored=self._stored,
        )

    async def measure(self) -> CityRun:
        """Crawl, probe and score; everything is stored as it happens.

        Returns:
            The run as it ended. Its state is `failed` when the portal could not be entered.

        Raises:
            asyncio.CancelledError: Interrupted; the run is marked `partial`, what was measured is kept.
            LineDown: This machine's network does not work; what was measured is kept, and a new call goes on.
            sqlite3.Error: The results file cannot be written.
        """
        circuits = CircuitLog(self._store, self._run_id)

        def on_circuit(circuit: Circuit) -> None:
            circuits.changed(circuit)
            self._silence.set()

        account = self._politeness.account(self._settings.max_requests, on_circuit=on_circuit)
        with logged_as(run=self._run_id, city=self._portal.slug), account as self._account:
            try:
                ended = await self._measure()
            finally:
                circuits.end()
                sent = self._run.requests + self._account.requests
                self._store.change(self._run, requests=sent)
        return replace(ended, run=replace(ended.run, requests=sent))

    async def _measure(self) -> CityRun:
        try:
            async with self._tools.http_client(self._settings, self._politeness) as http:
                robots = Robots(http, self._tools.user_agent, ignore=self._portal.ignore_robots is not None)
                context = RunContext(
                    run_id=self._run_id,
                    portal=self._portal,
                    settings=self._settings,
                    http=http,
                    politeness=self._politeness,
                    robots=robots,
                    engines=self._tools.engines,
                    evidence=EvidenceShelf(self._store),
                    pages=shelved(self._store, self._run_id),
                    lists=self._lists,
                    note_list=self._note_list,
                )
                try:
                    async with asyncio.timeout(self._settings.run_timeout_s) as limit:
                        return await self._tools.line.during(
                            self._to_its_end(context), self._portal.home_url, doubt=self._silence
                        )
                except TimeoutError:
                    if not limit.expired():
                        raise
                return await self._cut_short(context)
        except asyncio.CancelledError:
            await self._units.cancel()
            self._end(State.PARTIAL, reason="interrupted")
            raise
        except BaseException:
            await self._units.cancel()
            raise

    async def _to_its_end(self, context: RunContext) -> CityRun:
        if context.pages:  # taken up again: probes start before the crawl reads the rules
            await context.robots.learn(self._portal.home_url)
        summary = await self._crawl(context)
        shut = _why_shut(context, summary)
        if shut is not None and is_doubtful(shut.outcome, shut):
            await self._tools.line.check(self._portal.home_url)
        await self._probe_all(context, shut)
        if shut is not None:
            return self._score_and_end(State.FAILED, reason=summary.home_reason, entry="none")
        return self._score_and_end(State.COMPLETE, entry=summary.entry)

    async def _cut_short(self, context: RunContext) -> CityRun:
        """The city's time is up: what was measured counts, what was not is stated, and lowers coverage."""
        log.warning("%s: not finished within %g s", self._portal.slug, self._settings.run_timeout_s)
        await self._units.give_up(Reason.OVER_BUDGET)
        await self._probe_all(context, None)
        return self._score_and_end(State.PARTIAL, reason=Reason.OVER_BUDGET)

    def _score_and_end(self, state: State, *, reason: str | None = None, entry: str | None = None) -> CityRun:
        with self._store.transaction():  # killed in between, a resumed run would be scored twice
            score_and_store(self._store, self._run, self._catalogue)
            forget_links(self._store, self._run_id)
            return self._end(state, reason=reason, entry=entry)

    async def _crawl(self, context: RunContext) -> CrawlSummary:
        for page in context.pages:
            self._offer(context, page)
        known = {each.page.url for each in context.pages}

        async def on_page(found: FoundPage) -> None:
            if found.url in known:
                return
            if is_doubtful(found.outcome, found.reason):
                since = max(self._begun, time.monotonic() - _PAGE_TAKES_S)
                await self._tools.line.check(self._portal.home_url, since=since)
            known.add(found.url)
            with self._store.transaction():
                page = shelve(self._store, self._run_id, found)
            context.pages.append(page)
            self._offer(context, page)
            self._watcher.page_found(self._portal.slug, page)

        summary = await crawl(
            self._portal,
            settings=self._settings,
            http=context.http,
            politeness=self._politeness,
            robots=context.robots,
            renderer=BrowserRenderer(self._tools.rendering, self._politeness),
            store=self._store,
            run_id=self._run_id,
            on_page=on_page,
        )
        self._note_crawl(summary)
        context.crawl_complete = summary.complete
        self._watcher.crawl_ended(self._portal.slug, summary)
        return summary

    def _offer(self, context: RunContext, page: CrawledPage) -> None:
        if self._plan.offer(page):
            self._submit_page(context, page)

    def _submit_page(self, context: RunContext, page: CrawledPage) -> None:
        forbidden = page.page.reason is Reason.ROBOTS_DISALLOWED
        for probe in self._probes:
            for unit in probe.units_for_page(context, page):
                # what the crawler may not fetch, no browser opens for us either
                self._units.submit(_unmeasured(unit, Reason.ROBOTS_DISALLOWED) if forbidden else unit)

    async def _probe_all(self, context: RunContext, shut: Reason | None) -> None:
        context.sample = sample = self._plan.sample()
        chosen = {each.page.id for each in sample}
        with self._store.transaction():
            for number, page in enumerate(context.pages):
                if page.page.sampled != (page.page.id in chosen):
                    changed = self._store.change(page.page, sampled=page.page.id in chosen)
                    context.pages[number] = replace(page, page=changed)
        for page in context.pages:
            if page.page.id in chosen:
                self._submit_page(context, page)
        for probe in self._probes:
            for unit in probe.units_for_portal(context):
                if shut is None or (probe.visits_home and shut is not Reason.ROBOTS_DISALLOWED):
                    self._units.submit(unit)
                else:
                    self._units.submit(_not_reached(unit, shut))
        await self._units.drain()

    def _stored(self, unit: Unit, observations: Sequence[Observation]) -> None:
        del unit
        self._watcher.unit_done(self._portal.slug, self._units.finished, self._units.submitted, observations)

    def _note_list(self, used: ItemList) -> None:
        if not self._store.all(ItemList, run_id=self._run_id, zone=used.zone):
            self._store.add(replace(used, run_id=self._run_id))

    def _note_crawl(self, summary: CrawlSummary) -> None:
        if self._store.all(Crawl, run_id=self._run_id):
            return
        with self._store.transaction():
            self._store.add(
                Crawl(
                    run_id=self._run_id,
                    complete=summary.complete,
                    why=summary.why,
                    pages=summary.pages,
                    requests=summary.requests,
                    finished_at=now(),
                )
            )
            for cut in summary.cuts:
                self._store.add(
                    CrawlCut(
                        run_id=self._run_id,
                        pattern=cut.pattern,
                        why=cut.why,
                        example_url=cut.example_url,
                        cut=cut.cut,
                    )
                )

    def _end(self, state: State, *, reason: str | None = None, entry: str | None = None) -> CityRun:
        run = self._store.change(
            self._run,
            state=state,
            reason=reason,
            entry=entry,
            finished_at=now(),
        )
        return CityRun(run=run, unmeasured=sum(self._units.unmeasured.values()))


def chosen_probes(only: Sequence[str]) -> tuple[Probe, ...]:
    """The probes that `--only` names; all of them when it names none."""
    return tuple(each for each in all_probes() if not only or each.name in only)


def _lane_bounds(settings: Settings) -> dict[Lane, int]:
    cores = os.cpu_count() or 1
    # at the polite rate the host group's turn is the bound; more at once would only wait
    browsers = max(2, cores) if settings.rate > 2 else 2
    return {Lane.HTTP: 8, Lane.BROWSER: browsers, Lane.TIMED: 1, Lane.INTERACTIVE: 1}


def _why_shut(context: RunContext, summary: CrawlSummary) -> Reason | None:
    """Why the portal could not be entered; None when it was."""
    home = context.home
    if summary.home_outcome is Outcome.OK or (home is not None and home.page.outcome is Outcome.OK):
        return None
    return summary.home_reason or Reason.INTERRUPTED


def _not_reached(unit: Unit, shut: Reason) -> Unit:
    """A unit behind a home page that did not open: nobody can say that what lies there is broken or absent.

    That the home page is down costs points where it was loaded; a block is shown as a block everywhere.
    """
    return _unmeasured(unit, Reason.INTERRUPTED if shut.outcome in (Outcome.FAILED, Outcome.ABSENT) else shut)


def _unmeasured(unit: Unit, reason: Reason) -> Unit:
    """The unit with nothing to do but to state why it was not measured."""

    async def measure(_: int) -> Sequence[Observation]:
        return unit.unmeasured(reason)

    return replace(unit, measure=measure, confirm=False)
