"""What plain HTML tells of a zone."""

from __future__ import annotations

from checks.matters import relation_of
from probes.zones.blocks import could_be_name, listed_names
from probes.zones.controls import next_page
from probes.zones.plain import blocks_of

_PAGE = """<html><body>
<div class="header"><a href="/a">失业登记</a></div>
<table><tr><th>序号</th><th>事项名称</th></tr>
<tr><td>1</td><td><a href="g1.html" title="个人住房公积金缴存贷款等信息查询">个人住房公积金缴存…</a></td></tr>
<tr><td>2</td><td><a href="g2.html">排污许可证核发</a></td></tr></table>
<div class="page"><a href="index_2.html">下一页</a></div>
<script>var names = ["学历公证"];</script></body></html>"""


def _is_known(name: str) -> bool:
    return relation_of(name, "排污许可") is not None


def test_names_stand_in_the_list_and_are_given_in_full() -> None:
    names = listed_names(blocks_of(_PAGE, "http://portal.example/zone/index.html"), _is_known)
    assert names == {
        "个人住房公积金缴存贷款等信息查询": "http://portal.example/zone/g1.html",
        "排污许可证核发": "http://portal.example/zone/g2.html",
    }


def test_the_next_page_is_told_by_its_words() -> None:
    onward = next_page(list(blocks_of(_PAGE, "http://portal.example/zone/index.html")), 1)
    assert onward is not None
    assert onward.href == "http://portal.example/zone/index_2.html"


def test_what_is_no_name_is_left_out() -> None:
    for text in (
        "在线办理",
        "2024-05-01",
        "市公安局",
        "下一页",
        "办事指南",
        "请您登录后再办理。",
        "AB",
        "跨省通办",
    ):
        assert not could_be_name(text), text
    for text in ("社会保障卡申领", "普通护照换发、补发", "残疾类别/等级变更", "电子缴税"):
        assert could_be_name(text), text


def test_no_document_has_no_blocks() -> None:
    assert list(blocks_of("", "http://portal.example/")) == []
