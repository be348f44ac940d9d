"""The same portal twice: with the second address allowed every trick reaches it, forbidden none shows it a byte."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
from aiohttp import web
from playwright.async_api import Error as PlaywrightError

from probes.browsers.pool import EnginePool
from probes.browsers.rendering import BrowserRenderer
from results.records import Reason
from spiders.net.classify import classify
from spiders.net.client import HttpClient
from spiders.net.egress import EgressGuard, EgressProxy
from spiders.net.politeness import Politeness
from tests.spiders.websites import Site, crawled, links, page, serve

SECOND = "127.0.0.2"


@dataclass
class Second:
    """Who must not be reached: notes every connection, and every path that is asked for."""

    port: int = 0
    connections: int = 0
    paths: set[str] = field(default_factory=set)
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    async def met(self, paths: set[str]) -> None:
        """Wait until all of these were asked for."""
        while not self.paths >= paths:
            self.changed.clear()
            await self.changed.wait()


@asynccontextmanager
async def second() -> AsyncIterator[Second]:
    seen = Second()

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen.connections += 1
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            request = await reader.readuntil(b"\r\n\r\n")
            seen.paths.add(request.split(b" ", 2)[1].decode())
            seen.changed.set()
            writer.write(
                b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nAccess-Control-Allow-Origin: *\r\n"
                b"Content-Length: 4\r\nConnection: close\r\n\r\nseen"
            )
            await writer.drain()
        writer.close()

    server = await asyncio.start_server(accept, SECOND, 0)
    seen.port = server.sockets[0].getsockname()[1]
    async with server:
        yield seen


def forms_of(host: str, port: int) -> dict[str, str]:
    """The ways to write an address."""
    first, *_, last = host.split(".")
    number = int(first) << 24 | int(last)
    return {
        "plain": f"http://{host}:{port}/plain",
        "decimal": f"http://{number}:{port}/decimal",
        "octal": f"http://0{int(first):o}.0.0.{last}:{port}/octal",
        "hexadecimal": f"http://{number:#x}:{port}/hexadecimal",
        "short": f"http://{first}.{last}:{port}/short",
        "wide": f"http://１２７。0。0。{last}:{port}/wide",
        "mapped": f"http://[::ffff:{host}]:{port}/mapped",
    }


def tricks(target: Second) -> dict[str, object]:
    at = f"http://{SECOND}:{target.port}"
    every = "".join(f'<img src="{url}">' for url in forms_of(SECOND, target.port).values())
    home = page(
        "门户",
        f'{every}<img src="/redirect"><iframe src="{at}/frame"></iframe><iframe src="/refresh"></iframe>'
        f'<link rel="stylesheet" href="{at}/style"><script src="{at}/script"></script>'
        f"<script>fetch('{at}/fetch',{{mode:'no-cors'}}).catch(()=>0); new WebSocket('ws://{SECOND}:{target.port}/socket');"
        f"navigator.sendBeacon('{at}/beacon','x'); new Worker('/worker.js');</script>",
        head=f'<link rel="preconnect" href="{at}"><link rel="dns-prefetch" href="{at}">',
    )
    return {
        "/": home,
        "/redirect": lambda _: web.HTTPFound(f"http://0177.0.0.2:{target.port}/redirect"),
        "/refresh": f'<meta http-equiv="refresh" content="0;url={at}/refresh">',
        "/worker.js": lambda _: web.Response(
            text=f"fetch('{at}/worker',{{mode:'no-cors'}})", content_type="text/javascript"
        ),
    }


IN_A_BROWSER = {
    *("/plain", "/decimal", "/octal", "/hexadecimal", "/short", "/wide", "/mapped", "/redirect", "/frame"),
    *("/refresh", "/style", "/script", "/fetch", "/socket", "/beacon", "/worker"),
}


async def browse(
    site: Site, engine: str, guard: EgressGuard, target: Second, patience_s: float
) -> EgressProxy:
    async with (
        EgressProxy(guard) as proxy,
        EnginePool([engine], proxy=proxy, politeness=None, user_agent_suffix="PortalProbe/test") as pool,
    ):
        assert pool.names == (engine,), pool.missing
        async with pool.page(engine=engine) as opened:
            await opened.goto(site.base + "/")
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(patience_s):
                    await target.met(IN_A_BROWSER)
            with contextlib.suppress(PlaywrightError):
                await opened.goto(f"http://{SECOND}:{target.port}/plain")
    return proxy


@pytest.mark.parametrize("engine", ["chromium", pytest.param("firefox", marks=pytest.mark.long)])
async def test_a_browser_reaches_what_is_allowed_and_nothing_else(engine: str) -> None:
    async with second() as target, serve(tricks(target)) as site:
        await browse(site, engine, EgressGuard(["127.0.0.1", SECOND]), target, 20)
    assert target.paths >= IN_A_BROWSER

    async with second() as target, serve(tricks(target)) as site:
        proxy = await browse(site, engine, EgressGuard(["127.0.0.1"]), target, 2)
    assert "/" in site.paths
    assert target.connections == 0
    assert proxy.failure(SECOND, target.port) is Reason.EGRESS_DENIED
    assert (SECOND, target.port) in proxy.denied
    assert proxy.remote_ip("127.0.0.1", site.port) == "127.0.0.1"


async def test_the_client_reaches_what_is_allowed_and_nothing_else() -> None:
    for allowed in (True, False):
        async with second() as target, serve(tricks(target)) as site:
            addresses = forms_of(SECOND, target.port) | {"redirect": site.base + "/redirect"}
            guard = EgressGuard(["127.0.0.1", *([SECOND] if allowed else [])])
            async with HttpClient(guard, Politeness(1000), user_agent="x") as http:
                for url in addresses.values():
                    if allowed:
                        assert (await http.fetch(url)).text == "seen"
                        continue
                    with pytest.raises(Exception) as caught:  # its reason is what is asked for
                        await http.fetch(url)
                    assert classify(caught.value) is Reason.EGRESS_DENIED
        assert target.paths == ({f"/{name}" for name in addresses} if allowed else set())
        assert bool(target.connections) is allowed


async def test_the_crawl_reaches_what_is_allowed_and_nothing_else() -> None:
    for allowed in (True, False):
        async with second() as target:
            ways = [(url, "临时居民身份证办理") for url in forms_of(SECOND, target.port).values()]
            home = page("门户", links(*ways, ("/redirect", "临时居民身份证办理")))
            async with serve({**tricks(target), "/": home}) as site:
                crawl = await crawled(site, allow=("127.0.0.1", *([SECOND] if allowed else [])))
        assert bool(target.connections) is allowed
        assert bool(target.paths) is allowed
        if not allowed:
            denied = [each for each in crawl.found if each.reason is Reason.EGRESS_DENIED]
            assert denied
            assert "/redirect" in {each.url.removeprefix(site.base) for each in denied}


async def test_the_renderer_reaches_what_is_allowed_and_nothing_else() -> None:
    for allowed in (True, False):
        async with second() as target, serve(tricks(target)) as site:
            guard = EgressGuard(["127.0.0.1", *([SECOND] if allowed else [])])
            politeness = Politeness(1000)
            async with (
                EgressProxy(guard) as proxy,
                EnginePool(["chromium"], proxy=proxy, politeness=politeness, user_agent_suffix="x") as pool,
            ):
                shown = await BrowserRenderer(pool, politeness).render(site.base + "/")
        assert shown.status == 200
        assert bool(target.connections) is allowed


async def socks(proxy: EgressProxy, *request: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
    for each in request:
        writer.write(each)
        await writer.drain()
        await asyncio.sleep(0.01)
    writer.write_eof()
    answer = await asyncio.wait_for(reader.read(), 5)
    writer.close()
    return answer


@pytest.mark.parametrize(
    ("request_", "answer"),
    [
        (b"\x04\x01\x00\x50\x7f\x00\x00\x01\x00", b"\x05\xff"),  # SOCKS4
        (b"\x05\x01\x02", b"\x05\xff"),  # only with a password
        (b"\x05\x01\x00\x05\x02\x00\x01\x7f\x00\x00\x01\x00\x50", b"\x05\x00\x05\x07"),  # BIND
        (b"\x05\x01\x00\x05\x03\x00\x01\x7f\x00\x00\x01\x00\x50", b"\x05\x00\x05\x07"),  # UDP
        (
            b"\x05\x01\x00\x05\x01\x00\x09\x7f\x00\x00\x01\x00\x50",
            b"\x05\x00\x05\x08",
        ),  # unknown kind of address
        (b"\x05\x01\x00\x05\x01\x00\x01\x0a\x00\x00\x01\x00\x50", b"\x05\x00\x05\x02"),  # 10.0.0.1
        (b"\x05\x01\x00\x05\x01\x00\x03\x09localhost\x00\x50", b"\x05\x00\x05\x02"),
        (b"\x05\x01\x00\x05\x01\x00\x03\x0f\xff\xfe\x00nonsense....\x00\x50", b"\x05\x00\x05"),
        (b"\x05\x01", b""),
        (b"GET / HTTP/1.1\r\n\r\n", b"\x05\xff"),
    ],
)
async def test_the_proxy_answers_as_rfc_1928_says(request_: bytes, answer: bytes) -> None:
    async with EgressProxy(EgressGuard()) as proxy:
        assert (await socks(proxy, request_)).startswith(answer)


async def test_the_proxy_passes_bytes_no_faster_than_they_are_read() -> None:
    sent = 0

    async def flood(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        with contextlib.suppress(ConnectionError):
            while sent < 200_000_000:
                writer.write(b"x" * 65536)
                sent += 65536
                await writer.drain()
        writer.close()

    server = await asyncio.start_server(flood, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server, EgressProxy(EgressGuard(["127.0.0.1"])) as proxy:
        reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port, limit=65536)
        writer.write(b"\x05\x01\x00\x05\x01\x00\x01\x7f\x00\x00\x01" + port.to_bytes(2, "big"))
        assert (await reader.readexactly(12))[3] == 0
        await asyncio.sleep(0.5)
        assert sent < 50_000_000, "bytes pile up in the proxy"
        writer.close()
