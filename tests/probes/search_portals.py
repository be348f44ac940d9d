"""Portals whose search is built in many ways, written for the tests: one home page for each."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import quote

from aiohttp import web

MATTERS = (
    "药品经营许可证核发", "公共场所卫生许可", "临时居民身份证办理", "社会保障卡申领", "户口迁移",
    "药品经营许可证变更", "公共场所卫生许可证延续", "居民身份证申领", "社会保障卡挂失", "户口登记项目变更",
)  # fmt: skip
_HEAD = "<!DOCTYPE html><html lang=zh><head><meta charset=utf-8><title>江城市政务服务网</title></head><body>"
_NAV = "<nav><a href=/>首页</a> <a href=/list>办事服务</a> <a href=/news>政务动态</a> <a href=/help>使用帮助</a></nav>"
_MAIN = """<h2>通知公告</h2><ul><li><a href=/n/1>关于国庆节期间服务大厅放假的通知</a></li><li><a href=/n/2>关于优化营商环境的若干措施</a></li>
<li><a href=/n/3>关于开展政务服务满意度调查的公告</a></li></ul><p>欢迎访问江城市政务服务网，为您提供全市政务服务。</p>
<h2>办件查询</h2><form action=/progress><input name=code placeholder='请输入办件编号'><input name=phone placeholder='请输入手机号'><button>查询</button></form>"""
_FOOT = (
    "<footer><a href=/about>网站声明</a> <a href=/map>网站地图</a><p>主办：江城市人民政府办公室</p></footer>"
)


_MENU = ("网站首页", "权责清单·办事指南", "政务公开", "互动交流", "便民服务", "专题专栏")


def found(query: str) -> list[str]:
    """Matters that share two pairs of characters with the query."""
    pairs = {query[at : at + 2] for at in range(len(query) - 1)} - {"办理", "怎么"}
    ranked = sorted(MATTERS, key=lambda each: -sum(pair in each for pair in pairs))
    return [each for each in ranked if any(pair in each for pair in pairs)]


def _page(body: str) -> str:
    return f"{_HEAD}<h1>江城市政务服务网</h1>{_NAV}{body}{_MAIN}{_FOOT}</body></html>"


def _list(query: str, style: str = "list") -> str:
    names = found(query)
    if not names:
        return "<p>很抱歉，没有找到与您搜索的内容相关的结果</p>"
    if style == "table":
        rows = "".join(
            f"<tr><td>{n}</td><td><a href=/i/{n}>{m}</a></td><td><a href=/i/{n}>在线办理</a></td></tr>"
            for n, m in enumerate(names, 1)
        )
        return f"<table><tr><th>序号</th><th>事项名称</th><th>操作</th></tr>{rows}</table>"
    if style == "cards":
        return (
            "<section>"
            + "".join(
                f"<div class=c><h3>{m}</h3><p>实施主体：江城市有关部门　办件类型：承诺件</p></div>"
                for m in names
            )
            + "</section>"
        )
    if style == "actions":
        cards = "".join(
            f"<div style='width:280px;height:120px'><div>{m}</div><a href=/g/{n}>办事指南</a> <a href=/i/{n}>在线办理</a></div>"
            for n, m in enumerate(names, 1)
        )
        return f"<section>{cards}</section>"
    if style == "tabs":
        news = "".join(f"<li><a href=/n/{n}>关于做好{m}工作的通知</a></li>" for n, m in enumerate(names, 1))
        tabs = "".join(
            f"<span style='cursor:pointer' onclick=\"for(const u of document.querySelectorAll('.r'))u.hidden=u.id!='{each}'\">{words}</span> "
            for each, words in (("news", "资讯(3)"), ("matters", "事项(3)"))
        )
        return f"<div>{tabs}</div><ul class=r id=news>{news}</ul><div class=r id=matters hidden>{_list(query)}</div>"
    if style == "dl":
        return (
            "<dl>"
            + "".join(
                f"<dt><a href=/i/{n}>{n}. {m}</a></dt><dd>申请条件、申请材料与办理流程说明</dd>"
                for n, m in enumerate(names, 1)
            )
            + "</dl>"
        )
    return (
        "<ul>"
        + "".join(
            f"<li><a href=/i/{n}>{m}</a><span>江城市有关部门</span></li>" for n, m in enumerate(names, 1)
        )
        + "</ul>"
    )


_SCRIPTED = """<div id=out></div><script>const out=document.getElementById('out');
async function go(q){out.innerHTML='<p>正在搜索，请稍候</p>';const a=await(await fetch('/api/search?q='+encodeURIComponent(q))).text();out.innerHTML=a}</script>"""

HOMES = {
    # an ordinary form
    "form": _page("<form role=search action=/s/list><input type=search name=q><button>搜索</button></form>"),
    # a picture for a button, and a table for a result
    "table": _page("<form action=/s/table><input type=text name=keyword placeholder='请输入事项名称'><input type=image alt=搜索 width=30 height=30></form>"),
    # no form: Enter does nothing, the button asks the server; cards that only scripts make clickable
    "button": _page(f"<div class=top><input id=k placeholder='搜一搜您想办的事'><span id=b style='cursor:pointer'>搜索</span></div>{_SCRIPTED}<style>.c{{cursor:pointer;padding:20px}}</style><script>document.getElementById('b').onclick=()=>go(document.getElementById('k').value)</script>"),
    # Enter alone
    "enter": _page(f"<input id=k aria-label='全站搜索' style='width:300px'>{_SCRIPTED}<script>document.getElementById('k').onkeyup=e=>e.key==='Enter'&&go(e.target.value)</script>"),
    # an icon opens the box
    "icon": _page("<a href='javascript:;' id=o title='搜索'><svg width=24 height=24><circle cx=10 cy=10 r=8 /></svg></a><form id=f action=/s/dl style='display:none'><input name=wd placeholder='请输入关键词'></form><script>o.onclick=()=>{f.style.display='block'}</script>"),
    # the results in a window of their own
    "window": _page("<form action=/s/list target=_blank><input name=searchWord placeholder='请输入关键字'><button>检索</button></form>"),
    # box and results in a frame
    "framed": _page("<iframe src=/inner width=900 height=500></iframe>"),
    # in an open shadow root
    "shadow": _page("<x-search></x-search><script>customElements.define('x-search',class extends HTMLElement{connectedCallback(){const r=this.attachShadow({mode:'open'});r.innerHTML='<input placeholder=\"您想办什么事\" style=\"width:300px\"><button>🔍</button>';r.querySelector('button').onclick=()=>location.href='/s/list?q='+encodeURIComponent(r.querySelector('input').value)}})</script>"),
    # suggestions while one types, which are no results
    "suggests": _page("<form action=/s/list><input name=q id=k placeholder='请输入搜索内容' autocomplete=off><div id=sug></div><button>搜索</button></form><script>k.oninput=()=>{sug.innerHTML=k.value?'<ul><li><a href=#>'+k.value+'流程</a></li><li><a href=#>'+k.value+'材料</a></li></ul>':''}</script>"),
    # a route of one document, whose home names among others what is looked for
    "routed": _page(f"<input id=k placeholder='请输入关键词'><div id=v>{_list('社会保障卡申领')}</div><script>k.onkeyup=e=>{{if(e.key==='Enter')location.hash='#/s?q='+encodeURIComponent(k.value)}};onhashchange=async()=>{{v.innerHTML='';v.innerHTML=await(await fetch('/api/search?q='+location.hash.split('=')[1])).text()}}</script>"),
    # a page of its own, reached by a link
    "linked": _page("<a href=/searchpage>搜索</a>"),
    # the box is built when its section comes into view
    "further": _page("<div style='height:2500px'></div><div id=w></div><script>onscroll=()=>{if(scrollY>300&&!w.innerHTML)w.innerHTML='<form action=/s/list><input name=q placeholder=请输入要搜索的事项><button>搜索</button></form>'}</script>"),
    # one box for news, one for matters
    "two": _page("<form action=/beside><input name=q placeholder='站内搜索'><button>搜索</button></form><form action=/s/list><input name=q placeholder='请输入您要办理的事项名称'><button>办事搜索</button></form>"),
    # cards whose name is plain text and whose links are what one may do
    "actions": _page("<form action=/s/actions><input name=q placeholder='请输入关键词'><button>搜索</button></form>"),
    # kinds of results under tabs, news first
    "tabs": _page("<form action=/s/tabs><input name=q placeholder='请输入关键词'><button>搜索</button></form>"),
    # what goes wrong
    "toast": _page("<input id=k placeholder='请输入关键词搜索'><button id=b>搜索</button><script>b.onclick=()=>{const d=document.createElement('div');d.textContent='服务器内部错误，请联系管理员';document.body.append(d);setTimeout(()=>d.remove(),1500)}</script>"),
    "broken": _page("<form action=/broken><input name=q placeholder='请输入关键词'><button>搜索</button></form>"),
    "listing": _page("<form action=/errs><input name=q placeholder='请输入关键词'><button>搜索</button></form>"),
    "trouble": _page("<form action=/trouble><input name=q placeholder='请输入关键词'><button>搜索</button></form>"),
    "empty": _page("<form action=/empty><input name=q placeholder='请输入关键词'><button>搜索</button></form>"),
    "blank": _page("<form action=/blank><input name=q placeholder='请输入关键词'><button>搜索</button></form>"),
    "beside": _page("<form action=/beside><input name=q placeholder='请输入关键词'><button>搜索</button></form>"),
    "login": _page("<form action=/login><input name=q placeholder='请输入关键词'><button>搜索</button></form>"),
    "dead": _page("<input id=k placeholder='请输入关键词搜索'>"),
    # nothing is found, and the menu above leads to all matters
    "menu": _page("<form action=/menu><input name=q placeholder='请输入关键词'><button>搜索</button></form>"),
    # laid out in a table: the menu is a row above the one result
    "laid": f"{_HEAD}<form action=/laid><input name=q placeholder='请输入关键词'><button>搜索</button></form></body></html>",
    # one result, and a helper built like it: it floats beside little, or stands beneath a whole page
    "floating": f"{_HEAD}<form action=/floating><input name=q placeholder='请输入关键词'><button>搜索</button></form></body></html>",
    "standing": f"{_HEAD}<form action=/standing><input name=q placeholder='请输入关键词'><button>搜索</button></form></body></html>",
    "none": _page(""),
}  # fmt: skip


@asynccontextmanager
async def serve_searches() -> AsyncIterator[str]:
    """Put the portals up on a free port; yields their origin, each at `/p/<name>`."""

    def html(text: str, status: int = 200) -> web.Response:
        return web.Response(text=text, content_type="text/html", status=status)

    async def home(request: web.Request) -> web.Response:
        return html(HOMES[request.match_info["name"]])

    async def results(request: web.Request) -> web.Response:
        query = next(iter(request.query.values()), "")
        return html(_page(f"<p>当前位置：首页 &gt; 搜索结果</p>{_list(query, request.match_info['style'])}"))

    async def api(request: web.Request) -> web.Response:
        await asyncio.sleep(0.6)
        return html(_list(request.query["q"], "cards"))

    async def inner(request: web.Request) -> web.Response:
        query = request.query.get("q", "")
        form = "<form><input name=q placeholder='请输入要搜索的事项'><button>搜索</button></form>"
        return html(_HEAD + form + (_list(query) if query else "") + "</body></html>")

    async def other(request: web.Request) -> web.Response:
        match request.path:
            case "/broken":
                return html("<h1>500 Internal Server Error</h1>", 500)
            case "/errs":  # an error page that has lines as a list has
                return html(
                    "<h1>HTTP Status 500 - java.lang.OutOfMemoryError</h1><ul><li><a href=/a>java.lang.Thread.run(Thread.java:748)</a></li>"
                    "<li><a href=/b>Apache Tomcat/7.0.92 documentation</a></li></ul>",
                    500,
                )
            case "/laid":
                menu = "".join(f"<a href=/m/{n}>{each}</a> " for n, each in enumerate(_MENU))
                (name, *_) = found(next(iter(request.query.values()), ""))
                row = f"<table><tr><td><a href=/i/1>{name}</a></td><td>江城市有关部门</td></tr></table>"
                return html(
                    f"{_HEAD}<table><tr><td>{menu}</td></tr><tr><td>{row}</td></tr></table></body></html>"
                )
            case "/floating" | "/standing":
                stands = request.path == "/standing"
                menu = "".join(f"<a href=#/{n}>{each}</a> " for n, each in enumerate(_MENU)) if stands else ""
                (name, *_) = found(next(iter(request.query.values()), ""))
                place = "" if stands else " style='position:fixed;right:9px;bottom:9px'"
                helper = f"<div{place}><a style='cursor:pointer'>AI问答</a></div>"
                return html(
                    f"{_HEAD}<div><p>{menu}</p><h3>搜索结果（1）</h3><div><em>江城市有关部门</em><a href=#/i>{name}</a></div></div>{helper}</body></html>"
                )
            case "/menu":
                kinds = "<a href=/s/list?q=社会保障卡>办事服务</a> <a href=/all>政务公开</a> <a href='#/all'>互动</a>"
                return html(
                    f"{_HEAD}<div class=bar>{kinds}</div><p>很抱歉，没有找到与您搜索的内容相关的结果</p></body></html>"
                )
            case "/trouble":  # status 200: the interface behind the page broke
                return html(_page("<h3>系统异常，请稍后再试</h3>"))
            case "/empty":
                return html(_page("<p>共找到 0 条结果</p>"))
            case "/blank":
                return html("<!DOCTYPE html><html><head><title></title></head><body></body></html>")
            case "/beside":
                names = [
                    "政府信息公开年度报告",
                    "全市经济运行情况通报",
                    "重点项目建设进展情况",
                    "防汛抗旱工作部署会议",
                ]
                rows = "".join(
                    f"<li><a href=/x/{quote(each)}>{each}</a><p>发布时间：2026-01-05 来源：市政府办公室</p></li>"
                    for each in names
                )
                return html(_page(f"<p>为您找到相关结果</p><ul>{rows}</ul>"))
            case "/login":
                return html(
                    _HEAD
                    + "<h1>用户登录</h1><p>您还未登录，请先登录</p><form><input name=u placeholder=用户名><input type=password name=p><button>登录</button></form></body></html>"
                )
            case "/searchpage":
                return html(
                    _page(
                        "<form action=/s/list><input name=q placeholder='请输入关键词'><button>搜索</button></form>"
                    )
                )
        return html(
            _page(f"<p>{json.dumps(request.path)} 页面内容正在陆续发布，请您持续关注本网站的更新。</p>")
        )

    app = web.Application()
    app.router.add_get("/p/{name}", home)
    app.router.add_get("/s/{style}", results)
    app.router.add_get("/api/search", api)
    app.router.add_get("/inner", inner)
    app.router.add_get("/{tail:.*}", other)
    runner = web.AppRunner(app, shutdown_timeout=0.5)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    address = runner.addresses[0]
    try:
        yield f"http://{address[0]}:{address[1]}"
    finally:
        await runner.cleanup()
