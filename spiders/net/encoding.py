"""What characters a page's bytes stand for, whatever the page says about itself.

Chinese government pages are UTF-8 or GB18030 (GB2312 and GBK are parts of it), and many declare the one
and send the other: a template saved anew, a header that the server adds to every page, an include in another
encoding. So the bytes are asked first and the declaration only where they leave a choice. Names of encodings
are read as browsers read them (WHATWG Encoding Standard).
"""

from __future__ import annotations

import codecs
import re

from w3lib.encoding import html_body_declared_encoding, http_content_type_encoding, resolve_encoding

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CHINESE = "gb18030"
_NOT_ASCII = re.compile(rb"[\x80-\xff]")
_UTF8_CHARACTER = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}",
)
# a pair of GB2312's first level (3,755 everyday characters) or of its punctuation rows
_EVERYDAY_PAIR = re.compile(rb"[\xa1\xa3\xb0-\xd7][\xa1-\xfe]")
_SAMPLE_BYTES = 200_000
_EVERYDAY_SHARE = 0.7
# Korean shares its bytes with everyday Chinese, and nobody claims it by mistake
_NEVER_BY_MISTAKE = frozenset({"euc_kr", "cp949"})
_STRAY_SHARE = 0.05


def decode_html(content: bytes, content_type: str | None = None) -> str:
    """The text of a page.

    Args:
        content: Its bytes.
        content_type: The `Content-Type` header, if there was one.

    Returns:
        Its text, without a byte order mark. Bytes that mean nothing become U+FFFD. A page whose parts are in
        two encodings (a GBK article in a UTF-8 frame) is read line by line.
    """
    encoding = encoding_of(content, content_type)
    if encoding == _CHINESE and _has_utf8_lines(content):
        text = "".join(_decode_line(line) for line in content.splitlines(keepends=True))
    else:
        text = content.decode(encoding, errors="replace")
    return text.removeprefix("\ufeff")


def encoding_of(content: bytes, content_type: str | None = None) -> str:
    """The encoding of a page, as Python names it.

    Args:
        content: Its bytes.
        content_type: The `Content-Type` header, if there was one.

    Returns:
        The encoding in which the bytes make sense; `gb18030` where only that is left.
    """
    for mark, name in _BOMS:
        if content.startswith(mark):
            return name
    declared = _declared(content, content_type)
    if not _NOT_ASCII.search(content):
        return _sixteen_bits(content) or "utf-8"
    if sixteen_bits := _sixteen_bits(content):
        return sixteen_bits
    if _is_utf8(content):
        return "gb18030" if declared == _CHINESE and not _reads_as_chinese(content) else "utf-8"
    if _is_nearly_utf8(content):
        return "utf-8"
    if declared not in (None, "utf-8", "cp1252", "iso8859-1", _CHINESE) and _fits_better(content, declared):
        return declared
    return _CHINESE


def _declared(content: bytes, content_type: str | None) -> str | None:
    """The page's own claim: the header's, or else that of its head, in Python's name."""
    claimed = http_content_type_encoding(content_type) if content_type else None
    claimed = claimed or html_body_declared_encoding(content[:4096])
    if claimed is None:
        return None
    name = resolve_encoding(claimed)
    if name is None:
        return None
    name = codecs.lookup(name).name
    return _CHINESE if name in ("gb2312", "gbk", "hz") else name


def _sixteen_bits(content: bytes) -> str | None:
    """UTF-16 without its mark shows by the zero bytes of its tags."""
    head = content[:2000]
    if head.count(0) * 4 < len(head):
        return None
    return "utf-16-le" if head[1::2].count(0) >= head[::2].count(0) else "utf-16-be"


def _is_utf8(content: bytes) -> bool:
    try:
        # final=False: a page that was cut off in the middle of a character is still UTF-8
        codecs.getincrementaldecoder("utf-8")().decode(content, final=False)
    except UnicodeDecodeError:
        return False
    return True


def _reads_as_chinese(content: bytes) -> bool:
    """Whether UTF-8 text has characters of three bytes; a few GBK pairs alone may pass for two-byte ones."""
    return any(byte >= 0xE0 for byte in content)


def _is_nearly_utf8(content: bytes) -> bool:
    """UTF-8 with a few stray bytes, such as a title cut to a number of bytes."""
    sample = content[:_SAMPLE_BYTES]
    characters = [c for c in _UTF8_CHARACTER.findall(sample) if len(c) >= 3]
    explained = sum(map(len, _UTF8_CHARACTER.findall(sample)))
    stray = len(_NOT_ASCII.findall(sample)) - explained
    return bool(characters) and stray <= max(3, _STRAY_SHARE * explained) and stray < len(characters)


def _fits_better(content: bytes, declared: str) -> bool:
    """Whether another declared encoding (Big5, EUC-KR …) holds where GB18030 gives unusual characters."""
    sample = content[:_SAMPLE_BYTES]
    pairs = len(_NOT_ASCII.findall(sample)) / 2
    everyday = len(_EVERYDAY_PAIR.findall(sample))
    if everyday > _EVERYDAY_SHARE * pairs and declared not in _NEVER_BY_MISTAKE:
        return False
    text = sample.decode(declared, errors="replace")
    return text.count("\ufffd") <= _STRAY_SHARE * pairs


def _has_utf8_lines(content: bytes) -> bool:
    return any(_is_utf8_line(line) for line in content.splitlines() if _NOT_ASCII.search(line))


def _is_utf8_line(line: bytes) -> bool:
    """A line that is UTF-8 beyond chance: at least two characters, each of three bytes or more."""
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    beyond = [character for character in text if character > "\x7f"]
    return len(beyond) >= 2 and all(character >= "\u0800" for character in beyond)


def _decode_line(line: bytes) -> str:
    return line.decode("utf-8" if _is_utf8_line(line) else _CHINESE, errors="replace")
