"""Portals that are script pages over a list API, crawled with a real browser."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import web

from probes.browsers.pool import EnginePool
from probes.browsers.rendering import BrowserRenderer
from results.records import Reason
from spiders.net.egress import EgressGuard, EgressProxy
from spiders.net.politeness import Politeness
from tests.spiders.websites import Page, crawled, guide, links, page, serve

MATTERS = ["临时居民身份证办理", "社会保障卡申领", "户口迁移审批", "公共场所卫生许可", "药品经营许可证核发"]
ITEMS = [
    {"taskGuid": f"6d2eb720-30ae-4774-8d77-{n:012d}", "taskName": f"{MATTERS[n % 5]}（{n}）"}
    for n in range(12)
]
SIZE = 5

SHELL = """<!DOCTYPE html><html><head><meta charset=utf-8><title>政务服务网</title></head><body><div id="app"></div><script>
const app = document.getElementById('app');
let current = 1;
async function route() {
  const hash = location.hash || '#/';
  if (hash.startsWith('#/guide')) {
    const id = new URLSearchParams(hash.split('?')[1]).get('taskCode');
    const shown = await (await fetch('/api/detail?id=' + id)).json();
    document.title = shown.name;
    app.innerHTML = shown.html;
  } else if (hash.startsWith('#/list')) {
    await list(1);
  } else {
    app.innerHTML = '<h1>欢迎使用测试市一体化政务服务平台</h1><p>为企业和群众提供便捷的线上服务，请从下面进入。</p>' +
      '<a href="#/list">办事服务</a>';
  }
}
async function list(number) {
  current = number;
  const answer = await load(number);
  app.innerHTML = '<h1>办事服务</h1><ul></ul><button onclick="list(current - 1)">上一页</button>' +
    '<button ' + (number >= 3 ? 'disabled' : '') + ' onclick="list(current + 1)">下一页</button>';
  for (const item of answer.data.records) {
    const entry = document.createElement('li');
    entry.innerHTML = show(item);
    app.querySelector('ul').append(entry);
  }
}
HOW
window.addEventListener('hashchange', route);
route();
</script></body></html>"""
PLAIN = "const load = async n => (await fetch('/api/list?current=' + n + '&size=5')).json();"
POST = (
    "const load = async n => (await fetch('/api/list', {method: 'POST', headers: {'Content-Type': 'application/json'},"
    " body: JSON.stringify({areaCode: '310000', currentPageNum: n, countPerPage: 5})})).json();"
)
SIGNED = "const load = async n => (await fetch('/api/list?current=' + n + '&size=5&sign=' + Math.random())).json();"
LINKED = (
    "const show = item => '<a href=\"#/guide?taskCode=' + item.taskGuid + '\">' + item.taskName + '</a>';"
)
CLICKED = (
    "const show = item => '<span onclick=\"location.hash=\\'#/guide?taskCode=' + item.taskGuid + '\\'\">'"
    " + item.taskName + '</span>';"
)


def script_portal(how: str) -> dict[str, Page]:
    used: set[str] = set()

    async def listing(request: web.Request) -> web.Response:
        if request.method == "POST":
            number = (await request.json())["currentPageNum"]
        else:
            number = int(request.query["current"])
        sign = request.query.get("sign")
        if sign in used:
            return web.json_response({"code": 401})
        if sign is not None:
            used.add(sign)
        records = ITEMS[(number - 1) * SIZE : number * SIZE]
        return web.json_response({"code": 0, "data": {"total": len(ITEMS), "records": records}})

    def detail(request: web.Request) -> web.Response:
        item = ITEMS[int(request.query["id"][-12:])]
        return web.json_response(
            {"name": item["taskName"], "html": guide(item["taskName"]).split("<body>")[1]}
        )

    return {"/": SHELL.replace("HOW", how), "/api/list": listing, "/api/detail": detail}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def renderer() -> AsyncIterator[BrowserRenderer]:
    politeness = Politeness(1000)
    async with (
        EgressProxy(EgressGuard(["127.0.0.1"])) as proxy,
        EnginePool(
            ["chromium"], proxy=proxy, politeness=politeness, user_agent_suffix="PortalProbe/test"
        ) as pool,
    ):
        assert pool.names == ("chromium",), pool.missing
        yield BrowserRenderer(pool, politeness)


pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.mark.parametrize(
    ("how", "over_http"),
    [
        pytest.param(PLAIN + LINKED, True, id="GET"),
        pytest.param(POST + CLICKED, True, id="POST, items that are clicked"),
        pytest.param(SIGNED + LINKED, False, id="signed"),
        pytest.param(SIGNED + CLICKED, False, id="signed, items that are clicked", marks=pytest.mark.long),
    ],
)
async def test_every_guide_of_a_script_portal_is_found(
    renderer: BrowserRenderer, how: str, over_http: bool
) -> None:
    async with serve(script_portal(how)) as site:
        crawl = await crawled(site, renderer=renderer)
    assert crawl.paths("guide") == {f"/#/guide?taskCode={item['taskGuid']}" for item in ITEMS}
    assert crawl.found[0].rendered == "script shell"
    assert {each.rendered for each in crawl.found[1:]} == {"hash route"}
    assert {each.depth for each in crawl.found if each.reading} == {2}
    assert crawl.summary.complete
    posts = [path for _, method, path in site.seen if method == "POST"]
    assert set(posts) <= {"/api/list"}
    assert over_http or not posts


async def test_a_list_that_a_button_turns_is_turned(renderer: BrowserRenderer) -> None:
    names = {n: f"{MATTERS[n % 5]}（{n}）" for n in range(9)}
    rows = [[(f"/guide/{n}", names[n]) for n in range(start, start + 3)] for start in (0, 3, 6)]

    def listing(request: web.Request) -> Any:
        return page("办事服务", links(*rows[0]) + FORM.format(number=1))

    async def turned(request: web.Request) -> Any:
        number = int((await request.post())["pageNo"])
        return web.Response(
            text=page("办事服务", links(*rows[number]) + FORM.format(number=number + 1)),
            content_type="text/html",
        )

    pages: dict[str, Any] = {
        "/": page("首页", links(("/list", "办事服务"))),
        "/list": listing,
        "/turn": turned,
    }
    pages |= {f"/guide/{n}": guide(name) for n, name in names.items()}
    async with serve(pages) as site:
        crawl = await crawled(site, renderer=renderer)
    assert crawl.paths("guide") == {f"/guide/{n}" for n in range(9)}
    assert crawl.at("/list").rendered == "list is paged by script"
    assert {each.rendered for each in crawl.found if each.reading} == {None}, (
        "a guide was rendered without need"
    )


FORM = (
    '<form method="post" action="/turn"><input type="hidden" name="pageNo" value="{number}"></form>'
    '<a href="javascript:void(0)" onclick="if({number}&lt;3)document.forms[0].submit()">下一页</a>'
)


async def test_a_list_whose_pages_have_addresses_is_walked_once(renderer: BrowserRenderer) -> None:
    script = """<ul id="list"></ul><p id="pager"></p><script>
      const number = Number(new URLSearchParams(location.search).get('page')) || 1;
      fetch('/api/list?current=' + number + '&size=5').then(answer => answer.json()).then(({data}) => {
        for (const item of data.records)
          document.getElementById('list').innerHTML += `<li><a href="/guide/${item.taskGuid}">${item.taskName}</a></li>`;
        for (const other of [1, 2, 3]) document.getElementById('pager').innerHTML += `<a href="/list?page=${other}">${other}</a>`;
      });</script>"""
    asked = script_portal(PLAIN)["/api/list"]
    pages: dict[str, Any] = {
        "/": page("首页", links(("/list", "办事服务"))),
        "/list": page("办事服务", script),
        "/api/list": asked,
    }
    pages |= {f"/guide/{item['taskGuid']}": guide(item["taskName"]) for item in ITEMS}
    async with serve(pages) as site:
        crawl = await crawled(site, renderer=renderer)
    assert crawl.paths("guide") == {f"/guide/{item['taskGuid']}" for item in ITEMS}
    walked = [path for _, _, path in site.seen if path.startswith("/api/list")]
    # each of four addresses asks once as it is rendered; the list is asked for page by page once
    assert len(walked) <= 4 + 3


async def test_values_that_a_script_fills_in_are_read_as_a_browser_shows_them(
    renderer: BrowserRenderer,
) -> None:
    labels = ["实施主体", "法定办结时限", "受理条件", "申请材料", "办理流程", "设定依据", "咨询电话"]
    rows = "".join(f"<tr><th>{label}</th><td></td></tr>" for label in labels)
    script = """<script>fetch('/api/detail').then(answer => answer.json()).then(values =>
      document.querySelectorAll('td').forEach((cell, place) => { cell.innerText = values[place]; }));</script>"""
    values = [
        "市公安局",
        "20个工作日",
        "本市户籍",
        "身份证原件",
        "申请、受理、决定",
        "居民身份证法",
        "12345678",
    ]
    pages: dict[str, Any] = {
        "/": page("首页", links(("/guide", "户口迁移"))),
        "/guide": page("户口迁移-办事指南", f"<table>{rows}</table>{links(('/', '返回首页'))}{script}"),
        "/api/detail": lambda request: web.json_response(values),
    }
    async with serve(pages) as site:
        crawl = await crawled(site, renderer=renderer)
    found = crawl.at("/guide")
    assert found.rendered == "values are filled in by script"
    assert found.reading is not None
    assert "20个工作日" in str(found.reading)


async def test_a_list_that_grows_is_grown(renderer: BrowserRenderer) -> None:
    script = """<div id="list"></div><button id="more">加载更多</button><script>
      let shown = 0;
      const grow = () => { for (let end = shown + 2; shown < Math.min(end, 6); shown++)
        document.getElementById('list').insertAdjacentHTML('beforeend', `<p><a href="/guide/${shown}">社会保障卡申领</a></p>`);
        if (shown >= 6) document.getElementById('more').remove(); };
      document.getElementById('more').onclick = grow; grow();</script>"""
    pages: dict[str, Any] = {
        "/": page("首页", links(("/list", "办事服务"))),
        "/list": page("办事服务", script),
    }
    pages |= {f"/guide/{n}": guide(f"社会保障卡申领（{n}）") for n in range(6)}
    async with serve(pages) as site:
        crawl = await crawled(site, renderer=renderer)
    assert crawl.paths("guide") == {f"/guide/{n}" for n in range(6)}


async def test_a_plain_client_never_accuses_alone(renderer: BrowserRenderer) -> None:
    def for_browsers(request: web.Request) -> web.Response:
        if request.headers["User-Agent"] == "PortalProbe/test":
            return web.Response(status=403, text="您的访问请求已被拦截")
        return web.Response(text=guide(MATTERS[0]), content_type="text/html")

    pages = {"/": page("首页", links(("/guide/1", MATTERS[0]))), "/guide/1": for_browsers}
    async with serve(pages) as site:
        crawl = await crawled(site, renderer=renderer)
    found = crawl.at("/guide/1")
    assert (found.kind, found.reason) == ("guide", None)
    assert found.rendered == "a plain client was shown: forbidden"


async def test_frames_shadow_roots_and_windows_are_seen(renderer: BrowserRenderer) -> None:
    pages = {
        "/": page(
            "首页",
            '<div id="host"></div><iframe src="/frame"></iframe><script>'
            "document.getElementById('host').attachShadow({mode: 'open'}).innerHTML = '<p>影子里的文字</p>';</script>",
        ),
        "/frame": page("框架", links(("/inner", "框架里的链接"))),
    }
    async with serve(pages) as site:
        shown = await renderer.render(site.base + "/")
    assert "影子里的文字" in shown.html
    assert "框架里的链接" in shown.html
    assert "框架里的链接" in shown.text
    assert site.base + "/inner" in shown.links
    assert shown.status == 200


async def test_a_missing_page_is_called_missing_and_a_dead_link_is_asked_for_once(
    renderer: BrowserRenderer,
) -> None:
    gone = page("404", "<p>抱歉，您访问的页面不存在。</p>")
    home = page("某市政务服务网", links(("/guide/1", "社会保障卡申领办事指南"), ("/xwzx/2011.html", "旧闻")))
    missing = {
        path: lambda _: web.Response(status=404, text=gone, content_type="text/html") for path in ("*",)
    }
    async with serve({"/": home, **missing}) as site:
        crawl = await crawled(site, renderer=renderer)
    assert {each.reason for each in crawl.found[1:]} == {Reason.HTTP_4XX}
    assert site.paths.count("/xwzx/2011.html") == 1
    assert crawl.at("/xwzx/2011.html").rendered is None
