from typing import Any

import pytest

from results.ledger import CityScore
from results.views import VIEWS


def rows(archive: Any, view: str) -> list[dict[str, Any]]:
    return list(archive.store.database.query(f"select * from {view}"))


@pytest.mark.parametrize("name", list(VIEWS))
def test_every_view_has_exactly_the_columns_that_are_described(archive: Any, name: str) -> None:
    cursor = archive.store.database.execute(f"select * from {name} limit 0")
    assert [each[0] for each in cursor.description] == list(VIEWS[name].columns)


def test_the_newest_run_of_each_city_is_the_latest(archive: Any) -> None:
    second = archive.sweep(["city01"], week=1)
    assert {each["slug"]: each["sweep_id"] for each in rows(archive, "latest_city_scores")} == {
        "city00": 1,
        "city01": second,
        "city02": 1,
    }


def test_cities_whose_intervals_overlap_share_a_place(archive: Any) -> None:
    database = archive.store.database
    for run, (score, low, high) in enumerate([(90, 88, 92), (87, 85, 89), (60, 55, 65)], start=1):
        database.execute(
            "update city_scores set score = ?, low = ?, high = ? where run_id = ?", [score, low, high, run]
        )
    places = {
        each["slug"]: (each["rank"], each["rank_worst"], each["tied"])
        for each in rows(archive, "city_ranking")
    }
    assert places == {"city00": (1, 2, 1), "city01": (1, 2, 1), "city02": (3, 3, 0)}


def test_a_city_without_a_total_is_not_ranked_but_counted_in_its_region(archive: Any) -> None:
    archive.store.database.execute(
        "update city_scores set score = null, low = null, high = null where run_id = 2"
    )
    assert [each["slug"] for each in rows(archive, "city_ranking") if each["slug"] == "city01"] == []
    region = next(each for each in rows(archive, "region_scores") if each["region"] == "东北")
    assert (region["cities"], region["scored"], region["mean_score"]) == (1, 0, None)


def test_history_shows_the_change_and_the_last_computation_only(archive: Any) -> None:
    archive.sweep(["city00"], week=1)
    total = archive.store.all(CityScore, run_id=1)[0]
    archive.store.add(
        CityScore(run_id=1, city="city00", score=50.0, coverage=1.0, scoring=2, replaces=total.id)
    )
    history = [each for each in rows(archive, "score_history") if each["slug"] == "city00"]
    assert [each["sweep_id"] for each in history] == [1, 2]
    assert history[0]["score"] == 50 and history[0]["change"] is None
    assert history[1]["change"] == pytest.approx(history[1]["score"] - 50)


def test_gaps_and_drift(archive: Any) -> None:
    items = list(archive.store.database.query("select * from zone_items"))
    missing = {(each["run_id"], each["required_item"]) for each in items if each["reason"] == "not_listed"}
    assert (
        missing
        and {(each["run_id"], each["required_item"]) for each in rows(archive, "cross_province_gaps")}
        == missing
    )
    drift = next(each for each in rows(archive, "name_drift") if each["relation"] == "variant")
    assert drift["listed_name"] == "社会保障卡申领（指引）"
    assert drift["cities"] == len(drift["slugs"].split(","))
