from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import httpcore
import pytest

from spiders.net.connection import Connection, connect

Serving = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def connected(serving: Serving) -> AsyncIterator[Connection]:
    """A connection to a server that answers as told."""
    server = await asyncio.start_server(serving, "127.0.0.1", 0)
    async with server:
        connection = await connect("127.0.0.1", server.sockets[0].getsockname()[1], 5)
        try:
            yield connection
        finally:
            await connection.aclose()


async def test_what_comes_is_read_whole_by_a_reader_that_is_in_no_hurry() -> None:
    sent = bytes(range(256)) * 16 * 1024

    async def serving(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(sent)
        await writer.drain()
        writer.close()

    come = bytearray()
    async with connected(serving) as connection:
        while piece := await connection.read(50_000, 5):
            come += piece
            await asyncio.sleep(0)
    assert bytes(come) == sent


async def test_what_is_sent_arrives_whole_at_a_server_that_is_in_no_hurry() -> None:
    sent = b"0123456789" * 500_000
    come = bytearray()
    done = asyncio.Event()

    async def serving(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while piece := await reader.read(100_000):
            come.extend(piece)
            await asyncio.sleep(0)
            if len(come) >= len(sent):
                break
        done.set()
        writer.close()

    async with connected(serving) as connection:
        await connection.write(sent, 10)
        await asyncio.wait_for(done.wait(), 10)
    assert bytes(come) == sent


@pytest.mark.parametrize("last_words", [b"", b"HTTP/1.1 408 Request Timeout\r\n\r\n"])
async def test_an_idle_connection_that_the_server_ended_is_not_used_again(last_words: bytes) -> None:
    async def serving(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(last_words)
        writer.close()

    async with connected(serving) as connection:
        for _ in range(200):
            if connection.get_extra_info("is_readable"):
                break
            await asyncio.sleep(0.01)
        assert connection.get_extra_info("is_readable")


async def test_a_quiet_connection_is_kept_and_a_silent_server_runs_out_of_time() -> None:
    silent = asyncio.Event()

    async def serving(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await silent.wait()
        writer.close()

    async with connected(serving) as connection:
        assert not connection.get_extra_info("is_readable")
        assert connection.get_extra_info("server_addr")[0] == "127.0.0.1"
        with pytest.raises(httpcore.ReadTimeout):
            await connection.read(10, 0.05)
        silent.set()


async def test_nobody_listens() -> None:
    server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()
    with pytest.raises(httpcore.ConnectError) as refused:
        await connect("127.0.0.1", port, 5)
    assert isinstance(refused.value.__cause__, ConnectionRefusedError)


async def test_a_broken_connection_says_so_to_who_writes() -> None:
    async def serving(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.transport.abort()

    async with connected(serving) as connection:
        assert await connection.read(10, 5) == b""
        with pytest.raises(httpcore.WriteError):
            for _ in range(50):
                await connection.write(b"x" * 100_000, 5)
                await asyncio.sleep(0.01)
