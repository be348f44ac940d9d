from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest

from probes.runs.line import Line, LineDown
from spiders.net.egress import EgressGuard


@dataclass
class Door:
    """A port that takes connections."""

    port: int = 0
    knocks: list[asyncio.StreamWriter] = field(default_factory=list)

    async def taken(self, _: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.knocks.append(writer)
        writer.close()


@pytest.fixture
async def doors() -> AsyncIterator[tuple[Door, Door]]:
    near, far = Door(), Door()
    async with (
        await asyncio.start_server(near.taken, "127.0.0.1", 0) as one,
        await asyncio.start_server(far.taken, "127.0.0.1", 0) as other,
    ):
        near.port, far.port = (each.sockets[0].getsockname()[1] for each in (one, other))
        yield near, far


def reaching(**doors: Door) -> EgressGuard:
    """A guard that reached these hosts, in this order, just now."""
    guard = EgressGuard(["127.0.0.1", "::1"])
    for name, door in doors.items():
        guard.note_reached(name.replace("_", "."), "127.0.0.1", door.port)
    return guard


async def test_nobody_is_knocked_at_who_was_heard_of_just_now(doors: tuple[Door, Door]) -> None:
    near, far = doors
    guard, home = reaching(a_near_cn=near, a_far_cn=far), f"http://127.0.0.1:{near.port}/"
    async with Line(guard) as line:
        await line.check(home)
        assert far.knocks == []
        guard.reached_at -= 60  # a minute later
        await line.check(home)
        await asyncio.sleep(0.1)
        assert len(far.knocks) == 1
        await line.check(home)
        await asyncio.sleep(0.1)
        assert len(far.knocks) == 1, "a line that was found to work is not tried again at once"
        assert near.knocks == [], "one that answers is enough"


async def test_one_operator_alone_is_not_knocked_at_and_no_operator_twice(doors: tuple[Door, Door]) -> None:
    near, far = doors
    guard, home = reaching(a_near_cn=near, b_near_cn=near, c_near_cn=near), f"http://127.0.0.1:{near.port}/"
    guard.reached_at -= 60
    async with Line(guard) as line:
        await line.check(home)
        await asyncio.sleep(0.1)
        assert near.knocks == [], "nothing that it says would tell"
    guard = reaching(a_near_cn=near, b_near_cn=near)
    guard.note_reached(
        "a.far.cn", "192.0.2.1", far.port
    )  # the guard keeps it closed: it cannot be knocked at
    guard.reached_at -= 60
    async with Line(guard) as line:
        await line.check(home)
        await asyncio.sleep(0.1)
        assert len(near.knocks) == 1


async def test_that_one_city_goes_on_clears_no_other_citys_page_of_the_outage(
    doors: tuple[Door, Door],
) -> None:
    near, far = doors
    guard, home = reaching(a_near_cn=near, a_far_cn=far), f"http://localhost:{near.port}/"
    async with Line(guard) as line:
        begun = time.monotonic()
        guard.resolver_failed_at = time.monotonic()
        with pytest.raises(LineDown):
            await line.check(home, since=begun)
        await line.back(home)  # one city takes its run up again
        with pytest.raises(LineDown):  # another has a page that was under way all the time
            await line.check(home, since=begun)
        await line.check(home, since=time.monotonic())


async def test_a_portal_of_a_family_without_a_route_says_nothing_of_the_line(
    doors: tuple[Door, Door], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("probes.runs.line._ANYWHERE", ("127.0.0.1",))  # a machine with a way out over IPv4
    guard = EgressGuard()
    async with Line(guard) as line:
        await line.check("http://[2001:db8::1]/")
