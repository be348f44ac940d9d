"""Bytes to text, for portals that declare their encoding, forget to, or declare a wrong one.

Order of trust: a byte order mark; UTF-8 that holds together (other encodings practically never do so
by chance); what the header and the page declare; GB18030, which holds GB2312 and GBK; Big5. Where none
fits, the one with the fewest unreadable places.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator

from w3lib.encoding import html_body_declared_encoding, http_content_type_encoding, read_bom, resolve_encoding

# servers name these when nobody told them what the page is in
_NOBODY_CHOSE = frozenset({"cp1252", "iso8859-1", "ascii", "latin_1"})


def decode(body: bytes, content_type: str | None = None) -> str:
    """The text of an answer.

    Args:
        body: The bytes, possibly cut short.
        content_type: The Content-Type header, if there was one.
    """
    mark, mark_bytes = read_bom(body)
    if mark is not None and mark_bytes is not None:
        return body[len(mark_bytes) :].decode(mark, "replace")
    fallback: tuple[int, str] | None = None
    for encoding in _candidates(body, content_type):
        text = _decode_strictly(body, encoding)
        if text is not None:
            return text
        text = body.decode(encoding, "replace")
        unreadable = text.count("\ufffd")
        if fallback is None or unreadable < fallback[0]:
            fallback = unreadable, text
    assert fallback is not None
    return fallback[1]


def _candidates(body: bytes, content_type: str | None) -> Iterator[str]:
    yield "utf-8"
    declared = (http_content_type_encoding(content_type), html_body_declared_encoding(body[:8192]))
    for each in declared:
        name = resolve_encoding(each) if each else None
        if name and name not in _NOBODY_CHOSE:
            yield name
    yield "gb18030"
    yield "big5"


def _decode_strictly(body: bytes, encoding: str) -> str | None:
    """The text if every byte fits, but for a character that is cut off at the end."""
    try:
        return codecs.getincrementaldecoder(encoding)("strict").decode(body, False)
    except (UnicodeDecodeError, LookupError):
        return None
