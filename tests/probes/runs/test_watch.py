"""Visits outside a run, against a server that misbehaves by name."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio

from probes.runs.sweep import Target
from probes.runs.watch import watch
from results.errors import PlainError
from results.ledger import City
from results.records import Availability, Outcome, Reason
from results.settings import Settings
from results.store import Store
from spiders.scope import Portal
from tests.probes.browsers.misbehaving import MisbehavingPortal

pytestmark = pytest.mark.asyncio(loop_scope="module")
SETTINGS = Settings(allow_private=("127.0.0.0/8",), rate=200, home_timeout_s=3, engines=("chromium",))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def portal() -> AsyncIterator[MisbehavingPortal]:
    async with MisbehavingPortal() as served:
        yield served


def target(slug: str, url: str) -> Target:
    city = City(slug=slug, name=slug, home_url=url)
    return Target(city=city, portal=Portal(slug=slug, name=slug, home_url=url), lists=())


def closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


async def visits(
    folder: Path, targets: list[Target], *, times: int = 1, controls: tuple[str, ...] = ()
) -> list[Availability]:
    with Store.open(folder / "probe.db") as store:
        settings = replace(SETTINGS, controls=controls)
        await watch(store, targets, settings=settings, every_s=0.05, times=times)
        return store.all(Availability)


async def test_each_round_is_one_visit_of_each_city_outside_any_run(
    portal: MisbehavingPortal, tmp_path: Path
) -> None:
    portal.hits.clear()
    found = await visits(
        tmp_path, [target("a", portal.url("ok")), target("b", portal.url("frames"))], times=3
    )
    assert sorted(each.city for each in found) == ["a"] * 3 + ["b"] * 3
    assert {(each.run_id, each.outcome) for each in found} == {(None, Outcome.OK)}
    assert portal.hits["ok"] == portal.hits["frames"] == 3


async def test_a_failure_is_confirmed_by_a_browser_and_by_controls(
    portal: MisbehavingPortal, tmp_path: Path
) -> None:
    dead = f"http://127.0.0.1:{closed_port()}/"
    cities = [
        target("down", dead),
        target("broken", portal.url("server-error")),
        target("walled", portal.url("plain-forbidden")),
    ]
    portal.hits.clear()
    found = {
        each.city: each for each in await visits(tmp_path, cities, controls=(f"{dead}x", portal.url("ok")))
    }
    assert {slug: each.reason for slug, each in found.items()} == {
        "down": Reason.CONNECT_REFUSED,
        "broken": Reason.HTTP_5XX,
        "walled": None,
    }
    assert "asked again in chromium" in (found["down"].note or "")
    assert portal.hits["ok"] == 1, "controls are asked where a visit met no answer, and only there"


async def test_where_no_control_answers_either_the_fault_is_ours(
    portal: MisbehavingPortal, tmp_path: Path
) -> None:
    dead = f"http://127.0.0.1:{closed_port()}/"
    cities = [target("down", dead), target("broken", portal.url("server-error"))]
    found = {each.city: each for each in await visits(tmp_path, cities, controls=(f"{dead}control",))}
    assert (found["down"].outcome, found["down"].reason) == (Outcome.NOT_MEASURED, Reason.INTERRUPTED)
    assert "no control address answered" in (found["down"].note or "")
    assert found["broken"].reason is Reason.HTTP_5XX, "a portal that answered was reached"


async def test_a_round_that_takes_long_is_not_followed_by_a_bunch(
    portal: MisbehavingPortal, tmp_path: Path
) -> None:
    portal.hits.clear()
    with Store.open(tmp_path / "probe.db") as store:
        # each visit takes 0.8 s, longer than ten intervals
        task = asyncio.create_task(
            watch(store, [target("slow", portal.url("late"))], settings=SETTINGS, every_s=0.08)
        )
        while portal.hits["late"] < 3:
            await asyncio.sleep(0.02)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert len(store.all(Availability)) == 2, "the visits that had ended are kept, no other was begun"
    assert portal.hits["late"] == 3


@pytest.mark.parametrize(
    ("control", "says"), [("gateway", "not an http"), ("http://10.9.8.7/", "--allow-private")]
)
async def test_a_control_that_can_never_answer_is_refused(tmp_path: Path, control: str, says: str) -> None:
    with pytest.raises(PlainError, match=says):
        await visits(tmp_path, [target("a", "http://127.0.0.1:9/")], controls=(control,))
