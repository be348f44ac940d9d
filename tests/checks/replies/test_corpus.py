"""A corpus of replies: what is no answer is known for what it is, and facts are counted in answers of any form."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from checks.replies.appeared import reply_in
from checks.replies.facts import Asked, Weighed, expected_facts, weigh
from checks.replies.verdicts import Judged, judge_reply
from results.records import Reason, Verdict

_CORPUS = tomllib.loads(Path(__file__).with_name("replies.toml").read_text("utf-8"))
_GREETING = (
    "您好，我是江州智能客服“小江”，很高兴为您服务！",
    "猜您想问",
    "社保卡怎么办理",
    "公积金提取需要什么材料",
    "转人工",
)
_MATTER = "社会保障卡补领"
_MATTERS = (
    _MATTER,
    "社会保障卡申领",
    "居民身份证换领",
    "公共场所卫生许可证核发",
    "户口迁移",
    "住房公积金提取",
)
_GUIDE = {
    "申请材料": "1.居民身份证原件；2.近期1寸白底免冠照片1张；3.社会保障卡补领申请表",
    "法定办结时限": "20个工作日",
    "承诺办结时限": "5个工作日",
    "收费": "16元/卡",
    "办理地点/时间": "江州市滨河路18号江州市政务服务中心二楼社保窗口；周一至周五 9:00-17:00",
    "咨询方式": "0571-85123456",
}
_FREE = {**_GUIDE, "收费": "不收费"}
_NO_ANSWER = [(kind, each) for kind, entry in _CORPUS["no_answer"].items() for each in entry["replies"]]
_ANSWERS = [(kind, each) for kind, entry in _CORPUS["answers"].items() for each in entry["replies"]]


def _judged(text: str, asked: Asked, guide: Mapping[str, str]) -> tuple[Judged, Weighed]:
    question = f"{_MATTER}：{asked}？"
    appeared = reply_in([question, *text.split("\n")], question, shown_before=_GREETING, greeting=_GREETING)
    expected = expected_facts(asked, guide)
    assert expected is not None
    weighed = weigh(appeared.text, expected)
    judged = judge_reply(
        appeared, asked=asked, matter=_MATTER, other_matters=_MATTERS, matched=weighed.matched
    )
    return judged, weighed


@pytest.mark.parametrize(("kind", "text"), _NO_ANSWER)
def test_what_is_no_answer_is_known_for_what_it_is(kind: str, text: str) -> None:
    judged, _ = _judged(text, Asked.LIMIT, _GUIDE)
    if kind == "login":
        assert (judged.verdict, judged.reason) == (Verdict.SILENT, Reason.LOGIN_WALL)
    elif kind == "silent":
        assert (judged.verdict, judged.reason) == (Verdict.SILENT, Reason.BACKEND_ERROR)
    else:
        assert judged.verdict.value == kind, judged.why


@pytest.mark.parametrize(("kind", "reply"), _ANSWERS)
def test_facts_are_counted_in_answers_of_any_form(kind: str, reply: Mapping[str, Any]) -> None:
    asked = Asked(kind.split()[0])
    judged, weighed = _judged(reply["text"], asked, _FREE if "free" in kind else _GUIDE)
    assert judged.verdict is Verdict.ANSWERED, judged.why
    assert [weighed.matched, weighed.contradicted] == reply["expect"], weighed.notes


@pytest.mark.parametrize(
    "text",
    [
        "法定办结时限为5个工作日，承诺办结时限为20个工作日。",
        "承诺时限：\n20个工作日\n法定时限：\n5个工作日",
        "| 法定办结时限 | 承诺办结时限 |\n| --- | --- |\n| 5个工作日 | 20个工作日 |",
    ],
)
def test_a_limit_under_the_other_ones_label_contradicts(text: str) -> None:
    _, weighed = _judged(text, Asked.LIMIT, _GUIDE)
    assert (weighed.matched, weighed.contradicted) == (0, 1)


def test_equal_limits_have_no_labels_to_confuse() -> None:
    same = {**_GUIDE, "法定办结时限": "5个工作日"}
    _, weighed = _judged("法定办结时限5个工作日，承诺办结时限5个工作日", Asked.LIMIT, same)
    assert (weighed.matched, weighed.contradicted) == (1, 0)
