"""Attachments on a real server, through the probe, to the observation."""

from __future__ import annotations

import pytest

from probes.downloading import Downloads
from probes.probe import CrawledPage
from results.records import Attachment, Offer, Outcome, Page, PageKind, Reason
from tests.probes.documents.made import word

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_plain_link_ends_in_a_judged_file(server, measured) -> None:
    page = server.page("/guide.html", "")
    content = word()
    url = server.file("/files/%E8%A1%A8.docx".replace("%E8%A1%A8", "form"), content)
    seen = await measured(page + "#top", url=url)
    assert seen.outcome is Outcome.OK
    assert seen.bytes == len(content)
    assert seen.filename == "form.docx"
    assert seen.detected_type is not None and seen.detected_type.endswith("wordprocessingml.document")
    ((_, _, headers),) = server.requests_of("/files/form.docx")
    assert headers["Referer"] == page


async def test_what_a_guide_states_not_to_exist_is_not_fetched(context) -> None:
    attachment = Attachment(
        id=7,
        run_id=1,
        page_id=1,
        outcome=Outcome.ABSENT,
        reason=Reason.NOT_OFFERED,
        measured_at="2026-11-21T08:00:00.000Z",
        label="申请表",
        offer=Offer.API,
    )
    page = Page(
        id=1,
        run_id=1,
        outcome=Outcome.OK,
        measured_at="2026-11-21T08:00:00.000Z",
        url="http://127.0.0.1/",
        kind=PageKind.GUIDE,
        why_kind="test",
        depth=1,
    )
    units = Downloads().units_for_page(context, CrawledPage(page=page, attachments=(attachment,)))
    assert list(units) == []


@pytest.mark.parametrize(
    ("status", "body", "reason"),
    [
        (404, b"<h1>404</h1>", Reason.HTTP_4XX),
        (500, b"<h1>500</h1>", Reason.HTTP_5XX),
        (200, "<html><title>文件不存在</title>".encode(), Reason.HTML_INSTEAD_OF_FILE),
        (200, b"", Reason.EMPTY_FILE),
        (204, b"", Reason.NO_DOWNLOAD),
        (429, b"", Reason.RATE_LIMITED),
    ],
)
async def test_a_file_that_is_not_there(server, measured, status, body, reason) -> None:
    page = server.page("/guide.html", "")
    url = server.file("/form.pdf", body, status=status)
    seen = await measured(page, url=url)
    assert seen.reason is reason
    assert seen.http_status == status


async def test_a_failed_file_is_kept_as_evidence(server, measured, context) -> None:
    page = server.page("/guide.html", "")
    body = "<html><title>系统错误</title></html>".encode()
    seen = await measured(page, url=server.file("/form.pdf", body))
    kept = list(context.evidence.folder.rglob("*.html"))
    assert seen.evidence_id is not None
    assert body in [each.read_bytes() for each in kept]


async def test_a_name_never_becomes_a_path(server, measured, tmp_path) -> None:
    page = server.page("/guide.html", "")
    header = 'attachment; filename="../../../../tmp/\x1b[31mevil.docx"'.replace("\x1b", "%1B")
    seen = await measured(page, url=server.file("/d", word(), Content_Disposition=header))
    assert seen.filename == "[31mevil.docx"
    assert seen.outcome is Outcome.OK


async def test_a_mislabelled_file_counts_and_is_noted(server, measured) -> None:
    page = server.page("/guide.html", "")
    seen = await measured(page, url=server.file("/form.doc", word()))
    assert (seen.outcome, seen.notes) == (Outcome.OK, "mislabelled")


async def test_without_a_browser_a_refused_client_accuses_nobody(server, measured) -> None:
    page = server.page("/guide.html", "")
    seen = await measured(page, url=server.file("/form.doc", b"forbidden", status=403))
    assert seen.outcome is Outcome.BLOCKED
    seen = await measured("http://127.0.0.1:1/", url="http://127.0.0.1:1/form.doc")
    assert seen.outcome is Outcome.NOT_MEASURED


async def test_robots_rules_are_obeyed(server, measured, context) -> None:
    page = server.page("/guide.html", "")
    context.robots = type(context.robots)(context.http, "test")
    server.file("/robots.txt", b"User-agent: *\nDisallow: /files/")
    seen = await measured(page, url=server.file("/files/form.docx", word()))
    assert seen.reason is Reason.ROBOTS_DISALLOWED
    assert server.requests_of("/files/form.docx") == []
