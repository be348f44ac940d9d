"""The words of the field: patterns, and rules that only name what there is."""

from __future__ import annotations

import pytest

from checks.matters.lexicon import ANY, expand, lexicon
from checks.matters.segments import segments


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("社保卡", {"社保卡"}),
        ("(基本)?养老(保险)?", {"养老", "基本养老", "养老保险", "基本养老保险"}),
        ("(补|换)(领|发)", {"补领", "补发", "换领", "换发"}),
        ("迁户口?", {"迁户", "迁户口"}),
        (r"补\(换\)领", {"补(换)领"}),
        ("a((b|c)d)?", {"a", "abd", "acd"}),
    ],
)
def test_a_pattern_stands_for_words(pattern: str, words: set[str]) -> None:
    assert set(expand(pattern)) == words


def test_a_group_that_is_not_closed_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="not closed"):
        list(expand("(a|b"))


def test_rules_name_only_values_that_aspects_have() -> None:
    words = lexicon()
    for word, term in words.terms.items():
        for aspect, values in term.aspects.items():
            assert values <= set(words.aspects[aspect].values), word
    for name, aspect in words.aspects.items():
        for covered in (aspect.silent, *aspect.beside.values()):
            assert covered <= {ANY, *aspect.values}, name


def test_kinds_of_things_have_no_circles() -> None:
    words = lexicon()
    for thing in words.kinds:
        assert words.is_kind_of(thing, words.widest(thing))


def test_a_name_is_cut_so_that_least_is_left_unexplained() -> None:
    # taken greedily, 跨省超限运输 would leave 车辆行驶公路 over
    cut = segments("跨省超限运输车辆行驶公路许可", lexicon())
    assert all(each.term is not None for each in cut)
    assert [
        each.text for each in segments("城乡居民养老保险参保登记和待遇申请", lexicon()) if each.coordinates
    ] == ["和"]


def test_letters_in_brackets_are_written_out_where_both_make_words() -> None:
    words = lexicon()
    assert [each.text for each in segments("公积金汇(补)缴", words)] == ["公积金", "汇缴", "、", "补缴"]
    assert [each.depth for each in segments("失业登记(指引)", words) if each.text == "指引"] == [1]
