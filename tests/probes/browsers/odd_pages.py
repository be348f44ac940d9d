"""Pages that real portals are known for, each of them odd in one way, with the verdict that is fair and why."""

from __future__ import annotations

import asyncio
import gzip
import ssl
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiohttp import WSMsgType, web

from results.records import Reason
from tests.probes.loopback import LoopbackPortal, html

TEXT = (
    "临时居民身份证办理指南：申请材料、受理条件、法定办结时限、承诺办结时限、办理地点与时间、收费标准、咨询电话。"
    * 12
)
HOME = f"<title>某市政务服务网</title><p id=home>{TEXT}</p>"
_DRAWN = "document.querySelector('canvas').getContext('2d').fillRect(0, 0, 300, 200)"


@dataclass(frozen=True)
class Odd:
    """A page: its HTML, what is fair to say of it, and why."""

    html: str
    why: str
    reason: Reason | None = None
    shows: bool = True
    """Whether `TEXT` is to be seen."""


PAGES = {
    "banner": Odd(
        f"{HOME}<div style='position:fixed;inset:0;background:#000c;z-index:9;color:#fff'>本网站使用 Cookie，<button>同意</button></div>",
        "a visitor dismisses the banner; the page is there",
    ),
    "refresh-0": Odd("<meta http-equiv=refresh content='0;url=/home'>", "the visitor never sees the first page"),
    "refresh-3": Odd(
        "<meta http-equiv=refresh content=\"3; URL='/home'\"><p>欢迎访问，本页面三秒后自动转到新版政务服务网首页，"
        "如果没有转到，请点击<a href=/home>这里</a>进入，给您带来不便敬请谅解。</p>",
        "what it leads to is the page, in each engine",
    ),
    "countdown": Odd(
        "<p>您访问的页面已迁移，<b id=n>3</b> 秒后自动跳转至新版首页，请更新您的收藏夹，谢谢您的支持与配合。</p><script>let n = 3;"
        "setInterval(() => { document.getElementById('n').textContent = --n; if (!n) location.href = '/home'; }, 1000)</script>",
        "as above, by script",
    ),
    "canvas": Odd(f"<canvas width=300 height=200></canvas><script>{_DRAWN}</script>", "a picture is no blank page", shows=False),
    "beforeunload": Odd(
        f"{HOME}<script>addEventListener('beforeunload', e => {{ e.preventDefault(); e.returnValue = 'stay'; }})</script>",
        "nobody leaves it but by closing",
    ),
    "prompts": Odd(
        f"{HOME}<script>alert('公告'); confirm('是否进入？'); prompt('请输入', ''); addEventListener('load', () => alert('欢迎'))</script>",
        "dialogs are dismissed",
    ),
    "opens-windows": Odd(f"{HOME}<script>for (const n of [1, 2, 3]) open('/home?' + n)</script>", "advertisements are closed"),
    "hanging-image": Odd(f"{HOME}<img src=/hangs>", "the text is there, whatever a picture does"),
    "hanging-style": Odd(f"{HOME}<script>document.head.append(Object.assign(document.createElement('link'), "
                         "{rel: 'stylesheet', href: '/hangs'}))</script>", "as above"),
    "long-poll": Odd(
        f"{HOME}<script>(async function poll() {{ await fetch('/poll'); poll(); }})()</script>", "waiting for news is no loading"
    ),
    "socket": Odd(f"{HOME}<script>new WebSocket('ws://' + location.host + '/socket-end')</script>", "as above"),
    "events": Odd(f"{HOME}<script>new EventSource('/events-end')</script>", "as above"),
    "busy-fetch": Odd(f"{HOME}<script>setInterval(() => fetch('/poll?now'), 100)</script>", "as above"),
    "carousel": Odd(
        f"{HOME}<ul id=u><li>一<li>二</ul><script>setInterval(() => document.getElementById('u').append(document.getElementById('u')"
        ".firstChild), 40)</script>",
        "it turns for ever",
    ),
    "animation": Odd(
        f"{HOME}<i id=i>·</i><style>@keyframes k {{ to {{ transform: rotate(1turn) }} }} i {{ animation: k 1s infinite }}</style>"
        "<script>(function f() { document.getElementById('i').style.left = Math.random() + 'px'; requestAnimationFrame(f) })()</script>",
        "as above",
    ),
    "lazy": Odd(
        "<div style='height:300px'>首页</div><div id=l style='height:400px'></div><script>new IntersectionObserver(async e => {"
        " if (e[0].isIntersecting) document.getElementById('l').innerHTML = await (await fetch('/home')).text() }).observe("
        "document.getElementById('l'))</script>",
        "what comes into view loads",
    ),
    "iframe": Odd("<iframe src=/home width=900 height=700></iframe>", "many portals are one frame"),
    "nested-frames": Odd("<iframe src=/inner-frame width=900 height=700></iframe>", "and frames within"),
    "inner-frame": Odd("<frameset rows='10%,*'><frame src=/menu><frame src=/home></frameset>", "as above"),
    "menu": Odd("<p>首页 办事 服务</p>", "a page of few words", shows=False),
    "nested-shadow": Odd(
        "<x-a></x-a><script>const a = document.querySelector('x-a').attachShadow({mode: 'open'}); a.innerHTML = '<div><x-b></x-b></div>';"
        f"a.querySelector('x-b').attachShadow({{mode: 'open'}}).innerHTML = '<p>{TEXT}</p>'</script>",
        "components within components",
    ),
    "slots": Odd(
        "<x-a><p>" + TEXT + "</p></x-a><script>document.querySelector('x-a').attachShadow({mode: 'open'}).innerHTML = "
        "'<style>p{}</style><section><slot></slot></section>'</script>",
        "its text stands in the document itself",
    ),
    "svg": Odd(f"<svg width=900 height=300><text y=40>{TEXT}</text></svg>", "a drawn text", shows=False),
    "slow": Odd("", "it takes its time, within the limit"),
    "registers-worker": Odd(
        f"{HOME}<script>navigator.serviceWorker && navigator.serviceWorker.register('/worker.js', {{scope: '/registers-worker'}})</script>", "an app's page"
    ),
    "by-language": Odd("", "we are Chinese visitors in each engine"),
    "cookie-round": Odd("", "it wants to see that cookies are kept"),
    "undeclared-gbk": Odd("", "browsers in China read it", shows=True),
    "no-type": Odd("", "browsers see that it is a page"),
    "cut-short": Odd("", "what came is shown; every browser shows it"),
    "hidden-first": Odd(
        f"<style>body{{display:none}}</style>{HOME}<script>if (self === top) document.body.style.display = 'block'</script>",
        "a guard against being framed",
    ),
    "old-library": Odd(
        f"{HOME}<script>Array.prototype.toJSON = function () {{ return 'mine' }}; String.prototype.toJSON = Array.prototype.toJSON;"
        "Object.prototype.extend = function () {}; Array.prototype.each = function () {}; Array.prototype.reduce = null;"
        "Function.prototype.bind = function (to) { var f = this; return function () { return f.apply(to, arguments) } };"
        "window.Event = {}; window.performance = {now: function () { return 0 }}; var top = 1, status = 2, name = 3</script>",
        "old libraries change what is built in",
    ),
    "anti-debugger": Odd(f"{HOME}<script>setInterval(() => {{ debugger }}, 50)</script>", "a guard against curious eyes"),
    "chatter": Odd(f"{HOME}<script>setInterval(() => {{ for (let i = 0; i < 200; i++) console.log('x'.repeat(1000)) }}, 20)</script>", "debugging left on"),
    "throws-for-ever": Odd(
        f"{HOME}<script>setInterval(() => {{ for (let i = 0; i < 50; i++) setTimeout(() => {{ throw new Error('x'.repeat(1000)) }}) }}, 20)</script>",
        "a visitor sees nothing of it",
    ),
    "asks-for-ever": Odd(f"{HOME}<script>setInterval(() => {{ new Image().src = '/home?' + Math.random() }}, 20)</script>",
                         "counters that count too much"),
    "gone-and-home": Odd("<meta http-equiv=refresh content='2;url=/home'><p>您访问的页面不存在，2 秒后自动返回首页</p>",
                         "what was asked for is not there", Reason.SOFT_404, shows=False),
    "reloads-itself": Odd(f"<meta http-equiv=refresh content=2>{HOME}", "news that keep themselves fresh"),
    "hash-turns": Odd(f"{HOME}<script>let h = 0; setInterval(() => location.hash = h++, 100)</script>", "it is one page"),
    "huge": Odd("", "long is not wrong"),
    "empty": Odd("", "nothing is shown", Reason.BLANK_PAGE, shows=False),
    "no-content": Odd("", "status 204: nothing is shown", Reason.BLANK_PAGE, shows=False),
    "wrong-charset": Odd("", "nobody can read it", Reason.GARBLED_TEXT, shows=False),
    "basic-auth": Odd("", "a door, not a fault", Reason.LOGIN_WALL, shows=False),
    "chain": Odd("<meta http-equiv=refresh content='0;url=/chain-2'>", "what a chain of such pages ends in is the page"),
    "chain-2": Odd("<p>正在跳转</p><meta http-equiv=Refresh content='1;URL=/chain-3'>", "as above"),
    "chain-3": Odd("<meta http-equiv=refresh content='0;url=/home'>", "as above"),
    "refresh-header": Odd("", "the same by a header"),
    "pass-round": Odd("", "another host gives a pass, and cookies of both count"),
    "to-round": Odd("", "it never ends", Reason.REDIRECT_LOOP, shows=False),
    "not-modified": Odd("", "status 304 to who has nothing: nothing is shown", Reason.BLANK_PAGE, shows=False),
    "says-gzip": Odd("", "announced as packed and sent plain: no browser shows it", Reason.CORRUPT, shows=False),
    "is-gzip": Odd("", "packed without a word", Reason.GARBLED_TEXT, shows=False),
    "pdf": Odd("", "no page, so nothing that a page could fail", Reason.UNSUPPORTED, shows=False),
    "attachment": Odd("", "as above", Reason.UNSUPPORTED, shows=False),
    "leads-to-pdf": Odd("<script>location.href = '/pdf'</script>", "as above", Reason.UNSUPPORTED, shows=False),
}  # fmt: skip


