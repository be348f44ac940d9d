from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.replies.numbers import (
    AT_ONCE,
    Duration,
    amounts,
    durations,
    number,
    same_telephone,
    says_free,
    telephones,
)

_DIGITS = "零一二三四五六七八九"


def _in_chinese(value: int) -> str:
    """Our own writing of 1 to 9999, to read back."""
    if value < 20 and value >= 10:
        return "十" + (_DIGITS[value % 10] if value % 10 else "")
    text, zero = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = value // unit % 10
        if digit:
            text += ("零" if zero and text else "") + _DIGITS[digit] + name
            zero = False
        else:
            zero = bool(text)
    return text


@given(st.integers(min_value=1, max_value=9999))
def test_chinese_numerals_are_read_back(value: int) -> None:
    assert number(_in_chinese(value)) == value


@given(st.integers(min_value=0, max_value=10**9))
def test_digits_are_read_back_with_and_without_commas(value: int) -> None:
    assert number(str(value)) == value == number(f"{value:,}")


@given(st.text(max_size=60))
def test_no_text_breaks_the_readers(text: str) -> None:
    number(text)
    durations(text)
    amounts(text)
    telephones(text)
    says_free(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("20个工作日", [Duration(Decimal(20), "workday")]),
        ("２０ 个工作日", [Duration(Decimal(20), "workday")]),
        ("二十个工作日", [Duration(Decimal(20), "workday")]),
        ("时限：5工作日", [Duration(Decimal(5), "workday")]),
        ("15（十五）个工作日", [Duration(Decimal(15), "workday")]),
        ("两个月", [Duration(Decimal(2), "month")]),
        ("一周", [Duration(Decimal(7), "day")]),
        ("当场办结", [AT_ONCE]),
        ("2026年1月5日起施行", []),
        ("9:00-17:00", []),
        ("星期一至星期五", []),
        ("第3日", []),
    ],
)
def test_lengths_of_time(text: str, expected: list[Duration]) -> None:
    assert durations(text) == expected


def test_a_bare_day_may_be_a_workday_and_a_month_may_not() -> None:
    assert Duration(Decimal(5), "day").agrees(Duration(Decimal(5), "workday"))
    assert not Duration(Decimal(5), "month").agrees(Duration(Decimal(5), "day"))
    assert not Duration(Decimal(5), "day").agrees(Duration(Decimal(6), "day"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("工本费20元/证", [20]),
        ("二十元", [20]),
        ("￥1,200.50", [Decimal("1200.50")]),
        ("3万元", [30000]),
        ("0元", []),
        ("10块钱", [10]),
    ],
)
def test_sums_of_money(text: str, expected: list[Decimal]) -> None:
    assert amounts(text) == expected


@pytest.mark.parametrize(
    "text",
    ["不收费", "免费", "不收取任何费用", "免收工本费", "无需缴费", "不用交钱", "0元", "不需要缴纳费用"],
)
def test_free_of_charge(text: str) -> None:
    assert says_free(text)


@pytest.mark.parametrize("text", ["收费20元", "需要缴费", "200元", "工本费10元"])
def test_not_free_of_charge(text: str) -> None:
    assert not says_free(text)


def test_telephones_in_every_form() -> None:
    text = (
        "电话：0571-88888888、(021)62345678转801，手机13812345678，热线12345，400-123-4567，共20元，证号3101"
    )
    assert telephones(text) == ["057188888888", "02162345678", "13812345678", "12345", "4001234567"]


def test_the_area_code_may_be_left_out() -> None:
    assert same_telephone("88888888", "057188888888")
    assert not same_telephone("88888888", "057188888889")
    assert not same_telephone("12345", "057112345")
