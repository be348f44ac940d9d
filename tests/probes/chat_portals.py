"""Portals with chatbots of many makes, written for the tests: one page for each way of embedding a bot."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from aiohttp import web

GUIDES: dict[str, dict[str, str]] = {
    "临时居民身份证办理": {
        "申请材料": "1.居民户口簿原件；2.近期一寸免冠照片2张；3.临时居民身份证申领登记表",
        "法定办结时限": "3个工作日",
        "承诺办结时限": "1个工作日",
        "收费": "10元/证",
        "办理地点/时间": "江南区滨河路18号江南区政务服务中心二楼；周一至周五 9:00-17:00",
        "咨询方式": "0771-2345678",
    },
    "户口迁移": {
        "申请材料": "1.居民户口簿；2.居民身份证；3.准予迁入证明",
        "法定办结时限": "20个工作日",
        "承诺办结时限": "5个工作日",
        "收费": "不收费",
        "办理地点/时间": "城北区人民大道200号城北区公安分局",
        "咨询方式": "0771-8765432",
    },
    "公共场所卫生许可": {
        "申请材料": "1.卫生许可证申请表；2.公共场所地址方位示意图；3.营业执照",
        "法定办结时限": "20个工作日",
        "承诺办结时限": "7个工作日",
        "收费": "不收费",
        "办理地点/时间": "城东区建设路66号城东区行政服务中心",
        "咨询方式": "0771-5556677",
    },
}
GREETING = "您好，我是智能客服小江，请问有什么可以帮您？"
_KINDS = (
    ("材料", "申请材料"),
    ("多长时间", "承诺办结时限"),
    ("收费", "收费"),
    ("地点", "办理地点/时间"),
    ("电话", "咨询方式"),
)


def _asked(question: str) -> tuple[str | None, str | None]:
    matter = next((each for each in sorted(GUIDES, key=len, reverse=True) if each in question), None)
    element = next((name for word, name in _KINDS if word in question), None)
    return matter, element


def right(question: str) -> str:
    matter, element = _asked(question)
    return f"{matter}的{element}：{GUIDES[matter][element]}。" if matter and element else "请说明事项名称。"


def wrong(question: str) -> str:
    matter, element = _asked(question)
    other = {
        "申请材料": "结婚证、房屋租赁合同",
        "承诺办结时限": "45个工作日",
        "收费": "300元",
        "办理地点/时间": "西山区解放路999号西山区政务服务中心",
        "咨询方式": "0771-9999999",
    }
    return f"{matter}的{element}：{other[element or '']}。"


def recites(question: str) -> str:
    matter, _ = _asked(question)
    return f"{matter}：材料可能有居民户口簿、结婚证、房屋租赁合同、离婚证、学历证书；时限可能是1个工作日、3个工作日、5个工作日、7个工作日、20个工作日、60个工作日；收费不收费、10元、20元、50元；地点江南区滨河路18号、建设路66号、解放路9号；电话0771-2345678、0771-8765432、0771-5556677、0771-1111111。"


def off_topic(question: str) -> str:
    matter, _ = _asked(question)
    other = next(each for each in GUIDES if each != matter)
    return f"{other}需要到窗口提交申请，请先网上预约。"


BRAINS: dict[str, Callable[[str], str | None]] = {
    "right": right,
    "wrong": wrong,
    "recites": recites,
    "off_topic": off_topic,
    "fallback": lambda _: "非常抱歉，小江暂时没有找到相关答案，您可以换个问法试试。",
    "greets": lambda _: GREETING,
    "handed": lambda _: "正在为您转接人工客服，请稍候，您前面还有3人排队。",
    "error": lambda _: "系统异常，请稍后再试（500）",
    "echo": lambda question: question,
    "silent": lambda _: None,
    "flood": lambda question: right(question) + "请持续关注。" * 5000,
}

_STYLE = "<style>body{margin:0;font:14px sans-serif;min-height:900px}.panel{width:340px;height:420px;background:#fff;border:1px solid #888;overflow:auto}</style>"
_HEAD = (
    "<!DOCTYPE html><html lang=zh><head><meta charset=utf-8><title>江城市政务服务网</title>"
    + _STYLE
    + "</head><body>"
)
_PORTAL = """<header><h1>江城市政务服务网</h1><form action=/search><input name=kw placeholder="请输入事项名称"><button>搜索</button></form>
<nav><a href="/list">办事服务</a> <a href="/consult">我要咨询</a> <a href="/news">政务动态</a></nav></header>
<main><h2>热门服务</h2><ul><li><a href="/g/1">临时居民身份证办理</a></li><li><a href="/g/2">户口迁移</a></li></ul>
<p>欢迎访问江城市政务服务网，本站提供全市政务服务事项的办理、查询和咨询服务。</p></main>"""

# one bot for all makes: `root` is where it lives, `own` whether it shows the question
_BOT = """
function bot(root, brain, more) {
  more = more || {};
  const list = root.querySelector('.list'), box = root.querySelector('.box'), button = root.querySelector('.send');
  const add = (who, text) => { const row = document.createElement('div'); row.innerHTML = '<b></b><p></p><i></i>';
    row.querySelector('b').textContent = who; row.querySelector('p').textContent = text;
    row.querySelector('i').textContent = new Date().toTimeString().slice(0, 5); list.append(row); list.scrollTop = 1e6; return row; };
  if (more.greeting !== false) add('小江', GREETING);
  const value = () => ('value' in box ? box.value : box.textContent).trim();
  const clear = () => { if ('value' in box) box.value = ''; else box.textContent = ''; };
  const send = async () => {
    const text = value(); if (!text) return; clear();
    if (more.before) more.before(text);
    add('我', text);
    const wait = add('小江', '正在输入…');
    if (more.socket) {
      const socket = new WebSocket(location.origin.replace('http', 'ws') + '/socket/' + brain);
      let row = null;
      socket.onopen = () => socket.send(text);
      socket.onmessage = (event) => { wait.remove(); row = row || add('小江', ''); row.querySelector('p').textContent += event.data; };
      socket.onclose = () => wait.remove();
      return;
    }
    const answer = await (await fetch('/reply/' + brain + '?q=' + encodeURIComponent(text))).json();
    wait.remove();
    if (more.thinks) await more.thinks(add('小江', ''));
    if (answer.text !== null) add('小江', answer.text);
    if (more.after) more.after(add('小江', ''));
  };
  if (button) button.addEventListener('click', send);
  if (!more.button_only) box.addEventListener('keydown', (event) => { if (event.key === 'Enter') { event.preventDefault(); send(); } });
}
""".replace("GREETING", json.dumps(GREETING, ensure_ascii=False))
_PANEL = "<div class=list style='height:300px;overflow:auto'></div>"
_AREA = "<textarea class=box placeholder='请输入您的问题'></textarea><button class=send>发送</button>"


def _page(body: str, script: str = "") -> str:
    return f"{_HEAD}{_PORTAL}{body}<script>{_BOT}\n{script}</script></body></html>"


def _window(brain: str) -> str:
    return f"{_HEAD}<h3>智能问答</h3><div id=b>{_PANEL}{_AREA}</div><script>{_BOT}bot(document.getElementById('b'), '{brain}')</script></body></html>"


def floating(brain: str) -> str:
    return _page(
        f"<div id=open style='position:fixed;right:20px;bottom:40px;cursor:pointer'>智能客服</div>"
        f"<div id=b class=panel style='position:fixed;right:20px;bottom:80px;display:none'>{_PANEL}{_AREA}</div>",
        f"let up=false;open_=document.getElementById('open');open_.onclick=()=>{{b.style.display='block';if(!up){{up=true;bot(b,'{brain}',{{button_only:true}})}}}}",
    )


def framed(brain: str) -> str:
    """A frame that a script appends; launcher and panel both live in it."""
    inner = (
        f"{_HEAD}<div id=o style='width:60px;height:60px;background:#06c;cursor:pointer' title='在线客服'></div>"
        f"<div id=b style='display:none'>{_PANEL}{_AREA}</div><script>{_BOT}o.onclick=()=>{{o.style.display='none';b.style.display='block';"
        f"parent.postMessage('grow','*');bot(b,'{brain}')}}</script>"
    )
    source = json.dumps(inner, ensure_ascii=False).replace("</", "<\\/")
    return _page(
        "",
        "setTimeout(()=>{const f=document.createElement('iframe');f.style='position:fixed;right:20px;bottom:0;width:80px;height:80px;z-index:9999999;border:0';"
        f"f.srcdoc={source};document.body.append(f);onmessage=()=>{{f.style.width='360px';f.style.height='460px'}}}},600)",
    )


def windowed(brain: str) -> str:
    return _page(
        "<a href='javascript:void(0)' id=o style='position:fixed;right:0;top:40%'><img alt='咨询机器人' width=50 height=50 src='data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw=='></a>",
        f"o.onclick=()=>window.open('/window/{brain}','_blank','width=500,height=600')",
    )


def shadowed(brain: str) -> str:
    """An icon without a word, in an open shadow root."""
    return _page(
        "<x-float></x-float>",
        f"""customElements.define('x-float', class extends HTMLElement {{ connectedCallback() {{
          const root = this.attachShadow({{mode:'open'}});
          root.innerHTML = `<div id=o style="position:fixed;right:24px;bottom:24px;width:56px;height:56px;border-radius:28px;background:#28f;cursor:pointer"><svg width=30 height=30><circle cx=15 cy=15 r=9 /></svg></div>
          <div id=b style="position:fixed;right:24px;bottom:90px;width:340px;height:420px;display:none;background:#fff">{_PANEL}<input class=box placeholder="说点什么吧"><span class=send style="cursor:pointer"><svg width=20 height=20><path d="M0 0L20 10L0 20z"/></svg></span></div>`;
          const b = root.getElementById('b'); let up = false;
          root.getElementById('o').onclick = () => {{ b.style.display='block'; if (!up) {{ up = true; bot(b, '{brain}'); }} }};
        }} }});""",
    )


def streaming(brain: str) -> str:
    """A contenteditable field, Enter alone, a reply that streams over a socket."""
    return _page(
        f"<button id=o style='position:fixed;right:10px;bottom:10px' aria-label='AI助手'>☺</button>"
        f"<div id=b role=dialog class=panel style='position:fixed;right:10px;bottom:60px;display:none'>{_PANEL}<div class=box contenteditable=true data-placeholder='输入消息' style='min-height:30px;border:1px solid'></div></div>",
        f"let up=false;o.onclick=()=>{{b.style.display='block';if(!up){{up=true;bot(b,'{brain}',{{socket:true}})}}}}",
    )


def guarded(brain: str) -> str:
    """A notice to accept and a topic to choose before one can talk."""
    return _page(
        "<div id=o style='position:fixed;right:20px;bottom:40px;cursor:pointer'>小江在线</div><div id=b class=panel style='position:fixed;right:20px;bottom:80px;display:none'></div>",
        f"""const talk = () => {{ b.innerHTML = {json.dumps(_PANEL + _AREA)}; bot(b, '{brain}'); }};
        const topics = () => {{ b.innerHTML = '<p>请选择咨询类型</p><ul><li style="cursor:pointer">户籍业务</li><li style="cursor:pointer">社保业务</li><li style="cursor:pointer">其他业务</li></ul>'; for (const li of b.querySelectorAll('li')) li.onclick = talk; }};
        o.onclick = () => {{ b.style.display='block'; b.innerHTML = '<h4>服务须知</h4><p>本服务由人工智能提供，回答仅供参考。</p><label><input type=checkbox id=c>我已阅读并同意</label><button id=y disabled>开始咨询</button>'; c.onchange = () => {{ y.disabled = !c.checked; }}; y.onclick = topics; }};""",
    )


def redrawn(brain: str) -> str:
    """A bot that draws its whole list anew with every message, amid news that rotate and a clock."""
    return _page(
        "<p id=clock></p><p id=ticker></p><section id=b style='width:500px'><h3>智能问答</h3><div id=rows></div><input id=box placeholder='请输入您想咨询的问题'><button id=go>提问</button></section>",
        f"""const rows_=[{{w:'小江',t:{json.dumps(GREETING)}}}]; const draw=()=>{{ rows.innerHTML=rows_.map(r=>`<div><b>${{r.w}}</b><p>${{r.t}}</p></div>`).join(''); }}; draw();
        const news=['全市召开优化营商环境大会','政务服务再提速','一网通办迎来新变化']; let n=0; setInterval(()=>{{ clock.textContent=new Date().toLocaleTimeString(); ticker.textContent=news[n++%3]; }}, 300);
        go.onclick=async()=>{{ const q=box.value; box.value=''; rows_.push({{w:'我',t:q}}); draw(); const a=await (await fetch('/reply/{brain}?q='+encodeURIComponent(q))).json(); if(a.text!==null) rows_.push({{w:'小江',t:a.text}}); draw(); }};""",
    )


def posted(brain: str, question: str = "", answer: str | None = None) -> str:
    """No scripts: every question loads the page anew."""
    rows = f"<p>我：{question}</p>" + (f"<p>小江：{answer}</p>" if answer else "") if question else ""
    return f"{_HEAD}{_PORTAL}<h3>智能问答机器人</h3><p>{GREETING}</p>{rows}<form method=post action='/make/posted/{brain}'><textarea name=q placeholder='请输入您的问题'></textarea><input type=submit value='提问'></form></body></html>"


def split(brain: str) -> str:
    """The messages in one frame, the field in another."""
    return (
        f"{_HEAD}{_PORTAL}<div id=w style='position:fixed;right:0;bottom:0;width:380px;height:460px'>"
        f"<iframe id=m style='width:360px;height:340px' srcdoc='<p>{GREETING}</p>'></iframe>"
        f"<iframe id=i style='width:360px;height:90px' srcdoc=\"<textarea id=t placeholder='请输入咨询内容'></textarea><button onclick='parent.say(t.value);t.value=``'>发送</button>\"></iframe></div>"
        f"<script>async function say(q){{const d=m.contentDocument;const p=d.createElement('p');p.textContent=q;d.body.append(p);const a=await(await fetch('/reply/{brain}?q='+encodeURIComponent(q))).json();if(a.text!==null){{const r=d.createElement('p');r.textContent=a.text;d.body.append(r)}}}}</script>"
    )


def login(brain: str) -> str:
    return _page(
        "<div id=o style='position:fixed;right:20px;bottom:40px;cursor:pointer'>智能客服</div><div id=b class=panel style='position:fixed;right:20px;bottom:80px;display:none'></div>",
        "o.onclick=()=>{b.style.display='block';b.innerHTML='<p>您还未登录，请先登录后使用智能客服</p><a href=/login>去登录</a>'}",
    )


def closed(brain: str) -> str:
    return _page(
        "<div id=o style='position:fixed;right:20px;bottom:40px;cursor:pointer'>智能客服</div>",
        "o.onclick=()=>{const e=document.createElement('x-closed');e.style='position:fixed;right:20px;bottom:80px;width:340px;height:420px;display:block';document.body.append(e);e.attachShadow({mode:'closed'}).innerHTML='<textarea placeholder=问></textarea>'}",
    )


def drawn(brain: str) -> str:
    return _page(
        "<div id=o style='position:fixed;right:20px;bottom:40px;cursor:pointer'>数字人客服</div>",
        "o.onclick=()=>{const e=document.createElement('canvas');e.width=340;e.height=420;e.style='position:fixed;right:20px;bottom:80px;background:#eef';document.body.append(e)}",
    )


def none(brain: str) -> str:
    return _page(
        "<a style='position:fixed;right:10px;bottom:10px' href='#'>返回顶部</a><div style='position:fixed;right:10px;bottom:60px;width:60px;height:60px' title='扫一扫'></div>"
    )


def leaves(brain: str) -> str:
    """The page goes elsewhere while the reply is awaited."""
    return floating(brain).replace(
        "button_only:true", "button_only:true,before:()=>setTimeout(()=>location.href='/news',300)"
    )


def detaches(brain: str) -> str:
    """The frame of the bot goes away on the first question."""
    return _page(
        f"<iframe id=f src='/window/{brain}' style='position:fixed;right:0;bottom:0;width:360px;height:460px'></iframe>",
        "setInterval(()=>{try{if(f.contentDocument.querySelectorAll('.list>div').length>1)f.remove()}catch(e){}},30)",
    )


def alerts(brain: str) -> str:
    return floating(brain).replace(
        "button_only:true", "button_only:true,before:()=>alert('为提升服务质量，请对本次服务评价')"
    )


def unmarked(brain: str) -> str:
    """A launcher that comes late and is a picture; the message is sent by a block that nothing marks as a button."""
    return _page(
        "",
        f"""setTimeout(() => {{ document.body.insertAdjacentHTML('beforeend', `<div style="position:fixed;right:0;top:40%"><img id=o width=72 height=90 src="data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw=="></div>
        <div id=b style="position:fixed;inset:5vh 10vw;background:#fff;display:none"><div>政务大模型</div>{_PANEL}<div style="display:flex"><div style="flex:1"><textarea class=box placeholder="有什么我能帮您的吗？" style="width:100%"></textarea></div><div class=ico id=g style="width:32px;height:32px;background:#06f;border-radius:16px"></div></div></div>`);
        let up = false; o.onclick = () => {{ b.style.display = 'block'; if (!up) {{ up = true; g.className = 'send'; bot(b, '{brain}', {{button_only: true}}); g.className = 'ico'; }} }}; }}, 3500);""",
    )


def wrapped(brain: str) -> str:
    """A toggle with a badge that says what it would do next; a wrapper plays the textbox around the real field."""
    return _page(
        f"<div style='position:fixed;right:20px;bottom:20px'><button id=o class=w-launcher style='border-radius:30px;width:60px;height:60px'><span>1</span><img alt='Close chat' width=30 height=30 src='data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw=='></button></div>"
        f"<div id=b class=panel style='position:fixed;right:20px;bottom:90px;display:none'>{_PANEL}<div role=textbox class=wrap style='padding:8px;border:1px solid;display:flex'><textarea class=box placeholder='请输入'></textarea><div class=send role=button aria-label='send message' style='width:32px;height:32px'></div></div></div>",
        f"let up=false;o.onclick=()=>{{b.style.display='block';if(!up){{up=true;bot(b,'{brain}',{{button_only:true}})}}}}",
    )


def thinks(brain: str) -> str:
    """A model that thinks aloud of other figures before it answers, and offers more questions behind."""
    aloud = """async (row) => { const p = row.querySelector('p'); p.innerHTML = '<div class=head>深度思考中…</div><div class=text></div>';
        for (const each of ['用户想了解办理要求，', '可能是45个工作日，', '或者需要交88元，', '先核对知识库。']) { p.lastChild.textContent += each; await new Promise(done => setTimeout(done, 200)); }
        p.firstChild.textContent = '已深度思考（用时1秒）'; }"""
    after = "row => { row.querySelector('p').innerHTML = '<div>以上内容由AI生成，仅供参考</div><div>复 制</div><div>猜您想问</div><div>户口迁移要45天吗？</div><div>需要出生证明吗？</div>'; }"
    return floating(brain).replace("button_only:true", f"button_only:true,thinks:{aloud},after:{after}")


def scrolled(brain: str) -> str:
    """A launcher that comes into being when the page is scrolled."""
    return _page(
        f"<div style='height:3000px'></div><div id=b class=panel style='position:fixed;right:20px;bottom:80px;display:none'>{_PANEL}{_AREA}</div>",
        f"""addEventListener('scroll', () => {{ const o = document.createElement('div'); o.textContent = '智能客服';
        o.style = 'position:fixed;right:20px;bottom:40px;cursor:pointer'; let up = false; document.body.append(o);
        o.onclick = () => {{ b.style.display = 'block'; if (!up) {{ up = true; bot(b, '{brain}', {{button_only: true}}); }} }}; }}, {{once: true}});""",
    )


def headed(brain: str) -> str:
    """The answer stands where others think aloud, and nothing follows it."""
    return floating(brain).replace(
        "button_only:true",
        "button_only:true,after:row=>{const all=[...row.parentElement.children],own=all[all.length-2].querySelector('p');own.innerHTML='<div>思考完成</div><div>'+own.textContent+'</div>';row.remove()}",
    )


MAKES = {
    each.__name__: each
    for each in (
        floating, framed, windowed, shadowed, streaming, guarded, redrawn, posted, split,
        thinks, headed, scrolled, unmarked, wrapped, login, closed, drawn, none, leaves, detaches, alerts,
    )
}  # fmt: skip

CONSULT = (
    f"{_HEAD}{_PORTAL}<h2>我要咨询</h2><form method=post action=/submitted>姓名<input name=a>手机号<input name=b>咨询标题<input name=c>"
    "咨询内容<textarea name=d placeholder='请输入您的问题'></textarea>验证码<input name=e><button>提交咨询</button></form></body></html>"
)


class ChatPortals:
    """Where the portals are, and what was done to them."""

    def __init__(self) -> None:
        self.origin = ""
        self.submitted = 0

    def url(self, make: str, brain: str = "right") -> str:
        return f"{self.origin}/make/{make}/{brain}"


@asynccontextmanager
async def serve_chats() -> AsyncIterator[ChatPortals]:
    """Put the portals up on a free port."""
    portals = ChatPortals()

    def html(text: str) -> web.Response:
        return web.Response(text=text, content_type="text/html")

    async def make(request: web.Request) -> web.Response:
        name, brain = request.match_info["make"], request.match_info["brain"]
        if request.method == "POST":
            question = str((await request.post())["q"])
            return html(posted(brain, question, BRAINS[brain](question)))
        return html(MAKES[name](brain))

    async def reply(request: web.Request) -> web.Response:
        await asyncio.sleep(0.15)
        return web.json_response({"text": BRAINS[request.match_info["brain"]](request.query["q"])})

    async def socket(request: web.Request) -> web.WebSocketResponse:
        channel = web.WebSocketResponse()
        await channel.prepare(request)
        question = (await channel.receive()).data
        answer = BRAINS[request.match_info["brain"]](question) or ""
        for at in range(0, len(answer), 4):
            await channel.send_str(answer[at : at + 4])
            await asyncio.sleep(0.03)
        await channel.close()
        return channel

    async def window(request: web.Request) -> web.Response:
        return html(_window(request.match_info["brain"]))

    async def submitted(_: web.Request) -> web.Response:
        portals.submitted += 1
        return html("已提交")

    async def other(request: web.Request) -> web.Response:
        if request.path == "/consult":
            return html(CONSULT)
        return html(
            f"{_HEAD}{_PORTAL}<p>本页为{request.path}，内容正在陆续发布，请您持续关注本网站的更新。</p></body></html>"
        )

    app = web.Application()
    app.router.add_route("*", "/make/{make}/{brain}", make)
    app.router.add_get("/reply/{brain}", reply)
    app.router.add_get("/socket/{brain}", socket)
    app.router.add_get("/window/{brain}", window)
    app.router.add_post("/submitted", submitted)
    app.router.add_get("/{tail:.*}", other)
    runner = web.AppRunner(app, shutdown_timeout=0.5)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    address = runner.addresses[0]
    portals.origin = f"http://{address[0]}:{address[1]}"
    try:
        yield portals
    finally:
        await runner.cleanup()
