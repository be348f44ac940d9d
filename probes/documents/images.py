"""Images: walked by their own structure, to the mark that ends them; no picture is decoded."""

from __future__ import annotations

import struct
import zlib

from probes.documents import types
from probes.documents.content import Content
from probes.documents.verdict import CAPPED, FileVerdict, corrupt, good, truncated

_CUT = "图像没有下载完整"
_ZEROS = "后半部分全是零字节"
_MAX_STEPS = 200_000
_MAX_CHUNK_CHECKED = 16 * 1024 * 1024
_LEAST_ZEROS = 2048
_LEAST_ZERO_SHARE = 20


def _is_zero_filled(content: Content, end: int) -> bool:
    """Whether compressed content ends in zeros, which none does: a place that was reserved and never written."""
    zeros = content.zeros_before(end)
    return zeros >= _LEAST_ZEROS and zeros * _LEAST_ZERO_SHARE >= end


def judge_png(content: Content) -> FileVerdict:
    """PNG: chunks with checksums, to IEND."""
    offset, drawn = 8, False
    for _ in range(_MAX_STEPS):
        head = content.at(offset, 8)
        if len(head) < 8:
            return truncated(types.PNG, _CUT)
        size = struct.unpack_from(">I", head)[0]
        name = head[4:8]
        if not name.isalpha() or size > 0x7FFFFFFF:
            return corrupt(types.PNG, "数据块损坏")
        if offset + 12 + size > content.size:
            return truncated(types.PNG, _CUT)
        if size <= _MAX_CHUNK_CHECKED:
            block = content.at(offset + 4, 8 + size)
            if zlib.crc32(block[:-4]) != struct.unpack(">I", block[-4:])[0]:
                return corrupt(types.PNG, "数据块校验不符")
        drawn = drawn or name == b"IDAT"
        if name == b"IEND":
            return good(types.PNG) if drawn else corrupt(types.PNG, "没有图像数据")
        offset += 12 + size
    return good(types.PNG, CAPPED)


def judge_jpeg(content: Content) -> FileVerdict:
    """JPEG: segments up to the first scan, and an end mark behind it (ITU-T T.81, annex B)."""
    offset = 2
    for _ in range(_MAX_STEPS):
        head = content.at(offset, 4)
        if len(head) < 4:
            return truncated(types.JPEG, _CUT)
        if head[0] != 0xFF:
            return corrupt(types.JPEG, "标记段损坏")
        if head[1] == 0xFF:  # fill byte
            offset += 1
            continue
        if head[1] == 0xD9:
            return corrupt(types.JPEG, "没有图像数据")
        if head[1] == 0x01 or 0xD0 <= head[1] <= 0xD7:
            offset += 2
            continue
        size = struct.unpack_from(">H", head, 2)[0]
        if size < 2:
            return corrupt(types.JPEG, "标记段损坏")
        offset += 2 + size
        if offset > content.size:
            return truncated(types.JPEG, _CUT)
        if head[1] == 0xDA:
            return good(types.JPEG) if content.last(b"\xff\xd9") >= offset else truncated(types.JPEG, _CUT)
    return corrupt(types.JPEG, "没有图像数据")


def judge_gif(content: Content) -> FileVerdict:
    """GIF: blocks to the trailer; a picture that only lacks its trailer is shown by every browser."""
    head = content.head(13)
    if len(head) < 13:
        return truncated(types.GIF, _CUT)
    offset = 13 + (3 << ((head[10] & 7) + 1) if head[10] & 0x80 else 0)
    pictures = 0
    for _ in range(_MAX_STEPS):
        mark = content.at(offset, 1)
        if mark == b"" and offset == content.size and pictures:
            return good(types.GIF)
        if mark == b"":
            return truncated(types.GIF, _CUT)
        if mark == b"\x3b":
            return good(types.GIF) if pictures else corrupt(types.GIF, "没有图像数据")
        if mark == b"\x21":
            offset += 2
        elif mark == b"\x2c":
            frame = content.at(offset, 10)
            if len(frame) < 10:
                return truncated(types.GIF, _CUT)
            offset += 11 + (3 << ((frame[9] & 7) + 1) if frame[9] & 0x80 else 0)
            pictures += 1
        elif mark == b"\0":  # padding that some writers leave between blocks
            if (
                _is_zero_filled(content, content.size)
                and content.zeros_before(content.size) >= content.size - offset
            ):
                return corrupt(types.GIF, _ZEROS)
            offset += 1
            continue
        else:
            return good(types.GIF) if pictures else corrupt(types.GIF, "数据块损坏")
        behind = _behind_sub_blocks(content, offset)
        if behind is None:
            return truncated(types.GIF, _CUT)
        offset = behind
    return good(types.GIF, CAPPED)


def _behind_sub_blocks(content: Content, offset: int) -> int | None:
    while True:
        size = content.at(offset, 1)
        if size == b"":
            return None
        offset += 1 + size[0]
        if size == b"\0":
            return offset
        if offset > content.size:
            return None


