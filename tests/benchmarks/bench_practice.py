"""How fast the practice portals answer, and what memory they take: 56 cities up in one process.

Run `python -m tests.benchmarks.bench_practice [cities …]`. Pages a second are those of one core: guide pages
answered, over the processor time that the server's process used for them.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from itertools import cycle, islice
from pathlib import Path
from urllib.parse import urlsplit

import psutil

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from fixtures import practice_cities
from fixtures.cities.plan import plan
from fixtures.families.registry import site_of

_SERVER = (
    "import asyncio, json, sys\n"
    "from fixtures.server import serve\n"
    "async def main():\n"
    "    async with serve(sys.argv[2:], port=0, guides=int(sys.argv[1]) or None) as portals:\n"
    "        print(json.dumps(portals.addresses), flush=True)\n"
    "        await asyncio.to_thread(sys.stdin.read)\n"
    "asyncio.run(main())\n"
)
_CLIENTS = 8
_PAGES = 3000


async def _client(host: str, port: int, paths: list[str]) -> int:
    reader, writer = await asyncio.open_connection(host, port, limit=1 << 22)
    answered = 0
    for path in paths:
        writer.write(f"GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\nAccept: text/html\r\n\r\n".encode())
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(
            int(line.partition(b":")[2])
            for line in head.split(b"\r\n")
            if line.lower().startswith(b"content-length")
        )
        await reader.readexactly(length)
        answered += head.startswith(b"HTTP/1.1 200")
    writer.close()
    return answered


async def _measure(home: str, paths: list[str], server: psutil.Process) -> tuple[int, float, float]:
    parts = urlsplit(home)
    assert parts.hostname is not None and parts.port is not None
    before, begun = server.cpu_times(), time.perf_counter()
    shares = [paths[number::_CLIENTS] for number in range(_CLIENTS)]
    answered = sum(await asyncio.gather(*(_client(parts.hostname, parts.port, each) for each in shares)))
    after = server.cpu_times()
    return answered, after.user + after.system - before.user - before.system, time.perf_counter() - begun


def _paths(slug: str, guides: int) -> list[str]:
    site = site_of(plan(slug), guides=guides or None)
    step = max(1, len(site.book) // _PAGES)
    sound = [
        each for each in islice(site.book.spread(step), _PAGES) if not site.plan.page_faults(each.matter)
    ]
    paths = [site.guide_path(each) for each in sound]
    return [] if "#" in paths[0] else list(islice(cycle(paths), _PAGES))


def _run(guides: int, slugs: list[str], measured: list[str]) -> None:
    begun = time.perf_counter()
    child = subprocess.Popen(
        [sys.executable, "-c", _SERVER, str(guides), *slugs],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).resolve().parents[2],
    )
    assert child.stdin is not None and child.stdout is not None
    try:
        homes = json.loads(child.stdout.readline())
        print(
            f"{len(homes)} cities up after {time.perf_counter() - begun:.2f} s, Python's own start included"
        )
        server = psutil.Process(child.pid)
        for slug in measured:
            paths = _paths(slug, guides)
            if slug not in homes or not paths:
                continue
            answered, busy, elapsed = asyncio.run(_measure(homes[slug], paths, server))
            print(
                f"{slug:12} {answered:5} guide pages  {answered / busy:7.0f} a second of one core"
                f"  ({answered / elapsed:.0f} by the clock)  {server.memory_info().rss / 2**20:.0f} MiB"
            )
    finally:
        child.stdin.close()
        child.wait(timeout=10)


def main() -> None:
    """Measure one city of each family, all 56 up; then one with 100,000 guides."""
    cities = practice_cities()
    measured = sys.argv[1:] or list({each.family: each.slug for each in reversed(cities)}.values())
    _run(0, [each.slug for each in cities], measured)
    print("with 100,000 guides:")
    _run(100_000, ["beijing"], ["beijing"])


if __name__ == "__main__":
    main()
