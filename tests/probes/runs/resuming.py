"""What must hold of a results file however often the sweep behind it was cut off and taken up again."""

from __future__ import annotations

import contextlib
import hashlib
import re
import sys
from collections.abc import AsyncIterator
from pathlib import Path

from fixtures.server import serve as practice
from tests.probes.runs.sweeping import rows, sound, write_registry

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

_FAILED = """
    select 'pages', url, '', reason from pages where outcome = 'failed'
    union select 'page_loads', url, device, reason from page_loads where outcome = 'failed'
    union select 'layouts', p.url, '', l.reason from layouts l join pages p on p.id = l.page_id where l.outcome = 'failed'
    union select 'links', url, '', reason from links where outcome = 'failed'
    union select 'downloads', a.url, a.label, d.reason from downloads d join attachments a on a.id = d.attachment_id
        where d.outcome = 'failed'
"""


def sweep_command(*arguments: str) -> list[str]:
    """`probe sweep --resume`, as a process of its own."""
    return [sys.executable, "-m", "probes.cli", "sweep", "--resume", *arguments]


def every_row(database: Path) -> set[tuple[object, ...]]:
    """All that was observed, whole rows with their ids."""
    return {(table, *row) for table in OBSERVED for row in rows(database, f"select * from {table}")}


def doubled(database: Path) -> dict[str, list[tuple[object, ...]]]:
    """What is there twice, by table."""
    found = {
        table: rows(database, f"select {key}, count(*) from {table} group by {key} having count(*) > 1")
        for table, key in KEYS.items()
    }
    return {table: each for table, each in found.items() if each}


def failures(database: Path) -> set[tuple[object, ...]]:
    """What it says the portals failed at; addresses without their port, which is another each time."""
    return {
        (table, re.sub(r"^(https?://[^/:]+):\d+", r"\1", str(url)), *more)
        for table, url, *more in rows(database, _FAILED)
    }


def has_tables(database: Path) -> bool:
    """Whether the file is there and its schema is."""
    return database.exists() and bool(rows(database, "select 1 from sqlite_master where name = 'scorings'"))


def whole(database: Path) -> None:
    """The file is sound, nothing is there twice, each ended run was scored, and its evidence is what was kept."""
    sound(database)
    assert doubled(database) == {}
    assert (
        rows(
            database,
            "select id from runs where state = 'complete' and id not in (select run_id from scorings)",
        )
        == []
    ), "a run that says it is complete was not scored"
    folder = database.with_suffix(".evidence")
    for path, digest, size in rows(database, "select path, sha256, bytes from evidence"):
        content = (folder / path).read_bytes()
        assert len(content) == size and hashlib.sha256(content).hexdigest() == digest, path


@contextlib.asynccontextmanager
async def portals(folder: Path) -> AsyncIterator[None]:
    """Three practice portals that outlive the sweeps, named in a folder's registry."""
    async with practice(CITIES, port=0, guides=12) as server:
        write_registry(folder, server.addresses)
        yield
