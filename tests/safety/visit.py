"""One client visits the portal of tricks and prints whom it met; runs in a network namespace of its own.

    python -m tests.safety.visit chromium forbidden

`allowed` opens every address to the guard, `forbidden` none but the portal's; `bare` is the engine as anybody
starts it, without guard and proxy, to see that the tricks are tricks.
"""

from __future__ import annotations

import asyncio
import ipaddress
import json
import sys
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import asdict, dataclass, field

from playwright.async_api import async_playwright

from probes.browsers.engines import find_engines
from probes.browsers.pool import EnginePool
from probes.browsers.rendering import BrowserRenderer
from results.records import Reason
from results.settings import Settings
from spiders.found import FoundPage
from spiders.guide_spider import crawl
from spiders.net.classify import classify
from spiders.net.client import HttpClient
from spiders.net.egress import EgressGuard, EgressProxy
from spiders.net.politeness import Politeness
from spiders.net.robots import Robots
from spiders.scope import Portal
from tests.safety import temptations
from tests.safety.internet import Internet, internet

_EVERYWHERE = ("0.0.0.0/0", "::/0")
_PATIENCE_S = {"allowed": 8.0, "bare": 20.0, "forbidden": 8.0}
_REST_S = 1.0


@dataclass
class Visit:
    """Whom a client met, and whom the guard kept it from."""

    met: list[str] = field(default_factory=list)
    datagrams: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    denied: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Wanted:
    """Whom the tricks should lead to, and how long to wait for all of them, seconds."""

    addresses: frozenset[str]
    patience_s: float


async def by_engine(engine: str, world: Internet, guard: EgressGuard, wanted: Wanted) -> set[str]:
    async with EgressProxy(guard) as proxy, _pool(engine, proxy) as pool:
        if engine == "webkit":
            for url in temptations.PAGES:
                await pool.load(engine, url)
            await _all_tried(world, proxy, wanted)
            return _denied(proxy)
        async with AsyncExitStack() as tabs:
            for url in temptations.PAGES:
                page = await tabs.enter_async_context(pool.page(engine=engine))
                await page.goto(url, wait_until="commit")
            await _all_tried(world, proxy, wanted)
        # what a crowded page did not come to is tried on a page of its own
        for at in sorted(wanted.addresses - world.met - _denied(proxy)):
            async with pool.page(engine=engine) as page:
                await page.goto(f"http://{temptations.NAME}/only/{at}", wait_until="commit")
                await _until(lambda at=at: at in world.met | _denied(proxy), wanted.patience_s)
    return _denied(proxy)


async def by_renderer(_: str, world: Internet, guard: EgressGuard, wanted: Wanted) -> set[str]:
    politeness = Politeness(1000)
    async with EgressProxy(guard) as proxy, _pool("chromium", proxy) as pool:
        renderer = BrowserRenderer(pool, politeness)
        for url in temptations.PAGES:
            async with renderer.session(url) as session:
                await session.snapshot()
                await asyncio.sleep(_REST_S)
        for at in sorted(wanted.addresses - world.met - _denied(proxy)):
            async with renderer.session(f"http://{temptations.NAME}/only/{at}"):
                await _until(lambda at=at: at in world.met | _denied(proxy), wanted.patience_s)
    return _denied(proxy)


async def by_client(_: str, world: Internet, guard: EgressGuard, wanted: Wanted) -> set[str]:
    denied: set[str] = set()
    urls = [f"http://{host}/" for host in temptations.hosts()]
    turns = f"http://turns.{temptations.NAME}"
    urls += [f"http://{temptations.NAME}/go/{name}" for name in ("redirect", "by")]
    async with HttpClient(guard, Politeness(1000), user_agent="x") as http:
        for url in [*urls, f"{turns}/", f"{turns}:8080/"]:
            try:
                await http.fetch(url)
            except Exception as error:
                if classify(error) is Reason.EGRESS_DENIED:
                    denied.add(url)
    return denied


async def by_crawl(_: str, world: Internet, guard: EgressGuard, wanted: Wanted) -> set[str]:
    denied: set[str] = set()

    async def keep(found: FoundPage) -> None:
        if found.reason is Reason.EGRESS_DENIED:
            denied.add(found.url)

    politeness = Politeness(1000)
    async with HttpClient(guard, politeness, user_agent="x") as http:
        for host in (temptations.NAME, temptations.PORTAL):
            await crawl(
                Portal(slug="jiangcheng", name="江城市", home_url=f"http://{host}/crawl"),
                settings=Settings(rate=1000),
                http=http,
                politeness=politeness,
                robots=Robots(http, "x"),
                renderer=None,
                store=None,
                run_id=None,
                on_page=keep,
            )
    return denied


async def bare(engine: str, world: Internet, wanted: Wanted) -> None:
    async with async_playwright() as playwright:
        (found,) = await asyncio.to_thread(find_engines, [engine])
        channel = "moz-firefox" if engine == "firefox" and found.executable else None
        browser = await getattr(playwright, engine).launch(executable_path=found.executable, channel=channel)
        for url in temptations.PAGES:
            page = await browser.new_page()
            await page.goto(url, wait_until="commit")
        call = temptations.addresses()["call"]
        page = await browser.new_page()
        await page.goto(f"http://{temptations.NAME}/only/{call}")
        await _until(lambda: world.met >= wanted.addresses, wanted.patience_s)
        await browser.close()


def _pool(engine: str, proxy: EgressProxy) -> EnginePool:
    return EnginePool([engine], proxy=proxy, politeness=None, user_agent_suffix="PortalProbe/test")


async def _all_tried(world: Internet, proxy: EgressProxy, wanted: Wanted) -> None:
    """Wait until every trick that is wanted came through or was refused, and then a little for the others."""
    await _until(lambda: world.met | _denied(proxy) >= wanted.addresses, wanted.patience_s)


def _denied(proxy: EgressProxy) -> set[str]:
    """The addresses that were meant, whatever they were written as."""
    return {_meant(host) for host, _ in proxy.denied}


def _meant(host: str) -> str:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        answers = temptations.names().get(host, [[host]])
        return answers[-1][0]
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return str(mapped or address)


async def _until(is_so: Callable[[], bool], patience_s: float) -> None:
    clock = asyncio.get_running_loop()
    until = clock.time() + patience_s
    while not is_so() and clock.time() < until:
        await asyncio.sleep(0.1)
    await asyncio.sleep(_REST_S)


_CLIENTS: dict[str, Callable[[str, Internet, EgressGuard, Wanted], Awaitable[set[str]]]] = {
    "client": by_client,
    "crawl": by_crawl,
    "renderer": by_renderer,
}


async def main(client: str, mode: str, wanted: Wanted) -> None:
    denied: set[str] = set()
    async with internet(temptations.portals(), temptations.names()) as world:
        if mode == "bare":
            await bare(client, world, wanted)
        else:
            guard = EgressGuard([temptations.LOCAL_PORTAL, *(_EVERYWHERE if mode == "allowed" else ())])
            denied = await _CLIENTS.get(client, by_engine)(client, world, guard, wanted)
    visit = Visit(sorted(world.met), sorted(world.datagrams), sorted(set(world.asked)), sorted(denied))
    print(json.dumps(asdict(visit)))


if __name__ == "__main__":
    mode = sys.argv[2]
    asyncio.run(main(sys.argv[1], mode, Wanted(frozenset(json.loads(sys.argv[3])), _PATIENCE_S[mode])))
