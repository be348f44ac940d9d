"""The interaction probe on portals that offer the modules in several ways, or not at all."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
import pytest_asyncio
from aiohttp import web

from probes.browsers.pool import EnginePool
from probes.interaction import InteractionProbe
from probes.probe import CrawledPage
from probes.widgets.modules import Candidate, module_score, published_figure
from results.records import Interaction, Outcome, PageKind, Reason
from tests.probes.rig import context_of, measured, page

_TEXT = "<p>江城市政务服务网互动交流栏目，欢迎您就办事服务提出意见和建议，我们将及时答复。</p>"
_HEAD = (
    "<!DOCTYPE html><html lang=zh><head><meta charset=utf-8><title>{}</title></head><body><h1>江城市政务服务网</h1>"
    + _TEXT
)
_HOMES = {
    # links in the page, one that opens within it, one in a window of its own
    "plain": "<a href=/consult>在线咨询</a> <a href='javascript:void(0)' onclick=\"d.innerHTML='<h3>我要投诉</h3><form method=post action=/submitted><textarea></textarea><button>提交投诉</button></form>'\">我要投诉</a><div id=d></div> <a href='javascript:void(0)' onclick=\"window.open('/rate')\"><img alt=好差评 width=90 height=30></a>",
    # everything behind a hub
    "hub": "<a href=/hub>互动交流</a>",
    # what goes wrong
    "broken": "<a href=/gone>在线咨询</a> <a href=/login>我要投诉</a> <a href='javascript:void(0)'>好差评</a>",
    "none": "<a href=/n/1>关于开展政务服务评价工作的通知</a> <p>投诉电话：0771-1234567</p>",
}  # fmt: skip


@dataclass
class _Portals:
    rows: dict[str, dict[str, Interaction]]
    submitted: int = 0


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def portals(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[_Portals]:
    folder = tmp_path_factory.mktemp("interaction")
    found = _Portals({})

    def html(title: str, body: str, status: int = 200) -> web.Response:
        return web.Response(
            text=_HEAD.format(title) + body + "</body></html>", content_type="text/html", status=status
        )

    async def serve(request: web.Request) -> web.Response:
        match request.path.split("/")[1:]:
            case ["p", name]:
                return html("江城市政务服务网", _HOMES[name])
            case ["hub"]:
                return html(
                    "互动交流",
                    "<a href=/consult>我要咨询</a><a href=/complain>投诉举报</a><a href=/rate>好差评</a>",
                )
            case ["rate"]:
                return html(
                    "好差评", "<ul><li>好评率<b>98.5％</b></li><li>评价总数：<b>1,234,567</b>条</li></ul>"
                )
            case ["gone"]:
                return html("出错了", "<h2>404</h2><p>抱歉，您访问的页面不存在或已被删除</p>")
            case ["login"]:
                return html(
                    "用户登录",
                    "<p>请先登录</p><form><input name=u><input type=password name=p><button>登录</button></form>",
                )
            case ["submitted"]:
                found.submitted += 1
        return html(
            "咨询投诉",
            "<form method=post action=/submitted><input name=a><textarea></textarea><button>提交</button></form>",
        )

    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", serve)
    runner = web.AppRunner(app, shutdown_timeout=0.5)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    origin = "http://{}:{}".format(*runner.addresses[0])

    async def look(
        pool: EnginePool, name: str, *, complete: bool = True, pages: list[CrawledPage] | None = None
    ) -> None:
        home = f"{origin}/p/{name}"
        context = context_of(pool, folder, home, pages=pages or [], crawl_complete=complete)
        async with context.http:
            rows = await measured(InteractionProbe(), context)
        key = name if complete and not pages else f"{name} crawled" if pages else f"{name} cut"
        found.rows[key] = {each.module: each for each in rows}  # type: ignore[attr-defined, misc]

    async with EnginePool(["chromium"], proxy=None, politeness=None, user_agent_suffix="test") as pool:
        crawled = [
            page(f"{origin}/rate", PageKind.INTERACTION, title="好差评-江城市政务服务网"),
            page(f"{origin}/n/1", PageKind.NEWS, title="在线咨询栏目上线", number=2),
        ]
        await asyncio.gather(
            *(look(pool, name) for name in _HOMES),
            look(pool, "none", complete=False),
            look(pool, "none", pages=crawled),
        )
    await runner.cleanup()
    yield found


pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.mark.parametrize("name", ["plain", "hub"])
async def test_modules_are_found_and_open(portals: _Portals, name: str) -> None:
    rows = portals.rows[name]
    assert {module: each.outcome for module, each in rows.items()} == dict.fromkeys(
        ("consult", "complain", "rate"), Outcome.OK
    ), rows
    assert rows["rate"].published_figure == "好评率 98.5%, 评价总数 1,234,567条"
    assert rows["rate"].url and rows["rate"].url.endswith("/rate")


async def test_what_does_not_open_is_told_apart(portals: _Portals) -> None:
    rows = portals.rows["broken"]
    assert rows["consult"].reason is Reason.SOFT_404
    assert rows["complain"].reason is Reason.LOGIN_WALL
    assert rows["rate"].reason is Reason.SCRIPT_ERROR


async def test_absent_only_when_the_crawl_was_whole(portals: _Portals) -> None:
    assert {each.reason for each in portals.rows["none"].values()} == {Reason.NOT_FOUND}
    assert {each.outcome for each in portals.rows["none cut"].values()} == {Outcome.NOT_MEASURED}


async def test_a_module_that_only_the_crawl_found_is_opened(portals: _Portals) -> None:
    rows = portals.rows["none crawled"]
    assert rows["rate"].outcome is Outcome.OK
    assert rows["consult"].reason is Reason.NOT_FOUND


async def test_nothing_is_submitted(portals: _Portals) -> None:
    assert portals.rows and portals.submitted == 0


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("好评率：99.62%", "好评率 99.62%"),
        ("99.8%\n好评率\n12,345\n评价数", "好评率 99.8%, 评价数 12,345"),
        ("满意度 100%", "满意度 100%"),
        ("欢迎对政务服务作出评价", None),
    ],
)
async def test_published_figures(text: str, expected: str | None) -> None:
    assert published_figure(text) == expected


@pytest.mark.parametrize(
    ("module", "words", "likely"),
    [
        ("consult", "我要咨询", True),
        ("consult", "咨询电话：0771-1234567", False),
        ("complain", "投诉举报", True),
        ("complain", "关于规范投诉举报处理工作的通知", False),
        ("rate", "好差评", True),
        ("rate", "评价规则", False),
        ("rate", "办事指南", False),
    ],
)
async def test_which_links_are_modules(module: str, words: str, likely: bool) -> None:
    assert (module_score(module, Candidate(words=words)) >= 2.0) is likely
