from __future__ import annotations

import asyncio

import pytest
import trustme
from aiohttp import web

from probes.browsers.pool import EnginePool
from results.records import Reason
from results.settings import ENGINES
from tests.probes.browsers.misbehaving import LONG, MisbehavingPortal

pytestmark = pytest.mark.asyncio(loop_scope="module")
LONG_LENGTH = len(LONG)
WORKING = (
    "ok",
    "spa",
    "leads-on",
    "leads-on-at-once",
    "frames",
    "shadow",
    "carousel",
    "dialogs",
    "popups",
)
FAULTS = {
    "blank": Reason.BLANK_PAGE,
    "dies": Reason.SCRIPT_ERROR,
    "gone": Reason.HTTP_4XX,
    "server-error": Reason.HTTP_5XX,
    "soft-404": Reason.SOFT_404,
    "challenge": Reason.CHALLENGE_PAGE,
    "drops": Reason.CONNECT_RESET,
    "round": Reason.REDIRECT_LOOP,
    "to-private": Reason.PRIVATE_LINK,
    "script-to-private": Reason.PRIVATE_LINK,
}


# the third engine takes a minute here; in the quick tests it loads every page of the run on Shanghai
SLOW_THIRD = [*(each for each in ENGINES if each != "webkit"), pytest.param("webkit", marks=pytest.mark.long)]


@pytest.mark.parametrize("engine", ENGINES)
async def test_passes_its_self_test(pool: EnginePool, engine: str) -> None:
    assert await pool.self_test(engine)


@pytest.mark.parametrize("engine", SLOW_THIRD)
class TestEveryEngine:
    """What holds for each engine alike."""

    async def test_opens_every_page_that_works(
        self, pool: EnginePool, portal: MisbehavingPortal, engine: str
    ) -> None:
        loads = await asyncio.gather(*(pool.load(engine, portal.url(name)) for name in WORKING))
        for loaded in loads:
            assert loaded.reason is None, loaded
            assert loaded.status == (None if engine == "webkit" else 200), loaded
            assert loaded.text_length >= LONG_LENGTH - 20, loaded
            assert loaded.remote_ip == "127.0.0.1"
            assert loaded.screenshot is None

    async def test_names_what_is_wrong(
        self, pool: EnginePool, portal: MisbehavingPortal, engine: str
    ) -> None:
        loads = await asyncio.gather(*(pool.load(engine, portal.url(name)) for name in FAULTS))
        # WebDriver tells neither status nor script errors: what such a page says is all there is, until
        # another engine is asked
        told = {"gone": Reason.SOFT_404, "server-error": None, "dies": Reason.BLANK_PAGE}
        expected = FAULTS | (told if engine == "webkit" else {})
        assert {name: load.reason for name, load in zip(FAULTS, loads, strict=True)} == expected
        assert all(load.screenshot for load in loads if load.status and load.reason)


