"""What is read of a guide does not hang on how its page is marked up, and comes from nowhere but its own text.

Held on pages made by hand, on pages of practice portals, and on real ones where `PORTAL_PROBE_EXAMPLES` names a
folder of them.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import sys
from functools import cache
from pathlib import Path
from urllib.parse import urljoin

import httpx
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from fixtures.server import serve
from fixtures.truth import truth
from spiders.guide_reader import PageReading
from spiders.net.encoding import decode_html
from tests.properties import tried
from tests.spiders import mutations
from tests.spiders.made_pages import made_pages

PRACTICE = ("chengdu", "qingdao", "xining", "guangzhou", "beijing", "shanghai")
"""One of each family whose pages come whole from the server."""
URL = "http://www.mouzhou.gov.cn/art/2024/5/6/art_1_2.html"

lucks = st.randoms(use_true_random=False)


def elements(source: str, url: str = URL) -> dict[str, str]:
    """What a page states, by element; read as a guide's even if it is none."""
    page = PageReading.of(source, url)
    return {each.element: each.text for each in page.stated}


def is_guide(source: str, url: str = URL) -> bool:
    return PageReading.of(source, url).guide is not None


def squeezed(text: str) -> str:
    return "".join(text.split())


@cache
def practice_pages() -> tuple[str, ...]:
    async def fetched() -> list[str]:
        pages = []
        async with serve(PRACTICE, port=0, guides=8) as server, httpx.AsyncClient(timeout=20) as client:
            for slug, address in server.addresses.items():
                for guide in truth(slug, guides=8)["guides"][:3]:
                    answer = await client.get(urljoin(address, guide["path"]))
                    if answer.status_code == 200:
                        pages.append(decode_html(answer.content, answer.headers.get("content-type")))
        return pages

    return tuple(asyncio.run(fetched()))


@cache
def real_pages(label: str) -> tuple[str, ...]:
    folder = os.environ.get("PORTAL_PROBE_EXAMPLES")
    if not folder:
        return ()
    rows = [json.loads(line) for line in (Path(folder) / "guides.jsonl").read_text("utf-8").splitlines()]
    return tuple(
        decode_html((Path(folder) / row["html"]).read_bytes()) for row in rows if row["label"] == label
    )


@cache
def guides() -> tuple[str, ...]:
    made = tuple(page.html for page in made_pages("guides"))
    return tuple(each for each in (*made, *practice_pages(), *real_pages("guide")) if is_guide(each))


@cache
def others() -> tuple[str, ...]:
    made = tuple(page.html for page in made_pages("others"))
    return tuple(each for each in (*made, *real_pages("not")) if not is_guide(each))


a_guide = st.deferred(lambda: st.sampled_from(guides()))
any_page = st.deferred(lambda: st.sampled_from(guides() + others()))


def test_there_are_pages_of_every_source() -> None:
    assert len(practice_pages()) >= 10
    assert len(guides()) >= 50
    assert len(others()) >= 25


@pytest.mark.parametrize("mutation", mutations.UNSEEN, ids=lambda each: each.__name__)
@tried(12)
@given(a_guide, lucks)
def test_what_no_reader_sees_changes_nothing_that_is_read(
    mutation: mutations.Mutation, page: str, luck: random.Random
) -> None:
    changed = mutation(page, luck)
    assert elements(changed) == elements(page)
    assert is_guide(changed)


@tried(40)
@given(a_guide, st.lists(st.sampled_from(mutations.UNSEEN), min_size=2, max_size=5), lucks)
def test_nor_do_several_such_changes(
    page: str, chosen: list[mutations.Mutation], luck: random.Random
) -> None:
    changed = page
    for mutation in chosen:
        changed = mutation(changed, luck)
    assert elements(changed) == elements(page)


@tried(30)
@given(st.deferred(lambda: st.sampled_from(others())), st.sampled_from(mutations.UNSEEN), lucks)
def test_no_change_of_markup_makes_a_guide_of_another_page(
    page: str, mutation: mutations.Mutation, luck: random.Random
) -> None:
    assert not is_guide(mutation(page, luck))


@tried(30)
@given(a_guide, lucks)
def test_blocks_of_the_site_take_nothing_from_a_guide(page: str, luck: random.Random) -> None:
    changed = mutations.blocks_beside(page, luck)
    assert elements(changed).keys() == elements(page).keys()
    assert is_guide(changed)


@tried(80)
@given(any_page, lucks)
def test_nothing_is_gained_by_taking_a_block_away(page: str, luck: random.Random) -> None:
    # what a page is called is found in many places
    assert elements(mutations.one_removed(page, luck)).keys() <= elements(page).keys() | {"事项名称"}


@tried(40)
@given(a_guide, st.data())
def test_an_element_whose_words_are_gone_is_not_found(page: str, data: st.DataObject) -> None:
    said = elements(page)
    pictured = {each for each, text in said.items() if "〔图〕" in text}
    elsewhere = {"事项名称", *PageReading.of(page, URL).fields.texts} | pictured  # titles, data, pictures
    assume(said.keys() - elsewhere)
    name = data.draw(st.sampled_from(sorted(said.keys() - elsewhere)))
    blanked = mutations.unsaid(page, said[name])
    left = elements(blanked)
    assume(left.get(name) != said[name])  # the words stood in one piece, and once
    assert left.keys() <= said.keys()
    others = {text for each, text in said.items() if each != name and text != said[name]}
    assert left.get(name) not in others, "what stands beside it speaks for itself"


@tried(30)
@given(a_guide, st.sampled_from(["utf-8", "gb18030", "utf-8-sig", "utf-16"]), st.booleans())
def test_a_page_says_the_same_in_any_encoding(page: str, encoding: str, told: bool) -> None:
    written = page.encode(encoding, "xmlcharrefreplace")
    plain = encoding.removesuffix("-sig")
    declared = mutations.declared(written, plain) if encoding == "gb18030" and not told else written
    assert elements(decode_html(declared, f"text/html; charset={plain}" if told else None)) == elements(page)


@tried(60)
@given(any_page, lucks)
def test_a_page_cut_anywhere_is_read_as_far_as_it_goes(page: str, luck: random.Random) -> None:
    cut = page[: luck.randint(0, len(page))]
    reading = PageReading.of(cut, URL)
    shown = squeezed("".join(line.text for line in reading.document.lines) + reading.document.title)
    for each in reading.stated:
        assert each.element in reading.fields.texts or squeezed(each.text).rstrip("…") in shown


@tried(40)
@given(any_page, st.binary(max_size=40), lucks)
def test_a_page_with_bytes_that_are_no_text_is_read(page: str, noise: bytes, luck: random.Random) -> None:
    content = page.encode()
    at = luck.randint(0, len(content))
    PageReading.of(decode_html(content[:at] + noise + content[at:]), URL).evidence.in_words()


def steps(source: str) -> int:
    """How many calls reading a page takes: what time is made of, without the clock."""
    count = 0

    def called(frame: object, event: str, argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(called)
    try:
        page = PageReading.of(source, URL)
        page.guide, page.attachments  # noqa: B018
    finally:
        sys.setprofile(before)
    return count


@tried(6)
@given(a_guide)
def test_twice_the_page_takes_twice_the_steps(page: str) -> None:
    head, mark, body = page.partition("<body")
    once, twice, fourfold = (steps(head + mark + body * n) for n in (2, 4, 8))
    assert fourfold - twice <= 2.6 * (twice - once) + 5000
