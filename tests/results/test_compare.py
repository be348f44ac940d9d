from typing import Any

import pytest

from results.compare import compare
from results.errors import PlainError


@pytest.fixture
def two(new_archive: Any) -> Any:
    """Two sweeps of the same three cities without any trouble."""
    archive = new_archive()
    slugs = archive.cities(3)
    archive.sweep(slugs, trouble=-1)
    archive.sweep(slugs, trouble=-1)
    return archive


def test_the_same_portal_twice_is_no_regression(two: Any) -> None:
    found = compare(two.store, 1, 2)
    assert not found.regression
    assert [each.difference for each in found.totals] == [0, 0, 0]
    assert all(not each.new and not each.mended and each.still for each in found.faults)


def test_what_broke_is_new_what_was_mended_is_gone(new_archive: Any) -> None:
    archive = new_archive()
    slugs = archive.cities(1)
    archive.sweep(slugs, week=1, trouble=-1)
    archive.sweep(slugs, week=1, trouble=0.9)
    worse, better = compare(archive.store, 1, 2), compare(archive.store, 2, 1)
    assert worse.regression and not better.regression
    assert worse.totals[0].worse and better.totals[0].beyond_noise and not better.totals[0].worse
    assert {each.finding_key for each in worse.faults[0].new} == {
        each.finding_key for each in better.faults[0].mended
    }
    assert worse.faults[0].broke and not better.faults[0].broke
    fields = worse.as_fields()
    assert fields["regression"] is True and fields["findings"][0]["new"][0]["text_zh"]


def test_one_broken_attachment_is_a_regression_though_the_score_stays_within_noise(two: Any) -> None:
    store = two.store
    finding = {
        "run_id": 4,
        "indicator": "attachment_download",
        "finding_key": "attachment_download-x",
        "source_table": "downloads",
        "points_lost": 3.3,
        "text_zh": "坏",
        "text_en": "broken",
        "scoring": 1,
    }
    store.database.table("findings").insert(finding)
    found = compare(store, 1, 2)
    assert not found.totals[0].beyond_noise and found.regression
    assert [each.finding_key for each in found.faults[0].broke] == ["attachment_download-x"]


def test_a_trial_that_failed_once_is_no_regression(two: Any) -> None:
    two.store.database.table("findings").insert(
        {
            "run_id": 4,
            "indicator": "search_stability",
            "finding_key": "search_stability-x",
            "source_table": "searches",
            "points_lost": 3.3,
            "text_zh": "错",
            "text_en": "error",
            "scoring": 1,
        }
    )
    found = compare(two.store, 1, 2)
    assert found.faults[0].new and not found.regression


def test_a_feature_that_is_gone_is_a_regression(two: Any) -> None:
    two.store.database.execute(
        "update scores set status = 'absent', score = 0, low = null where run_id = 4 and indicator = 'chatbot_available'"
    )
    found = compare(two.store, 1, 2)
    (gone,) = [each for each in found.indicators if each.gone]
    assert gone.indicator == "chatbot_available" and gone.worse and found.regression


def test_what_was_not_measured_this_time_is_not_mended(new_archive: Any) -> None:
    archive = new_archive()
    slugs = archive.cities(1)
    archive.sweep(slugs, trouble=0.9)
    archive.sweep(slugs, trouble=0.9)
    archive.store.database.execute(
        "update scores set status = 'not_measured', score = null where run_id = 2 and indicator = 'link_health'"
    )
    archive.store.database.execute("delete from findings where run_id = 2 and indicator = 'link_health'")
    assert not [
        each for each in compare(archive.store, 1, 2).faults[0].mended if each.indicator == "link_health"
    ]


def test_other_engines_do_not_compare_unless_told(two: Any) -> None:
    two.store.database.execute(
        "update page_loads set engine = 'webkit' where engine = 'firefox' and run_id > 3"
    )
    with pytest.raises(PlainError, match="different engines"):
        compare(two.store, 1, 2)
    assert "engines" in compare(two.store, 1, 2, anyway=True).warnings[0].en


def test_another_catalogue_does_not_compare_but_a_reworded_rule_does(two: Any) -> None:
    two.store.database.execute("update indicators set rule = 'reworded' where sweep_id = 2")
    assert not compare(two.store, 1, 2).warnings
    two.store.database.execute(
        "update indicators set weight = 0.4 where sweep_id = 2 and indicator = 'load_time'"
    )
    with pytest.raises(PlainError, match="different catalogues"):
        compare(two.store, 1, 2)


@pytest.mark.parametrize(("first", "second", "says"), [(1, 9, "no sweep 9"), (9, 1, "no sweep 9")])
def test_a_sweep_that_is_not_there(two: Any, first: int, second: int, says: str) -> None:
    with pytest.raises(PlainError, match=says):
        compare(two.store, first, second)


def test_cities_of_one_sweep_only_are_named(two: Any) -> None:
    third = two.sweep(["city00"], trouble=-1)
    assert compare(two.store, 1, third).only_first == ("city01", "city02")
    fourth = two.sweep(["city01"], trouble=-1)
    with pytest.raises(PlainError, match="no city in common"):
        compare(two.store, third, fourth)
