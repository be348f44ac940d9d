"""Portals with boxes that search for nothing, and with search boxes beside things that act."""

from __future__ import annotations

from tests.safety.acting_portals import Pages, home


def search_box(placeholder: str = "请输入事项名称", button: str = "搜索") -> str:
    """A search box in a form of its own."""
    return f"<form action=/found><input name=q style='width:240px' placeholder='{placeholder}'><button>{button}</button></form>"


NO_SEARCH: dict[str, Pages] = {
    "newsletter": {"/": home("<form method=post action=/act/subscribe><input name=q style='width:240px' placeholder='请输入邮箱订阅办事资讯'><button>订阅</button></form>")},
    "newsletter by its heading": {"/": home("<section><h3>资讯订阅</h3><form method=post action=/act/subscribe><input name=keyword style='width:240px' placeholder='请输入'><button>订阅</button></form></section>")},
    "progress": {"/": home("<section><h3>办件进度查询</h3><form method=post action=/act/progress><input name=q style='width:240px' placeholder='请输入编号'><button>查询</button></form></section>")},
    "login": {"/": home("<form method=post action=/act/login><input name=user_key style='width:240px' placeholder='请输入用户名'><button class=search>登录</button></form>")},
    "comment": {"/": home("<section><h3>我要评论</h3><form method=post action=/act/comment><input name=q style='width:240px' placeholder='请输入您想办的事和您的看法'><button>发布</button></form></section>")},
    "appointment lookup": {"/": home("<div class=box><h3>预约查询</h3><form method=post action=/act/a><input name=key style='width:240px' placeholder='请输入预约号'><button>查询</button></form></div>")},
    "chat input": {"/": home("<form onsubmit=\"act('m');return false\"><input name=message style='width:240px' placeholder='请输入您要留言的内容'><button>发送</button></form>")},
    "mood": {"/": home("<form method=post action=/act/wish><input name=keyword style='width:240px' placeholder='写下您的建议'><button>提交</button></form>")},
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
    "header with login": {"/": home("<div class=top><input id=k style='width:240px' placeholder='请输入关键字'><i class=icon-s style='display:inline-block;width:24px;height:24px;cursor:pointer' onclick=\"location='/found?q='+encodeURIComponent(k.value)\"></i><a href='javascript:;' onclick=\"act('login')\">登录</a><a href='javascript:;' onclick=\"act('reg')\">注册</a></div>")},
    "posted search": {"/": home("<form method=post action=/found><input name=q style='width:240px' placeholder='请输入您要办理的事项'><input type=submit value=GO></form>")},
    "hidden form": {"/": home("<input id=k style='width:240px' placeholder='搜索办事事项'><a href='javascript:go()'>搜索</a><form name=h method=post action=/found><input type=hidden name=q></form><script>function go(){h.q.value=k.value;h.submit()}</script>")},
    "number too": {"/": home("<form action=/found><input name=q style='width:240px' placeholder='请输入事项名称或编号'><button>查询</button></form>")},
    "progress tab beside": {"/": home("<div><span style='cursor:pointer'>搜事项</span><span style='cursor:pointer'>办件进度</span></div><form action=/found><input name=q style='width:240px' placeholder='请输入'><button>搜索</button></form>")},
    "webforms": {"/": home("<form method=post action=/found id=F><input type=hidden name=__VIEWSTATE value=1><input name=user placeholder=用户名><input type=password name=pw><input type=submit name=login value=登录 formaction=/act/login><br><br><input name=q style='width:240px' placeholder='请输入关键字'><input type=submit value=搜索></form>")},
}  # fmt: skip