@pytest.mark.parametrize("engine", ["chromium", "firefox", pytest.param("webkit", marks=pytest.mark.long)])
class TestEveryEngineInDepth:
    """As above; WebKitGTK, which takes a session for many of these, is left to the long tests."""

    @pytest.mark.parametrize("page", ["hangs", "endless-script"])
    async def test_a_page_that_hangs_is_a_time_out_of_the_page(
        self, pool: EnginePool, portal: MisbehavingPortal, engine: str, page: str
    ) -> None:
        loaded = await pool.load(engine, portal.url(page), timeout_s=3)
        assert loaded.reason is Reason.TIMEOUT, loaded.note
        after = await pool.load(engine, portal.url("ok"))
        assert after.reason is None, after.note

    async def test_what_the_proxy_refuses_is_our_doing(self, pool: EnginePool, engine: str) -> None:
        loaded = await pool.load(engine, "http://10.1.2.3/")
        assert loaded.reason is Reason.EGRESS_DENIED

    async def test_transport_failures_have_their_names(
        self, pool: EnginePool, engine: str, unused_tcp_port: int
    ) -> None:
        closed = await pool.load(engine, f"http://127.0.0.1:{unused_tcp_port}/")
        assert closed.reason is Reason.CONNECT_REFUSED, closed.note
        unknown = await pool.load(engine, "http://no.such.host.invalid/")
        assert unknown.reason is Reason.DNS_FAILED, unknown.note

    async def test_a_bad_certificate_is_named(self, pool: EnginePool, engine: str) -> None:
        context = trustme.CA().issue_cert("127.0.0.1")
        import ssl

        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.configure_cert(tls)
        runner = web.AppRunner(web.Application(), access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=tls).start()
        try:
            loaded = await pool.load(engine, f"https://127.0.0.1:{runner.addresses[0][1]}/")
            assert loaded.reason is Reason.TLS_INVALID, loaded.note
        finally:
            await runner.cleanup()

    async def test_a_download_is_no_page(
        self, pool: EnginePool, portal: MisbehavingPortal, engine: str
    ) -> None:
        loaded = await pool.load(engine, portal.url("file.pdf"))
        assert loaded.download
        assert loaded.reason is Reason.UNSUPPORTED

    async def test_counts_what_went_wrong_beside_the_page(
        self, pool: EnginePool, portal: MisbehavingPortal, engine: str
    ) -> None:
        if engine == "webkit":
            pytest.skip("WebDriver tells nothing of requests")
        loaded = await pool.load(engine, portal.url("sub-failures"))
        assert loaded.reason is None
        assert loaded.failed_requests == 2
        assert loaded.requests is not None and loaded.requests >= 3
        assert any("thrown" in each for each in loaded.page_errors)
        assert any("console trouble" in each for each in loaded.console_errors)

    async def test_keeps_its_own_name_and_adds_ours(
        self, pool: EnginePool, portal: MisbehavingPortal, engine: str
    ) -> None:
        portal.agents.clear()
        await pool.load(engine, portal.url("ok"))
        (agent,) = portal.agents
        assert agent.endswith(" PortalProbe/test (+mailto:a@b.cn)")
        assert {"chromium": "Chrome/", "firefox": "Firefox/", "webkit": "AppleWebKit/605"}[engine] in agent

    async def test_first_visits_are_told_from_repeated_ones(
        self, pool: EnginePool, portal: MisbehavingPortal, engine: str
    ) -> None:
        visits = [await pool.load(engine, portal.url("ok"), scope="a city of its own") for _ in range(2)]
        assert [each.first_visit for each in visits] == [True, False]
        assert (await pool.load(engine, portal.url("ok"), scope="a city of its own", fresh=True)).first_visit

    async def test_a_failed_confirmation_keeps_screenshot_and_trace(
        self, pool: EnginePool, portal: MisbehavingPortal, engine: str
    ) -> None:
        loaded = await pool.load(engine, portal.url("gone"), fresh=True)
        assert loaded.screenshot is not None and loaded.screenshot.startswith(b"\x89PNG")
        if engine == "chromium":
            assert loaded.trace is not None and loaded.trace.startswith(b"PK")

    async def test_a_timed_load_has_its_times(
        self, pool: EnginePool, portal: MisbehavingPortal, engine: str
    ) -> None:
        loaded = await pool.load(engine, portal.url("ok"), timed=True)
        assert loaded.reason is None and loaded.timed and loaded.first_visit
        assert loaded.ttfb_ms is not None and loaded.dom_ready_ms is not None and loaded.load_ms is not None
        assert 0 < loaded.ttfb_ms <= loaded.dom_ready_ms <= loaded.load_ms
        assert loaded.lcp_ms is not None or engine == "webkit"

    async def test_survives_the_death_of_its_browser(
        self, pool: EnginePool, portal: MisbehavingPortal, engine: str
    ) -> None:
        killed = kill_browser(pool, engine)
        assert killed
        loaded = await pool.load(engine, portal.url("ok"))
        assert loaded.reason is None, loaded.note

    async def test_a_browser_killed_in_mid_load_is_replaced_and_the_page_tried_again(
        self, pool: EnginePool, portal: MisbehavingPortal, engine: str
    ) -> None:
        loading = asyncio.create_task(pool.load(engine, portal.url("spa")))
        await asyncio.sleep(0.6)
        kill_browser(pool, engine)
        loaded = await loading
        assert loaded.reason is None, loaded.note

    async def test_a_page_for_probes_that_click(
        self, pool: EnginePool, portal: MisbehavingPortal, engine: str
    ) -> None:
        async with pool.page(engine=engine) as page:
            await page.goto(portal.url("dialogs"))
            assert LONG[:20] in await page.inner_text("body")
        assert page.is_closed()


async def test_an_engine_that_is_not_there_is_our_lack(pool: EnginePool, portal: MisbehavingPortal) -> None:
    loaded = await pool.load("netscape", portal.url("ok"))
    assert loaded.reason is Reason.BROWSER_UNAVAILABLE


def kill_browser(pool: EnginePool, engine: str) -> int:
    """Kill every process of an engine's browser, as the kernel would under want of memory."""
    processes = pool.processes(engine)
    for process in processes:
        process.kill()
    return len(processes)
