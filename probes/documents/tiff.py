"""TIFF: its directories, and the strips or tiles that they point to; no picture is decoded.

TIFF 6.0 and its supplements, BigTIFF (43 in place of 42, and places of 8 bytes), and what fax programs write.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from probes.documents import types
from probes.documents.content import Content
from probes.documents.verdict import CAPPED, FileVerdict, corrupt, good, truncated

_CUT = "图像没有下载完整"
_ZEROS = "后半部分全是零字节"
_SIZES = {3: 2, 4: 4, 13: 4, 16: 8}
_NUMBERS = {3: "H", 4: "I", 13: "I", 16: "Q"}
_PLACES = {273: 279, 324: 325, 513: 514}
"""Strip and tile offsets, and the JPEG stream of TIFF 6.0's first way, each with the tag of its lengths."""
_COMPRESSION = 259
_MAY_BE_ZEROS = (1, 2, 3, 32773)
"""No compression, the faxes of group 3, which fill lines up, and PackBits, which writes long runs as such."""
_BIG = 43
_MAX_STRIPS = 100_000
_MAX_DIRECTORIES = 10_000
_MAX_FIELDS = 65_535


class _CutShortError(Exception):
    """Something that is pointed to lies beyond the end."""


@dataclass(frozen=True, kw_only=True)
class _Field:
    kind: int
    count: int
    inline: bytes


@dataclass(frozen=True, kw_only=True)
class _Layout:
    """How numbers and directories are written: byte order, and the widths of TIFF or BigTIFF."""

    order: str
    count: str
    place: str

    @property
    def entry(self) -> struct.Struct:
        width = struct.calcsize(self.place)
        return struct.Struct(f"{self.order}HH{self.place}{width}s")

    def number(self, code: str, raw: bytes) -> int:
        return int(struct.unpack(self.order + code, raw)[0])


def judge(content: Content) -> FileVerdict:
    """Judge what begins as a TIFF does."""
    head = content.head(16)
    if len(head) < 8:
        return truncated(types.TIFF, _CUT)
    order = "<" if head[:2] == b"II" else ">"
    is_big = struct.unpack(order + "H", head[2:4])[0] == _BIG
    layout = _Layout(order=order, count="Q" if is_big else "H", place="Q" if is_big else "I")
    if is_big and len(head) < 16:
        return truncated(types.TIFF, _CUT)
    offset = layout.number(layout.place, head[8:16] if is_big else head[4:8])
    seen: set[int] = set()
    pages = 0
    try:
        while offset and offset not in seen and len(seen) < _MAX_DIRECTORIES:
            seen.add(offset)
            fields, offset = _directory(content, layout, offset)
            if not fields:
                return corrupt(types.TIFF, "图像目录损坏")
            if _has_zeros_for_picture(content, layout, fields):
                return corrupt(types.TIFF, _ZEROS)
            pages += any(places in fields for places in _PLACES)
    except _CutShortError:
        return truncated(types.TIFF, _CUT)
    if len(seen) == _MAX_DIRECTORIES:
        return good(types.TIFF, CAPPED, pages=pages)
    return good(types.TIFF, pages=pages) if pages else corrupt(types.TIFF, "没有图像数据")


def _directory(content: Content, layout: _Layout, offset: int) -> tuple[dict[int, _Field], int]:
    """A directory's fields, and the place of the next directory; some writers end the file without it."""
    width = struct.calcsize(layout.count)
    raw = content.at(offset, width)
    if len(raw) < width:
        raise _CutShortError
    count = min(layout.number(layout.count, raw), _MAX_FIELDS)
    size = count * layout.entry.size
    table = content.at(offset + width, size)
    if len(table) < size:
        raise _CutShortError
    fields = {
        tag: _Field(kind=kind, count=number, inline=inline)
        for tag, kind, number, inline in layout.entry.iter_unpack(table)
    }
    place = struct.calcsize(layout.place)
    after = content.at(offset + width + size, place)
    if 0 < len(after) < place:
        raise _CutShortError
    return fields, layout.number(layout.place, after) if after else 0


def _has_zeros_for_picture(content: Content, layout: _Layout, fields: dict[int, _Field]) -> bool:
    """Whether a compressed strip ends in zeros, which none does: a place that was reserved and never written.

    Raises:
        _CutShortError: A strip or tile lies beyond the end.
    """
    compression = _numbers(content, layout, fields[_COMPRESSION]) if _COMPRESSION in fields else [1]
    for places, sizes in _PLACES.items():
        if places not in fields:
            continue
        starts = _numbers(content, layout, fields[places])
        # fax programs leave the lengths out, or write nought for "to the end"
        lengths = _numbers(content, layout, fields[sizes]) if sizes in fields else [1] * len(starts)
        ends = [start + max(length, 1) for start, length in zip(starts, lengths, strict=False)]
        if any(end > content.size for end in ends):
            raise _CutShortError
        if compression[:1] and compression[0] not in _MAY_BE_ZEROS and any(map(content.is_zero_filled, ends)):
            return True
    return False


def _numbers(content: Content, layout: _Layout, field: _Field) -> list[int]:
    """The numbers of a field; none where they are none that a place or a length could be.

    Raises:
        _CutShortError: They lie beyond the end.
    """
    code = _NUMBERS.get(field.kind)
    if code is None or field.count > _MAX_STRIPS:
        return []
    size = _SIZES[field.kind] * field.count
    raw = field.inline[:size]
    if size > len(field.inline):
        raw = content.at(layout.number(layout.place, field.inline), size)
    if len(raw) < size:
        raise _CutShortError
    return list(struct.unpack(f"{layout.order}{field.count}{code}", raw))
