"""A matter's data is read from scripts and answers, and a list of matters is not."""

from __future__ import annotations

import json

import pytest

from spiders.reading.fields import fields_of, fields_of_scripts

MATTER = {
    "task_name": "护士执业注册",
    "task_code": "11450721",
    "promise_day": 5,
    "is_fee": "0",
    "is_online_handle": 1,
    "link_way": None,
    "accept_name": "<p>取得&nbsp;证书</p>",
    "AUDIT_ITEM_BYLAW": [{"law_name": "护士条例", "clause_content": "第七条"}],
    "AUDIT_MATERIAL": [{"material_name": "申请表", "form_guid": "f1", "example_guid": ""}],
}


def test_an_answer_of_an_api() -> None:
    found = fields_of({"code": 200, "data": {"item": MATTER}})
    texts = {name: text for name, (_, _, text) in found.texts.items()}
    assert texts["事项名称"] == "护士执业注册"
    assert texts["承诺办结时限"] == "5"
    assert texts["收费"] == "否"
    assert texts["受理条件/申请条件"] == "取得 证书"
    assert texts["设定依据"] == "护士条例"
    assert texts["申请材料"] == "申请表"
    assert "咨询方式" not in texts
    assert [(o.label, o.guid) for o in found.offers] == [("申请表（空白表）", "f1"), ("申请表（样表）", "")]


def test_a_list_of_matters_is_no_matter() -> None:
    rows = [{"task_name": f"事项{n}", "promise_day": n, "dept_name": "局"} for n in range(10)]
    assert fields_of({"data": {"rows": rows, "total": 10}}).texts == {}
    assert fields_of_scripts([f"var list={json.dumps(rows)};"]).texts == {}


@pytest.mark.parametrize(
    "script",
    [
        "window.__DATA__ = {data};",
        "var a = 1;\nvar item={data}\nrender(item);",
        "render({data});",
        "{data}",
        "var s=JSON.parse('{escaped}');",
        "new Vue({{data(){{return {{x:1}}}}}});var t={data};",
    ],
)
def test_ways_to_carry_it(script: str) -> None:
    data = json.dumps(MATTER, ensure_ascii=False)
    source = script.replace("{escaped}", data).replace("{data}", data).replace("{{", "{").replace("}}", "}")
    assert fields_of_scripts([source]).texts["事项名称"][2] == "护士执业注册"


def test_an_object_literal_without_quotes() -> None:
    script = "var m={taskName:'护士\\'执业',promiseDay:5,deptName:\"卫健委\",acceptCondition:'有证',};"
    texts = {name: text for name, (_, _, text) in fields_of_scripts([script]).texts.items()}
    assert texts == {
        "事项名称": "护士'执业",
        "承诺办结时限": "5",
        "实施主体": "卫健委",
        "受理条件/申请条件": "有证",
    }


@pytest.mark.parametrize(
    "script",
    [
        "",
        "var a={};",
        "{",
        "[[[[",
        "var x={task_name:",
        "function task_name(){promise_day: dept_name:}",
        "JSON.parse('{bad')",
    ],
)
def test_other_scripts_say_nothing(script: str) -> None:
    assert fields_of_scripts([script]).texts == {}
