"""How fast and how lean the crawl is, beside a bare Scrapy spider that follows the same links.

    python -m tests.benchmarks.bench_crawl            speed, CPU per guide, lag of the loop
    python -m tests.benchmarks.bench_crawl --beside   lag of the loop while browsers load pages on it
    python -m tests.benchmarks.bench_crawl --memory   growth between page 10,000 and page 100,000 (long; or another
                                                      last page as an argument)

Each crawler runs in a process of its own, one after the other and in turns, against the same server. CPU is that of
the crawler and of all processes that it starts, from their start to their end.
"""

from __future__ import annotations

import asyncio
import json
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from pathlib import Path
from typing import Any

import psutil

from tests.benchmarks.crawled_portal import guide, portal

RATE = 100_000
GUIDES = 1_000
ROUNDS = 3
LONG = 100_000


@asynccontextmanager
async def _browsers(home: str) -> AsyncIterator[None]:
    """Chromium and Firefox, each loading a guide over and over on this loop."""
    from probes.browsers.pool import EnginePool
    from spiders.net.egress import EgressGuard
    from spiders.net.proxy import EgressProxy

    async with (
        EgressProxy(EgressGuard(["127.0.0.1"])) as proxy,
        EnginePool(
            ["chromium", "firefox"], proxy=proxy, politeness=None, user_agent_suffix="PortalProbe/bench"
        ) as pool,
    ):

        async def load(engine: str) -> None:
            while True:
                await pool.load(engine, f"{home}guide/1")

        loading = [asyncio.create_task(load(engine)) for engine in pool.names]
        yield
        for each in loading:
            each.cancel()
        await asyncio.gather(*loading, return_exceptions=True)


async def _ours(home: str, guides: int, *, beside: bool = False) -> dict[str, Any]:
    from results.settings import Settings
    from spiders.guide_spider import crawl
    from spiders.net.client import HttpClient
    from spiders.net.egress import EgressGuard
    from spiders.net.politeness import Politeness
    from spiders.net.robots import Robots
    from spiders.scope import Portal

    process = psutil.Process()
    lags: list[float] = []
    memory: dict[int, int] = {}
    found = 0

    async def watch() -> None:
        while True:
            before = time.perf_counter()
            await asyncio.sleep(0.01)
            lags.append(time.perf_counter() - before - 0.01)

    async def on_page(_: object) -> None:
        nonlocal found
        found += 1
        if found % 1_000 == 0:
            memory[found] = process.memory_info().rss

    politeness = Politeness(RATE)
    async with (
        HttpClient(EgressGuard(["127.0.0.1"]), politeness, user_agent="PortalProbe/bench") as http,
        _browsers(home) if beside else nullcontext(),
    ):
        watcher = asyncio.create_task(watch())
        begun, cpu = time.perf_counter(), time.process_time()
        summary = await crawl(
            Portal(slug="bench", name="测试市", home_url=home),
            settings=Settings(rate=RATE, max_pages=10 * guides),
            http=http,
            politeness=politeness,
            robots=Robots(http, "PortalProbe/bench"),
            renderer=None,
            store=None,
            run_id=None,
            on_page=on_page,
        )
        elapsed, spent = time.perf_counter() - begun, time.process_time() - cpu
        watcher.cancel()
    return {
        "pages": summary.pages,
        "pages_per_s": summary.pages / elapsed,
        "cpu_ms_per_page": 1000 * spent / summary.pages,
        "lag_p99_ms": 1000 * statistics.quantiles(lags, n=100)[98],
        "memory": memory,
    }


def _bare(home: str) -> dict[str, Any]:
    import scrapy
    from lxml import html
    from scrapy.crawler import CrawlerProcess

    class Bare(scrapy.Spider):
        name = "bare"
        start_urls = [home]  # noqa: RUF012
        pages = 0
        begun = 0.0

        def parse(self, response: Any) -> Any:
            type(self).pages += 1
            root = html.fromstring(response.body)
            for anchor in root.iter("a"):
                yield response.follow(anchor.get("href"), self.parse)

    process = CrawlerProcess(
        {
            "LOG_ENABLED": False,
            "TELNETCONSOLE_ENABLED": False,
            "CONCURRENT_REQUESTS_PER_DOMAIN": 16,
            "DOWNLOAD_DELAY": 0,
        }
    )
    begun, cpu = time.perf_counter(), time.process_time()
    process.crawl(Bare)
    process.start()
    elapsed, spent = time.perf_counter() - begun, time.process_time() - cpu
    return {
        "pages": Bare.pages,
        "pages_per_s": Bare.pages / elapsed,
        "cpu_ms_per_page": 1000 * spent / Bare.pages,
    }


