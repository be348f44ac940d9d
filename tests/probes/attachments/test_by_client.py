"""The plain client: caps, cuts, drips and redirects, on a real server."""

from __future__ import annotations

import asyncio
import gzip
import hashlib

import pytest
from aiohttp import web

from probes.attachments.by_client import fetch_by_client, referer_for
from results.records import Reason

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture
def fetch(server, context, tmp_path):
    async def fetch_it(url: str, **options: object):
        options = {"max_bytes": 10_000_000, **options}
        return await fetch_by_client(
            context.http, url, referer=server.base_url + "/guide", path=tmp_path / "file", **options
        )

    return fetch_it


async def test_a_file_is_written_and_hashed(server, fetch) -> None:
    content = bytes(range(256)) * 20_000
    fetched = await fetch(server.file("/a.doc", content))
    assert fetched.reason is None
    assert fetched.path.read_bytes() == content
    assert fetched.sha256 == hashlib.sha256(content).hexdigest()
    assert fetched.announced_bytes == len(content)


async def test_past_the_cap_it_is_capped_not_broken(server, fetch) -> None:
    fetched = await fetch(server.file("/a.doc", b"x" * 100_000), max_bytes=30_000)
    assert (fetched.reason, fetched.capped, fetched.bytes) == (None, True, 30_000)


