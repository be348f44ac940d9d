"""Names are matched by what they mean: object, action and what sets them apart all have to agree."""

from __future__ import annotations

import csv
import os
from collections import defaultdict
from pathlib import Path

import pytest

from checks.lists import load_list
from checks.matters import match, normal_form, printed_form, relation_of, same_matter
from results.records import Relation


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("社会保障卡补领、换领、换发", "社会保障卡补领/换领/换发"),
        ("１. 社會保障卡申領", "社会保障卡申领"),
        ("残疾人证新办 ", "（1）残疾人证新办"),
        ("个人社保权益记录单查询打印（养老保险）", "个人社保权益记录单查询打印(养老保险)"),
    ],
)
def test_typography_makes_no_difference(one: str, other: str) -> None:
    assert printed_form(one) == printed_form(other)
    assert relation_of(one, other) is Relation.SAME


@pytest.mark.parametrize(
    ("name", "bare"),
    [
        ("首次申领居民身份证“跨省通办”", "首次申领居民身份证"),
        ("异地就医结算备案（县级行使）", "异地就医结算备案"),
        ("失业登记（指引）", "失业登记"),
        ("机动车驾驶证公证业务申办", "机动车驾驶证公证"),
        ("企业开办“一件事”", "企业开办"),
        ("服务", "服务"),
    ],
)
def test_what_portals_hang_on_a_name_comes_off(name: str, bare: str) -> None:
    assert normal_form(name) == bare


@pytest.mark.parametrize(
    ("listed", "required"),
    [
        ("临时身份证明办理", "临时居民身份证办理"),
        ("居民身份证办理", "临时居民身份证办理"),
        ("门诊慢特病病种待遇认定", "高血压门诊慢特病费用跨省直接结算"),
        ("城乡居民参保登记", "城乡居民基本养老保险参保登记"),
        ("社会保障卡密码重置", "社会保障卡申领"),
        ("社会保障卡申领", "社会保障卡补领、换领、换发"),
        ("电子社会保障卡申领", "社会保障卡申领"),
        ("城市房屋所有权委托公证", "学历公证"),
        ("住房公积金转移接续", "企业职工基本养老保险关系转移接续"),
        ("外资企业设立登记", "内资企业及分支机构设立登记"),
        ("个体工商户注销登记", "个体工商户变更登记"),
        ("婚姻登记档案查询", "婚姻登记"),
        ("结婚登记预约", "婚姻登记"),
        ("失业保险金申领", "失业登记"),
        ("居民身份证换领", "居民身份证补领"),
        ("提前还清住房公积金贷款", "提前部分偿还住房公积金贷款"),
        ("租房提取住房公积金", "购房提取住房公积金"),
        ("住房公积金", "住房公积金汇缴"),
    ],
)
def test_traps_are_not_fallen_into(listed: str, required: str) -> None:
    assert relation_of(listed, required) is None
    assert not same_matter(listed, required)


def test_one_name_for_several_items_counts_for_each() -> None:
    lines = match(["居民身份证换补领"], ["居民身份证换领", "居民身份证补领", "失业登记"])
    assert [(each.required, each.relation) for each in lines] == [
        ("居民身份证换领", Relation.BROADER),
        ("居民身份证补领", Relation.BROADER),
        ("失业登记", Relation.MISSING),
    ]


def test_several_names_for_one_item_are_none_of_them_extra() -> None:
    (line,) = match(["结婚登记", "离婚登记"], ["婚姻登记"])
    assert line.relation is Relation.NARROWER
    assert {line.listed, *line.also} == {"结婚登记", "离婚登记"}


def test_an_items_own_name_serves_no_other_item() -> None:
    lines = match(["户口迁移"], ["户口迁移", "夫妻投靠户口迁移"])
    assert [each.relation for each in lines] == [Relation.SAME, Relation.MISSING]


def test_names_that_answer_to_nothing_are_extra() -> None:
    lines = match(["敬老卡申领、发放", "失业登记"], ["失业登记"])
    assert [(each.listed, each.relation) for each in lines] == [
        ("失业登记", Relation.SAME),
        ("敬老卡申领、发放", Relation.EXTRA),
    ]


