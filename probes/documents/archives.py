"""RAR, and the Unix archives: walked by their own block headers, never unpacked to disk."""

from __future__ import annotations

import bz2
import lzma
import struct
import zlib
from collections.abc import Callable

from probes.documents import types
from probes.documents.content import Content
from probes.documents.verdict import CAPPED, ENCRYPTED, FileVerdict, corrupt, good, truncated

RAR4 = b"Rar!\x1a\x07\x00"
RAR5 = b"Rar!\x1a\x07\x01\x00"
_FIRST_WITH_END = 29
"""Version needed to unpack from which archives have an end block (RAR 3.0)."""
_MAX_BLOCKS = 200_000
_MAX_HEADER = 2 * 1024 * 1024
_MAX_EXPANDED = 256 * 1024 * 1024
_CUT = "文件没有下载完整"
_NAMES_ENCRYPTED = 0x0080
_RECOVERY_RECORD = 0x0040
_RAR4_STEP = 8
"""Behind a sealed archive's header: for each block a salt of 8 bytes, then AES in blocks of 16."""
_RAR5_STEP = 16
"""The same of RAR 5, whose blocks begin with an initialization vector of 16 bytes."""
_RECOVERY_MARK = b"{RB}"
"""Begins a part of a RAR 5 recovery record, which stands in the clear and is of any length."""


def judge_rar4(content: Content) -> FileVerdict:
    """RAR 1.5 to 4: each header carries a checksum and its length; a block of type 0x7B ends it."""
    offset, notes, newest = len(RAR4), set[str](), 0
    for _ in range(_MAX_BLOCKS):
        if offset == content.size and offset > len(RAR4) and newest < _FIRST_WITH_END:
            return good(types.RAR, *notes)
        head = content.at(offset, 11)
        if len(head) < 7:
            return truncated(types.RAR, _CUT)
        checksum, kind, flags, size = struct.unpack_from("<HBHH", head)
        if size < 7:
            return corrupt(types.RAR, "块头损坏")
        block = content.at(offset, size)
        if len(block) < size:
            return truncated(types.RAR, _CUT)
        # a header with an old-style comment (0x0002 in the archive's, 0x0008 in a file's) is summed otherwise
        summed = (
            (kind == 0x73 and not flags & 0x0002) or (kind == 0x74 and not flags & 0x0008) or kind == 0x7B
        )
        if summed and zlib.crc32(block[2:]) & 0xFFFF != checksum:
            return corrupt(types.RAR, "块头校验不符")
        if kind == 0x7B:
            return good(types.RAR, *notes)
        if kind == 0x73 and flags & _NAMES_ENCRYPTED:
            sealed = content.size - offset - size
            is_odd = sealed % _RAR4_STEP and not flags & _RECOVERY_RECORD
            return _sealed(is_whole=sealed >= _RAR4_STEP and not is_odd)
        added = struct.unpack_from("<I", block, 7)[0] if flags & 0x8000 and size >= 11 else 0
        if kind in (0x74, 0x7A):
            newest = max(newest, block[24] if size > 24 else 0)
            if flags & 0x0004:
                notes.add(ENCRYPTED)
            if flags & 0x0100 and size >= 36:
                added += struct.unpack_from("<I", block, 32)[0] << 32
        offset += size + added
        if offset > content.size:
            return truncated(types.RAR, _CUT)
    return good(types.RAR, CAPPED)


def judge_rar5(content: Content) -> FileVerdict:
    """RAR 5: each header carries a CRC32 and variable-length numbers; a header of type 5 ends it."""
    offset, notes = len(RAR5), set[str]()
    for _ in range(_MAX_BLOCKS):
        start = content.at(offset, 32)
        try:
            size, used = _number(start, 4)
            if size > _MAX_HEADER or size == 0:
                return corrupt(types.RAR, "块头损坏")
            header = content.at(offset + 4, used - 4 + size)
            if len(header) < used - 4 + size:
                return truncated(types.RAR, _CUT)
            if zlib.crc32(header) != struct.unpack_from("<I", start)[0]:
                return corrupt(types.RAR, "块头校验不符")
            kind, place = _number(header, used - 4)
            flags, place = _number(header, place)
            extra, place = _number(header, place) if flags & 1 else (0, place)
            area, place = _number(header, place) if flags & 2 else (0, place)
        except IndexError:
            return truncated(types.RAR, _CUT)
        if kind == 5:
            return good(types.RAR, *notes)
        if kind == 4:
            sealed = content.size - offset - used - size
            is_odd = sealed % _RAR5_STEP and content.last(_RECOVERY_MARK) < 0
            return _sealed(is_whole=sealed >= 2 * _RAR5_STEP and not is_odd)
        if kind in (2, 3) and extra and _has_encryption_record(header[len(header) - extra :]):
            notes.add(ENCRYPTED)
        offset += used + size + area
        if offset > content.size:
            return truncated(types.RAR, _CUT)
    return good(types.RAR, CAPPED)


