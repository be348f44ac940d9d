import tomllib
from importlib.resources import files
from pathlib import Path

import pytest

from results.schema_docs import BEGIN, END, READMES, main, outdated, renew, section
from results.tables import tables
from results.views import VIEWS

ROOT = Path(__file__).parents[2]


def test_the_readmes_say_what_the_schema_says() -> None:
    assert outdated(ROOT) == [], "run python -m results.schema_docs"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_table_view_and_column_stands_there(language: str) -> None:
    text = section(language)
    for record in tables():
        assert f"<code>{record.TABLE}</code>" in text
        for column in record.columns():
            assert column.description and f"| `{column.name}` |" in text
    for name, view in VIEWS.items():
        assert f"<code>{name}</code>" in text and all(view.columns.values())


def test_every_description_has_its_chinese_and_none_is_left_over() -> None:
    kept = tomllib.loads(files("results").joinpath("descriptions_zh.toml").read_text(encoding="utf-8"))
    assert set(kept["tables"]) == {each.TABLE for each in tables()} | set(VIEWS)
    described = {column.description for each in tables() for column in each.columns()} | {
        text for view in VIEWS.values() for text in view.columns.values()
    }
    assert set(kept["columns"]) == described, "results/descriptions_zh.toml"


def test_writing_makes_it_up_to_date_and_keeps_the_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for path in READMES.values():
        (tmp_path / path).write_text(
            f"# Title\n\n{BEGIN}\nthe section before\n{END}\n\nrest\n", encoding="utf-8"
        )
    monkeypatch.chdir(tmp_path)
    assert main(["--check"]) == 1 and "out of date" in capsys.readouterr().err
    assert main([]) == 0 and main(["--check"]) == 0
    text = (tmp_path / "README.md").read_text(encoding="utf-8")
    assert text.startswith("# Title\n") and text.endswith("\nrest\n") and "the section before" not in text


def test_a_readme_without_markers_is_refused() -> None:
    with pytest.raises(ValueError, match="markers"):
        renew("# Title", "en")
