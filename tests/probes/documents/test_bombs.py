"""Bombs inside downloads: small files that unfold, refer to themselves or declare what no machine holds.

Each is judged in a process with limits. A verdict comes from that process itself, which neither dies of it nor
grows; and a file that is no worse than large is not called broken.
"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from probes.documents import types
from probes.documents.verdict import FileVerdict
from probes.documents.workers import JudgingPool
from results.records import Outcome
from tests.probes.documents.test_workers import CONTENT_TYPES

GIBIBYTE = 1 << 30
MAY_GROW_BY = 300 * 1024 * 1024
"""Bytes of memory that a bomb may cost the judging process (ours)."""


def zipped(*parts: tuple[str, bytes]) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in parts:
            target.writestr(name, content)
    return kept.getvalue()


def nested_zip() -> bytes:
    """A thousand zips in a zip, nine deep: 10^27 bytes, were they unpacked (as 42.zip)."""
    inner = zipped(("zeros", bytes(4 << 20)))
    for depth in range(8):
        inner = zipped(*((f"{depth}-{number}.zip", inner) for number in range(16)))
        if len(inner) > 8 << 20:
            break
    return inner


def overlapping_zip() -> bytes:
    """Every entry of the directory leads to the same packed gigabyte-to-be (as Fifield's zbsm)."""
    name, content = b"a", bytes(16 << 20)
    packed = zlib.compress(content, 9)[2:-4]
    facts = struct.pack("<HHHHHLLLHH", 20, 0, 8, 0, 33, zlib.crc32(content), len(packed), len(content), 1, 0)
    local = b"PK\x03\x04" + facts + name + packed
    entry = b"PK\x01\x02" + struct.pack("<H", 20) + facts + struct.pack("<HHHLL", 0, 0, 0, 0, 0) + name
    entries = 5_000
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, entries, entries, len(entry) * entries, len(local), 0)
    return local + entry * entries + end


def lying_zip() -> bytes:
    """Declares four gigabytes where there are none."""
    made = bytearray(zipped(("a.doc", b"x" * 1000)))
    for mark, at in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        struct.pack_into("<L", made, made.index(mark) + at, 0xFFFFFFF0)
    return bytes(made)


def workbook(sheet: bytes) -> bytes:
    declared = CONTENT_TYPES.format(part="xl/workbook.xml", kind=types.XLSX).encode()
    book = b"<workbook><sheets><sheet/></sheets></workbook>"
    return zipped(
        ("[Content_Types].xml", declared), ("xl/workbook.xml", book), ("xl/worksheets/sheet1.xml", sheet)
    )


def laughing(part: str, kind: str) -> bytes:
    """The billion laughs, in the part that says what the document is."""
    laughs = "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(12))
    xml = f'<!DOCTYPE l [<!ENTITY l0 "ha">{laughs}]><w:document xmlns:w="w">&l12;</w:document>'.encode()
    declared = CONTENT_TYPES.format(part=part, kind=kind).encode()
    return zipped(("[Content_Types].xml", declared), (part, xml))


def quadratic() -> bytes:
    """One entity of a megabyte, referred to ten thousand times."""
    text = "a" * (1 << 20)
    xml = f'<!DOCTYPE l [<!ENTITY a "{text}">]><worksheet>{"&a;" * 10_000}</worksheet>'.encode()
    return workbook(xml)


def pdf(*objects: bytes, tail: bytes = b"") -> bytes:
    body = b"%PDF-1.5\n" + b"".join(b"%d 0 obj%s endobj\n" % each for each in enumerate(objects, 1))
    end = b"trailer<</Root 1 0 R/Size %d>>\n" % (len(objects) + 1)
    return body + (tail or end) + b"startxref\n9\n%%EOF\n"


CATALOGUE, PAGE = (
    b"<</Type/Catalog/Pages 2 0 R>>",
    b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R>>",
)
PAGES = b"<</Type/Pages/Kids[3 0 R]/Count 1>>"


def deep_page_tree() -> bytes:
    nodes = [b"<</Type/Pages/Kids[%d 0 R]/Count 1/Parent %d 0 R>>" % (n + 1, n - 1) for n in range(2, 20_002)]
    return pdf(CATALOGUE, *nodes, b"<</Type/Page/Parent 20001 0 R/MediaBox[0 0 9 9]>>")


