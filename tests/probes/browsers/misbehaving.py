"""A server whose pages misbehave by name, on loopback."""

from __future__ import annotations

import asyncio
from collections import Counter

from aiohttp import web

from tests.probes.loopback import LoopbackPortal, html

LONG = (
    "临时居民身份证办理指南：申请材料、受理条件、法定办结时限、承诺办结时限、办理地点与时间、收费标准、咨询电话。"
    * 12
)

PAGES = {
    "ok": f"<title>办事指南</title><p>{LONG}</p>",
    "blank": "<title></title><div id=app></div>",
    "dies": "<div>页面加载中，请稍候…</div><div id=app></div><script>document.getElementById('none').dataset.x</script>",
    "spa": "<div id=app></div><script>setTimeout(async () => { const r = await fetch('/late'); "
    "document.getElementById('app').innerHTML = await r.text(); }, 300)</script>",
    "leads-on": "<script>setTimeout(() => location.href = '/ok', 200)</script>",
    "leads-on-at-once": "<script>location.replace('/ok')</script>",
    "frames": "<frameset cols='20%,80%'><frame src='/short'><frame src='/ok'></frameset>",
    "shadow": f"<div id=host></div><script>document.getElementById('host').attachShadow({{mode: 'open'}}).innerHTML = '<p>{LONG}</p>'</script>",
    "short": "<p>导航菜单</p>",
    "soft-404": "<title>404</title><p>抱歉，您访问的页面不存在</p>",
    "carousel": f"<p>{LONG}</p><b id=n></b><script>setInterval(() => {{ const e = document.createElement('i'); "
    "document.body.append(e); e.remove(); }, 30)</script>",
    "endless-script": f"<p>{LONG}</p><script>document.addEventListener('DOMContentLoaded', () => {{ for (;;) {{}} }})</script>",
    "dialogs": f"<p>{LONG}</p><script>for (let i = 0; i < 20; i++) {{ alert(i); confirm(i); }}</script>",
    "popups": f"<p>{LONG}</p><script>for (let i = 0; i < 5; i++) window.open('/short?' + i)</script>",
    "sub-failures": f"<p>{LONG}</p><img src='/missing.png'><script src='/missing.js'></script>"
    "<script>console.error('console trouble'); throw new Error('thrown')</script>",
    "wide": f"<meta name=viewport content='width=device-width, initial-scale=1'><div style='width:900px'>{LONG}</div>",
    "narrow": f"<meta name=viewport content='width=device-width, initial-scale=1'><p>{LONG}</p><small style='font-size:9px'>{LONG}</small>",
    "no-viewport": f"<p>{LONG}</p>",
    "cut-off": "<meta name=viewport content='width=device-width'><style>body{overflow-x:hidden}</style>"
    f"<div style='width:900px'>{LONG}</div>",
    "links": f"<p>{LONG}</p><a href='/ok'>1</a><a href='/gone'>2</a><a href='/file.pdf'>3</a>"
    "<a href='http://10.1.2.3/inner'>4</a><a href='mailto:a@b.cn'>5</a><a href='javascript:void(0)'>6</a>"
    "<a href='tel:12345'>7</a><a href='/soft-404'>8</a><a href='/plain-forbidden'>9</a><a href='#part'>10</a>"
    "<a href='/challenge'>11</a>",
    "challenge": "<script>document.cookie='__jsl_clearance=1';window.$_ts=window['$_ts'];</script>",
}


class MisbehavingPortal(LoopbackPortal):
    """Serves `PAGES` and worse; `hits` counts requests by path."""

    def __init__(self) -> None:
        super().__init__()
        self.hits: Counter[str] = Counter()
        self.agents: set[str] = set()
        self.languages: dict[str, str] = {}
        """The last `Accept-Language` of each engine."""

    async def answered(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["name"]
        agent = request.headers.get("User-Agent", "")
        self.hits[name] += 1
        self.agents.add(agent)
        self.languages[_engine_of(agent)] = request.headers.get("Accept-Language", "")
        match name:
            case "hangs":
                await asyncio.sleep(60)
            case "drops":
                assert request.transport is not None
                request.transport.close()
            case "late":
                await asyncio.sleep(0.8)
                return html(f"<p>{LONG}</p>")
            case "server-error":
                return html("<p>boom</p>", status=500)
            case "to-private":
                raise web.HTTPFound("http://10.1.2.3/inner")
            case "round":
                raise web.HTTPFound("/round")
            case "script-to-private":
                return html(
                    f"<p>{LONG}</p><script>setTimeout(() => location.href='http://10.1.2.3/', 100)</script>"
                )
            case "file.pdf":
                return web.Response(
                    body=b"%PDF-1.4 tiny",
                    content_type="application/pdf",
                    headers={"Content-Disposition": "attachment; filename=a.pdf"},
                )
            case "plain-forbidden":
                # a firewall that knows Python's client by its User-Agent
                refused = "Chrome" not in agent and "Firefox" not in agent
                return html("<p>403 Forbidden</p>", status=403) if refused else html(PAGES["ok"])
            case "short-in-firefox":
                return html("<title>t</title><p>导航菜单 首页</p>" if "Firefox/" in agent else PAGES["ok"])
            case "throws-in-firefox":
                body = "<p>导航</p><div id=a></div><script>if (navigator.userAgent.includes('Firefox/')) throw new Error('not here');"
                return html(f"{body} document.getElementById('a').textContent = '{LONG}'</script>")
            case "once-down":
                return html("x", status=503) if self.hits[name] == 1 else html(PAGES["ok"])
            case _ if name in PAGES:
                return html(PAGES[name])
        return html("<title>404 Not Found</title><h1>Not Found</h1>", status=404)


def _engine_of(agent: str) -> str:
    return next((name for mark, name in _MARKS.items() if mark in agent), "")


_MARKS = {"Firefox/": "firefox", "Chrome/": "chromium", "Safari/": "webkit"}
