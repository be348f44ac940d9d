import sqlite3
from pathlib import Path
from typing import Any

import pytest

from results.errors import PlainError, StoreError
from results.evidence import folder_of
from results.explain import explain
from results.ledger import City, Evidence, Finding, Review, Run, Score, Sweep
from results.merge import merge
from results.records import Link
from results.scores import result_of, run_of
from results.store import Store
from results.tables import tables


def counts(path: Path) -> dict[str, int]:
    connection = sqlite3.connect(path)
    try:
        return {
            each.TABLE: connection.execute(f"select count(*) from {each.TABLE}").fetchone()[0]
            for each in tables()
        }
    finally:
        connection.close()


@pytest.fixture
def shards(new_archive: Any) -> tuple[Any, Any]:
    """One sweep of three cities, measured by two machines."""
    first, second = new_archive("a.db"), new_archive("b.db")
    slugs = first.cities(3)
    second.cities(3)
    first.sweep(slugs[:2], trouble=0.4)
    second.sweep(slugs[2:], trouble=0.4)
    return first, second


def test_two_parts_of_one_sweep_become_one(shards: Any, tmp_path: Path) -> None:
    first, second = shards
    target = tmp_path / "c.db"
    added = merge([first.store.path, second.store.path], target)
    assert (added.sweeps, added.runs, added.evidence_missing) == (1, 3, 0)
    with Store.open_existing(target) as store:
        assert [each.city for each in store.all(Run)] == ["city00", "city01", "city02"]
        assert {each.sweep_id for each in store.all(Run)} == {1}
        assert store.database.execute("pragma foreign_key_check").fetchall() == []
        for shard, slug in ((first, "city00"), (second, "city02")):
            before, after = (
                result_of(shard.store, run_of(shard.store, slug)),
                result_of(store, run_of(store, slug)),
            )
            assert [each.score for each in before.scores] == [each.score for each in after.scores]
            assert [each.finding_key for each in before.findings] == [
                each.finding_key for each in after.findings
            ]
            old = explain(shard.store, before.run.id or 0, "multi_browser_load")
            new = explain(store, after.run.id or 0, "multi_browser_load")
            assert [(each.place, each.engine) for each in old.costly] == [
                (each.place, each.engine) for each in new.costly
            ]
            assert new.costly and all(each.evidence and Path(each.evidence).is_file() for each in new.costly)


def test_merging_again_adds_nothing(shards: Any, tmp_path: Path) -> None:
    first, second = shards
    target = tmp_path / "c.db"
    merge([first.store.path, second.store.path], target)
    before = counts(target)
    again = merge([second.store.path, first.store.path], target)
    assert counts(target) == before and (again.sweeps, again.runs, again.rows, again.evidence_files) == (
        0,
        0,
        0,
        0,
    )


def test_no_row_is_lost_or_doubled(shards: Any, tmp_path: Path) -> None:
    first, second = shards
    first.store.database.execute(
        "insert into links select null, " + LINK_COLUMNS + " from links where id = 1"
    )
    target = tmp_path / "c.db"
    merge([first.store.path, second.store.path], target)
    together, parts = counts(target), [counts(each.store.path) for each in shards]
    shared = ("cities", "sweeps", "indicators", "evidence")
    for table in together.keys() - set(shared):
        assert together[table] == sum(each[table] for each in parts), table


LINK_COLUMNS = ", ".join(each.name for each in Link.columns() if each.name != "id")


def test_sources_stay_as_they_are(shards: Any, tmp_path: Path) -> None:
    before = [counts(each.store.path) for each in shards]
    merge([each.store.path for each in shards], tmp_path / "c.db")
    assert [counts(each.store.path) for each in shards] == before


def test_a_file_that_already_holds_a_part_adds_the_rest_only(shards: Any, tmp_path: Path) -> None:
    first, second = shards
    target = tmp_path / "c.db"
    merge([first.store.path], target)
    first.sweep(["city00"], week=3)
    added = merge([first.store.path, second.store.path], target)
    assert (added.sweeps, added.runs) == (1, 2)
    with Store.open_existing(target) as store:
        assert len(store.all(Sweep)) == 2 and len(store.all(Score)) == 4 * 15


def test_reviews_and_rescored_rows_point_at_their_own(shards: Any, tmp_path: Path) -> None:
    first, second = shards
    failed = next(each for each in second.store.all(Finding) if each.indicator == "multi_browser_load")
    second.store.add(
        Review(
            source_table="page_loads",
            source_id=failed.source_id,
            decision="upheld",
            by="甲",
            why="乙",
            decided_at="2026-02-01T00:00:00.000Z",
        )
    )
    score = second.store.all(Score)[0]
    second.store.database.table("scores").insert(
        {**score.as_row(), "id": None, "scoring": 2, "replaces": score.id}
    )
    target = tmp_path / "c.db"
    merge([first.store.path, second.store.path], target)
    with Store.open_existing(target) as store:
        (review,) = store.all(Review)
        row = next(iter(store.database.query("select * from page_loads where id = ?", [review.source_id])))
        assert row["url"].startswith("http://city02.test/") and row["outcome"] == "failed"
        again = store.all(Score, scoring=2)[0]
        replaced = store.all(Score, id=again.replaces)[0]
        assert (replaced.run_id, replaced.indicator) == (again.run_id, again.indicator)


def test_lost_evidence_is_counted_not_a_crash(shards: Any, tmp_path: Path) -> None:
    first, second = shards
    gone = list(folder_of(second.store.path).rglob("*.png"))
    for path in gone:
        path.unlink()
    assert merge([first.store.path, second.store.path], tmp_path / "c.db").evidence_missing == len(gone) > 0


def test_a_city_that_only_one_file_knows_comes_along(shards: Any, tmp_path: Path) -> None:
    first, second = shards
    second.store.put(City(slug="lhasa", name="拉萨市"))
    target = tmp_path / "c.db"
    merge([first.store.path, second.store.path], target)
    with Store.open_existing(target) as store:
        assert store.all(City, slug="lhasa")[0].name == "拉萨市"
        assert store.all(Evidence)


@pytest.mark.parametrize(
    ("sql", "says"),
    [
        ("update sweeps set tool_version = '9.9.9'", "different versions"),
        ("update indicators set weight = 0.9 where indicator = 'load_time'", "another catalogue"),
    ],
)
def test_clashes_are_refused_with_a_reason_and_leave_no_file(
    shards: Any, tmp_path: Path, sql: str, says: str
) -> None:
    first, second = shards
    second.store.database.execute(sql)
    target = tmp_path / "c.db"
    with pytest.raises(PlainError, match=says):
        merge([first.store.path, second.store.path], target)
    assert not list(tmp_path.glob("c.db*"))


def test_wrong_files_are_one_clear_line(shards: Any, tmp_path: Path) -> None:
    first, _ = shards
    with pytest.raises(PlainError, match="one of the sources"):
        merge([first.store.path], first.store.path)
    with pytest.raises(StoreError, match="no results file"):
        merge([tmp_path / "none.db"], tmp_path / "c.db")
    (tmp_path / "other.db").write_bytes(b"not a database, nor anything else")
    with pytest.raises(StoreError, match="cannot use"):
        merge([tmp_path / "other.db"], tmp_path / "c.db")
