"""Ways in which scripts, forms and servers hand over a file, each in the browsers that a machine may have."""

from __future__ import annotations

import base64
import gzip
import json
import ssl
import zlib

import pytest
import trustme
from aiohttp import web

from results.records import Offer, Outcome, Reason
from tests.probes.attachments.conftest import FileServer
from tests.probes.documents.made import pdf, word

both = pytest.mark.parametrize(
    "context",
    [("chromium",), pytest.param(("firefox",), marks=pytest.mark.long)],
    indirect=True,
    scope="module",
    ids=lambda names: names[0],
)
pytestmark = [pytest.mark.asyncio(loop_scope="module"), both]

_WORD = word()
_AS_DATA = f"data:application/vnd.openxmlformats-officedocument.wordprocessingml.document;base64,{base64.b64encode(_WORD).decode()}"
_SAVE = (
    "const a = document.createElement('a'); a.href = URL.createObjectURL(blob); a.download = '登记表.docx'; "
)
SCRIPTS = {
    "a blob of what was fetched with a token": "const answer = await fetch('/guarded', {headers: {Authorization: 'Bearer t0ken'}});"
    f" const blob = await answer.blob(); {_SAVE} a.click();",
    "a blob of an XMLHttpRequest": "const r = new XMLHttpRequest(); r.open('POST', '/guarded'); r.responseType = 'blob';"
    f" r.setRequestHeader('Authorization', 'Bearer t0ken'); r.onload = () => {{ const blob = r.response; {_SAVE} a.click(); }}; r.send();",
    "a blob behind JSON in Base64": "const told = await (await fetch('/api')).json(); const bytes = Uint8Array.from(atob(told.data), c =>"
    f" c.charCodeAt(0)); const blob = new Blob([bytes]); {_SAVE} document.body.append(a); a.click(); a.remove();",
    "a blob of its own, address given back at once": "const bytes = Uint8Array.from(atob(window.held), c => c.charCodeAt(0));"
    f" const blob = new Blob([bytes]); {_SAVE} a.click(); URL.revokeObjectURL(a.href);",
    "a blob by an event": "const bytes = Uint8Array.from(atob(window.held), c => c.charCodeAt(0)); const blob = new Blob([bytes]);"
    f" {_SAVE} a.dispatchEvent(new MouseEvent('click'));",
    "an address with data": "const a = document.createElement('a'); a.download = '登记表.docx'; a.href = window.address; a.click();",
}


async def _guarded(request: web.Request) -> web.StreamResponse:
    if request.headers.get("Authorization") != "Bearer t0ken":
        return web.json_response({"code": 401, "msg": "未登录"}, status=401)
    return web.Response(body=_WORD, content_type="application/octet-stream")


@pytest.fixture
def portal(server: FileServer) -> FileServer:
    server.put("/guarded", _guarded)
    server.file(
        "/api",
        json.dumps({"data": base64.b64encode(_WORD).decode()}).encode(),
        Content_Type="application/json",
    )
    server.file("/form.docx", _WORD, Content_Disposition="attachment; filename=form.docx")
    server.file("/form.pdf", pdf(), Content_Type="application/pdf")
    server.file(
        "/inline.pdf", pdf(), Content_Type="application/pdf", Content_Disposition="inline; filename=form.pdf"
    )
    return server


@pytest.mark.parametrize("script", SCRIPTS.values(), ids=SCRIPTS)
async def test_a_file_that_a_script_makes(portal, measured, script: str) -> None:
    held = f"<script>window.held = '{base64.b64encode(_WORD).decode()}'; window.address = '{_AS_DATA}';"
    page = portal.page(
        "/g", f"{held} async function save() {{ {script} }}</script><button onclick='save()'>申请表</button>"
    )
    seen = await measured(page, offer=Offer.SCRIPT, handle=json.dumps({"onclick": "save()"}))
    assert (seen.outcome, seen.bytes, seen.filename) == (Outcome.OK, len(_WORD), "登记表.docx"), seen


@pytest.mark.parametrize(
    "control",
    [
        f"<a id=c download='登记表.docx' href='{_AS_DATA}'>申请表</a>",
        "<a id=c href='#' onclick=\"window.open('/form.docx', '_blank', 'width=200,height=100')\">申请表</a>",
        "<a id=c href='javascript:;' onclick=\"const w = window.open('about:blank'); w.location = '/form.docx'\">申请表</a>",
        "<a id=c href='javascript:;' onclick=\"window.open('/leads')\">申请表</a>",
        "<a id=c href='javascript:;' onclick=\"const f = document.createElement('iframe'); f.src = '/form.docx'; f.hidden = true;"
        " document.body.append(f)\">申请表</a>",
        "<a id=c href='javascript:;' onclick=\"location.assign('/inline.pdf')\">申请表</a>",
        "<a id=c target=_blank href='/inline.pdf'>申请表</a>",
        "<a id=c href='javascript:;' onclick=\"const e = document.createElement('embed'); e.src = '/form.pdf';"
        " e.type = 'application/pdf'; e.width = 600; e.height = 400; document.body.append(e)\">申请表</a>",
    ],
    ids=["data", "small window", "blank window led on", "window that leads on", "hidden frame", "inline here", "inline in a window", "embedded"],
)  # fmt: skip
async def test_a_file_behind_windows_and_viewers(portal, measured, control: str) -> None:
    portal.page(
        "/leads", "<script>setTimeout(() => location.href = '/form.docx', 300)</script>正在为您准备文件"
    )
    page = portal.page("/g", control)
    seen = await measured(page, offer=Offer.SCRIPT, handle=json.dumps({"selector": "#c", "index": 0}))
    assert (seen.outcome, seen.reason) == (Outcome.OK, None), seen
    assert seen.detected_type is not None
    assert seen.detected_type.endswith(("pdf", "wordprocessingml.document"))


