import csv
import json
import sqlite3
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pandas
import pytest
import yaml
from datasette.app import Datasette

from results.errors import PlainError, StoreError
from results.export import export, harmless_cell
from results.handover import datasette_metadata
from results.records import ChatTurn
from results.store import Store
from results.tables import tables
from results.views import VIEWS

HOSTILE = '<script>alert(1)</script>=HYPERLINK("http://evil")\u202e'


def count(database: Path, table: str) -> int:
    connection = sqlite3.connect(database)
    try:
        return int(connection.execute(f"select count(*) from {table}").fetchone()[0])
    finally:
        connection.close()


def test_a_database_is_one_file_that_opens_as_ours(archive: Any, tmp_path: Path) -> None:
    target = tmp_path / "hand over.db"
    files = export(archive.store, target)
    assert files == [target, tmp_path / "hand over.metadata.yaml"]
    assert sorted(each.name for each in tmp_path.glob("hand over*")) == [
        "hand over.db",
        "hand over.metadata.yaml",
    ]
    for record in tables():
        assert count(target, record.TABLE) == count(archive.store.path, record.TABLE)
    connection = sqlite3.connect(target)
    assert connection.execute("pragma journal_mode").fetchone() == ("delete",)
    assert connection.execute("pragma foreign_key_check").fetchall() == []
    assert connection.execute("pragma integrity_check").fetchone() == ("ok",)
    connection.close()
    with Store.open_existing(target) as again:
        assert again.all(ChatTurn) == archive.store.all(ChatTurn)


def test_a_database_of_one_sweep_holds_nothing_of_the_others(archive: Any, tmp_path: Path) -> None:
    second = archive.sweep(["city01"], week=1, trouble=0.4)
    target = tmp_path / "one.db"
    export(archive.store, target, sweep=second)
    assert (count(target, "sweeps"), count(target, "runs"), count(target, "indicators")) == (1, 1, 15)
    assert 0 < count(target, "page_loads") < count(archive.store.path, "page_loads")
    assert 0 < count(target, "guide_elements") < count(archive.store.path, "guide_elements")
    assert 0 < count(target, "evidence") < count(archive.store.path, "evidence")
    connection = sqlite3.connect(target)
    assert connection.execute("pragma foreign_key_check").fetchall() == []
    connection.close()


@pytest.mark.parametrize("words", ["社会保障卡申领", "保障卡", "户口", "卡"])
def test_chinese_is_found_inside_a_sentence_at_any_length(archive: Any, tmp_path: Path, words: str) -> None:
    target = tmp_path / "find.db"
    export(archive.store, target)
    queries = datasette_metadata("find")["databases"]["find"]["queries"]
    connection = sqlite3.connect(target)
    answers = connection.execute(queries["search_answers"]["sql"], {"words": words}).fetchall()
    guides = connection.execute(queries["search_guides"]["sql"], {"words": words}).fetchall()
    connection.close()
    assert answers and all(words in str(each[1]) + str(each[2]) for each in answers)
    assert guides and all(words in each[3] for each in guides)


def test_trigrams_find_by_match(archive: Any, tmp_path: Path) -> None:
    target = tmp_path / "find.db"
    export(archive.store, target)
    connection = sqlite3.connect(target)
    found = connection.execute("select matter from guides_fts where guides_fts match '保障卡'").fetchall()
    connection.close()
    assert {each[0] for each in found} == {"社会保障卡申领"}


async def test_datasette_opens_it_with_descriptions_links_and_searches(archive: Any, tmp_path: Path) -> None:
    database, metadata = export(archive.store, tmp_path / "probe-results.db")
    datasette = Datasette([str(database)], metadata=yaml.safe_load(metadata.read_text(encoding="utf-8")))
    await datasette.invoke_startup()
    page = await datasette.client.get("/probe-results/page_loads?_facet=engine")
    assert page.status_code == 200
    assert "A page loaded in a real browser engine." in page.text and "/probe-results/pages/1" in page.text
    ranking = await datasette.client.get("/probe-results/city_ranking.json?_shape=objects")
    assert len(ranking.json()["rows"]) == 3
    found = await datasette.client.get(
        "/probe-results/search_guides.json", params={"words": "户口", "_shape": "array"}
    )
    assert found.json() and all("户口" in each["text"] for each in found.json())
    for each in datasette.databases.values():
        each.close() if hasattr(each, "close") else None


