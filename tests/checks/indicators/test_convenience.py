from typing import Any

import pytest

from checks.lists import scenario_matters
from results.records import PageKind, Reason

MATTER = "临时居民身份证办理"


def test_every_trial_counts_and_an_empty_result_page_is_stable(sheet: Any) -> None:
    sheet.search(MATTER, rank=1)
    sheet.search(MATTER, "no_results", attempt=2)
    sheet.search(MATTER, "irrelevant_results", attempt=3)
    sheet.search(MATTER, "http_5xx", attempt=4)
    found = sheet.score("search_stability")
    assert (found.score, found.measured, found.passed) == (75, 4, 3)


def test_relevance_is_the_mean_reciprocal_rank_over_matter_and_wording(sheet: Any) -> None:
    sheet.search("甲", rank=1)
    sheet.search("甲", "http_5xx", attempt=2)
    sheet.search("甲的口语", rank=2, matter="甲", wording="loose")
    sheet.search("乙", "no_results")
    sheet.search("乙", rank=4, matter="乙", wording="loose")
    found = sheet.score("search_relevance")
    assert found.score == pytest.approx(100 * (1 + 0.5 + 0 + 0.25) / 4)
    assert found.measured == 4


def test_without_a_search_both_are_zero_and_covered(sheet: Any) -> None:
    sheet.search("甲", "not_offered")
    for indicator in ("search_stability", "search_relevance"):
        found = sheet.score(indicator)
        assert (found.score, found.status, found.coverage, found.note) == (0, "absent", 1, "not_offered")


def test_a_search_behind_a_captcha_is_blocked(sheet: Any) -> None:
    sheet.search("甲", "captcha")
    assert (sheet.score("search_stability").status, sheet.score("search_stability").score) == (
        "blocked",
        None,
    )


@pytest.mark.parametrize(("depth", "score"), [(1, 100), (3, 100), (4, 80), (7, 20), (8, 0), (12, 0)])
def test_depth(sheet: Any, depth: int, score: float) -> None:
    sheet.crawled()
    for number, each in enumerate(scenario_matters()):
        sheet.guide(f"/guide/{number}", each.name, depth=depth)
    assert sheet.score("guide_depth").score == score


def test_a_matter_that_a_complete_crawl_did_not_find_counts_zero(sheet: Any) -> None:
    sheet.crawled()
    matters = scenario_matters()
    for number, each in enumerate(matters[1:]):
        sheet.guide(f"/guide/{number}", each.name)
    found = sheet.score("guide_depth")
    assert found.score == pytest.approx(100 * (1 - 1 / len(matters)))
    assert any(matters[0].name in each.text_zh for each in sheet.scored().findings)


def test_no_scenario_guide_at_all_is_absent(sheet: Any) -> None:
    sheet.crawled()
    sheet.guide("/guide/1", "建筑工程施工许可证核发")
    assert (sheet.score("guide_depth").score, sheet.score("guide_depth").status) == (0, "absent")


def test_depth_after_an_unfinished_crawl_is_not_measured(sheet: Any) -> None:
    sheet.crawled(complete=False)
    sheet.guide("/guide/1", MATTER)
    assert (sheet.score("guide_depth").score, sheet.score("guide_depth").status) == (None, "not_measured")


@pytest.mark.parametrize(
    ("layout", "score"),
    [
        ({"has_viewport": True, "small_text_share": 0.1}, 100),
        ({"has_viewport": True, "small_text_share": 0.4}, 100),
        ({"has_viewport": True, "small_text_share": 0.41}, 0),
        ({"has_viewport": False, "small_text_share": 0.0}, 0),
        ({"reason": "horizontal_scroll", "has_viewport": True}, 0),
        ({}, 100),
    ],
)
def test_layout(sheet: Any, layout: dict[str, Any], score: float) -> None:
    sheet.layout(sheet.page("/guide/1"), layout.pop("reason", None), **layout)
    result = sheet.scored()
    assert sheet.score("mobile_layout").score == score
    assert sum(each.points_lost for each in result.findings) == 100 - score


@pytest.mark.parametrize("reason", ["captcha", "login_wall", "http_5xx"])
def test_a_guide_that_does_not_open_is_as_deep_as_its_link(sheet: Any, reason: str) -> None:
    sheet.crawled()
    shut, *others = scenario_matters()
    for number, each in enumerate(others):
        sheet.guide(f"/guide/{number}", each.name, depth=2)
    sheet.page(
        "/guide/shut",
        PageKind.OTHER,
        depth=2,
        reason=Reason(reason),
        linked_as_guide=True,
        link_text=shut.name,
    )
    assert sheet.score("guide_depth").score == 100
