"""Guides are read in whatever form they come, and pages full of their words are called what they are."""

from __future__ import annotations

import pytest

from spiders.guide_reader import PageReading
from spiders.page_kinds import kind_of
from tests.spiders.made_pages import MadePage, made_pages

GUIDES = made_pages("guides")
OTHERS = made_pages("others")


def test_there_are_pages_to_read() -> None:
    assert len(GUIDES) >= 40
    assert len(OTHERS) >= 28


@pytest.mark.parametrize("page", GUIDES, ids=lambda page: page.name)
def test_a_guide_is_read_in_any_form(page: MadePage) -> None:
    reading = PageReading.of(page.html, page.url)
    assert reading.guide is not None, reading.evidence.in_words()
    found = {element.element: element.text for element in reading.guide.elements}
    assert page.stated <= set(found), f"not read: {sorted(page.stated - set(found))}"
    assert not page.unstated & set(found), {name: found[name] for name in page.unstated & set(found)}
    assert reading.guide.matter == page.matter


@pytest.mark.parametrize("page", OTHERS, ids=lambda page: page.name)
def test_another_page_is_called_what_it_is(page: MadePage) -> None:
    reading = PageReading.of(page.html, page.url)
    kind = kind_of(url=page.url, reading=reading, depth=2)
    assert reading.guide is None, reading.evidence.in_words()
    assert kind.kind.value in page.kinds, kind.why
