"""Zones in markups of their own: whatever a list is drawn with, it is read, and what was not read is told."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from aiohttp import web

from probes.browsers.pool import EnginePool
from results.records import Reason, Relation, ZoneItem
from tests.probes.zones.portals import Pages, Serve
from tests.probes.zones.test_cross_province import LISTED, MISSING, assert_all_read, listing, look_at, zone

pytestmark = pytest.mark.asyncio(loop_scope="module")

_HEAD, _TAIL = LISTED[:4], LISTED[4:]


def cut_cards() -> Pages:
    """Cards whose names are cut short, in full in the title; each with its department and two buttons."""
    cards = "".join(
        f"<div class=card><i class=icon></i><div class=name title='{each}'>{each[:4]}…</div><div class=org>市人力资源和社会保障局</div>"
        "<div class=btns><button>在线办理</button><button>办事指南</button></div></div>"
        for each in LISTED
    )
    return {"/zone": zone(f"<div class=cards>{cards}</div>")}


def icons_alone() -> Pages:
    """Tiles that are icons alone: the name is the title of the link, or the text of its picture."""
    tiles = "".join(
        f"<a class=tile style='display:inline-block;width:40px;height:40px' href='/g/{at}' title='{each}'><i class='icon i{at}'></i></a>"
        for at, each in enumerate(LISTED)
    )
    return {"/zone": zone(f"<div class=tiles>{tiles}</div>")}


def columns_of_a_table() -> Pages:
    """A table with number, department and name, the name not linked."""
    rows = "".join(
        f"<tr><td>{at}</td><td>某市公安局</td><td>{each}</td><td>全程网办</td><td><a href='/g/{at}'>办理</a></td></tr>"
        for at, each in enumerate(LISTED, 1)
    )
    return {
        "/zone": zone(
            f"<table><tr><th>序号</th><th>实施部门</th><th>事项名称</th><th>办理方式</th><th>操作</th></tr>{rows}</table>"
        )
    }


def headings_that_are_blocks() -> Pages:
    """Lists under headings that are drawn with blocks and read like matters."""
    parts = zip(("社会保障卡", "婚姻服务登记"), (_HEAD, _TAIL), strict=True)
    body = "".join(
        f"<div class=part><div class=tit>{name}</div><div class=con>{''.join(f'<a href=/g/{each}>{each}</a>' for each in names)}</div></div>"
        for name, names in parts
    )
    return {"/zone": zone(body)}


def accordion() -> Pages:
    """Departments that unfold."""
    parts = zip(("人力资源社会保障部", "公安部"), (_HEAD, _TAIL), strict=True)
    body = "".join(
        f"<details><summary>{name}</summary><ul>{listing(names)}</ul></details>" for name, names in parts
    )
    return {"/zone": zone(body)}


def carousel() -> Pages:
    """Slides of which one is in sight, turned by arrows that name nothing."""
    slides = "".join(
        f"<div class='slide' style='{'' if at == 0 else 'display:none'}'>{''.join(f'<p class=it><a href=/g/{each}>{each}</a></p>' for each in names)}</div>"
        for at, names in enumerate((_HEAD, _TAIL))
    )
    return {
        "/zone": zone(
            f"<div class=swiper>{slides}<div class=swiper-button-next onclick='go()'></div></div>"
            "<script>let n=0;function go(){const all=document.querySelectorAll('.slide');all[n].style.display='none';n=(n+1)%2;all[n].style.display=''}</script>"
        )
    }


def hovering_menu() -> Pages:
    """Names in panels that open when the pointer is over a department."""
    parts = zip(("人社服务", "公安服务"), (_HEAD, _TAIL), strict=True)
    body = "".join(
        f"<li class=dep><span>{name}</span><div class=pop style='display:none'>{''.join(f'<a href=/g/{each}>{each}</a>' for each in names)}</div></li>"
        for name, names in parts
    )
    return {
        "/zone": zone(
            f"<ul class=deps>{body}</ul><script>for(const d of document.querySelectorAll('.dep'))d.onmouseenter=()=>d.lastElementChild.style.display='block'</script>"
        )
    }


def four_levels() -> Pages:
    """Tabs under tabs under tabs under tabs; the last of each level holds the second half."""
    rows = [
        ("obj", ("个人服务", "法人服务")),
        ("lvl", ("国家事项", "省级事项")),
        ("dep", ("人社部门", "公安部门")),
        ("way", ("全程网办", "代收代办")),
    ]
    groups = "".join(
        f"<ul class='tab-{key}'>{''.join(f'<li class=tab role=tab data-k={key}>{each}</li>' for each in labels)}</ul>"
        for key, labels in rows
    )
    return {
        "/zone": zone(
            f"{groups}<ol class=its></ol><script>const firsts={json.dumps([each[1][0] for each in rows])},chosen={{}};"
            f"const half={json.dumps([_HEAD, _TAIL])};function draw(){{const v=Object.values(chosen);const second=v.length==4&&v.every(x=>!firsts.includes(x));"
            "const list=v.every(x=>firsts.includes(x))?half[0]:second?half[1]:[];"
            "document.querySelector('.its').innerHTML=list.map(x=>`<li><a href='/g/${x}'>${x}</a></li>`).join('')}"
            "for(const t of document.querySelectorAll('[role=tab]')){if(firsts.includes(t.textContent))chosen[t.dataset.k]=t.textContent;t.onclick=()=>{chosen[t.dataset.k]=t.textContent;draw()}}draw()</script>"
        )
    }


def _turned(tag: str, labels: tuple[str, str], marks: str) -> Pages:
    tabs = "".join(
        f"<{tag} {marks} style='cursor:pointer' onclick='show({at})'>{each}</{tag}> "
        for at, each in enumerate(labels)
    )
    parts = json.dumps([listing(_HEAD), listing(_TAIL)], ensure_ascii=False)
    return {
        "/zone": zone(
            f"<p>{tabs}</p><ul id=out></ul><script>const p={parts};function show(n){{document.getElementById('out').innerHTML=p[n]}}show(0)</script>"
        )
    }


def tabs_with_long_titles() -> Pages:
    """Tabs whose labels are the full titles of lists."""
    return _turned(
        "a", ("【全国高频政务服务“跨省通办”事项】", "【全国政务服务新增“跨省通办”事项】"), "role=tab"
    )


def tabs_that_nothing_marks() -> Pages:
    """Words to click on, called nothing, and saying nothing that tabs say."""
    return _turned("b", ("首轮公布", "后续公布"), "")


def another_host() -> Pages:
    """The list lies in a frame of another host."""

    async def framed(request: web.Request) -> web.Response:
        return web.Response(
            text=zone(
                f"<iframe src='http://localhost:{request.url.port}/inner' width=800 height=600></iframe>"
            ),
            content_type="text/html",
        )

    return {"/zone": framed, "/inner": f"<meta charset=utf-8><ul>{listing(LISTED)}</ul>"}


def words_in_a_row() -> Pages:
    """Links in one paragraph, parted by bars."""
    return {
        "/zone": zone(f"<p class=row>{' | '.join(f'<a href=/g/{each}>{each}</a>' for each in LISTED)}</p>")
    }


def labelled_lines() -> Pages:
    """Each item is a block of lines with labels."""
    return {
        "/zone": zone(
            "".join(
                f"<div class=item><p>事项名称：{each}</p><p>实施主体：某市民政局</p><p>办理方式：全程网办</p></div>"
                for each in LISTED
            )
        )
    }


def _in_halves(body: str, script: str) -> Pages:
    """A zone whose script shows one half of its items at a time: `show(0)` and `show(1)` draw them."""
    halves = json.dumps([_HEAD, _TAIL], ensure_ascii=False)
    draw = f"const halves={halves},show=i=>{{u.innerHTML=halves[i].map(n=>`<li><a href='/g/${{n}}'>${{n}}</a></li>`).join('')}};show(0);"
    return {"/zone": zone(f"{body}<ul id=u class=list></ul><script>{draw}{script}</script>")}


def drop_down() -> Pages:
    """A list that drops down, one department at a time."""
    body = "部门：<select id=s><option value=0>市人社局</option><option value=1>市公安局</option></select>"
    return _in_halves(body, "s.onchange=()=>show(s.value)")


def drawn_drop_down() -> Pages:
    """The same, drawn by a script, its choices out of sight."""
    body = (
        "<div class=el-select><input readonly id=i value='市人社局'></div>"
        "<ul id=o class=el-select-dropdown__list style='display:none'><li class=el-select-dropdown__item style='cursor:pointer'>市人社局</li>"
        "<li class=el-select-dropdown__item style='cursor:pointer'>市公安局</li></ul>"
    )
    return _in_halves(body, "[...o.children].forEach((each,at)=>each.onclick=()=>show(at))")


def turning_under_the_pointer() -> Pages:
    """Tabs that answer to the pointer, not to a click."""
    body = "<ul class=tabs><li class=on>个人</li><li>法人</li></ul>"
    return _in_halves(
        body, "document.querySelectorAll('.tabs li').forEach((each,at)=>each.onmouseenter=()=>show(at))"
    )


def others_in_turn() -> Pages:
    """A word in the heading shows others of the list."""
    body = "<h3>跨省通办事项 <span id=c style='cursor:pointer'>换一批</span></h3>"
    return _in_halves(body, "let at=0;c.onclick=()=>show(at=1-at)")


def drawn_arrow() -> Pages:
    """A pager of which the next page is an arrow without a word."""
    body = "<div class=pagination><span>1/2</span><i id=n class=arrow-right style='cursor:pointer;display:inline-block;width:16px;height:16px'></i></div>"
    return _in_halves(body, "n.onclick=()=>show(1)")


def only_in_view() -> Pages:
    """A list that holds only the rows in view."""
    rows = json.dumps(LISTED, ensure_ascii=False)
    return {
        "/zone": zone(
            f"<div id=v style='height:120px;overflow:auto;position:relative'><div id=s></div></div><script>const rows={rows};s.style.height=rows.length*40+'px';"
            "const draw=()=>{const k=Math.floor(v.scrollTop/40);s.innerHTML=rows.slice(k,k+4).map((n,i)=>`<div style='position:absolute;top:${(k+i)*40}px'><a href='/g/${n}'>${n}</a></div>`).join('')};"
            "v.onscroll=draw;draw()</script>"
        )
    }


def areas_of_a_picture() -> Pages:
    """One picture whose areas are the items."""
    areas = "".join(
        f"<area shape=rect coords='{60 * at},0,{60 * at + 50},50' href='/g/{at}' alt='{each}'>"
        for at, each in enumerate(LISTED)
    )
    picture = "data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw=="
    return {"/zone": zone(f"<img usemap=#m width=600 height=300 src='{picture}'><map name=m>{areas}</map>")}


_MARKUPS: tuple[Callable[[], Pages], ...] = (
    cut_cards,
    icons_alone,
    columns_of_a_table,
    headings_that_are_blocks,
    accordion,
    carousel,
    hovering_menu,
    four_levels,
    tabs_with_long_titles,
    tabs_that_nothing_marks,
    another_host,
    words_in_a_row,
    labelled_lines,
    drop_down,
    drawn_drop_down,
    turning_under_the_pointer,
    others_in_turn,
    drawn_arrow,
    only_in_view,
    areas_of_a_picture,
)


@pytest.mark.parametrize("markup", _MARKUPS, ids=lambda each: each.__name__)
async def test_a_list_is_read_whatever_it_is_drawn_with(
    markup: Callable[[], Pages], serve: Serve, engines: EnginePool, tmp_path: Path
) -> None:
    assert_all_read(await look_at(await serve(markup()), engines, tmp_path))


def _missing(rows: list[ZoneItem]) -> list[ZoneItem]:
    missing = [each for each in rows if each.relation is Relation.MISSING]
    assert missing
    return missing


async def test_a_total_that_was_not_reached_is_told_and_accuses_nobody(
    serve: Serve, engines: EnginePool, tmp_path: Path
) -> None:
    pager = "<div class=pages><span>共 36 条</span> <a href='javascript:void(0)'>下一页</a></div>"
    home = await serve({"/zone": zone(f"<ul>{listing(LISTED)}</ul>{pager}")})
    for row in _missing(await look_at(home, engines, tmp_path)):
        assert row.reason is Reason.OVER_BUDGET
        assert "36" in (row.note or "") and str(len(LISTED)) in (row.note or "")


async def test_a_total_that_was_reached_changes_nothing(
    serve: Serve, engines: EnginePool, tmp_path: Path
) -> None:
    pager = f"<div class=pages><span>共{len(LISTED)}条记录 第1/1页</span></div><p>全国“跨省通办”事项共162项，本市已开通。</p>"
    home = await serve({"/zone": zone(f"<ul>{listing(LISTED)}</ul>{pager}")})
    assert_all_read(await look_at(home, engines, tmp_path))


async def test_tabs_below_what_is_explored_are_told(
    serve: Serve, engines: EnginePool, tmp_path: Path
) -> None:
    rows = [[f"{name}{kind}服务" for name in ("甲", "乙")] for kind in ("个", "层", "部", "题", "域", "时")]
    groups = "".join(
        f"<ul class='tab-{'abcdef'[at]}'>{''.join(f'<li role=tab>{each}</li>' for each in labels)}</ul>"
        for at, labels in enumerate(rows)
    )
    home = await serve({"/zone": zone(f"{groups}<ul class=its>{listing(LISTED)}</ul>")})
    for row in _missing(await look_at(home, engines, tmp_path)):
        assert row.reason is Reason.OVER_BUDGET
        assert "tabs below" in (row.note or "")
    assert {each.required_item for each in _missing(await look_at(home, engines, tmp_path))} == MISSING
