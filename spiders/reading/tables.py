"""Labels that are cells: their value is the cell beside them, the cell beneath, or the rows below."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from spiders.reading.boxes import Box
from spiders.reading.sheet import Sheet, Statement

CELL_TAGS: Final = frozenset(("td", "th"))

_COLUMN_WORDS = re.compile(
    r"^(?:序号|环节|步骤|阶段|环节名称|步骤名称|办理环节|办理步骤|办理人员?|岗位|责任人|审[查核]标准|办理结果|材料名称|材料形式|材料类型|材料必要性|是否必[需要须]|空白表格|示例样表|填报须知|份数|来源渠道|备注|编号)$"
)
_UNIT = re.compile(r"[（(]?个?(?:工作日|自然日|日|天|小时|分钟|月|年|次|元|份)[)）]?")
_MOST_CELLS = 60


def beside_cell(sheet: Sheet, i: int, cell: Box) -> Statement | None:
    """What a table states under the label in line i, which fills a cell; None where the cell stands in no row."""
    row = cell.parent
    if row is None:
        return None
    cells = [child for child in row.children[:_MOST_CELLS] if child.tag in CELL_TAGS]
    place = next((k for k, other in enumerate(cells) if other is cell), -1)
    if place < 0:
        return None
    if is_steps_row(sheet, cells):
        return sheet.statement(i, i + 1, i, "table")
    if _heads_matters(sheet, row, cells):
        return sheet.statement(i, i + 1, i, "columns")
    if place + 1 < len(cells):
        beside = cells[place + 1]
        if not _is_label_cell(sheet, beside):
            if not beside.empty and sheet.starts_labelled(beside.first) and _says_both(sheet, row, place):
                return sheet.statement(i, i + 1, i, "table")
            if _is_header_row(sheet, cells) and (found := _beneath(sheet, i, row, cells, place)):
                return found
            last = _rowspan_end(sheet, cell, row, beside.last)
            if place + 2 < len(cells) and _is_unit(sheet, cells[place + 2]):
                last = max(last, cells[place + 2].last)
            if beside.empty and last <= i:
                return sheet.statement(i, i + 1, i, "table")
            return sheet.statement(i, max(beside.first, i + 1), last, "table")
        if place and _is_label_cell(sheet, cells[place - 1]) is False and not _is_header_row(sheet, cells):
            return sheet.statement(i, i + 1, i, "table")
    filled = [c for c in cells if c is not cell and not c.empty]
    if (filled or place + 1 < len(cells)) and (found := _beneath(sheet, i, row, cells, place)):
        return found
    if filled:
        return sheet.statement(i, i + 1, i, "table")
    return _rows_below(sheet, i, row)


def _is_label_cell(sheet: Sheet, cell: Box) -> bool:
    return cell.first == cell.last and bool(sheet.labels[cell.first])


def _says_both(sheet: Sheet, row: Box, place: int) -> bool:
    """Whether the cells of a column hold a label and its value each, so that none speaks for its neighbour."""
    if row.parent is None:
        return False
    column = [
        cells[place]
        for each in row.parent.children[:_MOST_CELLS]
        if len(cells := [c for c in each.children if c.tag in CELL_TAGS]) > place
    ]
    both = sum(not (c.empty or _is_label_cell(sheet, c)) and sheet.starts_labelled(c.first) for c in column)
    return both * 2 > len(column)


def _is_unit(sheet: Sheet, cell: Box) -> bool:
    """Whether a cell is the unit of the number before it."""
    return cell.first == cell.last and bool(_UNIT.fullmatch(sheet.lines[cell.first].text))


def is_steps_row(sheet: Sheet, cells: Sequence[Box]) -> bool:
    """The head of a table of steps or materials: what it names belongs to each step, not to the guide."""
    if len(cells) < 3 or any(c.last > c.first for c in cells):
        return False
    texts = [sheet.lines[c.first].text for c in cells if not c.empty]
    if not any(_COLUMN_WORDS.match(text) for text in texts):
        return False
    labels = sum(_is_label_cell(sheet, c) and not sheet.lines[c.first].text.startswith("材料") for c in cells)
    return labels * 2 <= len(cells)


def head_row(sheet: Sheet, first: int, last: int) -> Box | None:
    """The row that heads the table of steps or materials which begins in a line; None where none does."""
    if first > last:
        return None
    row = sheet.solo_box(first).parent
    if row is None or row.tag != "tr" or row.first != first or row.last > last:
        return None
    return row if is_steps_row(sheet, [c for c in row.children[:_MOST_CELLS] if c.tag in CELL_TAGS]) else None


def _is_header_row(sheet: Sheet, cells: Sequence[Box]) -> bool:
    """A row of which every cell is short and most are labels (or all are `th`)."""
    if len(cells) < 2 or any(c.first != c.last for c in cells):
        return False
    labels = sum(_is_label_cell(sheet, c) for c in cells)
    if all(c.tag == "th" for c in cells):
        return True
    return labels * 2 > len(cells) and labels >= 2


def _heads_matters(sheet: Sheet, row: Box, cells: Sequence[Box]) -> bool:
    """The head of a table of several matters: what it names is told of each, and of none in particular."""
    if not _is_header_row(sheet, cells):
        return False
    named = [
        k
        for k, cell in enumerate(cells)
        if not cell.empty and any(each.name == "事项名称" for each in sheet.labels[cell.first])
    ]
    if not named:
        return False
    below = [[c for c in each.children if c.tag in CELL_TAGS] for each in _rows_after(row)[:_MOST_CELLS]]
    filled = [each[named[0]] for each in below if len(each) == len(cells) and not each[named[0]].empty]
    return len(filled) >= 2 and not any(_is_label_cell(sheet, cell) for cell in filled)


def _beneath(sheet: Sheet, i: int, row: Box, cells: Sequence[Box], place: int) -> Statement | None:
    """The cell under a header cell. A column of a steps table (环节, 步骤) is not the guide's own element."""
    if sum(_is_label_cell(sheet, c) for c in cells) * 2 < len(cells):
        return sheet.statement(i, i + 1, i, "table") if cells[place].tag == "th" else None
    column = sum(c.colspan for c in cells[:place])
    for below in _rows_after(row):
        targets = [c for c in below.children if c.tag in CELL_TAGS]
        at = 0
        for target in targets:
            if at == column and (len(targets) > 1 or len(cells) == 1):
                if _is_label_cell(sheet, target) or (
                    not target.empty and sheet.starts_labelled(target.first)
                ):
                    return None
                return sheet.statement(i, target.first, target.last, "table", whole=target.last)
            at += target.colspan
        return None
    return None


def _rows_below(sheet: Sheet, i: int, row: Box) -> Statement:
    """A label over the whole width: the rows beneath, up to the next such label."""
    last = row.last
    for below in _rows_after(row):
        if below.empty:
            continue
        cells = [c for c in below.children if c.tag in CELL_TAGS and not c.empty]
        if not cells:
            break
        if _is_label_cell(sheet, cells[0]) or sheet.starts_labelled(cells[0].first):
            break
        last = below.last
    return sheet.statement(i, i + 1, last, "table")


def _rowspan_end(sheet: Sheet, cell: Box, row: Box, last: int) -> int:
    if cell.rowspan > 1:
        for below in _rows_after(row)[: cell.rowspan - 1]:
            last = max(last, below.last)
    return last


def _rows_after(row: Box) -> list[Box]:
    """The rows under a row, within its table."""
    table = row.parent
    if table is None:
        return []
    rows = [child for child in table.children[row.place + 1 : row.place + 60] if child.tag == "tr"]
    if table.tag == "thead" and table.parent is not None:
        for section in table.parent.children:
            if section.tag == "tbody":
                rows.extend(child for child in section.children[:60] if child.tag == "tr")
    return rows
