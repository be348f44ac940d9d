"""The list as a document to print and sign: a table, screenshots under what they show."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import docx
from docx.enum.section import WD_ORIENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from results.todo.pictures import MOST, UnreadableError, has_picture, small
from results.todo.tasks import Task, plain

_COLUMNS = {
    "序号": 1.2,
    "指标": 2.6,
    "问题与位置": 11.4,
    "时间、浏览器与原因": 4.4,
    "约失总分": 1.9,
    "整改情况": 4.6,
}
"""Headings, and their widths in centimetres."""
_PICTURE = Cm(7)


def document(heading: str, below: str, tasks: list[Task]) -> Any:
    """The document; it has to be saved while the evidence is there."""
    made = docx.Document()
    _page(made)
    made.add_heading(plain(heading), level=1)
    made.add_paragraph(plain(below))
    table = made.add_table(rows=1, cols=len(_COLUMNS), style="Table Grid")
    # the widths of the grid are what word processors go by
    table.autofit = False
    for column, width in zip(table.columns, _COLUMNS.values(), strict=True):
        column.width = Cm(width)
    for cell, name in zip(table.rows[0].cells, _COLUMNS, strict=True):
        cell.text = name
        cell.paragraphs[0].runs[0].font.bold = True
        _shade(cell, "DCE6F0")
    _mark(table.rows[0], "w:tblHeader")
    pictures = 0
    for task in tasks:
        row = table.add_row()
        _mark(row, "w:cantSplit")
        _write(row.cells, task)
        if pictures < MOST and has_picture(task):
            pictures += _picture(row.cells[2], Path(task.evidence))
    for row in table.rows:
        for cell, width in zip(row.cells, _COLUMNS.values(), strict=True):
            cell.width = Cm(width)
    return made


def _page(made: Any) -> None:
    section = made.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Cm(29.7), Cm(21)
    section.left_margin = section.right_margin = Cm(1.8)
    section.top_margin = section.bottom_margin = Cm(1.6)
    for name, font in (("Normal", "宋体"), ("Heading 1", "黑体")):
        style = made.styles[name]
        style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)
    made.styles["Normal"].font.size = Pt(9.5)
    made.styles["Normal"].paragraph_format.space_after = Pt(2)
    made.styles["Heading 1"].font.color.rgb = RGBColor(0x12, 0x49, 0x7B)


def _write(cells: Any, task: Task) -> None:
    when = "\n".join(part for part in (task.measured_at, task.engine, task.reason) if part)
    for cell, text in zip(
        cells[:5],
        (
            str(task.number),
            task.indicator,
            task.text,
            when,
            f"{task.points:.2f}" if task.points else "不扣分",
        ),
        strict=True,
    ):
        cell.text = plain(text)
    for text in (task.place, task.sources):
        if text:
            run = cells[2].add_paragraph().add_run(plain(text))
            run.font.size, run.font.color.rgb = Pt(8), RGBColor(0x56, 0x61, 0x6E)
    if task.evidence_missing:
        cells[2].add_paragraph().add_run(f"（证据文件已不存在：{Path(task.evidence).name}）")


def _picture(cell: Any, path: Path) -> int:
    """Puts a screenshot below the text; 0 where it cannot be read, which the cell then says."""
    paragraph = cell.add_paragraph()
    try:
        paragraph.add_run().add_picture(small(path), width=_PICTURE)
    except UnreadableError:
        # a damaged picture must not cost the reader the list
        paragraph.add_run(f"（截图无法读取：{path.name}）")
        return 0
    return 1


def _shade(cell: Any, colour: str) -> None:
    shade = OxmlElement("w:shd")
    shade.set(qn("w:val"), "clear")
    shade.set(qn("w:fill"), colour)
    cell._tc.get_or_add_tcPr().append(shade)


def _mark(row: Any, name: str) -> None:
    """A property of a row: its heading is repeated on every page, or it is not torn apart."""
    row._tr.get_or_add_trPr().append(OxmlElement(name))
