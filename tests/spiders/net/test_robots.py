from __future__ import annotations

from typing import Any

import pytest
from aiohttp import web

from spiders.net.client import HttpClient
from spiders.net.egress import EgressDenied, EgressGuard
from spiders.net.politeness import Politeness
from spiders.net.refusals import ToldToWait
from spiders.net.robots import Robots
from tests.spiders.websites import serve

RULES = """User-agent: *
Disallow: /private/
Crawl-delay: 7
Sitemap: http://127.0.0.1/map.xml

User-agent: PortalProbe
Disallow: /ours/
"""


async def ask(page: Any, *paths: str, agent: str = "Mozilla/5.0 SomeBot/1", **options: Any) -> list[bool]:
    async with (
        serve({"/robots.txt": page} if page is not None else {}) as site,
        HttpClient(EgressGuard(["127.0.0.1"]), Politeness(1000), user_agent=agent) as http,
    ):
        robots = Robots(http, agent, **options)
        answers = [await robots.allowed(site.base + path) for path in paths]
    ask.requests = len(site.seen)  # type: ignore[attr-defined]
    return answers


async def test_rules_are_obeyed_and_fetched_once() -> None:
    assert await ask("User-agent: *\nDisallow: /private/", "/", "/private/a", "/b") == [True, False, True]
    assert ask.requests == 1  # type: ignore[attr-defined]


async def test_a_group_of_our_own_name_comes_first() -> None:
    agent = "Mozilla/5.0 (X11) Chrome/1 PortalProbe/0.1 (+mailto:a@b.cn)"
    assert await ask(
        "User-agent: *\nDisallow: /\n\nUser-agent: PortalProbe\nDisallow: /ours/", "/", "/ours/a", agent=agent
    ) == [
        True,
        False,
    ]


async def test_without_rules_all_is_open() -> None:
    assert await ask(None, "/a") == [True]
    assert await ask("<html>您访问的页面不存在</html>", "/a") == [True]


async def test_rules_that_the_server_fails_to_give_close_all() -> None:
    assert await ask(lambda _: web.Response(status=500), "/a") == [False]
    assert ask.requests == 2  # type: ignore[attr-defined]


async def test_the_owner_may_lift_them() -> None:
    assert await ask("User-agent: *\nDisallow: /", "/a", ignore=True) == [True]


async def test_crawl_delay_goes_to_politeness() -> None:
    async with serve({"/robots.txt": "User-agent: *\nCrawl-delay: 1", "/a": "x"}) as site:
        politeness = Politeness(1000)
        async with HttpClient(EgressGuard(["127.0.0.1"]), politeness, user_agent="x") as http:
            assert await Robots(http, "x").allowed(site.base + "/a")
            await http.fetch(site.base + "/a")
    moments = [moment for moment, _, _ in site.seen]
    assert moments[1] - moments[0] >= 0.95


@pytest.mark.parametrize("asked", ["Crawl-delay: 1e9", f"Request-rate: 1/{'9' * 400}", "Request-rate: 1/20d"])
async def test_hours_between_requests_are_left_to_whoever_asks_for_them(asked: str) -> None:
    async with (
        serve({"/robots.txt": f"User-agent: *\n{asked}", "/a": "x"}) as site,
        HttpClient(EgressGuard(["127.0.0.1"]), Politeness(1000), user_agent="x") as http,
    ):
        assert await Robots(http, "x").allowed(site.base + "/a")
        with pytest.raises(ToldToWait):
            await http.fetch(site.base + "/a")


async def test_a_server_that_cannot_be_reached_is_left_to_the_page() -> None:
    async with HttpClient(EgressGuard(["127.0.0.1"]), Politeness(1000), user_agent="x") as http:
        assert await Robots(http, "x").allowed("http://127.0.0.1:1/a")
        with pytest.raises(EgressDenied):
            await Robots(http, "x").allowed("http://127.0.0.2/a")


async def test_sitemaps_are_named() -> None:
    async with (
        serve({"/robots.txt": RULES}) as site,
        HttpClient(EgressGuard(["127.0.0.1"]), Politeness(1000), user_agent="x") as http,
    ):
        assert await Robots(http, "x").sitemaps(site.base) == ["http://127.0.0.1/map.xml"]
