"""Attachments on a real server, through the probe, to the observation."""

from __future__ import annotations

import io
from collections.abc import Callable

import docx
import pytest

from probes.downloading import Downloads
from probes.probe import CrawledPage, RunContext
from results.records import Attachment, Download, Offer, Outcome, Page, PageKind, Reason

Measure = Callable[..., object]


def _docx() -> bytes:
    document = docx.Document()
    document.add_paragraph("临时居民身份证申领登记表")
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def crawled(page_url: str, *attachments: Attachment) -> CrawledPage:
    page = Page(
        id=1,
        run_id=1,
        outcome=Outcome.OK,
        measured_at="2026-11-21T08:00:00.000Z",
        url=page_url,
        kind=PageKind.GUIDE,
        why_kind="test",
        depth=3,
    )
    return CrawledPage(page=page, attachments=attachments)


def offered(**given: object) -> Attachment:
    reason = given.get("reason")
    return Attachment(
        id=7,
        run_id=1,
        page_id=1,
        measured_at="2026-11-21T08:00:00.000Z",
        outcome=reason.outcome if isinstance(reason, Reason) else Outcome.OK,
        **{"label": "申请表", "offer": Offer.LINK, **given},  # type: ignore[arg-type]
    )


async def measured(
    context: RunContext, page_url: str, attachment: Attachment, *, attempt: int = 1
) -> Download:
    (unit,) = Downloads().units_for_page(context, crawled(page_url, attachment))
    (observation,) = await unit.measure(attempt)
    assert isinstance(observation, Download)
    return observation


async def test_a_plain_link_ends_in_a_judged_file(server, context) -> None:
    page = server.page("/guide.html", "")
    content = _docx()
    url = server.file("/files/%E8%A1%A8.docx".replace("%E8%A1%A8", "form"), content)
    seen = await measured(context, page + "#top", offered(url=url))
    assert seen.outcome is Outcome.OK
    assert seen.bytes == len(content)
    assert seen.filename == "form.docx"
    assert seen.detected_type is not None and seen.detected_type.endswith("wordprocessingml.document")
    ((_, _, headers),) = server.requests_of("/files/form.docx")
    assert headers["Referer"] == page


async def test_what_a_guide_states_not_to_exist_is_not_fetched(server, context) -> None:
    page = server.page("/guide.html", "")
    units = Downloads().units_for_page(context, crawled(page, offered(reason=Reason.NOT_OFFERED)))
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
async def test_a_file_that_is_not_there(server, context, status, body, reason) -> None:
    page = server.page("/guide.html", "")
    url = server.file("/form.pdf", body, status=status)
    seen = await measured(context, page, offered(url=url))
    assert seen.reason is reason
    assert seen.http_status == status
