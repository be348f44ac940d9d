"""Pages that storm, leave, close themselves and eat memory: each ends, none harms what is opened next."""

from __future__ import annotations

import zlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import brotli
import pytest
from aiohttp import web

from probes.browsers.pool import EnginePool
from probes.browsers.rendering import BrowserRenderer
from results.records import Outcome, Reason
from spiders.net.egress import EgressGuard, EgressProxy
from spiders.net.politeness import Politeness
from tests.probes.browsers.machine import CalmGauge
from tests.spiders.websites import Site, crawled, guide, links, page, serve

MATTER = "临时居民身份证办理"
SOUND = guide(MATTER)
BOMB_BYTES = 300 * 1024 * 1024


def with_script(code: str) -> str:
    return guide(MATTER).replace("</body>", f"<script>{code}</script></body>")


def again_and_again(code: str) -> str:
    return with_script(f"setInterval(() => {{ try {{ {code} }} catch (error) {{}} }}, 5); {code}")


STORMS: dict[str, str] = {
    "leaves for a file": again_and_again("location = 'file:///etc/passwd'"),
    "leaves for the browser": again_and_again("location = 'chrome://settings'; location = 'about:config'"),
    "leaves for data": again_and_again("location = 'data:text/html,<h1>owned</h1>'"),
    "leaves for a script": again_and_again("location = 'javascript:document.body.innerHTML = 1'"),
    "leaves for nowhere": again_and_again("location = 'about:blank'"),
    "leaves for itself": again_and_again("location.reload()"),
    "leaves for programs": again_and_again("location = 'mailto:a@b.cn'; location = 'weixin://dl/business'"),
    "frames of files": with_script("")
    + "".join(
        f'<iframe src="file:///proc/{n}/environ"></iframe><embed src="chrome://version/">' for n in range(50)
    ),
    "closes itself": with_script("window.close(); open('', '_self'); window.close(); top.close()"),
    "prints": again_and_again("print()"),
    "downloads": with_script(
        "for (let n = 0; n < 150; n++) { const a = document.createElement('a'); a.href = '/file?' + n;"
        " a.download = '../'.repeat(9) + n; document.body.append(a); a.click(); }"
    ),
    "opens windows": again_and_again("open('/sound?' + Math.random()); open('about:blank', '_blank')"),
    "asks": with_script("for (let n = 0; n < 300; n++) { alert(n); confirm(n); prompt(n); }"),
    "asks before leaving": with_script(
        "onbeforeunload = event => { event.preventDefault(); return 'x'; }; onunload = () => alert(1);"
    ),
    "pushes history": again_and_again(
        "history.pushState(0, 0, '?' + Math.random()); location.hash = Math.random()"
    ),
    "grows": again_and_again(
        "for (let n = 0; n < 500; n++) document.body.append(document.createElement('p'))"
    ),
    "asks for devices": with_script(
        "Notification?.requestPermission(); navigator.geolocation?.getCurrentPosition(() => 0);"
        "navigator.mediaDevices?.getUserMedia({video: true}).catch(() => 0); document.body.requestPointerLock?.();"
    ),
    "logs": again_and_again("console.error('x'.repeat(100000)); throw new Error('y'.repeat(100000))"),
}
DEADLY = {
    "eats its heap": with_script(
        "const kept = []; for (;;) kept.push(new Array(100000).fill({}).map(() => ({})));"
    ),
    "recurses": with_script("(function f() { [f, f].forEach(g => { try { g() } catch (e) { g() } }) })()"),
}


def file(_: web.Request) -> web.Response:
    return web.Response(body=b"x" * 1000, headers={"Content-Disposition": "attachment; filename=a.doc"})


@asynccontextmanager
async def storms(pages: dict[str, str]) -> AsyncIterator[tuple[Site, dict[str, str]]]:
    paths = {name: f"/{number}" for number, name in enumerate(pages)}
    served: dict[str, Any] = {
        "/sound": SOUND,
        "/file": file,
        **{paths[name]: html for name, html in pages.items()},
    }
    async with serve(served) as site:
        yield site, {name: site.base + path for name, path in paths.items()}


@asynccontextmanager
async def browsing(engine: str) -> AsyncIterator[EnginePool]:
    async with (
        EgressProxy(EgressGuard(["127.0.0.1"])) as proxy,
        EnginePool(
            [engine], proxy=proxy, politeness=None, user_agent_suffix="PortalProbe/test", gauge=CalmGauge()
        ) as pool,
    ):
        assert pool.names == (engine,), pool.missing
        yield pool


@pytest.mark.long
@pytest.mark.timeout(900)
@pytest.mark.parametrize("engine", ["chromium", "firefox", "webkit"])
async def test_a_storm_ends_and_the_next_page_opens(engine: str) -> None:
    async with storms(STORMS) as (site, addresses), browsing(engine) as pool:
        for name, url in addresses.items():
            stormy = await pool.load(engine, url, timeout_s=6, scope="city")
            assert stormy.reason is not Reason.EGRESS_DENIED or "leaves" in name, (name, stormy)
            sound = await pool.load(engine, f"{site.base}/sound", timeout_s=20, scope="city")
            assert sound.reason is None, f"after a page that {name}: {sound}"


