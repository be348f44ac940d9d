"""A sweep as a process of its own, to be harmed while it works, and what must hold of its results afterwards."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from fixtures.server import serve as practice
from tests.probes.runs.resuming import doubled, every_row, failures, sweep_command
from tests.probes.runs.sweeping import rows, scores, sound, write_registry
from tests.program import clean_environment

CITY = "chengdu"
"""Files, pages and links with declared faults, none of which is a matter of time."""
OPTIONS = (
    "--cities",
    CITY,
    "--only",
    "loads,layout,links,downloads",
    "--engines",
    "chromium",
    "--sample",
    "5",
)
DONE = (0, 3)

Harm = Callable[["Sweep"], Awaitable[None]]


@dataclass
class Sweep:
    """A sweep under way."""

    process: asyncio.subprocess.Process
    database: Path
    harmed: int = 0
    """How many of its processes were sent a signal."""

    @property
    def tree(self) -> list[psutil.Process]:
        """The processes that it started, and theirs."""
        with contextlib.suppress(psutil.NoSuchProcess):
            return psutil.Process(self.process.pid).children(recursive=True)
        return []

    def running(self, *words: str) -> list[psutil.Process]:
        """Those of them whose command line has all the words."""
        found = []
        for each in self.tree:
            with contextlib.suppress(psutil.Error):
                line = " ".join(each.cmdline())
                if all(word in line for word in words):
                    found.append(each)
        return found

    def browsers(self) -> list[psutil.Process]:
        """The browsers' first processes; their own children follow them."""
        return [
            each for each in self.running("--remote-debugging") if "--type=" not in " ".join(each.cmdline())
        ]

    def units(self) -> int:
        """How many units are stored."""
        with contextlib.suppress(Exception):  # the file is not there yet
            [(count,)] = rows(self.database, "select count(*) from units")
            return int(count)
        return 0

    def send(self, number: signal.Signals, processes: list[psutil.Process]) -> None:
        """Send them a signal, those that are there still."""
        for each in processes:
            with contextlib.suppress(psutil.NoSuchProcess):
                each.send_signal(number)
                self.harmed += 1

    async def has_stored(self, units: int) -> None:
        """Wait until so many units are stored, or the sweep has ended."""
        while self.units() < units and self.process.returncode is None:
            await asyncio.sleep(0.05)


@dataclass(frozen=True)
class Ended:
    """What a sweep left behind when it ended."""

    code: int
    said: str
    database: Path


@asynccontextmanager
async def portal(folder: Path) -> AsyncIterator[None]:
    """The practice portal, named in a folder's registry."""
    async with practice([CITY], port=0, guides=16) as server:
        write_registry(folder, server.addresses)
        yield


async def sweep(
    folder: Path,
    database: str,
    *,
    harm: Harm | None = None,
    **environment: str,
) -> Ended:
    """Run a sweep to its end; the harm is done beside it."""
    log = folder / f"{database}.txt"
    with log.open("a", encoding="utf-8") as said:
        process = await asyncio.create_subprocess_exec(
            *sweep_command(*OPTIONS, "--db", database),
            cwd=folder,
            env={**clean_environment(), **environment},
            stdout=asyncio.subprocess.DEVNULL,
            stderr=said,
            start_new_session=True,
        )
        under_way = Sweep(process, folder / database)
        try:
            if harm is not None:
                await harm(under_way)
            code = await process.wait()
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
    return Ended(code, log.read_text(encoding="utf-8"), folder / database)


async def undisturbed(folder: Path) -> Ended:
    """A sweep that nobody harms."""
    async with portal(folder):
        whole = await sweep(folder, "whole.db")
    assert whole.code in DONE, whole.said
    return whole


async def harmed_and_resumed(
    folder: Path, whole: Ended, harm: Harm, **environment: str
) -> tuple[Ended, Ended]:
    """A sweep that is harmed and, where it did not come to its end, gone on with, beside one that nobody harmed.

    Asserts that the file is whole, that no finished observation is lost or changed, none is there twice, and none
    says that the portal failed where it did not. Returns how the harmed sweep ended, and how the last one did.
    """
    async with portal(folder):
        harmed = last = await sweep(folder, "harmed.db", harm=harm, **environment)
        assert "Traceback" not in harmed.said, harmed.said[-4000:]
        sound(harmed.database)
        before = every_row(harmed.database)
        if rows(harmed.database, "select state from sweeps") != [("complete",)]:
            last = await sweep(folder, "harmed.db")
            assert last.code in DONE, last.said[-4000:]
    sound(last.database)
    assert before <= every_row(last.database), "a finished observation was lost or changed"
    assert doubled(last.database) == {}
    assert failures(last.database) - failures(whole.database) == set(), "our fault is not theirs"
    assert rows(last.database, "select state from sweeps") == [("complete",)]
    assert rows(last.database, "select state from runs") == [("complete",)]
    unmeasured = " union ".join(
        f"select 1 from {each} where outcome = 'not_measured'" for each in ("links", "downloads")
    )
    if not rows(last.database, unmeasured):
        assert _scores(last.database) == _scores(whole.database)
    return harmed, last


def _scores(database: Path) -> dict[tuple[str, str], object]:
    """Of the indicators that are no matter of time."""
    alike = ("attachment_download", "link_health", "guide_elements")
    return {key: value for key, value in scores(database).items() if key[1] in alike}
