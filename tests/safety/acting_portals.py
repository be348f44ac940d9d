"""Portals full of things that a visitor could do and we may not: each keeps a log of whatever was done to it.

Every POST and every GET below `/act/` is an act; a bot's `/reply`, a search's `/found` and the pages of a list are not.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web

_HEAD = (
    "<!DOCTYPE html><html lang=zh><head><meta charset=utf-8><title>{title}</title><style>body{{margin:0;font:14px sans-serif;min-height:800px}}"
    ".up{{position:fixed;right:20px;bottom:70px;width:340px;min-height:160px;background:#fff;border:1px solid #888}}"
    ".tool{{position:fixed;right:10px;bottom:20px;cursor:pointer}}.hid{{display:none}}</style>"
    "<script>const act=(what,words)=>fetch('/act/'+what,{{method:'POST',body:words||''}});</script></head><body>"
)
_FOOT = "<footer><p>版权所有：某市人民政府办公室，承办单位：某市大数据发展管理局，技术支持电话请拨打政务服务便民热线。</p></footer></body></html>"
HOME = "<header><h1>江城市政务服务网</h1><nav><a href=/list>办事服务</a> <a href=/news>政务动态</a></nav></header><main><h2>热门服务</h2><ul><li><a href=/g/1>临时居民身份证办理</a></li><li><a href=/g/2>户口迁移</a></li></ul></main>"

Pages = Mapping[str, str]


def page(body: str, title: str = "江城市政务服务网") -> str:
    """A page around a body."""
    return _HEAD.format(title=title) + body + _FOOT


def home(body: str) -> str:
    """A portal's first page, with something more on it."""
    return page(HOME + body)


def opened(words: str, panel: str, *, style: str = "up hid") -> str:
    """A home page on which a word at the edge opens a panel."""
    return home(
        f"<div class=tool onclick=\"p.className='up'\">{words}</div><div id=p class='{style}'>{panel}</div>"
    )


SAY = "<textarea id=t placeholder='{}' style='width:300px;height:60px'></textarea>"
SUBMIT = "<button type=submit onclick=\"act('feedback',t.value)\">提交</button>"
FEEDBACK = f"<h4>意见反馈</h4>{SAY.format('请描述您遇到的问题')}{SUBMIT}"
_RESULTS = "<p>为您找到3条结果</p><ul>{}</ul>"

ITEMS = (
    "失业登记",
    "社会保障卡申领",
    "学历公证",
    "婚姻登记",
    "居民身份证换领",
    "排污许可",
    "公路超限运输许可",
)
"""What a zone has to list; it lists all of them."""

MODULES: dict[str, Pages] = {
    # modules that open within the page, beside things that would hand something in
    "within the page": {
        "/": home(
            "<div><button onclick=\"act('rated')\">提交评价</button><a href=javascript:; onclick=\"act('sent')\">提交投诉</a><form method=post action=/act/ask><textarea name=c></textarea><button>在线咨询</button></form></div>"
            "<a href=javascript:; onclick=\"d.innerHTML='<h3>投诉</h3><form method=post action=/act/x><textarea></textarea><button>提交</button></form>'\">我要投诉</a><div id=d></div>"
            "<a href=/consult>网上咨询</a> <a href=/rate>好差评</a>"
        ),
        "/consult": page("<h2>网上咨询</h2><form method=post action=/act/c><textarea name=c placeholder=请输入您的问题></textarea><button>提交咨询</button></form>"),
        "/rate": page("<h2>好差评</h2><p>好评率98.5%</p><form method=post action=/act/r><label><input type=radio name=s value=5 checked>非常满意</label><button>提交评价</button></form>"),
    },
    "stars on the page": {
        "/": home("<section><p>请为本网站打分</p><i onclick=\"act('star')\" title=评价 style='cursor:pointer'>★</i><i onclick=\"act('star')\" title=满意度5星 style='cursor:pointer'>★</i></section><section><h4>服务评价</h4><textarea placeholder=您的意见></textarea><a href=javascript:; onclick=\"act('rated')\">我要评价</a></section>")
    },
    "an act named as a module": {"/": home("<a href='/act/like?x=1'>好差评</a><a href=/consult>我要咨询</a>"), "/consult": page("<h2>咨询</h2><p>请留言</p><form method=post action=/act/c><textarea></textarea><button>提交</button></form>")},
}  # fmt: skip

