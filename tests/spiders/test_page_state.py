"""A page that answers is accused only of what it shows, and a real page of nothing."""

from __future__ import annotations

import pytest

from results.records import Reason
from spiders.page_state import is_garbled, judge
from spiders.reading.document import Document

URL = "http://zwfw.example.gov.cn/bszn/1.html"
GUIDE = (
    "临时居民身份证办理 实施主体：市公安局 法定办结时限：3个工作日 受理条件：本市户籍，年满十六周岁 申请材料：居民户口簿、照片 办理流程：申请、受理、发证 收费标准：10元 "
    "办理地点：各派出所户籍窗口 咨询电话：12345 监督电话：12389 "
) * 3


def state(
    text: str, *, title: str = "", html: str | None = None, status: int | None = 200, rendered: bool = True
) -> Reason | None:
    source = html if html is not None else f"<html><title>{title}</title><body><p>{text}</p></body></html>"
    return judge(status=status, headers={}, title=title, text=text, html=source, url=URL, rendered=rendered)


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("出错了", "您访问的页面不存在"),
        ("404 Not Found", "404 Not Found nginx"),
        ("", "对不起，您访问的页面不存在或已被删除！ 返回首页"),
        ("某市政务服务网", "抱歉，您要查看的页面找不到了 5秒后自动跳转到首页"),
        ("页面没有找到", "很抱歉，没有找到您要访问的页面"),
        ("", "该事项不存在或已下架"),
        ("提示", "您要访问的文件未找到"),
        (
            "404错误页面",
            "首页 办事服务 政务公开 互动交流 您访问的页面走丢了 返回首页 联系我们 网站地图 版权所有 某某市人民政府办公室 "
            * 4,
        ),
        ("", "Sorry, the page you requested was not found."),
    ],
)
def test_soft_404(title: str, text: str) -> None:
    assert state(text, title=title) is Reason.SOFT_404


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("", "系统繁忙，请稍后再试"),
        ("错误提示", "系统异常，请联系管理员"),
        ("", "Whitelabel Error Page This application has no explicit mapping for /error"),
        ("", "服务器内部错误"),
        ("系统维护", "系统维护中，给您带来的不便敬请谅解"),
        ("", "数据库连接异常"),
        ("Error", "java.lang.NullPointerException at com.icity.web.ItemAction.detail(ItemAction.java:77)"),
        ("", 'Traceback (most recent call last): File "/srv/app.py", line 3, in view'),
        (
            "“/”应用程序中的服务器错误",
            "未将对象引用设置到对象的实例。 异常详细信息: System.NullReferenceException",
        ),
        ("", "ORA-00942: table or view does not exist"),
        ("", "参数错误"),
        ("", "500 Internal Server Error"),
        ("", "网络开小差了，请稍后重试"),
    ],
)
def test_error_pages(title: str, text: str) -> None:
    assert state(text, title=title) is Reason.ERROR_PAGE


FRAME = """<title>某市政务服务网</title><div class="header"><ul class="nav">{menu}</ul></div><div class="main">{body}</div>
<div class="footer"><p>主办：某市人民政府办公室</p><p>版权所有 某ICP备1号</p><p>建议使用1024×768分辨率、IE8以上浏览器</p></div>"""
MENU = "".join(f'<li><a href="/{n}">政务服务栏目{n}</a></li>' for n in range(60))


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("<h2>您访问的页面不存在</h2><p>请检查地址，或返回首页</p>", Reason.SOFT_404),
        ("<p>系统异常，请联系管理员</p>", Reason.ERROR_PAGE),
        (f"<p>{GUIDE}</p><p>如您访问的页面不存在，请刷新重试</p>", None),
        ("<h1>户口迁移</h1><p>申请材料：户口簿、身份证，材料不齐的，请补正后再来。</p>", None),
    ],
)
def test_an_error_within_the_frame_of_a_site(body: str, reason: Reason | None) -> None:
    html = FRAME.format(menu=MENU, body=body)
    document = Document.parse(html, URL)
    assert len(document.text) > 400
    assert state(document.text, title=document.title, html=html) is reason