@pytest.mark.parametrize("name", ["city_ranking", "page_loads", "findings", "availability", *VIEWS])
def test_tables_and_views_alike_in_every_format(archive: Any, tmp_path: Path, name: str) -> None:
    expected = list(archive.store.database.query(f"select * from {name}"))
    paths = {suffix: tmp_path / f"{name}.{suffix}" for suffix in ("csv", "jsonl", "parquet", "xlsx")}
    for path in paths.values():
        assert export(archive.store, path, table=name) == [path]

    assert [json.loads(line) for line in paths["jsonl"].read_text(encoding="utf-8").splitlines()] == expected
    found = duckdb.sql(f"select * from read_parquet('{paths['parquet']}')")
    described = archive.store.database.execute(f"select * from {name} limit 0").description
    assert found.columns == [each[0] for each in described]
    assert [dict(zip(found.columns, row, strict=True)) for row in found.fetchall()] == expected
    assert len(pandas.read_csv(paths["csv"])) == len(expected)
    sheet = openpyxl.load_workbook(paths["xlsx"])[name]
    assert sheet.max_row == len(expected) + 1


def test_csv_is_read_by_a_chinese_excel(archive: Any, tmp_path: Path) -> None:
    path = tmp_path / "cities.csv"
    export(archive.store, path, table="cities")
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    assert pandas.read_csv(path)["name"].tolist() == ["第00市", "第01市", "第02市"]


def test_a_whole_workbook_has_a_sheet_for_every_table_and_view(archive: Any, tmp_path: Path) -> None:
    path = tmp_path / "all.xlsx"
    export(archive.store, path)
    names = openpyxl.load_workbook(path, read_only=True).sheetnames
    assert names == [*VIEWS, *(each.TABLE for each in tables())]


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "\u202e=1", "\u200b=cmd|'/c calc'!A1", "＝1+1"],
)
def test_text_that_could_become_a_formula_gets_an_apostrophe(text: str) -> None:
    assert str(harmless_cell(text)).startswith("'")


@pytest.mark.parametrize("value", [-1, -0.5, None, "", "办事指南", "a=b", "2026-01-01"])
def test_other_cells_stay_as_they_are(value: Any) -> None:
    assert harmless_cell(value) == value


def test_a_hostile_portal_writes_no_formula_and_no_control_character(
    new_archive: Any, tmp_path: Path
) -> None:
    archive = new_archive("hostile.db")
    archive.sweep(archive.cities(1), hostile=HOSTILE)
    archive.store.database.execute(
        "update chat_turns set answer = '=1+1' || char(7) || char(0) || answer where answer is not null"
    )
    export(archive.store, tmp_path / "t.csv", table="chat_turns")
    export(archive.store, tmp_path / "t.xlsx", table="chat_turns")
    with (tmp_path / "t.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert all(not each["answer"].startswith("=") and "\x07" not in each["answer"] for each in rows)
    cells = [
        cell for row in openpyxl.load_workbook(tmp_path / "t.xlsx")["chat_turns"].iter_rows() for cell in row
    ]
    assert all(cell.data_type != "f" for cell in cells)
    assert any("<script>" in str(cell.value) for cell in cells)


def test_only_one_sweep(archive: Any, tmp_path: Path) -> None:
    second = archive.sweep(["city01"], week=1)
    for table, rows in (
        ("sweeps", 1),
        ("runs", 1),
        ("city_scores", 1),
        ("scores", 15),
        ("latest_city_scores", 1),
        ("cities", 1),
    ):
        path = tmp_path / f"{table}.jsonl"
        export(archive.store, path, table=table, sweep=second)
        assert len(path.read_text(encoding="utf-8").splitlines()) == rows


@pytest.mark.parametrize(
    ("name", "options", "says"),
    [
        ("x.docx", {}, "cannot write"),
        ("x", {}, "cannot write"),
        ("x.csv", {"table": "sqlite_master"}, "no table"),
        ("x.csv", {"table": "runs; drop table runs"}, "no table"),
        ("x.csv", {"sweep": 99}, "no sweep 99"),
        ("x.db", {"table": "runs"}, "leave out"),
        ("probe.db", {}, "onto the results file"),
    ],
)
def test_wrong_wishes_are_one_clear_line(
    archive: Any, tmp_path: Path, name: str, options: dict[str, Any], says: str
) -> None:
    with pytest.raises(PlainError, match=says):
        export(archive.store, tmp_path / name, **options)


@pytest.mark.parametrize("name", ["x.db", "x.csv", "x.xlsx", "x.parquet"])
def test_a_folder_that_is_not_there(archive: Any, tmp_path: Path, name: str) -> None:
    with pytest.raises(StoreError):
        export(archive.store, tmp_path / "nowhere" / name)


def test_a_failed_export_leaves_the_old_file(archive: Any, tmp_path: Path) -> None:
    target = tmp_path / "kept.db"
    export(archive.store, target)
    before = target.read_bytes()
    (tmp_path / "kept.metadata.yaml").unlink()
    with pytest.raises(PlainError):
        export(archive.store, target, sweep=99)
    assert target.read_bytes() == before
