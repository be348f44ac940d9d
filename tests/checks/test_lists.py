"""Item lists: what comes with the program, and what users bring."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from checks.lists import load_list, scenario_matters, zones
from results.errors import PlainError


def test_every_item_says_where_it_comes_from_and_how_sure_it_is() -> None:
    for zone in zones():
        for item in load_list(zone).items:
            assert item.source
            assert item.confidence in {"press", "recalled", "unsure"}


def test_lists_known_in_part_are_not_whole() -> None:
    known = {zone: (len(load_list(zone).items), load_list(zone).official) for zone in zones()}
    assert known == {"kuasheng_2022": (19, 22), "kuasheng_2020": (93, 140), "one_thing": (25, 25)}
    assert not load_list("kuasheng_2022").whole
    assert not load_list("kuasheng_2020").whole


def test_there_are_five_scenarios_each_with_loose_wordings() -> None:
    assert [each.name for each in scenario_matters()] == [
        "药品经营许可证核发",
        "公共场所卫生许可",
        "临时居民身份证办理",
        "社会保障卡申领",
        "户口迁移",
    ]
    assert all(each.loose and each.name not in each.loose for each in scenario_matters())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_users_annex_replaces_ours(tmp_path: Path, encoding: str) -> None:
    annex = tmp_path / "annex.tsv"
    names = [f"第{number}项事务办理手续" for number in range(22)]
    annex.write_text(
        "序号\t事项名称\n" + "".join(f"{at}\t{each}\n" for at, each in enumerate(names)), encoding
    )
    found = load_list("kuasheng_2022", annex)
    assert list(found.names) == names
    assert found.whole
    assert {each.confidence for each in found.items} == {"official"}


def test_a_workbook_may_have_a_title_above_its_heading(tmp_path: Path) -> None:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert sheet is not None
    for row in (
        ["全国政务服务“跨省通办”新增任务清单"],
        ["序号", "事 项", "牵头单位"],
        [1, "电子缴税", "税务总局"],
        [2, "失业登记", "人社部"],
    ):
        sheet.append(row)
    workbook.save(tmp_path / "annex.xlsx")
    assert load_list("kuasheng_2022", tmp_path / "annex.xlsx").names == ("电子缴税", "失业登记")


def test_a_plain_list_needs_no_heading(tmp_path: Path) -> None:
    (tmp_path / "annex.txt").write_text("1\t电子缴税\n2\t失业登记\n2\t失业登记\n", "utf-8")
    assert load_list("kuasheng_2022", tmp_path / "annex.txt").names == ("电子缴税", "失业登记")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("missing.tsv", None),
        ("annex.pdf", b"%PDF-1.7"),
        ("annex.xlsx", b"this is no workbook"),
        ("empty.tsv", b""),
        ("numbers.tsv", b"1\n2\n3\n"),
    ],
)
def test_an_unusable_file_is_one_plain_line(tmp_path: Path, name: str, content: bytes | None) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(PlainError) as caught:
        load_list("kuasheng_2022", path)
    assert name in caught.value.en
    assert name in caught.value.zh
    assert "\n" not in caught.value.en


def test_an_unknown_zone_is_one_plain_line() -> None:
    with pytest.raises(PlainError, match="kuasheng_2022"):
        load_list("kuasheng_1999")