SMALL_FRAME = """<title>某省政务服务网</title><div class="page-head"><div class="name">某省政务服务网 某某市</div>
<div class="tabs"><a href="#/">首页</a><a href="#/items">办事服务</a><a href="#/zone">跨省通办</a><a href="#/one">一件事</a><a
href="#/ask">咨询</a><a href="#/tell">投诉</a><a href="#/rate">好差评</a></div><button>搜索</button></div>
<div class="body"><div class="card">{body}</div></div>"""


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("<h3>抱歉，您访问的事项不存在或已下架</h3>", Reason.SOFT_404),
        ("<h3>抱歉，您访问的页面不存在</h3>", Reason.SOFT_404),
        ("<h3>系统异常，请稍后再试</h3>", Reason.ERROR_PAGE),
        ("<h3>加载中...</h3>", Reason.BLANK_PAGE),
        ('<h3><a href="#/item">临时居民身份证办理</a></h3><p>加载中...</p>', None),
        ("<h3>临时居民身份证办理</h3><p>材料不存在的，无须提交。</p>", None),
    ],
)
def test_an_error_beneath_a_menu_that_is_longer_than_it(body: str, reason: Reason | None) -> None:
    html = SMALL_FRAME.format(body=body)
    document = Document.parse(html, URL)
    assert state(document.text, title=document.title, html=html) is reason


@pytest.mark.parametrize("body", ["<h3>加载中...</h3>", "<h3>抱歉，您访问的页面不存在</h3>"])
def test_what_a_frame_within_the_page_shows_belongs_to_it(body: str) -> None:
    html = SMALL_FRAME.format(body=f"{body}<iframe src='/guide'></iframe>")
    document = Document.parse(html, URL)
    assert state(f"{document.text}\n{GUIDE}", title=document.title, html=html) is None


def test_a_page_that_draws_its_matter_is_not_blank_for_a_word_of_waiting() -> None:
    html = SMALL_FRAME.format(body="<p>加载中...</p><canvas width=800 height=600></canvas>")
    document = Document.parse(html, URL)
    assert state(document.text, title=document.title, html=html) is None


@pytest.mark.parametrize(
    "text",
    [
        "您的浏览器版本过低，请升级浏览器后访问",
        "本系统仅支持IE8及以上浏览器，请使用IE浏览器访问",
        "您的浏览器版本不支持，请使用IE9及以上版本的IE浏览器访问本网站。",
        "当前浏览器不支持，请更换谷歌Chrome浏览器后再试",
        "We're sorry, your browser is not supported. Please upgrade your browser.",
        "请在微信客户端打开链接",
    ],
)
def test_notices_that_ask_for_another_browser(text: str) -> None:
    assert state(text) is Reason.UNSUPPORTED_BROWSER_NOTICE


@pytest.mark.parametrize("text", ["", "  \n ", "\u00a0\u3000", "|"])
def test_blank_pages(text: str) -> None:
    assert state(text) is Reason.BLANK_PAGE


@pytest.mark.parametrize(
    "text",
    [
        "页面加载中，请稍候…",
        "正在加载...",
        "Loading…",
        "数据加载中 请耐心等待",
        "加载中 智能客服",
        "在线咨询 返回顶部 页面加载中，请稍候…",
    ],
)
def test_a_page_that_still_waits_when_it_rests_is_blank(text: str) -> None:
    assert state(text, rendered=True) is Reason.BLANK_PAGE
    assert state(text, rendered=False) is None


@pytest.mark.parametrize("text", ["加载中 临时居民身份证办理", "首页 正在加载"])
def test_a_page_that_shows_something_and_waits_for_more_is_not_blank(text: str) -> None:
    assert state(text, rendered=True) is None


def test_a_shell_is_blank_only_once_it_was_rendered() -> None:
    shell = '<div id="app"></div><script src="/static/js/app.8a7f.js"></script>'
    asks = "We're sorry but portal doesn't work properly without JavaScript enabled."
    assert state("", html=shell, rendered=False) is None
    assert state(asks, html=shell, rendered=False) is None
    assert state("", html=shell, rendered=True) is Reason.BLANK_PAGE
    assert state(asks, html=shell, rendered=True) is Reason.BLANK_PAGE


def test_frames_and_pictures_are_not_blank() -> None:
    assert state("", html='<frameset><frame src="a.html"></frameset>', rendered=False) is None
    assert state("", html='<meta http-equiv="refresh" content="0;url=/portal/">', rendered=False) is None
    assert state("", html='<body><img src="/upload/guide.jpg"></body>') is None


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("utf-8", "gb18030"),
        ("utf-8", "gbk"),
        ("utf-8", "latin-1"),
        ("utf-8", "cp1252"),
        ("gbk", "latin-1"),
        ("gbk", "utf-8"),
    ],
)
def test_garbled_text(written: str, read: str) -> None:
    text = GUIDE.encode(written).decode(read, errors="replace")
    assert is_garbled(text)
    assert state(text) is Reason.GARBLED_TEXT


