"""Any page becomes lines in boxes, at a cost that grows with its size alone."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from results.records import PageKind
from spiders.guide_reader import PageReading
from spiders.page_kinds import kind_of
from spiders.reading.document import Document
from spiders.reading.walking import MOST_ELEMENTS

URL = "http://a.gov.cn/x"


def lines(source: str) -> list[str]:
    return [line.text for line in Document.parse(source, URL).lines]


def test_blocks_and_breaks_make_lines() -> None:
    assert lines("<p>一 <b>二</b>\n三</p>四<br>五<ul><li>六</li><li>七</li></ul>") == [
        "一 二 三",
        "四",
        "五",
        "六",
        "七",
    ]


def test_what_is_not_seen_is_not_read() -> None:
    source = (
        "<title>t</title><style>p{}</style><script>var a</script><noscript>n</noscript><p>x<!-- y -->z</p>"
    )
    assert lines(source) == ["xz"]


def test_pictures_of_the_content_are_lines_and_decoration_is_not() -> None:
    document = Document.parse(
        '<p>流程</p><img src="/up/flow.jpg" alt="流程图"><img src="/images/logo.png"><img src=x.gif width=20>',
        URL,
    )
    assert [line.text for line in document.lines if line.image] == ["〔图〕流程图"]
    assert document.text == "流程"


def test_boxes_know_their_lines() -> None:
    document = Document.parse("<div id=a><p>1</p><p>2</p></div><div id=b></div><div id=c>3</div>", URL)
    ranges = {}
    for name in "abc":
        box = document.box(name)
        assert box is not None
        ranges[name] = (box.first, box.last, box.empty)
    assert ranges == {"a": (0, 1, False), "b": (2, 1, True), "c": (2, 2, False)}


def test_a_declaration_within_the_text_is_not_obeyed_twice() -> None:
    assert lines('<?xml version="1.0" encoding="gbk"?><html><meta charset="gb2312"><p>政务</p></html>') == [
        "政务"
    ]


def test_deep_nesting_keeps_its_text() -> None:
    text = "".join(lines("<div>" * 10_000 + "深处" + "</div>" * 10_000 + "<p>之后</p>"))
    assert "深处" in text
    assert "之后" in text


HOSTILE = {
    "deep": "<div>" * 10_000 + "<p>申请材料</p>",
    "million links": "<a href=/x>事项办理</a>" * 300_000,
    "one long line": "<p>" + "字" * 3_000_000,
    "labels only": "<ul>" + "<li>申请材料</li>" * 30_000 + "</ul>",
    "one wide row": "<table><tr>" + "<td>申请材料</td>" * 20_000 + "</tr></table>",
    "one long table": "<table>" + "<tr><td>申请材料</td><td>x</td></tr>" * 10_000 + "</table>",
    "colons": "<p>" + "申请材料：" * 100_000,
    "brackets": "<p>" + "（" * 200_000,
    "attributes": "<p " + " ".join(f"a{n}=1" for n in range(60_000)) + ">x",
    "open objects": "<script>" + "var a={task_name:1,promise_day:2,dept_name:3,x:[" * 5_000 + "</script>",
    "nested arrays": '<script>a={"task_name":1,"promise_day":2,"dept_name":3,"x":'
    + "[" * 100_000
    + "</script>",
    "calls": "<a onclick=\"downFile('1')\">下载</a>" * 20_000 + "<script>function downFile(a){" + "{" * 9_000,
    "unclosed": "<table><tr><td><ul><li><p>" * 3_000,
}


@pytest.mark.parametrize("source", HOSTILE.values(), ids=HOSTILE)
def test_hostile_pages_end_in_a_reading(source: str) -> None:
    page = PageReading.of(source, URL)
    assert kind_of(url=URL, reading=page).kind in PageKind
    assert len(page.attachments) <= 300
    assert len(page.document.lines) <= MOST_ELEMENTS


def test_what_nobody_would_scroll_to_is_cut_and_said() -> None:
    document = Document.parse("<p>x</p>" * (MOST_ELEMENTS + 10), URL)
    assert not document.complete
    assert Document.parse("<p>x</p>", URL).complete


_PIECES = st.sampled_from(
    ["<div>", "</div>", "<table>", "<tr>", "<td rowspan=3>", "</td>", "</tr>", "</table>", "<dl>", "<dt>", "<dd>", "<li>", "<span>", "</span>", "<br>", "<b>", "<h2>",
     "<a href='#a'>", "<a onclick=\"down('1')\">", "</a>", "申请材料", "办理流程：", "1、身份证", "20个工作日", "<p id=a>", "<img src=a.jpg>", "需要哪些材料？", "\u00a0", "：", "<th colspan=9>"]
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(_PIECES, max_size=60))
def test_any_mixture_of_tags_is_read(pieces: list[str]) -> None:
    page = PageReading.of("".join(pieces), URL)
    for statement in page.statements:
        assert 0 <= statement.first <= statement.last < len(page.document.lines)
    assert page.evidence.reasons is not None


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=2000))
def test_random_bytes_are_read(content: bytes) -> None:
    assert PageReading.of(content.decode("latin-1"), URL).guide is None