_ROWS = "".join(
    f"<li><a href=/g/{n}>{each}办理</a> <a href='/act/item/{n}/up'>赞({n})</a> <a href='/act/collect/{n}'>收藏</a></li>"
    for n, each in enumerate(ITEMS)
)
CRAWLED: Pages = {
    # links that do something when they are followed, plain ones and such as stand in scripts
    "/": home(
        "<a href='/act/like?id=1'>有用</a> <a href='/act/delete?id=2'>移走</a> <a href=/act/logout>再见</a> <a href='/act/addFavorite.do?id=3'>办事</a>"
        "<script>function up(){fetch('/act/zan.do?id=4')} const gone='/act/delete.do?id=5';</script>"
        "<a href=/lists>办事服务</a> <a href=/wizard>全部事项</a>"
    ),
    "/lists": page(f"<h1>办事服务</h1><ul>{_ROWS}</ul><div class=page><button onclick=\"act('next')\">提交下一页</button></div>", "办事服务"),
    "/apply": page("<h1>在线申请</h1><ul>" + _ROWS + "</ul>"
        "<div class=steps><button class=btn-next onclick=\"act('step')\">提交申请</button></div>", "在线申请"),
    # a questionnaire that is turned as a list is, by a button of a pager's class and by words
    "/wizard": page(
        f"<h1>全部事项</h1><ul>{_ROWS}</ul><form method=post action=/act/wizard><p>满意度调查</p><textarea name=a></textarea><button class=btn-next>下一题</button></form>"
        "<form method=post action=/act/survey><p>请问您的电话</p><input name=phone placeholder=您的手机号><button>下一页</button></form>"
        "<script>fetch('/api?page=1&size=10')</script>",
        "全部事项",
    ),
}  # fmt: skip
"""A portal whose lists and links are full of acts, for the crawl."""


@dataclass
class ActingPortal:
    """A portal that is served, and what was done to it."""

    origin: str = ""
    acts: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    """Questions and queries that reached it."""


@asynccontextmanager
async def serve_acting(pages: Pages) -> AsyncIterator[ActingPortal]:
    """Put a portal up on a free port."""
    portal = ActingPortal()

    def html(text: str) -> web.Response:
        return web.Response(text=text, content_type="text/html")

    async def answer(request: web.Request) -> web.Response:
        path = request.path
        if path == "/reply":
            portal.asked.append(request.query["q"])
            return web.Response(
                text=f"{request.query['q'][:6]}：申请材料为居民户口簿，收费标准10元，3个工作日内办结，请您到窗口办理。"
            )
        if path == "/found":
            query = str({**request.query, **(await request.post())}.get("q", ""))
            portal.asked.append(query)
            found = "".join(
                f"<li><a href=/g/{n}>{query}{more}</a></li>" for n, more in enumerate(("", "须知", "流程"))
            )
            return html(page(_RESULTS.format(found)))
        if path.startswith("/act/") or (request.method == "POST" and path != "/page2"):
            portal.acts.append(f"{request.method} {path} {await request.text()}")
            return html(page("<p>提交成功，感谢您的参与，我们将尽快处理。</p>"))
        if path in pages:
            return html(pages[path])
        if path == "/robots.txt":
            return web.Response(status=404)
        return html(page(f"{HOME}<p>本页为{path}，内容正在陆续发布，请您持续关注本网站的更新。</p>"))

    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", answer)
    runner = web.AppRunner(app, shutdown_timeout=0.5, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    portal.origin = "http://{}:{}".format(*runner.addresses[0])
    try:
        yield portal
    finally:
        await runner.cleanup()
