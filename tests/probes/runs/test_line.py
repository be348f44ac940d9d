from __future__ import annotations

import asyncio

from probes.runs.line import Line
from spiders.net.egress import EgressGuard


async def test_nobody_is_knocked_at_who_was_heard_of_just_now() -> None:
    knocks = []

    async def taken(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        knocks.append(writer)
        writer.close()

    async with await asyncio.start_server(taken, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        guard = EgressGuard(["127.0.0.1"])
        async with Line(guard) as line:
            guard.note_reached("127.0.0.1", "127.0.0.1", port)
            await line.check(f"http://127.0.0.1:{port}/")
            assert knocks == []
            guard.reached_at -= 60  # a minute later
            await line.check(f"http://127.0.0.1:{port}/")
            await asyncio.sleep(0.1)
            assert len(knocks) == 1
            await line.check(f"http://127.0.0.1:{port}/")
            await asyncio.sleep(0.1)
            assert len(knocks) == 1, "a line that was found to work is not tried again at once"
