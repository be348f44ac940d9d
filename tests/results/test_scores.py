from typing import Any

import pytest

from results.errors import PlainError
from results.ledger import CityScore, Crawl, ItemList, Review, Run, Score, Scoring
from results.records import (
    Attachment,
    ChatTurn,
    Download,
    Guide,
    Interaction,
    Layout,
    Link,
    Page,
    PageLoad,
    Search,
    ZoneItem,
)
from results.scores import result_of, run_of

ROWS = (
    Page,
    Guide,
    Attachment,
    PageLoad,
    Layout,
    Link,
    Download,
    Search,
    ZoneItem,
    ChatTurn,
    Interaction,
    Crawl,
    ItemList,
)


def test_a_first_scoring_is_number_one_and_replaces_nothing(archive: Any) -> None:
    result = result_of(archive.store, run_of(archive.store, "city00"))
    assert len(result.scores) == len(result.indicators) == 15
    assert {each.replaces for each in result.scores} == {None}
    assert [each.why for each in result.scorings] == ["measured"]
    weights = {each.indicator: each.facet_weight * each.weight for each in result.indicators}
    lost = [each.points_lost * weights[each.indicator] for each in result.findings]
    assert lost == sorted(lost, reverse=True) and lost[0] > 0


def test_a_second_scoring_stands_beside_the_first_and_names_it(archive: Any) -> None:
    store = archive.store
    run = run_of(store, "city00")
    before = result_of(store, run)
    failed = next(each for each in store.all(PageLoad, run_id=run.id) if each.reason)
    review = Review(
        source_table="page_loads",
        source_id=failed.id,
        decision="overturned",
        by="甲",
        why="误判",
        decided_at="2026-02-01T00:00:00.000Z",
    )
    rows = [row for kind in ROWS for row in store.all(kind, run_id=run.id)]
    archive.score(run, rows, why="review", reviews=(review,))

    after = result_of(store, run)
    old = {each.indicator: each for each in before.scores}
    new = {each.indicator: each for each in after.scores}
    assert all(each.replaces == old[name].id and each.scoring == 2 for name, each in new.items())
    assert new["multi_browser_load"].coverage < old["multi_browser_load"].coverage
    assert after.total is not None and before.total is not None and after.total.replaces == before.total.id
    assert result_of(store, run, scoring=1).scores == before.scores
    assert [each.reviews for each in after.scorings] == [0, 1]
    assert len(store.all(Score, run_id=run.id)) == 30 and len(store.all(CityScore, run_id=run.id)) == 2
    assert len(store.all(Scoring, run_id=run.id)) == 2


def test_the_newest_scored_run_is_meant_when_no_sweep_is_named(archive: Any) -> None:
    store = archive.store
    second = archive.sweep(["city00"], week=1)
    assert run_of(store, "city00").sweep_id == second
    assert run_of(store, "city00", 1).sweep_id == 1
    store.add(Run(sweep_id=second, city="city00", state="running", started_at="2026-02-01T00:00:00.000Z"))
    assert run_of(store, "city00").id != store.all(Run)[-1].id


@pytest.mark.parametrize(("slug", "sweep"), [("atlantis", None), ("city00", 99)])
def test_a_city_that_was_not_measured_is_one_clear_line(archive: Any, slug: str, sweep: int | None) -> None:
    with pytest.raises(PlainError, match=slug):
        run_of(archive.store, slug, sweep)