def test_an_empty_zone_misses_everything() -> None:
    assert [each.relation for each in match(["", "  "], ["失业登记", "排污许可"])] == [Relation.MISSING] * 2


@pytest.mark.parametrize(
    ("matter", "title"),
    [
        ("临时居民身份证办理", "临时身份证办理_上海市一网通办"),
        ("社会保障卡申领", "社保卡怎么办"),
        ("药品经营许可证核发", "药品经营许可证（零售）核发"),
        ("公共场所卫生许可", "公共场所卫生许可证核发（县级权限）"),
        ("户口迁移", "夫妻投靠户口迁移"),
    ],
)
def test_a_title_is_recognised_as_being_about_a_matter(matter: str, title: str) -> None:
    assert same_matter(matter, title)


@pytest.mark.parametrize("name", ["", "（", "跨省通办", "😀", "a" * 5000, "、、、", "和", "\u200b"])
def test_anything_may_be_listed(name: str) -> None:
    assert match([name], ["失业登记"])[0].relation is Relation.MISSING


_TABLE = Path(__file__).with_name("matter_names.tsv")
_LEAST = {"high": 0.95, "medium": 0.85}
"""Shares of names that have to be right, item and relation, by how sure their label is."""
_MOST_ACCEPTED = 0.02
"""Share of names on no list that may be taken for a listed item."""


def _tables() -> list[Path]:
    """Our own table, and the one that PORTAL_PROBE_NAMES names, if it does."""
    named = os.environ.get("PORTAL_PROBE_NAMES")
    return [_TABLE, *([Path(named)] if named else [])]


@pytest.mark.parametrize("table", _tables(), ids=lambda table: table.name)
def test_labelled_names_are_matched_as_a_reader_would(table: Path) -> None:
    right: dict[str, list[bool]] = defaultdict(list)
    accepted: list[str] = []
    on_no_list = 0
    with table.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            lines = [
                line
                for zone in ("kuasheng_2022", "kuasheng_2020")
                for line in match([row["name"]], load_list(zone).names)
                if line.required and line.listed
            ]
            found = {line.required for line in lines}
            if row["canonical"] == "NOT_ON_LIST":
                on_no_list += 1
                accepted += [row["name"]] if found else []
                right[row["label_confidence"]].append(not found)
                continue
            wanted = row["relation"].replace("exact", "same")
            items = set(row["canonical"].split("|"))
            relations = {Relation.BROADER} if len(lines) > 1 else {line.relation for line in lines}
            enough = items <= found if wanted == "broader" else items == found
            right[row["label_confidence"]].append(enough and relations == {wanted})
    for confidence, least in _LEAST.items():
        assert sum(right[confidence]) >= least * len(right[confidence]), confidence
    assert len(accepted) <= _MOST_ACCEPTED * on_no_list, accepted


def test_words_of_other_fields_are_matched_by_what_no_lexicon_explains() -> None:
    required = "海员外派机构资质审批"
    assert relation_of("海员外派机构资质审批（跨省通办）", required) is Relation.VARIANT
    assert relation_of("海员外派机构资质变更", required) is None
    assert relation_of("引航员资质审批", required) is None


def test_a_part_of_a_wider_item_stays_its_own_items_other_name() -> None:
    lines = match(["夫妻投靠落户"], ["户口迁移", "夫妻投靠户口迁移"])
    assert [each.relation for each in lines] == [Relation.NARROWER, Relation.VARIANT]


@pytest.mark.parametrize(
    ("listed", "required"),
    [
        ("个人帐户信息变更登记", "个人账户信息变更登记"),
        ("其它渔业船舶登记", "其他渔业船舶登记"),
        ("河道采沙许可", "河道采砂许可"),
    ],
)
def test_a_word_of_two_spellings_makes_no_other_matter(listed: str, required: str) -> None:
    assert relation_of(listed, required) is Relation.VARIANT
    assert relation_of(required, listed) is Relation.VARIANT
