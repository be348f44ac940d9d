from __future__ import annotations

import asyncio
import gzip
import ssl
import zlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
import trustme
from aiohttp import web

from results.records import Reason
from spiders.net.classify import classify
from spiders.net.client import Answer, HttpClient
from spiders.net.egress import EgressGuard
from spiders.net.politeness import Politeness
from tests.spiders.websites import serve


@asynccontextmanager
async def client(politeness: Politeness | None = None, **options: Any) -> AsyncIterator[HttpClient]:
    guard = EgressGuard(["127.0.0.1"])
    async with HttpClient(
        guard, politeness or Politeness(1000), user_agent="PortalProbe/test", **options
    ) as http:
        yield http


async def fetch(page: Any, **options: Any) -> Answer:
    async with serve({"/": page}) as site, client() as http:
        return await http.fetch(site.base + "/", **options)


async def reason_of(url: str, **options: Any) -> Reason:
    async with client(tls=options.pop("tls", None)) as http:
        with pytest.raises(Exception) as caught:  # any error: its reason is what is asked for
            await http.fetch(url, **options)
    return classify(caught.value)


async def test_an_answer_says_where_from_how_long_and_what() -> None:
    async with serve({"/": lambda _: web.HTTPFound("/b"), "/b": "<p>你好</p>"}) as site, client() as http:
        answer = await http.fetch(site.base + "/")
    assert (answer.url, answer.status, answer.history) == (site.base + "/b", 200, (site.base + "/",))
    assert answer.text == "<p>你好</p>"
    assert answer.remote_ip == "127.0.0.1"
    assert 0 < answer.ttfb_ms <= answer.elapsed_ms
    assert answer.complete


async def test_waiting_for_a_turn_counts_in_no_time() -> None:
    async with serve({"/": "x"}) as site, client(Politeness(4)) as http:
        await http.fetch(site.base + "/")
        answer = await http.fetch(site.base + "/", timeout_s=0.2)
    assert answer.elapsed_ms < 200


async def test_every_hop_takes_a_turn_and_is_counted() -> None:
    politeness = Politeness(1000)
    pages = {"/": lambda _: web.HTTPFound("/b"), "/b": lambda _: web.HTTPFound("/c"), "/c": "x"}
    async with serve(pages) as site, client(politeness) as http:
        await http.fetch(site.base + "/")
        assert politeness.requests == 3
        await http.fetch(site.base + "/", polite=False, follow_redirects=False)
        assert politeness.requests == 4


@pytest.mark.parametrize("status", [429, 503])
async def test_retry_after_is_heeded(status: int) -> None:
    async with (
        serve({"/": lambda _: web.Response(status=status, headers={"Retry-After": "1"})}) as site,
        client() as http,
    ):
        await http.fetch(site.base + "/")
        await http.fetch(site.base + "/")
    moments = [moment for moment, _, _ in site.seen]
    assert moments[1] - moments[0] >= 0.95


