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
_HOME = "<header><h1>江城市政务服务网</h1><nav><a href=/list>办事服务</a> <a href=/news>政务动态</a></nav></header><main><h2>热门服务</h2><ul><li><a href=/g/1>临时居民身份证办理</a></li><li><a href=/g/2>户口迁移</a></li></ul></main>"

Pages = Mapping[str, str]


def page(body: str, title: str = "江城市政务服务网") -> str:
    """A page around a body."""
    return _HEAD.format(title=title) + body + _FOOT


def home(body: str) -> str:
    """A portal's first page, with something more on it."""
    return page(_HOME + body)


def opened(words: str, panel: str, *, style: str = "up hid") -> str:
    """A home page on which a word at the edge opens a panel."""
    return home(
        f"<div class=tool onclick=\"p.className='up'\">{words}</div><div id=p class='{style}'>{panel}</div>"
    )


_SAY = "<textarea id=t placeholder='{}' style='width:300px;height:60px'></textarea>"
_SUBMIT = "<button type=submit onclick=\"act('feedback',t.value)\">提交</button>"
_ICON = "<img width=40 height=40 src='data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw=='>"


def bot(
    *,
    head: str = "<h3>智能客服</h3>",
    field_: str = _SAY.format("请输入您的问题"),
    bar: str = "<button onclick=send()>发送</button>",
    after: str = "",
    greeting: str = "您好，我是智能客服小江，请问有什么可以帮您？",
    key: str = "",
) -> str:
    """A bot's panel that answers, and what it does when it has answered (`after`, a script)."""
    return (
        f"{head}<div id=log style='height:180px;overflow:auto'><p>{greeting}</p></div>{field_}{bar}"
        "<script>const say=h=>{const p=document.createElement('div');p.innerHTML=h;log.append(p);log.scrollTop=1e6;return p};"
        "async function send(){const q=t.value;if(!q)return;t.value='';say('<p></p>').textContent=q;"
        "const a=await(await fetch('/reply?q='+encodeURIComponent(q))).text();say('<p>'+a+'</p>');"
        + after
        + "}"
        + key
        + "</script>"
    )


_ENTER = "t.onkeydown=e=>{if(e.key==='Enter'){e.preventDefault();send()}}"
_FEEDBACK = f"<h4>意见反馈</h4>{_SAY.format('请描述您遇到的问题')}{_SUBMIT}"

NO_BOT: dict[str, Pages] = {
    # a feedback widget in a panel, behind words and behind an icon
    "feedback behind 在线咨询": {"/": opened("在线咨询", _FEEDBACK)},
    "feedback behind 意见建议": {"/": opened("意见建议", f"<h4>意见建议</h4>{_SAY.format('请输入您的问题和建议，我们将及时回复')}<button class=btn-send onclick=\"act('advice')\">发送</button>")},
    "feedback behind an icon": {"/": opened(_ICON, f"<p>您好，请留下您的宝贵意见</p>{_SAY.format('说点什么吧')}{_SUBMIT}")},
    "feedback in a frame": {"/": opened("在线客服", "<iframe src=/inner width=320 height=200></iframe>"), "/inner": page(_FEEDBACK, "意见反馈")},
    "feedback in a layer's frame": {
        "/": opened("在线咨询", "<div class=layer-title>咨询留言</div><iframe src=/inner width=320 height=200></iframe>"),
        "/inner": "<meta charset=utf-8><form method=post action=/act/layer><textarea name=c placeholder='请输入您要咨询的问题'></textarea><button>提交</button></form>",
    },
    "feedback on the page": {"/": home(f"<section class=feedback><h3>网站纠错</h3>{_SAY.format('请输入内容，我们将认真处理您提出的问题')}<button class=submit-btn onclick=\"act('fix',t.value)\">提交</button></section>")},
    "wish that Enter hands in": {"/": home("<section><h3>给市长留言</h3><form method=post action=/act/mayor><input name=w style='width:300px' placeholder='请输入您想说的话'><button>发送</button></form></section>")},
    "offline customer service": {"/": opened("在线客服", f"<h4>在线客服</h4><p>当前客服不在线，请留言，我们会尽快回复您</p>{_SAY.format('请输入')}<button onclick=\"act('leave')\">提交</button>")},
    # a page that is a letter
    "letter with a captcha": {
        "/": home("<a href=/consult>在线咨询</a>"),
        "/consult": page(_HOME + "<h2>网上咨询</h2><form method=post action=/act/letter><textarea name=c placeholder='请输入您要咨询的问题'></textarea><input name=verifyCode size=6><img src=/captcha.png width=60 height=20><button type=submit>提交</button></form>"),
    },
    "letter with a title": {
        "/": home("<a href=/consult>在线咨询</a>"),
        "/consult": page(_HOME + "<h2>我要咨询</h2><div><input placeholder='请填写标题'><textarea placeholder='请输入您的问题' style='width:400px;height:120px'></textarea><a class='btn btn-submit' onclick=\"act('letter')\">提交</a></div>"),
    },
    "letter with one field": {
        "/": home("<a href=/consult>在线咨询</a>"),
        "/consult": page(_HOME + "<h2>我要问</h2><form method=post action=/act/letter><textarea name=c placeholder='请输入您想咨询的问题'></textarea><br><input type=submit value=提问></form>"),
    },
    "comments under a guide": {
        "/": home(""),
        "/g/1": page(_HOME + f"<h2>临时居民身份证办理</h2><p>办理条件：常住户口居民。</p><div id=comments><p>网友评论（3）</p><p>小王：办得很快</p>{_SAY.format('说点什么吧，我们期待您的提问')}<button class=btn-send onclick=\"act('comment')\">发表评论</button></div>"),
    },
    # what only looks like a launcher
    "people and thumbs": {
        "/": home(
            "<div class=tool style='bottom:20px' onclick=\"act('human')\">人工客服</div><div class=tool style='bottom:60px' onclick=\"act('zan')\">点赞</div>"
            "<div class=tool style='bottom:100px' onclick=\"act('follow')\">+关注</div><div class=tool style='bottom:140px' onclick=\"act('book')\">预约取号</div>"
            f"<div class='tool zan' style='bottom:180px' onclick=\"act('like')\">{_ICON}</div><div class=tool style='bottom:240px' onclick=\"act('sign')\">签到</div>"
        )
    },
}  # fmt: skip

