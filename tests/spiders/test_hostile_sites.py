"""A hostile site costs an outcome and a reason, never the crawl."""

from __future__ import annotations

import asyncio
import gzip
import random
from typing import Any

from aiohttp import web

from results.records import Outcome, Reason
from results.settings import Settings
from spiders import portions
from tests.spiders.websites import crawled, guide, links, page, serve

MATTER = "临时居民身份证办理"


async def huge(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": "text/html"})
    await response.prepare(request)
    try:
        await response.write(b"<html><body>")
        for _ in range(300):
            await response.write("<p>办事</p>".encode() * 75_000)
    except ConnectionError:
        pass
    return response


def bomb(_: web.Request) -> web.Response:
    body = gzip.compress(b"<html><body>" + b"<div>" * 40_000_000)
    return web.Response(body=body, headers={"Content-Encoding": "gzip", "Content-Type": "text/html"})


async def test_each_has_an_outcome_and_the_crawl_goes_on() -> None:
    noise = random.Random(1).randbytes(400_000)
    traps: dict[str, Any] = {
        "/huge": huge,
        "/bomb": bomb,
        "/deep": "<html><body>" + "<div>" * 10_000 + "x" + "</div>" * 10_000,
        "/deep-open": "<html><body>" + "<table><tr><td>" * 10_000,
        "/noise": noise,
        "/nul": b"<html>\x00<body>\x00\x00" + "办事".encode() + b"\x00</body>",
        "/loop": lambda _: web.HTTPFound("/loop?again"),
        "/loop?again": lambda _: web.HTTPFound("/loop"),
        "/entities": "<!DOCTYPE x [<!ENTITY a 'aaaa'>"
        + "".join(f"<!ENTITY a{n} '{f'&a{n - 1 if n else str()};' * 10}'>" for n in range(9))
        + "]><html><body>&a8;</body></html>",
        "/attributes": "<div " + " ".join(f"a{n}=1" for n in range(50_000)) + ">x</div>",
        "/long-link": page(
            "长", f'<a href="/{"x" * 100_000}">x</a><a href="http://[::1">x</a><a href="//">x</a>'
        ),
        "/script": page("脚本", "<script>" + "function a(){" * 20_000 + "'" * 10_000 + "</script>"),
        "/quotes": page("引号", "<script>" + '"/a' * 200_000 + "</script>"),
        "/headers": lambda _: web.Response(
            body=b"<html>x", headers={"Content-Type": "text/html; charset=\x7f;;;"}
        ),
        "/guide/1": guide(MATTER),
    }
    home = page("首页", links(*((path, path) for path in traps)))
    async with serve({"/": home, **traps}) as site:
        crawl = await crawled(site)
    assert crawl.at("/guide/1").outcome is Outcome.OK
    assert crawl.at("/loop").reason is Reason.REDIRECT_LOOP
    assert "read as far as" in (crawl.at("/huge").note or "")
    assert set(traps) - crawl.paths() <= {"/loop?again", "/noise"}
    assert crawl.summary.home_outcome is Outcome.OK


async def test_a_page_of_a_million_links_is_cut_and_that_is_told() -> None:
    many = "".join(f'<a href="/t/{n}">x{n}</a>' for n in range(40_000))
    async with serve(
        {"/": page("首页", links(("/guide/1", MATTER)) + many), "/guide/1": guide(MATTER), "*": page("空")}
    ) as site:
        crawl = await crawled(site)
    assert "/guide/1" in crawl.paths("guide")
    assert len(site.seen) < 300
    whys = {cut.why for cut in crawl.summary.cuts}
    assert whys == {"no_guides", "too_many_links"}


async def test_the_loop_goes_on_beside_large_pages() -> None:
    large = page("大", "<p>办事指南与申请材料</p>" * 20_000)
    lags: list[float] = []

    async def watch() -> None:
        loop = asyncio.get_running_loop()
        while True:
            before = loop.time()
            await asyncio.sleep(0.01)
            lags.append(loop.time() - before - 0.01)

    async with serve({"/": page("首页", links(*((f"/p/{n}", "大") for n in range(3)))), "*": large}) as site:
        watcher = asyncio.create_task(watch())
        crawl = await crawled(site)
        watcher.cancel()
    assert len(crawl.found) == 4
    assert len(lags) > 10


async def test_calendars_facets_and_mazes_end_and_are_told_once() -> None:
    def calendar(request: web.Request) -> str:
        month = int(request.query.get("month", "1"))
        days = links(*((f"/calendar?month={month}&day={day}", str(day)) for day in range(1, 29)))
        return page(f"{month}月", days + links((f"/calendar?month={month + 1}", "下个月")))

    def maze(request: web.Request) -> str:
        path = request.path.rstrip("/")
        return page("迷宫", links((f"{path}/left", "左"), (f"{path}/right", "右")))

    def facets(request: web.Request) -> str:
        chosen = dict(request.query)
        names = "abcdefghij"
        more = [
            (f"/facets?{'&'.join(f'{k}={v}' for k, v in (chosen | {name: '1'}).items())}", name)
            for name in names
        ]
        return page("筛选", links(*more))

    def any_page(request: web.Request) -> Any:
        return maze(request) if request.path.startswith("/maze") else None

    pages: dict[str, Any] = {
        "/": page(
            "首页", links(("/calendar", "日历"), ("/maze", "迷宫"), ("/facets", "筛选"), ("/guide/1", MATTER))
        ),
        "/calendar": calendar,
        "/facets": facets,
        "/guide/1": guide(MATTER),
        "*": any_page,
    }
    async with serve(pages) as site:
        crawl = await crawled(site, settings=Settings(rate=500, max_depth=4))
    assert crawl.paths("guide") == {"/guide/1"}
    assert len(site.seen) < 12 * portions.FIRST_PORTION
    patterns = [(cut.pattern, cut.why) for cut in crawl.summary.cuts]
    assert len(patterns) == len(set(patterns))
    assert any("month" in pattern for pattern, _ in patterns)


async def test_session_ids_and_sort_orders_are_one_page() -> None:
    def listing(request: web.Request) -> str:
        n = len(request.path_qs)
        return page(
            "列表",
            links(
                (f"/list;jsessionid={n}ABC", "列表"),
                (f"/list?sort={n}&order=asc", "排序"),
                (f"/list?_={1700000000000 + n}", "刷新"),
                ("/list?view=grid", "网格"),
                ("/guide/1?b=2&a=1", MATTER),
                ("/guide/1?a=1&b=2#top", MATTER),
            ),
        )

    async with serve({"/": listing, "/list": listing, "/guide/1": guide(MATTER)}) as site:
        crawl = await crawled(site)
    assert crawl.paths() == {"/", "/list", "/guide/1?a=1&b=2"}
