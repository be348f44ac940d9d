"""Attachments: does each file that a page offers download, and open as a document (attachment_download)."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from probes.attachments import taking
from probes.attachments.by_browser import fetch_by_browser
from probes.attachments.by_client import WALL_S, fetch_by_client
from probes.attachments.fetched import Fetched
from probes.attachments.taking import Errand
from probes.documents import names
from probes.documents.verdict import CAPPED, FileVerdict
from probes.documents.workers import judge_apart
from probes.probe import CrawledPage, Lane, Probe, RunContext, Unit
from results.moments import now
from results.records import Attachment, Download, Observation, Offer, Outcome, Reason
from spiders.net.refusals import EgressDenied

_MARGIN_S = 180.0
_EVIDENCE_BYTES = 5 * 1024 * 1024
"""A failed file above this size is not kept; its hash and the verdict are."""
_PLAIN_ENOUGH = frozenset(
    {
        Reason.HTTP_4XX,
        Reason.HTTP_5XX,
        Reason.CORRUPT,
        Reason.WRONG_TYPE,
        Reason.HTML_INSTEAD_OF_FILE,
        Reason.EMPTY_FILE,
        Reason.TRUNCATED,
        Reason.NO_DOWNLOAD,
    }
)
"""Failures that say what the server sent, so that they stand when no browser can be had (DESIGN, rule 4)."""
_CONTENT_AT_FAULT = frozenset({Reason.CORRUPT, Reason.WRONG_TYPE})
_GONE = (404, 410)


class Downloads(Probe):
    """Fetches every attachment of a sampled page, and judges it by its content."""

    name = "downloads"
    about = "fetches attachments and sees whether they open as documents"
    needs_browser = False

    def units_for_page(self, context: RunContext, page: CrawledPage) -> Iterable[Unit]:
        """One unit for each attachment; what a guide states not to exist has nothing to download."""
        for number, attachment in enumerate(page.attachments):
            if attachment.outcome is Outcome.ABSENT:
                continue
            where = attachment.url or attachment.handle or attachment.label
            yield Unit(
                probe=self.name,
                key=f"{page.page.url} {number} {attachment.offer.value} {where}",
                lane=_lane_of(attachment),
                measure=partial(_measure, context, page.page.url, attachment),
                unmeasured=partial(_unmeasured, context, attachment),
                timeout_s=WALL_S + taking.WALL_S + _MARGIN_S,
            )


def _lane_of(attachment: Attachment) -> Lane:
    return Lane.HTTP if attachment.url and attachment.offer is not Offer.POST else Lane.INTERACTIVE


async def _measure(
    context: RunContext, page_url: str, attachment: Attachment, attempt: int
) -> Sequence[Observation]:
    with tempfile.TemporaryDirectory(prefix="probe-download-") as folder:
        fetched, verdict = await _fetch_and_judge(context, page_url, attachment, Path(folder), attempt)
        return [_observed(context, attachment, fetched, verdict, attempt)]


async def _fetch_and_judge(
    context: RunContext, page_url: str, attachment: Attachment, folder: Path, attempt: int
) -> tuple[Fetched, FileVerdict | None]:
    for url in filter(None, (attachment.url, page_url if attachment.url is None else None)):
        if not await _allowed(context, url):
            return Fetched(reason=Reason.ROBOTS_DISALLOWED, url=url), None
    fetched, verdict = None, None
    if attachment.url is not None and attachment.offer is not Offer.POST:
        fetched = await fetch_by_client(
            context.http,
            attachment.url,
            referer=page_url,
            path=folder / "by_client",
            max_bytes=context.settings.max_file_bytes,
            silence_s=context.settings.page_timeout_s,
        )
        verdict = await _judged(fetched, attachment)
        reason = _reason_of(fetched, verdict)
        if reason is None or not _wants_second_opinion(reason, fetched, attempt):
            return _told(fetched), verdict
    by_browser = await fetch_by_browser(
        context,
        Errand(
            attachment=attachment,
            page_url=page_url,
            path=folder / "by_browser",
            max_bytes=context.settings.max_file_bytes,
            page_timeout_s=context.settings.page_timeout_s,
        ),
    )
    if by_browser.reason is Reason.TRUNCATED and fetched is not None and fetched.reason in _CONTENT_AT_FAULT:
        # a browser's download only says that it broke off; why, the plain client has seen
        by_browser = replace(by_browser, reason=fetched.reason, note=fetched.note)
    if fetched is not None and _is_ours(by_browser.reason) and _may_stand_alone(_reason_of(fetched, verdict)):
        return _told(fetched), verdict
    return _told(by_browser), await _judged(by_browser, attachment)


async def _allowed(context: RunContext, url: str) -> bool:
    try:
        return await context.robots.allowed(url)
    except EgressDenied:
        return True  # the fetch itself says what is wrong with the address


def _reason_of(fetched: Fetched, verdict: FileVerdict | None) -> Reason | None:
    return fetched.reason or (verdict.reason if verdict else None)


def _is_ours(reason: Reason | None) -> bool:
    return reason is not None and reason.outcome is Outcome.NOT_MEASURED


def _wants_second_opinion(reason: Reason, fetched: Fetched, attempt: int) -> bool:
    """Whether a browser, with the page's cookies and its own TLS, may fare better than the plain client.

    Not where the file's own content is at fault, nor where the server plainly says that it is gone; a
    confirmation asks the browser in every case.
    """
    if reason.outcome is Outcome.NOT_MEASURED or reason is Reason.RATE_LIMITED:
        return False
    if attempt > 1:
        return True
    return reason not in _CONTENT_AT_FAULT and fetched.status not in _GONE


def _may_stand_alone(reason: Reason | None) -> bool:
    """Whether the plain client's word counts without a browser (DESIGN, rule 4)."""
    return reason is not None and (reason in _PLAIN_ENOUGH or reason.outcome is not Outcome.FAILED)


