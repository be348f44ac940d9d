from pathlib import Path
from typing import Any

import pytest

from results.errors import PlainError
from results.imports import import_scores, overall, weights_of
from results.ledger import ImportedScore
from results.report import write_report
from results.scores import result_of, run_of

HEAD = "city,dimension,score,source\n"
WHOLE = HEAD + "city00,办事指南,80,人工评估\n第00市,事项办理,70,人工评估\ncity00,互动交流,60,第三方\n"


def csv_file(tmp_path: Path, text: str, encoding: str = "utf-8") -> Path:
    path = tmp_path / "figures.csv"
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_figures_by_slug_or_name_in_any_encoding_that_excel_writes(
    archive: Any, tmp_path: Path, encoding: str
) -> None:
    rows = import_scores(archive.store, csv_file(tmp_path, WHOLE, encoding))
    assert [(each.city, each.dimension, each.score) for each in rows] == [
        ("city00", "办事指南", 80),
        ("city00", "事项办理", 70),
        ("city00", "互动交流", 60),
    ]
    assert archive.store.all(ImportedScore) == rows


def test_the_overall_score_weighs_our_own_dimension_with_the_imported_ones(
    archive: Any, tmp_path: Path
) -> None:
    result = result_of(archive.store, run_of(archive.store, "city00"))
    assert result.total is not None and result.total.score_study is not None
    rows = tuple(import_scores(archive.store, csv_file(tmp_path, WHOLE)))
    assert overall(result, rows[:2]).score is None
    assert overall(result, rows).score == pytest.approx(
        (result.total.score_study + 80 + 70 + 60) / 4, abs=0.001
    )


def test_weights_come_with_the_figures_and_the_newest_count(archive: Any, tmp_path: Path) -> None:
    result = result_of(archive.store, run_of(archive.store, "city00"))
    weights = weights_of("办事指南=3，事项办理=1")
    path = csv_file(tmp_path, WHOLE)
    import_scores(archive.store, path)
    import_scores(archive.store, path, weights=weights)
    found = overall(result, tuple(archive.store.all(ImportedScore)))
    assert found.score == pytest.approx(77.5)
    assert found.weights == {"技术支撑": 0, "办事指南": 0.75, "事项办理": 0.25, "互动交流": 0}
    assert found.sources["互动交流"] == "第三方"
    html = write_report(archive.store, tmp_path / "r.html").read_text(encoding="utf-8")
    assert "四维综合" in html and "77.5" in html and "75%" in html


@pytest.mark.parametrize(
    "text",
    [
        "技术支撑",
        "技术支撑=x",
        "满意度=1",
        "技术支撑=-1",
        "技术支撑=inf",
        "技术支撑=0",
        "",
        "技术支撑=1,技术支撑=1",
    ],
)
def test_weights_that_make_no_sense_are_one_clear_line(text: str) -> None:
    with pytest.raises(PlainError):
        weights_of(text)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("city,score\n", "dimension, source"),
        (HEAD + "atlantis,办事指南,80,x\n", "line 2.*atlantis"),
        (HEAD + "city00,技术支撑,80,x\n", "line 2.*dimension"),
        (HEAD + "city00,办事指南,much,x\n", "line 2.*much"),
        (HEAD + "city00,办事指南,101,x\n", "line 2.*101"),
        (HEAD + "city00,办事指南,nan,x\n", "line 2.*nan"),
        (HEAD + "city00,办事指南,80,x\n\ncity00,办事指南,80,\n", "no source"),
    ],
)
def test_a_wrong_line_is_named_and_nothing_is_stored(
    archive: Any, tmp_path: Path, text: str, says: str
) -> None:
    with pytest.raises(PlainError, match=says):
        import_scores(archive.store, csv_file(tmp_path, text))
    assert archive.store.all(ImportedScore) == []


def test_files_that_cannot_be_read(archive: Any, tmp_path: Path) -> None:
    with pytest.raises(PlainError, match="cannot read"):
        import_scores(archive.store, tmp_path / "none.csv")
    (tmp_path / "x.csv").write_bytes(b"\xff\xff\xff\x00")
    with pytest.raises(PlainError, match="neither"):
        import_scores(archive.store, tmp_path / "x.csv")
    with pytest.raises(PlainError, match="no sweep 9"):
        import_scores(archive.store, csv_file(tmp_path, WHOLE), sweep=9)
