"""One load from the outside: whose fault a failure was, and what is done about ours.

Before anyone is accused of slowness or of a time-out, the engine has to open the control page and the machine has
to have been calm. A browser that broke down or hangs is replaced, and the page is tried again; a page that hangs
the second browser too, which was well before it, has itself to blame.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from playwright.async_api import Error

from probes.browsers.loaded import Loaded
from results.records import Reason

if TYPE_CHECKING:
    from probes.browsers.pressure import PressureGauge
    from probes.browsers.visiting import Wanted


class BrowserGoneError(Exception):
    """The browser is not there, and a new one could not be started."""


class Driver(Protocol):
    """An engine, however it is driven."""

    async def load(self, wanted: Wanted, blank: Loaded, scope: str, *, fresh: bool) -> Loaded:
        """Visit a page."""
        ...

    async def is_well(self) -> bool:
        """Whether its browser, as it runs, opens the control page."""
        ...

    async def heal(self) -> bool:
        """See that the engine is well, with another browser if need be."""
        ...


class Look:
    """A load of one page in one engine."""

    def __init__(
        self, driver: Driver, gauge: PressureGauge, wanted: Wanted, blank: Loaded, scope: str
    ) -> None:
        self._driver = driver
        self._gauge = gauge
        self._wanted = wanted
        self._blank = blank
        self._scope = scope

    async def confirmed(self) -> Loaded:
        """Look in a fresh context, after the control page has loaded in the same engine."""
        if not await self._driver.heal():
            return self._crashed("the engine does not open the control page")
        return await self.taken(fresh=True)

    async def taken(self, *, fresh: bool = False) -> Loaded:
        """Look; again, in a fresh context of another browser, where the browser broke down."""
        loaded = await self._once(fresh=fresh)
        if loaded.reason is Reason.BROWSER_CRASHED and await self._driver.heal():
            loaded = await self._once(fresh=True, again=True)
        return loaded

    async def _once(self, *, fresh: bool, again: bool = False) -> Loaded:
        timed = self._wanted.timed
        if timed:
            before = await self._gauge.calm()
            if before.spoils_timing:
                return replace(self._blank, reason=Reason.PROBER_OVERLOADED, note=str(before))
        start = self._gauge.read(own=timed)
        loaded = await self._driven(fresh=fresh or timed)
        if timed or loaded.reason is Reason.TIMEOUT:
            strain = self._gauge.since(start)
            if strain.spoils_timing if timed else strain.may_cause_timeout:
                return replace(loaded, reason=Reason.PROBER_OVERLOADED, note=str(strain))
        if loaded.reason is Reason.TIMEOUT:
            is_well = await (self._driver.heal() if again else self._driver.is_well())
            if not is_well:
                return self._crashed("the engine does not open the control page either")
        return loaded

    async def _driven(self, *, fresh: bool) -> Loaded:
        try:
            return await self._driver.load(self._wanted, self._blank, self._scope, fresh=fresh)
        except BrowserGoneError as error:
            return replace(self._blank, reason=Reason.BROWSER_UNAVAILABLE, note=str(error))
        except TimeoutError:
            return self._crashed("the browser did not answer within every limit")
        except Error as error:
            return self._crashed(error.message.partition("\n")[0][:300])

    def _crashed(self, note: str) -> Loaded:
        return replace(self._blank, reason=Reason.BROWSER_CRASHED, note=note)
