"""What holds of any two names: how they are printed says nothing, what they are about says everything."""

from __future__ import annotations

import csv
import random
import unicodedata
from functools import cache
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from checks.lists import load_list
from checks.matters import match, normal_form, printed_form, relation_of, same_matter, similarity
from checks.matters.normal import without_place
from results.records import Relation
from tests.properties import tried


@cache
def items() -> tuple[str, ...]:
    return tuple(
        dict.fromkeys(name for zone in ("kuasheng_2022", "kuasheng_2020") for name in load_list(zone).names)
    )


@cache
def listed() -> tuple[str, ...]:
    """Names as portals give them, with those that are on no list."""
    with Path(__file__).with_name("matter_names.tsv").open(encoding="utf-8", newline="") as file:
        return tuple(dict.fromkeys(row["name"] for row in csv.DictReader(file, delimiter="\t")))


names = st.deferred(lambda: st.sampled_from(items() + listed()))
anything = st.one_of(names, st.text(max_size=30), st.lists(names, min_size=2, max_size=3).map("、".join))
lucks = st.randoms(use_true_random=False)

_WIDE = {chr(code): chr(code + 0xFEE0) for code in range(0x21, 0x7F)}
_BRACKETS = {"（": "(〔［【", "）": ")〕］】"}


def printed_otherwise(name: str, luck: random.Random) -> str:
    """Widths, brackets, quotes, separators and blanks as another portal prints them."""
    out = []
    for letter in name:
        if letter in _BRACKETS:
            letter = luck.choice(_BRACKETS[letter] + letter)
        elif letter in "、/":
            letter = luck.choice("、/／，；")
        elif letter in _WIDE and luck.random() < 0.5:
            letter = _WIDE[letter]
        out.append(luck.choice(("", "", "", " ", "\u3000", "\xa0")) + letter)
    return luck.choice(("", "“", "1. ", "（3）", "· ")) + "".join(out) + luck.choice(("", "。", " ", "”"))


@tried(150)
@given(anything, anything)
def test_names_stand_to_each_other_the_same_way_round_and_back(one: str, other: str) -> None:
    assert same_matter(one, other) == same_matter(other, one)
    assert similarity(one, other) == similarity(other, one)
    assert 0 <= similarity(one, other) <= 1
    same = relation_of(one, other) is Relation.SAME
    assert same == (relation_of(other, one) is Relation.SAME)
    assert not same or similarity(one, other) > 0.5


@tried(100)
@given(names)
def test_a_name_is_about_itself(name: str) -> None:
    assert relation_of(name, name) is Relation.SAME
    assert same_matter(name, name)
    (line,) = match([name], [name])
    assert (line.relation, line.similarity) == (Relation.SAME, 1)


@tried(150)
@given(names, names, lucks)
def test_how_a_name_is_printed_says_nothing(listed_name: str, item: str, luck: random.Random) -> None:
    assert relation_of(printed_otherwise(listed_name, luck), item) is relation_of(listed_name, item)
    assert relation_of(listed_name, printed_otherwise(item, luck)) is relation_of(listed_name, item)
    assert relation_of(printed_otherwise(item, luck), item) is Relation.SAME


@tried(100)
@given(
    names,
    st.sampled_from(["{}（跨省通办）", "【跨省通办】{}", "{}（县级行使）", "{}办事指南", "市公安局-{}", "{}-市人力资源和社会保障局", "市医保局：{}", "{}（指引）"]),
)  # fmt: skip
def test_offices_and_labels_of_portals_say_nothing(name: str, around: str) -> None:
    assume(normal_form(name) == printed_form(name) == without_place(printed_form(name)))
    assert relation_of(around.format(name), name) in (Relation.SAME, Relation.VARIANT)
    assert same_matter(around.format(name), name)


@tried(100)
@given(names, st.sampled_from(["杭州市", "成都市", "江苏省", "南京市", "郑州市"]))
def test_nor_does_the_city_before_it(name: str, city: str) -> None:
    assume(not name.startswith(("跨", "省", "市", "城")))
    assume(without_place(printed_form(name)) == printed_form(name))
    assert relation_of(city + name, name) in (Relation.SAME, Relation.VARIANT)