async def test_a_stream_without_end_ends_at_the_cap(server, fetch) -> None:
    async def endless(request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse()
        await answer.prepare(request)
        while True:
            await answer.write(b"x" * 50_000)

    fetched = await fetch(server.put("/a.doc", endless), max_bytes=500_000)
    assert (fetched.reason, fetched.capped, fetched.bytes) == (None, True, 500_000)


@pytest.mark.parametrize("limits", [{"wall_s": 0.6}, {"drip_s": 0.6}], ids=str)
async def test_a_drip_is_given_up(server, fetch, limits) -> None:
    async def drip(request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse()
        await answer.prepare(request)
        while True:
            await answer.write(b"x")
            await asyncio.sleep(0.05)

    url = server.put("/a.doc", drip)
    fetched = await fetch(url, **limits)
    assert fetched.reason is Reason.TIMEOUT
    assert 0 < fetched.bytes < 100


async def test_a_long_download_in_good_order_is_capped_by_time(server, fetch) -> None:
    async def steady(request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse()
        await answer.prepare(request)
        while True:
            await answer.write(b"x" * 20_000)
            await asyncio.sleep(0.02)

    fetched = await fetch(server.put("/a.doc", steady), wall_s=0.6)
    assert (fetched.reason, fetched.capped) == (None, True)


async def test_silence_is_a_timeout(server, fetch) -> None:
    async def silent(_: web.Request) -> web.StreamResponse:
        await asyncio.sleep(30)
        return web.Response()

    fetched = await fetch(server.put("/a.doc", silent), wall_s=0.2)
    assert fetched.reason is Reason.TIMEOUT


async def test_silence_costs_its_own_limit_and_not_the_whole(server, fetch) -> None:
    """Before the headers, and within the body: neither is waited for until the download's own limit."""

    async def silent(_: web.Request) -> web.StreamResponse:
        await asyncio.sleep(60)
        return web.Response()

    async def falls_silent(request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse(headers={"Content-Length": "9000"})
        await answer.prepare(request)
        await answer.write(b"x" * 5000)
        await asyncio.sleep(60)
        return answer

    async with asyncio.timeout(20):
        fetched = await fetch(server.put("/a.doc", silent), wall_s=60, silence_s=0.3)
        assert (fetched.reason, fetched.status) == (Reason.TIMEOUT, None)
        fetched = await fetch(server.put("/b.doc", falls_silent), wall_s=60, silence_s=0.3)
        assert (fetched.reason, fetched.status, fetched.bytes) == (Reason.TIMEOUT, 200, 5000)


async def test_a_slow_download_that_never_falls_silent_is_waited_for(server, fetch) -> None:
    async def slow(request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse(headers={"Content-Length": "5000"})
        await answer.prepare(request)
        for _ in range(5):
            await asyncio.sleep(0.3)
            await answer.write(b"x" * 1000)
        return answer

    fetched = await fetch(server.put("/a.doc", slow), wall_s=60, silence_s=1.0)
    assert (fetched.reason, fetched.bytes) == (None, 5000)


async def test_our_own_stalls_are_not_the_portals(server, fetch) -> None:
    """An event loop that stands still for seconds is why a drip seems slow: the prober's own fault."""

    async def drip(request: web.Request) -> web.StreamResponse:
        import time

        answer = web.StreamResponse()
        await answer.prepare(request)
        await answer.write(b"x")
        await asyncio.sleep(0.3)
        time.sleep(2.5)  # server and prober share this loop: both stand still
        await asyncio.sleep(5)
        return answer

    fetched = await fetch(server.put("/a.doc", drip), wall_s=3.2)
    assert fetched.reason is Reason.PROBER_OVERLOADED


async def test_a_body_that_breaks_off_is_truncated(server, fetch) -> None:
    async def cut(request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse(headers={"Content-Length": "50000"})
        await answer.prepare(request)
        await answer.write(b"x" * 20_000)
        await asyncio.sleep(0.05)
        assert request.transport is not None
        request.transport.abort()
        return answer

    fetched = await fetch(server.put("/a.doc", cut))
    assert (fetched.reason, fetched.bytes) == (Reason.TRUNCATED, 20_000)


async def test_a_recoded_body_announces_nothing(server, fetch) -> None:
    content = b"content " * 5000
    fetched = await fetch(server.file("/a.doc", gzip.compress(content), Content_Encoding="gzip"))
    assert (fetched.bytes, fetched.announced_bytes) == (len(content), None)


async def test_a_bomb_in_the_coding_ends_at_the_cap(server, fetch) -> None:
    packed = gzip.compress(gzip.compress(bytes(60_000_000)))
    fetched = await fetch(server.file("/a.doc", packed, Content_Encoding="gzip, gzip"), max_bytes=1_000_000)
    assert (fetched.bytes, fetched.capped) == (1_000_000, True)


@pytest.mark.parametrize(
    ("path", "redirects", "reason"),
    [("/cas/login", True, Reason.LOGIN_WALL), ("/a.doc", False, None)],
)
async def test_a_login_page_is_a_wall_where_the_portal_leads_to_it(
    server, fetch, path, redirects, reason
) -> None:
    login = "<title>统一身份认证</title><form>密码登录<input type=password></form>".encode()

    async def to_login(_: web.Request) -> web.StreamResponse:
        raise web.HTTPFound(path)

    url = server.file(path, login, Content_Type="text/html;charset=utf-8")
    if redirects:
        url = server.put("/a.doc", to_login)
    assert (await fetch(url)).reason is reason


async def test_what_refuses_the_connection(fetch) -> None:
    fetched = await fetch("http://127.0.0.1:9/a.doc")
    assert fetched.reason in (Reason.CONNECT_REFUSED, Reason.EGRESS_DENIED)


@pytest.mark.parametrize(
    ("page", "target", "referer"),
    [
        ("https://a.gov.cn/g?x=1#y", "https://a.gov.cn/f.doc", "https://a.gov.cn/g?x=1"),
        ("https://a.gov.cn/g", "https://b.gov.cn/f.doc", "https://a.gov.cn/"),
        ("https://a.gov.cn/g", "http://a.gov.cn/f.doc", ""),
        ("http://u:p@a.gov.cn/g", "http://a.gov.cn/f.doc", "http://a.gov.cn/g"),
        ("about:blank", "http://a.gov.cn/f.doc", ""),
    ],
)
async def test_the_referer_is_a_browsers(page, target, referer) -> None:
    assert referer_for(page, target) == referer