def _told(fetched: Fetched) -> Fetched:
    """A public page that leads to a private address is the portal's fault, not a limit of ours."""
    if fetched.reason is Reason.EGRESS_DENIED:
        return replace(fetched, reason=Reason.PRIVATE_LINK)
    return fetched


async def _judged(fetched: Fetched, attachment: Attachment) -> FileVerdict | None:
    if fetched.reason is not None or fetched.path is None:
        return None
    return await judge_apart(
        fetched.path,
        claimed_name=_name_of(fetched, attachment),
        declared_type=fetched.header("content-type"),
        content_length=fetched.announced_bytes,
        capped=fetched.capped,
    )


def _name_of(fetched: Fetched, attachment: Attachment) -> str | None:
    if fetched.made_by_script and fetched.suggested_name:
        return names.clean(fetched.suggested_name) or None
    url = fetched.url or attachment.url or ""
    return names.offered_name(fetched.headers, url, attachment.label) or fetched.suggested_name


def _observed(
    context: RunContext,
    attachment: Attachment,
    fetched: Fetched,
    verdict: FileVerdict | None,
    attempt: int,
) -> Download:
    reason = fetched.reason or (verdict.reason if verdict else None)
    notes = set(verdict.notes if verdict else ())
    if fetched.capped:
        notes.add(CAPPED)
    remarks = [text for text in (fetched.note, verdict.remark if verdict else None) if text]
    if verdict and verdict.pages:
        remarks.append(f"{verdict.pages} 页")
    assert attachment.id is not None
    return Download(
        run_id=context.run_id,
        attempt=attempt,
        outcome=reason.outcome if reason else Outcome.OK,
        reason=reason,
        evidence_id=_kept(context, fetched, verdict, reason),
        measured_at=now(),
        note="；".join(remarks) or None,
        attachment_id=attachment.id,
        http_status=fetched.status,
        declared_type=fetched.header("content-type"),
        detected_type=verdict.detected_type if verdict else None,
        bytes=fetched.bytes if fetched.status is not None or fetched.bytes else None,
        sha256=fetched.sha256,
        filename=_name_of(fetched, attachment),
        notes=",".join(sorted(notes)) or None,
    )


def _kept(
    context: RunContext, fetched: Fetched, verdict: FileVerdict | None, reason: Reason | None
) -> int | None:
    """The evidence of a file that failed: what was received, as received."""
    if reason is None or reason.outcome is Outcome.NOT_MEASURED or fetched.path is None:
        return None
    if not 0 < fetched.bytes <= _EVIDENCE_BYTES:
        return None
    content = fetched.path.read_bytes()
    looks_like_html = content[:1024].lstrip().lower().startswith((b"<!doctype html", b"<html"))
    fallback = "text/html" if looks_like_html else "application/octet-stream"
    return context.evidence.keep(content, (verdict.detected_type if verdict else None) or fallback)


def _unmeasured(context: RunContext, attachment: Attachment, reason: Reason) -> Sequence[Observation]:
    assert attachment.id is not None
    return [
        Download(
            run_id=context.run_id,
            outcome=reason.outcome,
            reason=reason,
            measured_at=now(),
            attachment_id=attachment.id,
        )
    ]