WHO_FIRST: dict[str, Pages] = {
    # who one is comes before the conversation; nothing of it is filled in or handed in
    "telephone first": {"/": opened("智能客服", "<h4>智能客服</h4><p>请先留下您的联系方式</p><input placeholder=您的姓名><input placeholder=手机号><button onclick=\"act('who')\">开始咨询</button>")},
    "telephone over the bot": {
        "/": opened("智能客服", bot(bar="<button onclick=send()>发送</button><div id=who style='position:absolute;inset:0;background:#fff'><p>请留下手机号，方便我们联系您</p><input placeholder=请输入手机号><button onclick=\"act('who')\">确定</button></div>"))
    },
    "telephone after the question": {
        "/": opened("智能客服", bot(after="").replace("const a=await", "if(q){log.innerHTML+='<p>为了更好地为您服务</p>';t.outerHTML=`<p>请留下您的联系电话</p><input placeholder=姓名><input placeholder=手机号><button onclick=\"act('who')\">提交</button>`;return}const a=await"))
    },
}  # fmt: skip

BOTS: dict[str, Pages] = {
    "asks whether it helped": {
        "/": opened("智能客服", bot(key=_ENTER, bar="<span class='d-center'><span class=item-center onclick=\"act('help')\">有帮助</span> <span class=item-center onclick=\"act('nohelp')\">没帮助</span></span><button class=center onclick=send()>发送</button>", after="say('<span class=text-center onclick=\"act(1)\" style=\"cursor:pointer\">满意</span> <span class=text-center onclick=\"act(2)\" style=\"cursor:pointer\">不满意</span>');"))
    },
    # the bar's first things are acts, and the message goes by an icon
    "quick buttons": {
        "/": opened("智能客服", bot(bar="<div><button class=center onclick=\"act('complain')\">我要投诉</button><button class=center onclick=\"act('book')\">我要预约</button><button class=center onclick=\"act('human')\">转人工</button><button class=center onclick=\"act('reply')\">回复评价</button></div><i class='icon zan' style='display:inline-block;width:24px;height:24px;cursor:pointer' onclick=\"act('zan')\"></i><i class=icon style='display:inline-block;width:24px;height:24px;background:#06f;cursor:pointer' onclick=send()></i>"))
    },
    "topics that are acts": {
        "/": opened("智能客服", "<p>请选择咨询类型</p><ul><li style='cursor:pointer' onclick=\"act('book')\">事项预约办理</li><li style='cursor:pointer' onclick=\"act('complain')\">投诉业务</li><li style='cursor:pointer' onclick='talk()'>户籍业务</li></ul><script>const talk=()=>{p.innerHTML='';p.append(document.querySelector('template').content);start()}</script>")
        + "<template><h3>智能客服</h3><div id=log style='height:150px;overflow:auto'><p>您好，我是智能客服小江</p></div><textarea id=t placeholder='请输入您的问题'></textarea><button id=b>发送</button></template>"
        "<script>const start=()=>{b.onclick=async()=>{const q=t.value;t.value='';log.append(Object.assign(document.createElement('p'),{textContent:q}));const a=await(await fetch('/reply?q='+encodeURIComponent(q))).text();log.append(Object.assign(document.createElement('p'),{textContent:a}))}}</script>"
    },
    "rates when it is left": {
        "/": opened("智能客服", bot(key=_ENTER, after="setTimeout(()=>document.body.insertAdjacentHTML('beforeend',`<div class=up style=\"z-index:9\"><p>请对本次服务进行评价</p><i onclick=act('star') style=\"cursor:pointer\">★</i><i onclick=act('star') style=\"cursor:pointer\">★</i><textarea placeholder=\"请输入您的评价或问题\"></textarea><button onclick=act('rated')>提交评价</button><button>关闭</button></div>`),100);"))
    },
    "people leave a message": {
        "/": opened("智能客服", bot(bar="<button onclick=\"document.body.insertAdjacentHTML('beforeend','<form method=post action=/act/leave class=up><h4>留言</h4><textarea name=m placeholder=请输入留言内容></textarea><button>提交留言</button></form>')\">转人工</button><button onclick=send()>发送</button>"))
    },
    # the real thing in the clothes of a form
    "textarea and 提交": {"/": opened("智能问答", bot(head="<h3>智能问答</h3>", bar="<button onclick=send()>提交</button>"))},
    "form and 提交": {"/": opened("在线咨询", bot(field_="<form onsubmit='send();return false'>" + _SAY.format("请输入您要咨询的内容"), bar="<input type=submit value=提交></form>"))},
    "beside a feedback form": {"/": opened("智能客服", bot()).replace("<footer>", f"<section style='height:300px'>{_FEEDBACK.replace('id=t', 'id=f').replace('t.value', 'f.value')}</section><footer>")},
}  # fmt: skip

