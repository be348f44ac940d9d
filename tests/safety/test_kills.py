"""A sweep that is killed again and again, wherever it stands: nothing lost, nothing twice, nobody accused, none left.

The kills are spread over a sweep's whole life, from the first line that it runs to its last words. Some end the
sweep's own process as the kernel would, some its whole group as a terminal that is closed does.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import signal
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import psutil
import pytest

from tests.probes.runs.resuming import (
    CITIES,
    every_row,
    failures,
    has_tables,
    portals,
    sweep_command,
    whole,
)
from tests.probes.runs.sweeping import portal_pages, rows, scores, write_registry
from tests.program import clean_environment
from tests.spiders.websites import serve

KILLS = 54
DONE = (0, 3)
OPTIONS = (
    "--cities", ",".join(CITIES), "--only", "loads,layout,links,downloads", "--engines", "chromium",
    "--sample", "4", "--workers", "3",
)  # fmt: skip
_MARK = "PROBED_BY_TEST"
_GONE_WITHIN_S = 30


@dataclass
class Sweep:
    """A sweep under way that is to be killed."""

    process: asyncio.subprocess.Process
    database: Path
    mark: str
    chance: random.Random
    units_in_all: int

    def count(self, query: str) -> int:
        """A figure of the file; 0 where there is none yet."""
        if not has_tables(self.database):
            return 0
        [(count,)] = rows(self.database, query)
        return int(count)

    def units(self) -> int:
        return self.count("select count(*) from units")

    def kept(self) -> int:
        """How many files of evidence there are, finished or not."""
        return sum(1 for each in self.database.with_suffix(".evidence").rglob("*") if each.is_file())

    async def reach(self, figure: Callable[[], int], enough: int) -> None:
        """Wait until a figure is reached, or the sweep has ended by itself."""
        while self.process.returncode is None and figure() < enough:
            await asyncio.sleep(0.01)

    async def wait(self, at_most_s: float) -> None:
        await asyncio.sleep(self.chance.uniform(0, at_most_s))

    def left(self) -> dict[int, str]:
        """What it started and what still runs, by process id."""
        found = {}
        for each in psutil.process_iter():
            with contextlib.suppress(psutil.Error):
                if each.status() != psutil.STATUS_ZOMBIE and each.environ().get(_MARK) == self.mark:
                    found[each.pid] = " ".join(each.cmdline())[:200]
        return found


async def starting(sweep: Sweep) -> None:
    """Anywhere from the first import to the browser's first page."""
    await sweep.wait(6)


async def crawling(sweep: Sweep) -> None:
    await sweep.reach(
        lambda: sweep.count("select count(*) from pages"),
        sweep.count("select count(*) from pages") + sweep.chance.randint(1, 8),
    )


async def measuring(sweep: Sweep) -> None:
    await sweep.reach(sweep.units, sweep.units() + sweep.chance.randint(1, 6))
    await sweep.wait(0.5)


async def keeping(sweep: Sweep) -> None:
    """As a file of evidence is written."""
    await sweep.reach(sweep.kept, sweep.kept() + 1)


async def scoring(sweep: Sweep) -> None:
    """Where few units, or none, are left to do."""
    await sweep.reach(sweep.units, sweep.units_in_all - sweep.chance.randint(0, 3))
    await sweep.wait(0.3)


async def scored(sweep: Sweep) -> None:
    """As a city has just been scored."""
    scorings = "select count(*) from scorings"
    await sweep.reach(lambda: sweep.count(scorings), sweep.count(scorings) + 1)


async def ending(sweep: Sweep) -> None:
    """As the last words are said and the browsers are put away."""
    await sweep.reach(lambda: sweep.count("select count(*) from scorings"), len(CITIES))
    await sweep.wait(0.5)


Moment = Callable[[Sweep], Awaitable[None]]
LIFE: tuple[Moment, ...] = (
    starting,
    crawling,
    measuring,
    keeping,
    starting,
    measuring,
    scored,
    scoring,
    ending,
)
"""The moments at which a sweep is killed, one after the other, each time that it is taken up again."""


