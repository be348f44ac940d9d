"""Sweeps of unchanged portals, one after the other: the same scores, the same findings, busy machine or not."""

from __future__ import annotations

import sqlite3
from contextlib import AbstractContextManager, closing, nullcontext
from pathlib import Path

import pytest

from fixtures.cities.plan import plan
from fixtures.families.registry import lacking_packages
from tests.fixtures.repeats import unexplained
from tests.probes.browsers.machine import every_core_busy
from tests.program import run_probe

SWEEPS = 10
CITIES = ("shanghai", "chengdu", "tianjin", "xining", "wuxi")
"""Cities of four families, as many as two cores sweep twenty times in two hours; the last has a page that errs now and then."""


@pytest.mark.long
@pytest.mark.alone
@pytest.mark.timeout(4 * 3600)
@pytest.mark.parametrize(
    "machine",
    [pytest.param(nullcontext, id="a calm machine"), pytest.param(every_core_busy, id="every core busy")],
)
def test_ten_sweeps_say_the_same(machine: type[AbstractContextManager[None]], tmp_path: Path) -> None:
    cities = [slug for slug in CITIES if not lacking_packages(plan(slug))]
    database = tmp_path / "found.db"
    options = ("--cities", ",".join(cities), "--engines", "chromium,firefox", "--sample", "6")
    with machine():
        for _ in range(SWEEPS):
            ended = run_probe(
                "sweep", "--practice", "--db", str(database), *options, cwd=tmp_path, timeout=3600
            )
            # 3: load times are left out where the machine was too busy for them
            assert ended.returncode in (0, 3), ended.stderr
    with closing(sqlite3.connect(database)) as connection:
        assert unexplained(connection) == []
        runs = connection.execute("SELECT city, count(*) FROM runs WHERE state = 'complete' GROUP BY city")
        assert dict(runs) == dict.fromkeys(cities, SWEEPS)
