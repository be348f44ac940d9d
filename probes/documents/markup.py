"""HTML, MHTML and XML: a document that an office program saved, or a page in a document's place."""

from __future__ import annotations

import re
from html import unescape

from probes.documents import types, xmlparts
from probes.documents.content import Content
from probes.documents.verdict import UNREAD, FileVerdict, corrupt, good, page_instead, truncated

_HTML_START = re.compile(
    r"<(?:!doctype\s+html|html|head|title|meta|body|script|style|div|p|table|h[1-6]"
    r"|center|font|iframe|form|span|br|link|section|main|noscript|frameset|img|a|b|strong|ul|ol|pre|hr)(?=[\s/>]|$)",
    re.IGNORECASE,
)
_XHTML_START = re.compile(r"<(?:!doctype\s+html|html)(?=[\s/>])", re.IGNORECASE)
"""What follows an XML declaration where the file is a page; other roots, such as `a`, may be anybody's."""
_PROLOGUE = re.compile(r"\s*(?:<\?.*?\?>|<!--.*?-->)", re.DOTALL)
_OFFICE_MARKS = re.compile(
    r"urn:schemas-microsoft-com:office|content=[\"']?(?:Word|Excel|PowerPoint)\.(?:Document|Sheet|Slide)"
    r"|name=[\"']?generator[\"']?\s+content=[\"']?(?:Microsoft|WPS|Kingsoft|KSO|LibreOffice|OpenOffice|StarOffice|ONLYOFFICE"
    r"|Aspose|Spire)|class=[\"']?(?:Mso|xl\d)|mso-[a-z-]+\s*:",
    re.IGNORECASE,
)
_PAGE_MARKS = re.compile(
    r"<script\b|<form\b|<input\b|<nav\b|<iframe\b|<frameset\b|<button\b|<link\b[^>]+stylesheet|http-equiv=[\"']?refresh",
    re.IGNORECASE,
)
_ERROR_WORDS = re.compile(
    r"不存在|未找到|找不到|错误|出错|失败|异常|无权|权限|登录|过期|失效|error|not\s*found|exception|denied|forbidden|login"
    r"|HTTP Status|whitelabel",
    re.IGNORECASE,
)
_TITLE = re.compile(r"<title[^>]*>(.*?)</title>", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(
    r"<(?:script|style)\b.*?</(?:script|style)\s*>|<!--.*?-->|<[^>]*>", re.IGNORECASE | re.DOTALL
)
_TABLES = frozenset({types.XLS, types.XLSX, types.CSV})
_PAGES = frozenset({types.HTML, types.MHTML})
_MHTML_START = re.compile(r"(?:[A-Za-z-]+:[^\n]*\n(?:[ \t][^\n]*\n)*){0,20}?MIME-Version:", re.IGNORECASE)
_BOUNDARY = re.compile(r"boundary\s*=\s*(?:\"([^\"]+)\"|'([^']+)'|([^\s;]+))", re.IGNORECASE)
_REPLY_ROOTS = re.compile(
    r"errors?|exception|fault|envelope|response|result|reply|msg|message|root|return|xml|string|boolean|map|data|html"
    r"|body|head|div|p|span|table|form|script|center|font|h[1-6]",
    re.IGNORECASE,
)
_XML_KINDS = {
    ("urn:schemas-microsoft-com:office:spreadsheet", "Workbook"): (types.EXCEL_XML, "Worksheet"),
    ("http://schemas.microsoft.com/office/word/2003/wordml", "wordDocument"): (types.WORD_XML, None),
    ("http://schemas.microsoft.com/office/2006/xmlPackage", "package"): (types.WORD_XML, None),
    ("http://www.w3.org/2000/svg", "svg"): (types.SVG, None),
}  # fmt: skip
_FLAT_ODF = ("urn:oasis:names:tc:opendocument:xmlns:office:1.0", "document")
_FLAT_ODF_BODIES = {"spreadsheet": types.ODS, "presentation": types.ODP, "drawing": types.ODG}
"""The child of `office:body` that tells a flat OpenDocument's kind; any other is a text."""


def is_html(text: str) -> bool:
    """Whether a text begins as HTML does, comments and an XML declaration before it aside."""
    start = text[:20_000].lstrip("\ufeff\x00 \r\n\t")
    begins = _XHTML_START if start.startswith("<?xml") else _HTML_START
    place = 0
    while (
        skipped := _PROLOGUE.match(start, place)
    ) is not None:  # one by one: a pattern for all would not end
        place = skipped.end()
    return begins.match(start[place:].lstrip()) is not None


def is_mhtml(text: str) -> bool:
    """Whether a text begins as a saved web archive does."""
    start = text[:8192].lstrip("\ufeff\r\n ")
    return _MHTML_START.match(start) is not None and "multipart/related" in start.lower()


def judge_html(text: str, content: Content, claims: frozenset[str]) -> FileVerdict:
    """Judge HTML.

    An office program's HTML opens in that program, whatever its name, as does a bare table under a
    spreadsheet's name (the usual "export" of older systems); both are good. Anything else is a page in a
    document's place, unless the name promises a page and it shows no error.
    """
    office = _OFFICE_MARKS.search(text) is not None
    bare_table = bool(claims & _TABLES) and "<table" in text.lower() and not _PAGE_MARKS.search(text)
    if office or bare_table:
        end = content.tail(4096).replace(b"\0", b"").lower()
        opened, closed = ("<html", b"</html") if "<html" in text.lower() else ("<table", b"</table")
        if opened in text.lower() and closed not in end:
            return truncated(types.HTML, "缺少结尾标记")
        return good(types.HTML)
    title = _title_of(text)
    visible = _visible(text)
    if claims & _PAGES and not _ERROR_WORDS.search(f"{title} {visible if len(visible) < 300 else ''}"):
        return good(types.HTML)
    return page_instead(types.HTML, f"网页代替文件：{title or visible[:80]}")


def judge_mhtml(text: str, content: Content) -> FileVerdict:
    """Judge a saved web archive: its last boundary closes it (RFC 2046, 5.1.1)."""
    found = _BOUNDARY.search(text[:8192])
    if found is None:
        return corrupt(types.MHTML, "没有分隔标记")
    mark = (found[1] or found[2] or found[3]).encode("utf-8", "replace")
    if content.last(b"--" + mark + b"--") < 0:
        return truncated(types.MHTML, "缺少结尾标记")
    return good(types.MHTML)


def judge_xml(content: Content, claims: frozenset[str]) -> FileVerdict:
    """Judge what begins with an XML declaration or a known root, and is no HTML."""
    try:
        found = xmlparts.read(content.pieces())
    except xmlparts.HostileXmlError:
        return good(types.XML, UNREAD, remark="XML 含实体声明，未解析")
    except xmlparts.BadXmlError as error:
        kind = _kind_by_text(content.head(4096))
        ended = any(words in str(error) for words in ("no element found", "unclosed", "partial character"))
        return truncated(kind, "XML 没有结尾") if ended else corrupt(kind, "不是完好的 XML")
    kind, page = _XML_KINDS.get((found.root_namespace, found.root), (types.XML, None))
    if (found.root_namespace, found.root) == _FLAT_ODF:
        kind = next((kind for body, kind in _FLAT_ODF_BODIES.items() if body in found.counts), types.ODT)
    if kind == types.XML and types.XML not in claims and _is_reply(found.root, content.head(2000)):
        return page_instead(types.XML, f"接口应答代替文件：{found.root[:80]}")
    return good(kind, pages=found.counts.get(page) if page else None)


def _is_reply(root: str, start: bytes) -> bool:
    """Whether XML of no known document kind is an interface's reply."""
    return _REPLY_ROOTS.fullmatch(root) is not None or bool(
        _ERROR_WORDS.search(start.decode("utf-8", "replace"))
    )


def _kind_by_text(head: bytes) -> str:
    for (namespace, _), (kind, _) in _XML_KINDS.items():
        if namespace.encode() in head:
            return kind
    return types.XML


def _title_of(text: str) -> str:
    found = _TITLE.search(text)
    return " ".join(unescape(found[1]).split())[:100] if found else ""


def _visible(text: str) -> str:
    return " ".join(unescape(_TAG.sub(" ", text[:200_000])).split())
