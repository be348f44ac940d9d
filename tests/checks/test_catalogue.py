from pathlib import Path

import pytest

from checks.catalogue import Catalogue, load
from checks.indicators import all_indicators
from results.errors import PlainError

SHIPPED = Path(__file__).parents[2] / "checks" / "indicators.toml"


def changed(tmp_path: Path, old: str, new: str) -> Path:
    text = SHIPPED.read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "catalogue.toml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return path


def test_every_line_has_a_function_and_every_function_a_line() -> None:
    assert {each.id for each in load().indicators} == set(all_indicators())


def test_the_four_facets_weigh_as_the_design_says() -> None:
    assert {each.name: each.weight for each in load().facets} == {
        "可及性": 0.35,
        "便利性": 0.25,
        "有效性": 0.25,
        "智能化": 0.15,
    }


@pytest.mark.parametrize(
    ("score", "grade"),
    [(100, "优秀"), (85, "优秀"), (84.9, "良好"), (70, "良好"), (60, "一般"), (59.99, "较差"), (0, "较差")],
)
def test_grades(score: float, grade: str) -> None:
    assert load().grade(score).name == grade


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("weight = 0.35", "weight = 0.45", "add up"),
        ("good_ms = 2000", 'good_ms = 2000\nweight = "much"', "valid"),
        ('id = "load_time"', 'id = "link_health"', "twice"),
        ('absent = "zero"', 'absent = "perhaps"', "absent"),
        ('version = "1"', 'version = "1"\nvresion = "2"', "vresion"),
        ('version = "1"', "version = ", "cannot read"),
    ],
)
def test_a_wrong_catalogue_is_one_clear_line(tmp_path: Path, old: str, new: str, says: str) -> None:
    with pytest.raises(PlainError, match=says):
        load(changed(tmp_path, old, new))


def test_a_catalogue_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(PlainError, match=r"none\.toml"):
        load(tmp_path / "none.toml")


def test_a_changed_weight_changes_the_digest(tmp_path: Path) -> None:
    other = load(changed(tmp_path, "good_ms = 2000", "good_ms = 2500"))
    assert other.digest != load().digest
    assert Catalogue.model_validate(load().model_dump(by_alias=True)).digest == load().digest


def test_lines_as_rows_carry_rule_and_thresholds() -> None:
    row = next(each for each in load().as_records(7) if each.indicator == "load_time")
    assert (row.sweep_id, row.facet_weight, row.weight) == (7, 0.35, 0.15)
    assert (
        row.thresholds == '{"bad_ms": 15000.0, "good_ms": 2000.0, "least_measured": 0.6, "percentile": 0.75}'
    )
    assert row.rule and row.rule_en and row.source


def test_an_unknown_indicator_names_the_known_ones() -> None:
    with pytest.raises(PlainError, match="link_health"):
        load().entry("liveliness")
