from typing import Any

import pytest

from results.records import Verdict

CHATBOT = ("chatbot_available", "chatbot_reply_time", "chatbot_accuracy")


def test_no_chatbot_makes_the_facet_zero(sheet: Any) -> None:
    sheet.turn(None, "not_found")
    for indicator in CHATBOT:
        assert (sheet.score(indicator).score, sheet.score(indicator).status) == (0, "absent")
    facet = next(each for each in sheet.scored().facets if each.facet == "智能化")
    assert (facet.score, facet.coverage) == (0, 1)


def test_a_bot_that_answers_repeats_and_falls_silent(sheet: Any) -> None:
    facts = {"expected_facts": 2, "contradicted_facts": 0}
    sheet.turn("甲", first_reply_ms=1000, verdict=Verdict.ANSWERED, matched_facts=2, **facts)
    sheet.turn("乙", first_reply_ms=16_500, verdict=Verdict.FALLBACK, matched_facts=0, **facts)
    sheet.turn("丙", "echo", matched_facts=0, **facts)
    sheet.turn("丁", "no_reply", verdict=Verdict.SILENT, expected_facts=2)
    assert sheet.score("chatbot_available").score == 50
    assert sheet.score("chatbot_reply_time").score == pytest.approx(100 * (1 + 0.5) / 4)
    assert sheet.score("chatbot_accuracy").score == 25


def test_contradictions_are_taken_off_but_never_below_zero(sheet: Any) -> None:
    sheet.turn(
        "甲",
        verdict=Verdict.ANSWERED,
        matched_facts=1,
        contradicted_facts=1,
        expected_facts=2,
        first_reply_ms=1,
    )
    sheet.turn(
        "乙",
        verdict=Verdict.ANSWERED,
        matched_facts=2,
        contradicted_facts=0,
        expected_facts=2,
        first_reply_ms=1,
    )
    assert sheet.score("chatbot_accuracy").score == 50
    for number in range(4):
        sheet.turn(
            f"{number}",
            verdict=Verdict.ANSWERED,
            matched_facts=0,
            contradicted_facts=2,
            expected_facts=2,
            first_reply_ms=1,
        )
    assert sheet.score("chatbot_accuracy").score == 0


def test_questions_whose_guides_state_no_facts_judge_nothing(sheet: Any) -> None:
    sheet.turn("甲", verdict=Verdict.ANSWERED, expected_facts=0, first_reply_ms=1)
    assert (sheet.score("chatbot_accuracy").status, sheet.score("chatbot_available").score) == (
        "not_measured",
        100,
    )


def test_a_bot_behind_a_login_is_not_a_silent_one(sheet: Any) -> None:
    sheet.turn("甲", "login_wall")
    for indicator in CHATBOT:
        assert (sheet.score(indicator).score, sheet.score(indicator).status) == (None, "blocked")
