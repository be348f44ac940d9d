"""The name that a file is offered under: from the header in every shape met in the wild, else from the link.

Names are shown to people and tell what a file claims to be; they are never used as a path.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from email.header import decode_header
from urllib.parse import parse_qsl, unquote_to_bytes, urlsplit

from probes.documents import types

MAX_SHOWN = 255
_EXTENDED = re.compile(r"filename\*\s*=\s*([\w-]*)'[^']*'([^;]+)", re.IGNORECASE)
_CONTINUED = re.compile(r"filename\*(\d{1,2})(\*?)\s*=\s*(\"(?:[^\"\\]|\\.)*\"|[^;]*)", re.IGNORECASE)
_QUOTED = re.compile(r"(?:^|[;\s])filename\s*=\s*\"((?:[^\"\\]|\\.)*)\"?", re.IGNORECASE)
_BARE = re.compile(r"(?:^|[;\s])filename\s*=\s*([^;]*)", re.IGNORECASE)
_PERCENT = re.compile(r"%[0-9A-Fa-f]{2}")
_NAME_KEYS = ("filename", "file_name", "attname", "attachname", "downloadname", "name", "fname", "file", "path", "filepath",
              "url", "f")  # fmt: skip
_SCRIPT_ENDINGS = frozenset(
    {
        ".jsp",
        ".jspx",
        ".do",
        ".action",
        ".php",
        ".asp",
        ".aspx",
        ".ashx",
        ".html",
        ".htm",
        ".shtml",
        ".cgi",
        ".json",
    }
)
_NAMED_DOCUMENTS = (frozenset(types.ALLOWED) | types.UNJUDGED) - _SCRIPT_ENDINGS
"""Endings that make an address's last part a file's name; `.html` and the like are those of pages and programs."""


def offered_name(headers: Iterable[tuple[bytes, bytes]], url: str, label: str = "") -> str | None:
    """The name of a fetched file as its server offers it, cleaned for display.

    Args:
        headers: Raw header fields, since names in raw UTF-8 or GBK are none of HTTP's.
        url: Where the file was fetched from; asked when no header tells.
        label: What the page calls it; asked last, and only if it ends like a file's name.

    Returns:
        The name without path parts and control characters, at most 255 characters; None when nothing tells.
    """
    for name, value in headers:
        if name.lower() == b"content-disposition":
            found = clean(from_disposition(value))
            if found:
                return found
    found = clean(_from_url(url))
    if types.ending_of(found) in _NAMED_DOCUMENTS:
        return found
    label = clean(label)
    if types.ending_of(label) in types.ALLOWED:
        return label
    return found if found and types.ending_of(found) not in _SCRIPT_ENDINGS else None


def from_disposition(raw: bytes) -> str:
    """The file name in a Content-Disposition header's raw bytes; empty when it names none.

    RFC 6266 with RFC 5987 (`filename*`) first, then RFC 2231 continuations, then `filename` as people write
    it: RFC 2047 words, percent-encoded, raw UTF-8, raw GBK, UTF-8 taken for Latin-1.
    """
    # decoded before it is taken apart: the second byte of a letter in GBK may be a backslash
    text = _in_words(raw)
    extended = _EXTENDED.search(text)
    if extended:
        return _in_words(unquote_to_bytes(extended[2].strip().strip('"')), extended[1] or "utf-8")
    pieces = sorted((int(each[1]), bool(each[2]), each[3]) for each in _CONTINUED.finditer(text))
    if pieces:
        return _joined(pieces)
    plain = _QUOTED.search(text)
    value = re.sub(r"\\(.)", r"\1", plain[1]) if plain else ""
    if not plain:
        bare = _BARE.search(text)
        value = bare[1].strip().strip("'\"") if bare else ""
    if "=?" in value and "?=" in value:
        return _from_mime_words(value)
    return _in_words(unquote_to_bytes(value)) if _PERCENT.search(value) else value


def clean(name: str) -> str:
    """A name fit for display: no path parts, no control or direction characters, at most 255 characters."""
    last = re.split(r"[/\\]", name)[-1]
    visible = "".join(
        each for each in last if unicodedata.category(each) not in ("Cc", "Cf", "Cs", "Co", "Cn")
    )
    visible = " ".join(visible.split()).strip(". ") if visible.strip(".") == "" else " ".join(visible.split())
    if len(visible) <= MAX_SHOWN:
        return visible
    ending = types.ending_of(visible)[:12]
    return visible[: MAX_SHOWN - 1 - len(ending)] + "…" + ending


def _in_words(raw: bytes, charset: str = "utf-8") -> str:
    """Bytes as text: the named charset, then UTF-8, then GB18030 (what a Chinese server sends unnamed)."""
    for each in (charset, "utf-8", "gb18030"):
        try:
            return raw.decode(each)
        except (UnicodeDecodeError, LookupError):
            continue
    return raw.decode("gb18030", "replace")


def _from_mime_words(value: str) -> str:
    try:
        parts = decode_header(value)
    except (ValueError, LookupError):
        return value
    return "".join(
        _in_words(part, charset or "utf-8") if isinstance(part, bytes) else part for part, charset in parts
    )


def _joined(pieces: list[tuple[int, bool, str]]) -> str:
    charset, raw = "utf-8", b""
    for number, coded, value in pieces:
        value = value.strip().strip('"')
        if coded and number == 0 and value.count("'") >= 2:
            charset, _, value = value.split("'", 2)
        raw += unquote_to_bytes(value) if coded else _bytes(value, charset)
    return _in_words(raw, charset)


def _bytes(text: str, charset: str) -> bytes:
    try:
        return text.encode(charset)
    except (UnicodeEncodeError, LookupError):
        return text.encode()


def _from_url(url: str) -> str:
    """The last path part, or a parameter that holds a file's name when the path is a program's."""
    try:
        parts = urlsplit(url)
        pairs = parse_qsl(parts.query, encoding="latin-1", max_num_fields=200)
    except ValueError:
        return ""
    last = parts.path.rsplit("/", 1)[-1]
    ending = types.ending_of(last)
    if ending and ending not in _SCRIPT_ENDINGS:
        return _in_words(unquote_to_bytes(last))
    given = {key.lower(): _in_words(value.encode("latin-1", "replace")) for key, value in pairs}
    for key in _NAME_KEYS:
        if types.ending_of(clean(given.get(key, ""))) in types.ALLOWED:
            return given[key]
    for value in given.values():
        if types.ending_of(clean(value)) in types.ALLOWED:
            return value
    return _in_words(unquote_to_bytes(last))
