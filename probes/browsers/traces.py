"""Playwright's trace of a load: kept when the load failed, where the engine can record one."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Awaitable
from dataclasses import replace
from pathlib import Path

from playwright.async_api import BrowserContext, Error

from probes.browsers.loaded import Loaded
from results.records import Outcome

_MOST_BYTES = 20 * 1024 * 1024


async def tracing(context: BrowserContext, load: Awaitable[Loaded]) -> Loaded:
    """Make a load under trace in a context that nothing else uses.

    Args:
        context: The load's own context.
        load: The load, not yet begun.

    Returns:
        What the load came to, with its trace (a zip for Playwright's viewer) if it failed.
    """
    try:
        await context.tracing.start(snapshots=True, screenshots=False, sources=False)
    except Error:  # this engine cannot
        return await load
    loaded = await load
    with contextlib.suppress(Error, TimeoutError, OSError):
        if loaded.outcome is not Outcome.FAILED:
            await context.tracing.stop()
            return loaded
        with tempfile.TemporaryDirectory(prefix="portal-probe-") as folder:
            path = Path(folder) / "trace.zip"
            await context.tracing.stop(path=path)
            if path.stat().st_size <= _MOST_BYTES:
                return replace(loaded, trace=path.read_bytes())
    return loaded
