"""What a ZIP holds: OOXML, ODF, OFD, EPUB, a program, or just files."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from zipfile import BadZipFile

from probes.documents import types, xmlparts
from probes.documents.content import PIECE, Content
from probes.documents.verdict import (
    ENCRYPTED,
    UNREAD,
    FileVerdict,
    corrupt,
    good,
    wrong_type,
)
from probes.documents.zips import OpenZip, damage, open_zip

_CONTENT_TYPES = "[Content_Types].xml"

# Content type of the main part (ECMA-376 part 1, annex A, and [MS-OFFMACRO2]) → kind, and what counts as a page
_MAIN_PARTS: dict[str, tuple[str, str | None]] = {
    types.DOCX + ".main+xml": (types.DOCX, None),
    types.DOTX + ".main+xml": (types.DOTX, None),
    types.XLSX + ".main+xml": (types.XLSX, "sheet"),
    types.XLTX + ".main+xml": (types.XLTX, "sheet"),
    types.PPTX + ".main+xml": (types.PPTX, "sldId"),
    types.PPSX + ".main+xml": (types.PPSX, "sldId"),
    types.POTX + ".main+xml": (types.POTX, "sldId"),
    "application/vnd.ms-word.document.macroenabled.main+xml": (types.DOCM, None),
    "application/vnd.ms-word.template.macroenabledtemplate.main+xml": (types.DOTM, None),
    "application/vnd.ms-excel.sheet.macroenabled.main+xml": (types.XLSM, "sheet"),
    "application/vnd.ms-excel.template.macroenabled.main+xml": (types.XLTM, "sheet"),
    "application/vnd.ms-excel.addin.macroenabled.main+xml": (types.XLAM, "sheet"),
    "application/vnd.ms-excel.sheet.binary.macroenabled.main": (types.XLSB, None),
    "application/vnd.ms-powerpoint.presentation.macroenabled.main+xml": (types.PPTM, "sldId"),
    "application/vnd.ms-powerpoint.slideshow.macroenabled.main+xml": (types.PPSM, "sldId"),
    "application/vnd.ms-visio.drawing.main+xml": (types.VSDX, None),
}
_BY_LOWER = {name.lower(): value for name, value in _MAIN_PARTS.items()}
_ODF_VARIANT = re.compile(r"-(?:template|master|web)(?:-template)?$")
_TELLING_PARTS = {
    "word/document.xml": types.DOCX,
    "xl/workbook.xml": types.XLSX,
    "ppt/presentation.xml": types.PPTX,
}


def judge(content: Content) -> FileVerdict:
    """Judge a file that begins as a ZIP does."""
    opened = open_zip(content)
    if isinstance(opened, FileVerdict):
        return opened
    with opened.archive:
        verdict = _judge_inside(opened)
        if verdict.reason is None and (hurt := damage(opened)) is not None:
            return corrupt(verdict.detected_type, hurt)
        assert verdict.detected_type is not None
        if verdict.reason is not None:
            return verdict
        return good(
            verdict.detected_type,
            *verdict.notes,
            *opened.notes,
            pages=verdict.pages,
            remark=verdict.remark,
        )


def _judge_inside(opened: OpenZip) -> FileVerdict:
    names = opened.names
    if opened.encrypted:
        return good(types.ZIP, ENCRYPTED, remark="需要密码")
    if "AndroidManifest.xml" in names:
        return wrong_type(types.APK, "安卓程序")
    if any(name.startswith("Payload/") and ".app/" in name for name in names):
        return wrong_type(types.PROGRAM, "苹果程序")
    if "META-INF/MANIFEST.MF" in names and any(name.endswith(".class") for name in names):
        return wrong_type(types.JAR, "Java 程序")
    if _CONTENT_TYPES in names:
        return _ooxml(opened)
    if "OFD.xml" in names:
        return _ofd(opened)
    mimetype = opened.part("mimetype", 200).strip().decode("ascii", "replace")
    if mimetype == types.EPUB or mimetype.startswith(types.ODF):
        # templates, masters and pages for the web (`text-template` …) are opened by the same programs
        return _open_document(opened, _ODF_VARIANT.sub("", mimetype))
    for part, kind in _TELLING_PARTS.items():
        if part in names:
            return corrupt(kind, f"缺少 {_CONTENT_TYPES}")
    return good(types.ZIP)


def _ooxml(opened: OpenZip) -> FileVerdict:
    """OOXML, transitional or strict: its main part is there and well-formed."""
    declared = _parsed(opened, _CONTENT_TYPES, types.PACKAGE)
    if isinstance(declared, FileVerdict):
        return declared
    for local, attributes in declared.attributes:
        main = _BY_LOWER.get(attributes.get("ContentType", "").lower())
        if local == "Override" and main is not None:
            return _main_part(opened, attributes.get("PartName", "").lstrip("/"), *main)
    for local, attributes in declared.attributes:
        # a main part may be declared by its ending alone
        main = _BY_LOWER.get(attributes.get("ContentType", "").lower())
        if local == "Default" and main is not None:
            return good(main[0])
    return good(types.PACKAGE, UNREAD, remark="Office 包，类型不明")


def _main_part(opened: OpenZip, name: str, kind: str, page: str | None) -> FileVerdict:
    # part names compare without case (OPC, 6.2.2); some of .NET's writers put backslashes
    by_lower = {each.lower().replace("\\", "/"): each for each in opened.names}
    actual = by_lower.get(name.lower())
    if actual is None:
        return corrupt(kind, f"缺少主体 {name[:80]}")
    if not actual.endswith(".xml"):
        return good(kind)
    main = _parsed(opened, actual, kind)
    if isinstance(main, FileVerdict):
        return main
    return good(kind, pages=main.counts.get(page, 0) if page else None)


def _ofd(opened: OpenZip) -> FileVerdict:
    """OFD (GB/T 33190-2016): OFD.xml names documents that are there; their pages are counted."""
    entry = _parsed(opened, "OFD.xml", types.OFD)
    if isinstance(entry, FileVerdict):
        return entry
    if entry.root != "OFD":
        return corrupt(types.OFD, "OFD.xml 不是 OFD 的入口")
    documents = [name for name in opened.names if name.lower().endswith("document.xml")]
    if not documents:
        return corrupt(types.OFD, "缺少 Document.xml")
    pages = 0
    for name in documents:
        document = _parsed(opened, name, types.OFD)
        if isinstance(document, FileVerdict):
            return document
        pages += document.counts.get("Page", 0)
    return good(types.OFD, pages=pages)


def _open_document(opened: OpenZip, kind: str) -> FileVerdict:
    main = "META-INF/container.xml" if kind == types.EPUB else "content.xml"
    if main not in opened.names and kind != types.EPUB:
        main = "styles.xml"  # a template may hold nothing but styles
    if main not in opened.names:
        return corrupt(kind, f"缺少 {main}")
    if b"encryption-data" in opened.part("META-INF/manifest.xml", 1 << 20):
        return good(kind, ENCRYPTED, remark="需要密码")
    parsed = _parsed(opened, main, kind)
    return parsed if isinstance(parsed, FileVerdict) else good(kind)


def _parsed(opened: OpenZip, name: str, kind: str) -> xmlparts.Elements | FileVerdict:
    """The elements of a part; or the verdict that goes with its not being readable."""
    try:
        return xmlparts.read(_pieces(opened, name))
    except xmlparts.HostileXmlError:
        return good(kind, UNREAD, remark="XML 含实体声明，未解析")
    except NotImplementedError:
        return good(kind, UNREAD, remark="压缩方法不在可读之列")
    except xmlparts.BadXmlError:
        return corrupt(kind, f"{name[:80]} 不是完好的 XML")
    except (BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError):
        return corrupt(kind, f"{name[:80]} 损坏")


def _pieces(opened: OpenZip, name: str) -> Iterator[bytes]:
    with opened.archive.open(name) as stream:
        while piece := stream.read(PIECE):
            yield piece
