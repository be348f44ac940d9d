"""7z archives: their directory, which is mostly packed itself, read to see that it is whole and what is encrypted.

The layout is that of 7zFormat.txt, which comes with the 7z sources: the first 32 bytes say where the directory
lies; a directory of kind 0x17 says how the true one is packed.
"""

from __future__ import annotations

import lzma
import struct
import zlib

from probes.documents import types
from probes.documents.content import Content
from probes.documents.verdict import CAPPED, ENCRYPTED, FileVerdict, corrupt, good, truncated

MAGIC = b"7z\xbc\xaf\x27\x1c"
_START_BYTES = 32
_AES = b"\x06\xf1\x07\x01"
"""7zAES-256 + SHA-256, as the method list of the format has it."""
_PACKED_DIRECTORY = 0x17
_END, _PACKS, _FOLDERS, _SIZES, _DIGESTS, _FOLDER, _UNPACK_SIZES = 0x00, 0x06, 0x07, 0x09, 0x0A, 0x0B, 0x0C
_COPY, _LZMA, _LZMA2 = b"\0", b"\x03\x01\x01", b"\x21"
_MAX_DIRECTORY = 2 * 1024 * 1024
_MAX_UNPACKED = 32 * 1024 * 1024
_MAX_NESTED = 4


def judge(content: Content) -> FileVerdict:
    """Judge a file that begins as a 7z archive does."""
    head = content.head(_START_BYTES)
    if len(head) < _START_BYTES:
        return truncated(types.SEVEN_ZIP, "文件没有下载完整")
    if zlib.crc32(head[12:]) != struct.unpack_from("<I", head, 8)[0]:
        return corrupt(types.SEVEN_ZIP, "文件头校验不符")
    offset, size, checksum = struct.unpack_from("<QQI", head, 12)
    if _START_BYTES + offset + size > content.size:
        return truncated(types.SEVEN_ZIP, "文件没有下载完整")
    if size > _MAX_DIRECTORY:
        return good(types.SEVEN_ZIP, CAPPED)
    directory = content.at(_START_BYTES + offset, size)
    if zlib.crc32(directory) != checksum:
        return corrupt(types.SEVEN_ZIP, "目录校验不符")
    for _ in range(_MAX_NESTED):
        if _AES in directory:
            return good(types.SEVEN_ZIP, ENCRYPTED, remark="需要密码")
        if not directory.startswith(bytes([_PACKED_DIRECTORY])):
            return good(types.SEVEN_ZIP)
        try:
            directory = _unpacked(content, directory)
        except _UnknownLayoutError:
            return good(types.SEVEN_ZIP)
        except (lzma.LZMAError, EOFError):
            return corrupt(types.SEVEN_ZIP, "目录损坏")
    return good(types.SEVEN_ZIP)


class _UnknownLayoutError(Exception):
    """A directory packed in a way that is not ours to unpack, or larger than we care to."""


class _Fields:
    """The numbers of a directory, one after another."""

    def __init__(self, raw: bytes, place: int) -> None:
        self._raw = raw
        self._place = place

    def take(self, count: int) -> bytes:
        taken = self._raw[self._place : self._place + count]
        if len(taken) < count:
            raise _UnknownLayoutError
        self._place += count
        return taken

    def number(self) -> int:
        """A number whose first byte's leading ones tell how many bytes follow, low bytes first."""
        first = self.take(1)[0]
        more = next((bit for bit in range(8) if not first & 0x80 >> bit), 8)
        low = int.from_bytes(self.take(more), "little")
        return low | (first & ((0x80 >> more) - 1)) << (8 * more) if more < 8 else low

    def expect(self, mark: int) -> None:
        if self.take(1)[0] != mark:
            raise _UnknownLayoutError


def _unpacked(content: Content, directory: bytes) -> bytes:
    """The true directory behind a packed one: one stream, packed by one coder."""
    fields = _Fields(directory, 1)
    fields.expect(_PACKS)
    offset = fields.number()
    if fields.number() != 1:
        raise _UnknownLayoutError
    fields.expect(_SIZES)
    packed_size = fields.number()
    mark = fields.take(1)[0]
    if mark == _DIGESTS:
        fields.take(1 + 4)
        mark = fields.take(1)[0]
    if mark != _END:
        raise _UnknownLayoutError
    fields.expect(_FOLDERS)
    fields.expect(_FOLDER)
    if (fields.number(), fields.take(1)[0], fields.number()) != (1, 0, 1):
        raise _UnknownLayoutError
    flags = fields.take(1)[0]
    method = fields.take(flags & 0x0F)
    properties = fields.take(fields.number()) if flags & 0x20 else b""
    fields.expect(_UNPACK_SIZES)
    size = fields.number()
    has_checksum, checksum = fields.take(2) == bytes([_DIGESTS, 1]), fields.take(4)
    if flags & 0x10 or size > _MAX_UNPACKED or packed_size > _MAX_DIRECTORY:
        raise _UnknownLayoutError
    packed = content.at(_START_BYTES + offset, packed_size)
    if method == _COPY:
        return packed
    unpacker = lzma.LZMADecompressor(
        lzma.FORMAT_RAW, filters=[_filter(method, properties) | {"dict_size": max(4096, size)}]
    )
    unpacked = unpacker.decompress(packed, size)
    is_other = has_checksum and struct.pack("<I", zlib.crc32(unpacked)) != checksum
    if len(unpacked) < size or is_other:
        raise EOFError
    return unpacked


def _filter(method: bytes, properties: bytes) -> dict[str, int]:
    """What the coder's properties say, but for the size of its dictionary, which a hostile file may choose."""
    if method == _LZMA2 and len(properties) == 1:
        return {"id": lzma.FILTER_LZMA2}
    if method == _LZMA and len(properties) == 5 and properties[0] < 9 * 5 * 5:
        rest, literal_bits = divmod(properties[0], 9)
        return {"id": lzma.FILTER_LZMA1, "lc": literal_bits, "lp": rest % 5, "pb": rest // 5}
    raise _UnknownLayoutError
