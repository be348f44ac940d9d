"""The commands that work on a results file: what they print, write and refuse."""

import importlib
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from results.errors import PlainError
from results.ledger import Indicator
from results.records import PageLoad
from results.scores import result_of, run_of

COMMANDS = ("report", "export", "import", "todo", "compare", "merge", "evidence", "review", "rescore")


@pytest.fixture(autouse=True)
def in_english(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PROBE_LANG", "en")
    monkeypatch.chdir(tmp_path)


def run(name: str, *arguments: str) -> Result:
    return CliRunner().invoke(importlib.import_module(f"probes.cli.{name}").command, arguments)


def ok(name: str, *arguments: str) -> str:
    result = run(name, *arguments)
    assert result.exit_code == 0, (result.output, result.exception)
    return result.stdout


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(name: str) -> None:
    assert "Usage" in ok(name, "--help")


def test_report_export_and_todo_write_where_they_are_told(archive: Any, tmp_path: Path) -> None:
    archive.store.close()
    assert ok("report").strip() == "report.html" and (tmp_path / "report.html").stat().st_size > 20_000
    assert ok("report", "--city", "city01", "--embed").strip() == "report-city01.html"
    assert ok("export", "--to", "out.db").split() == ["out.db", "out.metadata.yaml"]
    assert ok("export", "--to", "f.csv", "--table", "findings").split() == ["f.csv"]
    assert ok("todo", "city00", "-o", "t.docx").strip() == "t.docx"
    assert {each.name for each in tmp_path.iterdir()} >= {
        "report.html",
        "report-city01.html",
        "out.db",
        "f.csv",
        "t.docx",
    }


def test_todo_prints_tasks_and_json(archive: Any) -> None:
    tasks = json.loads(ok("todo", "city00", "--json"))
    assert tasks[0]["number"] == 1 and tasks[0]["points"] > 0 and tasks[0]["text"]
    assert "多浏览器打开" in ok("todo", "city00")


def test_compare_says_what_broke_and_fails_only_when_asked(new_archive: Any) -> None:
    archive = new_archive()
    slugs = archive.cities(1)
    archive.sweep(slugs, week=1, trouble=-1)
    archive.sweep(slugs, week=1, trouble=0.9)
    assert "new" in ok("compare", "1", "2")
    assert json.loads(ok("compare", "1", "2", "--json"))["regression"] is True
    assert run("compare", "1", "2", "--fail-on-regression").exit_code == 1
    assert run("compare", "2", "1", "--fail-on-regression").exit_code == 0


def test_an_appeal_from_review_to_new_scores(archive: Any) -> None:
    store = archive.store
    failed = next(each for each in store.all(PageLoad) if each.reason)
    city = next(each for each in ("city00", "city01", "city02") if run_of(store, each).id == failed.run_id)
    before = result_of(store, run_of(store, city))
    ok("review", "add", "page_loads", str(failed.id), "overturned", "--by", "王某", "--why", "机房断网")
    (review,) = json.loads(ok("review", "list", "--json"))
    assert (review["source_id"], review["by"]) == (failed.id, "王某")
    assert "王某" in ok("review", "list", "--city", city)
    changed = {each["city"]: each for each in json.loads(ok("rescore", "--json"))}
    assert changed[city]["before"] == before.total.score and changed[city]["scoring"] == 2
    after = result_of(store, run_of(store, city))
    assert [each.why for each in after.scorings] == ["measured", "reviews"] and after.scorings[
        -1
    ].reviews == 1
    assert failed.id not in {each.source_id for each in after.findings if each.source_table == "page_loads"}
    assert "city00" in ok("rescore")


def test_another_catalogue_gives_new_scores_that_explain_themselves(archive: Any, tmp_path: Path) -> None:
    shipped = Path(__file__).parents[2] / "checks" / "indicators.toml"
    other = tmp_path / "mine.toml"
    text = shipped.read_text(encoding="utf-8").replace("bad_ms = 15000", "bad_ms = 60000", 1)
    other.write_text(text.replace('version = "1"', 'version = "mine"', 1), encoding="utf-8")
    before = result_of(archive.store, run_of(archive.store, "city00"))
    ok("rescore", "--catalogue", "mine.toml")
    after = result_of(archive.store, run_of(archive.store, "city00"))
    assert len(after.indicators) == 15
    assert "60000" in next(each for each in after.indicators if each.indicator == "load_time").thresholds
    assert "15000" in next(each for each in before.indicators if each.indicator == "load_time").thresholds
    assert after.scorings[-1].catalogue == "mine"
    assert (
        "15000"
        in next(
            each
            for each in result_of(archive.store, before.run, scoring=1).indicators
            if each.indicator == "load_time"
        ).thresholds
    )
    assert len(archive.store.all(Indicator, sweep_id=1)) == 30
    rows = list(archive.store.database.query("select count(*) as n from indicator_history"))
    assert rows == [{"n": 45}]


def test_merge_and_prune_say_what_they_did(archive: Any, tmp_path: Path) -> None:
    archive.store.close()
    assert "added 1 sweeps, 3 runs" in ok("merge", "probe.db", "-o", "all.db")
    assert "added 0 sweeps, 0 runs, 0 rows" in ok("merge", "probe.db", "-o", "all.db")
    would = ok("evidence", "prune", "--keep-days", "7", "--dry-run")
    assert would.startswith("would remove") and not would.startswith("would remove 0")
    assert ok("evidence", "prune", "--keep-days", "7").startswith("removed")
    assert list((tmp_path / "probe.evidence").rglob("*.png")) == []


@pytest.mark.parametrize(
    "arguments",
    [
        ("report", "--db", "none.db"),
        ("report", "--city", "atlantis"),
        ("export", "--to", "x.pdf"),
        ("todo", "atlantis"),
        ("compare", "1", "7"),
        ("merge", "none.db", "-o", "c.db"),
        ("review", "add", "page_loads", "999999", "upheld", "--by", "a", "--why", "b"),
        ("rescore", "--sweep", "9"),
        ("import", "none.csv"),
        ("import", "none.csv", "--sweep", "9"),
        ("import", "none.csv", "--db", "none.db"),
        ("rescore", "--catalogue", "none.toml"),
        ("evidence", "prune", "--keep-days", "1", "--db", "none.db"),
    ],
)
def test_what_cannot_be_is_one_clear_line(archive: Any, arguments: tuple[str, ...]) -> None:
    result = run(*arguments)
    assert isinstance(result.exception, PlainError), result.output
    assert result.exception.exit_code in (2, 5) and "\n" not in result.exception.en


def test_imported_figures_stand_beside_ours_and_add_up_once_all_are_there(
    archive: Any, tmp_path: Path
) -> None:
    head, own = (
        "city,dimension,score,source\n",
        result_of(archive.store, run_of(archive.store, "city00")).total,
    )
    assert own is not None and own.score_study is not None
    (tmp_path / "two.csv").write_text(
        head + "city00,办事指南,80,人工\n第00市,事项办理,70,人工\n", encoding="utf-8-sig"
    )
    (tmp_path / "third.csv").write_text(head + "city00,互动交流,60,人工\n", encoding="gb18030")
    first = json.loads(ok("import", "two.csv", "--json"))
    assert first["imported"] == 2 and first["cities"][0]["overall"] is None
    (city,) = json.loads(ok("import", "third.csv", "--json", "--sweep", "1"))["cities"]
    assert (city["办事指南"], city["事项办理"], city["互动交流"]) == (80, 70, 60)
    assert city["技术支撑"] == own.score_study
    assert city["overall"] == pytest.approx((own.score_study + 80 + 70 + 60) / 4, abs=0.001)
    assert "imported 1 figures" in ok("import", "third.csv")


@pytest.mark.parametrize(
    "arguments",
    [
        ("report", "--sweep", "9" * 20),
        ("export", "--to", "x.csv", "--sweep", "9" * 20),
        ("rescore", "--sweep", "9" * 20),
        ("compare", "1", "9" * 20),
        ("review", "add", "page_loads", "9" * 20, "upheld", "--by", "甲", "--why", "属实"),
    ],
)
def test_a_number_that_no_row_can_have_is_a_usage_error(archive: Any, arguments: tuple[str, ...]) -> None:
    archive.store.close()
    result = run(*arguments)
    assert result.exit_code == 2 and "not in the range" in result.stderr
