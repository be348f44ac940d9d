"""A crawl that is killed goes on where it was, and ends with the same pages."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sqlite3
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from results.ledger import City, Run, State, Sweep
from results.moments import now
from results.store import Store
from tests.spiders.test_guide_spider import portal
from tests.spiders.websites import crawled, serve

CRAWLER = """
import asyncio, sys
from pathlib import Path
from results.moments import now
from results.records import Page
from results.store import Store
from tests.spiders.websites import Site, crawled

async def main(base, db, run_id):
    with Store.open(Path(db)) as store:
        async def on_page(found):
            store.add(Page(run_id=run_id, url=found.url, kind=found.kind, why_kind=found.why_kind,
                depth=found.depth, outcome=found.outcome, reason=found.reason, measured_at=now()))
        crawl = await crawled(Site(base, {}), store=store, run_id=run_id, on_page=on_page)
        print(crawl.summary.complete, crawl.summary.pages)

asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
"""


@pytest.fixture
def run(tmp_path: Path) -> tuple[Path, int]:
    path = tmp_path / "probe.db"
    with Store.open(path) as store:
        store.put(City(slug="test", name="测试市"))
        sweep = store.add(
            Sweep(kind="manual", state=State.RUNNING, started_at=now(), settings="{}", tool_version="0")
        )
        assert sweep.id is not None
        run = store.add(Run(sweep_id=sweep.id, city="test", state=State.RUNNING, started_at=now()))
        assert run.id is not None
    return path, run.id


def stored(path: Path) -> Counter[str]:
    connection = sqlite3.connect(path)
    try:
        assert connection.execute("pragma integrity_check").fetchone() == ("ok",)
        return Counter(
            row[0].partition("/")[2].partition("/")[2].partition("/")[2]
            for row in connection.execute("select url from pages")
        )
    finally:
        connection.close()


async def test_a_crawl_killed_again_and_again_ends_with_the_same_pages(run: tuple[Path, int]) -> None:
    path, run_id = run
    chance = random.Random(7)
    async with serve(portal(60, 6)) as site:
        whole = await crawled(site)
        command = [sys.executable, "-c", CRAWLER, site.base, str(path), str(run_id)]
        for _ in range(3):
            process = await asyncio.create_subprocess_exec(
                *command, stdout=subprocess.PIPE, stderr=subprocess.PIPE
            )
            before = len(site.seen)
            goal = before + chance.randint(3, 25)
            while len(site.seen) < goal and process.returncode is None:
                await asyncio.sleep(0.005)
            if process.returncode is None:
                os.kill(process.pid, signal.SIGKILL)
            await process.communicate()
            assert max(stored(path).values(), default=1) == 1
        process = await asyncio.create_subprocess_exec(
            *command, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        out, err = await process.communicate()
        assert process.returncode == 0, err.decode()
        assert out.split() == [b"True", str(len(whole.found)).encode()]
        pages = stored(path)
    assert set(pages) == {each.removeprefix("/") for each in whole.paths()}
    assert set(pages.values()) == {1}


async def test_a_finished_crawl_is_not_crawled_again(run: tuple[Path, int]) -> None:
    path, run_id = run
    async with serve(portal(6)) as site:
        with Store.open(path) as store:
            first = await crawled(site, store=store, run_id=run_id)
            asked = len(site.seen)
            second = await crawled(site, store=store, run_id=run_id)
    assert first.summary.pages == second.summary.pages
    assert first.summary.complete
    assert second.summary.complete
    assert second.found == []
    assert len(site.seen) == asked


async def test_a_cancelled_crawl_goes_on_too(run: tuple[Path, int]) -> None:
    path, run_id = run
    found: list[str] = []
    async with serve(portal(20)) as site:

        async def stop_early(page: object) -> None:
            found.append(page.url)  # type: ignore[attr-defined]
            if len(found) == 5:
                task.cancel()

        with Store.open(path) as store:
            task = asyncio.ensure_future(crawled(site, store=store, run_id=run_id, on_page=stop_early))
            with pytest.raises(asyncio.CancelledError):
                await task
            rest = await crawled(site, store=store, run_id=run_id)
        whole = await crawled(site)
    assert {*found, *(each.url for each in rest.found)} == {each.url for each in whole.found}
    assert rest.summary.complete