@tried(150)
@given(names, names)
def test_items_of_the_lists_are_told_apart(one: str, other: str) -> None:
    """No name is the same as an item that it is not printed as."""
    assume(printed_form(one) != printed_form(other))
    assume(printed_form(one).removesuffix("一件事") != printed_form(other).removesuffix("一件事"))
    assert relation_of(one, other) is not Relation.SAME


_GENERIC = ("申领", "登记", "备案", "注销", "变更", "补领", "查询", "办理", "申请", "换领", "核发", "审批", "许可", "证明", "公证", "缴存", "提取", "转移接续", "服务", "业务")  # fmt: skip


@tried(150)
@given(names, st.sampled_from(_GENERIC))
def test_a_word_that_many_matters_share_is_none_of_them(name: str, word: str) -> None:
    assume(printed_form(name) != word and normal_form(name) != word)
    assert relation_of(word, name) is None
    assert not same_matter(word, name)


_OBJECTS = ("居民身份证", "社会保障卡", "护照", "机动车驾驶证", "残疾人证", "营业执照", "住房公积金", "医师执业证书", "不动产权证书", "食品经营许可证", "出生医学证明", "律师执业证", "教师资格证", "居住证")  # fmt: skip
_DEEDS = ("申领", "补领", "换领", "注销", "变更")


@pytest.mark.parametrize("deed", _DEEDS)
@pytest.mark.parametrize("one", _OBJECTS)
def test_another_object_is_another_matter(one: str, deed: str) -> None:
    found = [other for other in _OBJECTS if other != one and same_matter(one + deed, other + deed)]
    assert found == []


@pytest.mark.parametrize("thing", _OBJECTS)
def test_another_deed_is_another_matter(thing: str) -> None:
    alike = [
        (one, other)
        for one in ("补领", "注销", "变更", "查询", "挂失")
        for other in ("补领", "注销", "变更", "查询", "挂失")
        if one != other and same_matter(thing + one, thing + other)
    ]
    assert alike == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("企业职工基本养老保险关系转移接续", "城乡居民基本养老保险关系转移接续"),
        ("职工基本医疗保险参保登记", "城乡居民基本医疗保险参保登记"),
        ("内资企业变更登记", "外资企业变更登记"),
        ("个体工商户设立登记", "农民专业合作社设立登记"),
        ("学前教育阶段资助", "高中教育阶段资助"),
        ("残疾儿童康复救助", "残疾军人医疗救助"),
        ("老年人优待证办理", "退役军人优待证办理"),
        ("流动人员人事档案接收", "高校毕业生档案接收"),
        ("孤儿基本生活保障", "特困人员救助供养"),
        ("创业补贴申领", "高龄津贴申领"),
        ("社会保险补贴", "医疗救助"),
        ("灵活就业人员社会保险补贴", "高校毕业生社会保险补贴"),
    ],
)  # fmt: skip
def test_another_audience_is_another_matter(one: str, other: str) -> None:
    assert not same_matter(one, other)


@tried(60)
@given(st.lists(anything, max_size=12), st.lists(names, max_size=8), lucks)
def test_a_zone_is_read_alike_in_any_order(zone: list[str], required: list[str], luck: random.Random) -> None:
    lines = match(zone, required)
    shuffled = {
        each.required: each for each in match(luck.sample(zone, len(zone)), required) if each.required
    }
    assert {each.required: each for each in lines if each.required} == shuffled
    assert [each.required for each in lines if each.required] == list(dict.fromkeys(required))
    for each in lines:
        assert (each.relation is Relation.MISSING) == (each.listed is None)
        assert (each.relation is Relation.EXTRA) == (each.required is None)


@tried(60)
@given(st.lists(names, max_size=8), st.lists(names, min_size=1, max_size=8), names)
def test_listing_more_loses_nothing(zone: list[str], required: list[str], further: str) -> None:
    def found(of: list[str]) -> set[str | None]:
        return {each.required for each in match(of, required) if each.relation is not Relation.MISSING}

    # an item's own name serves no other, so what it served before may be its own again
    before = {each for each in found(zone) if each}
    assert before <= {each for each in found([*zone, further]) if each}


@tried(100)
@given(st.text(max_size=60))
def test_forms_of_a_name_are_final(text: str) -> None:
    assert printed_form(printed_form(text)) == printed_form(text)
    assert len(normal_form(text)) <= len(unicodedata.normalize("NFKC", text))
