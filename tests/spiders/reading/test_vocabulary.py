"""Labels are recognised in the wordings of real pages, and nothing else is taken for one."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spiders.reading.vocabulary import (
    bare_label,
    element,
    element_names,
    element_of_field,
    elements,
    key_category_names,
    match_label,
    match_question,
)


def names(text: str) -> list[str]:
    return [found.name for found in match_label(text)]


def test_the_vocabulary_is_whole() -> None:
    assert len(element_names()) == 31
    assert key_category_names() == ("名称", "依据", "条件", "时限", "材料", "流程", "收费", "地点", "咨询")
    assert sum(e.usual for e in elements()) == 20
    for each in elements():
        assert each.labels or each.patterns or each.fields, each.name


def test_no_wording_names_two_elements() -> None:
    seen: dict[str, str] = {}
    for each in elements():
        for label in each.labels:
            assert seen.setdefault(label, each.name) == each.name, label


def test_every_listed_wording_is_recognised() -> None:
    for each in elements():
        for label in each.labels:
            assert each in match_label(label), label
            assert each in match_label(f"（三）{label}："), label
            assert each in match_label(f"【{label}】"), label


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("一、申请条件", "受理条件/申请条件"),
        ("（三）办理材料", "申请材料"),
        ("1．设定依据：", "设定依据"),
        ("3.1办理材料", "申请材料"),
        ("第三步：办理流程", "办理流程"),
        ("申 请 材 料：", "申请材料"),
        ("★收费标准", "收费"),
        ("法定办结时限（工作日）", "法定办结时限"),
        ("承诺办结时限及说明", "承诺办结时限"),
        ("需要申请材料", "申请材料"),
        ("申请人应提交以下材料：", "申请材料"),
        ("所需材料如下：", "申请材料"),
        ("申请人应当具备下列条件：", "受理条件/申请条件"),
        ("办理程序如下", "办理流程"),
        ("要件材料", "申请材料"),
        ("业务范围", "受理条件/申请条件"),
        ("法律法规依据", "设定依据"),
        ("实施机关", "实施主体"),
        ("收费依据及标准", "收费"),
        ("到现场窗口次数", "到办事现场次数"),
        ("是否支持网上支付", "是否网办/网上支付/物流快递/预约"),
        ("办理进程查询", "办理进程查询/网办地址"),
        ("行政复议、诉讼", "行政复议/诉讼"),
    ],
)
def test_wordings(text: str, expected: str) -> None:
    assert names(text) == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("办理流程及时限", ["办结时限(未分)", "办理流程"]),
        ("咨询及投诉电话", ["咨询方式", "监督投诉方式"]),
        ("受理地点及联系电话", ["办理地点/时间", "咨询方式"]),
        ("审批依据与条件", ["设定依据", "受理条件/申请条件"]),
        ("申请材料及要求", ["申请材料"]),
    ],
)
def test_labels_that_name_several(text: str, expected: list[str]) -> None:
    assert names(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "收费，45元/证", "材料接收", "申请人", "服务条款", "年检材料", "建筑材料", "原材料", "身份证", "2024年", "首页", "时间", "其他事项", "注意事项",
        "申请材料是指申请人提交的全部文件", "条件成熟后再行办理", "居住证办理", "承诺书", "法定代表人", "服务大厅", "工作动态", "", "一", "、", "：",
        "联系电话02012345678", "依法办理", "现场照片",
    ],
)  # fmt: skip
def test_what_is_no_label(text: str) -> None:
    assert names(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1．符合什么条件才能申领职业技能提升补贴？", "受理条件/申请条件"),
        ("5．需要提供哪些资料？", "申请材料"),
        ("如何申领？需要去窗口吗？", "办理流程"),
        ("申报后多久可以领到？", "办结时限(未分)"),
        ("办理这项业务要收费吗？", "收费"),
        ("在哪里办理？", "办理地点/时间"),
        ("咨询电话是多少？", "咨询方式"),
        ("监督举报电话号码是多少？", "监督投诉方式"),
    ],
)
def test_questions(text: str, expected: str) -> None:
    assert [e.name for e in match_question(text)] == [expected]


@pytest.mark.parametrize(
    "text", ["今天天气怎么样？", "本办法何时施行？", "补贴标准是多少？", "能重复享受吗？"]
)
def test_other_questions(text: str) -> None:
    assert match_question(text) == ()


def test_fields_of_the_data_behind() -> None:
    for key, name in (
        ("task_name", "事项名称"),
        ("dirPromiseday", "承诺办结时限"),
        ("PROMISE_DAY", "承诺办结时限"),
        ("AUDIT_MATERIAL", "申请材料"),
        ("is_fee", "收费"),
    ):
        found = element_of_field(key)
        assert found is not None
        assert found.name == name
    assert element_of_field("createTime") is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "-",
        "——",
        "/",
        "暂无",
        "暂无。",
        "null",
        "undefined",
        "&nbsp;".replace("&nbsp;", "\u00a0"),
        "无",
        "加载中...",
    ],
)
def test_gaps_are_no_answers(text: str) -> None:
    assert not element("设定依据").is_answer(text)


@pytest.mark.parametrize("text", ["无", "否", "不收费", "免费", "0元"])
def test_no_fee_is_an_answer(text: str) -> None:
    assert element("收费").is_answer(text)


@given(st.text(max_size=60))
def test_any_text_may_be_asked(text: str) -> None:
    assert isinstance(match_label(text), tuple)
    assert isinstance(match_question(text), tuple)
    assert not re.search(r"\s", bare_label(text))
