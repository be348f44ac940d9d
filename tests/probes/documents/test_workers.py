"""Hostile files, judged in processes with limits: whatever they do, a verdict comes, and it is fair."""

from __future__ import annotations

import os
import random
import signal
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from probes.documents import types
from probes.documents.judging import judge_file
from probes.documents.limits import MEMORY_BYTES
from probes.documents.workers import JudgingPool, judge_apart
from probes.documents.zips import MAX_EXPANDED
from results.records import Outcome, Reason

CONTENT_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Override PartName="/{part}" ContentType="{kind}.main+xml"/></Types>'
)


@pytest.fixture(scope="module")
def pool() -> Iterator[JudgingPool]:
    pool = JudgingPool()
    yield pool
    pool.close()


def write(path: Path, parts: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as target:
        for name, content in parts.items():
            target.writestr(name, content)
    return path


def repeated(
    path: Path, name: str, unit: bytes, times: int, around: tuple[bytes, bytes], first: dict[str, bytes]
) -> Path:
    """A ZIP with one part that is a unit many times over, written without holding it."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as target:
        for each, content in first.items():
            target.writestr(each, content)
        with target.open(name, "w", force_zip64=True) as part:
            part.write(around[0])
            block = unit * 1000
            for _ in range(times // 1000):
                part.write(block)
            part.write(around[1])
    return path


async def test_a_good_file_is_judged_apart(tmp_path: Path) -> None:
    path = tmp_path / "note"
    path.write_bytes("办理流程".encode() * 100)
    verdict = await judge_apart(path, claimed_name="note.txt")
    assert (verdict.outcome, verdict.detected_type) == (Outcome.OK, types.PLAIN)


def test_a_zip_bomb_ends_at_our_cap_and_accuses_nobody(pool: JudgingPool, tmp_path: Path) -> None:
    times = MAX_EXPANDED // 1000 + 2000
    path = repeated(tmp_path / "bomb", "zeros", bytes(1000), times, (b"", b""), {})
    assert path.stat().st_size < MAX_EXPANDED // 100
    verdict = pool.judge(path, claimed_name="pack.zip")
    assert (verdict.outcome, verdict.notes) == (Outcome.OK, ("capped",))


def test_a_sheet_of_a_million_rows_is_read_without_being_held(pool: JudgingPool, tmp_path: Path) -> None:
    declared = CONTENT_TYPES.format(part="xl/workbook.xml", kind=types.XLSX).encode()
    path = repeated(
        tmp_path / "rows",
        "xl/worksheets/sheet1.xml",
        b"<row><c><v>1</v></c></row>",
        1_000_000,
        (b"<worksheet>", b"</worksheet>"),
        {
            "[Content_Types].xml": declared,
            "xl/workbook.xml": b"<workbook><sheets><sheet/></sheets></workbook>",
        },
    )
    verdict = pool.judge(path, claimed_name="form.xlsx")
    assert (verdict.outcome, verdict.pages) == (Outcome.OK, 1)


@pytest.mark.parametrize(
    "xml",
    [
        b'<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><l>&b;</l>',
        b'<!DOCTYPE l [<!ENTITY a SYSTEM "file:///etc/passwd">]><l>&a;</l>',
    ],
)
def test_entities_are_not_followed(pool: JudgingPool, tmp_path: Path, xml: bytes) -> None:
    declared = CONTENT_TYPES.format(part="word/document.xml", kind=types.DOCX).encode()
    path = write(tmp_path / "xml", {"[Content_Types].xml": declared, "word/document.xml": xml})
    verdict = pool.judge(path, claimed_name="form.docx")
    assert (verdict.outcome, verdict.notes) == (Outcome.OK, ("unread",))


def test_deep_nesting_is_survived(pool: JudgingPool, tmp_path: Path) -> None:
    declared = CONTENT_TYPES.format(part="word/document.xml", kind=types.DOCX).encode()
    deep = b"<a>" * 1_000_000 + b"</a>" * 1_000_000
    path = write(tmp_path / "deep", {"[Content_Types].xml": declared, "word/document.xml": deep})
    assert pool.judge(path, claimed_name="form.docx").outcome is Outcome.OK
    (tmp_path / "json").write_bytes(b"[" * 900_000)
    assert pool.judge(tmp_path / "json", claimed_name="form.doc").outcome is not Outcome.NOT_MEASURED


def test_a_pdf_whose_pages_are_their_own_parents_ends(pool: JudgingPool, tmp_path: Path) -> None:
    body = (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        b"2 0 obj<</Type/Pages/Kids[2 0 R 2 0 R 2 0 R]/Count 99999999/Parent 2 0 R>>endobj\n"
    )
    path = tmp_path / "loop"
    path.write_bytes(body + b"trailer<</Root 1 0 R/Size 3>>\nstartxref\n9\n%%EOF\n")
    verdict = pool.judge(path, claimed_name="form.pdf")
    assert verdict.outcome in (Outcome.FAILED, Outcome.OK)
    assert verdict.reason in (None, Reason.CORRUPT)


def test_a_pdf_stream_bomb_is_survived(pool: JudgingPool, tmp_path: Path) -> None:
    packed = zlib.compress(zlib.compress(bytes(200_000_000), 1), 9)
    body = (
        b"%%PDF-1.5\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R>>endobj\n"
        b"4 0 obj<</Filter[/FlateDecode/FlateDecode]/Length %d>>stream\n%s\nendstream endobj\n"
        % (len(packed), packed)
    )
    path = tmp_path / "stream"
    path.write_bytes(body + b"trailer<</Root 1 0 R/Size 5>>\nstartxref\n9\n%%EOF\n")
    assert pool.judge(path, claimed_name="form.pdf").reason in (None, Reason.UNSUPPORTED)


def test_a_file_that_breaks_the_process_costs_that_file_alone(tmp_path: Path) -> None:
    """Killed in the middle: no verdict on that file, and the next one is judged by a new process."""
    pool = JudgingPool(at_once=1)
    good = tmp_path / "note"
    good.write_bytes("办理流程".encode() * 50)
    assert pool.judge(good, claimed_name="a.txt").outcome is Outcome.OK
    (worker,) = [
        each for each in psutil.Process().children() if "probes.documents.worker" in " ".join(each.cmdline())
        and each.pid == pool._idle.queue[-1]._process.pid
    ]  # fmt: skip
    os.kill(worker.pid, signal.SIGSTOP)
    stopped = pool.judge(good, claimed_name="a.txt", wall_s=0.5)
    assert stopped.reason is Reason.UNSUPPORTED
    assert pool.judge(good, claimed_name="a.txt").outcome is Outcome.OK
    pool.close()


def test_a_file_that_has_gone_accuses_nobody(pool: JudgingPool, tmp_path: Path) -> None:
    assert pool.judge(tmp_path / "missing").reason is Reason.UNSUPPORTED


def test_the_process_has_its_limits(tmp_path: Path) -> None:
    pool = JudgingPool(at_once=1)
    (tmp_path / "note").write_bytes(b"text " * 50)
    pool.judge(tmp_path / "note", claimed_name="a.txt")
    process = psutil.Process(pool._idle.queue[-1]._process.pid)
    assert process.rlimit(psutil.RLIMIT_AS)[0] == MEMORY_BYTES
    assert process.rlimit(psutil.RLIMIT_FSIZE)[0] == 0
    assert 0 < process.rlimit(psutil.RLIMIT_CPU)[0] < 60
    pool.close()
    assert not process.is_running()


def test_noise_under_every_beginning_gives_a_verdict() -> None:
    """Mutated real beginnings, each judged in this very process: no error leaves the judge."""
    dice = random.Random(11)
    beginnings = [
        b"%PDF-1.4\n", b"PK\x03\x04", bytes.fromhex("d0cf11e0a1b11ae1"), b"Rar!\x1a\x07\x00", b"Rar!\x1a\x07\x01\x00",
        b"7z\xbc\xaf\x27\x1c", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF89a", b"II*\0", b"MM\0*", b"BM", b"RIFF\0\0\0\0WEBP",
        b"{\\rtf1", b"<html", b"<?xml ", b"MIME-Version: 1.0\n", b"\x1f\x8b\x08", b"BZh9", b"\xfd7zXZ\0", b"{", b"MZ", b"\0\0\0\x18ftyp",
    ]  # fmt: skip
    for beginning in beginnings:
        for size in (0, 3, 40, 600, 5000):
            judge_file(beginning + dice.randbytes(size), claimed_name="form.doc")
