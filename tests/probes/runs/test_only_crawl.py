"""A sweep that measures nothing with browsers still reads portals that are scripts."""

from __future__ import annotations

from pathlib import Path

from probes.browsers.on_demand import BrowserOnDemand
from probes.browsers.rendering import BrowserRenderer
from results.records import Guide, Outcome, Page, Reason
from results.settings import Settings
from results.store import Store
from spiders.net.egress import EgressGuard
from spiders.net.politeness import Politeness
from tests.probes.runs.sweeping import sweep
from tests.spiders.websites import crawled, guide, serve

ROUTES = """<!DOCTYPE html><html><head><meta charset=utf-8><title>政务服务网</title></head><body><div id="app"></div><script>
async function route() {
  const name = location.hash.slice(2) || 'home';
  document.getElementById('app').innerHTML = await (await fetch('/part/' + name)).text();
}
window.addEventListener('hashchange', route);
route();
</script></body></html>"""
PARTS = {
    "/": ROUTES,
    "/part/home": "<h1>测试市一体化政务服务平台</h1><a href='#/guide-1'>临时居民身份证办理</a>",
    "/part/guide-1": guide("临时居民身份证办理"),
}


async def test_only_crawl_starts_a_browser_for_a_portal_of_scripts(tmp_path: Path) -> None:
    settings = Settings(only=("crawl",), allow_private=("127.0.0.0/8",), rate=200)
    async with serve(PARTS) as site:
        with Store.open(tmp_path / "probe.db") as store:
            await sweep(store, {"one": site.base + "/"}, settings=settings)
            assert [each.matter for each in store.all(Guide)] == ["临时居民身份证办理"]
            assert {each.rendered for each in store.all(Page)} == {"script shell", "hash route"}


async def test_a_route_that_no_browser_could_open_is_not_called_open() -> None:
    politeness = Politeness(500)
    guard = EgressGuard(("127.0.0.1",))
    nothing = BrowserOnDemand((), guard=guard, politeness=politeness, user_agent_suffix="test")
    async with serve(PARTS | {"/": "<a href='#/guide-1'>临时居民身份证办理</a><p>欢迎您来办事</p>"}) as site:
        crawl = await crawled(site, renderer=BrowserRenderer(nothing, politeness))
    await nothing.close()
    route = crawl.at("/#/guide-1")
    assert (route.outcome, route.reason) == (Outcome.NOT_MEASURED, Reason.BROWSER_UNAVAILABLE)
