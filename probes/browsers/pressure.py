"""Whether this machine is too busy to accuse anyone of slowness.

Three signs, each over the span of a load: the event loop was late; other processes than this program and its
browsers took the processors; tasks stood waiting for a processor (Linux pressure stall information).
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import time
from collections import deque
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import psutil

from probes.browsers.marks import BROWSER_MARK

LATE_S = 0.5
"""Event loop lag beyond this disturbs what is timed in it (ours)."""
TAKEN_BY_OTHERS = 0.4
"""Share of all processors that others may take beside a timed load (ours: of two cores, one is left whole)."""
BUSY = 0.95
"""Share of all processors in use, by whomever, beyond which a time-out may be our own (ours)."""
STALLED = 0.8
"""Share of the time in which some task waited for a processor (ours)."""

_BEAT_S = 0.1
_REMEMBERED_S = 300
_PRESSURE_FILES = (Path("/sys/fs/cgroup/cpu.pressure"), Path("/proc/pressure/cpu"))
_STALL_TOTAL = re.compile(r"^some .*total=(\d+)", re.MULTILINE)


@dataclass(frozen=True, kw_only=True)
class Reading:
    """The machine at a moment."""

    moment: float
    busy_s: float
    """Seconds that all processors together have worked."""
    own_s: float | None
    """Of these, seconds for this program, its driver and its browsers; None where nobody asked."""
    stalled_s: float | None


@dataclass(frozen=True, kw_only=True)
class Strain:
    """How strained the machine was over a span; shares are 0-1."""

    late_s: float
    busy: float
    stalled: float
    others: float | None = None
    """What neither this program nor its browsers took; None where nobody asked."""

    @property
    def spoils_timing(self) -> bool:
        """Whether a time measured in this span says nothing about the portal."""
        return self.late_s > LATE_S or (self.others or 0.0) > TAKEN_BY_OTHERS or self.stalled > STALLED

    @property
    def may_cause_timeout(self) -> bool:
        """Whether a time-out in this span may be our own fault."""
        return self.deafens or self.busy > BUSY or self.stalled > STALLED

    @property
    def deafens(self) -> bool:
        """Whether we may have missed what came in this span, however long it was waited for."""
        return self.late_s > 2 * LATE_S

    def __str__(self) -> str:
        others = "" if self.others is None else f" ({self.others:.0%} by others)"
        return (
            f"event loop up to {self.late_s * 1000:.0f} ms late, processors {self.busy:.0%} busy{others}, "
            f"tasks waited {self.stalled:.0%} of the time"
        )


class PressureGauge:
    """Watches the event loop while it is open, and reads the machine when asked; an async context manager.

    Args:
        patience_s: How long `calm` waits at most.
    """

    def __init__(self, patience_s: float = 15.0) -> None:
        self._patience_s = patience_s
        self._left_s = patience_s
        self._cores = psutil.cpu_count() or 1
        self._lags: deque[tuple[float, float]] = deque(maxlen=int(_REMEMBERED_S / _BEAT_S))
        self._beat: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._beat = asyncio.get_running_loop().create_task(self._listen())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._beat is not None:
            self._beat.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._beat

    def read(self, *, own: bool = True) -> Reading:
        """The machine now.

        Args:
            own: Also what this program and its browsers took of it. That asks every process of the machine:
                tens of milliseconds in which the event loop stands still, too much beside a load that nobody times.
        """
        times = psutil.cpu_times()
        idle = times.idle + getattr(times, "iowait", 0.0)
        # guests are counted in user time already
        spent = sum(times) - getattr(times, "guest", 0.0) - getattr(times, "guest_nice", 0.0)
        return Reading(
            moment=time.monotonic(),
            busy_s=spent - idle,
            own_s=_own_seconds() if own else None,
            stalled_s=_stalled_seconds(),
        )

    def since(self, start: Reading) -> Strain:
        """How strained the machine was since a reading."""
        end = self.read(own=start.own_s is not None)
        span = max(end.moment - start.moment, 1e-3)
        capacity = span * self._cores
        busy = (end.busy_s - start.busy_s) / capacity
        others = None
        if end.own_s is not None and start.own_s is not None:
            # a process that ended takes its own seconds with it: less than nothing is nothing
            others = max(0.0, busy - max(0.0, end.own_s - start.own_s) / capacity)
        stalled = (
            (end.stalled_s - start.stalled_s) / span
            if end.stalled_s is not None and start.stalled_s is not None
            else 0.0
        )
        return Strain(
            late_s=max((lag for moment, lag in self._lags if moment >= start.moment), default=0.0),
            busy=busy,
            stalled=stalled,
            others=others,
        )

    async def calm(self) -> Strain:
        """Wait until the machine is calm enough to time something, or patience ends.

        Waiting in vain halves the patience for the next time, so that a machine that is busy for hours holds
        a run up by half a minute and not by each of its pages; a calm moment restores it.

        Returns:
            The strain of the last half second.
        """
        until = time.monotonic() + self._left_s
        while True:
            start = self.read()
            await asyncio.sleep(0.5)
            strain = self.since(start)
            if not strain.spoils_timing:
                self._left_s = self._patience_s
                return strain
            if time.monotonic() >= until:
                self._left_s /= 2
                return strain

    async def _listen(self) -> None:
        while True:
            due = time.monotonic() + _BEAT_S
            await asyncio.sleep(_BEAT_S)
            now = time.monotonic()
            self._lags.append((now, now - due))


def _own_seconds() -> float:
    """Processor seconds of this program, of its driver and of its browsers."""
    me = psutil.Process()
    total = sum(me.cpu_times()[:2])
    for child in me.children(recursive=True):
        with contextlib.suppress(psutil.Error):
            if BROWSER_MARK in child.environ() or "playwright" in " ".join(child.cmdline()[:2]):
                total += sum(child.cpu_times()[:2])
    return total


def _stalled_seconds() -> float | None:
    for path in _PRESSURE_FILES:
        try:
            said = _STALL_TOTAL.search(path.read_text(encoding="ascii"))
        except OSError:
            continue
        if said:
            return int(said.group(1)) / 1e6
    return None
