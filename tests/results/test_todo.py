from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest

from results.errors import PlainError, StoreError
from results.evidence import folder_of
from results.scores import result_of, run_of
from results.todo import tasks_of, write_todo


def test_tasks_come_in_order_of_points_and_nothing_is_lost(archive: Any) -> None:
    run = run_of(archive.store, "city00")
    result = result_of(archive.store, run)
    tasks = tasks_of(archive.store, run)
    assert [each.number for each in tasks] == list(range(1, len(tasks) + 1))
    points = [each.points for each in tasks]
    assert points == sorted(points, reverse=True) and points[0] > 0
    weights = {each.indicator: each.facet_weight * each.weight for each in result.indicators}
    lost = sum(each.points_lost * weights[each.indicator] for each in result.findings)
    assert sum(points) == pytest.approx(lost)


def test_one_fault_is_one_task_in_however_many_indicators_it_costs(archive: Any) -> None:
    run = run_of(archive.store, "city00")
    findings = result_of(archive.store, run).findings
    tasks = tasks_of(archive.store, run)
    silent = {each.source_id for each in findings if each.source_table == "chat_turns"}
    chats = [each for each in tasks if "chat_turns" in each.sources]
    assert len(chats) == len(silent) > 0
    assert any("、" in each.indicator for each in chats)
    assert len(tasks) <= len({each.finding_key for each in findings})


def test_the_workbook_names_place_time_reason_and_evidence(archive: Any, tmp_path: Path) -> None:
    run = run_of(archive.store, "city00")
    sheet = openpyxl.load_workbook(write_todo(archive.store, run, tmp_path / "t.xlsx"))["整改清单"]
    tasks = tasks_of(archive.store, run)
    assert sheet["A1"].value == "第00市政务服务网整改清单"
    assert sheet.max_row == 3 + len(tasks)
    rows = list(sheet.iter_rows(min_row=4, values_only=True))
    load = next(row for row in rows if row[1] == "多浏览器打开")
    assert str(load[3]).startswith("http://city00.test/")
    assert load[4] == "2026-01-05 09:00:00" and load[5] in ("Chromium", "Firefox") and load[6] == "页面空白"
    assert str(load[8]).startswith("page_loads #") and str(load[8]).endswith(".png")
    assert len(sheet._images) == sum(each.evidence.endswith(".png") for each in tasks) > 0


def test_the_document_holds_the_tasks_and_their_screenshots(archive: Any, tmp_path: Path) -> None:
    run = run_of(archive.store, "city00")
    document = docx.Document(str(write_todo(archive.store, run, tmp_path / "t.docx")))
    (table,) = document.tables
    tasks = tasks_of(archive.store, run)
    assert len(table.rows) == 1 + len(tasks)
    assert tasks[0].text in table.rows[1].cells[2].text
    assert len(document.inline_shapes) == sum(each.evidence.endswith(".png") for each in tasks) > 0


def test_lost_and_damaged_screenshots_do_not_cost_the_list(archive: Any, tmp_path: Path) -> None:
    first, *others = sorted(folder_of(archive.store.path).rglob("*.png"))
    first.write_bytes(b"no picture")
    others[0].unlink()
    for slug in ("city00", "city01", "city02"):
        for suffix in ("xlsx", "docx"):
            assert (
                write_todo(archive.store, run_of(archive.store, slug), tmp_path / f"{slug}.{suffix}")
                .stat()
                .st_size
                > 5000
            )


@pytest.mark.parametrize("suffix", ["xlsx", "docx"])
def test_what_a_hostile_portal_wrote_stays_text(new_archive: Any, tmp_path: Path, suffix: str) -> None:
    archive = new_archive("hostile.db")
    archive.sweep(archive.cities(1), hostile='\u202e=HYPERLINK("http://evil")\x07', trouble=0.5)
    archive.store.database.execute("update cities set name = '=1+1'")
    archive.store.database.execute("update findings set text_zh = '=1+1' || text_zh")
    path = write_todo(archive.store, run_of(archive.store, "city00"), tmp_path / f"t.{suffix}")
    if suffix == "xlsx":
        cells = [cell for row in openpyxl.load_workbook(path).active.iter_rows() for cell in row]  # type: ignore[union-attr]
        assert all(cell.data_type != "f" for cell in cells)
        assert any(str(cell.value).startswith("'=1+1") for cell in cells)
    else:
        assert "\u202e" not in docx.Document(str(path)).tables[0].rows[1].cells[2].text


def test_wrong_targets_are_one_clear_line(archive: Any, tmp_path: Path) -> None:
    run = run_of(archive.store, "city00")
    with pytest.raises(PlainError, match=r"\.xlsx"):
        write_todo(archive.store, run, tmp_path / "t.pdf")
    with pytest.raises(StoreError, match="cannot write"):
        write_todo(archive.store, run, tmp_path / "nowhere" / "t.xlsx")


def test_hostile_names_become_no_formula_no_control_and_no_page_of_one_word(
    new_archive: Any, tmp_path: Path
) -> None:
    hostile = '=HYPERLINK("http://evil","x")\u202e\u2066\x07\x1b[31m<script>' + "长" * 4000
    archive = new_archive("hostile.db")
    archive.sweep(archive.cities(1), hostile=hostile, trouble=0.5)
    archive.store.database.execute("update findings set text_zh = ? || text_zh", [hostile])
    run = run_of(archive.store, "city00")
    assert all(len(each.place) < 1_100 for each in tasks_of(archive.store, run))
    book = openpyxl.load_workbook(write_todo(archive.store, run, tmp_path / "t.xlsx"))
    cells = [cell for row in book["整改清单"].iter_rows() for cell in row]
    assert all(cell.data_type != "f" and not str(cell.value).startswith("=") for cell in cells)
    text = "".join(str(cell.value) for cell in cells) + "".join(
        cell.text
        for row in docx.Document(str(write_todo(archive.store, run, tmp_path / "t.docx"))).tables[0].rows
        for cell in row.cells
    )
    assert "<script>" in text and not set("\u202e\u2066\x07\x1b") & set(text)
