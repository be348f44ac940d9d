"""A sweep over a cluster gives what one machine gives, with a worker lost on the way, or the coordinator."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest

from probes.probe import RequiredList
from probes.runs.order import Order
from results.errors import PlainError
from results.ledger import Sweep
from tests.probes.runs.sweeping import portal_pages, rows, scores, sound, targets, write_registry
from tests.probes.runs.test_resume import doubled
from tests.program import Probe, clean_environment
from tests.spiders.websites import Site, serve

distributed = pytest.importorskip("distributed")

DONE = (0, 3)
"""3: this machine was too busy for a load, which is stated as ours."""
OPTIONS = ("--json", "--only", "layout,links", "--engines", "chromium", "--sample", "2")


def an_order() -> Order:
    [target] = targets({"one": "http://127.0.0.2:8000/"})
    zone = RequiredList(zone="one_thing", items=("甲", "乙"), official=2, source="test")
    sweep = Sweep(
        id=7, kind="manual", state="running", started_at="2026-11-21T08:00:00.000Z", settings="{}",
        tool_version="0",
    )  # fmt: skip
    given = type(target)(city=target.city, portal=target.portal, lists=(zone,))
    return Order(sweep=sweep, catalogue="abc", group="gov.cn/../x", targets=(given,))


def test_an_order_travels_as_text_and_names_a_file() -> None:
    order = an_order()
    again = Order.from_json(order.to_json())
    assert again.targets == order.targets and again.name == order.name
    assert again.sweep.id is None and "/" not in order.name


def test_an_order_of_another_version_is_refused() -> None:
    with pytest.raises(PlainError, match="install the same"):
        Order.from_json(an_order().to_json().replace('"version": "', '"version": "9.'))


def test_no_cluster_at_the_address_is_said_in_one_line(probe: Probe, tmp_path: Path) -> None:
    write_registry(tmp_path, {"one": "http://127.0.0.2:9/"})
    ended = probe("sweep", "--cities", "one", "--dask", "tcp://127.0.0.1:1", "--only", "crawl")
    assert ended.returncode == 2, ended.stderr
    assert len(ended.stderr.splitlines()) == 1 and "no Dask scheduler" in ended.stderr


@asynccontextmanager
async def cluster(folder: Path) -> AsyncIterator[Any]:
    """Two workers, as processes with a nanny each, on this machine."""
    async with distributed.LocalCluster(
        n_workers=2,
        threads_per_worker=1,
        processes=True,
        asynchronous=True,
        dashboard_address=None,
        resources={"browser": 1},
        local_directory=str(folder / "scratch"),
        host="127.0.0.1",
    ) as started:
        yield started


@asynccontextmanager
async def three_portals(folder: Path) -> AsyncIterator[list[Site]]:
    async with (
        serve(portal_pages(8), "127.0.0.2") as one,
        serve(portal_pages(9), "127.0.0.3") as two,
        serve(portal_pages(7), "127.0.0.4") as three,
    ):
        sites = [one, two, three]
        write_registry(folder, {f"city{number}": site.base + "/" for number, site in enumerate(sites)})
        yield sites


async def sweep(folder: Path, *arguments: str, meanwhile: Callable[[Any], Any] | None = None) -> int:
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "probes.cli", "sweep", "--cities", "city0,city1,city2", *OPTIONS, *arguments,
        cwd=folder, env=clean_environment(), stdout=asyncio.subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    try:
        if meanwhile is not None:
            await meanwhile(child)
        return await child.wait()
    finally:
        if child.returncode is None:
            child.kill()


async def filling(scratch: Path, units: int) -> Path:
    """A shard that holds so many units and is still being filled."""
    while True:
        for shard in scratch.rglob("probe-shards/*.db"):
            try:
                [(count,)] = rows(shard, "select count(*) from units")
            except Exception:  # not made yet, or gone already
                continue
            if count >= units:
                return shard
        await asyncio.sleep(0.1)


def killed_at_work(shard: Path) -> int:
    """Kill the worker that fills a shard; its nanny starts another. The worker's process id."""
    child = next(
        each for each in psutil.process_iter(["cmdline"]) if str(shard) in (each.info["cmdline"] or [])
    )
    worker = child.ppid()
    os.kill(worker, signal.SIGKILL)
    return worker


@pytest.mark.long
@pytest.mark.alone
@pytest.mark.timeout(900)
async def test_one_machine_a_cluster_and_a_cluster_that_loses_a_worker_give_the_same_scores(
    tmp_path: Path,
) -> None:
    async with three_portals(tmp_path), cluster(tmp_path) as workers:
        address = ("--dask", workers.scheduler_address)
        assert await sweep(tmp_path, "--db", "alone.db") in DONE
        assert await sweep(tmp_path, "--db", "cluster.db", *address) in DONE
        lost: list[int] = []

        async def kill(_: Any) -> None:
            lost.append(killed_at_work(await filling(tmp_path / "scratch", 3)))

        assert await sweep(tmp_path, "--db", "lossy.db", *address, meanwhile=kill) in DONE
    assert lost
    for name in ("cluster.db", "lossy.db"):
        database = tmp_path / name
        sound(database)
        assert doubled(database) == {}
        assert rows(database, "select state from sweeps") == [("complete",)]
        assert rows(database, "select city, state from runs order by city") == [
            (f"city{number}", "complete") for number in range(3)
        ]
        assert scores(database) == scores(tmp_path / "alone.db")
    assert not list((tmp_path / "scratch").rglob("probe-shards/*.db")), "what is merged is cleared away"


@pytest.mark.long
@pytest.mark.alone
@pytest.mark.timeout(900)
async def test_a_coordinator_that_is_killed_is_gone_on_with(tmp_path: Path) -> None:
    async with three_portals(tmp_path), cluster(tmp_path) as workers:
        address = ("--dask", workers.scheduler_address)
        assert await sweep(tmp_path, "--db", "alone.db") in DONE

        async def kill(coordinator: Any) -> None:
            await filling(tmp_path / "scratch", 3)
            coordinator.kill()

        assert await sweep(tmp_path, "--db", "killed.db", *address, meanwhile=kill) == -signal.SIGKILL
        assert await sweep(tmp_path, "--db", "killed.db", "--resume", *address) in DONE
    database = tmp_path / "killed.db"
    sound(database)
    assert doubled(database) == {}
    assert rows(database, "select state from sweeps") == [("complete",)]
    assert scores(database) == scores(tmp_path / "alone.db")
