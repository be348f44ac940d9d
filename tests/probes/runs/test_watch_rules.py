"""What a watch obeys and what it shows beside the visits: robots.txt, and the portal's own announcements."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import web

from probes.runs.sweep import Target
from probes.runs.watch import watch
from results.daily import PORTAL_ZONE
from results.ledger import City
from results.moments import as_text
from results.notices import MaintenanceNotice
from results.records import Availability, Outcome, Reason
from results.settings import Settings
from results.store import Store
from spiders.scope import Portal

FULL = "<p>" + "个人办事 法人办事 跨省通办 政务公开 咨询投诉 " * 40 + "</p>"
SETTINGS = Settings(allow_private=("127.0.0.0/8",), rate=200, home_timeout_s=5, engines=("chromium",))
TODAY = datetime.now(PORTAL_ZONE)
NIGHT = (TODAY + timedelta(days=1)).replace(hour=22, minute=0, second=0, microsecond=0)
WORDS = f"系统将于{NIGHT:%m月%d日}22:00至次日6:00升级维护，期间暂停服务"


@dataclass
class Site:
    """Pages by path; a path without one answers 404, a number is a bare status."""

    pages: dict[str, str | int] = field(default_factory=dict)
    hits: Counter[str] = field(default_factory=Counter)
    url: str = ""

    async def answer(self, request: web.Request) -> web.Response:
        self.hits[request.path] += 1
        page = self.pages.get(request.path, 404)
        if isinstance(page, int):
            return web.Response(status=page)
        kind = "text/plain" if request.path == "/robots.txt" else "text/html"
        return web.Response(text=page, content_type=kind, charset="utf-8")


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    served = Site({"/": FULL})
    application = web.Application()
    application.router.add_get("/{name:.*}", served.answer)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    served.url = f"http://127.0.0.1:{runner.addresses[0][1]}/"
    yield served
    await runner.cleanup()


async def watched(
    site: Site, folder: Path, *, times: int = 1, ignore_robots: str | None = None
) -> tuple[list[Availability], list[MaintenanceNotice]]:
    portal = Portal(slug="mycity", name="某市", home_url=site.url, ignore_robots=ignore_robots)
    target = Target(city=City(slug="mycity", name="某市", home_url=site.url), portal=portal, lists=())
    with Store.open(folder / "probe.db") as store:
        await watch(store, [target], settings=SETTINGS, every_s=0.05, times=times)
        return store.all(Availability), store.all(MaintenanceNotice)


async def test_what_robots_forbids_is_not_visited_and_that_is_said(site: Site, tmp_path: Path) -> None:
    site.pages["/robots.txt"] = "User-agent: *\nDisallow: /\n"
    visits, _ = await watched(site, tmp_path)
    assert [(each.outcome, each.reason) for each in visits] == [
        (Outcome.NOT_MEASURED, Reason.ROBOTS_DISALLOWED)
    ]
    assert site.hits == {"/robots.txt": 1}


async def test_an_owner_may_lift_the_rules_for_its_own_portal(site: Site, tmp_path: Path) -> None:
    site.pages["/robots.txt"] = "User-agent: *\nDisallow: /\n"
    visits, _ = await watched(site, tmp_path, ignore_robots="文号 2026-17")
    assert [each.outcome for each in visits] == [Outcome.OK] and "/robots.txt" not in site.hits


async def test_a_server_that_answers_everything_with_503_is_down_and_forbids_nothing(
    site: Site, tmp_path: Path
) -> None:
    site.pages |= {"/robots.txt": 503, "/": 503}
    visits, _ = await watched(site, tmp_path)
    assert [each.reason for each in visits] == [Reason.HTTP_5XX]


async def test_an_announcement_on_the_home_page_is_kept_once(site: Site, tmp_path: Path) -> None:
    site.pages["/"] = f"{FULL}<div style='display:none'><h3>公告</h3><p>{WORDS}。</p></div>"
    visits, notices = await watched(site, tmp_path, times=3)
    assert {each.outcome for each in visits} == {Outcome.OK}
    (notice,) = notices
    assert (notice.opens_at, notice.closes_at) == (as_text(NIGHT), as_text(NIGHT + timedelta(hours=8)))
    assert notice.words == f"{WORDS}。" and notice.url == site.url


async def test_an_announcement_behind_a_link_is_read_once(site: Site, tmp_path: Path) -> None:
    site.pages["/"] = (
        f"{FULL}<a href='/notice/1.html'>关于系统升级维护的公告</a><a href='/x'>系统使用说明</a>"
    )
    site.pages["/notice/1.html"] = f"<h1>关于系统升级维护的公告</h1><p>为提升服务质量，{WORDS}。</p>"
    _, notices = await watched(site, tmp_path, times=3)
    (notice,) = notices
    assert notice.opens_at == as_text(NIGHT) and notice.url.endswith("/notice/1.html")
    assert site.hits["/notice/1.html"] == 1 and "/x" not in site.hits


@pytest.mark.parametrize("page", [404, "<h1>关于系统升级维护的公告</h1><p>具体时间另行通知。</p>"])
async def test_an_announcement_whose_times_cannot_be_had_is_kept_by_its_words(
    site: Site, tmp_path: Path, page: str | int
) -> None:
    site.pages |= {"/": f"{FULL}<a href='/n.html'>关于系统升级维护的公告</a>", "/n.html": page}
    _, notices = await watched(site, tmp_path, times=2)
    (notice,) = notices
    assert notice.opens_at is None and "系统升级维护的公告" in notice.words
    assert site.hits["/n.html"] == 1


async def test_a_link_that_robots_forbids_or_that_leads_elsewhere_is_not_followed(
    site: Site, tmp_path: Path
) -> None:
    links = "<a href='/private/1'>系统停机维护公告</a><a href='http://127.9.9.9/1'>平台升级维护公告</a>"
    site.pages |= {"/": FULL + links, "/robots.txt": "User-agent: *\nDisallow: /private/\n"}
    _, notices = await watched(site, tmp_path)
    assert "系统停机维护公告" in [each.words for each in notices], "its title is shown all the same"
    assert all(each.url.startswith(site.url) for each in notices)
    assert "/private/1" not in site.hits


async def test_what_a_portal_says_while_it_is_down_is_read_too(site: Site, tmp_path: Path) -> None:
    words = f"系统维护中：{NIGHT:%m月%d日}22:00至次日6:00，给您带来不便敬请谅解"
    site.pages["/"] = f"<title>系统维护</title><p>{words}</p>"
    visits, notices = await watched(site, tmp_path)
    assert [each.outcome for each in visits] == [Outcome.FAILED]
    assert [each.opens_at for each in notices] == [as_text(NIGHT)]


@pytest.mark.parametrize(
    "html", ["", "\x00\xff<<<>>>", "<a href='http://[::1'>系统维护公告</a>", "<p>" * 3000 + "系统维护公告"]
)
async def test_a_hostile_page_breaks_no_visit(site: Site, tmp_path: Path, html: str) -> None:
    site.pages["/"] = FULL + html
    visits, _ = await watched(site, tmp_path)
    assert [each.outcome for each in visits] == [Outcome.OK]