@pytest.mark.parametrize("target", ["_blank", "frame"])
async def test_a_form_that_posts_elsewhere(portal, measured, target: str) -> None:
    async def posted(request: web.Request) -> web.StreamResponse:
        if request.method != "POST" or (await request.post()).get("id") != "7":
            return web.Response(status=400, text="no id")
        return web.Response(body=_WORD, headers={"Content-Disposition": "attachment; filename=form.docx"})

    action = portal.put("/posted", posted)
    form = f"<form method=post target={target} action=/posted><input type=hidden name=id value=7><button>申请表</button></form>"
    page = portal.page("/g", f"{form}<iframe name=frame></iframe>")
    handle = json.dumps({"action": action, "fields": {"id": "7"}})
    seen = await measured(page, offer=Offer.POST, url=action, handle=handle)
    assert (seen.outcome, seen.bytes) == (Outcome.OK, len(_WORD)), seen


def _packed(content: bytes, coding: str) -> bytes:
    return gzip.compress(content) if coding == "gzip" else zlib.compress(content)


@pytest.mark.parametrize("coding", ["gzip", "deflate"])
async def test_a_coded_file_is_the_file(portal, measured, coding: str) -> None:
    url = portal.file("/a.docx", _packed(_WORD, coding), Content_Encoding=coding)
    seen = await measured(portal.page("/g", "指南"), url=url)
    assert (seen.outcome, seen.bytes) == (Outcome.OK, len(_WORD)), seen


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br"])
async def test_a_coding_that_was_not_done_is_a_broken_file(portal, measured, coding: str) -> None:
    """Announced as packed and sent plain: no browser saves it, when it is asked for the confirmation."""
    url = portal.file("/a.docx", _WORD, Content_Encoding=coding)
    page = portal.page("/g", "指南")
    for attempt in (1, 2):
        seen = await measured(page, url=url, attempt=attempt)
        assert (seen.outcome, seen.reason) == (Outcome.FAILED, Reason.CORRUPT), seen


async def test_a_coding_that_was_not_announced_is_another_kind_of_file(portal, measured) -> None:
    url = portal.file("/a.docx", gzip.compress(_WORD), Content_Type="application/octet-stream")
    seen = await measured(portal.page("/g", "指南"), url=url)
    assert (seen.outcome, seen.notes) == (Outcome.OK, "mislabelled"), seen


@pytest.mark.parametrize("sent", [b"", b"stray"])
async def test_not_modified_to_who_has_nothing(portal, measured, sent: bytes) -> None:
    seen = await measured(portal.page("/g", "指南"), url=portal.file("/a.docx", sent, status=304))
    assert (seen.outcome, seen.reason) == (Outcome.FAILED, Reason.NO_DOWNLOAD), seen


async def test_a_round_of_redirects(portal, measured) -> None:
    async def round_again(request: web.Request) -> web.StreamResponse:
        raise web.HTTPFound("/b.docx" if request.path == "/a.docx" else "/a.docx")

    portal.put("/b.docx", round_again)
    seen = await measured(portal.page("/g", "指南"), url=portal.put("/a.docx", round_again))
    assert seen.reason is Reason.REDIRECT_LOOP, seen


async def test_over_another_host_that_gives_a_pass(portal, measured) -> None:
    """The file's host sends to another for a pass; cookies of both are kept along the way."""
    other = portal.base_url.replace("127.0.0.1", "localhost")

    async def file(request: web.Request) -> web.StreamResponse:
        if request.query.get("pass") != "9" and request.cookies.get("pass") != "9":
            raise web.HTTPFound(f"{other}/gate")
        if "pass" in request.query:
            answer = web.HTTPFound("/a.docx")
            answer.set_cookie("pass", "9")
            raise answer
        return web.Response(body=_WORD)

    async def gate(request: web.Request) -> web.StreamResponse:
        if "known" in request.cookies:
            raise web.HTTPFound(f"{portal.base_url}/a.docx?pass=9")
        answer = web.HTTPFound("/gate")
        answer.set_cookie("known", "1")
        raise answer

    portal.put("/gate", gate)
    seen = await measured(portal.page("/g", "指南"), url=portal.put("/a.docx", file))
    assert (seen.outcome, seen.bytes) == (Outcome.OK, len(_WORD)), seen


async def test_a_certificate_that_nobody_trusts(portal, measured) -> None:
    """http leads to https with a certificate of its own making: a browser is asked, and says the same."""
    certificate = trustme.CA().issue_cert("127.0.0.1")
    speaks = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(speaks)
    async with FileServer(speaks) as secure:
        target = secure.file("/a.docx", _WORD)

        async def lead(_: web.Request) -> web.StreamResponse:
            raise web.HTTPFound(target)

        seen = await measured(portal.page("/g", "指南"), url=portal.put("/a.docx", lead))
    assert (seen.outcome, seen.reason) == (Outcome.FAILED, Reason.TLS_INVALID), seen
