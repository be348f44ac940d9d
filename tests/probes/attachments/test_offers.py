"""The five offers in real browsers: whatever the page does, a file comes of it, or the reason why not."""

from __future__ import annotations

import json

import pytest
from aiohttp import web

from results.records import Offer, Outcome, Reason
from tests.probes.documents.made import pdf, word

pytestmark = pytest.mark.asyncio(loop_scope="module")
ENGINES = ("chromium",)
both = pytest.mark.parametrize("context", [("chromium",), ("firefox",)], indirect=True, scope="module")


@pytest.fixture
def portal(server):
    server.file("/form.pdf", pdf(), Content_Type="application/pdf")
    server.file(
        "/form.docx",
        word(),
        Content_Type="application/octet-stream",
        Content_Disposition="attachment; filename*=UTF-8''%E7%94%B3%E8%AF%B7%E8%A1%A8.docx",
    )
    return server


@both
async def test_a_script_that_opens_a_pdf_in_a_window(portal, context, measured) -> None:
    page = portal.page("/g", "<a href='javascript:;' onclick=\"window.open('/form.pdf')\">申请表</a>")
    seen = await measured(
        page, offer=Offer.SCRIPT, handle=json.dumps({"onclick": "window.open('/form.pdf')"})
    )
    assert (seen.outcome, seen.detected_type) == (Outcome.OK, "application/pdf")
    assert seen.http_status == 200


@both
async def test_a_script_that_leads_to_a_word_file(portal, measured) -> None:
    page = portal.page("/g", "<p>材料</p><button onclick=\"location.href='/form.docx'\">下载 申请表</button>")
    seen = await measured(page, offer=Offer.SCRIPT, handle=json.dumps({"selector": "button", "index": 0}))
    assert (seen.outcome, seen.filename) == (Outcome.OK, "申请表.docx")
    assert seen.bytes == len(word()) or seen.bytes


@both
async def test_a_post_form_with_a_token_of_the_session(server, measured) -> None:
    async def guide(_: web.Request) -> web.StreamResponse:
        answer = web.Response(
            text="<!doctype html><title>指南</title><form method=post action=/down><input type=hidden name=id value=9>"
            "<input type=hidden name=token value=abc><button>下载空白表</button></form>",
            content_type="text/html",
        )
        answer.set_cookie("session", "abc")
        return answer

    async def down(request: web.Request) -> web.StreamResponse:
        form = await request.post()
        if request.method != "POST" or form.get("token") != request.cookies.get("session"):
            return web.Response(status=400, text="bad token")
        return web.Response(body=word(), headers={"Content-Disposition": 'attachment; filename="form.docx"'})

    page = server.put("/g", guide)
    server.put("/down", down)
    seen = await measured(page, offer=Offer.POST, url=server.base_url + "/down", handle=json.dumps({"action": "/down", "fields": {"id": "9"}})
    )  # fmt: skip
    assert (seen.outcome, seen.filename) == (Outcome.OK, "form.docx")
    assert [method for method, _, _ in server.requests_of("/down")] == ["POST"]


async def test_a_two_step_interface_whose_script_saves_a_blob(portal, measured) -> None:
    portal.file("/api/file", json.dumps({"data": "/form.docx"}).encode(), Content_Type="application/json")
    page = portal.page(
        "/g",
        """<table><tr><td>申请表</td><td><a class=yb data-guid="0aa1-22">样表</a><a class=kb data-guid="0aa1-22">空白表</a></td></tr></table>
        <script>document.querySelector('.kb').addEventListener('click', async () => {
          const path = (await (await fetch('/api/file?guid=0aa1-22')).json()).data;
          const blob = await (await fetch(path)).blob();
          const link = document.createElement('a');
          link.href = URL.createObjectURL(blob); link.download = '申请表.docx'; link.click();
        });</script>""",
    )
    seen = await measured(page, offer=Offer.API, handle=json.dumps({"guid": "0aa1-22", "field": "form_guid"}))
    assert (seen.outcome, seen.filename) == (Outcome.OK, "申请表.docx")
    assert seen.http_status == 200


