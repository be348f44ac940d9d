"""Runs units of work: side by side within each lane's bound, confirmed where they failed, stored whole.

A unit that an earlier process finished is not done again. What fails for our own reasons is stored as
`not_measured`; a unit that is cut off leaves no trace and is done by the run that resumes.

A run looks twice. The first look is short: what timed out in it, or was spoiled by a fault of ours that may pass, is
not stated, only noted as unsettled, and what was held back because its host had stopped answering waits. The second,
later, has long limits, and is final.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence

from probes.browsers.pressure import PressureGauge, Strain
from probes.deafness import unless_deaf
from probes.probe import Lane, Unit
from results.errors import PlainError
from results.log_context import logged_as
from results.records import Observation, Outcome, Reason
from results.store import Store
from spiders.net.breaker import asked_in_any_case
from spiders.net.classify import classify
from spiders.net.patience import work_limit
from spiders.net.refusals import ToldToWait

log = logging.getLogger(__name__)


class UnitRunner:
    """The units of one run.

    Args:
        store: Where observations go.
        run_id: The run that they belong to.
        bounds: How many units of a lane run at once.
        until_hosts_return: Seconds until a host that is left alone may be asked again; None where none will be.
        vouch: Asked before observations are stored, with the moment (monotonic, seconds) that they were begun at;
            raises where this machine's own line may have spoken in them.
        gauge: Tells whether this machine was too busy to hear what a portal answered.
        on_stored: Told of every observation after it was stored, e.g. for a progress bar.
    """

    def __init__(
        self,
        store: Store,
        run_id: int,
        *,
        bounds: Mapping[Lane, int],
        until_hosts_return: Callable[[], float | None] = lambda: None,
        vouch: Callable[[Sequence[Observation], float], Awaitable[None]] | None = None,
        gauge: PressureGauge | None = None,
        on_stored: Callable[[Unit, Sequence[Observation]], None] = lambda _unit, _observations: None,
    ) -> None:
        self._store = store
        self._run_id = run_id
        self._lanes = {lane: asyncio.Semaphore(bound) for lane, bound in bounds.items()}
        self._until_hosts_return = until_hosts_return
        self._vouch = vouch
        self._gauge = gauge or PressureGauge()
        self._on_stored = on_stored
        self._finished = store.finished_units(run_id)
        self._tasks: set[asyncio.Task[None]] = set()
        self._to_confirm: list[Unit] = []
        self._held_back: list[Unit] = []
        self._hold_back = True
        self._given_up: Reason | None = None
        self._timed: list[Unit] = []
        self._known: set[tuple[str, str]] = set()
        self._broken: BaseException | None = None
        self.submitted = 0
        self.finished = 0
        self.unmeasured: Counter[Reason] = Counter()
        """Observations that could not be made for our own reasons."""

    def submit(self, unit: Unit) -> None:
        """Take a unit up; one that was already taken up or finished is left alone."""
        identity = (unit.probe, unit.key)
        if identity in self._known:
            return
        self._known.add(identity)
        self.submitted += 1
        mark = self._finished.get(identity)
        if mark is None and unit.lane is Lane.TIMED:
            self._timed.append(unit)
        elif mark is None:
            self._start(unit, attempt=1)
        elif mark.settled:
            self.finished += 1
        else:
            self._to_confirm.append(unit)

    async def drain(self) -> None:
        """Wait for every unit, time what is to be timed once nothing else runs, then look again where it is due.

        Raises:
            sqlite3.Error: The results file cannot be written.
        """
        await self.settle()
        timed, self._timed = self._timed, []
        for unit in timed:
            self._start(unit, attempt=1)
        await self.settle()
        await self._await_hosts()
        again, self._to_confirm = self._to_confirm, []
        for unit in again:
            self._start(unit, attempt=2)
        await self.settle()

    async def give_up(self, reason: Reason) -> None:
        """Cut off what is under way; whatever is submitted from now on, or again, is stated as not measured.

        Args:
            reason: Why, one of ours.
        """
        await self.cancel()
        self._given_up = reason
        self._finished = self._store.finished_units(self._run_id)
        self._known.clear()
        self._to_confirm, self._held_back, self._timed = [], [], []
        self.submitted = self.finished = 0

    async def cancel(self) -> None:
        """Cut off what is under way; nothing of it is stored."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def settle(self) -> None:
        """Wait until nothing is under way; what failed once is left for `drain` to confirm."""
        while self._tasks:
            await asyncio.wait(set(self._tasks))
            if self._broken is not None:
                await self.cancel()
                raise self._broken

    async def _await_hosts(self) -> None:
        """Take up what was held back, as often as its hosts may be asked again; then state that it was not tried."""
        while self._held_back:
            wait_s = self._until_hosts_return()
            self._hold_back = wait_s is not None
            await asyncio.sleep(wait_s or 0)
            units, self._held_back = self._held_back, []
            for unit in units:
                self._start(unit, attempt=1)
            await self.settle()

    def _start(self, unit: Unit, attempt: int) -> None:
        with logged_as(url=_address(unit)):
            task = asyncio.create_task(self._run(unit, attempt), name=f"{unit.probe} {unit.key}")
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            self._broken = self._broken or task.exception()

    async def _run(self, unit: Unit, attempt: int) -> None:
        async with self._lanes[unit.lane]:
            begun = time.monotonic()
            before = self._gauge.read(own=False)
            observations = await self._measure(unit, attempt)
            if unit.lane is Lane.INTERACTIVE and any(each.reason is Reason.TIMEOUT for each in observations):
                observations = _heard(observations, self._gauge.since(before))
            if self._vouch is not None and self._given_up is None:
                await self._vouch(observations, begun)
        if self._hold_back and any(each.reason is Reason.CIRCUIT_OPEN for each in observations):
            self._held_back.append(unit)
            return
        confirm = (
            attempt == 1
            and unit.confirm
            and self._given_up is None
            and any(each.outcome is Outcome.FAILED or _may_pass(each) for each in observations)
        )
        if confirm:  # a limit that was short accuses nobody: the second look says whether it is too slow
            observations = [
                each for each in observations if each.reason is not Reason.TIMEOUT and not _may_pass(each)
            ]
        with self._store.unit(self._run_id, unit.probe, unit.key, attempt=attempt, settled=not confirm):
            stored = [self._store.add(each) for each in observations]
        if confirm:
            self._to_confirm.append(unit)
        else:
            self.finished += 1
        self.unmeasured.update(
            each.reason for each in stored if each.reason and each.outcome is Outcome.NOT_MEASURED
        )
        log.info("%s %s: %s", unit.probe, unit.key, ", ".join(str(each.reason or "ok") for each in stored))
        self._on_stored(unit, stored)

    async def _measure(self, unit: Unit, attempt: int) -> Sequence[Observation]:
        """The unit's observations; a fault that leaves it is ours, never the portal's."""
        if self._given_up is not None:
            return unit.unmeasured(self._given_up)
        try:
            async with work_limit(unit.timeout_s):
                if unit.confirm and attempt == 1:
                    return await unit.measure(attempt)
                with asked_in_any_case():  # a planned trial is made, and a failure gets its second look
                    return await unit.measure(attempt)
        except TimeoutError:
            log.warning("%s %s: no result within %g s", unit.probe, unit.key, unit.timeout_s)
            return unit.unmeasured(Reason.PROBER_OVERLOADED)
        except ToldToWait as error:
            log.info("%s %s: %s", unit.probe, unit.key, error)
            return unit.unmeasured(Reason.RATE_LIMITED)
        except PlainError:
            raise  # the user has to mend something (evidence cannot be written): going on would lose results
        except Exception as error:
            reason = classify(error)
            if reason.outcome is not Outcome.NOT_MEASURED:
                reason = Reason.UNSUPPORTED
            log.warning("%s %s: %s: %s", unit.probe, unit.key, type(error).__name__, error)
            log.debug("%s %s", unit.probe, unit.key, exc_info=True)
            return unit.unmeasured(reason)


def _heard(observations: Sequence[Observation], strain: Strain) -> list[Observation]:
    """Observations without silence that may be our own deafness; pages that are only loaded judge that themselves."""
    return [unless_deaf(each, strain) if each.reason is Reason.TIMEOUT else each for each in observations]


def _may_pass(observation: Observation) -> bool:
    return observation.reason is not None and observation.reason.may_pass


def _address(unit: Unit) -> str | None:
    """The address that a unit is about, where its key names one."""
    return next((word for word in unit.key.split() if "://" in word), None)