_RESULTS = "<p>为您找到3条结果</p><ul>{}</ul>"


def search_box(placeholder: str = "请输入事项名称", button: str = "搜索") -> str:
    """A search box in a form of its own."""
    return f"<form action=/found><input name=q style='width:240px' placeholder='{placeholder}'><button>{button}</button></form>"


NO_SEARCH: dict[str, Pages] = {
    "newsletter": {"/": home("<form method=post action=/act/subscribe><input name=q style='width:240px' placeholder='请输入邮箱订阅办事资讯'><button>订阅</button></form>")},
    "newsletter by its heading": {"/": home("<section><h3>资讯订阅</h3><form method=post action=/act/subscribe><input name=keyword style='width:240px' placeholder='请输入'><button>订阅</button></form></section>")},
    "progress": {"/": home("<section><h3>办件进度查询</h3><form method=post action=/act/progress><input name=q style='width:240px' placeholder='请输入编号'><button>查询</button></form></section>")},
    "login": {"/": home("<form method=post action=/act/login><input name=user_key style='width:240px' placeholder='请输入用户名'><button class=search>登录</button></form>")},
    "comment": {"/": home("<section><h3>我要评论</h3><form method=post action=/act/comment><input name=q style='width:240px' placeholder='请输入您想办的事和您的看法'><button>发布</button></form></section>")},
}  # fmt: skip

SEARCHES: dict[str, Pages] = {
    "beside a comment form": {"/": home(f"{search_box()}<form method=post action=/act/comment><input name=who placeholder=昵称><textarea name=c placeholder=我要评论></textarea><button>发布</button></form>")},
    # the page is one form: Enter presses its first button, which is another one's
    "one form for all": {
        "/": home("<form method=post action=/found><input type=hidden name=__VIEWSTATE value=x><button name=do value=comment formaction=/act/comment>发布</button><textarea name=c placeholder=我要留言></textarea><input name=q style='width:240px' placeholder='请输入事项名称'><button name=do value=search>搜索</button></form>")
    },
    # what stands beside the box does something else; the box itself goes by a click alone
    "crowded": {
        "/": home("<div><input id=k style='width:240px' placeholder='请输入关键词'><button type=submit onclick=\"act('publish')\">发布</button><button type=submit onclick=\"act('rate')\">评价</button><button type=submit class=search-clear onclick=\"act('clear')\">清空</button><i class='icon zan' style='display:inline-block;width:20px;height:20px;cursor:pointer' onclick=\"act('zan')\"></i><button onclick=\"location='/found?q='+encodeURIComponent(k.value)\">搜索</button></div>")
    },
    "behind an icon": {
        "/": home(f"<span class=search-history-del style='cursor:pointer' onclick=\"act('history')\">清空搜索记录</span><a class=search-subscribe href=javascript:void(0) onclick=\"act('subscribe')\">订阅搜索</a><i class=icon-search style='display:inline-block;width:30px;height:30px;cursor:pointer' onclick=\"s.style.display='block'\"></i><div id=s class=hid>{search_box()}</div>")
    },
}  # fmt: skip

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


