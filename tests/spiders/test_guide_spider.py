from __future__ import annotations

import asyncio
import gzip
import random
from typing import Any

import pytest
from aiohttp import web

from results.records import Outcome, PageKind, Reason
from results.settings import Settings
from spiders.found import FoundPage
from spiders.frontier import MOST_IN_HAND
from spiders.scope import Portal
from spiders.settings import scrapy_settings
from tests.spiders.websites import Page, crawled, guide, links, page, serve

MATTERS = ["临时居民身份证办理", "社会保障卡申领", "户口迁移审批", "公共场所卫生许可", "药品经营许可证核发"]


def portal(guides: int = 12, per_page: int = 5) -> dict[str, Page]:
    """A home page, a paged list, guides, and news beside them."""
    names = [f"{MATTERS[n % 5]}（第{n}号）" for n in range(guides)]
    pages: dict[str, Page] = {
        "/": page("测试市政务服务网", links(("/list", "办事服务"), ("/news", "新闻动态"))),
        "/news": page("新闻动态", links(*((f"/news/{n}.html", f"本市召开第{n}次会议") for n in range(3)))),
    }
    pages |= {
        f"/news/{n}.html": page(f"本市召开第{n}次会议", "<p>会议强调要做好工作。</p>" * 20) for n in range(3)
    }
    pages |= {f"/guide/{n}": guide(name) for n, name in enumerate(names)}
    last = -(-guides // per_page)
    for number in range(1, last + 1):
        shown = range((number - 1) * per_page, min(number * per_page, guides))
        turn = [("/list" if number == 2 else f"/list?page={number - 1}", "上一页")] if number > 1 else []
        turn += [(f"/list?page={number + 1}", "下一页")] if number < last else []
        body = links(*((f"/guide/{n}", names[n]) for n in shown)) + links(*turn)
        pages["/list" if number == 1 else f"/list?page={number}"] = page("办事服务", body)
    return pages


async def test_every_guide_is_found_with_its_depth_and_its_words() -> None:
    async with serve(portal()) as site:
        crawl = await crawled(site)
    assert crawl.paths("guide") == {f"/guide/{n}" for n in range(12)}
    assert crawl.summary.complete
    assert crawl.summary.why is None
    assert crawl.summary.pages == len(crawl.found)
    assert crawl.summary.entry == "direct"
    assert crawl.found[0].kind is PageKind.HOME
    # all paging of a list is one click
    assert crawl.at("/list?page=3").depth == 1
    last = crawl.at("/guide/11")
    assert (last.depth, last.linked_as_guide, last.template) == (2, True, "/guide/{n}")
    assert last.reading is not None
    assert last.reading.matter.startswith("社会保障卡申领")
    assert last.parent_url == site.base + "/list?page=3"
    assert len(site.paths) == len(set(site.paths)), "an address was asked for twice"


async def test_pages_are_handed_on_while_the_crawl_goes_on() -> None:
    async with serve(portal()) as site:
        asked: list[int] = []

        async def on_page(_: FoundPage) -> None:
            asked.append(len(site.seen))

        await crawled(site, on_page=on_page)
    assert asked[0] < len(site.seen) / 2


async def test_the_same_pages_whatever_the_latencies() -> None:
    seen = []
    for seed in range(3):
        chance = random.Random(seed)

        def late(body: Page, chance: random.Random = chance) -> Page:
            async def answer(_: web.Request) -> web.Response:
                await asyncio.sleep(chance.random() * 0.03)
                return web.Response(body=str(body).encode(), content_type="text/html", charset="utf-8")

            return answer

        async with serve({path: late(body) for path, body in portal().items()}) as site:
            crawl = await crawled(site)
        base = site.base
        seen.append(
            {
                (
                    p.url.removeprefix(base),
                    p.kind,
                    p.depth,
                    (p.parent_url or "").removeprefix(base),
                    p.linked_as_guide,
                )
                for p in crawl.found
            }
        )
    assert seen[0] == seen[1] == seen[2]


@pytest.mark.parametrize(
    ("body", "target"),
    [
        ('<iframe src="/guide/0"></iframe>', "/guide/0"),
        (
            """<a href="javascript:void(0)" onclick="window.open('/guide/0')">临时居民身份证办理</a>""",
            "/guide/0",
        ),
        ("""<div onclick="location.href='/guide/0'">临时居民身份证办理</div>""", "/guide/0"),
        ('<span data-url="/guide/0">临时居民身份证办理</span>', "/guide/0"),
        (
            """<a href="javascript:go('0')">临时居民身份证办理</a><script>function go(id){var u='/guide/'+id;window.open(u)}</script>""",
            "/guide/0",
        ),
        (
            """<script>var list=[{"id":1,"name":"临时居民身份证办理","url":"\\/guide\\/0"}]</script>""",
            "/guide/0",
        ),
        ('<area href="/guide/0">', "/guide/0"),
        ('<select><option value="/guide/0">临时居民身份证办理</option></select>', "/guide/0"),
        ('<a href="guide/0?jsessionid=1&sort=x">办</a>', "/guide/0"),
    ],
)
async def test_every_way_on_is_followed(body: str, target: str) -> None:
    async with serve({"/": page("首页", body), target: guide("临时居民身份证办理")}) as site:
        crawl = await crawled(site)
    assert crawl.paths("guide") == {target}


async def test_a_page_that_only_sends_on_hands_on_the_words_of_its_link() -> None:
    pages: dict[str, Page] = {
        "/": page("测试市政务服务网", links(("/go?id=1", "社会保障卡申领"))),
        "/go?id=1": '<html><head><meta http-equiv="refresh" content="0;url=/detail/1"></head></html>',
        "/detail/1": guide("社会保障卡申领"),
    }
    async with serve(pages) as site:
        crawl = await crawled(site)
    assert (crawl.at("/detail/1").link_text, crawl.at("/detail/1").depth) == ("社会保障卡申领", 1)


async def test_meta_refresh_and_framesets_lead_on() -> None:
    home = '<html><head><meta http-equiv="refresh" content="0;url=/home.html"></head></html>'
    frames = '<html><frameset><frame src="/left.html"></frameset></html>'
    pages = {
        "/": home,
        "/home.html": frames,
        "/left.html": page("栏目", links(("/guide/0", MATTERS[0]))),
        "/guide/0": guide(MATTERS[0]),
    }
    async with serve(pages) as site:
        crawl = await crawled(site)
    assert crawl.paths("guide") == {"/guide/0"}
    assert crawl.at("/home.html").depth == 0


async def test_the_paging_script_of_a_publishing_system_is_read() -> None:
    pages: dict[str, Page] = {
        "/": page("首页", links(("/bsfw/index.html", "办事服务"))),
        "/bsfw/index.html": page("办事服务", '<script>createPageHTML(4, 0, "index", "html");</script>'),
    }
    for n in range(1, 4):
        pages[f"/bsfw/index_{n}.html"] = page("办事服务", links((f"/guide/{n}", MATTERS[n])))
        pages[f"/guide/{n}"] = guide(MATTERS[n])
    async with serve(pages) as site:
        crawl = await crawled(site)
    assert crawl.paths("guide") == {"/guide/1", "/guide/2", "/guide/3"}
    assert crawl.at("/guide/3").depth == 2


async def test_sitemaps_list_what_no_link_leads_to() -> None:
    def sitemap(request: web.Request) -> web.Response:
        base = f"http://{request.host}"
        body = f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>{base}/guide/9</loc></url></urlset>'
        return web.Response(body=gzip.compress(body.encode()), content_type="application/gzip")

    pages = {
        "/": page("首页"),
        "/robots.txt": lambda request: web.Response(text=f"Sitemap: http://{request.host}/maps.xml.gz"),
        "/maps.xml.gz": sitemap,
        "/guide/9": guide(MATTERS[0]),
    }
    async with serve(pages) as site:
        crawl = await crawled(site)
    found = crawl.at("/guide/9")
    assert found.kind is PageKind.GUIDE
    assert found.depth == Settings().max_depth + 1
    assert "sitemap" in (found.note or "")


async def test_gbk_pages_are_read_and_their_queries_written_in_gbk() -> None:
    home = (
        page("首页", '<a href="/list?name=身份">身份证类办事事项</a>').replace("utf-8", "gbk").encode("gbk")
    )
    pages: dict[str, Any] = {
        "/": web.Response(body=home, content_type="text/html", charset="gbk"),
        "/list?name=%C9%ED%B7%DD": page("列表", links(("/guide/0", MATTERS[0]))),
        "/guide/0": guide(MATTERS[0]).replace("utf-8", "gb2312").encode("gb18030"),
    }
    pages["/"] = lambda _: web.Response(body=home, headers={"Content-Type": "text/html"})
    async with serve(pages) as site:
        crawl = await crawled(site)
    assert any("%C9%ED%B7%DD" in path for path in site.paths), site.paths
    assert crawl.paths("guide") == {"/guide/0"}


async def test_robots_are_obeyed_and_a_closed_guide_is_told() -> None:
    pages = portal(2) | {"/robots.txt": "User-agent: *\nDisallow: /guide/1\nDisallow: /news"}
    async with serve(pages) as site:
        crawl = await crawled(site)
    assert not [path for path in site.paths if path.startswith(("/guide/1", "/news"))]
    closed = crawl.at("/guide/1")
    assert (closed.outcome, closed.reason) == (Outcome.NOT_MEASURED, Reason.ROBOTS_DISALLOWED)
    assert "/news" not in crawl.paths()
    assert [cut.why for cut in crawl.summary.cuts] == ["robots_disallowed"]


async def test_a_broken_guide_is_told_with_its_reason() -> None:
    pages: dict[str, Any] = portal(4)
    pages["/guide/0"] = lambda _: web.Response(status=500)
    pages["/guide/1"] = lambda _: web.Response(status=412, text='<script r="m">$_ts=window["$_ts"]</script>')
    pages["/guide/2"] = lambda _: web.HTTPFound("/guide/2")
    async with serve(pages) as site:
        crawl = await crawled(site)
    assert [crawl.at(f"/guide/{n}").reason for n in range(4)] == [
        Reason.HTTP_5XX,
        Reason.CHALLENGE_PAGE,
        Reason.REDIRECT_LOOP,
        None,
    ]
    assert all(crawl.at(f"/guide/{n}").linked_as_guide for n in range(4))
    assert crawl.at("/guide/1").outcome is Outcome.BLOCKED
    assert "no browser" in (crawl.at("/guide/1").note or "")


async def test_a_passing_failure_is_tried_again() -> None:
    calls: list[int] = []

    def now_and_then(_: web.Request) -> web.Response:
        calls.append(1)
        if len(calls) == 1:
            return web.Response(status=503)
        return web.Response(text=guide(MATTERS[0]), content_type="text/html")

    async with serve(portal(1) | {"/guide/0": now_and_then}) as site:
        crawl = await crawled(site)
    assert crawl.at("/guide/0").kind is PageKind.GUIDE


async def test_a_home_page_that_does_not_open_ends_the_crawl_with_its_reason() -> None:
    async with serve({"/": lambda _: web.Response(status=404, text="")}) as site:
        crawl = await crawled(site)
    assert (crawl.summary.home_outcome, crawl.summary.home_reason) == (Outcome.FAILED, Reason.HTTP_4XX)
    assert not crawl.summary.complete
    assert [each.kind for each in crawl.found] == [PageKind.HOME]
    crawl = await crawled(site)
    assert crawl.summary.home_reason is Reason.CONNECT_REFUSED


async def test_a_portal_that_keeps_us_out_is_left_alone() -> None:
    pages: dict[str, Any] = portal(60, 60)
    pages |= {f"/guide/{n}": lambda _: web.Response(status=403) for n in range(60)}
    async with serve(pages) as site:
        crawl = await crawled(site)
    assert not crawl.summary.complete
    assert "forbidden" in (crawl.summary.why or "")
    assert sum(path.startswith("/guide") for path in site.paths) < 60


async def test_another_region_of_a_shared_host_is_out() -> None:
    pages: dict[str, Page] = {
        "/?areaCode=370100000000": page(
            "济南市",
            links(
                ("/list?areaCode=370100000000", "济南办事"),
                ("/list?areaCode=370200000000", "青岛办事"),
                ("/list/370300000000", "淄博办事"),
                ("/#/list?regionCode=370400", "枣庄办事"),
                ("/guide/1", MATTERS[0]),
                ("/guide/2", MATTERS[1]),
                ("/guide/3?areaCode=370102000000", MATTERS[2]),
            ),
        ),
        "/list": page("办事服务"),
        "/guide/1": guide(MATTERS[0]) + '<script>var areaCode = "370100000000";</script>',
        "/guide/2": guide(MATTERS[1]) + '<script>var areaCode = "370200000000";</script>',
        "/guide/3": guide(MATTERS[2]),
    }
    async with serve(pages) as site:
        home = site.base + "/?areaCode=370100000000"
        crawl = await crawled(
            site, portal=Portal(slug="jinan", name="济南市", home_url=home, adcode="370100")
        )
    assert crawl.paths("guide") == {"/guide/1", "/guide/3?areaCode=370102000000"}
    assert not [path for path in site.paths if "370200" in path or "370300" in path]
    assert {cut.why for cut in crawl.summary.cuts} == {"out_of_scope"}
    assert sum(cut.cut for cut in crawl.summary.cuts) == 4


async def test_a_host_that_guides_are_handed_to_is_in_and_others_are_only_listed() -> None:
    async with serve({"/g/1": guide(MATTERS[0]), "/other": page("省政府")}, host="127.0.0.2") as province:
        home = page(
            "首页", links((f"{province.base}/g/1", MATTERS[0]), (f"{province.base}/other", "省政府网站"))
        )
        async with serve({"/": home}) as site:
            crawl = await crawled(site, allow=("127.0.0.0/8",))
    handed = next(each for each in crawl.found if each.kind is PageKind.GUIDE)
    assert handed.url == province.base + "/g/1"
    assert MATTERS[0] in (handed.note or "")
    assert "/other" not in province.paths
    assert province.base + "/other" in crawl.found[0].links


async def test_a_city_is_found_on_its_provinces_portal() -> None:
    city = portal(2)
    pages = {
        "/": page("山东政务服务网", links(("/switch", "切换站点"), ("/x", "办事服务"))),
        "/switch": page("站点", links(("/jinan/", "济南市"), ("/qingdao/", "青岛市"))),
        "/jinan/": city.pop("/"),
        **city,
    }
    async with serve(pages) as site:
        where = Portal(slug="jinan", name="济南市", home_url=site.base, entered_from_province=True)
        crawl = await crawled(site, portal=where)
        assert crawl.summary.entry == "province"
        assert crawl.found[0].url == site.base + "/jinan/"
        assert "2 click(s)" in (crawl.found[0].note or "")
        assert crawl.paths("guide") == {"/guide/0", "/guide/1"}
        nowhere = Portal(slug="x", name="某某市", home_url=site.base, entered_from_province=True)
        crawl = await crawled(site, portal=nowhere)
    assert (crawl.summary.entry, crawl.summary.home_reason) == ("none", Reason.NOT_FOUND)


async def test_the_budgets_cut_by_pages_and_depth_and_say_so() -> None:
    async with serve(portal(30)) as site:
        crawl = await crawled(site, settings=Settings(rate=500, max_pages=10))
        assert len(crawl.found) == 10
        assert not crawl.summary.complete
        assert "budget" in {cut.why for cut in crawl.summary.cuts}
        crawl = await crawled(site, settings=Settings(rate=500, max_depth=1))
        assert not crawl.paths("guide")
        assert not crawl.summary.complete
        assert "depth" in {cut.why for cut in crawl.summary.cuts}


async def test_a_page_that_leaves_the_portal_is_not_followed() -> None:
    async with serve({"/": page("外站")}, host="127.0.0.2") as other:
        pages = {"/": page("首页", links(("/out", "友情链接"))), "/out": lambda _: web.HTTPFound(other.base)}
        async with serve(pages) as site:
            crawl = await crawled(site, allow=("127.0.0.0/8",))
    assert not other.seen
    assert crawl.paths() == {"/"}
    assert crawl.summary.complete


def test_scrapys_unsafe_defaults_are_off() -> None:
    settings = scrapy_settings(1)
    assert settings["DOWNLOAD_VERIFY_CERTIFICATES"] is True
    assert settings["TELNETCONSOLE_ENABLED"] is False
    assert 0 < settings["DOWNLOAD_MAXSIZE"] <= 64 * 1024 * 1024
    assert {name for name, each in settings["DOWNLOAD_HANDLERS"].items() if each is not None} == {
        "http",
        "https",
    }


async def test_pages_are_not_fetched_faster_than_they_are_read() -> None:
    """What is fetched lies in memory until it is read: a crawl that fetched ahead would hold thousands of pages."""
    names = [(f"/guide/{n}", f"{MATTERS[n % 5]}（第{n}号）") for n in range(90)]
    pages: dict[str, Page] = {"/": page("测试市政务服务网", links(*names))}
    pages |= {path: guide(name) for path, name in names}
    async with serve(pages) as site:
        all_in_hand = asyncio.Event()
        waiting, asked = 0, 0

        async def on_page(found: FoundPage) -> None:
            nonlocal waiting, asked
            waiting += found.kind is PageKind.GUIDE
            if waiting == MOST_IN_HAND and not all_in_hand.is_set():
                await asyncio.sleep(0.3)  # whoever would fetch more has the time to
                asked = sum(path.startswith("/guide/") for path in site.paths)
                all_in_hand.set()
            elif found.kind is PageKind.GUIDE:
                await all_in_hand.wait()

        crawl = await crawled(site, on_page=on_page)
    assert asked == MOST_IN_HAND
    assert crawl.summary.pages == 91