def huge_xref() -> bytes:
    """A cross-reference that claims two thousand million entries, and is its own predecessor."""
    start = b"%PDF-1.5\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    table = b"xref\n0 2000000000\n0000000000 65535 f \n"
    trailer = b"trailer<</Root 1 0 R/Size 2000000000/Prev %d>>\nstartxref\n%d\n%%%%EOF\n"
    return start + table + trailer % (len(start), len(start))


def xref_stream_bomb() -> bytes:
    packed = zlib.compress(zlib.compress(bytes(100 << 20), 9), 9)
    stream = (
        b"<</Type/XRef/W[8 8 8]/Size 2000000000/Index[0 2000000000]/Root 1 0 R"
        b"/Filter[/FlateDecode/FlateDecode]/Length %d>>stream\n%s\nendstream" % (len(packed), packed)
    )
    return pdf(CATALOGUE, PAGES, PAGE, stream)


def png(width: int, height: int) -> bytes:
    def chunk(name: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
        )

    drawn = zlib.compress(bytes(16 << 20), 9)
    head = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    text = chunk(b"zTXt", b"k\0\0" + zlib.compress(bytes(64 << 20), 9))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + text + chunk(b"IDAT", drawn) + chunk(b"IEND", b"")


def tiff_in_a_circle() -> bytes:
    """A directory that is its own successor, of a picture of four thousand million by as many pixels."""
    fields = [
        (256, 4, 1, 0xFFFFFFFF),
        (257, 4, 1, 0xFFFFFFFF),
        (273, 4, 0x3FFFFFFF, 8),
        (279, 4, 0x3FFFFFFF, 8),
    ]
    body = b"".join(struct.pack("<HHLL", *each) for each in fields)
    return b"II*\0" + struct.pack("<L", 8) + struct.pack("<H", len(fields)) + body + struct.pack("<L", 8)


def vint(number: int) -> bytes:
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*out, number])


def rar5(unpacked: int) -> bytes:
    """One small file that declares any size."""

    def block(content: bytes) -> bytes:
        whole = vint(len(content)) + content
        return struct.pack("<L", zlib.crc32(whole)) + whole

    name = b"a.doc"
    file = vint(2) + vint(2) + vint(4) + vint(0) + vint(unpacked) + vint(0x20) + vint(0x05 << 7) + vint(0)
    return (
        b"Rar!\x1a\x07\x01\x00"
        + block(vint(1) + vint(0) + vint(0))
        + block(file + vint(len(name)) + name)
        + b"data"
        + block(vint(5) + vint(0) + vint(0))
    )


def seven_zip(declared: int) -> bytes:
    """A header of its own that declares any number of folders and streams."""
    number = b"\xff" + struct.pack("<Q", declared)
    header = (
        b"\x01\x04\x06" + b"\x00" + number + b"\x09" + number + b"\x00\x07\x0b" + number + b"\x00\x00\x00"
    )
    start = struct.pack("<QQL", 0, len(header), zlib.crc32(header))
    return b"7z\xbc\xaf\x27\x1c\x00\x04" + struct.pack("<L", zlib.crc32(start)) + start + header


def ole_in_a_circle() -> bytes:
    """A compound file whose every sector is followed by the first."""
    head = bytearray(512)
    head[:8] = bytes.fromhex("d0cf11e0a1b11ae1")
    struct.pack_into("<HHHHH", head, 24, 0x3E, 3, 0xFFFE, 9, 6)
    struct.pack_into("<6L", head, 44, 1, 0, 0, 4096, 0, 0xFFFF)
    struct.pack_into("<3L", head, 68, 0, 0xFFFF, 0)
    struct.pack_into("<109L", head, 76, *([0] * 109))
    return bytes(head) + struct.pack("<128L", *([0] * 128)) + bytes(512)


