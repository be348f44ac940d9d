"""A sweep that runs out of disk: what was written is kept, and it goes on once there is room."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.probes.runs.resuming import doubled, sweep_command
from tests.probes.runs.sweeping import portal_pages, rows, sound, write_registry
from tests.program import clean_environment
from tests.spiders.websites import serve


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
