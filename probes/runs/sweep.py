"""Many cities under one setting: host groups side by side, the cities of one group after each other."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import sqlite3
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from checks.catalogue import Catalogue
from probes import __version__
from probes.probe import RequiredList
from probes.runs.city import CityProbe, CityRun, Watcher, chosen_probes
from probes.runs.controls import check_controls, look_at_controls
from probes.runs.instruments import Instruments, instruments
from probes.runs.line import LineDown
from probes.runs.vantage import vantage
from results.errors import PlainError
from results.ledger import City, Run, State, Sweep
from results.moments import now
from results.records import Reason
from results.settings import Settings
from results.store import Store
from spiders.net.politeness import host_group
from spiders.scope import Portal

log = logging.getLogger(__name__)

POLITE_RATE = 2.0
"""Requests a second above which a portal's owner has to agree (DESIGN: politeness)."""
_POLITE_CITIES_A_CORE = 8
_QUICK_CITIES_A_CORE = 2
_ENDS_ALL = (sqlite3.Error, PlainError)
"""What ends a sweep as a whole: nothing can be kept any more, or the user has to mend something."""


@dataclass(frozen=True, kw_only=True)
class Target:
    """A city to measure, its portal, and the lists of items that its zones have to show."""

    city: City
    portal: Portal
    lists: tuple[RequiredList, ...]


@dataclass(frozen=True)
class SweepResult:
    """How a sweep ended."""

    sweep: Sweep
    runs: tuple[CityRun, ...]

    @property
    def unmeasured(self) -> bool:
        """Whether something planned could not be measured for our own reasons, or a portal not entered."""
        return self.sweep.state is not State.COMPLETE or any(
            each.unmeasured or each.run.state is not State.COMPLETE for each in self.runs
        )


async def run_sweep(
    store: Store,
    targets: Sequence[Target],
    *,
    settings: Settings,
    kind: str,
    catalogue: Catalogue,
    watcher: Watcher,
    sweep: Sweep | None = None,
    workers: int | None = None,
    on_ready: Callable[[Instruments], None] = lambda _: None,
) -> SweepResult:
    """Measure the targets; those that a sweep taken up again has finished already are left as they are.

    Args:
        store: The results file.
        targets: The cities.
        settings: What the sweep is asked to do.
        kind: manual, schedule or practice.
        catalogue: The indicators to score by.
        watcher: Who looks on.
        sweep: A sweep to go on with; None for a new one, begun once the engines stand ready.
        workers: Cities measured at once at most; by default what `cities_at_once` says.
        on_ready: Told once when the engines have passed their self-test.

    Raises:
        NoBrowserError: Browsers are wanted and none is usable; nothing was written.
        PlainError: A control address can never answer; nothing was written.
        LineDown: This machine's network does not work any more; the sweep can be resumed.
        sqlite3.Error, StoreError: The results file cannot be written; the sweep can be resumed.
        asyncio.CancelledError: Interrupted; runs under way are marked partial.
    """
    async with instruments(settings, engines=wants_engines(settings)) as tools:
        for each in targets:
            tools.guard.open_portal(each.portal.home_url)
        await check_controls(settings.controls, tools.guard)
        on_ready(tools)
        slugs = tuple(each.portal.slug for each in targets)
        settings = replace(settings, engines=tools.engines.names, cities=slugs)
        if sweep is None:
            seen_from = await _vantage(tools, settings)
            sweep = begin_sweep(store, new_sweep(kind, settings, seen_from), catalogue)
        else:
            store.change(sweep, state=State.RUNNING, finished_at=None)
        crew = _Crew(store, sweep, settings, tools, catalogue, watcher, workers or cities_at_once(settings))
        try:
            runs = await crew.measure(targets)
        except asyncio.CancelledError:
            store.change(sweep, state=State.PARTIAL, finished_at=now())
            raise
        except BaseException as error:
            state = State.PARTIAL if isinstance(error, _ENDS_ALL) else State.FAILED
            with contextlib.suppress(sqlite3.Error):  # the file may be what broke
                store.change(sweep, state=state, finished_at=now())
            raise
    ended = State.COMPLETE if all(run.run.state is State.COMPLETE for run in runs) else State.PARTIAL
    return SweepResult(sweep=store.change(sweep, state=ended, finished_at=now()), runs=runs)


def cities_at_once(settings: Settings) -> int:
    """How many cities may be measured side by side.

    At a polite rate a city mostly waits for its turn, so that many fit on a core; at a higher one the cores are
    the bound. Browsers have a bound of their own (`EnginePool`).
    """
    polite = settings.rate <= POLITE_RATE
    return (_POLITE_CITIES_A_CORE if polite else _QUICK_CITIES_A_CORE) * (os.cpu_count() or 1)


def has_ended(run: Run) -> bool:
    """Whether nothing is left to do for a run: it is complete, its portal was shut, or its time was up."""
    return run.state in (State.COMPLETE, State.FAILED) or run.reason == Reason.OVER_BUDGET


