"""The browsers of a run: every engine that works, behind one small interface."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from functools import partial
from types import TracebackType
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

import psutil
from playwright.async_api import Page

from probes.browsers.control import ControlPage
from probes.browsers.driver import PlaywrightDriver
from probes.browsers.engines import EngineInfo, find_engines
from probes.browsers.gate import Gate
from probes.browsers.loaded import Loaded
from probes.browsers.looking import BrowserGoneError, Look
from probes.browsers.playwright_engine import PlaywrightEngine
from probes.browsers.pressure import PressureGauge
from probes.browsers.survivors import Survivors
from probes.browsers.visiting import Wanted
from probes.browsers.webkit_engine import WebKitEngine
from results.log_context import logged_as
from results.records import Outcome, Reason
from spiders.net.patience import waiting

if TYPE_CHECKING:
    from spiders.net.egress import EgressProxy
    from spiders.net.politeness import Politeness

_log = logging.getLogger(__name__)


class EnginePool:
    """Engines found, started and tested; an async context manager.

    Args:
        names: Engines wanted, in order.
        proxy: The one way out; None for tests on pages of our own.
        politeness: Takes turns for `load`; None for tests on pages of our own.
        user_agent_suffix: The project's name and contact, put after each engine's own User-Agent.
        at_once: Loads at the same time at most; by default twice the number of cores.
        gauge: Tells how strained this machine is.
    """

    def __init__(
        self,
        names: Sequence[str],
        *,
        proxy: EgressProxy | None,
        politeness: Politeness | None,
        user_agent_suffix: str,
        at_once: int | None = None,
        gauge: PressureGauge | None = None,
    ) -> None:
        self._wanted = tuple(names)
        self._proxy = proxy
        self._politeness = politeness
        self._suffix = user_agent_suffix
        self._gate = Gate(at_once or max(4, 2 * (os.cpu_count() or 2)))
        self._engines: dict[str, PlaywrightEngine | WebKitEngine] = {}
        self._found: list[EngineInfo] = []
        self._ends = AsyncExitStack()
        self.gauge = gauge or PressureGauge()
        """Tells how strained this machine is."""
        self.missing: dict[str, str] = {}
        """Engines that were wanted and cannot be used, and why."""

    @property
    def names(self) -> tuple[str, ...]:
        """The engines that can be used, in the order they were wanted."""
        return tuple(name for name in self._wanted if name in self._engines)

    @property
    def infos(self) -> tuple[EngineInfo, ...]:
        """Every engine that was looked for, with its true version where it was started."""
        return tuple(
            self._engines[each.name].info if each.name in self._engines else each for each in self._found
        )

    async def __aenter__(self) -> Self:
        try:
            await self._open()
        except BaseException:  # interrupted while engines start: what runs already must not outlive us
            await self._close()
            raise
        return self

    async def _open(self) -> None:
        self._found = await asyncio.to_thread(find_engines, self._wanted)
        usable = []
        for engine in self._found:
            if engine.problem:
                self.missing[engine.name] = engine.problem
            else:
                usable.append(engine)
        if usable:
            self._ends.enter_context(Survivors())
            await self._ends.enter_async_context(self.gauge)
            control = await self._ends.enter_async_context(ControlPage())
            by_playwright = any(each.driver == "playwright" for each in usable)
            driver = await self._ends.enter_async_context(PlaywrightDriver()) if by_playwright else None
            makes = [partial(self._driver_of, each, driver, control) for each in usable]
            await asyncio.gather(*(self._start(each) for each in makes))

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._close()

    async def _close(self) -> None:
        await asyncio.gather(*(engine.close() for engine in self._engines.values()))
        self._engines.clear()
        await self._ends.aclose()

    async def load(
        self,
        engine: str,
        url: str,
        *,
        device: str = "desktop",
        fresh: bool = False,
        timed: bool = False,
        screenshot: bool = False,
        timeout_s: float = 30.0,
        scope: str = "",
        evaluate: str | None = None,
    ) -> Loaded:
        """Open a page in an engine and say how it opened. Takes its turn with `politeness.navigation`.

        Args:
            engine: One of `names`; any other gives `browser_unavailable`.
            url: The address.
            device: `desktop` or `phone`.
            fresh: In a context that nothing was loaded in.
            timed: Alone, in a fresh context, waiting for the load event.
            screenshot: Keep a screenshot even of a page that opens properly.
            timeout_s: Limit for the main document and its DOM, seconds.
            scope: What may share cookies and cache, e.g. a city; by default the host.
            evaluate: JavaScript expression whose value is wanted once the page rests.

        Returns:
            What was seen; the reason says why it does not open properly. Raises nothing for what a page or a
            browser does.

        Raises:
            OverBudget, ToldToWait, CircuitOpen: We did not ask.
        """
        wanted = Wanted(url=url, timeout_s=timeout_s, timed=timed, screenshot=screenshot, evaluate=evaluate)
        blank = Loaded(url=url, engine=engine, device=device, timed=timed)
        async with AsyncExitStack() as turn:
            turn.enter_context(logged_as(url=url))
            if self._politeness is not None:
                await turn.enter_async_context(self._politeness.navigation(url))
            with waiting():
                await turn.enter_async_context(self._gate.alone() if timed else self._gate.beside_others())
            driver = self._engines.get(engine)
            if driver is None:
                why = self.missing.get(engine, "not among the engines of this run")
                return replace(blank, reason=Reason.BROWSER_UNAVAILABLE, note=why)
            look = Look(driver, self.gauge, wanted, blank, scope or _host(url))
            loaded = await look.confirmed() if fresh else await look.taken()
        if self._politeness is not None:
            self._report(loaded, self._politeness)
        return loaded

    @contextlib.asynccontextmanager
    async def page(
        self,
        *,
        engine: str = "chromium",
        device: str = "desktop",
        fresh: bool = False,
        scope: str = "interactive",
    ) -> AsyncIterator[Page]:
        """A page to work with, for probes that type and click. Politeness is left to the caller.

        Dialogs are dismissed, downloads accepted, everything goes through the egress proxy.

        Args:
            engine: The engine that is wanted; where it is not there, the first that is.
            device: `desktop` or `phone`.
            fresh: In a context of its own, without cookies.
            scope: Pages of one scope share cookies and cache.

        Raises:
            BrowserGoneError: No engine can be used.
            playwright.async_api.Error: The browser failed.
        """
        drivers = {name: each for name, each in self._engines.items() if isinstance(each, PlaywrightEngine)}
        driver = drivers.get(engine) or next(iter(drivers.values()), None)
        if driver is None:
            raise BrowserGoneError("no engine that can be worked with")
        async with driver.page(scope, device, fresh=fresh) as page:
            yield page

    async def self_test(self, engine: str) -> bool:
        """Whether an engine opens the control page and runs its script."""
        driver = self._engines.get(engine)
        return driver is not None and await driver.is_well()

    def processes(self, engine: str) -> list[psutil.Process]:
        """The processes of an engine's browser."""
        driver = self._engines.get(engine)
        return driver.processes() if driver is not None else []

    @staticmethod
    def _report(loaded: Loaded, politeness: Politeness) -> None:
        """Tell the gate what a load came to; what Playwright's engines were answered it has heard already."""
        if loaded.requests:
            politeness.count(loaded.requests - 1)
        if loaded.outcome is Outcome.FAILED and loaded.status is None and loaded.reason is not None:
            politeness.unanswered(loaded.url, loaded.reason)
        elif loaded.status is None and (loaded.reason is Reason.RATE_LIMITED or loaded.final_url):
            politeness.answered(loaded.url, 429 if loaded.reason is Reason.RATE_LIMITED else None)

    def _driver_of(
        self, engine: EngineInfo, driver: PlaywrightDriver | None, control: ControlPage
    ) -> PlaywrightEngine | WebKitEngine:
        if engine.driver == "playwright" and driver is not None:
            return PlaywrightEngine(
                driver,
                engine,
                proxy=self._proxy,
                control=control,
                user_agent_suffix=self._suffix,
                politeness=self._politeness,
            )
        return WebKitEngine(engine, proxy=self._proxy, control=control, user_agent_suffix=self._suffix)

    async def _start(self, make: Callable[[], PlaywrightEngine | WebKitEngine]) -> None:
        """Start an engine, once more if it fails: engines start side by side, and on a busy machine one may be late."""
        engine = make()
        problem = await self._problem_of(engine)
        if problem is not None:
            _log.info("%s is started once more: %s", engine.info.name, problem)
            engine = make()
            problem = await self._problem_of(engine)
        if problem is not None:
            self.missing[engine.info.name] = problem
            return
        self._engines[engine.info.name] = engine
        if engine.info.note:
            _log.warning("%s: %s", engine.info.name, engine.info.note)

    async def _problem_of(self, engine: PlaywrightEngine | WebKitEngine) -> str | None:
        """Start an engine and let it open the control page; why it cannot be used, or None."""
        problem: str | None = "it does not open the control page"
        try:
            await engine.start()
            if await engine.heal():
                problem = None
        except BrowserGoneError as error:
            problem = str(error)
        finally:
            if problem is not None:
                await engine.close()
        return problem


def _host(url: str) -> str:
    return urlsplit(url).hostname or ""
