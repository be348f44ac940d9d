"""A label with nothing of its own to show states nothing, whatever stands near it."""

from __future__ import annotations

import pytest

from spiders.guide_reader import PageReading
from spiders.reading.regions import divide

URL = "http://a.gov.cn/x"
FOOTER = "<div><p>主办：某某市人民政府办公室</p><p>某ICP备12345678号</p></div>"


def stated(source: str) -> dict[str, str]:
    return {each.element: each.text for each in PageReading.of(source, URL).stated}


@pytest.mark.parametrize(
    "rows", ["", "<tr><td></td><td></td><td></td></tr>", "<tr><td colspan=3>暂无数据</td></tr>"]
)
def test_a_table_with_a_head_and_no_rows_lists_no_materials(rows: str) -> None:
    table = f"<table><tr><td>材料名称</td><td>是否必需</td><td>空白表格</td></tr>{rows}</table>"
    assert "申请材料" not in stated(f"<h3>申请材料</h3><div>{table}</div><h3>收费标准</h3><p>九元</p>")


def test_a_table_with_rows_does() -> None:
    table = "<table><tr><td>材料名称</td><td>是否必需</td><td>空白表格</td></tr><tr><td>身份证</td><td>是</td><td></td></tr></table>"
    assert "身份证" in stated(f"<h3>申请材料</h3><div>{table}</div><h3>收费标准</h3><p>九元</p>")["申请材料"]


def test_a_footer_is_no_panel_of_two_tabs() -> None:
    headings = "".join(f"<div class=p><h4><a href='#{n}'>{text}</a></h4></div>" for n, text in enumerate(("申请材料", "办理流程")))  # fmt: skip
    assert stated(f"<h2>取水许可审批</h2><div>{headings}</div>{FOOTER}") == {"事项名称": "取水许可审批"}


def test_a_value_that_its_card_leaves_blank_is_not_the_next_cards_text() -> None:
    def cell(label: str, value: str) -> str:
        return f"<div class=cell><div class=t>{label}</div><div class=v>{value}</div></div>"

    page = (
        f"<div>{cell('法定时限', '20个工作日')}{cell('监督电话', '')}</div><div><p>取得医师资格。</p></div>"
    )
    assert stated(page) == {"法定办结时限": "20个工作日"}


def test_nor_is_it_where_values_stand_above_their_labels() -> None:
    def card(value: str, label: str) -> str:
        return f"<li><p class=num>{value}</p><p class=txt>{label}</p></li>"

    page = (
        f"<ul>{card('20个工作日', '法定办结时限')}{card('', '承诺办结时限')}{card('0次', '到现场次数')}</ul>"
    )
    assert stated(page) == {"法定办结时限": "20个工作日", "到办事现场次数": "0次"}


@pytest.mark.parametrize(
    "made",
    [
        "<div class=card><div class=tag>{mark}</div><div class=t>{label}</div><div class=v>{value}</div></div>",
        "<div class=card><div class=t>{label}</div><div class=tip>{mark}</div><div class=v>{value}</div></div>",
    ],
    ids=["before", "behind"],
)
def test_a_mark_that_only_some_cards_have_is_no_value(made: str) -> None:
    stand = (
        ("须知", "受理条件", "年满十六周岁"),
        ("", "法定办结时限", "20个工作日"),
        ("", "监督电话", ""),
        ("", "收费", "不收费"),
    )
    cards = "".join(made.format(mark=mark, label=label, value=value) for mark, label, value in stand)
    found = stated(f"<div class=cards>{cards}</div>")
    assert found.keys() == {"受理条件/申请条件", "法定办结时限", "收费"}
    assert (found["法定办结时限"], found["收费"]) == ("20个工作日", "不收费")


def test_two_labels_side_by_side_head_no_columns_of_what_speaks_for_itself() -> None:
    rows = "<tr><td>咨询电话：</td><td>监督电话：</td></tr><tr><td colspan=2>受理条件：年满十八</td></tr>"
    assert stated(f"<table>{rows}</table>") == {"受理条件/申请条件": "年满十八"}


def test_one_box_around_the_whole_page_is_no_footer() -> None:
    page = f"<body><div id=app><div><h1>某许可</h1><pre>申请材料：身份证</pre></div>{FOOTER}</div></body>"
    reading = PageReading.of(page, URL)
    assert divide(reading.document).own == (True, True, False, False)


def test_the_open_tab_may_be_marked_in_any_way() -> None:
    tabs = "<ul><li class=zhengkai>受理条件</li><li>申请材料</li><li>办理流程</li></ul>"
    panels = "<div><div class=p>年满十八</div><div class=p>身份证</div><div class=p>申请、受理</div></div>"
    assert stated(tabs + panels) == {
        "受理条件/申请条件": "年满十八",
        "申请材料": "身份证",
        "办理流程": "申请、受理",
    }


def test_the_sites_name_is_no_matter() -> None:
    assert PageReading.of("<div>西宁市政务服务网</div><table><tr><th>收费</th><td>九元</td></tr></table>", URL).matter == ""  # fmt: skip
