"""Properties that every scoring must have, over portals put together at random."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checks.catalogue import load
from checks.lists import scenario_matters
from checks.scoring import RunFacts, RunScores, score_run
from results.ledger import Run, State
from results.records import (
    ChatTurn,
    Download,
    Interaction,
    Link,
    Observation,
    Outcome,
    PageLoad,
    Reason,
    Relation,
    Search,
    Verdict,
    ZoneItem,
)

RUN = Run(id=1, sweep_id=1, city="shanghai", state=State.COMPLETE, started_at="2026-11-21T08:00:00.000Z")
FEATURES = (Search, ZoneItem, Interaction, ChatTurn)
"""What a portal could take away; its absence has a meaning."""

endings = st.sampled_from(
    [None, None, None, "timeout", "http_5xx", "forbidden", "login_wall", "prober_overloaded"]
)
portals = st.lists(st.tuples(endings, endings, endings), min_size=1, max_size=8)


def build(sheet: Any, rows: list[tuple[str | None, str | None, str | None]]) -> RunFacts:
    sheet.crawled()
    sheet.items_known(len(rows), len(rows))
    for number, (first, second, third) in enumerate(rows):
        matter = scenario_matters()[number % len(scenario_matters())].name
        page = sheet.guide(f"/guide/{number}", matter, depth=2 + number, present=number + 2)
        sheet.load(page, "chromium", first)
        sheet.load(page, "firefox", second)
        sheet.load(page, "webkit", third)
        sheet.timed(page, 1000.0 * (number + 1), third)
        sheet.link(page, f"http://127.0.0.5/{number}", second)
        sheet.layout(page, first, has_viewport=number % 2 == 0)
        sheet.download(page, f"附件{number}", third)
        sheet.search(matter, first, rank=None if first else number + 1, attempt=number + 1)
        sheet.item(f"事项{number}", "not_listed" if second else None)
        sheet.turn(
            f"问{number}",
            third,
            first_reply_ms=None if third else 4000.0 * number,
            verdict=None if third else Verdict.ANSWERED,
            matched_facts=number % 3,
            contradicted_facts=number % 2,
            expected_facts=3,
        )
        sheet.visit(first)
    for module, reason in zip(("consult", "complain", "rate"), rows[0], strict=True):
        sheet.module(module, reason)
    return sheet.facts()


def score(facts: RunFacts) -> RunScores:
    return score_run(facts, load(), RUN)


def total(scores: RunScores) -> float:
    return scores.city.score if scores.city.score is not None else 0.0


def changed(facts: RunFacts, kind: type[Observation], rows: tuple[Observation, ...]) -> RunFacts:
    return RunFacts({**facts.records, kind: rows})


@given(portals)
@settings(max_examples=30, deadline=None)
def test_everything_lies_within_its_bounds_and_findings_explain_every_point(
    new_sheet: type[Any], rows: list[tuple[str | None, str | None, str | None]]
) -> None:
    scores = score(build(new_sheet(), rows))
    assert len(scores.scores) == 15
    for each in scores.scores:
        assert (each.score is None) == (each.status in ("not_measured", "blocked"))
        if each.score is None:
            continue
        assert 0 <= each.score <= 100 and 0 <= each.coverage <= 1
        if each.low is not None and each.high is not None:
            assert 0 <= each.low <= each.score <= each.high <= 100
        lost = sum(finding.points_lost for finding in scores.findings if finding.indicator == each.indicator)
        assert lost == pytest.approx(100 - each.score, abs=0.01)
    for facet in (*scores.facets, scores.city):
        assert 0 <= facet.coverage <= 1
        assert (facet.score is not None) == (facet.coverage >= 0.60)


@given(portals, st.randoms(use_true_random=False))
@settings(max_examples=20, deadline=None)
def test_the_order_of_observations_means_nothing(
    new_sheet: type[Any], rows: list[tuple[str | None, str | None, str | None]], luck: random.Random
) -> None:
    facts = build(new_sheet(), rows)
    shuffled = {kind: tuple(luck.sample(found, len(found))) for kind, found in facts.records.items()}
    assert score(RunFacts(shuffled)) == score(facts)


@given(portals, st.data())
@settings(max_examples=30, deadline=None)
def test_a_failure_that_becomes_a_pass_never_lowers_the_total(
    new_sheet: type[Any], rows: list[tuple[str | None, str | None, str | None]], data: st.DataObject
) -> None:
    facts = build(new_sheet(), rows)
    kind = data.draw(st.sampled_from([PageLoad, Link, Download, Search, ZoneItem, ChatTurn, Interaction]))
    found = facts.of(kind)
    failed = [index for index, each in enumerate(found) if each.outcome is Outcome.FAILED]
    if not failed:
        return
    index = data.draw(st.sampled_from(failed))
    better: dict[str, Any] = {"outcome": Outcome.OK, "reason": None}
    if kind is ZoneItem:
        better["relation"] = Relation.SAME
    if kind is PageLoad:
        better["load_ms"] = 20_000.0
    if kind is ChatTurn:
        better |= {
            "first_reply_ms": 60_000.0,
            "verdict": Verdict.FALLBACK,
            "matched_facts": 0,
            "contradicted_facts": 0,
        }
    mended = changed(facts, kind, (*found[:index], replace(found[index], **better), *found[index + 1 :]))
    before, after = score(facts), score(mended)
    assert total(after) >= total(before) - 1e-3
    for old, new in zip(before.scores, after.scores, strict=True):
        if old.score is not None and new.score is not None:
            assert new.score >= old.score - 1e-3, new.indicator


@given(portals, st.sampled_from(FEATURES), st.booleans())
@settings(max_examples=30, deadline=None)
def test_nothing_is_gained_by_taking_a_feature_away(
    new_sheet: type[Any],
    rows: list[tuple[str | None, str | None, str | None]],
    kind: type[Observation],
    one_only: bool,
) -> None:
    facts = build(new_sheet(), [tuple(None if end in OURS else end for end in row) for row in rows])
    found = facts.of(kind)
    # a bot is there or not; a single answer that contradicts the guide is worse than none, by the rule
    one_only = one_only and kind is not ChatTurn
    gone = {"outcome": Outcome.ABSENT, "reason": Reason.NOT_OFFERED}
    removed = tuple(
        replace(each, **gone) if index == 0 or not one_only else each for index, each in enumerate(found)
    )
    before, after = score(facts), score(changed(facts, kind, removed))
    assert total(after) <= total(before) + 1e-3
    for old, new in zip(before.scores, after.scores, strict=True):
        if old.score is not None and new.score is not None:
            assert new.score <= old.score + 1e-3, new.indicator


OURS = ("prober_overloaded", "forbidden", "login_wall")
"""What was never measured cannot be compared with what is gone."""


def test_nothing_observed_is_nothing_claimed() -> None:
    scores = score(RunFacts({}))
    assert {each.status for each in scores.scores} == {"not_measured"}
    assert (scores.city.score, scores.city.coverage, scores.city.grade, scores.city.blocked) == (
        None,
        0,
        None,
        False,
    )
    assert scores.findings == ()


def test_the_total_is_the_weighted_mean_and_the_study_counts_its_dimension_alone(sheet: Any) -> None:
    for number in range(10):
        page = sheet.page(f"/{number}")
        sheet.load(page, "chromium")
        sheet.load(page, "firefox", "blank_page")
        sheet.timed(page, 1000)
        sheet.link(page, f"/{number}")
        sheet.search("甲", attempt=number + 1)
        sheet.layout(page)
        sheet.download(page, f"{number}")
        sheet.turn(f"{number}", first_reply_ms=1.0, expected_facts=1, matched_facts=1)
    scores = score(sheet.facts())
    by_facet = {each.facet: (each.score, each.coverage) for each in scores.facets}
    # multi_browser_load 50; home_availability not due
    assert by_facet["可及性"] == (pytest.approx((0.5 * 50 + 0.15 * 100 + 0.15 * 100) / 0.8), 0.8)
    # search_relevance 0 (never on the page); guide_depth not measured
    assert by_facet["便利性"] == (pytest.approx((0.35 + 0.15) * 100 / 0.8, abs=0.001), 0.8)
    # downloads alone cover 0.40 of 有效性
    assert by_facet["有效性"] == (None, 0.4)
    assert by_facet["智能化"] == (100, 1)
    assert scores.city.coverage == pytest.approx(0.35 * 0.8 + 0.25 * 0.8 + 0.15)
    assert scores.city.score == pytest.approx((0.35 * 68.75 + 0.25 * 62.5 + 0.15 * 100) / 0.75, abs=0.001)
    # 技术支撑 alone: 便利性 100, 有效性 100
    assert scores.city.score_study == pytest.approx(
        0.35 * 68.75 + 0.25 * 100 + 0.25 * 100 + 0.15 * 100, abs=0.001
    )
    assert scores.city.low < scores.city.score < scores.city.high


def test_a_fault_keeps_its_key_when_the_portal_moves_and_the_reason_changes(
    sheet: Any, new_sheet: type[Any]
) -> None:
    other = new_sheet()
    for each, host, reason in ((sheet, "a.gov.cn", "timeout"), (other, "b.gov.cn", "http_5xx")):
        page = each.page("", url=f"https://{host}/guide/1", title="一页")
        each.load(page, "chromium")
        each.load(page, "firefox", reason)
    (first,), (second,) = score(sheet.facts()).findings, score(other.facts()).findings
    assert first.finding_key == second.finding_key
    assert first.text_zh != second.text_zh
