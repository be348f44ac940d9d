"""A sweep that is killed, again and again, or runs out of disk: nothing lost, nothing twice, the same scores."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import shutil
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from fixtures.server import serve as practice
from tests.probes.runs.sweeping import portal_pages, rows, scores, sound, write_registry
from tests.program import clean_environment
from tests.spiders.websites import serve

KEYS = {
    "units": "run_id, probe, key, attempt",
    "pages": "run_id, url",
    "guides": "page_id",
    "page_loads": "run_id, url, engine, device, timed, attempt",
    "layouts": "page_id, attempt",
    "links": "run_id, url, attempt",
    "downloads": "attachment_id, attempt",
    "attachments": "page_id, label, url, handle",
    "crawls": "run_id",
    "runs": "sweep_id, city",
    "scorings": "run_id",
}
"""What makes a row of each table one of its kind in a sweep."""
OBSERVED = ("page_loads", "layouts", "links", "downloads", "guides", "attachments", "units")
CITIES = ("chengdu", "haerbin", "xian")
KILLS = 10


def sweep_command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "probes.cli", "sweep", "--resume", "--json", *arguments]


def every_row(database: Path) -> set[tuple[object, ...]]:
    """All that was observed, whole rows with their ids."""
    return {(table, *row) for table in OBSERVED for row in rows(database, f"select * from {table}")}


def doubled(database: Path) -> dict[str, list[tuple[object, ...]]]:
    found = {
        table: rows(database, f"select {key}, count(*) from {table} group by {key} having count(*) > 1")
        for table, key in KEYS.items()
    }
    return {table: each for table, each in found.items() if each}


@contextlib.asynccontextmanager
async def portals(folder: Path) -> AsyncIterator[None]:
    """Three practice portals that outlive the sweeps, named in a folder's registry."""
    async with practice(CITIES, port=0, guides=12) as server:
        write_registry(folder, server.addresses)
        yield


async def run_for(
    folder: Path, *arguments: str, rows_more: int | None = None, then_s: float = 0
) -> int | None:
    """Run a sweep to its end; or kill it once it has stored so many rows more, and a little later (then None)."""
    process = await asyncio.create_subprocess_exec(
        *sweep_command(*arguments),
        cwd=folder,
        env=clean_environment(),
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        if rows_more is None:
            return await process.wait()
        database = folder / "killed.db"
        enough = stored(database) + rows_more
        while stored(database) < enough:
            if process.returncode is not None:
                return process.returncode
            await asyncio.sleep(0.05)
        await asyncio.sleep(then_s)
        process.send_signal(signal.SIGKILL)  # the sweep alone, as the kernel would
        await process.wait()
        return None
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)  # its browsers


def stored(database: Path) -> int:
    """How many pages and units are stored."""
    if not database.exists() or not rows(database, "select 1 from sqlite_master where name = 'scorings'"):
        return 0
    [(count,)] = rows(database, "select (select count(*) from pages) + (select count(*) from units)")
    return int(count)


@pytest.mark.long
@pytest.mark.alone
@pytest.mark.timeout(1500)
async def test_ten_kills_lose_nothing_repeat_nothing_and_change_no_score(tmp_path: Path) -> None:
    options = (
        "--cities", ",".join(CITIES), "--only", "layout,links,downloads", "--engines", "chromium",
        "--sample", "4", "--workers", "3",
    )  # fmt: skip
    async with portals(tmp_path):
        assert await run_for(tmp_path, *options, "--db", "whole.db") in (0, 3)
        database = tmp_path / "killed.db"
        moments = random.Random(8)
        before: set[tuple[object, ...]] = set()
        for kill in range(KILLS):
            ended = await run_for(
                tmp_path, *options, "--db", database.name,
                rows_more=moments.randint(0, 12), then_s=moments.uniform(0, 1),
            )  # fmt: skip
            assert ended is None, f"it ended after {kill} kills: kill it earlier"
            if stored(database):
                sound(database)
                now = every_row(database)
                assert before <= now, "a finished observation was lost or changed"
                before = now
        assert rows(database, "select count(*) > 5 from units") == [(1,)]
        assert await run_for(tmp_path, *options, "--db", database.name) in (0, 3)
    sound(database)
    assert before <= every_row(database)
    assert doubled(database) == {}
    assert rows(database, "select state, count(*) from runs group by state") == [("complete", len(CITIES))]
    assert [state for (state,) in rows(database, "select state from sweeps")] == ["complete"]
    assert scores(database) == scores(tmp_path / "whole.db")


@pytest.mark.skipif(
    os.name != "posix" or os.geteuid() != 0 or shutil.which("unshare") is None,
    reason="a small disk of its own takes root and unshare",
)
@pytest.mark.long
@pytest.mark.timeout(300)
async def test_a_sweep_that_runs_out_of_disk_says_so_and_goes_on_once_there_is_room(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    sweep = " ".join(sweep_command("--cities", "one", "--only", "crawl,links", "--db", "disk/probe.db"))
    script = f"""
        mount -t tmpfs -o size=1200k none disk || exit 99
        {sweep} > first.json 2> first.txt; echo $? > first
        cp disk/probe.db disk/probe.db-wal . 2>/dev/null || cp disk/probe.db .
        mount -o remount,size=64m disk
        {sweep} > second.json 2> second.txt; echo $? > second
        cp disk/probe.db whole.db
    """
    async with serve(portal_pages(150), "127.0.0.2") as site:
        write_registry(tmp_path, {"one": site.base + "/"})
        ended = await asyncio.to_thread(
            subprocess.run, ["unshare", "-m", "sh", "-c", script], cwd=tmp_path, env=clean_environment(), check=False,
        )  # fmt: skip
    if ended.returncode == 99:
        pytest.skip("this machine mounts no disk for us")
    said = (tmp_path / "first.txt").read_text(encoding="utf-8")
    assert (tmp_path / "first").read_text().strip() == "5", said
    assert "what was written is kept" in said and "Traceback" not in said
    sound(tmp_path / "probe.db")
    kept = rows(tmp_path / "probe.db", "select id, url from pages")
    assert 0 < len(kept) < 151
    assert (tmp_path / "second").read_text().strip() == "0", (tmp_path / "second.txt").read_text()
    database = tmp_path / "whole.db"
    sound(database)
    assert doubled(database) == {}
    assert set(kept) <= set(rows(database, "select id, url from pages"))
    assert rows(database, "select count(*) from pages") == [(151,)]
    assert rows(database, "select state from sweeps") == [("complete",)]
