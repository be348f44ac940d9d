"""Zones of many makes are found, read to the end, and compared with their lists."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from aiohttp import web

from probes.browsers.pool import EnginePool
from probes.cross_province import CrossProvinceProbe
from probes.probe import RequiredList
from results.records import Outcome, PageKind, Reason, Relation, ZoneItem
from tests.probes.zones.portals import Pages, Serve, html, looking_at

pytestmark = pytest.mark.asyncio(loop_scope="module")

REQUIRED = (
    "失业登记",
    "社会保障卡申领",
    "学历公证",
    "婚姻登记",
    "居民身份证换领",
    "居民身份证补领",
    "排污许可",
    "内资企业及分支机构设立登记",
    "公路超限运输许可",
    "往来台湾通行证及签注签发",
)
LIST = RequiredList(zone="kuasheng_2020", items=REQUIRED, official=140, source="测试")
EXTRA = "敬老卡申领"
LISTED = (
    "失业登记",
    "社保卡申领",
    "学历公证",
    "婚姻登记（县级行使）",
    "居民身份证换补领",
    EXTRA,
    "排污许可",
    "企业设立登记",
)
MISSING = {"公路超限运输许可", "往来台湾通行证及签注签发"}
HOME = html(
    "<header><a href='/'>首页</a><a href='/news'>新闻动态</a></header>"
    "<div class=nav><a href='/bs'>办事服务</a><a href='/zone'>跨省通办</a></div>"
)
ZONE = (("/zone", PageKind.ZONE, "跨省通办专区"),)


async def look_at(
    home: str,
    engines: EnginePool,
    folder: Path,
    *,
    attempt: int = 1,
    crawled: tuple[tuple[str, PageKind, str], ...] = ZONE,
    crawl_complete: bool = True,
    lists: tuple[RequiredList, ...] = (LIST,),
) -> list[ZoneItem]:
    noted = []
    async with looking_at(
        home, engines, folder, crawled=crawled, crawl_complete=crawl_complete, lists=lists
    ) as context:
        context.note_list = noted.append
        (unit,) = CrossProvinceProbe().units_for_portal(context)
        rows = list(await unit.measure(attempt))
    assert [each.known for each in noted] == [len(each.items) for each in lists]
    assert all(isinstance(each, ZoneItem) for each in rows)
    return rows  # type: ignore[return-value]


def assert_all_read(rows: list[ZoneItem], extra: frozenset[str] = frozenset({EXTRA})) -> None:
    relations = {each.required_item: each.relation for each in rows if each.required_item}
    assert set(relations) == set(REQUIRED)
    assert {item for item, relation in relations.items() if relation is Relation.MISSING} == MISSING
    assert {each.listed_name for each in rows if each.relation is Relation.EXTRA} == extra
    assert all(
        (each.outcome, each.reason) == (Outcome.FAILED, Reason.NOT_LISTED)
        for each in rows
        if each.required_item in MISSING
    )
    assert all(each.outcome is Outcome.OK for each in rows if each.required_item not in MISSING)
    assert all(each.evidence_id for each in rows), "the list as it was read stands behind every row"
    assert relations["失业登记"] is Relation.SAME
    assert relations["社会保障卡申领"] is Relation.VARIANT
    assert relations["居民身份证换领"] is relations["居民身份证补领"] is Relation.BROADER


def listing(names: tuple[str, ...] | list[str], start: int = 1) -> str:
    return "".join(
        f"<li><span>{at}.</span><a href='/guide/{at}'>{each}</a></li>" for at, each in enumerate(names, start)
    )


SITE_FRAME = (
    "<header class='header'><a href='/'>首页</a><a href='/x'>公共服务登记</a></header>",
    "<footer><p>主办：某市人民政府办公室</p><a href='/contact'>联系我们</a></footer>",
)


def zone(body: str) -> str:
    return html(SITE_FRAME[0] + f"<main>{body}</main>" + SITE_FRAME[1], "跨省通办专区-某市政务服务网")


def plain_links() -> Pages:
    return {"/zone": zone(f"<h2>跨省通办事项</h2><ul class=list>{listing(LISTED)}</ul>")}


def table() -> Pages:
    rows = "".join(
        f"<tr><td>{at}</td><td>{each}</td><td>某市公安局</td><td><a href='javascript:;'>在线办理</a></td></tr>"
        for at, each in enumerate(LISTED, 1)
    )
    return {
        "/zone": zone(
            f"<table><tr><th>序号</th><th>事项名称</th><th>实施部门</th><th>操作</th></tr>{rows}</table>"
        )
    }


def cards_behind_tabs() -> Pages:
    """Tabs by script; each panel is built only when its tab is clicked."""
    groups = {"个人服务": LISTED[:4], "法人服务": LISTED[4:], "政策文件": ()}
    return {
        "/zone": zone(
            "<div class='tab-box'>"
            + "".join(
                f"<div class='tab-item{' active' if not at else ''}'>{each}</div>"
                for at, each in enumerate(groups)
            )
            + "</div><div id=panel></div><style>.tab-item{cursor:pointer}</style><script>const groups="
            + json.dumps(groups, ensure_ascii=False)
            + ";const show=name=>{panel.innerHTML=groups[name].map(n=>`<div class=card><h4>${n}</h4><p>由多个部门联合提供，足不出户即可申请。</p>"
            "<span class=btn>在线办理</span><span class=btn>办事指南</span></div>`).join('')};"
            "document.querySelectorAll('.tab-item').forEach(t=>t.onclick=()=>{document.querySelectorAll('.tab-item').forEach(o=>o.classList.remove('active'));"
            "t.classList.add('active');show(t.textContent)});show('个人服务')</script>"
        )
    }


def nested_tabs() -> Pages:
    """Individuals and companies, each with departments of its own, out of an API."""
    content = {
        "个人": {"人社局": LISTED[:2], "司法局": LISTED[2:4]},
        "法人": {"公安局": LISTED[4:6], "生态环境局": LISTED[6:7], "市场监管局": LISTED[7:]},
    }

    async def api(request: web.Request) -> web.Response:
        names = content[request.query["who"]][request.query["dept"]]
        return web.json_response({"code": 0, "rows": [{"taskName": each} for each in names]})

    return {
        "/api": api,
        "/zone": zone(
            "<ul class='who' role='tablist'></ul><ul class='departments'></ul><div class='box'><ul id=items></ul></div><script>const content="
            + json.dumps({who: list(each) for who, each in content.items()}, ensure_ascii=False)
            + """;const li=(list,names,cls,go)=>{list.innerHTML='';for(const n of names){const l=document.createElement('li');l.textContent=n;l.className=cls;
            l.setAttribute('onclick','');l.onclick=()=>go(n);list.append(l)}};let who;
            const items=async d=>{const r=await fetch(`/api?who=${who}&dept=${d}`);const rows=(await r.json()).rows;
            document.getElementById('items').innerHTML=rows.map(x=>`<li class=item><a href="javascript:void(0)">${x.taskName}</a></li>`).join('')};
            const choose=w=>{who=w;const ds=content[w];li(document.querySelector('.departments'),ds,'dept',items);items(ds[0])};
            li(document.querySelector('.who'),Object.keys(content),'who-tab',choose);choose('个人')</script>"""
        ),
    }


def numbered_pages() -> Pages:
    """Pages by script with a disabled "next" at the end."""
    return {
        "/zone": zone(
            "<ul id=list></ul><div class=pagination><button class=prev>上一页</button><span class=now></span><button class=next>下一页</button></div>"
            "<script>const names="
            + json.dumps(LISTED, ensure_ascii=False)
            + ";let at=0;const draw=()=>{list.innerHTML=names.slice(at*3,at*3+3)"
            ".map(n=>`<li><a href='#'>${n}</a></li>`).join('');document.querySelector('.next').disabled=at*3+3>=names.length;"
            "document.querySelector('.now').textContent=at+1};document.querySelector('.next').onclick=()=>{at+=1;draw()};draw()</script>"
        )
    }


def icon_pager() -> Pages:
    """A pager of icons, as component libraries build it; the next button goes on doing nothing at the end."""
    return {
        "/zone": zone(
            "<div id=list></div><div class=el-pagination><button class=btn-prev><i></i></button><ul class=el-pager></ul>"
            "<button class=btn-next style='width:30px;height:30px'><i></i></button></div>"
            "<script>const names="
            + json.dumps(LISTED, ensure_ascii=False)
            + ";let at=0;const draw=()=>{list.innerHTML=names.slice(at*3,at*3+3)"
            ".map(n=>`<div class=row><span class=name title='${n}'>${n}</span><span class=go>去办理</span></div>`).join('')};"
            "document.querySelector('.btn-next').onclick=()=>{if(at*3+3<names.length)at+=1;draw()};draw()</script>"
        )
    }


def page_links() -> Pages:
    """Pages of their own: zone, zone?page=2 …"""

    async def answer(request: web.Request) -> web.Response:
        at = int(request.query.get("page", "1"))
        links = "".join(f"<a href='/zone?page={each}'>{each}</a>" for each in (1, 2, 3))
        onward = f"<a href='/zone?page={at + 1}'>下一页</a>" if at < 3 else ""
        body = f"<ul>{listing(LISTED[(at - 1) * 3 : at * 3])}</ul><div class=page>{links}{onward}</div>"
        return web.Response(text=zone(body), content_type="text/html")

    return {"/zone": answer}


def linked_tabs() -> Pages:
    """Tabs that are pages beside one another in a folder."""
    tabs = (
        "<div class='tab'><a href='/zone/index.html'>个人办事</a><a href='/zone/fr.html'>法人办事</a></div>"
    )
    first, second = (zone(f"{tabs}<ul class=l>{listing(names)}</ul>") for names in (LISTED[:4], LISTED[4:]))
    return {"/zone/index.html": first, "/zone/fr.html": second}


def load_more() -> Pages:
    return {
        "/zone": zone(
            "<ul id=list></ul><a class=more href='javascript:;'>加载更多</a><script>const names="
            + json.dumps(LISTED, ensure_ascii=False)
            + ";let at=0;const more=()=>{for(const n of names.slice(at,at+3))list.insertAdjacentHTML('beforeend',`<li class=i><p>${n}</p></li>`);at+=3;"
            "if(at>=names.length)document.querySelector('.more').remove()};document.querySelector('.more').onclick=more;more()</script>"
        )
    }


def long_scroll(names: list[str] | tuple[str, ...] = LISTED, more: str = "") -> Pages:
    """A list that adds to itself at its end; `more` are the letters of names that it goes on with for ever."""
    return {
        "/zone": zone(
            "<div id=list></div><script>const names="
            + json.dumps(names, ensure_ascii=False)
            + f",more_of='{more}';"
            "let at=0;const more=()=>{if(more_of&&at>=names.length)names.push(...[1,2].map(()=>[...Array(5)].map(()=>more_of[Math.random()*more_of.length|0]).join('')+'登记'));for(const n of names.slice(at,at+2))list.insertAdjacentHTML('beforeend',`<div style='height:700px' class=i>"
            "<span>${n}</span></div>`);at+=2};addEventListener('scroll',()=>{if(innerHeight+scrollY>document.body.scrollHeight-50)setTimeout(more,50)});more()</script>"
        )
    }


def frames() -> Pages:
    return {
        "/zone": zone("<iframe src='/inner' width=900 height=600></iframe>"),
        "/inner": html(f"<ul class=items>{listing(LISTED)}</ul>"),
    }


def shadow_root() -> Pages:
    return {
        "/zone": zone(
            "<zone-list></zone-list><script>customElements.define('zone-list',class extends HTMLElement{connectedCallback(){"
            "this.attachShadow({mode:'open'}).innerHTML='<ul>'+"
            + json.dumps(LISTED, ensure_ascii=False)
            + ".map(n=>`<li><b>${n}</b></li>`).join('')+'</ul>'}})</script>"
        )
    }


def data_behind_the_list() -> Pages:
    """A carousel shows four of the items at a time; the answer behind it holds all."""

    async def api(_: web.Request) -> web.Response:
        return web.json_response(
            {"data": json.dumps([{"NAME": each, "ID": at} for at, each in enumerate(LISTED)])}
        )

    return {
        "/api": api,
        "/zone": zone(
            "<div class=carousel id=c></div><script>fetch('/api').then(r=>r.json()).then(x=>{const all=JSON.parse(x.data);"
            "c.innerHTML=all.slice(0,5).map(y=>`<a class=slide href='#'>${y.NAME}</a>`).join('')})</script>"
        ),
    }


def application_by_routes() -> Pages:
    """One page for all: tabs by class, items that lead on by script to another route of the same page."""
    groups = {"户政服务": LISTED[4:5], "社保": LISTED[:2], "婚姻公证": LISTED[2:4], "企业": LISTED[5:]}
    return {
        "/": html(
            "<a href='#/home'>首页</a><a href='#/zone'>跨省通办</a><div id=app></div><script>const groups="
            + json.dumps(groups, ensure_ascii=False)
            + """;const app=document.getElementById('app');let tab=Object.keys(groups)[0];
            const draw=()=>{if(location.hash==='#/zone'){app.innerHTML='<div class="el-tabs"><div class="el-tabs__nav">'
              +Object.keys(groups).map(g=>`<div class="el-tabs__item${g===tab?' is-active':''}" onclick="tab='${g}';draw()">${g}</div>`).join('')
              +'</div><div class="el-tabs__content"><div class="el-tab-pane">'
              +groups[tab].map((n,i)=>`<div class="matter" onclick="location.hash='#/guide/${i}'"><span>${n}</span></div>`).join('')+'</div></div></div>'}
            else if(location.hash.startsWith('#/guide'))app.innerHTML='<h3>办事指南</h3><ul><li onclick="">船员适任证书核发</li><li onclick="">食品经营许可证核发</li></ul>';
            else app.innerHTML='<p>欢迎访问某市政务服务网，请选择您需要的服务。</p>'};
            window.tab=tab;window.draw=draw;addEventListener('hashchange',draw);draw()</script>"""
        )
    }


def card_headers() -> Pages:
    cards = "".join(
        f"<div class='card'><div class='card-header'><b>{each}</b></div><div class='card-body'><p>办理时限：5个工作日</p>"
        "<a href='javascript:;'>在线办理</a></div></div>"
        for each in LISTED
    )
    return {"/zone": html(f"<div id=app><div class=content>{cards}</div></div>", "跨省通办")}


def labelled_lines() -> Pages:
    lines = "".join(f"<li><i>公安局</i>{each}<em>全程网办</em></li>" for each in LISTED)
    return {"/zone": zone(f"<ul class=lines>{lines}</ul>")}


def headings_over_lists() -> Pages:
    """Headings that name a field are no items: 台湾通行证 stands over a list that lacks its item."""
    half = len(LISTED) // 2
    return {
        "/zone": zone(
            f"<h3>台湾通行证</h3><h3>公路超限运输</h3><ul>{listing(LISTED[:half])}</ul><h3>社会保障</h3><ul>{listing(LISTED[half:])}</ul>"
        )
    }


MAKES = [
    plain_links, table, cards_behind_tabs, nested_tabs, numbered_pages, icon_pager, page_links, load_more,
    long_scroll, frames, shadow_root, data_behind_the_list, card_headers, labelled_lines, headings_over_lists,
]  # fmt: skip


@pytest.mark.parametrize("make", MAKES, ids=lambda make: make.__name__)
async def test_a_zone_is_read_to_its_end(make, serve: Serve, engines: EnginePool, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    home = await serve({"/": HOME, **make()})
    assert_all_read(await look_at(home, engines, tmp_path))


@pytest.mark.long
async def test_a_list_that_grows_forty_times_is_read_to_its_end(
    serve: Serve, engines: EnginePool, tmp_path: Path
) -> None:
    others = [f"{a}{b}{c}许可" for a in "甲乙丙丁戊" for b in "金木水火土" for c in "春夏秋冬"]
    home = await serve({"/": HOME, **long_scroll([*others, *LISTED])})
    assert_all_read(await look_at(home, engines, tmp_path), frozenset({EXTRA, *others}))


@pytest.mark.long
async def test_a_list_that_never_ends_lacks_nothing(
    serve: Serve, engines: EnginePool, tmp_path: Path
) -> None:
    home = await serve({"/": HOME, **long_scroll(LISTED, more="金木水火土春夏秋冬")})
    rows = [each for each in await look_at(home, engines, tmp_path) if each.required_item in MISSING]
    assert {each.outcome for each in rows} == {Outcome.NOT_MEASURED}


async def test_tabs_that_are_pages_of_their_own_are_read(
    serve: Serve, engines: EnginePool, tmp_path: Path
) -> None:
    home = await serve({"/": HOME, **linked_tabs()})
    crawled = (("/zone/index.html", PageKind.ZONE, "跨省通办"),)
    assert_all_read(await look_at(home, engines, tmp_path, crawled=crawled))


async def test_an_application_of_one_page_is_read_by_its_routes(
    serve: Serve, engines: EnginePool, tmp_path: Path
) -> None:
    home = await serve(application_by_routes())
    assert_all_read(await look_at(home, engines, tmp_path, crawled=()))


@pytest.mark.parametrize(
    "menu", ["<a href='#/{0}'>{1}</a>", "<span onclick=\"location.hash='#/{0}'\">{1}</span>"]
)
async def test_what_a_menu_leads_to_is_no_part_of_the_zone(
    menu: str, serve: Serve, engines: EnginePool, tmp_path: Path
) -> None:
    """An application of one page whose menu stays where it is: its other pages list all that the portal has."""
    entries = {"home": "首页", "list": "办事服务", "zone": "跨省通办", "thing": "一件事"}
    lists = {"zone": LISTED, "list": (*REQUIRED, "食品经营许可证核发"), "thing": ("新生儿出生", "企业开办")}
    bar = "".join(menu.format(route, name) for route, name in entries.items())
    home = await serve(
        {
            "/": html(
                f"<div id=app><div class=top>{bar}</div><div class=body id=body></div></div><script>const lists="
                + json.dumps(lists, ensure_ascii=False)
                + """;const draw=()=>{const names=lists[location.hash.slice(2)]||['欢迎访问某市政务服务网'];
                document.getElementById('body').innerHTML='<ul>'+names.map(n=>`<li><a href="#/guide/${n}">${n}</a></li>`).join('')+'</ul>'};
                addEventListener('hashchange',draw);draw()</script>"""
            )
        }
    )
    assert_all_read(await look_at(home, engines, tmp_path, crawled=(("/#/zone", PageKind.ZONE, "跨省通办"),)))


@pytest.mark.parametrize(
    "door",
    [
        "<a href='/zone'>跨省通办</a>",
        "<a href='/zone'><img alt='“跨省通办”专区' src='data:,' width=90 height=40></a>",
        "<div class=entry onclick=\"window.open('/zone')\">跨省通办</div>",
        "<ul><li>特色<ul style='display:none'><li><a href='/zone'>跨省通办专栏</a></li></ul></li></ul>",
        "<a href='/hub'>特色服务</a>",
    ],
)
async def test_the_zone_is_found_from_the_home_page(
    door: str, serve: Serve, engines: EnginePool, tmp_path: Path
) -> None:
    decoys = "<a href='/p'>某市推进“跨省通办”工作取得成效的通知</a><a href='/s'>省内通办</a><a href='https://www.gjzwfw.gov.cn/k'>跨省通办</a>"
    hub = html("<p>特色服务</p><a href='/zone'>跨省通办</a>")
    home = await serve({"/": html(f"<p>某市政务服务网</p>{decoys}{door}"), "/hub": hub, **plain_links()})
    assert_all_read(await look_at(home, engines, tmp_path, crawled=()))


@pytest.mark.parametrize(
    ("crawl_complete", "reason"), [(True, Reason.NOT_FOUND), (False, Reason.OVER_BUDGET)]
)
async def test_no_zone_is_absent_only_after_a_complete_crawl(
    crawl_complete: bool, reason: Reason, serve: Serve, engines: EnginePool, tmp_path: Path
) -> None:
    home = await serve({"/": html("<p>某市政务服务网</p><a href='/s'>省内通办</a>")})
    rows = await look_at(home, engines, tmp_path, crawled=(), crawl_complete=crawl_complete)
    assert {each.reason for each in rows} == {reason}
    assert len(rows) == len(REQUIRED)


@pytest.mark.parametrize(
    ("status", "reason"), [(500, Reason.HTTP_5XX), (404, Reason.HTTP_4XX), (412, Reason.CHALLENGE_PAGE)]
)
async def test_a_zone_that_does_not_open_says_why(
    status: int, reason: Reason, serve: Serve, engines: EnginePool, tmp_path: Path
) -> None:
    async def broken(_: web.Request) -> web.Response:
        return web.Response(status=status, text=html("<p>服务暂时不可用</p>"), content_type="text/html")

    home = await serve({"/": HOME, "/zone": broken})
    rows = await look_at(home, engines, tmp_path)
    assert {each.reason for each in rows} == {reason}


async def test_a_zone_without_a_readable_list_accuses_nobody(
    serve: Serve, engines: EnginePool, tmp_path: Path
) -> None:
    home = await serve(
        {"/": HOME, "/zone": zone("<canvas width=900 height=500></canvas><p>为您提供便捷的服务</p>")}
    )
    rows = await look_at(home, engines, tmp_path)
    assert {each.reason for each in rows} == {Reason.UNSUPPORTED}


async def test_without_a_browser_what_is_listed_counts_and_nothing_is_missing(
    serve: Serve, tmp_path: Path
) -> None:
    home = await serve({"/": HOME, **page_links()})
    async with EnginePool([], proxy=None, politeness=None, user_agent_suffix="") as none:
        rows = await look_at(home, none, tmp_path)
    assert {each.required_item for each in rows if each.relation is Relation.MISSING} == MISSING
    assert {each.reason for each in rows if each.required_item in MISSING} == {Reason.BROWSER_UNAVAILABLE}


async def test_robots_rules_keep_us_out(serve: Serve, engines: EnginePool, tmp_path: Path) -> None:
    async def rules(_: web.Request) -> web.Response:
        return web.Response(text="User-agent: *\nDisallow: /zone")

    home = await serve({"/": HOME, "/robots.txt": rules, **plain_links()})
    rows = await look_at(home, engines, tmp_path, crawled=())
    assert {each.reason for each in rows} == {Reason.ROBOTS_DISALLOWED}


async def test_one_thing_items_are_matched_the_same_way(
    serve: Serve, engines: EnginePool, tmp_path: Path
) -> None:
    names = ("企业开办一件事", "新生儿出生“一件事”", "我要开餐饮店", "公民身后事")
    home = await serve(
        {
            "/": html("<a href='/one'>高效办成一件事</a>"),
            "/one": html(f"<ul>{listing(names)}</ul>", "高效办成一件事"),
        }
    )
    items = ("企业开办", "新生儿出生", "开办餐饮店", "信用修复")
    lists = (RequiredList(zone="one_thing", items=items, official=25, source="测试"),)
    rows = await look_at(home, engines, tmp_path, crawled=(), lists=lists)
    relations = {each.required_item: each.relation for each in rows if each.required_item}
    assert relations == {
        "企业开办": Relation.SAME,
        "新生儿出生": Relation.SAME,
        "开办餐饮店": Relation.VARIANT,
        "信用修复": Relation.MISSING,
    }
