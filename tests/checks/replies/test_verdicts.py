from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.replies.appeared import reply_in
from checks.replies.facts import Asked
from checks.replies.verdicts import core, judge_reply
from results.records import Reason, Verdict

QUESTION = "临时居民身份证办理需要多长时间办结？"
MATTER = "临时居民身份证办理"
OTHERS = ("居民身份证申领", "社会保障卡申领", "户口迁移", MATTER)
GREETING = ("您好，我是智能小助手，请问有什么可以帮您？", "热门问题", "社保卡怎么办理")


def _verdict(*lines: str, asked: Asked = Asked.LIMIT, matched: int = 0) -> tuple[Verdict, Reason | None]:
    appeared = reply_in([QUESTION, *lines], QUESTION, shown_before=GREETING, greeting=GREETING)
    judged = judge_reply(appeared, asked=asked, matter=MATTER, other_matters=OTHERS, matched=matched)
    return judged.verdict, judged.reason


@pytest.mark.parametrize(
    "reply",
    [
        "抱歉，没有理解您的问题",
        "对不起，我还不明白您的意思，请换个说法试试~",
        "很抱歉，暂未找到与“临时居民身份证办理需要多长时间办结？”相关的答案",
        "小助手正在努力学习中，暂时无法回答这个问题",
        "这个问题我还没有学会，您可以拨打12345热线咨询",
        "亲，请您描述得更具体一些",
        "知识库中没有相关内容",
        "您好，未查询到相关信息，请您重新输入关键词。",
        "这个问题超出了我的知识范围",
        "不好意思，我没听懂，您可以转人工服务。",
        "Sorry, I didn't understand that. Could you rephrase?",
        "您好，我是智能小助手，请问有什么可以帮您？",
        "很抱歉，您的问题我暂时回答不了，建议您致电12345政务服务便民热线。",
        "抱歉，没有找到答案。您是不是想问：\n1. 居民身份证申领\n2. 户口迁移",
    ],
)
def test_fallbacks_and_their_kin(reply: str) -> None:
    assert _verdict(*reply.split("\n"))[0] is Verdict.FALLBACK


@pytest.mark.parametrize(
    "reply",
    [
        "正在为您转接人工客服，请稍候",
        "人工坐席忙，您前面还有3位用户正在排队",
        "当前为非工作时间，人工客服不在线，请于工作日9:00-17:00咨询",
        "已为您接入人工客服",
    ],
)
def test_handing_over_is_its_own_verdict(reply: str) -> None:
    assert _verdict(reply)[0] is Verdict.HANDED_OVER


@pytest.mark.parametrize(
    "reply",
    [
        "系统繁忙，请稍后再试",
        "服务器内部错误",
        "500 Internal Server Error",
        '{"code":500,"msg":"接口调用失败"}',
        "网络异常，请检查网络",
        "undefined",
        "java.lang.NullPointerException: at com.example",
    ],
)
def test_a_back_ends_error_is_silence(reply: str) -> None:
    assert _verdict(reply) == (Verdict.SILENT, Reason.BACKEND_ERROR)


@pytest.mark.parametrize(
    "reply",
    [
        "临时居民身份证办理的承诺时限为1个工作日。",
        "临时身份证当场可取。",
        "一般3个工作日办结。",
        "关于“临时居民身份证办理需要多长时间办结？”，答案是20个工作日。",
        "办理临时身份证时，如系统未查询到您的户籍信息，请到派出所核实，一般1个工作日办结。",
    ],
)
def test_about_the_matter_is_answered_right_or_wrong(reply: str) -> None:
    assert _verdict(reply) == (Verdict.ANSWERED, None)


@pytest.mark.parametrize(
    "reply",
    ["社会保障卡申领需要15个工作日。", "居民身份证申领的时限为20个工作日。", "今天天气不错，祝您生活愉快。"],
)
def test_another_matter_is_off_topic(reply: str) -> None:
    assert _verdict(reply)[0] is Verdict.OFF_TOPIC


def test_nothing_dots_and_the_question_itself_are_silence() -> None:
    assert _verdict() == (Verdict.SILENT, Reason.NO_REPLY)
    assert _verdict("正在输入…") == (Verdict.SILENT, Reason.NO_REPLY)
    assert _verdict("12:30", "已读", "小助手", "...") != (Verdict.ANSWERED, None)
    assert _verdict(QUESTION) == (Verdict.SILENT, Reason.ECHO)
    assert _verdict(f"您的问题是：{QUESTION}") == (Verdict.SILENT, Reason.ECHO)


def test_the_menu_again_is_a_fallback_and_a_menu_that_was_there_is_nothing() -> None:
    assert _verdict(*GREETING)[0] is Verdict.FALLBACK


def test_a_known_fact_outweighs_an_apology() -> None:
    assert _verdict("抱歉让您久等了，1个工作日内办结。", matched=1) == (Verdict.ANSWERED, None)


def test_news_that_rotate_above_the_question_are_no_reply() -> None:
    appeared = reply_in(["全市召开大会", QUESTION, "1个工作日"], QUESTION)
    assert appeared.text == "1个工作日"


def test_the_newest_first_list_is_read_too() -> None:
    assert reply_in(["1个工作日", QUESTION], QUESTION).text == "1个工作日"


def test_a_bubble_that_breaks_the_question_is_still_the_question() -> None:
    appeared = reply_in([QUESTION[:8], QUESTION[8:], "1个工作日"], QUESTION)
    assert appeared.text == "1个工作日"


@given(st.lists(st.text(max_size=40), max_size=8), st.sampled_from(list(Asked)))
def test_every_text_gets_a_verdict_that_agrees_with_its_reason(lines: list[str], asked: Asked) -> None:
    verdict, reason = _verdict(*lines, asked=asked)
    assert (reason is not None) == (verdict is Verdict.SILENT)


@pytest.mark.parametrize(
    ("matter", "expected"),
    [
        ("临时居民身份证办理", "临时居民身份证"),
        ("社会保障卡申领", "社会保障卡"),
        ("药品经营许可证核发", "药品经营许可证"),
        ("户口迁移", "户口迁移"),
    ],
)
def test_the_core_of_a_matter(matter: str, expected: str) -> None:
    assert core(matter) == expected
