"""A limit on the time that a piece of work takes; it stands still while the work waits for its turn.

A portal that asks for patience (`Crawl-delay`, `Retry-After`), or a queue of ours, must not use up the time that
the work itself may take: that would call us overloaded where we are only polite.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar


class _Limit:
    """One limit; several waits of the same work may overlap."""

    def __init__(self, deadline: asyncio.Timeout) -> None:
        self._deadline = deadline
        self._waits = 0
        self._left_s = 0.0
        self.is_over = False

    def pause(self) -> None:
        self._waits += 1
        when = self._deadline.when()
        if self._waits == 1 and when is not None and not self._gone:
            self._left_s = when - asyncio.get_running_loop().time()
            self._deadline.reschedule(None)

    def go_on(self) -> None:
        self._waits -= 1
        if self._waits == 0 and not self._gone:
            self._deadline.reschedule(asyncio.get_running_loop().time() + self._left_s)

    @property
    def _gone(self) -> bool:
        return self.is_over or self._deadline.expired()


_current: ContextVar[_Limit | None] = ContextVar("work_limit", default=None)


@asynccontextmanager
async def work_limit(seconds: float) -> AsyncIterator[None]:
    """Bound the time of what is done inside, waits for turns not counted.

    Raises:
        TimeoutError: It took longer.
    """
    async with asyncio.timeout(seconds) as deadline:
        limit = _Limit(deadline)
        token = _current.set(limit)
        try:
            yield
        finally:
            limit.is_over = True
            _current.reset(token)


@contextmanager
def waiting() -> Iterator[None]:
    """While inside, the limit of the work that waits stands still."""
    limit = _current.get()
    if limit is None:
        yield
        return
    limit.pause()
    try:
        yield
    finally:
        limit.go_on()
