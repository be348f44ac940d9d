"""PDF: complete by its own end marks, and opened by PDFium, the engine behind Chrome's reader.

PDFium mends what readers mend (a wrong xref offset, junk before the header); it also "mends" a file that was
cut, showing the pages that are left, so completeness is judged first, by the file's own end.
"""

from __future__ import annotations

import re

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from probes.documents import types
from probes.documents.content import Content
from probes.documents.verdict import DAMAGED, ENCRYPTED, FileVerdict, corrupt, good, truncated

_HEADER_WITHIN = 1024
"""The header may stand anywhere in the first 1,024 bytes (PDF 32000-1, annex H, note 13)."""
_LINEARIZED = re.compile(rb"/Linearized\b.{0,400}?/L\s+(\d+)", re.DOTALL)
_OBJECT = re.compile(rb"\b\d+\s+\d+\s+obj\b")
_UNFINISHED = re.compile(rb"\b\d+\s+\d+\s+obj\b|\bxref\b|\btrailer\b")
_START = re.compile(rb"startxref\s+(\d+)\s*$")
_MARK = b"%%EOF"
_READ_BEHIND = 1024 * 1024
_PAGES_TRIED = 100


def header_offset(content: Content) -> int:
    """Where `%PDF-` stands, or -1 when this is no PDF."""
    return content.head(_HEADER_WITHIN + 5).find(b"%PDF-")


def judge(content: Content) -> FileVerdict:
    """Judge a file whose content is PDF.

    Returns:
        `truncated` where its end is missing, `corrupt` where PDFium opens nothing, else good with its
        number of pages; note `encrypted` with any encryption, as `pdfinfo` says it.
    """
    missing = _missing_end(content)
    if missing is not None:
        return truncated(types.PDF, missing)
    return _opened(content)


def _missing_end(content: Content) -> str | None:
    start = header_offset(content)
    linearized = _LINEARIZED.search(content.at(start, 2048))
    if linearized and int(linearized[1]) > content.size:
        return f"文件自述长 {int(linearized[1])} 字节，只有 {content.size} 字节"
    mark = content.last(_MARK)
    if mark < 0:
        return None if _ends_with_valid_start(content, start) else "缺少文件结尾（%%EOF）"
    behind = content.at(mark + len(_MARK), _READ_BEHIND)
    if _UNFINISHED.search(behind) and not _ends_with_valid_start(content, start):
        return "最后一次更新没有写完"
    return None  # padding, or a line that a server appended, hurts no reader


def _ends_with_valid_start(content: Content, start: int) -> bool:
    """Whether it ends with a `startxref` that leads to a cross-reference: all is there but the last mark."""
    found = _START.search(content.tail(64))
    if not found:
        return False
    target = content.at(start + int(found[1]), 32).lstrip()
    return target.startswith(b"xref") or bool(_OBJECT.match(target))


def _opened(content: Content) -> FileVerdict:
    try:
        document = pdfium.PdfDocument(content.file, autoclose=False)
    except pdfium.PdfiumError as error:
        if getattr(error, "err_code", None) in (pdfium_c.FPDF_ERR_PASSWORD, pdfium_c.FPDF_ERR_SECURITY):
            return good(types.PDF, ENCRYPTED, remark="需要密码")
        return corrupt(types.PDF, "阅读器打不开")
    try:
        pages = len(document)
        if pages == 0:
            return corrupt(types.PDF, "没有页面")
        tried = range(min(pages, _PAGES_TRIED))
        unreadable = [number for number in tried if not _page_opens(document, number)]
        notes = [ENCRYPTED] if pdfium_c.FPDF_GetSecurityHandlerRevision(document.raw) >= 0 else []
        if len(unreadable) == len(tried):
            return corrupt(types.PDF, "没有一页打得开")
        if unreadable:
            first = unreadable[0] + 1
            return good(types.PDF, DAMAGED, *notes, pages=pages, remark=f"第 {first} 页打不开")
        return good(types.PDF, *notes, pages=pages)
    finally:
        document.close()


def _page_opens(document: pdfium.PdfDocument, number: int) -> bool:
    try:
        document[number].close()
    except pdfium.PdfiumError:
        return False
    return True
