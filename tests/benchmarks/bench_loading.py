"""Page loads against a bare Playwright loop: `python -m tests.benchmarks.bench_loading [--loads N] [--long]`.

Same engine, pages, concurrency and rule for when a page has settled. Prints loads a second and processor seconds
a load (this process, the driver and the browsers) of both, and their ratios; `--long` prints how the memory of
driver and browsers (shared pages counted once) grows over `--memory-loads` loads after the first 200, and between
which bounds it goes up and down as contexts and browsers are renewed.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass

import psutil
from playwright.async_api import async_playwright

from probes.browsers.engines import find_engines
from probes.browsers.launching import launch
from probes.browsers.pool import EnginePool
from probes.browsers.settling import settle
from probes.browsers.weighing import memory_of
from spiders.net.egress import EgressGuard, EgressProxy
from tests.probes.browsers.machine import CalmGauge
from tests.probes.browsers.misbehaving import MisbehavingPortal

CONCURRENCY = 4
_WARMED_UP = 200
_BETWEEN_WEIGHINGS = 25


async def _many(load: Callable[[], Awaitable[object]], loads: int) -> tuple[float, float]:
    """Loads a second and processor seconds a load."""
    left = iter(range(loads))
    processors, started = _processor_seconds(), time.monotonic()

    async def worker() -> None:
        for _ in left:
            await load()

    await asyncio.gather(*(worker() for _ in range(CONCURRENCY)))
    span = time.monotonic() - started
    return loads / span, (_processor_seconds() - processors) / loads


async def bare(name: str, url: str, loads: int) -> tuple[float, float]:
    """A loop around `page.goto`, with the same settle rule and nothing else."""
    (engine,) = find_engines([name])
    async with async_playwright() as playwright:
        browser, _ = await launch(playwright, engine, None)
        context = await browser.new_context(accept_downloads=True)

        async def load() -> None:
            page = await context.new_page()
            await page.goto(url, wait_until="domcontentloaded")
            await settle(page)
            await page.evaluate("document.body.innerText")
            await page.close()

        await load()
        measured = await _many(load, loads)
        await browser.close()
    return measured


async def ours(name: str, url: str, loads: int) -> tuple[float, float]:
    """The pool as a run uses it, egress proxy included."""
    async with _pool(name) as pool:

        async def load() -> None:
            loaded = await pool.load(name, url)
            assert loaded.reason is None, loaded

        await load()
        return await _many(load, loads)


async def memory(name: str, url: str, loads: int) -> Weights:
    """The memory of driver and browsers after every 25 loads."""
    readings: list[tuple[int, float]] = []
    async with _pool(name) as pool:
        for start in range(0, loads, _BETWEEN_WEIGHINGS):
            await _many(lambda: pool.load(name, url), _BETWEEN_WEIGHINGS)
            weight = memory_of(psutil.Process().children(recursive=True)) / 1e6
            readings.append((start + _BETWEEN_WEIGHINGS, weight))
    return Weights(tuple(readings))


@dataclass(frozen=True)
class Weights:
    """Megabytes after so many loads."""

    readings: tuple[tuple[int, float], ...]

    @property
    def settled(self) -> tuple[float, ...]:
        """Those after the first 200 loads."""
        return tuple(size for count, size in self.readings if count > _WARMED_UP)

    @property
    def growth(self) -> float:
        """From the fifth of the loads that follows the first 200 to the last fifth.

        Whole fifths, since memory goes up and down within each as contexts are renewed.
        """
        fifth = max(1, len(self.settled) // 5)
        return statistics.mean(self.settled[-fifth:]) - statistics.mean(self.settled[:fifth])


class _pool:  # noqa: N801 - reads as a function
    """The pool behind its proxy, on a machine that is taken as calm."""

    def __init__(self, name: str) -> None:
        self._proxy = EgressProxy(EgressGuard(["127.0.0.1"]))
        self._name = name

    async def __aenter__(self) -> EnginePool:
        await self._proxy.__aenter__()
        self._pool = EnginePool(
            [self._name],
            proxy=self._proxy,
            politeness=None,
            user_agent_suffix="PortalProbe/bench",
            at_once=CONCURRENCY,
            gauge=CalmGauge(),
        )
        return await self._pool.__aenter__()

    async def __aexit__(self, *_: object) -> None:
        await self._pool.__aexit__(None, None, None)
        await self._proxy.__aexit__(None, None, None)


def _processor_seconds() -> float:
    total = 0.0
    for process in [psutil.Process(), *psutil.Process().children(recursive=True)]:
        with suppress(psutil.Error):
            times = process.cpu_times()
            # a renderer that has ended is counted with the browser that waited for it
            total += times.user + times.system + times.children_user + times.children_system
    return total


async def main() -> None:
    """Measure, alternating, and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--loads", type=int, default=60)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--engines", default="chromium,firefox")
    options.add_argument("--long", action="store_true")
    options.add_argument("--memory-loads", type=int, default=2000)
    chosen = options.parse_args()
    print(f"load average {os.getloadavg()[0]:.1f} on {psutil.cpu_count()} processors")
    async with MisbehavingPortal() as portal:
        url = portal.url("ok")
        for name in chosen.engines.split(","):
            pairs = []
            for _ in range(chosen.rounds):
                reference = await bare(name, url, chosen.loads)
                pairs.append((reference, await ours(name, url, chosen.loads)))
            rate = statistics.median(own[0] / base[0] for base, own in pairs)
            cost = statistics.median(own[1] / base[1] for base, own in pairs)
            base, own = (
                [statistics.median(pair[side][each] for pair in pairs) for each in (0, 1)] for side in (0, 1)
            )
            print(
                f"{name}: {own[0]:.2f} loads/s against {base[0]:.2f} bare, ratio {rate:.2f} (target >= 0.85); "
                f"{own[1]:.3f} CPU s a load against {base[1]:.3f}, ratio {cost:.2f} (target <= 1.25)"
            )
            if chosen.long:
                weights = await memory(name, url, chosen.memory_loads)
                print(
                    f"{name}: memory grew by {weights.growth:.0f} MB over {chosen.memory_loads:,} loads after the "
                    f"first {_WARMED_UP} (target < 150), between {min(weights.settled):.0f} and "
                    f"{max(weights.settled):.0f} MB"
                )


if __name__ == "__main__":
    asyncio.run(main())
