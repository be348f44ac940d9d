"""Files of every earlier version are kept in `schemas/`, and open with all that they say."""

import dataclasses
import sqlite3
from pathlib import Path

import pytest

from results.explain import explain
from results.ledger import CityScore, Score
from results.records import PageLoad
from results.report import write_report
from results.schema import SCHEMA_VERSION
from results.store import Store
from results.tables import tables
from results.views import VIEWS

KEPT = sorted((Path(__file__).parent / "schemas").glob("version-*.sql"))


@pytest.fixture(params=KEPT, ids=lambda path: path.stem)
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    path = tmp_path / "old.db"
    connection = sqlite3.connect(path)
    connection.executescript(request.param.read_text(encoding="utf-8"))
    connection.close()
    return path


def shape(store: Store) -> dict[str, list[tuple[object, ...]]]:
    names = [each.TABLE for each in tables()]
    return {
        name: sorted((each.name, each.type, each.notnull) for each in store.database.table(name).columns)
        for name in names
    }


def test_a_file_of_every_earlier_version_is_kept() -> None:
    assert [each.stem for each in KEPT] == [f"version-{number}" for number in range(1, SCHEMA_VERSION)]


def test_an_old_file_gets_all_tables_columns_indexes_and_views(old: Path, tmp_path: Path) -> None:
    with Store.open(old) as store, Store.open(tmp_path / "new.db") as new:
        assert shape(store) == shape(new)
        assert set(store.database.view_names()) == set(new.database.view_names()) == set(VIEWS)
        for name in (each.TABLE for each in tables()):
            indexes = [{each.name for each in one.database.table(name).indexes} for one in (store, new)]
            assert indexes[0] == indexes[1]
            keys = [
                {(each.column, each.other_table) for each in one.database.table(name).foreign_keys}
                for one in (store, new)
            ]
            assert keys[0] == keys[1]
        assert store.database.execute("pragma user_version").fetchone() == (SCHEMA_VERSION,)


def test_an_old_file_keeps_what_it_says_and_takes_new_rows(old: Path, tmp_path: Path) -> None:
    with Store.open(old) as store:
        (score,) = store.all(Score)
        assert (score.score, score.scoring, score.replaces) == (50, 1, None)
        (load,) = store.all(PageLoad)
        store.add(dataclasses.replace(load, id=None, attempt=2))
        assert explain(store, 1, "multi_browser_load").costly[0].engine == "firefox"
        write_report(store, tmp_path / "report.html")
        (total,) = store.all(CityScore)
        store.add(dataclasses.replace(total, id=None, score=60.0, scoring=2, replaces=total.id))
        assert [row["score"] for row in store.database.query("select * from latest_city_scores")] == [60]
    with Store.open(old) as again:
        assert len(again.all(PageLoad)) == 2


def test_a_migration_that_fails_leaves_the_file_as_it_was(old: Path) -> None:
    connection = sqlite3.connect(old)
    # a table where a view belongs cannot be brought up to date
    connection.execute("drop view latest_city_scores")
    connection.execute("create table latest_city_scores (id)")
    connection.commit()
    version = connection.execute("pragma user_version").fetchone()
    before = sorted(connection.execute("select name, sql from sqlite_master").fetchall())
    connection.close()
    with pytest.raises(Exception, match="latest_city_scores"):
        Store.open(old)
    connection = sqlite3.connect(old)
    assert sorted(connection.execute("select name, sql from sqlite_master").fetchall()) == before
    assert connection.execute("pragma user_version").fetchone() == version
    connection.close()


def test_every_column_that_was_added_has_a_default_or_may_be_null() -> None:
    first = KEPT[0].read_text(encoding="utf-8")
    for record in tables():
        if f"CREATE TABLE [{record.TABLE}]" not in first:
            continue
        declared = {each.name: each.default for each in dataclasses.fields(record)}  # type: ignore[arg-type]
        body = first.split(f"CREATE TABLE [{record.TABLE}]")[1].split("\n);")[0]
        for column in record.columns():
            if f"[{column.name}]" not in body and not column.nullable:
                assert declared[column.name] is not dataclasses.MISSING, (record.TABLE, column.name)
