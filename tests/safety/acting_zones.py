"""Portals with a zone that lists all it has to, among ratings, votes and whatever else may be pressed."""

from __future__ import annotations

from tests.safety.acting_portals import ITEMS, Pages, home, page


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
    "helpful": zone(f"{listing()}<div class=ask><p>以上内容对您是否有帮助？</p>{_buttons('是', '否')}</div><div>{_buttons('有用', '没用', tag='button')}</div>"),
    "survey": zone(f"{listing()}<div><p>您认为跨省通办服务怎么样？</p>{_buttons('很好', '一般', '较差', tag='label')}</div>"),
    "vote": zone(f"{listing()}<form method=post action=/act/vote><p>您最希望增加哪类服务</p><button name=v value=1>教育类</button><button name=v value=2>医疗类</button><button name=v value=3>交通类</button></form>"),
    "questionnaire": zone(f"{listing()}<form method=post action=/act/q><p>问卷调查</p><textarea name=a></textarea><button class=btn-next>下一页</button></form>"),
    "jump": zone(f"{listing()}<form method=post action=/act/jump>到第<input name=p size=3 value=1>页<button>GO</button></form>"),
    "appointments": zone(f"{listing()}<div>{_buttons('预约取号', '预约挂号', '我要寄件')}</div><div>{_buttons('发送短信', '拨打电话', '推送给我')}</div>"),
    "whole": zone(f"{listing()}<div class=cards>{_buttons('扫码支付', '领取补贴', '签到打卡', tag='div')}</div>"),
    "scores": zone(f"<div>{_buttons('1分','2分','3分','4分','5分')}</div>{listing()}<div>{_buttons('支持','反对','弃权')}</div>"),
    "solved": zone(f"{listing()}<div><p>问题解决了吗</p>{_buttons('已解决','未解决',tag='button')}</div><div>{_buttons('Yes','No',tag='button')}</div>"),
    "emoji": zone(f"{listing()}<div>{_buttons('😊','😐','😞')}</div><div>{_buttons('👍 12','👎 3',tag='button')}</div>"),
    "choices": zone(f"{listing()}<div><p>1.您对跨省通办服务的总体评价</p>{_buttons('A.很满意','B.满意','C.不满意',tag='label')}</div><div class=tab-like><p>2.您从哪里了解</p>{_buttons('A.网络','B.报纸',tag='label')}</div>"),
    "tools": zone(f"<div class=toolbox>{_buttons('复制链接','分享好友','举报','打印本页')}</div>{listing()}<div>{_buttons('申请公开','撤销申请')}</div>"),
    "row acts": zone("<ul>"+"".join(f"<li><a href=/g/{n}>{e}</a><span style='cursor:pointer' onclick=\"act('z')\">办理</span><span style='cursor:pointer' onclick=\"act('y')\">预约</span><span style='cursor:pointer' onclick=\"act('s')\">收藏</span></li>" for n,e in enumerate(ITEMS))+"</ul>"),
    "single zone tools": zone(f"{listing()}<div>{_buttons('领取','预约')}</div><div>{_buttons('开始答题','参与调查')}</div><div>{_buttons('一键申领','免申即享')}</div>"),
    "subscribe form": zone(f"{listing()}<form method=post action=/act/sub><select name=d onchange='this.form.submit()'><option>每日推送</option><option>每周推送</option></select></form>"),
    "load more comment": zone(f"{listing()}<form method=post action=/act/more><textarea></textarea><button>加载更多</button></form>"),
    "next of gallery": zone(f"{listing()}<div class=survey-page><button class='next page' onclick=\"act('n')\">&gt;</button></div>"),
}  # fmt: skip

FILTERS: dict[str, Pages] = {
    # a filter that hands in a form is left alone, and what it would show is nobody's fault
    "posted filter": zone(f"<form method=post action=/act/filter class=filter><button class=tab name=d value=1>人社局</button><button class=tab name=d value=2>公安局</button></form>{listing(ITEMS[:4])}"),
    "posted select": zone(f"<form method=post action=/act/filter><select name=d class=dept onchange='this.form.submit()'><option>人社局</option><option>公安局</option></select></form>{listing(ITEMS[:4])}"),
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
    "theme tabs with acts": zone(f"<div class=theme-tabs><span class=tab style='cursor:pointer' onclick='show(0)'>就业创业</span><span class=tab style='cursor:pointer' onclick='show(1)'>缴费支付</span></div><div id=l>{listing(ITEMS[:4])}</div><template id=m>{listing(ITEMS[4:])}</template><script>const first=l.innerHTML,show=n=>{{l.innerHTML=n?m.innerHTML:first}}</script>"),
    "select tabs": zone(f"<form class=f><select onchange='show(this.selectedIndex)'><option>人社局</option><option>公安局</option></select></form><div id=l>{listing(ITEMS[:4])}</div><template id=m>{listing(ITEMS[4:])}</template><script>const first=l.innerHTML,show=n=>{{l.innerHTML=n?m.innerHTML:first}}</script>"),
    "unmarked plain": zone(f"<div><p onclick='show(0)' style='cursor:pointer'>教育培训</p><p onclick='show(1)' style='cursor:pointer'>医疗卫生</p></div><div id=l>{listing(ITEMS[:4])}</div><template id=m>{listing(ITEMS[4:])}</template><script>const first=l.innerHTML,show=n=>{{l.innerHTML=n?m.innerHTML:first}}</script>"),
}  # fmt: skip
