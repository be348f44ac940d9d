"""Forms and samples are found in every way that portals offer them, and nothing else is."""

from __future__ import annotations

import json

import pytest

from results.records import Offer
from spiders.found import OfferedAttachment
from spiders.guide_reader import PageReading

URL = "http://zwfw.example.gov.cn/bszn/detail.html?id=1"
HOST = "http://zwfw.example.gov.cn"


def offered(html: str) -> tuple[OfferedAttachment, ...]:
    return PageReading.of(f"<html><body>{html}</body></html>", URL).attachments


def only(html: str) -> OfferedAttachment:
    found = offered(html)
    assert len(found) == 1, found
    return found[0]


@pytest.mark.parametrize(
    ("href", "address"),
    [
        ("/upload/2024/申请表.docx", f"{HOST}/upload/2024/申请表.docx"),
        ("../files/a.PDF", f"{HOST}/files/a.PDF"),
        (
            "/module/download/downfile.jsp?classid=0&filename=x.doc",
            f"{HOST}/module/download/downfile.jsp?classid=0&filename=x.doc",
        ),
        ("/sys/common/download?fileId=6d2eb720-30ae", f"{HOST}/sys/common/download?fileId=6d2eb720-30ae"),
        ("//gcjs.example.cn//mongo/download/5f2b8c9d1e", "http://gcjs.example.cn//mongo/download/5f2b8c9d1e"),
        ("/fileService/downloadFile.jspx?fileid=77", f"{HOST}/fileService/downloadFile.jspx?fileid=77"),
        ("/servlet/downloadFileServlet?fileNo=3", f"{HOST}/servlet/downloadFileServlet?fileNo=3"),
        (
            "/api/web/file/download?fileId=1&filename=1.jpg",
            f"{HOST}/api/web/file/download?fileId=1&filename=1.jpg",
        ),
        ("/a/表.et", f"{HOST}/a/表.et"),
        ("/a/b.ofd", f"{HOST}/a/b.ofd"),
        ("/attach/getFile?attachId=9", f"{HOST}/attach/getFile?attachId=9"),
    ],
)
def test_links(href: str, address: str) -> None:
    found = only(f'<p>表格：<a href="{href}">申请表样表</a></p>')
    assert (found.offer, found.url, found.label) == (Offer.LINK, address, "申请表样表")


@pytest.mark.parametrize(
    "html",
    [
        '<a href="/xzzx/index.html">下载中心</a>',
        '<a href="/download/">资料下载</a>',
        '<a href="https://apps.apple.com/cn/app/id1">APP下载</a>',
        '<a href="/app/zwfw.apk">安卓客户端</a>',
        '<a href="/soft/plugin.exe">控件</a>',
        '<a href="javascript:window.print()">打印</a>',
        '<a href="javascript:void(0)" onclick="printPage()">打印本页</a>',
        '<a href="javascript:void(0)" onclick="collect(1)">收藏</a>',
        "<a onclick=\"window.open('http://zwfw.example.gov.cn/apply?id=1')\">在线办理</a>",
        '<a href="javascript:;" onclick="login()">登录</a>',
        '<a href="/bszn/2.html">居住证申领</a>',
        '<a href="#s1">申请材料</a>',
        '<img src="/images/logo.png"><a href="/"><img src="/images/banner.jpg"></a>',
        '<a href="mailto:a@b.cn">邮箱</a>',
        '<a href="/images/photo.jpg">局领导</a>',
        '<button type="submit">搜索</button>',
        '<a href="/art/2024/art_1_2.html">关于提供下载的通知</a>',
        '<div class="footer"><a href="/wzbz/a.docx">网站帮助</a></div>',
        '<div data-url="/bszn/1.html">居住证</div>',
        '<a href="/filemanager/list.html">文件公示</a>',
    ],
)
def test_what_is_no_attachment(html: str) -> None:
    assert offered(f"<h1>居住证办理</h1><p>申请材料：身份证</p>{html}") == ()