def _reading(size: int) -> dict[str, Any]:
    from spiders.page_reading import read_page

    source, spent = guide(1, size), []
    for _ in range(40):
        before = time.process_time()
        read = read_page(
            source,
            "http://h/guide/1",
            status=200,
            headers={},
            link_text="居民身份证换领",
            depth=2,
            is_home=False,
        )
        spent.append(time.process_time() - before)
    assert read.reading is not None
    return {"bytes": len(source.encode()), "median_ms": 1000 * statistics.median(spent)}


def _in_its_own_process(what: str, *arguments: object) -> dict[str, Any]:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-m", "tests.benchmarks.bench_crawl", what, *map(str, arguments)]
    ended = subprocess.run(
        command, capture_output=True, text=True, cwd=Path(__file__).parents[2], check=False
    )
    if ended.returncode:
        raise SystemExit(ended.stderr)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    result: dict[str, Any] = json.loads(ended.stdout.splitlines()[-1])
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return result | {"cpu_ms_in_all": 1000 * spent / result.get("pages", 1)}


def _print_speed(length: int) -> None:
    with portal(GUIDES, length) as home:
        rounds = [
            (_in_its_own_process("bare", home), _in_its_own_process("ours", home, GUIDES))
            for _ in range(ROUNDS)
        ]

    def median(name: str, which: int) -> float:
        return statistics.median(float(each[which][name]) for each in rounds)

    wall = statistics.median(ours["pages_per_s"] / bare["pages_per_s"] for bare, ours in rounds)
    cpu = statistics.median(bare["cpu_ms_in_all"] / ours["cpu_ms_in_all"] for bare, ours in rounds)
    print(
        f"guides of {length // 1000:>2} KB: {median('pages_per_s', 1):6.1f} pages/s ({rounds[0][1]['pages']} pages), bare Scrapy "
        f"{median('pages_per_s', 0):6.1f} ({rounds[0][0]['pages']} pages): ratio {wall:.2f} (goal 0.6); "
        f"CPU {median('cpu_ms_in_all', 1):.1f} ms a page ({median('cpu_ms_per_page', 1):.1f} of it on the loop), bare "
        f"{median('cpu_ms_in_all', 0):.1f}: ratio {cpu:.2f}; loop lag p99 {median('lag_p99_ms', 1):.0f} ms (goal 100)"
    )


def _print_memory(last: int) -> None:
    with portal(last + 500, 3_000) as home:
        ours = _in_its_own_process("ours", home, last)
    memory = {int(number): size for number, size in ours["memory"].items()}
    growth = (memory[last] - memory[last // 10]) / 1e6
    print(f"memory growth, page {last // 10:,} to {last:,}: {growth:.1f} MB (goal < 100 MB to 100,000)")


def _print_beside(length: int) -> None:
    with portal(GUIDES, length) as home:
        ours = _in_its_own_process("beside", home, GUIDES)
    print(
        f"guides of {length // 1000} KB, two browsers loading beside: loop lag p99 {ours['lag_p99_ms']:.0f} ms (goal 100),"
        f" {ours['pages_per_s']:.1f} pages/s"
    )


def main() -> None:
    """Run and print."""
    match sys.argv[1:]:
        case ["beside", home, guides]:
            print(json.dumps(asyncio.run(_ours(home, int(guides), beside=True))))
        case ["--beside"]:
            _print_beside(20_000)
        case ["ours", home, guides]:
            print(json.dumps(asyncio.run(_ours(home, int(guides)))))
        case ["bare", home]:
            print(json.dumps(_bare(home)))
        case ["reading", size]:
            print(json.dumps(_reading(int(size))))
        case ["--memory", *pages]:
            _print_memory(int(pages[0]) if pages else LONG)
        case _:
            for length in (3_000, 20_000, 60_000):
                _print_speed(length)
            reading = _in_its_own_process("reading", 60_000)
            print(
                f"reading a guide of {reading['bytes']} bytes: median {reading['median_ms']:.1f} ms CPU (goal 25)"
            )
            _print_beside(20_000)


if __name__ == "__main__":
    main()
