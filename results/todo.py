"""整改清单: what a city should mend, in order of points, for the people who mend it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import docx
import openpyxl
from docx.enum.section import WD_ORIENT
from docx.image.exceptions import InvalidImageStreamError, UnexpectedEndOfFileError, UnrecognizedImageError
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties

from results.errors import PlainError, StoreError
from results.export import harmless_cell
from results.ledger import Run
from results.moments import from_text
from results.observed import Observed, observed
from results.scores import result_of
from results.store import Store
from results.words import ENGINES, reason_word

_BEIJING = ZoneInfo("Asia/Shanghai")
_NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069\ufffe\uffff]")
_PICTURES = 40
"""Screenshots that a document holds at most, the costliest findings' first."""
_HEADINGS = (
    "序号",
    "指标",
    "问题",
    "位置",
    "时间（北京）",
    "浏览器",
    "原因",
    "约失总分",
    "观测",
    "证据",
    "整改情况",
)
_WIDTHS = (6, 16, 48, 44, 20, 11, 20, 10, 18, 40, 18)
_SUFFIXES = (".xlsx", ".docx")


@dataclass(frozen=True, kw_only=True, slots=True)
class Task:
    """One thing to mend; several observations of one fault are one task."""

    number: int
    indicator: str
    text: str
    place: str
    measured_at: str
    engine: str
    reason: str
    points: float
    """What it costs of the total, about."""
    sources: str
    evidence: str
    evidence_missing: bool


def tasks_of(store: Store, run: Run) -> list[Task]:
    """What the run found to mend, costliest first; what costs nothing comes last."""
    result = result_of(store, run)
    lines = {each.indicator: each for each in result.indicators}
    groups: dict[str, list[Observed]] = {}
    for finding in result.findings:
        groups.setdefault(finding.finding_key, []).append(observed(store, finding))

    def weight(one: Observed) -> float:
        line = lines.get(one.indicator)
        return line.facet_weight * line.weight if line else 1.0

    costs = {key: sum(one.points_lost * weight(one) for one in group) for key, group in groups.items()}
    ordered = sorted(groups.items(), key=lambda entry: (-costs[entry[0]], entry[0]))
    return [
        _task(
            number,
            group,
            costs[key],
            lines[group[0].indicator].name_zh if group[0].indicator in lines else "",
        )
        for number, (key, group) in enumerate(ordered, start=1)
    ]


def write_todo(store: Store, run: Run, target: Path) -> Path:
    """Write a run's list of what to mend as a workbook or a document.

    Args:
        store: The results file.
        run: The run.
        target: Path ending in .xlsx or .docx; overwritten if it exists.

    Raises:
        PlainError: Another suffix.
        StoreError: The file cannot be written.
    """
    suffix = target.suffix.lower()
    if suffix not in _SUFFIXES:
        raise PlainError(
            zh=f"整改清单只能写成 {' 或 '.join(_SUFFIXES)}",
            en=f"a list of what to mend is {' or '.join(_SUFFIXES)}",
        )
    tasks = tasks_of(store, run)
    result = result_of(store, run)
    total = result.total
    score = (
        "覆盖不足，无总分"
        if total is None or total.score is None
        else f"总分 {total.score:.1f}（{total.grade}）"
    )
    heading = f"{result.city.name}政务服务网整改清单"
    below = f"测量时间 {_moment(run.started_at)}（北京时间），{score}，共 {len(tasks)} 项"
    content = BytesIO()
    if suffix == ".xlsx":
        _workbook(heading, below, tasks).save(content)
    else:
        _document(heading, below, tasks).save(content)
    try:
        target.write_bytes(content.getvalue())
    except OSError as error:
        raise StoreError(zh=f"无法写入 {target}：{error}", en=f"cannot write {target}: {error}") from error
    return target


