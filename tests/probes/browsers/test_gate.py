from __future__ import annotations

import asyncio

from probes.browsers.gate import Gate


class Visitors:
    """Counts who is inside a gate, and how many there were at most."""

    def __init__(self, gate: Gate) -> None:
        self.gate = gate
        self.inside = 0
        self.most = 0
        self.beside_the_lonely = 0
        self.order: list[str] = []

    async def together(self) -> None:
        async with self.gate.beside_others():
            self.inside += 1
            self.most = max(self.most, self.inside)
            self.order.append("together")
            await asyncio.sleep(0.01)
            self.inside -= 1

    async def alone(self) -> None:
        async with self.gate.alone():
            self.order.append("alone")
            for _ in range(5):
                await asyncio.sleep(0.002)
                self.beside_the_lonely += self.inside


async def test_many_go_together_up_to_the_bound() -> None:
    visitors = Visitors(Gate(3))
    await asyncio.gather(*(visitors.together() for _ in range(10)))
    assert visitors.most == 3


async def test_nobody_is_beside_whoever_is_alone() -> None:
    visitors = Visitors(Gate(4))
    await asyncio.gather(*(visitors.alone() if n % 3 == 0 else visitors.together() for n in range(12)))
    assert visitors.beside_the_lonely == 0
    assert len(visitors.order) == 12


async def test_whoever_waits_to_be_alone_is_not_overtaken() -> None:
    visitors = Visitors(Gate(2))
    first = asyncio.create_task(visitors.together())
    await asyncio.sleep(0)
    lonely = asyncio.create_task(visitors.alone())
    await asyncio.sleep(0)
    await asyncio.gather(first, lonely, *(visitors.together() for _ in range(3)))
    assert visitors.order[:2] == ["together", "alone"]


async def test_giving_up_leaves_the_gate_open() -> None:
    gate = Gate(1)
    visitors = Visitors(gate)
    async with gate.beside_others():
        waiting = asyncio.create_task(visitors.alone())
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
    await asyncio.wait_for(visitors.together(), 1)
    assert visitors.order == ["together"]