def _sealed(*, is_whole: bool) -> FileVerdict:
    """An archive that hides even its names: its blocks cannot be walked, but all of them are of whole cipher blocks."""
    return good(types.RAR, ENCRYPTED, remark="文件名也已加密") if is_whole else truncated(types.RAR, _CUT)


def judge_gzip(content: Content) -> FileVerdict:
    """Gzip, read through."""
    return _read_through(content, types.GZIP, lambda: zlib.decompressobj(31))


def judge_bzip2(content: Content) -> FileVerdict:
    """Bzip2, read through."""
    return _read_through(content, types.BZIP2, bz2.BZ2Decompressor)


def judge_xz(content: Content) -> FileVerdict:
    """XZ, read through."""
    return _read_through(content, types.XZ, lambda: lzma.LZMADecompressor(memlimit=128 * 1024 * 1024))


def judge_tar(content: Content) -> FileVerdict:
    """Tar: 512-byte headers with a checksum, ended by an empty one."""
    offset = 0
    for _ in range(_MAX_BLOCKS):
        head = content.at(offset, 512)
        if len(head) < 512:
            return good(types.TAR) if offset == content.size else truncated(types.TAR, _CUT)
        if not head.strip(b"\0"):
            return good(types.TAR)
        try:
            checksum = int(head[148:156].split(b"\0")[0].strip() or b"0", 8)
            if head[124] & 0x80:
                size = int.from_bytes(head[125:136], "big")
            else:
                size = int(head[124:136].split(b"\0")[0].strip() or b"0", 8)
        except ValueError:
            return corrupt(types.TAR, "文件头损坏")
        if sum(head) - sum(head[148:156]) + 8 * 32 != checksum:
            return corrupt(types.TAR, "文件头校验不符")
        offset += 512 + -(-size // 512) * 512
        if offset > content.size:
            return truncated(types.TAR, _CUT)
    return good(types.TAR, CAPPED)


def judge_cab(content: Content) -> FileVerdict:
    """Cabinet: its header states its length."""
    head = content.head(12)
    if len(head) < 12 or struct.unpack_from("<I", head, 8)[0] > content.size:
        return truncated(types.CAB, _CUT)
    return good(types.CAB)


def _number(block: bytes, place: int) -> tuple[int, int]:
    """RAR 5's variable-length number at `place`, and the place behind it; IndexError past the end."""
    value = 0
    for step in range(10):
        byte = block[place + step]
        value |= (byte & 0x7F) << (7 * step)
        if not byte & 0x80:
            return value, place + step + 1
    raise IndexError("number too long")


def _has_encryption_record(extra: bytes) -> bool:
    place = 0
    try:
        while place < len(extra):
            size, start = _number(extra, place)
            kind, _ = _number(extra, start)
            if kind == 1:
                return True
            place = start + size
    except IndexError:
        return False
    return False


def _read_through(content: Content, kind: str, make: Callable[[], object]) -> FileVerdict:
    """Expand piece by piece into nothing, up to a limit."""
    expander: object = make()
    left = _MAX_EXPANDED
    try:
        for piece in content.pieces():
            waiting = piece
            while waiting or not getattr(expander, "needs_input", True):
                if getattr(expander, "eof", False):
                    return good(kind)  # further members, or padding, behind a whole one
                if isinstance(expander, (bz2.BZ2Decompressor, lzma.LZMADecompressor)):
                    left -= len(expander.decompress(waiting, 1 << 20))
                    waiting = b""
                else:
                    left -= len(expander.decompress(waiting, 1 << 20))  # type: ignore[attr-defined]
                    waiting = expander.unconsumed_tail  # type: ignore[attr-defined]
                if left < 0:
                    return good(kind, CAPPED)
    except (zlib.error, OSError, lzma.LZMAError, EOFError):
        return corrupt(kind, "压缩内容损坏")
    except MemoryError:
        return good(kind, CAPPED)
    return good(kind) if getattr(expander, "eof", False) else truncated(kind, _CUT)
