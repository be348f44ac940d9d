"""The list as a workbook: one row a task, its screenshot in the row."""

from __future__ import annotations

import math
import unicodedata
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.drawing.image import Image
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties

from results.export import harmless_cell
from results.todo.pictures import MOST, UnreadableError, has_picture, small
from results.todo.tasks import Task

_COLUMNS = {
    "序号": 6,
    "指标": 16,
    "问题": 42,
    "位置": 34,
    "时间（北京）": 12,
    "浏览器": 11,
    "原因": 16,
    "约失总分": 9,
    "观测": 18,
    "截图": 24,
    "整改情况": 18,
}
"""Headings, and their widths in characters."""
_PICTURE_COLUMN = list(_COLUMNS).index("截图") + 1
_HEAD = 3
_LINE_POINTS, _ROW_POINTS, _PICTURE_POINTS = 14.5, 400.0, 92.0
_PICTURE_PIXELS = 160, 118
_NAME = 12
_LINE = Side(style="thin", color="C5CED8")


def workbook(heading: str, below: str, tasks: list[Task]) -> openpyxl.Workbook:
    """The workbook; it has to be saved while the evidence is there."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "整改清单"
    for row, text in enumerate((heading, below), start=1):
        sheet.cell(row, 1, str(harmless_cell(text))).data_type = "s"
    sheet["A1"].font = Font(bold=True, size=16)
    sheet["A2"].font = Font(color="56616E")
    for column, (name, width) in enumerate(_COLUMNS.items(), start=1):
        cell = sheet.cell(_HEAD, column, name)
        cell.font = Font(bold=True, color="FFFFFF")
        cell.fill = PatternFill("solid", fgColor="12497B")
        cell.alignment = Alignment(vertical="center", wrap_text=True)
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.row_dimensions[_HEAD].height = 24
    pictures = 0
    for row, task in enumerate(tasks, start=_HEAD + 1):
        _write(sheet, row, _cells(task))
        if pictures < MOST and has_picture(task):
            pictures += _picture(sheet, row, Path(task.evidence))
    sheet.freeze_panes = f"A{_HEAD + 1}"
    sheet.auto_filter.ref = f"A{_HEAD}:{get_column_letter(len(_COLUMNS))}{_HEAD + len(tasks)}"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_margins.left = sheet.page_margins.right = 0.4
    sheet.print_title_rows = f"{_HEAD}:{_HEAD}"
    return book


def _cells(task: Task) -> list[Any]:
    evidence = "证据文件已不存在" if task.evidence_missing else ""
    return [
        task.number,
        task.indicator,
        task.text,
        task.place,
        task.measured_at,
        task.engine,
        task.reason,
        round(task.points, 2) if task.points else "不扣分",
        "\n".join(part for part in (task.sources, _file(task)) if part),
        evidence,
        "",
    ]


def _file(task: Task) -> str:
    """The evidence file, by as much of its name as finds it."""
    file = Path(task.evidence)
    return f"证据 {file.stem[:_NAME]}…{file.suffix}" if task.evidence else ""


def _write(sheet: Any, row: int, values: list[Any]) -> None:
    lines = 1
    for column, (value, width) in enumerate(zip(values, _COLUMNS.values(), strict=True), start=1):
        cell = sheet.cell(row, column)
        cell.value = harmless_cell(value)
        if isinstance(value, float):
            cell.number_format = "0.00"
        elif isinstance(value, str):
            cell.data_type = "s"
            lines = max(lines, sum(math.ceil((_width(part) + 1) / width) for part in value.split("\n")))
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        cell.border = Border(bottom=_LINE, right=_LINE)
    # not every program fits the height of a row to wrapped text by itself
    sheet.row_dimensions[row].height = min(_ROW_POINTS, _LINE_POINTS * lines + 4)


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in text)


def _picture(sheet: Any, row: int, path: Path) -> int:
    """Puts the screenshot into its row; 0 where it cannot be read, which the cell then says."""
    cell = sheet.cell(row, _PICTURE_COLUMN)
    try:
        picture = Image(small(path))
    except UnreadableError:
        cell.value = f"截图无法读取：{path.name}"
        return 0
    scale = min(_PICTURE_PIXELS[0] / picture.width, _PICTURE_PIXELS[1] / picture.height)
    picture.width, picture.height = round(picture.width * scale), round(picture.height * scale)
    sheet.add_image(picture, cell.coordinate)
    sheet.row_dimensions[row].height = max(sheet.row_dimensions[row].height, _PICTURE_POINTS)
    return 1