def _task(number: int, group: list[Observed], points: float, indicator: str) -> Task:
    first = group[0]
    times = f"（共 {len(group)} 次）" if len(group) > 1 else ""
    return Task(
        number=number,
        indicator=indicator,
        text=first.text.zh + times,
        place=first.place or "",
        measured_at=_moment(first.measured_at),
        engine=ENGINES.get(first.engine or "", first.engine or ""),
        reason=reason_word(first.reason).zh if first.reason else "",
        points=points,
        sources="、".join(f"{each.table} #{each.id}" for each in group[:5] if each.table),
        evidence=first.evidence or "",
        evidence_missing=first.evidence_missing,
    )


def _moment(text: str | None) -> str:
    return from_text(text).astimezone(_BEIJING).strftime("%Y-%m-%d %H:%M:%S") if text else ""


def _cells(task: Task) -> list[Any]:
    points: float | str = round(task.points, 2) if task.points else "不扣分"
    evidence = f"{task.evidence}（文件已不存在）" if task.evidence_missing else task.evidence
    return [
        task.number,
        task.indicator,
        task.text,
        task.place,
        task.measured_at,
        task.engine,
        task.reason,
        points,
        task.sources,
        evidence,
        "",
    ]


def _workbook(heading: str, below: str, tasks: list[Task]) -> openpyxl.Workbook:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "整改清单"
    for row, text in enumerate((heading, below), start=1):
        sheet.cell(row, 1, str(harmless_cell(text))).data_type = "s"
    sheet["A1"].font = Font(bold=True, size=16)
    for column, (name, width) in enumerate(zip(_HEADINGS, _WIDTHS, strict=True), start=1):
        sheet.cell(3, column, name).font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(column)].width = width
    for row, task in enumerate(tasks, start=4):
        for column, value in enumerate(_cells(task), start=1):
            cell = sheet.cell(row, column)
            cell.value = _NOT_IN_XML.sub("", str(harmless_cell(value))) if isinstance(value, str) else value
            if isinstance(value, str):
                cell.data_type = "s"
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    sheet.freeze_panes = "A4"
    sheet.auto_filter.ref = f"A3:{get_column_letter(len(_HEADINGS))}{3 + len(tasks)}"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = "3:3"
    return book


def _document(heading: str, below: str, tasks: list[Task]) -> Any:
    document = docx.Document()
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = section.page_height, section.page_width
    section.left_margin = section.right_margin = Cm(1.8)
    style = document.styles["Normal"]
    style.font.size = Pt(10)
    style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), "宋体")
    document.add_heading(_NOT_IN_XML.sub("", heading), level=1)
    document.add_paragraph(_NOT_IN_XML.sub("", below))
    columns = ("序号", "指标", "问题与位置", "时间、浏览器与原因", "约失总分", "整改情况")
    table = document.add_table(rows=1, cols=len(columns), style="Table Grid")
    for cell, name in zip(table.rows[0].cells, columns, strict=True):
        cell.text = name
    pictures = 0
    for task in tasks:
        cells = table.add_row().cells
        where = "\n".join(part for part in (task.text, task.place, task.sources) if part)
        when = "\n".join(part for part in (task.measured_at, task.engine, task.reason) if part)
        points = f"{task.points:.2f}" if task.points else "不扣分"
        for cell, text in zip(
            cells, (str(task.number), task.indicator, where, when, points, ""), strict=True
        ):
            cell.text = _NOT_IN_XML.sub("", text)
        if pictures < _PICTURES and _has_picture(task) and _add_picture(cells[2], Path(task.evidence)):
            pictures += 1
    for row in table.rows:
        for cell, width in zip(row.cells, (1.2, 3, 10.5, 5, 2, 3.5), strict=True):
            cell.width = Cm(width)
    return document


def _has_picture(task: Task) -> bool:
    return not task.evidence_missing and Path(task.evidence).suffix in (".png", ".jpg")


def _add_picture(cell: Any, path: Path) -> bool:
    paragraph = cell.add_paragraph()
    try:
        paragraph.add_run().add_picture(str(path), width=Cm(6))
    except (OSError, InvalidImageStreamError, UnexpectedEndOfFileError, UnrecognizedImageError) as error:
        # a damaged picture must not cost the reader the list
        paragraph.add_run(f"（截图无法读取：{type(error).__name__}）")
        return False
    return True
