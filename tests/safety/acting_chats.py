"""Portals with things that look like a chatbot and are none, with bots that ask who one is, and with bots full of acts."""

from __future__ import annotations

from tests.safety.acting_portals import FEEDBACK, HOME, SAY, SUBMIT, Pages, home, opened, page

_ICON = "<img width=40 height=40 src='data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw=='>"


def bot(
    *,
    head: str = "<h3>智能客服</h3>",
    field_: str = SAY.format("请输入您的问题"),
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

NO_BOT: dict[str, Pages] = {
    # a feedback widget in a panel, behind words and behind an icon
    "feedback behind 在线咨询": {"/": opened("在线咨询", FEEDBACK)},
    "feedback behind 意见建议": {"/": opened("意见建议", f"<h4>意见建议</h4>{SAY.format('请输入您的问题和建议，我们将及时回复')}<button class=btn-send onclick=\"act('advice')\">发送</button>")},
    "feedback behind an icon": {"/": opened(_ICON, f"<p>您好，请留下您的宝贵意见</p>{SAY.format('说点什么吧')}{SUBMIT}")},
    "feedback in a frame": {"/": opened("在线客服", "<iframe src=/inner width=320 height=200></iframe>"), "/inner": page(FEEDBACK, "意见反馈")},
    "feedback in a layer's frame": {
        "/": opened("在线咨询", "<div class=layer-title>咨询留言</div><iframe src=/inner width=320 height=200></iframe>"),
        "/inner": "<meta charset=utf-8><form method=post action=/act/layer><textarea name=c placeholder='请输入您要咨询的问题'></textarea><button>提交</button></form>",
    },
    "feedback on the page": {"/": home(f"<section class=feedback><h3>网站纠错</h3>{SAY.format('请输入内容，我们将认真处理您提出的问题')}<button class=submit-btn onclick=\"act('fix',t.value)\">提交</button></section>")},
    "wish that Enter hands in": {"/": home("<section><h3>给市长留言</h3><form method=post action=/act/mayor><input name=w style='width:300px' placeholder='请输入您想说的话'><button>发送</button></form></section>")},
    "offline customer service": {"/": opened("在线客服", f"<h4>在线客服</h4><p>当前客服不在线，请留言，我们会尽快回复您</p>{SAY.format('请输入')}<button onclick=\"act('leave')\">提交</button>")},
    # a page that is a letter
    "letter with a captcha": {
        "/": home("<a href=/consult>在线咨询</a>"),
        "/consult": page(HOME + "<h2>网上咨询</h2><form method=post action=/act/letter><textarea name=c placeholder='请输入您要咨询的问题'></textarea><input name=verifyCode size=6><img src=/captcha.png width=60 height=20><button type=submit>提交</button></form>"),
    },
    "letter with a title": {
        "/": home("<a href=/consult>在线咨询</a>"),
        "/consult": page(HOME + "<h2>我要咨询</h2><div><input placeholder='请填写标题'><textarea placeholder='请输入您的问题' style='width:400px;height:120px'></textarea><a class='btn btn-submit' onclick=\"act('letter')\">提交</a></div>"),
    },
    "letter with one field": {
        "/": home("<a href=/consult>在线咨询</a>"),
        "/consult": page(HOME + "<h2>我要问</h2><form method=post action=/act/letter><textarea name=c placeholder='请输入您想咨询的问题'></textarea><br><input type=submit value=提问></form>"),
    },
    "comments under a guide": {
        "/": home(""),
        "/g/1": page(HOME + f"<h2>临时居民身份证办理</h2><p>办理条件：常住户口居民。</p><div id=comments><p>网友评论（3）</p><p>小王：办得很快</p>{SAY.format('说点什么吧，我们期待您的提问')}<button class=btn-send onclick=\"act('comment')\">发表评论</button></div>"),
    },
    # what only looks like a launcher
    "people and thumbs": {
        "/": home(
            "<div class=tool style='bottom:20px' onclick=\"act('human')\">人工客服</div><div class=tool style='bottom:60px' onclick=\"act('zan')\">点赞</div>"
            "<div class=tool style='bottom:100px' onclick=\"act('follow')\">+关注</div><div class=tool style='bottom:140px' onclick=\"act('book')\">预约取号</div>"
            f"<div class='tool zan' style='bottom:180px' onclick=\"act('like')\">{_ICON}</div><div class=tool style='bottom:240px' onclick=\"act('sign')\">签到</div>"
        )
    },
    # Element dialog; heading only in header; button 确 定
    "el dialog": {"/": home("<div class=tool onclick=\"w.style.display='block'\">在线咨询</div><div id=w class='el-dialog__wrapper hid' style='position:fixed;inset:0;background:#0005'><div role=dialog class=el-dialog style='width:400px;margin:80px auto;background:#fff'><div class=el-dialog__header><span class=el-dialog__title>意见征集</span></div><div class=el-dialog__body><div class=el-textarea>"+SAY.format("请输入内容")+"</div></div><div class=el-dialog__footer><button class=el-button onclick=\"act('x')\">取 消</button><button class='el-button el-button--primary' onclick=\"act('opinion',t.value)\">确 定</button></div></div></div>")},
    # contact us, neutral heading
    "contact us": {"/": opened("联系我们", "<h4>联系我们</h4><p>有任何问题请告诉我们</p>"+SAY.format("请描述您的问题")+"<button onclick=\"act('contact')\">发送</button>")},
    "rich editor": {"/": home("<section style='height:260px'><h3>我来说两句</h3><div id=t contenteditable=true data-placeholder='说点什么' style='border:1px solid;height:80px'></div><div class=send-btn style='cursor:pointer;width:60px' onclick=\"act('said',t.innerText)\">发布</div></section>")},
    "ask experts": {"/": home("<a href=/expert>智能问答</a>"), "/expert": page(HOME+"<h2>专家答疑</h2><form method=post action=/act/expert><input name=title placeholder='一句话描述您的问题'><textarea name=c placeholder='请详细说明您的问题'></textarea><button>我要提问</button></form>")},
    "question form by get": {"/": home("<a href=/zx>我要咨询</a>"), "/zx": page(HOME+"<h2>咨询窗口</h2><form action=/act/zx><textarea name=c placeholder='请输入您想咨询的问题'></textarea><button>提交问题</button></form>")},
    "phone call": {"/": home("<div class=tool onclick=\"act('callback')\">电话回拨</div><div class=tool style='bottom:80px' onclick=\"act('wish')\">智能推荐反馈</div><button class='kefu-rate tool' style='bottom:140px' onclick=\"act('rate')\">给客服打分</button>")},
    "hot line": {"/": opened("客服", "<h4>12345热线</h4><p>请简要描述您反映的事项</p>"+SAY.format("请输入")+"<button onclick=\"act('12345',t.value)\">提交</button>")},
    "report error widget": {"/": opened("在线帮助", "<div class=hd>错误报告</div>"+SAY.format("请描述您遇到的问题，我们会尽快处理")+"<a class=btn onclick=\"act('err',t.value)\">发送报告</a>")},
    "satisfaction with hidden form": {"/": home("<div style='height:300px'><p>您对本次服务是否满意</p><label><input type=radio name=r>满意</label><label><input type=radio name=r>不满意</label>"+SAY.format("请输入您的问题或原因")+"<button onclick=\"act('sat',t.value)\">提交</button></div>")},
    "chat room of people": {"/": opened("互动交流", "<h4>在线访谈</h4><p>网友：什么时候开放？</p>"+SAY.format("请输入您要提问的内容")+"<button onclick=\"act('talk',t.value)\">发送</button>")},
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
    "choose and telephone": {"/": opened("机器人", "<h4>智能机器人</h4><p>请选择咨询类型</p><select><option>社保</select><input type=tel placeholder=请输入><p>手机号</p><button onclick=\"act('who')\">进入咨询</button>")},
    "captcha first": {"/": opened("智能客服", "<h4>智能客服</h4><p>请输入手机号和验证码后开始对话</p><input placeholder=手机号码><input placeholder=短信验证码><span style='cursor:pointer' onclick=\"act('sms')\">发送验证码</span><button onclick=\"act('who')\">确 定</button>")},
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
    "form and 提交": {"/": opened("在线咨询", bot(field_="<form onsubmit='send();return false'>" + SAY.format("请输入您要咨询的内容"), bar="<input type=submit value=提交></form>"))},
    "beside a feedback form": {"/": opened("智能客服", bot()).replace("<footer>", f"<section style='height:300px'>{FEEDBACK.replace('id=t', 'id=f').replace('t.value', 'f.value')}</section><footer>")},
    "icons only": {"/": opened("智能客服", bot(bar="<div style='display:inline-block'><img class=ico-good width=20 height=20 onclick=\"act('good')\"><img class=ico-bad width=20 height=20 onclick=\"act('bad')\"><img class=ico-s width=20 height=20 onclick=send() style='background:#06f'></div>"))},
    "stars in the bar": {"/": opened("智能客服", bot(bar="<span class=el-rate><i class=el-rate__icon style='display:inline-block;width:20px;height:20px;cursor:pointer' onclick=\"act('star')\"></i></span><button onclick=send()>发 送</button>"))},
    "clear and end": {"/": opened("智能客服", bot(bar="<button onclick=\"act('end')\">结束会话</button><button onclick=\"act('clear')\">清空</button><button class=is-primary onclick=send()>发送(Enter)</button>"))},
    "solved?": {"/": opened("智能客服", bot(key=_ENTER,bar="<button onclick=send()>发送</button>",after="say('<button onclick=act(1)>已解决</button><button onclick=act(2)>未解决</button><button onclick=act(3)>转人工</button><a href=\"/act/yy\">去预约</a>');"))},
    "bot page form post": {"/": home("<a href=/znwd>智能问答</a>"), "/znwd": page("<h1>智能问答</h1><p>您好，请问有什么可以帮您？</p><form action=/reply method=get target=r><textarea name=q id=t placeholder='请输入问题'></textarea><button>提 交</button></form><iframe name=r width=600 height=200></iframe>","智能问答")},
    "minimal": {"/": opened("小江", "<div id=log style='height:200px'><p>Hi~ 我是小江，很高兴为您服务</p></div><input id=t placeholder='输入'><button id=b>↑</button><script>b.onclick=async()=>{const q=t.value;t.value='';log.append(Object.assign(document.createElement('p'),{textContent:q}));const a=await(await fetch('/reply?q='+encodeURIComponent(q))).text();log.append(Object.assign(document.createElement('p'),{textContent:a}))}</script>")},
    "under a letter's tab": {"/": opened("在线客服", "<div><span style='cursor:pointer'>机器人</span><span style='cursor:pointer' onclick=\"act('tab')\">留言</span></div>"+bot(head=""))},
    "asks for comment in placeholder": {"/": opened("智能客服", bot(field_=SAY.format("请输入您的问题或建议")))},
}  # fmt: skip