HOLDS = {
    "zips in a zip": ("a.zip", nested_zip()),
    "a zip of overlapping parts": ("a.zip", overlapping_zip()),
    "laughs in a document": ("a.docx", laughing("word/document.xml", types.DOCX)),
    "laughs in a workbook": ("a.xlsx", laughing("xl/workbook.xml", types.XLSX)),
    "a megabyte ten thousand times": ("a.xlsx", quadratic()),
    "a cell of a hundred megabytes": (
        "a.xlsx",
        workbook(b"<worksheet>" + b"x" * (100 << 20) + b"</worksheet>"),
    ),
    "a million attributes": (
        "a.xlsx",
        workbook(b"<worksheet " + b" ".join(b'a%d="1"' % n for n in range(300_000)) + b"/>"),
    ),
    "gzip": ("a.gz", gzip.compress(bytes(GIBIBYTE // 4), 9)),
    "gzip in gzip": ("a.tar.gz", gzip.compress(gzip.compress(bytes(GIBIBYTE // 4), 9), 9)),
    "bzip2": ("a.bz2", bz2.compress(bytes(64 << 20))),
    "xz": ("a.xz", lzma.compress(bytes(128 << 20))),
    "a picture of 2^31 by 2^31": ("a.png", png(0x7FFFFFFF, 0x7FFFFFFF)),
    "deep rtf": ("a.rtf", b"{\\rtf1 " + b"{" * 500_000 + b"x" + b"}" * 500_000 + b"}"),
}
"""Large, and yet what their names say."""
LIE = {
    "a deep page": ("a.doc", b"<html><body>" + b"<div>" * 1_000_000 + "办理流程".encode() * 90),
    "a zip that lies": ("a.zip", lying_zip()),
    "a deep page tree": ("a.pdf", deep_page_tree()),
    "a stream that is as long as itself": (
        "a.pdf",
        pdf(CATALOGUE, PAGES, PAGE, b"<</Length 4 0 R/Filter 4 0 R>>stream\nx\nendstream"),
    ),
    "objects in a circle": (
        "a.pdf",
        pdf(b"2 0 R", b"1 0 R", PAGE, tail=b"trailer<</Root 1 0 R/Size 4/Prev 9>>\n"),
    ),
    "an object stream that holds itself": (
        "a.pdf",
        pdf(
            CATALOGUE,
            PAGES,
            PAGE,
            b"<</Type/ObjStm/N 99999999/First 9/Extends 4 0 R/Length 3>>stream\n4 0\nendstream",
        ),
    ),
    "a cross-reference of thousands of millions": ("a.pdf", huge_xref()),
    "a cross-reference that unfolds": ("a.pdf", xref_stream_bomb()),
    "a picture in a circle": ("a.tif", tiff_in_a_circle()),
    "rar of 2^62 bytes": ("a.rar", rar5(1 << 62)),
    "7z of 2^62 folders": ("a.7z", seven_zip(1 << 62)),
    "7z of a thousand million folders": ("a.7z", seven_zip(1_000_000_000)),
    "sectors in a circle": ("a.doc", ole_in_a_circle()),
}
"""Not what they declare: any verdict will do, so it comes."""


@pytest.fixture(scope="module")
def pool() -> Iterator[JudgingPool]:
    pool = JudgingPool(at_once=1)
    yield pool
    pool.close()


def judged(pool: JudgingPool, folder: Path, name: str, content: bytes) -> FileVerdict:
    """The verdict, given by the process itself, which is the same afterwards and has not grown."""
    calm = folder / "calm"
    calm.write_bytes("办理流程".encode() * 50)
    assert pool.judge(calm, claimed_name="a.txt").outcome is Outcome.OK
    [worker] = [each for each in _workers() if each.pid == pool._idle.queue[-1]._process.pid]
    path = folder / "bomb"
    path.write_bytes(content)
    verdict = pool.judge(path, claimed_name=name)
    assert worker.is_running(), f"it took the process with it: {verdict}"
    peak = int(Path(f"/proc/{worker.pid}/status").read_text().split("VmHWM:")[1].split()[0]) * 1024
    assert peak < MAY_GROW_BY, f"{peak >> 20} MiB: {verdict}"
    assert "放弃" not in (verdict.remark or ""), verdict
    return verdict


def _workers() -> list[psutil.Process]:
    return [
        each for each in psutil.Process().children() if "probes.documents.worker" in " ".join(each.cmdline())
    ]


@pytest.mark.parametrize("kind", HOLDS)
def test_what_is_merely_large_is_not_called_broken(kind: str, pool: JudgingPool, tmp_path: Path) -> None:
    name, content = HOLDS[kind]
    assert judged(pool, tmp_path, name, content).outcome is Outcome.OK


@pytest.mark.parametrize("kind", LIE)
def test_what_lies_gets_a_verdict(kind: str, pool: JudgingPool, tmp_path: Path) -> None:
    name, content = LIE[kind]
    assert judged(pool, tmp_path, name, content).outcome in (Outcome.OK, Outcome.FAILED)
