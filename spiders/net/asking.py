"""One yes among several questions that are asked at once."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterable
from typing import Any


async def any_yes(questions: Iterable[Coroutine[Any, Any, bool]]) -> bool:
    """Whether any of them is answered with yes; the first yes ends the others."""
    tasks = [asyncio.create_task(each) for each in questions]
    try:
        for each in asyncio.as_completed(tasks):
            if await each:
                return True
        return False
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