@pytest.mark.parametrize(
    ("html", "address"),
    [
        ("<a onclick=\"window.open('/upload/a.docx')\">空白表</a>", f"{HOST}/upload/a.docx"),
        ("<a href=\"javascript:window.open('/upload/a.docx','_blank')\">空白表</a>", f"{HOST}/upload/a.docx"),
        ("<a href=\"javascript:location.href='/down?fileid=3'\">样表下载</a>", f"{HOST}/down?fileid=3"),
        (
            "<script>function downFile(id){ window.open('/fileService/downloadFile.jspx?fileid=' + id); }</script>"
            '<a href="javascript:void(0);" onclick="downFile(\'a1b2\')">空白表</a>',
            f"{HOST}/fileService/downloadFile.jspx?fileid=a1b2",
        ),
        (
            "<script>var downloadFile = function(id, name) { var url = '/f/down?id=' + id + '&n=' + encodeURIComponent(name); location.href = url; };</script>"
            "<a onclick=\"downloadFile('7','b')\">空白表</a>",
            f"{HOST}/f/down?id=7&n=b",
        ),
        (
            "<script>const openAttach = (guid) => { window.open(`/attach/${guid}/get`) }</script><a onclick=\"openAttach('g1')\">附件</a>",
            f"{HOST}/attach/g1/get",
        ),
        ("<a onclick=\"downloadByGuid('g-77')\">空白表</a>", None),
        ('<a href="javascript:;" class="dl">空白表下载</a>', None),
        ('<span class="download-btn">下载</span>', None),
    ],
)
def test_scripts(html: str, address: str | None) -> None:
    found = only(html)
    assert (found.offer, found.url, found.absent) == (Offer.SCRIPT, address, False)
    handle = json.loads(found.handle or "")
    assert set(handle) >= {"selector", "index", "text"}


def test_a_handle_finds_the_element_that_offers() -> None:
    html = """<ul><li>申请表<a class="dl" href="javascript:;">下载</a></li><li>承诺书<a class="dl" href="javascript:;">下载</a></li></ul>"""
    page = PageReading.of(html, URL)
    assert page.document.tree is not None
    for found, label in zip(page.attachments, ("申请表", "承诺书"), strict=True):
        handle = json.loads(found.handle or "")
        chosen = page.document.tree.xpath("//a[@class='dl']")[handle["index"]]
        assert handle["selector"] == 'a[class="dl"]'
        assert label in "".join(chosen.getparent().itertext())
        assert found.label == f"{label}（下载）"


def test_data_attributes() -> None:
    files = json.dumps(
        [{"ATTACHNAME": "申请表.docx", "FILEPATH": "/f/1"}, {"ATTACHNAME": "样表.png", "FILEPATH": "/f/2"}],
        ensure_ascii=False,
    )
    found = offered(f"<a data-attach='{files}'>空白表格</a>")
    assert [(f.offer, f.label, f.url) for f in found] == [
        (Offer.DATA, "申请表.docx", f"{HOST}/f/1"),
        (Offer.DATA, "样表.png", f"{HOST}/f/2"),
    ]
    single = only('<button data-file-url="/upload/a.docx">申请表</button>')
    assert (single.offer, single.url) == (Offer.DATA, f"{HOST}/upload/a.docx")


def test_identifiers_for_an_api() -> None:
    found = offered(
        """<table><tr><td>申请表</td><td><a href="javascript:;" data-guid="f-1">空白表</a></td></tr>
        <tr><td>承诺书</td><td><a href="javascript:;" data-guid="">空白表</a></td></tr></table>"""
    )
    assert [(f.offer, f.label, f.absent) for f in found] == [
        (Offer.API, "申请表（空白表）", False),
        (Offer.API, "承诺书（空白表）", True),
    ]
    assert json.loads(found[0].handle or "")["guid"] == "f-1"


@pytest.mark.parametrize(
    "body",
    [
        "var x=new XMLHttpRequest();x.open('GET',rest+'/attach/url?guid='+guid);x.onload=function(){location.href=JSON.parse(x.responseText).custom.url};x.send()",
        "fetch('/attach/url?guid='+guid).then(r=>r.json()).then(r=>{window.open(r.data.url)})",
        "$.ajax({url:ctx+'/attach/url',data:{guid:guid},success:function(r){window.location.href=ctx+r.url}})",
        "$.post(ctx+'/attach/url',{guid:guid},function(r){var a=document.createElement('a');a.href=r.url;a.click()})",
        "post(rest+'/attach/url',{guid:guid},function(r){window.open(r.custom.path)})",
    ],
)
def test_a_function_that_asks_where_the_file_is_offers_it_through_an_api(body: str) -> None:
    script = f"<script>function downAttach(guid){{{body}}}</script>"
    found = only(f"{script}<a href='javascript:void(0)' onclick=\"downAttach('0aa1-22')\">申请表.docx</a>")
    assert (found.offer, found.url, found.absent) == (Offer.API, None, False)
    assert set(json.loads(found.handle or "")) >= {"selector", "index", "text"}
    assert only(f"{script}<a onclick=\"downAttach('')\">申请表.docx</a>").absent


@pytest.mark.parametrize(
    "body",
    [
        "window.open(ctx+'/attach/'+guid)",
        "count(guid);location.href=base+guid",
        "var x=new XMLHttpRequest();x.open('POST','/count');x.send()",
    ],
)
def test_a_function_that_asks_nothing_offers_by_script(body: str) -> None:
    script = f"<script>function downAttach(guid){{{body}}}</script>"
    assert only(f"{script}<a onclick=\"downAttach('0aa1-22')\">申请表.docx</a>").offer is Offer.SCRIPT


