"""Files that were cut, by whom, and how that is told from damage."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from fixtures.files import archives, compound, images
from probes.documents import types
from probes.documents.judging import judge_file
from results.records import Outcome, Reason
from tests.probes.documents.made import (
    archive,
    excel_xml,
    form_picture,
    ofd,
    scan,
    sealed_pdf,
    sheet,
    split_zip_end,
    updated_pdf,
    word,
)
from tests.probes.documents.tables import GOOD, NOISE, TEXT, ids

# kinds whose end says nothing about completeness: only the announced length can tell
_OPEN_ENDED = (types.DWG, types.PLAIN, types.CSV)


@pytest.mark.parametrize(
    ("name", "make", "kind"),
    [row for row in GOOD if row[2] not in _OPEN_ENDED],
    ids=ids([row for row in GOOD if row[2] not in _OPEN_ENDED]),
)
def test_a_document_cut_anywhere_is_truncated(name: str, make: Callable[[], bytes], kind: str) -> None:
    """Cut at thirty places, from the header's end to the last part: truncated, never corrupt, never good."""
    whole = make()
    floor = 600 if kind in (types.HTML, types.RTF, types.MHTML, types.DXF, types.PDF, types.TAR) else 64
    ceiling = len(whole) - _slack(whole, kind)
    for place in range(floor, ceiling, max(1, (ceiling - floor) // 30)):
        verdict = judge_file(whole[:place], claimed_name=name)
        assert verdict.reason is Reason.TRUNCATED, (place, len(whole), verdict)


def _slack(whole: bytes, kind: str) -> int:
    """Bytes at the end whose loss loses nothing: padding, and marks that readers do without."""
    if kind in (types.DOC, types.XLS, types.PPT):
        return 512
    if kind == types.TAR:
        return len(whole) - 3000  # two empty blocks, then padding to a record
    return {types.GIF: 2, types.PDF: 8, types.MHTML: 4, types.RTF: 4, types.HTML: 2, types.DXF: 3}.get(
        kind, 1
    )


def test_an_announced_length_tells_where_the_content_cannot() -> None:
    whole = TEXT.encode()
    verdict = judge_file(whole[:500], claimed_name="note.txt", content_length=len(whole))
    assert verdict.reason is Reason.TRUNCATED


def test_what_our_own_cap_cut_is_not_the_portals() -> None:
    verdict = judge_file(word()[:5000], claimed_name="form.docx", capped=True)
    assert (verdict.outcome, verdict.notes) == (Outcome.OK, ("capped",))


@pytest.mark.parametrize("make", [word, sheet, ofd, lambda: archives.rar5(NOISE), images.png])
def test_a_flipped_byte_is_corruption_not_truncation(make: Callable[[], bytes]) -> None:
    """Formats with checksums show any damage in the middle, and it is told from a cut."""
    whole = make()
    dice = random.Random(3)
    seen = set()
    for _ in range(60):
        damaged = bytearray(whole)
        damaged[dice.randrange(len(whole) // 4, len(whole) // 2)] ^= 0xFF
        seen.add(judge_file(bytes(damaged), claimed_name="form.docx").reason)
    assert Reason.CORRUPT in seen or make is not word
    assert Reason.TRUNCATED not in seen


def test_an_update_that_was_cut_is_truncated_though_the_first_revision_is_whole() -> None:
    whole = updated_pdf()
    first = whole.find(b"%%EOF") + 6
    verdict = judge_file(whole[: first + (len(whole) - first) // 2], claimed_name="form.pdf")
    assert verdict.reason is Reason.TRUNCATED


def test_an_archive_inside_a_cut_archive_does_not_pass_for_the_whole() -> None:
    outer = archive({"inner.zip": archive({"a.txt": b"x" * 500}, stored=True), "b.bin": NOISE}, stored=True)
    inner_end = outer.find(b"PK\x05\x06") + 22
    verdict = judge_file(outer[:inner_end], claimed_name="pack.zip")
    assert verdict.reason is Reason.TRUNCATED


SEALED = {
    "form.docx": lambda: compound.sealed_package(word()),
    "form.xlsx": lambda: compound.sealed_package(sheet()),
    "form.doc": lambda: compound.word(encrypted=True),
    "form.pdf": lambda: sealed_pdf(user="secret"),
    "pack.7z": lambda: archives.seven_zip(NOISE, encrypted=True),
    "pack.rar": lambda: archives.rar5(NOISE, encrypted=True),
}


@pytest.mark.parametrize("name", SEALED)
def test_a_sealed_file_that_was_cut(name: str) -> None:
    whole = SEALED[name]()
    spare = 1 if name in ("form.docx", "form.xlsx") else 512
    for place in [*range(600, len(whole) - spare, max(1, len(whole) // 40)), len(whole) - spare]:
        assert judge_file(whole[:place], claimed_name=name).reason is Reason.TRUNCATED, place


@pytest.mark.parametrize(("make", "step"), [(archives.rar4, 8), (archives.rar5, 16)])
def test_an_archive_that_hides_its_names_is_of_whole_blocks(make: Callable[..., bytes], step: int) -> None:
    """All that can be seen without its password; a recovery record stands between the blocks and is of any length."""
    whole = make(NOISE, names_encrypted=True)
    cuts = range(64, len(whole), 37)
    seen = {place: judge_file(whole[:place], claimed_name="names.rar").reason for place in cuts}
    is_odd = {place: (len(whole) - place) % step != 0 for place in cuts}
    assert seen == {place: Reason.TRUNCATED if odd else None for place, odd in is_odd.items()}


def test_a_recovery_record_is_no_sign_of_a_cut() -> None:
    newer = archives.rar5(NOISE, names_encrypted=True) + b"{RB}" + NOISE[:333]
    assert judge_file(newer, claimed_name="names.rar").notes == ("encrypted",)
    older = archives.rar4(NOISE, names_encrypted=True, recovery=True) + NOISE[:333]
    assert judge_file(older, claimed_name="names.rar").notes == ("encrypted",)


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("form.7z.001", lambda: archives.seven_zip(NOISE)[:2000]),
        ("form.7z.002", lambda: archives.seven_zip(NOISE)[2000:]),
        ("form.zip", split_zip_end),
        ("form.z01", lambda: b"PK\x07\x08" + archive({"form.doc": NOISE}, stored=True)[:2000]),
        ("form.r00", lambda: NOISE),
    ],
)
def test_a_part_of_a_split_archive_accuses_nobody(name: str, make: Callable[[], bytes]) -> None:
    verdict = judge_file(make(), claimed_name=name)
    assert (verdict.outcome, verdict.notes) == (Outcome.OK, ("unread",)), verdict


def test_xml_that_ends_within_a_character_was_cut() -> None:
    whole = excel_xml()
    place = whole.index("名称".encode()) + 1
    assert judge_file(whole[:place], claimed_name="form.xls").reason is Reason.TRUNCATED


def test_a_picture_without_its_picture_was_cut() -> None:
    """Cut between two boxes: what announces the picture is there, the picture is not."""
    whole = scan("AVIF", form_picture().convert("RGB"))
    assert judge_file(whole[: whole.index(b"mdat") - 4], claimed_name="photo.avif").reason is Reason.TRUNCATED
