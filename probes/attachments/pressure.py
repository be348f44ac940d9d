"""How slow is too slow, and whether it was ourselves who were too busy to tell."""

from __future__ import annotations

import asyncio
import time
from types import TracebackType

_STEP_S = 0.25
_LATE_S = 1.0
"""An event loop that comes this much late, again and again, has no time to read what arrives."""
_SHARE = 0.1

DRIP_WINDOW_S = 30.0
"""A download that brings next to nothing for this long is given up."""
_DRIP_BYTES_A_SECOND = 1024


class DripWatch:
    """Tells a download that drips from one that flows.

    Args:
        window_s: How long it may bring less than a kilobyte a second, seconds.
    """

    def __init__(self, window_s: float = DRIP_WINDOW_S) -> None:
        self._window_s = window_s
        self._since = time.monotonic()
        self._bytes = 0

    def drips(self, received: int) -> bool:
        """Whether it drips; to be asked again and again.

        Args:
            received: Bytes received so far.
        """
        passed = time.monotonic() - self._since
        if passed < self._window_s:
            return False
        dripped = received - self._bytes < passed * _DRIP_BYTES_A_SECOND
        self._since, self._bytes = time.monotonic(), received
        return dripped


class LoopWatch:
    """Watches how late the event loop comes, while it is entered."""

    def __init__(self) -> None:
        self._task: asyncio.Task[None] | None = None
        self._started = 0.0
        self._late_s = 0.0

    def __enter__(self) -> LoopWatch:
        self._started = time.monotonic()
        self._task = asyncio.get_running_loop().create_task(self._watch())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._task is not None:
            self._task.cancel()

    @property
    def strained(self) -> bool:
        """Whether the loop was late for more than a tenth of the time."""
        watched = time.monotonic() - self._started
        return self._late_s > max(_LATE_S, _SHARE * watched)

    async def _watch(self) -> None:
        while True:
            before = time.monotonic()
            await asyncio.sleep(_STEP_S)
            late = time.monotonic() - before - _STEP_S
            if late > _LATE_S:
                self._late_s += late
