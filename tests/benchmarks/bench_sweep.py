"""Sweeps: wall time against politeness, processor time of a load, memory over 56 cities.

    python -m tests.benchmarks.bench_sweep [--cities 16] [--guides 2] [--only walls,loads,memory]

`walls`: practice cities that answer after 200 ms, crawled at one request a second each, all at once; the wall time
of the sweep against the politeness bound of the city that takes longest (its requests, a second each).
`loads`: processor seconds of a page load inside a sweep, crawl not counted, against the pool's own on the same page.
`memory`: resident memory of this process after 8 and after 56 cities of one sweep.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from itertools import islice
from pathlib import Path

import psutil

from fixtures.cities.plan import plans
from probes.runs.city import SilentWatcher
from results.ledger import Run
from results.moments import from_text
from results.records import PageLoad
from results.settings import Settings
from results.store import Store
from tests.benchmarks.bench_loading import _processor_seconds, ours
from tests.probes.runs.sweeping import portal_pages, sweep
from tests.spiders.websites import serve

POLITE = Settings(only=("crawl",), allow_private=("127.0.0.0/8",), rate=1.0)
QUICK = Settings(allow_private=("127.0.0.0/8",), rate=200.0, sample=20, engines=("chromium",))


def one_host_each(count: int) -> list[str]:
    """Practice cities that a plain client reads, each on a host of its own: there every request is a turn."""
    by_script = ("vuehash", "epoint")
    by_host = {each.host_adcode: each.slug for each in plans().values() if each.family not in by_script}
    return list(islice(by_host.values(), count))


async def walls(slugs: Sequence[str], guides: int, folder: Path) -> tuple[float, float]:
    """Seconds that a polite sweep took, and the politeness bound of its longest city."""
    command = ["practice", "serve", *slugs, "--latency-ms", "200", "--guides", str(guides), "--json"]
    with subprocess.Popen(
        [sys.executable, "-m", "probes.cli", *command, "--with-parent"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as portals:
        assert portals.stdin is not None and portals.stdout is not None
        homes = json.loads(portals.stdout.readline())
        with Store.open(folder / "walls.db") as store:
            ended = (await sweep(store, homes, settings=POLITE)).sweep
            longest = max(each.requests for each in store.all(Run)) / POLITE.rate
        portals.stdin.close()
    assert ended.finished_at is not None
    return (from_text(ended.finished_at) - from_text(ended.started_at)).total_seconds(), longest


async def processor_seconds(home: str, only: tuple[str, ...], database: Path) -> tuple[float, int]:
    """Processor seconds of a sweep from the moment its engines are ready until they are put away, and its loads."""
    at_ready: list[float] = []
    clock = Clocking()
    with Store.open(database) as store:
        await sweep(
            store, {"one": home}, settings=replace(QUICK, only=only), watcher=clock,
            on_ready=lambda _: at_ready.append(_processor_seconds()),
        )  # fmt: skip
        return clock.at_end - at_ready[0], len(store.all(PageLoad))


async def loads(rounds: int, folder: Path) -> tuple[float, float]:
    """Processor seconds of a load in a sweep, and in the pool alone: medians of alternating rounds."""
    within, alone = [], []
    async with serve(portal_pages(20), "127.0.0.1") as site:
        for number in range(rounds):
            crawl, _ = await processor_seconds(site.base + "/", ("crawl",), folder / f"crawl{number}.db")
            whole, count = await processor_seconds(site.base + "/", ("loads",), folder / f"loads{number}.db")
            within.append((whole - crawl) / count)
            alone.append((await ours("chromium", site.base + "/guide/1", 40))[1])
    return statistics.median(within), statistics.median(alone)


class Clocking(SilentWatcher):
    """Reads the processor time when the city ends, its browsers still there."""

    at_end = 0.0

    def city_ended(self, city: str, run: Run) -> None:
        self.at_end = _processor_seconds()


class Weighing(SilentWatcher):
    """Reads this process's memory as cities end."""

    def __init__(self) -> None:
        self.readings: list[int] = []

    def city_ended(self, city: str, run: Run) -> None:
        gc.collect()
        self.readings.append(psutil.Process().memory_info().rss)


async def memory(folder: Path, cities: int = 56) -> tuple[float, float]:
    """Resident memory in MB after the eighth city (mean of the 7th to 9th) and at the end (mean of the last three)."""
    weighing = Weighing()
    async with AsyncExitStack() as stack:
        pages = portal_pages(20)
        sites = [
            await stack.enter_async_context(serve(pages, f"127.0.1.{each + 1}")) for each in range(cities)
        ]
        with Store.open(folder / "memory.db") as store:
            homes = {f"city{number}": site.base + "/" for number, site in enumerate(sites)}
            settings = replace(QUICK, only=("crawl", "links"))
            await sweep(store, homes, settings=settings, watcher=weighing, workers=2)
    early, late = weighing.readings[6:9], weighing.readings[-3:]
    return statistics.mean(early) / 1e6, statistics.mean(late) / 1e6


async def main() -> None:
    """Measure what was asked for, and print."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--cities", type=int, default=16)
    options.add_argument("--guides", type=int, default=2)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--only", default="walls,loads,memory")
    chosen = options.parse_args()
    print(f"load average {os.getloadavg()[0]:.1f} on {psutil.cpu_count()} processors", flush=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if "walls" in chosen.only:
            slugs = one_host_each(chosen.cities)
            took, bound = await walls(slugs, chosen.guides, folder)
            print(
                f"{len(slugs)} cities at 1 request/s and 200 ms: {took:.0f} s, politeness bound of the longest "
                f"{bound:.0f} s, ratio {took / bound:.2f} (target <= 1.25)",
                flush=True,
            )
        if "loads" in chosen.only:
            within, alone = await loads(chosen.rounds, folder)
            print(
                f"{within:.3f} CPU s a load in a sweep, {alone:.3f} in the pool alone, "
                f"ratio {within / alone:.2f} (target <= 1.2)",
                flush=True,
            )
        if "memory" in chosen.only:
            early, late = await memory(folder)
            print(
                f"memory after 8 cities {early:.0f} MB, after 56 {late:.0f} MB, "
                f"ratio {late / early:.2f} (target <= 1.1)"
            )


if __name__ == "__main__":
    asyncio.run(main())
