"""Loads go side by side; a timed load goes alone."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator


class Gate:
    """Lets many through at once, or one alone. Whoever wants to be alone is not overtaken by new ones.

    Args:
        at_once: How many may be inside together.
    """

    def __init__(self, at_once: int) -> None:
        self._at_once = at_once
        self._inside = 0
        self._alone = False
        self._want_alone = 0
        self._changed = asyncio.Condition()

    @contextlib.asynccontextmanager
    async def beside_others(self) -> AsyncIterator[None]:
        """Be inside together with others, once nobody is alone or waits to be."""
        async with self._changed:
            await self._changed.wait_for(
                lambda: not self._alone and not self._want_alone and self._inside < self._at_once
            )
            self._inside += 1
        try:
            yield
        finally:
            async with self._changed:
                self._inside -= 1
                self._changed.notify_all()

    @contextlib.asynccontextmanager
    async def alone(self) -> AsyncIterator[None]:
        """Be inside alone."""
        async with self._changed:
            self._want_alone += 1
            try:
                await self._changed.wait_for(lambda: not self._alone and self._inside == 0)
                self._alone = True
            finally:
                self._want_alone -= 1
                self._changed.notify_all()
        try:
            yield
        finally:
            async with self._changed:
                self._alone = False
                self._changed.notify_all()