async def begun(folder: Path, *arguments: str, mark: str = "") -> asyncio.subprocess.Process:
    with (folder / "said.txt").open("ab") as said:
        return await asyncio.create_subprocess_exec(
            *sweep_command(*arguments),
            cwd=folder,
            env={**clean_environment(), _MARK: mark},
            stdout=asyncio.subprocess.DEVNULL,
            stderr=said,
            start_new_session=True,
        )


async def killed(sweep: Sweep, moment: Moment, *, group: bool) -> bool:
    """Kill the sweep at a moment; False where it came to its end before. Whatever it started is gone soon after."""
    await moment(sweep)
    if sweep.process.returncode is not None:
        return False
    if group:
        os.killpg(sweep.process.pid, signal.SIGKILL)
    else:
        sweep.process.send_signal(signal.SIGKILL)
    await sweep.process.wait()
    for _ in range(_GONE_WITHIN_S * 10):
        if not sweep.left():
            break
        await asyncio.sleep(0.1)
    assert sweep.left() == {}, "what it started has outlived it"
    return sweep.process.returncode == -signal.SIGKILL


def survived(database: Path, before: set[tuple[object, ...]]) -> set[tuple[object, ...]]:
    """What is stored now, all that was stored before among it; the file is whole."""
    if not has_tables(database):
        assert not before
        return before
    whole(database)
    now = every_row(database)
    assert before <= now, "a finished observation was lost or changed"
    return now


def has_ended(database: Path) -> bool:
    """Whether the sweep has noted its own end."""
    return has_tables(database) and rows(database, "select state from sweeps") == [("complete",)]


@pytest.mark.long
@pytest.mark.alone
@pytest.mark.timeout(3600)
async def test_fifty_kills_lose_nothing_repeat_nothing_accuse_nobody_and_change_no_score(
    tmp_path: Path,
) -> None:
    chance = random.Random(9)
    kills: Counter[str] = Counter()
    async with portals(tmp_path):
        unharmed = tmp_path / "unharmed.db"
        assert await (await begun(tmp_path, *OPTIONS, "--db", unharmed.name)).wait() in DONE
        [(units,)] = rows(unharmed, "select count(*) from units")
        life = 0
        while kills.total() < KILLS:
            life += 1
            database, before = tmp_path / f"life-{life}.db", set[tuple[object, ...]]()
            for moment in LIFE:
                mark = uuid4().hex
                process = await begun(tmp_path, *OPTIONS, "--db", database.name, mark=mark)
                sweep = Sweep(process, database, mark, chance, units)
                group = chance.random() < 0.5
                if await killed(sweep, moment, group=group):
                    kills[f"{moment.__name__}, {'its group' if group else 'alone'}"] += 1
                    print(kills.total(), moment.__name__, "group" if group else "alone", flush=True)
                before = survived(database, before)
                if has_ended(database):  # killed with all said: to go on would be another sweep
                    break
            else:
                assert await (await begun(tmp_path, *OPTIONS, "--db", database.name)).wait() in DONE
            assert before <= survived(database, before)
            assert failures(database) - failures(unharmed) == set(), "our fault is not theirs"
            assert rows(database, "select state from sweeps") == [("complete",)]
            assert rows(database, "select distinct state from runs") == [("complete",)]
            assert scores(database) == scores(unharmed)
    print(f"{kills.total()} kills in {life} lives:", dict(kills))
    assert "Traceback" not in (tmp_path / "said.txt").read_text(encoding="utf-8")


async def test_a_few_kills_of_a_crawl_lose_nothing(tmp_path: Path) -> None:
    chance = random.Random(9)
    database, before = tmp_path / "probe.db", set[tuple[object, ...]]()
    # slow enough that no moment is over before it is waited for
    options = ("--cities", "one", "--only", "crawl,links", "--rate", "10", "--db", database.name)
    async with serve(portal_pages(60), "127.0.0.2") as site:
        write_registry(tmp_path, {"one": site.base + "/"})
        for moment in (starting, crawling, crawling, measuring):
            mark = uuid4().hex
            sweep = Sweep(await begun(tmp_path, *options, mark=mark), database, mark, chance, 0)
            assert await killed(sweep, moment, group=False)
            before = survived(database, before)
        assert await (await begun(tmp_path, *options)).wait() == 0
    assert before <= survived(database, before)
    assert rows(database, "select count(*) from pages") == [(61,)]
    assert rows(database, "select state from sweeps") == [("complete",)]