def test_empty_form_guids_are_absent_offers() -> None:
    matter = {
        "task_name": "护士执业注册",
        "promise_day": 5,
        "dept_name": "卫健委",
        "AUDIT_MATERIAL": [{"material_name": "申请表", "form_guid": "f-1", "example_guid": ""}],
    }
    found = offered(f"<div id=app></div><script>var t={json.dumps(matter, ensure_ascii=False)};</script>")
    assert [(f.offer, f.label, f.absent) for f in found] == [
        (Offer.API, "申请表（空白表）", False),
        (Offer.API, "申请表（样表）", True),
    ]
    assert json.loads(found[0].handle or "") == {"guid": "f-1", "field": "form_guid"}


def test_a_call_with_nothing_is_an_absent_offer() -> None:
    assert only("<a onclick=\"downFile('')\">空白表</a>").absent


def test_forms() -> None:
    posted = only(
        """<form id="df" method="post" action="/file/down.do"><input type=hidden name=fileId value=""></form>
        <script>function downFile(id){ document.getElementById('df').fileId.value = id; document.getElementById('df').submit(); }</script>
        <a href="javascript:downFile('9')">申请表下载</a>"""
    )
    assert posted.offer is Offer.POST
    handle = json.loads(posted.handle or "")
    assert (handle["action"], handle["fields"]) == (f"{HOST}/file/down.do", {"fileId": ""})
    button = only(
        '<form method="post" action="/download.do"><input type=hidden name=id value=3><button>附件下载</button></form>'
    )
    assert button.offer is Offer.POST
    assert json.loads(button.handle or "")["fields"] == {"id": "3"}


def test_a_bare_download_takes_the_name_of_its_row() -> None:
    found = only(
        '<table><tr><td>1</td><td>居住证申领登记表</td><td>原件1份</td><td><a href="/f/1.doc">下载</a></td></tr></table>'
    )
    assert found.label == "居住证申领登记表（下载）"


def test_one_file_offered_twice_is_one_attachment() -> None:
    found = only('<p><a href="/f/1.doc">下载</a></p><p><a href="/f/1.doc">居住证申领登记表</a></p>')
    assert found.label == "居住证申领登记表"


def test_addresses_start_from_the_base() -> None:
    page = PageReading.of(
        '<head><base href="http://cdn.example.cn/x/"></head><a href="a.doc">申请表</a>', URL
    )
    assert page.attachments[0].url == "http://cdn.example.cn/x/a.doc"


@pytest.mark.parametrize(
    "href", ["http://[bad/a.doc", "http://a b/c.doc", "///a.doc", "a.doc\x01", "java\nscript:x"]
)
def test_broken_addresses_harm_nothing(href: str) -> None:
    assert isinstance(offered(f'<a href="{href}">申请表</a>'), tuple)


@pytest.mark.parametrize(
    "html",
    [
        """<a onclick="uploadFile('9')">上传材料</a>""",
        """<a onclick="uploadFile('9')">申请表</a>""",
        """<a href="javascript:delFile('9')">删除</a>""",
        """<a onclick="downFile('9')">删除附件</a>""",
        """<a onclick="deleteAttachment('9')" title="附件"><img src=x.png></a>""",
        """<p>附件 <a data-fileid="9">删除</a></p>""",
        """<a onclick="fileComplaint()">投诉</a>""",
        """<a onclick="sendFile('9')">发送到邮箱</a>""",
        "<form method=post action=/attach/save><input type=file name=f><button>上传附件</button></form>",
        "<form method=post action=/file/delete><input type=hidden name=id value=3><button>删除附件</button></form>",
        "<form method=post action=/file/feedback><textarea name=said></textarea><button>下一步</button></form>",
        "<form method=post action=/files/vote><input type=radio name=a value=1><button>投票</button></form>",
    ],
)
def test_what_acts_on_the_portal_is_no_offer(html: str) -> None:
    assert offered(html) == ()


@pytest.mark.parametrize(
    "html",
    [
        "<form method=post action=/down.do><input name=tel><input name=vcode><button>下载</button></form>",
        "<form id=f method=post action=/down><input type=hidden name=id>手机<input name=tel>验证码<input name=vcode></form>"
        "<script>function getFile(id){document.getElementById('f').submit()}</script>"
        "<a onclick=\"getFile('2')\">申请表下载</a>",
    ],
)
def test_a_form_that_asks_before_it_gives_says_what(html: str) -> None:
    assert json.loads(only(html).handle or "")["asks"] == ["tel", "vcode"]