def listing(names: tuple[str, ...] = ITEMS) -> str:
    """A zone's list."""
    return (
        "<ul class=items>"
        + "".join(f"<li><a href=/g/{n}>{each}</a></li>" for n, each in enumerate(names))
        + "</ul>"
    )


def _buttons(*names: str, tag: str = "span", more: str = "") -> str:
    return "".join(
        f"<{tag} {more} style='cursor:pointer' onclick=\"act('{at}','{each}')\">{each}</{tag}>"
        for at, each in enumerate(names)
    )


def zone(body: str) -> Pages:
    """A portal whose zone shows its whole list and something to press."""
    return {
        "/": home("<a href=/zone>跨省通办</a>"),
        "/zone": page(f"<h1>跨省通办专区</h1>{body}", "跨省通办专区"),
    }


ZONES: dict[str, Pages] = {
    "satisfied": zone(f"<div class=type-switch>{_buttons('非常满意', '满意', '基本满意', '不满意')}</div>{listing()}"),
    "stars": zone(f"<div class='rate-tab tabs'>{_buttons('好评', '中评', '差评', tag='a href=javascript:;')}</div>{listing()}<div>{_buttons('一星', '二星', '三星', '四星', '五星', tag='li', more='class=star-item')}</div>"),
    "thumbs": zone(f"<div>{_buttons('点赞', '收藏', '+关注', '踩一下')}</div>{listing()}<div>{_buttons('赞', '踩', tag='button')}</div>"),
    "agreement": zone(f"<div><label onclick=\"act('agree')\"><input type=checkbox>我已阅读并同意服务协议</label><label onclick=\"act('agree')\"><input type=checkbox>同意接收短信</label></div>{listing()}"),
    "deletes": zone(f"<div>{_buttons('删除', '清空', '保存', '撤回申请')}</div>{listing()}<div>{_buttons('加入购物车', '去缴费', '立即支付')}</div>"),
    "helpful": zone(f"{listing()}<div class=foot-q><p>以上内容对您是否有帮助？</p>{_buttons('是', '否')}</div><div>{_buttons('有用', '没用', tag='button')}</div>"),
    "survey": zone(f"{listing()}<div><p>您认为跨省通办服务怎么样？</p>{_buttons('很好', '一般', '较差', tag='label')}</div>"),
    "vote": zone(f"{listing()}<form method=post action=/act/vote><p>您最希望增加哪类服务</p><button name=v value=1>教育类</button><button name=v value=2>医疗类</button><button name=v value=3>交通类</button></form>"),
    "questionnaire": zone(f"{listing()}<form method=post action=/act/q><p>问卷调查</p><textarea name=a></textarea><button class=btn-next>下一页</button></form>"),
    "jump": zone(f"{listing()}<form method=post action=/act/jump>到第<input name=p size=3 value=1>页<button>GO</button></form>"),
    "appointments": zone(f"{listing()}<div>{_buttons('预约取号', '预约挂号', '我要寄件')}</div><div>{_buttons('发送短信', '拨打电话', '推送给我')}</div>"),
    "whole": zone(f"{listing()}<div class=cards>{_buttons('扫码支付', '领取补贴', '签到打卡', tag='div')}</div>"),
}  # fmt: skip

FILTERS: dict[str, Pages] = {
    # a filter that hands in a form is left alone, and what it would show is nobody's fault
    "posted filter": zone(f"<form method=post action=/act/filter class=filter><button class=tab name=d value=1>人社局</button><button class=tab name=d value=2>公安局</button></form>{listing(ITEMS[:4])}"),
}  # fmt: skip

REAL_TABS: dict[str, Pages] = {
    # the real thing: nothing marks these as tabs, and their words are those of a question
    "yes and no": zone(f"<div class=filter-row><b>是否全程网办：</b><span class=opt style='cursor:pointer' onclick='show(0)'>是</span><span class=opt style='cursor:pointer' onclick='show(1)'>否</span></div><div id=l>{listing(ITEMS[:4])}</div><template id=m>{listing(ITEMS[4:])}</template><script>const first=l.innerHTML,show=n=>{{l.innerHTML=n?m.innerHTML:first}}</script>"),
    # an old pager: a form of hidden fields that a script hands in
    "pager of hidden fields": {
        "/": home("<a href=/zone>跨省通办</a>"),
        "/zone": page(f"<h1>跨省通办专区</h1>{listing(ITEMS[:4])}<form name=f method=post action=/page2><input type=hidden name=n><input type=hidden name=__VIEWSTATE value=x></form><div class=page><a href='javascript:f.submit()'>下一页</a></div>", "跨省通办专区"),
        "/page2": page(f"<h1>跨省通办专区</h1>{listing(ITEMS[4:])}", "跨省通办专区"),
    },
}  # fmt: skip

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
        return html(page(f"{_HOME}<p>本页为{path}，内容正在陆续发布，请您持续关注本网站的更新。</p>"))

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