async def test_a_long_body_is_cut_at_the_cap() -> None:
    async def endless(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        with pytest.raises(ConnectionError):
            while True:
                await response.write(b"x" * 65536)
        return response

    answer = await fetch(endless, max_bytes=100_000)
    assert (len(answer.content), answer.cut) == (100_000, Reason.OVER_BUDGET)


@pytest.mark.parametrize(
    ("pack", "coding"),
    [
        (gzip.compress, "gzip"),
        (zlib.compress, "deflate"),
        (lambda body: zlib.compress(body)[2:-4], "deflate"),
        (lambda body: gzip.compress(gzip.compress(body)), "gzip, gzip"),
    ],
)
async def test_bombs_unfold_no_further_than_the_cap(pack: Callable[[bytes], bytes], coding: str) -> None:
    body = pack(bytes(60_000_000))
    answer = await fetch(
        lambda _: web.Response(body=body, headers={"Content-Encoding": coding}), max_bytes=1_000_000
    )
    assert (len(answer.content), answer.cut) == (1_000_000, Reason.OVER_BUDGET)


@pytest.mark.parametrize("coding", ["gzip", "deflate", "x-gzip", "identity", ""])
async def test_codings_are_undone(coding: str) -> None:
    text = "办事指南" * 20_000
    pack = {"deflate": zlib.compress, "gzip": gzip.compress, "x-gzip": gzip.compress}.get(
        coding, lambda body: body
    )
    headers = {"Content-Encoding": coding} if coding else {}
    answer = await fetch(lambda _: web.Response(body=pack(text.encode()), headers=headers))
    assert answer.text == text


@pytest.mark.parametrize("coding", ["br", "gzip, gzip, gzip, gzip", "gzip"])
async def test_a_body_that_is_not_in_its_coding_is_corrupt(coding: str) -> None:
    async with serve(
        {"/": lambda _: web.Response(body=b"nonsense", headers={"Content-Encoding": coding})}
    ) as site:
        assert await reason_of(site.base + "/") is Reason.CORRUPT


async def test_what_a_transport_does_has_its_reason() -> None:
    async def hang(_: web.Request) -> web.Response:
        await asyncio.sleep(5)
        return web.Response()

    async def reset(request: web.Request) -> web.Response:
        assert request.transport is not None
        request.transport.abort()
        return web.Response()

    pages = {"/hang": hang, "/reset": reset, "/loop": lambda _: web.HTTPFound("/loop")}
    async with serve(pages) as site:
        assert await reason_of(site.base + "/hang", timeout_s=0.3) is Reason.TIMEOUT
        assert await reason_of(site.base + "/reset") is Reason.CONNECT_RESET
        assert await reason_of(site.base + "/loop") is Reason.REDIRECT_LOOP
        assert await reason_of(site.base.replace("http:", "https:")) is Reason.TLS_INVALID
    assert await reason_of(site.base) is Reason.CONNECT_REFUSED
    assert await reason_of("http://no-such-host.invalid/") is Reason.DNS_FAILED
    assert await reason_of("ftp://127.0.0.1/") is Reason.UNSUPPORTED


async def test_a_body_that_breaks_off_is_handed_back_as_truncated() -> None:
    async def promise(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(promise, "127.0.0.1", 0)
    async with server, client() as http:
        answer = await http.fetch(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/")
    assert (answer.content, answer.cut) == (b"half", Reason.TRUNCATED)


async def test_certificates_are_verified() -> None:
    authority, stranger = trustme.CA(), trustme.CA()
    served = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(served)
    trusted, distrusted = ssl.create_default_context(), ssl.create_default_context()
    authority.configure_trust(trusted)
    stranger.configure_trust(distrusted)
    async with serve({"/": "safe"}, ssl_context=served) as site:
        async with client(tls=trusted) as http:
            assert (await http.fetch(site.base + "/")).text == "safe"
        assert await reason_of(site.base + "/", tls=distrusted) is Reason.TLS_INVALID
        assert await reason_of(site.base + "/") is Reason.TLS_INVALID


async def test_a_stream_is_read_as_far_as_one_likes() -> None:
    async with (
        serve({"/": "x" * 1_000_000}) as site,
        client() as http,
        http.stream(site.base + "/") as answer,
    ):
        assert answer.status == 200
        async for piece in answer.aiter_bytes():
            assert set(piece) == {ord("x")}
            break


async def test_forms_json_and_bodies_are_sent_as_told() -> None:
    async def echo(request: web.Request) -> web.Response:
        return web.Response(text=f"{request.method} {request.content_type} {await request.text()}")

    async with serve({"/": echo}) as site, client() as http:
        form = await http.fetch(site.base, method="POST", form={"pageNum": 2})
        body = await http.fetch(site.base, method="POST", json={"页": 2})
        raw = await http.fetch(site.base, method="PUT", content=b"x", headers={"Content-Type": "text/x-y"})
    assert form.text == "POST application/x-www-form-urlencoded pageNum=2"
    assert body.text.startswith("POST application/json")
    assert raw.text == "PUT text/x-y x"


async def test_the_environments_proxies_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    assert (await fetch("direct")).text == "direct"


def test_httpx_errors_have_names_of_their_own() -> None:
    assert classify(httpx.PoolTimeout("")) is Reason.PROBER_OVERLOADED
    assert classify(httpx.ReadTimeout("")) is Reason.TIMEOUT
