"""What a stranger can do to the folder that results lie in: one clear line, the right exit code, nothing lost."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from tests.probes.runs.resuming import has_tables, sweep_command, whole
from tests.probes.runs.sweeping import portal_pages, rows, sound, write_registry
from tests.program import clean_environment, run_probe
from tests.spiders.websites import serve

CRAWL = ("--cities", "one", "--only", "crawl,links", "--db", "probe.db")


async def begun(folder: Path, pages: int) -> asyncio.subprocess.Process:
    """A sweep that has stored so many pages."""
    process = await asyncio.create_subprocess_exec(
        *sweep_command(*CRAWL), cwd=folder, env=clean_environment(), stderr=asyncio.subprocess.PIPE
    )
    database = folder / "probe.db"
    while not has_tables(database) or rows(database, "select count(*) from pages")[0][0] < pages:
        assert process.returncode is None
        await asyncio.sleep(0.02)
    return process


def told(said: str) -> str:
    """The one line that says what went wrong."""
    assert "Traceback" not in said, said
    [line] = [each for each in said.splitlines() if each.startswith("probe: ")]
    return line


@pytest.mark.long
async def test_two_sweeps_into_one_file_do_not_meet(tmp_path: Path) -> None:
    async with serve(portal_pages(150), "127.0.0.2") as site:
        write_registry(tmp_path, {"one": site.base + "/"})
        first = await begun(tmp_path, 5)
        first.send_signal(signal.SIGSTOP)  # it is slow enough
        second = await asyncio.to_thread(run_probe, "sweep", *CRAWL, cwd=tmp_path)
        first.send_signal(signal.SIGCONT)
        assert second.returncode == 2 and "another run or sweep is writing" in told(second.stderr)
        _, said = await first.communicate()
        assert first.returncode == 0, said.decode()
    whole(tmp_path / "probe.db")
    assert rows(tmp_path / "probe.db", "select count(*) from pages") == [(151,)]
    assert rows(tmp_path / "probe.db", "select count(*) from sweeps") == [(1,)]


@pytest.mark.parametrize(
    "replaced", [False, pytest.param(True, marks=pytest.mark.long)], ids=["removed", "replaced"]
)
async def test_a_file_that_is_taken_away_half_way_is_saved_again(tmp_path: Path, replaced: bool) -> None:
    async with serve(portal_pages(150), "127.0.0.2") as site:
        write_registry(tmp_path, {"one": site.base + "/"})
        sweep = await begun(tmp_path, 20)
        for each in tmp_path.glob("probe.db*"):
            each.unlink()
        if replaced:
            (tmp_path / "probe.db").write_text("somebody else's")
        _, said = await sweep.communicate()
        assert sweep.returncode == 5, said.decode()
        line = told(said.decode())
        saved = tmp_path / ("probe.saved.db" if replaced else "probe.db")
        assert str(saved.name) in line
        sound(saved)
        assert rows(saved, "select count(*) >= 20 from pages") == [(1,)]
        if replaced:
            assert (tmp_path / "probe.db").read_text() == "somebody else's"
            saved.rename(tmp_path / "probe.db")
        ended = await asyncio.to_thread(run_probe, *sweep_command(*CRAWL)[3:], cwd=tmp_path)
        assert ended.returncode == 0, ended.stderr
    whole(tmp_path / "probe.db")
    assert rows(tmp_path / "probe.db", "select count(*) from pages") == [(151,)]


def test_a_wal_that_is_damaged_costs_no_more_than_what_stood_in_it(
    three_cities: Path, tmp_path: Path
) -> None:
    path = tmp_path / "probe.db"
    shutil.copy(three_cities / "probe.db", path)
    before = rows(path, "select count(*) from page_loads")
    with closing(sqlite3.connect(path)) as writing:
        writing.execute("pragma journal_mode = wal")
        writing.execute("pragma wal_autocheckpoint = 0")
        for _ in range(50):
            writing.execute("update cities set name = name || 'x'")
            writing.commit()
        for suffix in ("", "-wal"):
            shutil.copy(f"{path}{suffix}", tmp_path / f"cut.db{suffix}")
    wal = tmp_path / "cut.db-wal"
    content = bytearray(wal.read_bytes())
    content[len(content) // 2 :] = random.Random(4).randbytes(len(content) - len(content) // 2)
    wal.write_bytes(content)
    ended = run_probe("report", "--db", "cut.db", "-o", "report.html", cwd=tmp_path)
    assert ended.returncode == 0, ended.stderr
    sound(tmp_path / "cut.db")
    assert rows(tmp_path / "cut.db", "select count(*) from page_loads") == before


COMMANDS = {
    "report": (("report", "-o", "out.html"), "out.html"),
    "export to Excel": (("export", "--to", "out.xlsx"), "out.xlsx"),
    "export to a database": (("export", "--to", "out.db"), "out.db"),
    "rescore": (("rescore",), None),
}


@pytest.mark.long
@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_that_is_killed_leaves_the_old_file_or_the_new_one(
    name: str, three_cities: Path, tmp_path: Path
) -> None:
    command, target = COMMANDS[name]
    shutil.copy(three_cities / "probe.db", tmp_path / "probe.db")
    started = time.monotonic()
    assert run_probe(*command, cwd=tmp_path).returncode == 0
    takes_s = time.monotonic() - started
    chance = random.Random(name)
    for _ in range(8):
        if target:
            (tmp_path / target).write_bytes(b"last week")
        child = subprocess.Popen(
            [sys.executable, "-m", "probes.cli", *command], cwd=tmp_path, env=clean_environment(),
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(chance.uniform(0.2, 1) * takes_s)
        child.send_signal(signal.SIGKILL)
        child.wait()
        sound(tmp_path / "probe.db")
        if target:
            size = (tmp_path / target).stat().st_size
            assert size == len(b"last week") or size > 2_000
    assert run_probe(*command, cwd=tmp_path).returncode == 0
    assert [each.name for each in tmp_path.iterdir() if each.name.endswith(".part")] == []


@pytest.mark.long
@pytest.mark.skipif(
    os.name != "posix" or os.geteuid() != 0 or shutil.which("unshare") is None,
    reason="a disk that nobody may write takes root and unshare",
)
@pytest.mark.parametrize(
    ("command", "code"),
    [
        ("city mycity --home http://127.0.0.1:9/ --only links --db disk/probe.db", 5),
        ("sweep --resume --cities shanghai --only links --db disk/probe.db", 5),
        ("rescore --db disk/probe.db", 5),
        ("report --db disk/probe.db -o disk/out.html", 5),
        ("export --db disk/probe.db --to disk/out.csv", 5),
    ],
)
def test_a_disk_that_is_read_only_is_one_line(
    command: str, code: int, three_cities: Path, tmp_path: Path
) -> None:
    (tmp_path / "disk").mkdir()
    shutil.copy(three_cities / "probe.db", tmp_path / "probe.db")
    script = (
        "mount -t tmpfs none disk && cp probe.db disk/ && mount -o remount,ro disk || exit 99;"
        f" {sys.executable} -m probes.cli {command}"
    )
    ended = subprocess.run(
        ["unshare", "-m", "sh", "-c", script],
        cwd=tmp_path, env=clean_environment(), capture_output=True, text=True, check=False,
    )  # fmt: skip
    if ended.returncode == 99:
        pytest.skip("this machine mounts no disk for us")
    assert ended.returncode == code, ended.stderr
    told(ended.stderr)
