from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.replies.facts import Asked, Expected, expected_facts, weigh

GUIDE = {
    "申请材料": "1.居民户口簿原件；2.近期一寸免冠照片2张；3.《临时居民身份证申领登记表》",
    "法定办结时限": "3个工作日",
    "承诺办结时限": "1个工作日",
    "收费": "10元/证",
    "办理地点/时间": "江南区滨河路18号江南区政务服务中心二楼；周一至周五 9:00-17:00",
    "咨询方式": "0771-2345678",
    "监督投诉方式": "0771-7654321",
}
URL = "https://zwfw.example.gov.cn/guide/123?area=1"


def _net(asked: Asked, reply: str, **more: object) -> tuple[int, int, int]:
    expected = expected_facts(asked, GUIDE)
    assert expected is not None
    worth = weigh(reply, expected, **more)  # type: ignore[arg-type]
    return worth.matched, worth.contradicted, worth.expected


@pytest.mark.parametrize(
    ("asked", "reply", "expected"),
    [
        (Asked.MATERIALS, "您需要带户口本、照片和临时身份证申领登记表。", (3, 0, 3)),
        (Asked.MATERIALS, "请提供：\n1. 居民户口簿\n2. 一寸照片两张", (2, 0, 3)),
        (Asked.MATERIALS, "需要户口簿、结婚证。", (1, 1, 3)),
        (Asked.MATERIALS, "不需要户口簿，带照片即可。", (1, 0, 3)),
        (Asked.LIMIT, "承诺一个工作日内办结。", (1, 0, 1)),
        (Asked.LIMIT, "法定时限3天，承诺时限1天。", (1, 0, 1)),
        (Asked.LIMIT, "需要20个工作日。", (0, 1, 1)),
        (Asked.LIMIT, "1个工作日、3个工作日、5个工作日、10个工作日都有可能。", (1, 1, 1)),
        (Asked.LIMIT, "临时居民身份证有效期三个月，1个工作日办结。", (1, 0, 1)),
        (Asked.FEE, "工本费十元。", (1, 0, 1)),
        (Asked.FEE, "不收费。", (0, 1, 1)),
        (Asked.FEE, "收费20元。", (0, 1, 1)),
        (Asked.PLACE, "请到滨河路18号办理。", (1, 0, 1)),
        (Asked.PLACE, "江南区政务服务中心即可办理", (1, 0, 1)),
        (Asked.PLACE, "请到人民路99号办理。", (0, 1, 1)),
        (Asked.TELEPHONE, "请拨打 2345678 咨询，或拨12345。", (1, 0, 1)),
        (Asked.TELEPHONE, "投诉电话0771-7654321", (0, 0, 1)),
        (Asked.TELEPHONE, "电话0771-3112223", (0, 1, 1)),
    ],
)
def test_facts_in_synonyms_and_number_forms(asked: Asked, reply: str, expected: tuple[int, int, int]) -> None:
    assert _net(asked, reply) == expected


def test_a_free_matter_is_contradicted_by_a_charge() -> None:
    expected = expected_facts(Asked.FEE, {"收费": "否"})
    assert expected is not None and expected.free
    assert weigh("本事项不收费", expected).matched == 1
    assert weigh("收费标准为50元", expected).contradicted == 1


def test_a_link_to_the_guide_counts_as_a_fact_and_is_noted() -> None:
    expected = expected_facts(Asked.MATERIALS, GUIDE)
    assert expected is not None
    worth = weigh("详情请查看办事指南。", expected, links=[URL], guide_url=URL)
    assert worth.matched == 1
    assert any("link" in each for each in worth.notes)
    assert weigh("详情请查看办事指南。", expected, links=[URL + "9"], guide_url=URL).matched == 0


def test_nothing_to_check_is_no_question() -> None:
    assert expected_facts(Asked.FEE, {"收费": "按规定"}) is None
    assert expected_facts(Asked.LIMIT, {}) is None
    assert expected_facts(Asked.TELEPHONE, {"咨询方式": "现场咨询"}) is None


@given(
    right=st.integers(min_value=1, max_value=60),
    others=st.sets(st.integers(min_value=1, max_value=60), min_size=1, max_size=10),
)
def test_whoever_recites_time_limits_wins_nothing(right: int, others: set[int]) -> None:
    others.discard(right)
    expected = expected_facts(Asked.LIMIT, {"承诺办结时限": f"{right}个工作日"})
    assert expected is not None
    reply = "，".join(f"{each}个工作日" for each in sorted(others | {right}))
    worth = weigh(reply, expected)
    assert worth.matched == 1
    assert worth.matched - worth.contradicted == (0 if others else 1)


@given(st.text(max_size=200), st.sampled_from(list(Asked)))
def test_counts_stay_within_what_is_expected(reply: str, asked: Asked) -> None:
    expected = expected_facts(asked, GUIDE)
    assert expected is not None
    worth = weigh(reply, expected, guide_url=URL)
    assert 0 <= worth.matched <= worth.expected == expected.count
    assert 0 <= worth.contradicted <= worth.expected


@pytest.mark.parametrize("asked", list(Asked))
def test_the_guide_itself_is_right_about_itself(asked: Asked) -> None:
    expected = expected_facts(asked, GUIDE)
    assert expected is not None
    worth = weigh("。".join(GUIDE.values()), expected)
    assert (worth.matched, worth.contradicted) == (worth.expected, 0)


def test_expected_fees_are_sums() -> None:
    expected = expected_facts(Asked.FEE, {"收费": "首次申领20元/证；丢失补领四十元/证"})
    assert isinstance(expected, Expected)
    assert expected.fees == (Decimal(20), Decimal(40))
