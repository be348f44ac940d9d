"""ZIP: whole and undamaged, read through without being extracted."""

from __future__ import annotations

import struct
import zipfile
import zlib
from dataclasses import dataclass, field

from probes.documents import types
from probes.documents.content import PIECE, Content
from probes.documents.verdict import CAPPED, ENCRYPTED, UNREAD, FileVerdict, corrupt, truncated

LOCAL = b"PK\x03\x04"
_END = b"PK\x05\x06"
_END_SIZE = 22
_FIRST_DISK, _DISK_IN_ZIP64 = b"\0\0", b"\xff\xff"
_MAX_COMMENT = 65_535
MAX_ENTRIES = 50_000
MAX_EXPANDED = 512 * 1024 * 1024
"""Bytes of expanded content that are read at most, all parts together; a bomb ends here."""


@dataclass(kw_only=True)
class OpenZip:
    """A ZIP that opens; `archive` closes with the content it was opened on."""

    archive: zipfile.ZipFile
    notes: set[str] = field(default_factory=set)

    @property
    def names(self) -> frozenset[str]:
        """The names of its parts."""
        return frozenset(self.archive.NameToInfo)

    @property
    def encrypted(self) -> bool:
        """Whether any part is."""
        return any(each.flag_bits & 1 for each in self.archive.infolist())

    def part(self, name: str, limit: int) -> bytes:
        """The beginning of a part, up to `limit` bytes; empty when it is missing, encrypted or unreadable."""
        entry = self.archive.NameToInfo.get(name)
        if entry is None or entry.flag_bits & 1:
            return b""
        try:
            with self.archive.open(entry) as stream:
                return stream.read(limit)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, RuntimeError):
            return b""


def is_zip(content: Content) -> bool:
    """Whether it begins as a ZIP does (an empty one begins with its end)."""
    return content.head(4) in (LOCAL, _END, b"PK\x07\x08")


def is_last_part(content: Content) -> bool:
    """Whether it ends as the last part of a split ZIP does; such a part begins anywhere."""
    end = content.last(_END, within=_END_SIZE + _MAX_COMMENT)
    disk = content.at(end + 4, 2) if 0 <= end <= content.size - _END_SIZE else _FIRST_DISK
    return disk not in (_FIRST_DISK, _DISK_IN_ZIP64)


LAST_PART = FileVerdict(detected_type=types.ZIP, notes=(UNREAD,), remark="分卷压缩文件的最后一卷，未单独检查")


def open_zip(content: Content) -> OpenZip | FileVerdict:
    """Open a ZIP by its central directory.

    Returns:
        The open archive, or why it does not open: `truncated` without its end, else `corrupt`.
    """
    kind = _kind_by_first_parts(content)
    end = content.last(_END, within=_END_SIZE + _MAX_COMMENT)
    if end < 0 or content.size - end < _END_SIZE:
        return truncated(kind, "缺少压缩包目录（文件没有下载完整）")
    if is_last_part(content):
        return LAST_PART
    if struct.unpack("<H", content.at(end + 10, 2))[0] == 0xFFFF and _entries64(content, end) > MAX_ENTRIES:
        return FileVerdict(detected_type=kind, notes=(CAPPED, UNREAD), remark="条目过多，未逐一检查")
    try:
        archive = zipfile.ZipFile(content.file)
    except (zipfile.BadZipFile, ValueError, struct.error, OverflowError, NotImplementedError):
        return corrupt(kind, "压缩包目录损坏")
    first = min((each.header_offset for each in archive.infolist()), default=0)
    if first > 0 and content.head(4) == LOCAL:
        # the directory is that of an archive inside this one: the outer one's own end is missing
        return truncated(kind, "缺少压缩包目录（文件没有下载完整）")
    return OpenZip(archive=archive)


def damage(opened: OpenZip) -> str | None:
    """Read every part through and compare its checksum.

    Returns:
        What is damaged, or None. What could not be read for reasons of ours (encrypted parts, methods that
        this Python lacks, more than `MAX_EXPANDED`) is noted on `opened`.
    """
    left = MAX_EXPANDED
    for entry in opened.archive.infolist():
        if entry.flag_bits & 1:
            opened.notes.add(ENCRYPTED)
            continue
        try:
            with opened.archive.open(entry) as stream:
                while piece := stream.read(PIECE):
                    left -= len(piece)
                    if left < 0:
                        opened.notes.add(CAPPED)
                        return None
        except NotImplementedError:
            opened.notes.add(UNREAD)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError):
            return f"{entry.filename[:80]} 损坏"
    return None


def _entries64(content: Content, end: int) -> int:
    """Entries by the ZIP64 record, which stands close before the plain one; 0 when there is none."""
    before = content.at(max(0, end - 76), min(76, end))
    found = before.rfind(b"PK\x06\x06")
    return struct.unpack_from("<Q", before, found + 32)[0] if 0 <= found <= len(before) - 40 else 0


def _kind_by_first_parts(content: Content) -> str:
    """What a ZIP without a directory was going to be, by the names of its first parts."""
    head = content.head(64 * 1024)
    for mark, kind in (
        (b"word/", types.DOCX),
        (b"xl/", types.XLSX),
        (b"ppt/", types.PPTX),
        (b"OFD.xml", types.OFD),
        (b"mimetypeapplication/vnd.oasis.opendocument.text", types.ODT),
        (b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet", types.ODS),
        (b"mimetypeapplication/vnd.oasis.opendocument.presentation", types.ODP),
        (b"mimetypeapplication/epub+zip", types.EPUB),
        (b"[Content_Types].xml", types.PACKAGE),
    ):
        if mark in head:
            return kind
    return types.ZIP