@pytest.mark.parametrize(
    "text",
    [
        GUIDE,
        "Élections à Genève : où déposer une procuration, démarches administratives et formalités à accomplir",
        "Получение временного удостоверения личности гражданина",
        "주민등록증 발급 신청 안내입니다",
        "臺灣居民來往大陸通行證補發，請攜帶身分證明文件與照片，洽詢服務櫃檯",
        "ئۇيغۇر ئاپتونوم رايونلۇق خەلق ھۆكۈمىتى مۇلازىمەت تورى",
        "བོད་རང་སྐྱོང་ལྗོངས་མི་དམངས་སྲིད་གཞུང་གི་ཞབས་ཞུ་དྲ་བ",
        "龘靐齉爩鱻麤龗灪吁龖厵滟爨癵籱饢",
        "办理成功",
        "",
    ],
)
def test_other_scripts_are_not_garbled(text: str) -> None:
    assert not is_garbled(text)


@pytest.mark.parametrize(
    ("status", "reason"),
    [(404, Reason.HTTP_4XX), (410, Reason.HTTP_4XX), (500, Reason.HTTP_5XX), (503, Reason.HTTP_5XX)],
)
def test_statuses(status: int, reason: Reason) -> None:
    assert state("出错", status=status) is reason


def test_what_keeps_us_out_comes_first() -> None:
    challenge = '<meta charset="utf-8"><script r="m">$_ts=window[\'$_ts\'];if(!$_ts)$_ts={};</script>'
    assert state("", html=challenge, status=412) is Reason.CHALLENGE_PAGE
    assert state("", html=challenge, status=200) is Reason.CHALLENGE_PAGE
    assert state("请求过于频繁", status=429) is Reason.RATE_LIMITED
    assert state("访问被拒绝", status=403) is Reason.FORBIDDEN


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("临时居民身份证办理", GUIDE),
        ("临时居民身份证办理", GUIDE + "登录 注册 建议使用IE9以上浏览器，1024×768分辨率"),
        ("临时居民身份证办理", GUIDE + "如页面不存在，请稍后再试。如遇系统繁忙请拨打12345。错误代码404。"),
        ("网站改版公告", "我网站已于5月1日改版，原有页面不存在的，请使用站内搜索。" + GUIDE),
        ("身份证补领", "身份证补领 申请材料：户口簿。"),
        ("社会保险登记证明", "社保卡密码错误超过5次的，可到网点重置。"),
        ("遗失补发", "证件丢失的，可以申请补发。材料：登报声明。"),
        ("丢失身份证怎么办", "请到派出所挂失，并携带户口簿申请补领。"),
        ("某市政务服务网", "个人办事 法人办事 部门服务 跨省通办 一件事 登录 注册 好差评 咨询投诉"),
        (
            "关于暂停办理车管业务的公告",
            "因系统升级，2024年5月1日0时至6时暂停办理车管业务，"
            + "给您带来不便敬请谅解，具体事项请咨询各区车管所，" * 8,
        ),
        ("残疾人证办理", "残疾人证办理 需要材料：1.身份证 2.户口簿 3.照片 办理时间：工作日 建议使用IE浏览器"),
        ("统一错误编码规范解读", GUIDE),
        ("2024年第404号公告", GUIDE),
        (
            "公告",
            "市人民政府关于第404次常务会议的公告，现将有关事项通知如下，请各单位遵照执行，确保按时完成任务。"
            * 2,
        ),
        ("Online services", "Apply for a residence permit. Bring your passport. Office hours 9-17."),
    ],
)
def test_real_pages_are_accused_of_nothing(title: str, text: str) -> None:
    assert state(text, title=title) is None


@pytest.mark.parametrize("size", [0, 1, 10, 1000])
def test_any_size_is_judged(size: int) -> None:
    document = Document.parse("<div>" * size + "正文内容在此" + "</div>" * size, URL)
    assert judge(status=200, headers={}, title="", text=document.text, html="<div>" * size, url=URL) is None
