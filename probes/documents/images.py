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
                content.is_zero_filled(content.size)
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
    return corrupt(types.WEBP, _ZEROS) if content.is_zero_filled(stated) else good(types.WEBP)


def judge_boxes(content: Content, kind: str) -> FileVerdict:
    """ISO base media (HEIC, AVIF, MP4): boxes of stated length (ISO/IEC 14496-12, 4.2)."""
    offset = 0
    boxes: list[bytes] = []
    while offset < content.size and len(boxes) < 10_000:
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
        boxes.append(head[4:8])
        offset += size
    # the picture or film itself; a small picture may stand among the words about it
    is_there = b"mdat" in boxes or b"idat" in content.head(1024 * 1024)
    if offset > content.size or not is_there:
        return truncated(kind, _CUT)
    return corrupt(kind, _ZEROS) if content.is_zero_filled(content.size) else good(kind)


def judge_riff(content: Content, kind: str) -> FileVerdict:
    """WAV and AVI: a RIFF of stated length."""
    stated = 8 + struct.unpack_from("<I", content.head(12), 4)[0]
    return truncated(kind, _CUT) if stated > content.size else good(kind)