@pytest.mark.long
@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", DEADLY)
async def test_a_tab_that_dies_takes_nothing_with_it(name: str) -> None:
    async with storms(DEADLY) as (site, addresses), browsing("chromium") as pool:
        died = await pool.load("chromium", addresses[name], timeout_s=20)
        assert died.outcome in (Outcome.NOT_MEASURED, Outcome.FAILED), died
        sound = await pool.load("chromium", f"{site.base}/sound", timeout_s=20)
        assert sound.reason is None, sound


@pytest.mark.long
@pytest.mark.timeout(600)
async def test_the_renderer_gives_up_a_storm_and_goes_on() -> None:
    politeness = Politeness(1000)
    async with storms(STORMS) as (site, addresses), browsing("chromium") as pool:
        renderer = BrowserRenderer(pool, politeness)
        for name, url in addresses.items():
            try:
                shown = await renderer.render(url)
            except Exception as error:  # whatever it says, the renderer goes on
                assert "Traceback" not in str(error)
            else:
                assert "root:" not in shown.html, name
            again = await renderer.render(f"{site.base}/sound")
            assert MATTER in again.text, name


@pytest.mark.parametrize("engine", ["chromium", pytest.param("firefox", marks=pytest.mark.long)])
async def test_a_worker_that_stays_is_gone_where_a_fresh_look_is_taken(engine: str) -> None:
    worker = (
        "self.addEventListener('install', () => self.skipWaiting());"
        "self.addEventListener('activate', event => event.waitUntil(clients.claim()));"
        "self.addEventListener('fetch', event => event.respondWith(new Response("
        "'<title>404</title><p>抱歉，您访问的页面不存在</p>', {headers: {'Content-Type': 'text/html; charset=utf-8'}})));"
    )
    pages: dict[str, Any] = {
        "/": with_script("navigator.serviceWorker.register('/stays.js')"),
        "/stays.js": lambda _: web.Response(text=worker, content_type="text/javascript"),
        "/sound": SOUND,
    }
    async with serve(pages) as site, browsing(engine) as pool:
        await pool.load(engine, f"{site.base}/", timeout_s=10, scope="city")
        fresh = await pool.load(engine, f"{site.base}/sound", timeout_s=10, scope="city", fresh=True)
    assert fresh.reason is None, fresh


CODINGS: dict[str, Callable[[bytes], bytes]] = {
    "deflate": zlib.compress,
    "br": lambda body: brotli.compress(body, quality=5),
    "gzip": lambda body: _gzip(body),
    "gzip, gzip": lambda body: _gzip(_gzip(body)),
    "zstd": lambda body: b"\x28\xb5\x2f\xfd" + body[:100],
}


def _gzip(body: bytes) -> bytes:
    packing = zlib.compressobj(6, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    return packing.compress(body) + packing.flush()


@pytest.mark.long
@pytest.mark.timeout(300)
@pytest.mark.parametrize("coding", CODINGS)
async def test_a_crawl_outlives_a_page_that_unfolds(coding: str, tmp_path: Path) -> None:
    packed = CODINGS[coding](SOUND.encode() + b" " * BOMB_BYTES)
    bomb = web.Response(body=packed, headers={"Content-Encoding": coding, "Content-Type": "text/html"})

    def answer(_: web.Request) -> web.Response:
        return web.Response(body=packed, headers=dict(bomb.headers))

    async with serve(
        {
            "/": page("门户", links(("/bomb", "说明"), ("/guide/1", MATTER))),
            "/bomb": answer,
            "/guide/1": SOUND,
        }
    ) as site:
        crawl = await crawled(site)
    assert crawl.at("/guide/1").outcome is Outcome.OK
    bomb_page = crawl.at("/bomb")
    assert bomb_page.reason is not None or "read as far as" in (bomb_page.note or ""), bomb_page


@pytest.mark.long
@pytest.mark.timeout(400)
@pytest.mark.parametrize("engine", ["chromium", "firefox"])
@pytest.mark.parametrize("coding", ["br", "gzip"])
async def test_a_browser_outlives_what_unfolds_in_it(engine: str, coding: str) -> None:
    headers = {"Content-Encoding": coding, "Content-Type": "text/html; charset=utf-8"}
    packed = CODINGS[coding](SOUND.encode() + b"<!--" + b" " * BOMB_BYTES)
    assert len(packed) < BOMB_BYTES // 500

    def bomb(_: web.Request) -> web.Response:
        return web.Response(body=packed, headers=headers)

    pages: dict[str, Any] = {
        "/bomb": bomb,
        "/fed": with_script(
            "fetch('/bomb').then(answer => answer.text()).then(text => { window.kept = text; })"
        ),
        "/sound": SOUND,
    }
    async with serve(pages) as site, browsing(engine) as pool:
        for path in ("/bomb", "/fed"):
            met = await pool.load(engine, f"{site.base}{path}", timeout_s=20, scope="city")
            assert met.reason in (None, Reason.TIMEOUT, Reason.BROWSER_CRASHED, Reason.PROBER_OVERLOADED), met
            sound = await pool.load(engine, f"{site.base}/sound", timeout_s=30, scope="city")
            assert sound.reason is None, f"after {path}: {sound}"
