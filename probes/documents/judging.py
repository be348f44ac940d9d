"""Judge a file: is it complete, does it open as a document, and is it what its name says?"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from probes.documents import (
    archives,
    images,
    markup,
    old_office,
    packages,
    pdf,
    seven_zip,
    texts,
    tiff,
    types,
    zips,
)
from probes.documents.compound import MAGIC as OLE_MAGIC
from probes.documents.content import Content
from probes.documents.verdict import (
    CAPPED,
    MISLABELLED,
    UNREAD,
    FileVerdict,
    corrupt,
    good,
    truncated,
    wrong_type,
)
from results.records import Reason

_JUDGES: tuple[tuple[bytes, Callable[[Content], FileVerdict]], ...] = (
    (OLE_MAGIC, old_office.judge),
    (archives.RAR5, archives.judge_rar5),
    (archives.RAR4, archives.judge_rar4),
    (seven_zip.MAGIC, seven_zip.judge),
    (b"\x1f\x8b\x08", archives.judge_gzip),
    (b"BZh", archives.judge_bzip2),
    (b"\xfd7zXZ\0", archives.judge_xz),
    (b"MSCF\0\0\0\0", archives.judge_cab),
    (b"\x89PNG\r\n\x1a\n", images.judge_png),
    (b"\xff\xd8\xff", images.judge_jpeg),
    (b"GIF87a", images.judge_gif),
    (b"GIF89a", images.judge_gif),
    (b"II*\0", tiff.judge),
    (b"MM\0*", tiff.judge),
    (b"II+\0", tiff.judge),
    (b"MM\0+", tiff.judge),
)
"""Kinds by their first bytes."""

_PROGRAMS: tuple[tuple[bytes, str, str], ...] = (
    (b"\x7fELF", types.PROGRAM, "Linux 程序"),
    (b"\xfe\xed\xfa\xce", types.PROGRAM, "苹果程序"),
    (b"\xfe\xed\xfa\xcf", types.PROGRAM, "苹果程序"),
    (b"\xce\xfa\xed\xfe", types.PROGRAM, "苹果程序"),
    (b"\xcf\xfa\xed\xfe", types.PROGRAM, "苹果程序"),
    (b"\xca\xfe\xba\xbe", types.PROGRAM, "Java 或苹果程序"),
    (b"dex\n", types.PROGRAM, "安卓程序"),
    (b"\0asm", types.PROGRAM, "WebAssembly 程序"),
    (b"L\0\0\0\x01\x14\x02\0", types.SHORTCUT, "快捷方式"),
    (b"FWS", types.FLASH, "Flash 动画"),
    (b"CWS", types.FLASH, "Flash 动画"),
    (b"!<arch>\ndebian", types.SYSTEM_PACKAGE, "安装包"),
    (b"\xed\xab\xee\xdb", types.SYSTEM_PACKAGE, "安装包"),
    (b"#!", types.SCRIPT, "脚本程序"),
    (b"<?php", types.SCRIPT, "网站程序源码"),
    (b"<%@", types.SCRIPT, "网站程序源码"),
)

_UNWALKED: tuple[tuple[bytes, str], ...] = (
    (b"8BPS\0\x01", types.PSD),
    (b"ID3", types.MP3),
    (b"\xff\xfb", types.MP3),
    (b"FLV\x01", types.FLASH_VIDEO),
    (b"\x09\x00\x04\x00", types.XLS),
    (b"\x09\x02\x06\x00", types.XLS),
    (b"\x09\x04\x06\x00", types.XLS),
    (b"\xdb\xa5-\0", types.DOC),
    (b"1\xbe\0\0", types.DOC),
)
"""Kinds known by their first bytes whose end says nothing about completeness."""


def judge_file(
    source: Path | bytes,
    *,
    claimed_name: str | None = None,
    declared_type: str | None = None,
    content_length: int | None = None,
    capped: bool = False,
) -> FileVerdict:
    """Judge what was fetched.

    Args:
        source: Where it lies, or its bytes.
        claimed_name: The name that it was offered under; its ending is what the file claims to be.
        declared_type: The Content-Type header, which counts as the claim where the name says nothing.
        content_length: Bytes that the server announced, where nothing was recoded on the way.
        capped: Our own limit cut it, so a missing end is not the portal's.

    Returns:
        The verdict. Reasons: `empty_file`, `truncated`, `html_instead_of_file`, `corrupt`, `wrong_type`; and
        `unsupported` (not measured) for bytes of no known kind under a name that claims none.

    Raises:
        OSError: The file cannot be read.
    """
    claims = types.claimed(claimed_name, declared_type)
    is_volume = types.is_volume(claimed_name)
    with Content(source) as content:
        verdict = _judge_content(content, claims, types.ending_of(claimed_name))
        if is_volume:
            verdict = _of_a_volume(verdict)
        if content_length is not None and content.size < content_length and not capped:
            verdict = _shorter_than_announced(verdict, content.size, content_length)
    if capped:
        return _forgive_missing_end(verdict)
    return _named(verdict, claims)


def _judge_content(content: Content, claims: frozenset[str], ending: str) -> FileVerdict:
    head = content.head(4096)
    if not any(piece.strip(_BLANK) for piece in content.pieces()):
        return FileVerdict(detected_type=None, reason=Reason.EMPTY_FILE, remark="没有内容")
    if not head.strip(b"\0") and not any(piece.strip(b"\0") for piece in content.pieces()):
        return corrupt(next(iter(sorted(claims)), None), "全是零字节")
    binary = _judge_binary(content, head)
    if binary is not None:
        return binary
    text = texts.decode(texts.sample(content))
    if text is not None:
        return _judge_text(text, content, claims, ending)
    if head.startswith(b"<?xml"):  # in an encoding of its own, which it declares
        return markup.judge_xml(content, claims)
    if types.ZIP in claims and zips.is_last_part(content):
        return zips.LAST_PART
    return _judge_unknown(head, claims, ending)


def _judge_binary(content: Content, head: bytes) -> FileVerdict | None:
    if head[:2] == b"MZ" and _is_windows_program(content, head):
        return wrong_type(types.WINDOWS_PROGRAM, "Windows 程序")
    for magic, kind, remark in _PROGRAMS:
        if head.startswith(magic):
            return wrong_type(kind, remark)
    for magic, judge in _JUDGES:
        if head.startswith(magic):
            return judge(content)
    if zips.is_zip(content):
        return packages.judge(content)
    if pdf.header_offset(content) >= 0:
        return pdf.judge(content)
    if head[:5] == b"{\\rtf":
        return texts.judge_rtf(content)
    if head[:2] == b"BM" and head[6:10] == b"\0\0\0\0":
        return images.judge_bmp(content)
    if head[:4] == b"RIFF" and head[8:12] in _RIFF_KINDS:
        kind = _RIFF_KINDS[head[8:12]]
        return images.judge_webp(content) if kind == types.WEBP else images.judge_riff(content, kind)
    if head[4:8] == b"ftyp":
        return images.judge_boxes(content, _box_kind(head))
    if head[257:262] == b"ustar":
        return archives.judge_tar(content)
    if re.match(rb"AC10\d\d\0|AC10\d\d[\0-\x1f]|AC\d\.\d\d?\0", head):
        return good(types.DWG)
    for magic, kind in _UNWALKED:
        if head.startswith(magic):
            return good(kind)
    return None


_STRAY_BYTES = 1024
_BLANK = b" \t\r\n\xef\xbb\xbf"  # white space, and the mark of UTF-8
_RIFF_KINDS = {b"WEBP": types.WEBP, b"WAVE": types.WAV, b"AVI ": types.AVI}


def _box_kind(head: bytes) -> str:
    brands = head[8 : min(64, struct.unpack_from(">I", head)[0])]
    if b"avif" in brands:
        return types.AVIF
    return types.HEIC if any(mark in brands for mark in (b"heic", b"heix", b"mif1", b"hevc")) else types.MP4


def _is_windows_program(content: Content, head: bytes) -> bool:
    if len(head) < 64:
        return False
    return content.at(struct.unpack_from("<I", head, 60)[0], 4) == b"PE\0\0" or b"DOS mode" in head


def _judge_text(text: str, content: Content, claims: frozenset[str], ending: str) -> FileVerdict:
    start = text.lstrip("\ufeff\x00 \t\r\n")
    if ending in types.PROGRAM_ENDINGS and not markup.is_html(text):
        return wrong_type(types.SCRIPT, "脚本程序")
    if markup.is_mhtml(text):
        return markup.judge_mhtml(text, content)
    if markup.is_html(text):
        return markup.judge_html(text, content, claims)
    if start.startswith("<?xml") or re.match(r"<(?:[\w-]+:)?[A-Za-z][\w-]*[\s>/]", start):
        verdict = markup.judge_xml(content, claims)
        is_text_that_looks_like_it = (
            verdict.reason in (Reason.CORRUPT, Reason.TRUNCATED) and types.PLAIN in claims
        )
        return good(types.PLAIN) if is_text_that_looks_like_it else verdict
    if start[:1] in ("{", "["):
        return texts.judge_json(text, content.size == len(texts.sample(content)), claims)
    if re.match(r"0\s*\r?\n\s*SECTION|999\s*\r?\n", start):
        return good(types.DXF) if texts.ends_as_dxf(content) else truncated(types.DXF, "缺少 EOF")
    if re.match(r"(?:[A-Za-z0-9+/]{60,76}\r?\n){3,}", start) and not claims & {types.PLAIN, types.CSV}:
        return corrupt(next(iter(sorted(claims)), types.PLAIN), "Base64 编码的原文，没有解码")
    return texts.judge_plain(text, claims)


def _judge_unknown(head: bytes, claims: frozenset[str], ending: str) -> FileVerdict:
    if ending in types.PROGRAM_ENDINGS:
        return wrong_type(types.PROGRAM, "程序文件")
    if claims:
        # a server program that writes an empty line first spoils what it sends after it
        for magic in (OLE_MAGIC, zips.LOCAL):
            if (extra := head.find(magic, 0, _STRAY_BYTES)) > 0:
                return corrupt(min(claims), f"文件前面多出 {extra} 字节，办公软件打不开")
        return corrupt(min(claims), "内容不是所称的文件类型，也认不出是什么")
    if ending in types.UNJUDGED:
        return FileVerdict(detected_type=None, notes=(UNREAD,), remark="专用格式，未解析")
    return FileVerdict(detected_type=None, reason=Reason.UNSUPPORTED, remark="认不出的文件类型")


def _shorter_than_announced(verdict: FileVerdict, size: int, announced: int) -> FileVerdict:
    if verdict.reason in (Reason.WRONG_TYPE, Reason.HTML_INSTEAD_OF_FILE):
        return verdict
    return replace(
        verdict, reason=Reason.TRUNCATED, notes=(), remark=f"应有 {announced} 字节，只收到 {size} 字节"
    )


def _forgive_missing_end(verdict: FileVerdict) -> FileVerdict:
    """What our own limit cut cannot be whole: only what its beginning shows may be held against it."""
    if verdict.reason in (Reason.WRONG_TYPE, Reason.HTML_INSTEAD_OF_FILE):
        return replace(verdict, notes=tuple(sorted({*verdict.notes, CAPPED})))
    return replace(
        verdict, reason=None, notes=tuple(sorted({*verdict.notes, CAPPED})), remark="超出下载上限，只看了开头"
    )


def _of_a_volume(verdict: FileVerdict) -> FileVerdict:
    """A part of a split archive opens beside the others only: it begins or ends anywhere."""
    if verdict.reason in (Reason.TRUNCATED, Reason.CORRUPT, Reason.UNSUPPORTED):
        return FileVerdict(
            detected_type=verdict.detected_type, notes=(UNREAD,), remark="分卷压缩文件的一卷，未单独检查"
        )
    return verdict


def _named(verdict: FileVerdict, claims: frozenset[str]) -> FileVerdict:
    """With the note `mislabelled` where a readable document is not what its name says."""
    if verdict.reason is not None or verdict.detected_type is None or not claims:
        return verdict
    kind = verdict.detected_type
    if kind == types.SEALED and types.SEALED in claims:
        # only its name can tell what is inside
        return replace(verdict, detected_type=min(claims - {types.SEALED}))
    if kind in claims or kind in (types.OLE, types.PACKAGE):
        return verdict
    return replace(verdict, notes=tuple(sorted({*verdict.notes, MISLABELLED})))
