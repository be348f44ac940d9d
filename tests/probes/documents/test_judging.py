"""What a fair reader says of made files, each under a name."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from fixtures.files import compound
from probes.documents import types
from probes.documents.judging import judge_file
from results.records import Outcome, Reason
from tests.probes.documents.made import ofd, pdf, sheet, slides, word
from tests.probes.documents.tables import BAD, ENCRYPTED, GOOD, MISLABELLED, ids


@pytest.mark.parametrize(("name", "make", "kind"), GOOD, ids=ids(GOOD))
def test_whole_documents_are_good(name: str, make: Callable[[], bytes], kind: str) -> None:
    verdict = judge_file(make(), claimed_name=name, content_length=len(make()))
    assert (verdict.outcome, verdict.detected_type, verdict.notes) == (Outcome.OK, kind, ()), verdict


@pytest.mark.parametrize(("name", "make"), ENCRYPTED, ids=[name for name, _ in ENCRYPTED])
def test_encrypted_documents_are_good_with_a_note(name: str, make: Callable[[], bytes]) -> None:
    verdict = judge_file(make(), claimed_name=name)
    assert (verdict.outcome, verdict.notes) == (Outcome.OK, ("encrypted",)), verdict


@pytest.mark.parametrize(("name", "make", "kind"), MISLABELLED, ids=ids(MISLABELLED))
def test_mislabelled_documents_are_good_with_a_note(name: str, make: Callable[[], bytes], kind: str) -> None:
    verdict = judge_file(make(), claimed_name=name)
    assert (verdict.outcome, verdict.detected_type) == (Outcome.OK, kind), verdict
    assert "mislabelled" in verdict.notes


@pytest.mark.parametrize(("name", "make", "reason"), BAD, ids=[f"{name}-{reason}" for name, _, reason in BAD])
def test_what_is_no_good_document(name: str, make: Callable[[], bytes], reason: Reason) -> None:
    verdict = judge_file(make(), claimed_name=name)
    assert verdict.reason is reason, verdict


def test_junk_before_and_padding_behind_a_pdf_are_what_readers_forgive() -> None:
    verdict = judge_file(b"\r\n\r\njunk" + pdf() + bytes(20_000), claimed_name="form.pdf")
    assert (verdict.outcome, verdict.pages) == (Outcome.OK, 3)


@pytest.mark.parametrize(
    ("name", "declared", "notes"),
    [
        (None, "application/pdf", ("mislabelled",)),
        (None, "application/octet-stream", ()),
        (None, types.DOCX, ()),
        ("download.jsp", "text/html", ()),
        ("form.docx", "application/pdf", ()),
        ("FORM.DOCX", None, ()),
        ("form.docx.", None, ()),
    ],
)
def test_the_name_claims_first_then_the_declared_type(name, declared, notes) -> None:
    verdict = judge_file(word(), claimed_name=name, declared_type=declared)
    assert verdict.notes == notes


def test_pages_sheets_and_slides_are_counted() -> None:
    made = {"a.pdf": pdf(), "a.xlsx": sheet(), "a.pptx": slides(), "a.ofd": ofd(), "a.xls": compound.excel()}
    counted = {name: judge_file(content, claimed_name=name).pages for name, content in made.items()}
    assert counted == {"a.pdf": 3, "a.xlsx": 2, "a.pptx": 2, "a.ofd": 2, "a.xls": 2}


@pytest.mark.parametrize("make", [row[1] for row in GOOD + MISLABELLED], ids=ids(GOOD + MISLABELLED))
def test_whatever_bytes_change_a_verdict_comes(make: Callable[[], bytes]) -> None:
    """Mutated at random, from headers to ends: no error leaves the judge."""
    whole, dice = make(), random.Random(5)
    for _ in range(40):
        changed = bytearray(whole)
        for _ in range(dice.randint(1, 8)):
            changed[min(dice.randrange(len(changed)), dice.choice([len(changed) - 1, 600, 64]))] = (
                dice.randrange(256)
            )
        judge_file(bytes(changed), claimed_name="form.doc")
