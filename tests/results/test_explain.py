from pathlib import Path
from typing import Any

import pytest

from results.errors import PlainError
from results.evidence import folder_of
from results.explain import explain
from results.ledger import Review
from results.scores import run_of
from results.wording import as_text


def test_every_point_opens_down_to_page_moment_engine_and_reason(archive: Any) -> None:
    run = run_of(archive.store, "city00")
    found = explain(archive.store, run.id, "multi_browser_load")
    assert found.score.score is not None and found.score.score < 100
    assert sum(each.points_lost for each in found.costly) == pytest.approx(100 - found.score.score, abs=0.01)
    for each in found.costly:
        assert each.table == "page_loads" and each.id
        assert each.engine in ("chromium", "firefox") and each.reason == "blank_page" and each.attempt == 1
        assert each.measured_at == run.started_at and each.place.startswith("http://city00.test/")
        assert each.evidence and Path(each.evidence).is_file() and not each.evidence_missing
    assert sum(each.points for each in found.gains) == pytest.approx(100 - found.score.score, abs=0.01)
    assert found.weight_in_total == pytest.approx(0.175)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("zh", ("规则", "出处", "失分", "怎样提高", "总分约 +", "证据", "可及性")),
        (
            "en",
            (
                "Rule",
                "Source",
                "What cost points",
                "What would raise",
                "total about +",
                "evidence",
                "accessibility",
            ),
        ),
    ],
)
def test_the_words_hold_rule_source_evidence_and_remedy(
    archive: Any, language: str, words: tuple[str, ...]
) -> None:
    text = as_text(explain(archive.store, run_of(archive.store, "city00").id, "multi_browser_load"), language)
    for word in (*words, "零点", "2026-01-05T01:00:00.000Z", ".png"):
        assert word in text


def test_what_was_not_measured_says_why(archive: Any) -> None:
    found = explain(archive.store, run_of(archive.store, "city00").id, "home_availability")
    assert found.costly == () and "访问次数尚不足以评定" in as_text(found, "zh")


def test_a_pruned_evidence_file_is_reported_not_a_crash(archive: Any) -> None:
    for path in folder_of(archive.store.path).rglob("*.png"):
        path.unlink()
    found = explain(archive.store, run_of(archive.store, "city00").id, "multi_browser_load")
    assert all(each.evidence_missing for each in found.costly)
    assert "文件已不存在" in as_text(found, "zh")


def test_a_review_stands_beside_its_observation(archive: Any) -> None:
    run = run_of(archive.store, "city00")
    one = explain(archive.store, run.id, "attachment_download")
    target = (one.costly or one.remarks)[0]
    archive.store.add(
        Review(
            source_table=target.table,
            source_id=target.id,
            decision="upheld",
            by="王审核",
            why="复核属实",
            decided_at="2026-02-01T00:00:00.000Z",
        )
    )
    fields = explain(archive.store, run.id, "attachment_download").as_fields()
    assert any(each["reviews"] and each["reviews"][0]["by"] == "王审核" for each in fields["observations"])


@pytest.mark.parametrize(
    ("run_id", "indicator", "says"), [(999, "load_time", "999"), (1, "liveliness", "liveliness")]
)
def test_wrong_questions_are_one_clear_line(archive: Any, run_id: int, indicator: str, says: str) -> None:
    with pytest.raises(PlainError, match=says):
        explain(archive.store, run_id, indicator)


@pytest.mark.parametrize(
    "indicator",
    [
        "search_stability",
        "chatbot_accuracy",
        "cross_province_items",
        "guide_depth",
        "load_time",
        "guide_elements",
        "link_health",
    ],
)
def test_each_indicator_explains_all_that_it_lost(archive: Any, indicator: str) -> None:
    for slug in ("city00", "city01", "city02"):
        found = explain(archive.store, run_of(archive.store, slug).id, indicator)
        assert found.score.score is not None
        assert sum(each.points_lost for each in found.costly) == pytest.approx(
            100 - found.score.score, abs=0.01
        )