BREAKS_THE_LANGUAGE = {
    "json": "JSON.stringify = () => { throw new Error('no JSON here') }",
    "json-later": "setTimeout(() => { JSON.stringify = () => { throw new Error('no JSON here') } }, 2500)",
    "timers": "setTimeout = () => { throw new Error('no timers here') }",
}
"""Scripts after which hardly any other on the page works."""


class OddPortal(LoopbackPortal):
    """Serves `PAGES`, and what they ask for.

    Args:
        leads_to: Where `/leads` redirects to.
    """

    def __init__(self, certificate: ssl.SSLContext | None = None, leads_to: str = "/home") -> None:
        super().__init__(certificate)
        self._leads_to = leads_to

    async def answered(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["name"]
        if name in _SERVED:
            return await _SERVED[name](request)
        if name in PAGES:
            return html(PAGES[name].html)
        if name == "leads":
            raise web.HTTPFound(self._leads_to)
        if name == "home":
            return html(HOME)
        if name == "closes-itself":  # an old trick to be rid of the toolbars
            return html(f"{HOME}<script>open('/home', '', 'fullscreen'); opener = null; close()</script>")
        if name in BREAKS_THE_LANGUAGE:
            return html(f"{HOME}<script>{BREAKS_THE_LANGUAGE[name]}</script>")
        return html("<title>404</title>404", status=404)


async def _hangs(_: web.Request) -> web.StreamResponse:
    await asyncio.sleep(120)
    return web.Response()


async def _slow(_: web.Request) -> web.StreamResponse:
    await asyncio.sleep(4)
    return html(HOME)


async def _poll(request: web.Request) -> web.StreamResponse:
    await asyncio.sleep(0 if request.query_string else 120)
    return web.Response(text="{}")


async def _socket(request: web.Request) -> web.StreamResponse:
    socket = web.WebSocketResponse()
    await socket.prepare(request)
    async for message in socket:
        assert message.type is WSMsgType.TEXT
    return socket


async def _events(request: web.Request) -> web.StreamResponse:
    answer = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
    await answer.prepare(request)
    while True:
        await answer.write(b"data: x\n\n")
        await asyncio.sleep(0.2)


async def _by_language(request: web.Request) -> web.StreamResponse:
    is_chinese = request.headers.get("Accept-Language", "").lower().startswith("zh")
    return html(HOME if is_chinese else "<p>Welcome. This service is in Chinese.</p>")


async def _cookie_round(request: web.Request) -> web.StreamResponse:
    if "seen" in request.cookies:
        return html(HOME)
    answer = web.Response(status=302, headers={"Location": "/cookie-round"})
    answer.set_cookie("seen", "1")
    return answer


async def _pass_round(request: web.Request) -> web.StreamResponse:
    """The portal sends to a host of its own for a pass, which comes back with one for its first cookie."""
    here, there = (f"{request.scheme}://{host}:{request.url.port}" for host in ("127.0.0.1", "localhost"))
    if request.url.host == "localhost":
        answer = web.Response(status=302, headers={"Location": f"{here}/pass-round?pass=9"})
        if "known" not in request.cookies:
            answer = web.Response(status=302, headers={"Location": f"{there}/pass-round"})
            answer.set_cookie("known", "1")
        return answer
    if "pass" in request.query:
        answer = web.Response(status=302, headers={"Location": f"{here}/pass-round"})
        answer.set_cookie("pass", request.query["pass"])
        return answer
    if request.cookies.get("pass") == "9":
        return html(HOME)
    return web.Response(status=302, headers={"Location": f"{there}/pass-round"})


async def _cut_short(request: web.Request) -> web.StreamResponse:
    assert request.transport is not None
    body = f"<!doctype html>{HOME}".encode()
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nConnection: close\r\nContent-Length: 99999\r\n\r\n"
    request.transport.write(head + body)
    await asyncio.sleep(0.3)
    request.transport.close()
    return web.Response()


def _fixed(
    body: bytes = b"", status: int = 200, **headers: str
) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def answer(_: web.Request) -> web.StreamResponse:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return web.Response(body=body, status=status, headers=named)

    return answer


_PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj 3 0 obj"
    b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 300]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)
