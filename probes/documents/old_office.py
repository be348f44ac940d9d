"""Documents in OLE compound files: Word, Excel and PowerPoint 95 to 2003, WPS, Visio, encrypted OOXML …"""

from __future__ import annotations

import struct

from probes.documents import types
from probes.documents.compound import CompoundFile, CutShortError, DamagedError, Entry
from probes.documents.content import Content
from probes.documents.verdict import ENCRYPTED, UNREAD, FileVerdict, corrupt, good, truncated, wrong_type

_INSTALLER_CLASS = bytes.fromhex("84100c0000000000c000000000000046")
_WORD_IDENTS = (0xA5EC, 0xA5DC)
"""wIdent of the FIB: Word 97 and later ([MS-DOC] 2.5.2), Word 6 and 95."""
_PPT_ENCRYPTED = 0xF3D1C4DF
"""headerToken of an encrypted presentation ([MS-PPT] 2.3.2)."""
_BOF, _EOF, _FILEPASS, _SHEET = 0x0809, 0x000A, 0x002F, 0x0085
_LEAST_ZEROS = 512
_MAX_RECORDS = 200_000
_MAX_BOOK = 16 * 1024 * 1024


def judge(content: Content) -> FileVerdict:
    """Judge a file that is an OLE compound file."""
    kind = types.OLE
    try:
        compound = CompoundFile(content)
        streams = compound.top_level()
        kind = _kind_of(compound, streams)
        if kind == types.MSI:
            return wrong_type(kind, "安装程序")
        # what seals packages fills their last sector up; older programs do not always
        compound.check_whole(padded=kind == types.SEALED)
        return _inside(compound, streams, kind)
    except CutShortError:
        return truncated(kind, "文件自述的内容超出文件末尾")
    except DamagedError:
        return corrupt(kind, "复合文档结构损坏")


def _kind_of(compound: CompoundFile, streams: dict[str, Entry]) -> str:
    if compound.root.class_id == _INSTALLER_CLASS:
        return types.MSI
    for name, kind in (
        ("encryptedpackage", types.SEALED),
        ("worddocument", types.DOC),
        ("workbook", types.XLS),
        ("book", types.XLS),
        ("powerpoint document", types.PPT),
        ("pp97_dualstorage", types.PPT),
        ("pp40", types.PPT),
        ("visiodocument", types.VSD),
        ("__properties_version1.0", types.MSG),
        ("quill", types.PUB),
        ("fileheader", types.HWP),
        ("matost", types.WORKS),
    ):
        if name in streams:
            return kind
    if any(name.strip().isdigit() for name in streams) and "\x01compobj" in streams and "props" in streams:
        return types.MPP
    return types.OLE


def _inside(compound: CompoundFile, streams: dict[str, Entry], kind: str) -> FileVerdict:
    if kind == types.SEALED:
        if "encryptioninfo" not in streams:
            return corrupt(kind, "缺少 EncryptionInfo")
        package = streams["encryptedpackage"]
        end = compound.read(package, _LEAST_ZEROS, package.size - _LEAST_ZEROS)
        if len(end) == _LEAST_ZEROS and not end.strip(b"\0"):
            return corrupt(kind, "后半部分全是零字节")  # no cipher gives them
        return good(kind, ENCRYPTED, remark="需要密码")
    if kind == types.DOC:
        return _word(compound, streams)
    if kind == types.XLS:
        stream = streams.get("workbook") or streams["book"]
        return _excel(compound.read(stream, _MAX_BOOK), stream.size)
    if kind == types.PPT:
        return _powerpoint(compound, streams)
    return good(kind) if kind != types.OLE else good(kind, UNREAD, remark="OLE 复合文档，类型不明")


def _word(compound: CompoundFile, streams: dict[str, Entry]) -> FileVerdict:
    start = compound.read(streams["worddocument"], 32)
    if len(start) < 32:
        return corrupt(types.DOC, "WordDocument 流不完整")
    ident, version = struct.unpack_from("<HH", start)
    flags = struct.unpack_from("<H", start, 10)[0]
    if ident not in _WORD_IDENTS:
        return corrupt(types.DOC, "WordDocument 流开头损坏")
    table = "1table" if flags & 0x0200 else "0table"
    if version >= 0x00C1 and table not in streams:
        return corrupt(types.DOC, f"缺少 {table} 流")
    return good(types.DOC, ENCRYPTED, remark="需要密码") if flags & 0x0100 else good(types.DOC)


def _excel(book: bytes, size: int) -> FileVerdict:
    """Walk BIFF records ([MS-XLS] 2.1.4): globals first, its sheets where it says."""
    if len(book) < 4 or struct.unpack_from("<H", book)[0] != _BOF:
        return corrupt(types.XLS, "工作簿流开头损坏")
    sheets: list[int] = []
    offset = 0
    for _ in range(_MAX_RECORDS):
        if offset + 4 > len(book):
            break
        record, length = struct.unpack_from("<HH", book, offset)
        if record == _FILEPASS:
            return good(types.XLS, ENCRYPTED, remark="需要密码")
        if record == _SHEET and length >= 4 and offset + 8 <= len(book):
            sheets.append(struct.unpack_from("<I", book, offset + 4)[0])
        offset += 4 + length
        if record == _EOF:
            break
    else:
        return good(types.XLS, UNREAD, pages=len(sheets))
    for place in sheets:
        if place + 4 > size or (place + 2 <= len(book) and struct.unpack_from("<H", book, place)[0] != _BOF):
            return corrupt(types.XLS, "工作表不在所说的位置")
    return good(types.XLS, pages=len(sheets) or 1)


def _powerpoint(compound: CompoundFile, streams: dict[str, Entry]) -> FileVerdict:
    if "powerpoint document" not in streams:
        return good(types.PPT)
    if "encryptedsummary" in streams:
        return good(types.PPT, ENCRYPTED, remark="需要密码")
    document = streams["powerpoint document"]
    if len(compound.read(document, 8)) < 8:
        return corrupt(types.PPT, "演示文稿流不完整")
    user = streams.get("current user")
    if user is None:
        return corrupt(types.PPT, "缺少 Current User 流")
    start = compound.read(user, 20)
    if len(start) < 20 or struct.unpack_from("<H", start, 2)[0] != 0x0FF6:
        return corrupt(types.PPT, "Current User 流损坏")
    token, edit = struct.unpack_from("<II", start, 12)
    if token == _PPT_ENCRYPTED:
        return good(types.PPT, ENCRYPTED, remark="需要密码")
    # the last edit's record, by which a reader starts ([MS-PPT] 2.3.3)
    at = compound.read(document, 4, edit)
    if len(at) < 4 or struct.unpack_from("<H", at, 2)[0] != 0x0FF5:
        return corrupt(types.PPT, "找不到最后一次编辑的记录")
    return good(types.PPT)