async def test_a_preview_in_a_frame_is_the_document(portal, measured) -> None:
    page = portal.page(
        "/g",
        """<a href="javascript:show()">申请表</a><script>function show() {
          const frame = document.createElement('iframe'); frame.src = '/viewer'; document.body.append(frame); }</script>""",
    )
    portal.page("/viewer", "<script>fetch('/form.pdf')</script>预览")
    seen = await measured(page, offer=Offer.SCRIPT)
    assert (seen.outcome, seen.detected_type) == (Outcome.OK, "application/pdf")


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("void(0)", Reason.NO_DOWNLOAD),
        ("undefinedFunction()", Reason.NO_DOWNLOAD),
        ("alert('请先登录后再下载')", Reason.LOGIN_WALL),
        ("alert('文件不存在')", Reason.NO_DOWNLOAD),
        ("fetch('/gone')", Reason.HTTP_4XX),
        ("window.open('/error.html')", Reason.HTML_INSTEAD_OF_FILE),
        ("window.open('/gone')", Reason.HTTP_4XX),
        ("location.href='/cut.docx'", Reason.TRUNCATED),
        ("location.href='/cas/login?service=x'", Reason.LOGIN_WALL),
    ],
)
async def test_a_click_that_brings_no_file(portal, measured, script, reason) -> None:
    page = portal.page("/g", f'<p>一些文字</p><a href="javascript:;" onclick="{script}">申请表</a>')
    portal.page("/error.html", "<h1>系统出错了</h1>")
    portal.page("/cas/login", "<form>统一身份认证 密码登录<input type=password></form>")

    async def cut(request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse(
            headers={"Content-Length": "90000", "Content-Disposition": "attachment; filename=form.docx"}
        )
        await answer.prepare(request)
        await answer.write(word()[:9000])
        assert request.transport is not None
        request.transport.close()
        return answer

    portal.put("/cut.docx", cut)
    seen = await measured(page, offer=Offer.SCRIPT, handle=json.dumps({"onclick": script}))
    assert seen.reason is reason


async def test_a_control_that_is_not_there(portal, measured) -> None:
    page = portal.page(
        "/g", "<p>没有附件</p><form action=/apply method=post><button>提交申请</button></form>"
    )
    seen = await measured(
        page, offer=Offer.SCRIPT, handle=json.dumps({"selector": "a.download", "text": "申请表"})
    )
    assert seen.reason is Reason.NO_DOWNLOAD
    assert portal.requests_of("/apply") == []


async def test_what_refuses_the_plain_client_alone_is_not_accused(server, measured) -> None:
    async def wary(request: web.Request) -> web.StreamResponse:
        if "Sec-Fetch-Mode" not in request.headers or request.cookies.get("seen") != "1":
            return web.Response(status=412, text="<script>document.cookie='x=1';location.reload()</script>")
        return web.Response(body=word(), headers={"Content-Disposition": "attachment; filename=form.docx"})

    page = server.page("/g", "<script>document.cookie='seen=1'</script>指南")
    url = server.put("/form.docx", wary)
    seen = await measured(page, offer=Offer.LINK, url=url)
    assert (seen.outcome, seen.http_status) == (Outcome.OK, 200)


async def test_a_challenge_that_stays_is_blocked_not_failed(server, measured) -> None:
    page = server.page("/g", "指南")
    challenge = b"<html><script>$_ts=window['$_ts'];if(!$_ts)$_ts={};</script></html>"
    url = server.file("/form.docx", challenge, status=412, Content_Type="text/html")
    seen = await measured(page, offer=Offer.LINK, url=url)
    assert (seen.outcome, seen.reason) == (Outcome.BLOCKED, Reason.CHALLENGE_PAGE)


async def test_a_link_to_a_private_address_is_the_portals(server, measured) -> None:
    page = server.page("/g", "指南")
    seen = await measured(page, offer=Offer.LINK, url="http://10.11.12.13/form.docx")
    assert seen.reason is Reason.PRIVATE_LINK


async def test_a_script_that_fills_the_form_before_it_posts_it(server, measured) -> None:
    """Rows alike, one hidden form for all: only the row's own control knows what to post."""

    async def down(request: web.Request) -> web.StreamResponse:
        form = await request.post()
        name = f"{form.get('id')}.docx"
        return web.Response(body=word(), headers={"Content-Disposition": f"attachment; filename={name}"})

    server.put("/down", down)
    page = server.page(
        "/g",
        """<form id=f method=post action=/down><input type=hidden name=id></form><table>
        <tr><td>身份证复印件</td><td><a class=d href="javascript:down('first')">下载</a></td></tr>
        <tr><td>申请表</td><td><a class=d href="javascript:down('second')">下载</a></td></tr></table>
        <script>function down(id) { const form = document.getElementById('f'); form.id.value = id;
          form.elements.id.value = id; HTMLFormElement.prototype.submit.call(form); }</script>""",
    )
    handle = {"selector": 'a[class="d"]', "index": 1, "text": "下载", "href": "javascript:down('second')"}
    handle |= {"action": server.base_url + "/down", "fields": {"id": ""}}
    seen = await measured(page, label="申请表（下载）", offer=Offer.POST, handle=json.dumps(handle))
    assert (seen.outcome, seen.filename) == (Outcome.OK, "second.docx")


async def test_a_control_that_has_moved_is_known_by_its_row(portal, measured) -> None:
    page = portal.page(
        "/g",
        """<ul><li>公告 <a class=d>下载</a></li><li>承诺书 <a class=d>下载</a></li>
        <li>申请表 <a class=d>下载</a></li></ul><script>
        document.querySelectorAll('.d').forEach((link, place) => link.addEventListener('click', () => {
          location.href = place === 2 ? '/form.docx' : '/form.pdf'; }));</script>""",
    )
    handle = {"selector": 'a[class="d"]', "index": 1, "text": "下载"}
    seen = await measured(page, label="申请表（下载）", offer=Offer.SCRIPT, handle=json.dumps(handle))
    assert seen.filename == "申请表.docx"


@pytest.mark.parametrize(
    ("asks", "outcome", "reason"),
    [
        (["tel", "vcode"], Outcome.BLOCKED, Reason.CAPTCHA),
        (["tel"], Outcome.NOT_MEASURED, Reason.UNSUPPORTED),
    ],
)
async def test_a_form_that_asks_its_visitor_for_something_is_not_handed_in(
    portal, measured, asks, outcome, reason
) -> None:
    fields = "".join(f"<input name={each}>" for each in asks)
    page = portal.page("/g", f"<form method=post action=/form.docx>{fields}<button>下载</button></form>")
    handle = {"action": portal.base_url + "/form.docx", "fields": {}, "text": "下载", "asks": asks}
    seen = await measured(page, offer=Offer.POST, handle=json.dumps(handle))
    assert (seen.outcome, seen.reason) == (outcome, reason)
    assert asks[-1] in (seen.note or "")
    assert portal.requests_of("/form.docx") == []


async def test_of_a_rows_controls_the_one_that_acts_is_left_alone(portal, measured) -> None:
    """The identifier of a two-step interface stands in both."""
    page = portal.page(
        "/g",
        """<p>申请表 <a onclick="go('/deleted', 'f-1')">删除</a> <a onclick="go('/form.docx', 'f-1')">取用</a></p>
        <script>function go(address) { location.href = address; }</script>""",
    )
    handle = json.dumps({"guid": "f-1", "field": "form_guid"})
    seen = await measured(page, label="申请表", offer=Offer.API, handle=handle)
    assert (seen.outcome, seen.filename) == (Outcome.OK, "申请表.docx")
    assert portal.requests_of("/deleted") == []
