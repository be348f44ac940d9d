"""Many cities under one setting: host groups side by side, the cities of one group after each other."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from checks.catalogue import Catalogue
from probes import __version__
from probes.probe import RequiredList
from probes.runs.city import CityProbe, CityRun, Watcher, chosen_probes
from probes.runs.controls import check_controls, look_at_controls
from probes.runs.instruments import Instruments, instruments
from probes.runs.vantage import vantage
from results.ledger import City, Run, State, Sweep
from results.moments import now
from results.settings import Settings
from results.store import Store
from spiders.net.politeness import host_group
from spiders.scope import Portal

log = logging.getLogger(__name__)


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
        return any(each.unmeasured or each.run.state is not State.COMPLETE for each in self.runs)


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
        workers: Cities measured at once at most; by default two for each core.
        on_ready: Told once when the engines have passed their self-test.

    Raises:
        NoBrowserError: Browsers are wanted and none is usable; nothing was written.
        PlainError: A control address can never answer; nothing was written.
        sqlite3.Error: The results file cannot be written.
        asyncio.CancelledError: Interrupted; runs under way are marked partial.
    """
    async with instruments(settings, engines=wants_engines(settings)) as tools:
        await check_controls(settings.controls, tools.guard)
        on_ready(tools)
        settings = replace(settings, engines=tools.engines.names)
        if sweep is None:
            seen_from = await _vantage(tools, settings)
            sweep = _begin(store, kind=kind, settings=settings, catalogue=catalogue, seen_from=seen_from)
        crew = _Crew(store, sweep, settings, tools, catalogue, watcher, workers or 2 * (os.cpu_count() or 1))
        try:
            runs = await crew.measure(targets)
        except asyncio.CancelledError:
            store.change(sweep, state=State.PARTIAL, finished_at=now())
            raise
        except BaseException:
            with contextlib.suppress(sqlite3.Error):  # the file may be what broke
                store.change(sweep, state=State.FAILED, finished_at=now())
            raise
    ended = State.COMPLETE if all(run.run.state is State.COMPLETE for run in runs) else State.PARTIAL
    return SweepResult(sweep=store.change(sweep, state=ended, finished_at=now()), runs=runs)


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
        if run.state is State.COMPLETE:
            return CityRun(run=run, unmeasured=0)
        probe = CityProbe(
            self.store,
            run,
            portal=target.portal,
            settings=self.settings,
            tools=self.tools,
            catalogue=self.catalogue,
            lists=target.lists,
            watcher=self.watcher,
        )
        return await probe.measure()

    def _run_of(self, target: Target) -> Run:
        assert self.sweep.id is not None
        self.store.put(target.city)
        earlier = self.store.all(Run, sweep_id=self.sweep.id, city=target.city.slug)
        if not earlier:
            return self.store.add(
                Run(sweep_id=self.sweep.id, city=target.city.slug, state=State.RUNNING, started_at=now())
            )
        run = earlier[-1]
        return (
            run if run.state is State.COMPLETE else self.store.change(run, state=State.RUNNING, reason=None)
        )


async def _vantage(tools: Instruments, settings: Settings) -> str:
    """Where the sweep is made from, control addresses asked once; practice sweeps leave this machine alone."""
    if not settings.controls or settings.practice:
        return vantage()
    async with tools.http_client(settings, tools.politeness) as http:
        return vantage(await look_at_controls(settings.controls, http, timeout_s=settings.home_timeout_s))


def _begin(store: Store, *, kind: str, settings: Settings, catalogue: Catalogue, seen_from: str) -> Sweep:
    """A new sweep's row with its catalogue; what an earlier process left unfinished is marked first."""
    for run in store.mark_interrupted():
        log.warning(
            "run %s of %s was left unfinished by an earlier process; marked partial", run.id, run.city
        )
    with store.transaction():
        sweep = store.add(
            Sweep(
                kind=kind,
                state=State.RUNNING,
                started_at=now(),
                settings=settings.to_json(),
                tool_version=__version__,
                vantage=seen_from,
            )
        )
        assert sweep.id is not None
        for line in catalogue.as_records(sweep.id):
            store.add(line)
    return sweep
