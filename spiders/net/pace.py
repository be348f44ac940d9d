"""The pace at which one host group is asked: a distance between requests, kept, held and slowed as the portal asks.

Additive increase, multiplicative decrease, as TCP does it (RFC 5681): a refusal for asking too much halves the
rate and the navigations at once; answers bring it back in small steps.
"""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC
from email.utils import parsedate_to_datetime

from spiders.net.refusals import ToldToWait

LONGEST_WAIT_S = 600.0
"""A wait beyond this is not waited for: the portal is taken as rate-limiting us (ours)."""
MOST_HOLDS = 5
"""Waits in a row that a portal may ask for without giving one answer between them (ours)."""
SLOWEST = 1 / 8
"""Share of the full rate below which a group is not slowed: three halvings (ours)."""
STEP = 0.1
"""Share of the full rate that a row of answers brings back (ours)."""
ANSWERS_A_STEP = 10
"""Answers in a row that bring back one step (ours): half the rate comes back after fifty."""
_BURST_S = 1.0
_LATE_S = 0.02
"""By so much a slot may come late, as the machine wakes us, without moving those behind it, seconds."""
_GLANCE_S = 0.05
_SLOTS_TO_LEAVE = 3
"""For so many slots the request of a click is waited for, which may never come (ours)."""
_LONGEST_START_S = 15.0
"""For so long a navigation is waited for where one goes after the other: a browser may have to be started."""
_REMEMBERED = 1000


class Pace:
    """The slots of one host group.

    Args:
        rate: Requests a second at most.
        navigations_at_once: Pages that may load at the same time, at the full rate.
    """

    def __init__(self, rate: float, navigations_at_once: int) -> None:
        self._full_interval_s = 1 / rate
        self._asked_interval_s = 0.0
        self._most_navigations = navigations_at_once
        self._share = 1.0
        self._good_answers = 0
        self._halved_at = -math.inf
        self._unavailable: set[str] = set()
        self._queue = asyncio.Lock()
        self._last = -math.inf
        self._leaves_by = -math.inf
        self._leaving: asyncio.Task[object] | None = None
        self._inside = 0
        self._left = asyncio.Condition()
        self._holds_in_a_row = 0
        self.held_until = 0.0
        """Moment (monotonic, seconds) before which nothing is asked."""

    @property
    def interval_s(self) -> float:
        """Seconds between two requests now."""
        return self._full_interval_s / self._share

    @property
    def navigations_at_once(self) -> int:
        """How many pages may load at the same time now: never more than may be asked for in a second."""
        return max(1, math.floor(min(self._most_navigations * self._share, math.ceil(1 / self.interval_s))))

    async def slot(self, *, leaves_within_s: float = 0.0) -> None:
        """Wait for the next free slot, first come first served, as far from the last request as the pace is then.

        Args:
            leaves_within_s: The request is a browser's, which may take its time: until `departed` is told, or the
                same task asks again, the next slot is not given, for so long at most.

        Raises:
            ToldToWait: The portal asks for a longer wait than a run can make, also where it asks for it meanwhile.
        """
        task = asyncio.current_task()
        if self._leaving is task:
            self._leaving = None  # what it had asked for before has left, or never will
        async with self._queue:
            self._refuse_to_wait_for_ever()
            while (wait_s := self._due() - time.monotonic()) > 0:
                await asyncio.sleep(wait_s)
                self._refuse_to_wait_for_ever()
            granted, due = time.monotonic(), self._last + self.interval_s
            self._last = due if granted - due < _LATE_S else granted
            self._leaves_by = granted + leaves_within_s
            self._leaving = task if leaves_within_s else None

    def time_to_leave_s(self, *, navigates: bool) -> float:
        """How long a browser's request is waited for: a click may ask for nothing, a navigation leaves or fails."""
        if navigates and self.navigations_at_once == 1:
            return max(_LONGEST_START_S, _SLOTS_TO_LEAVE * self.interval_s)
        return _SLOTS_TO_LEAVE * self.interval_s

    def departed(self) -> None:
        """Take note that a browser's request has left just now: the distance to the next counts from here."""
        now = time.monotonic()
        if now < self._leaves_by:  # a page that leaves again and again holds nobody up
            self._last = max(self._last, now)
        self._leaving = None

    def settle(self) -> None:
        """Take note that the task's own request must have left by now, if nobody saw it leave."""
        if self._leaving is asyncio.current_task():
            self.departed()

    def _refuse_to_wait_for_ever(self) -> None:
        held_s = self.held_until - time.monotonic()
        if max(held_s, self._asked_interval_s) > LONGEST_WAIT_S:
            raise ToldToWait(f"it asked for a wait of more than {LONGEST_WAIT_S:.0f} s")
        if held_s > 0 and self._holds_in_a_row >= MOST_HOLDS:
            raise ToldToWait(
                f"it asked for patience {self._holds_in_a_row} times and answered nothing between them"
            )

    def _due(self) -> float:
        """When the next request may leave, as far as is known."""
        due = max(self._last + self.interval_s, self.held_until)
        if self._leaving is None or time.monotonic() < due:
            return due
        # looked at again and again: the departure may be told at any moment
        return max(due, min(time.monotonic() + _GLANCE_S, self._leaves_by))

    @asynccontextmanager
    async def navigation(self) -> AsyncIterator[None]:
        """One of the places for pages that load at the same time."""
        async with self._left:
            await self._left.wait_for(lambda: self._inside < self.navigations_at_once)
            self._inside += 1
        try:
            yield
        finally:
            self._inside -= 1
            async with self._left:
                self._left.notify_all()

    def answered(self, url: str, status: int | None) -> None:
        """Take note of an answer: 429 and 503 slow down, others bring the pace back.

        An address that says 503 again and again is broken, not busy: it slows down once.
        """
        if status == 429 or (status == 503 and url not in self._unavailable):
            if status == 503 and len(self._unavailable) < _REMEMBERED:
                self._unavailable.add(url)
            self._halve()
        if status not in (None, 429, 503):
            self._holds_in_a_row = 0
        if status not in (429, 503) and self._share < 1:
            self._good_answers += 1
            if self._good_answers >= ANSWERS_A_STEP:
                self._good_answers = 0
                self._share = min(1.0, self._share + STEP)

    def hold(self, seconds: float) -> None:
        """Ask nothing for some seconds."""
        if time.monotonic() >= self.held_until:  # answers to what was sent before tell nothing new
            self._holds_in_a_row += 1
        self.held_until = max(self.held_until, time.monotonic() + max(0.0, seconds))

    def at_least(self, seconds: float) -> None:
        """Keep at least this many seconds between requests, from now on."""
        self._asked_interval_s = max(self._asked_interval_s, seconds)
        self._full_interval_s = max(self._full_interval_s, seconds)

    def _halve(self) -> None:
        self._good_answers = 0
        # answers to what was sent before the last halving tell nothing new
        if time.monotonic() - self._halved_at < max(_BURST_S, 2 * self.interval_s):
            return
        self._halved_at = time.monotonic()
        self._share = max(SLOWEST, self._share / 2)


def retry_after_s(header: str | None) -> float | None:
    """Seconds that a Retry-After header asks for (a number or a date, RFC 9110); None without a sound one."""
    if not header:
        return None
    if header.strip().isdecimal():
        return float(header.strip()[:9])
    try:
        moment = parsedate_to_datetime(header)
    except ValueError:
        return None
    # a date without a zone is meant in GMT, as all of HTTP's
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    try:
        return max(0.0, aware.timestamp() - time.time())
    except OverflowError:
        return None
