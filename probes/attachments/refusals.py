"""What an answer that is no file says: an error, a firewall, a challenge, a login wall."""

from __future__ import annotations

from collections.abc import Mapping

from results.records import Outcome, Reason
from spiders.net.challenges import recognise
from spiders.net.encoding import decode_html

READ_BYTES = 256 * 1024
"""Bytes of an answer that are read to see what it says."""


def refusal(
    *, status: int | None, headers: Mapping[str, str], body: bytes, url: str, redirected: bool
) -> Reason | None:
    """Why an answer gives no file.

    A login page counts as a login wall only where the portal led us to it (a redirect, or status 401). One
    that stands under the file's own address is a page in a document's place, and is left to the judge.

    Args:
        status: HTTP status.
        headers: The answer's headers.
        body: Its beginning, up to `READ_BYTES`.
        url: Where it ended.
        redirected: Whether it ended elsewhere than at the file's address.

    Returns:
        A blocking reason, `login_wall`, `http_4xx`, `http_5xx`, `no_download` (an answer without content);
        None when the body is to be judged as a file.
    """
    if _may_be_text(body):
        html = decode_html(body, headers.get("content-type"))
        seen = recognise(status=status, headers=headers, text="", url=url, html=html)
        if seen is not None and (seen.outcome is Outcome.BLOCKED or redirected or status == 401):
            return seen
    if status is None or 200 <= status < 300:
        return Reason.NO_DOWNLOAD if status in (204, 205) else None
    if status >= 500:
        return Reason.HTTP_5XX
    return Reason.HTTP_4XX if status >= 400 else Reason.NO_DOWNLOAD


def _may_be_text(body: bytes) -> bool:
    start = body[:512].lstrip(b"\xef\xbb\xbf \t\r\n")
    return start[:1] in (b"<", b"{", b"[") or (b"\0" not in start and not start.startswith(b"%PDF"))