def judge_bmp(content: Content) -> FileVerdict:
    """BMP: the pixels that its header promises; the stated file size is often wrong, and not asked."""
    head = content.head(54)
    if len(head) < 26:
        return truncated(types.BMP, _CUT)
    start, header = struct.unpack_from("<II", head, 10)
    if header == 12:
        width, height, _, bits = struct.unpack_from("<HHHH", head, 18)
        compression, stated = 0, 0
    elif header >= 40 and len(head) >= 38:
        width, height, _, bits, compression, stated = struct.unpack_from("<iiHHII", head, 18)
    else:
        return corrupt(types.BMP, "文件头损坏")
    if width <= 0 or height == 0 or bits not in (1, 2, 4, 8, 16, 24, 32):
        return corrupt(types.BMP, "文件头损坏")
    size = stated if compression not in (0, 3, 6) else ((width * bits + 31) // 32 * 4) * abs(height)
    return truncated(types.BMP, _CUT) if start + size > content.size else good(types.BMP)


def judge_webp(content: Content) -> FileVerdict:
    """WebP: a RIFF of stated length."""
    stated = 8 + struct.unpack_from("<I", content.head(12), 4)[0]
    if stated > content.size:
        return truncated(types.WEBP, _CUT)
    if content.at(12, 4) not in (b"VP8 ", b"VP8L", b"VP8X"):
        return corrupt(types.WEBP, "没有图像数据")
    return corrupt(types.WEBP, _ZEROS) if _is_zero_filled(content, stated) else good(types.WEBP)


_TIFF_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}
_TIFF_PLACES = {273: 279, 324: 325}
"""Strip and tile offsets, each with the tag of its lengths (TIFF 6.0)."""
_TIFF_COMPRESSION = 259
_TIFF_PLAIN = (1, 32773)
"""No compression, and PackBits, which writes long runs of zeros as such."""
_MAX_STRIPS = 100_000


def judge_tiff(content: Content) -> FileVerdict:
    """TIFF: its directories, and the strips or tiles that they point to."""
    head = content.head(8)
    if len(head) < 8:
        return truncated(types.TIFF, _CUT)
    order = "<" if head[:2] == b"II" else ">"
    version, offset = struct.unpack(order + "HI", head[2:])
    if version == 43:
        return good(types.TIFF, CAPPED)
    seen: set[int] = set()
    pages = 0
    while offset and offset not in seen and len(seen) < 10_000:
        seen.add(offset)
        raw = content.at(offset, 2)
        if len(raw) < 2:
            return truncated(types.TIFF, _CUT)
        count = struct.unpack(order + "H", raw)[0]
        if count == 0:
            return corrupt(types.TIFF, "图像目录损坏")
        directory = content.at(offset + 2, count * 12 + 4)
        if len(directory) < count * 12:
            return truncated(types.TIFF, _CUT)
        fields = {entry[0]: entry for entry in struct.iter_unpack(order + "HHI4s", directory[: count * 12])}
        for places, sizes in _TIFF_PLACES.items():
            if places not in fields or sizes not in fields:
                continue
            starts = _tiff_numbers(content, order, fields[places])
            lengths = _tiff_numbers(content, order, fields[sizes])
            if starts is None or lengths is None:
                return truncated(types.TIFF, _CUT)
            if any(start + size > content.size for start, size in zip(starts, lengths, strict=False)):
                return truncated(types.TIFF, _CUT)
            if _is_compressed(order, fields) and any(
                _is_zero_filled(content, start + size) for start, size in zip(starts, lengths, strict=False)
            ):
                return corrupt(types.TIFF, _ZEROS)
            pages += 1
        # the place of the next directory; some writers end the file without it
        offset = (
            struct.unpack(order + "I", directory[count * 12 :])[0] if len(directory) == count * 12 + 4 else 0
        )
    return good(types.TIFF, pages=pages) if pages else corrupt(types.TIFF, "没有图像数据")


def _is_compressed(order: str, fields: dict[int, tuple[int, int, int, bytes]]) -> bool:
    return (
        _TIFF_COMPRESSION in fields
        and struct.unpack_from(order + "H", fields[_TIFF_COMPRESSION][3])[0] not in _TIFF_PLAIN
    )


def _tiff_numbers(content: Content, order: str, entry: tuple[int, int, int, bytes]) -> list[int] | None:
    """The numbers of a field; None when they lie beyond the end."""
    _, kind, count, inline = entry
    width = _TIFF_SIZES.get(kind, 0)
    if kind not in (3, 4) or count > _MAX_STRIPS:
        return []
    size = width * count
    raw = inline[:size] if size <= 4 else content.at(struct.unpack(order + "I", inline)[0], size)
    if len(raw) < size:
        return None
    return list(struct.unpack(f"{order}{count}{'H' if kind == 3 else 'I'}", raw))


def judge_boxes(content: Content, kind: str) -> FileVerdict:
    """ISO base media (HEIC, AVIF, MP4): boxes of stated length (ISO/IEC 14496-12, 4.2)."""
    offset = 0
    boxes = 0
    while offset < content.size and boxes < 10_000:
        head = content.at(offset, 16)
        if len(head) < 8:
            return truncated(kind, _CUT)
        size = struct.unpack_from(">I", head)[0]
        if not head[:8].strip(b"\0"):
            return corrupt(kind, _ZEROS)
        if size == 1 and len(head) == 16:
            size = struct.unpack_from(">Q", head, 8)[0]
        elif size == 0:
            size = content.size - offset
        if size < 8:
            return corrupt(kind, "数据块损坏")
        boxes += 1
        offset += size
    if offset > content.size:
        return truncated(kind, _CUT)
    return corrupt(kind, _ZEROS) if _is_zero_filled(content, content.size) else good(kind)


def judge_riff(content: Content, kind: str) -> FileVerdict:
    """WAV and AVI: a RIFF of stated length."""
    stated = 8 + struct.unpack_from("<I", content.head(12), 4)[0]
    return truncated(kind, _CUT) if stated > content.size else good(kind)
