"""Pages that misbehave while they are worked on: each trial ends in an outcome and a reason, and the run goes on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from aiohttp import web

from probes.browsers.pool import EnginePool
from probes.interaction import InteractionProbe
from probes.probe import Probe
from probes.searching import SearchProbe
from results.records import Interaction, Observation, Outcome, Reason, Search
from results.settings import Settings
from tests.probes.rig import context_of

pytestmark = pytest.mark.asyncio(loop_scope="module")

_QUERY = "社会保障卡申领"
_UNITS = {"search": f"exact {_QUERY} 1", "interactions": "consult"}
_TEXT = "<p>欢迎访问江城市政务服务网，这里可以查询和办理各类政务服务事项，也可以咨询和投诉。</p>"
_BOX = "<form action=/s><input name=q id=k placeholder='请输入事项名称'><button>搜索</button></form>"
_FLOOD = "<script>setInterval(()=>{for(let i=0;i<200;i++)document.body.insertAdjacentHTML('beforeend','<p>请持续关注本网站'+Math.random()+'</p>')},50)</script>"
_FOUND = f"<ul><li><a href=/i/1>{_QUERY}</a></li><li><a href=/i/2>社会保障卡挂失</a></li></ul>"
_BODIES = {
    # the frame that holds the box goes away as the query is sent
    "frame gone": "<iframe id=f src=/framed width=800 height=200></iframe>",
    "framed": "<form onsubmit='parent.f.remove();return false'><input placeholder='请输入事项名称'><button>搜索</button></form>",
    # dialogs before, during and after
    "dialogs": f"{_BOX}<script>alert('系统升级公告');onbeforeunload=e=>{{e.preventDefault();return '?'}};document.forms[0].addEventListener('submit',()=>confirm('确定搜索？'));prompt('您的姓名？')</script>",
    # the page goes elsewhere by itself, before anything was sent
    "wanders": f"{_BOX}<script>setTimeout(()=>location.href='/news',1200)</script>",
    # the page is drawn anew while one types
    "redrawn": f"<div id=d>{_BOX}</div><script>setTimeout(()=>d.innerHTML=d.innerHTML,1500)</script>",
    # the result page goes elsewhere at once
    "led away": _BOX.replace("/s", "/away"),
    "away": f"{_FOUND}<script>setTimeout(()=>location.href='/news',100)</script>",
    # it never ends
    "floods": _BOX.replace("/s", "/flooding"),
    "flooding": _FOUND + _FLOOD,
    # one click, many windows
    "windows": f"{_BOX}<script>document.forms[0].addEventListener('submit',()=>{{for(let i=0;i<4;i++)open('/news')}})</script>",
    "s": _FOUND,
    "news": "<p>全市召开优化营商环境大会。</p>",
    # the same for a module
    "asks": "<a href='/consult' onclick=\"alert('请文明用语');return confirm('继续？')||true\">在线咨询</a>",
    "vanishes": "<iframe id=f srcdoc=\"<a href='javascript:void(0)' onclick='parent.f.remove()'>在线咨询</a>\"></iframe>",
    "module floods": "<a href=/endless>在线咨询</a>",
    "endless": f"<h3>在线咨询</h3><textarea></textarea>{_FLOOD}",
    "consult": "<h3>在线咨询</h3><form method=post><textarea></textarea><button>提交</button></form>",
}
_SEARCHES = ("frame gone", "dialogs", "wanders", "redrawn", "led away", "floods", "windows")
_MODULES = ("asks", "vanishes", "module floods")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def rows(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[dict[str, Observation]]:
    """What came of one unit on each portal."""

    async def serve(request: web.Request) -> web.Response:
        body = _BODIES.get(request.path.rsplit("/", 1)[-1].replace("_", " "), _BODIES["news"])
        text = f"<!DOCTYPE html><html lang=zh><head><meta charset=utf-8><title>江城市政务服务网</title></head><body>{_TEXT}{body}</body></html>"
        return web.Response(text=text, content_type="text/html")

    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", serve)
    runner = web.AppRunner(app, shutdown_timeout=0.5)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    origin = "http://{}:{}".format(*runner.addresses[0])
    folder = tmp_path_factory.mktemp("bad")
    found: dict[str, Observation] = {}

    async def look(pool: EnginePool, probe: Probe, name: str) -> None:
        home = f"{origin}/{name.replace(' ', '_')}"
        context = context_of(pool, folder, home, settings=Settings(page_timeout_s=6, search_repeats=1))
        async with context.http:
            for unit in probe.units_for_portal(context):
                if unit.key == _UNITS[probe.name]:
                    (found[name],) = await unit.measure(1)

    async with EnginePool(["chromium"], proxy=None, politeness=None, user_agent_suffix="test") as pool:
        await asyncio.gather(
            *(look(pool, SearchProbe(), each) for each in _SEARCHES),
            *(look(pool, InteractionProbe(), each) for each in _MODULES),
        )
    await runner.cleanup()
    yield found


@pytest.mark.parametrize("name", ["dialogs", "floods", "redrawn"])
async def test_a_search_is_read_through_dialogs_and_floods(rows: dict[str, Observation], name: str) -> None:
    row = rows[name]
    assert isinstance(row, Search)
    assert (row.outcome, row.target_rank) == (Outcome.OK, 1), row


@pytest.mark.parametrize("name", ["frame gone", "wanders", "led away", "windows"])
async def test_a_search_that_is_torn_away_ends_in_a_reason(rows: dict[str, Observation], name: str) -> None:
    row = rows[name]
    assert isinstance(row, Search)
    assert row.outcome in (Outcome.FAILED, Outcome.NOT_MEASURED, Outcome.OK), row
    assert (row.reason is None) == (row.outcome is Outcome.OK), row
    assert row.query == _QUERY


@pytest.mark.parametrize("name", ["asks", "module floods"])
async def test_a_module_opens_through_dialogs_and_floods(rows: dict[str, Observation], name: str) -> None:
    row = rows[name]
    assert isinstance(row, Interaction)
    assert row.outcome is Outcome.OK, row


async def test_a_module_whose_frame_goes_away_does_nothing(rows: dict[str, Observation]) -> None:
    row = rows["vanishes"]
    assert isinstance(row, Interaction)
    assert row.reason is Reason.SCRIPT_ERROR, row
