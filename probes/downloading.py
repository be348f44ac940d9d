"""Attachments: does each file that a page offers download, and open as a document (attachment_download)."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path

from probes.attachments.by_client import WALL_S, fetch_by_client
from probes.attachments.fetched import Fetched
from probes.documents import names
from probes.documents.verdict import CAPPED, FileVerdict
from probes.documents.workers import judge_apart
from probes.probe import CrawledPage, Lane, Probe, RunContext, Unit
from results.moments import now
from results.records import Attachment, Download, Observation, Offer, Outcome, Reason

_MARGIN_S = 180.0
_EVIDENCE_BYTES = 5 * 1024 * 1024
"""A failed file above this size is not kept; its hash and the verdict are."""


class Downloads(Probe):
    """Fetches every attachment of a sampled page, and judges it by its content."""

    name = "downloads"
    about = "fetches attachments and sees whether they open as documents"

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
                timeout_s=2 * WALL_S + _MARGIN_S,
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
    if attachment.url is None:
        return Fetched(reason=Reason.UNSUPPORTED), None
    if not await context.robots.allowed(attachment.url):
        return Fetched(reason=Reason.ROBOTS_DISALLOWED, url=attachment.url), None
    fetched = await fetch_by_client(
        context.http,
        attachment.url,
        referer=page_url,
        path=folder / "by_client",
        max_bytes=context.settings.max_file_bytes,
    )
    return fetched, await _judged(fetched, attachment)


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