_BIG = (
    "<ul>" + "".join(f"<li><a href='/guide/{n}'>第 {n} 项：{TEXT[:60]}</a>" for n in range(25_000)) + "</ul>"
)
_SERVED = {
    "hangs": _hangs,
    "slow": _slow,
    "poll": _poll,
    "socket-end": _socket,
    "events-end": _events,
    "by-language": _by_language,
    "cookie-round": _cookie_round,
    "cut-short": _cut_short,
    "pass-round": _pass_round,
    "to-round": _fixed(status=302, Location="/to-round?again"),
    "refresh-header": _fixed("<p>正在跳转</p>".encode(), Content_Type="text/html; charset=utf-8", Refresh="1; url=/home"),
    "not-modified": _fixed(status=304),
    "says-gzip": _fixed(f"<!doctype html>{HOME}".encode(), Content_Type="text/html; charset=utf-8", Content_Encoding="gzip"),
    "is-gzip": _fixed(gzip.compress(f"<!doctype html>{HOME}{TEXT * 20}".encode()), Content_Type="text/html; charset=utf-8"),
    "huge": _fixed(gzip.compress(f"<!doctype html>{HOME}{_BIG}".encode(), 1), Content_Type="text/html; charset=utf-8", Content_Encoding="gzip"),
    "worker.js": _fixed(b"addEventListener('fetch', e => e.respondWith(fetch(e.request)))", Content_Type="text/javascript"),
    "undeclared-gbk": _fixed(f"<!doctype html><html>{HOME}".encode("gbk"), Content_Type="text/html"),
    "no-type": _fixed(f"<!doctype html><html><meta charset=utf-8>{HOME}".encode(), Content_Type=""),
    "empty": _fixed(b"", Content_Type="text/html"),
    "no-content": _fixed(status=204),
    "wrong-charset": _fixed(HOME.encode(), Content_Type="text/html; charset=iso-8859-1"),
    "basic-auth": _fixed(b"401", status=401, WWW_Authenticate="Basic realm=x", Content_Type="text/html"),
    "pdf": _fixed(_PDF, Content_Type="application/pdf"),
    "attachment": _fixed(b"PK\3\4 no page", Content_Type="application/octet-stream", Content_Disposition="attachment; filename=a.zip"),
}  # fmt: skip
