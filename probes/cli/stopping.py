"""Running until the end, or until somebody stops it; imports nothing heavy, for a schedule runs for months."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import Coroutine
from typing import Any, TypeVar

import click

T = TypeVar("T")


def run_to_end(work: Coroutine[Any, Any, T]) -> T:
    """Run in a loop that Scrapy and Playwright share; SIGINT and SIGTERM cancel it cleanly.

    Raises:
        click.Abort: It was interrupted.
    """
    with asyncio.Runner() as runner:

        async def interruptible() -> T:
            task = asyncio.current_task()
            assert task is not None
            with contextlib.suppress(NotImplementedError):  # Windows has no signal handlers in a loop
                asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
            return await work

        try:
            return runner.run(interruptible())
        except (KeyboardInterrupt, asyncio.CancelledError):
            raise click.Abort from None