def unfinished(store: Store) -> Sweep | None:
    """The newest sweep that was cut off before it had ended itself; None if there is none."""
    for sweep in reversed(store.all(Sweep)):
        if sweep.finished_at is None:
            return sweep
        last = {run.city: run for run in store.all(Run, sweep_id=sweep.id)}
        wanted = Settings.from_json(sweep.settings).cities or tuple(last)
        if any(slug not in last or not has_ended(last[slug]) for slug in wanted):
            return sweep
    return None


def wants_engines(settings: Settings) -> bool:
    """Whether any part that was asked for needs a browser to be of use."""
    return not settings.only or any(each.needs_browser for each in chosen_probes(settings.only))


@dataclass(frozen=True)
class _Crew:
    """Measures cities side by side."""

    store: Store
    sweep: Sweep
    settings: Settings
    tools: Instruments
    catalogue: Catalogue
    watcher: Watcher
    workers: int

    async def measure(self, targets: Sequence[Target]) -> tuple[CityRun, ...]:
        """Every target's run, in the targets' order."""
        slots = asyncio.Semaphore(self.workers)
        groups: dict[str, list[Target]] = defaultdict(list)
        for target in targets:
            groups[host_group(target.portal.home_url)].append(target)
        ended: dict[str, CityRun] = {}

        async def in_turn(members: list[Target]) -> None:
            for target in members:
                async with slots:
                    ended[target.portal.slug] = await self._measure(target)

        tasks = [asyncio.create_task(in_turn(members)) for members in groups.values()]
        try:
            await asyncio.gather(*tasks)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        return tuple(ended[target.portal.slug] for target in targets)

    async def _measure(self, target: Target) -> CityRun:
        run = self._run_of(target)
        slug = target.portal.slug
        if has_ended(run):
            self.watcher.city_ended(slug, run)
            return CityRun(run=run, unmeasured=0)
        self.watcher.city_started(slug)
        try:
            ended = await self._measured(target, run)
        except _ENDS_ALL:
            raise
        except Exception:  # a defect of ours in one city must not cost the others
            log.exception("%s could not be measured to its end", slug)
            ended = CityRun(
                run=self.store.change(run, state=State.PARTIAL, reason=Reason.UNSUPPORTED, finished_at=now()),
                unmeasured=1,
            )
        self.watcher.city_ended(slug, ended.run)
        return ended

    async def _measured(self, target: Target, run: Run) -> CityRun:
        """The run to its end; where this machine's line fails, it is gone on with once the line is back.

        Its time is that of all its parts together: a line that comes and goes does not make it last for ever.

        Raises:
            LineDown: The line does not come back.
        """
        settings = self.settings
        while True:
            begun = time.monotonic()
            probe = CityProbe(
                self.store,
                run,
                portal=target.portal,
                settings=settings,
                tools=self.tools,
                catalogue=self.catalogue,
                lists=target.lists,
                watcher=self.watcher,
            )
            try:
                return await probe.measure()
            except LineDown as down:
                log.warning(
                    "%s waits: this machine's network does not work (%s)", target.portal.slug, down.why
                )
            [run] = self.store.all(Run, id=run.id)
            left_s = settings.run_timeout_s - (time.monotonic() - begun)
            settings = replace(settings, run_timeout_s=max(0.0, left_s))
            try:
                await self.tools.line.back(target.portal.home_url)
            except BaseException:
                self.store.change(run, state=State.PARTIAL, reason=Reason.PROBER_OFFLINE, finished_at=now())
                raise
            log.warning("%s goes on: this machine's network works again", target.portal.slug)

    def _run_of(self, target: Target) -> Run:
        assert self.sweep.id is not None
        self.store.put(target.city)
        earlier = self.store.all(Run, sweep_id=self.sweep.id, city=target.city.slug)
        if not earlier:
            return self.store.add(
                Run(sweep_id=self.sweep.id, city=target.city.slug, state=State.RUNNING, started_at=now())
            )
        run = earlier[-1]
        if has_ended(run):
            return run
        return self.store.change(run, state=State.RUNNING, reason=None, finished_at=None)


async def _vantage(tools: Instruments, settings: Settings) -> str:
    """Where the sweep is made from, control addresses asked once; practice sweeps leave this machine alone."""
    if not settings.controls or settings.practice:
        return vantage()
    async with tools.http_client(settings, tools.politeness) as http:
        return vantage(await look_at_controls(settings.controls, http, timeout_s=settings.home_timeout_s))


def new_sweep(kind: str, settings: Settings, seen_from: str = "{}") -> Sweep:
    """A sweep that starts now, not yet stored."""
    return Sweep(
        kind=kind,
        state=State.RUNNING,
        started_at=now(),
        settings=settings.to_json(),
        tool_version=__version__,
        vantage=seen_from,
    )


def begin_sweep(store: Store, sweep: Sweep, catalogue: Catalogue) -> Sweep:
    """Store a new sweep with its catalogue; what an earlier process left unfinished is marked first."""
    for run in store.mark_interrupted():
        log.warning(
            "run %s of %s was left unfinished by an earlier process; marked partial", run.id, run.city
        )
    with store.transaction():
        stored = store.add(replace(sweep, id=None))
        assert stored.id is not None
        for line in catalogue.as_records(stored.id):
            store.add(line)
    return stored
