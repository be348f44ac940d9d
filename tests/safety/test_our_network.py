"""Our own network fails: before a sweep, half-way, for a while or for good. No portal is accused, nothing is lost."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from tests.probes.runs.resuming import every_row, has_tables, whole
from tests.probes.runs.sweeping import rows
from tests.safety.portals_apart import GUIDES, PORT, SERVFAIL, WORKS, Apart, apart, is_possible

pytestmark = [
    pytest.mark.long,
    pytest.mark.timeout(400),
    pytest.mark.skipif(not is_possible(), reason="networks of our own take root and iproute2"),
]
PAGES = 2 * (GUIDES + 1)
SWEEP = ("sweep", "--resume", "--cities", "near,far", "--workers", "2", "--db", "probe.db")
Harm = tuple[Callable[[Apart], None], Callable[[Apart], None]]
"""What is done to the network, and how it is undone."""
HARMS: dict[str, Harm] = {
    "the plug is pulled": (Apart.pull_plug, Apart.put_plug),
    "nothing answers any more": (Apart.cut_upstream, Apart.mend_upstream),
    "the resolver says SERVFAIL": (lambda net: net.resolver(SERVFAIL), lambda net: net.resolver(WORKS)),
    "the resolver is dead": (
        lambda net: net.resolver_at("10.77.0.99"),
        lambda net: net.resolver_at("10.77.0.53"),
    ),
}


@pytest.fixture
async def net(tmp_path: Path) -> AsyncIterator[Apart]:
    (tmp_path / "cities.toml").write_text(
        "".join(
            f'[[city]]\nslug = "{slug}"\nname = "{slug}"\nhome_url = "http://{host}:{PORT}/"\n'
            for slug, host in (("near", "near.example.cn"), ("far", "far.example.org"))
        )
    )
    configure(tmp_path)
    async with apart(tmp_path) as networks:
        yield networks


def configure(folder: Path, *, patience_s: float = 120, only: str = "crawl,links") -> None:
    (folder / "probe.toml").write_text(
        f'cities_file = "{folder}/cities.toml"\nallow_private = ["10.77.0.0/24"]\nrate = 1\nonly = "{only}"\n'
        f"line_patience_s = {patience_s}\nengines = ['chromium']\nsample = 3\n"
    )


async def swept(net: Apart) -> int:
    return await (await net.probe(*SWEEP)).wait()


async def begun(net: Apart, stored: int, table: str = "pages") -> asyncio.subprocess.Process:
    """A sweep that has stored so many rows of a table."""
    process, database = await net.probe(*SWEEP), net.folder / "probe.db"
    while not has_tables(database) or rows(database, f"select count(*) from {table}")[0][0] < stored:
        assert process.returncode is None, net.said
        await asyncio.sleep(0.1)
    return process


def accused(database: Path) -> list[tuple[object, ...]]:
    """What is not well, of portals that are well."""
    return [
        (table, *each)
        for table in ("pages", "links", "page_loads", "availability")
        for each in rows(database, f"select outcome, reason, note from {table} where outcome <> 'ok'")
    ]


def complete(net: Apart) -> None:
    database = net.folder / "probe.db"
    whole(database)
    assert accused(database) == [], net.said
    assert rows(database, "select count(*) from pages") == [(PAGES,)]
    assert rows(database, "select distinct state, reason from runs") == [("complete", None)]
    assert rows(database, "select state from sweeps") == [("complete",)]


@pytest.mark.parametrize("name", HARMS)
async def test_a_line_that_comes_back_costs_nothing_but_time(name: str, net: Apart) -> None:
    break_it, mend_it = HARMS[name]
    process = await begun(net, 8)
    break_it(net)
    while "network does not work" not in net.said:
        assert process.returncode is None, net.said
        await asyncio.sleep(0.2)
    assert accused(net.folder / "probe.db") == [], net.said
    mend_it(net)
    assert await process.wait() == 0, net.said
    assert "works again" in net.said
    complete(net)


@pytest.mark.parametrize("name", HARMS)
async def test_pages_that_open_in_a_browser_meanwhile_are_not_accused(name: str, net: Apart) -> None:
    configure(net.folder, only="crawl,loads")
    break_it, mend_it = HARMS[name]
    process = await begun(net, 6, "page_loads")
    break_it(net)
    while "network does not work" not in net.said:
        assert process.returncode is None, net.said
        await asyncio.sleep(0.2)
    mend_it(net)
    # 3: load times are left out where the machine was too busy for them
    assert await process.wait() in (0, 3), net.said
    database = net.folder / "probe.db"
    whole(database)
    assert rows(database, "select distinct state, reason from runs") == [("complete", None)]
    found = set(rows(database, "select distinct outcome, reason from page_loads"))
    assert ("ok", None) in found
    assert found <= {("ok", None), ("not_measured", "prober_overloaded")}, net.said
    assert rows(database, "select count(*) >= 8 from page_loads where device = 'desktop'") == [(1,)]


@pytest.mark.parametrize("name", HARMS)
async def test_a_line_that_stays_broken_ends_the_sweep_in_one_clear_line(name: str, net: Apart) -> None:
    configure(net.folder, patience_s=5)
    break_it, mend_it = HARMS[name]
    process = await begun(net, 8)
    break_it(net)
    assert await process.wait() == 3, net.said
    database = net.folder / "probe.db"
    whole(database)
    before = every_row(database)
    assert net.said.count("what was measured is kept") == 1 and "Traceback" not in net.said
    assert accused(database) == [], net.said
    assert ("partial", "prober_offline") in rows(database, "select state, reason from runs")
    mend_it(net)
    assert await swept(net) == 0, net.said
    assert before <= every_row(database)
    complete(net)


@pytest.mark.parametrize("name", HARMS)
async def test_a_line_that_never_worked_accuses_nobody(name: str, net: Apart) -> None:
    break_it, mend_it = HARMS[name]
    if name == "nothing answers any more":
        # where nothing was ever reached, only an address of the user's choice can tell
        with (net.folder / "probe.toml").open("a") as toml:
            toml.write(f'controls = ["http://10.77.0.2:{PORT}/"]\n')
    break_it(net)
    assert await swept(net) == 3, net.said
    assert accused(net.folder / "probe.db") == [], net.said
    assert net.said.count("network does not work") >= 1 and "Traceback" not in net.said
    mend_it(net)
    assert await swept(net) == 0, net.said
    complete(net)
