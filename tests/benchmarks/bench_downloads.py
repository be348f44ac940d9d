"""Downloads against bare httpx streaming to nowhere, and their memory at any file size.

Run `python tests/benchmarks/bench_downloads.py [MEGABYTES]`; prints megabytes a second of both, their ratio
(wanted: at least 0.8), and the growth of this process's memory while files of 10, 100 … megabytes go by.
Both fetch the same bytes from a server in a process of its own, in turns, seven times each; the best of each counts, as the one least disturbed.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import sys
import tempfile
import threading
import time
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

import httpx
import psutil

from probes.attachments.by_client import fetch_by_client
from spiders.net.client import HttpClient
from spiders.net.egress import EgressGuard
from spiders.net.politeness import Politeness

MEGABYTE = 1024 * 1024
ROUNDS = 7


def serve(told: Connection) -> None:
    """Answer `/N` with N megabytes, from bare sockets so that the server is not what is measured; tell the port."""
    block = bytes(range(256)) * (MEGABYTE // 256)
    listening = socket.create_server(("127.0.0.1", 0))
    told.send(listening.getsockname()[1])

    def answer(connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            while request := connection.recv(65536):
                count = int(request.split(b" ", 2)[1].lstrip(b"/"))
                head = f"HTTP/1.1 200 OK\r\nContent-Length: {count * MEGABYTE}\r\n\r\n"
                connection.sendall(head.encode())
                for _ in range(count):
                    connection.sendall(block)

    while True:
        connection, _ = listening.accept()
        threading.Thread(target=answer, args=(connection,), daemon=True).start()


async def bare(base: str, size: int) -> float:
    """Megabytes a second of httpx streaming to nowhere."""
    async with httpx.AsyncClient(trust_env=False) as client:
        started = time.perf_counter()
        async with client.stream("GET", f"{base}/{size}") as response:
            async for _ in response.aiter_bytes():
                pass
        return size / (time.perf_counter() - started)


async def ours(http: HttpClient, base: str, size: int) -> float:
    """Megabytes a second of a download: streamed, hashed, written."""
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        fetched = await fetch_by_client(
            http, f"{base}/{size}", referer=base, path=Path(folder) / "file", max_bytes=size * MEGABYTE
        )
        rate = size / (time.perf_counter() - started)
    assert fetched.bytes == size * MEGABYTE, fetched
    return rate


async def compare(base: str, size: int) -> None:
    """Print the rates, and the memory at growing sizes."""
    politeness = Politeness(rate=1000)
    process = psutil.Process()
    async with HttpClient(EgressGuard(["127.0.0.1"]), politeness, user_agent="bench") as http:
        await ours(http, base, 8)
        pairs = [(await bare(base, size), await ours(http, base, size)) for _ in range(ROUNDS)]
        theirs, own = (max(rates) for rates in zip(*pairs, strict=True))
        print(f"bare httpx   {theirs:8.0f} MB/s  (best of {ROUNDS}, {size} MB each)")
        print(f"download     {own:8.0f} MB/s")
        print(f"ratio        {own / theirs:8.2f}       wanted: >= 0.80")
        start = process.memory_info().rss
        for count in (10, 100, 400):
            await ours(http, base, count)
            grown = (process.memory_info().rss - start) / MEGABYTE
            print(f"memory       {grown:+8.1f} MB    after a file of {count} MB")


def main() -> None:
    """Start the server, compare, end the server."""
    size = int(sys.argv[1]) if len(sys.argv) > 1 else 150
    here, there = get_context("spawn").Pipe()
    server = get_context("spawn").Process(target=serve, args=(there,), daemon=True)
    server.start()
    try:
        asyncio.run(compare(f"http://127.0.0.1:{here.recv()}", size))
    finally:
        server.terminate()
        server.join()


if __name__ == "__main__":
    main()
