"""Hand-over files: the database itself, or one table or view as CSV, JSON lines, XLSX or Parquet.

What a portal wrote is text and stays text: no cell of a CSV or XLSX file can become a formula.
"""

from __future__ import annotations

import csv
import json
import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from pyarrow import parquet

from results.columns import Record
from results.errors import PlainError, StoreError
from results.handover import write_database
from results.ledger import Sweep
from results.store import Store
from results.tables import tables
from results.views import VIEWS
from results.whole_files import whole_file

DEFAULT_TABLE = "latest_city_scores"
"""What a format of one table holds when none is named."""

_SHEET_ROWS = 1_048_575  # Excel's limit less the heading
_CELL_CHARACTERS = 32_767  # Excel's limit
_BATCH = 5_000
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
# characters that a reader does not see, so that a formula may hide behind them
_INVISIBLE = (
    " \u00a0\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"
)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
# what some readers take for the end of a line, and terminals for a command
_BREAKS_A_LINE = re.compile(r"[\x7f-\x9f\u2028\u2029]")

Value = str | int | float | None


@dataclass(frozen=True, slots=True)
class Source:
    """A table or a view to write out: its columns, and its rows as often as asked for."""

    name: str
    columns: tuple[str, ...]
    types: tuple[type, ...]
    rows: Callable[[], Iterator[tuple[Value, ...]]]


def export(store: Store, target: Path, *, table: str | None = None, sweep: int | None = None) -> list[Path]:
    """Write a hand-over file; its suffix says which kind.

    Args:
        store: The results file.
        target: Path ending in .db, .csv, .jsonl, .xlsx or .parquet; overwritten if it exists.
        table: A table or view; by default all of them (.db, .xlsx) or the newest totals (the others).
        sweep: Only what belongs to this sweep; by default everything.

    Returns:
        The files written.

    Raises:
        PlainError: The suffix, the table or the sweep is unknown, or the target is the results file itself.
        StoreError: The target cannot be written.
    """
    if sweep is not None and not store.all(Sweep, id=sweep):
        raise PlainError(zh=f"没有第 {sweep} 次普查", en=f"there is no sweep {sweep}")
    if target.exists() and target.samefile(store.path):
        raise PlainError(zh="不能导出到结果文件本身", en="cannot export onto the results file itself")
    writers = {".csv": _write_csv, ".jsonl": _write_jsonl, ".parquet": _write_parquet}
    suffix = target.suffix.lower()
    try:
        if suffix == ".db":
            if table is not None:
                raise PlainError(
                    zh=".db 导出整个文件，不能只选一张表",
                    en="a .db export holds all tables; leave out --table",
                )
            return write_database(store, target, sweep=sweep)
        if suffix == ".xlsx":
            names = [table] if table else [*VIEWS, *(each.TABLE for each in tables())]
            sheets = [source(store, name, sweep) for name in names]
            with whole_file(target) as draft:
                _write_xlsx(sheets, draft)
        elif suffix in writers:
            chosen = source(store, table or DEFAULT_TABLE, sweep)
            with whole_file(target) as draft:
                writers[suffix](chosen, draft)
        else:
            raise PlainError(
                zh=f"不支持 {suffix or target}；可选 .db .csv .jsonl .xlsx .parquet",
                en=f"cannot write {suffix or target}; choose .db .csv .jsonl .xlsx or .parquet",
            )
    except OSError as error:
        raise StoreError(zh=f"无法写入 {target}：{error}", en=f"cannot write {target}: {error}") from error
    return [target]


def source(store: Store, name: str, sweep: int | None = None) -> Source:
    """A table or view, all of it or what belongs to one sweep.

    Raises:
        PlainError: There is no such table or view.
    """
    records = {each.TABLE: each for each in tables()}
    if name not in records and name not in VIEWS:
        known = ", ".join([*VIEWS, *records])
        raise PlainError(zh=f"没有表 {name}；可选：{known}", en=f"no table {name}; there are: {known}")
    # the name was checked against our own tables and views
    cursor = store.database.execute(f"select * from [{name}] limit 0")  # noqa: S608
    columns = tuple(each[0] for each in cursor.description)
    condition, values = _of_sweep(name, columns, sweep)
    query = f"select * from [{name}]{condition}"  # noqa: S608

    def rows() -> Iterator[tuple[Value, ...]]:
        yield from store.database.execute(query, values)

    types = _declared(records[name], columns) if name in records else _seen(rows, len(columns))
    return Source(name, columns, types, rows)


def harmless_cell(value: Value) -> Value:
    """A cell that no spreadsheet program takes for a formula: such text gets an apostrophe in front."""
    if not isinstance(value, str):
        return value
    clean = _CONTROL.sub("", value)
    return f"'{clean}" if clean.lstrip(_INVISIBLE).startswith(_FORMULA) else clean


def _of_sweep(name: str, columns: tuple[str, ...], sweep: int | None) -> tuple[str, list[int]]:
    if sweep is None:
        return "", []
    runs = "select id from runs where sweep_id = ?"
    conditions = {
        "sweeps": "id = ?",
        "guide_elements": f"guide_id in (select id from guides where run_id in ({runs}))",  # noqa: S608
        "cities": "slug in (select city from runs where sweep_id = ?)",
    }
    if name in conditions:
        return f" where {conditions[name]}", [sweep]
    if "sweep_id" in columns:
        return " where sweep_id = ?", [sweep]
    if "run_id" in columns:
        return f" where run_id in ({runs})", [sweep]
    return "", []


def _declared(record: type[Record], columns: tuple[str, ...]) -> tuple[type, ...]:
    types = {each.name: each.type for each in record.columns()}
    return tuple(types.get(each, str) for each in columns)


def _seen(rows: Callable[[], Iterator[tuple[Value, ...]]], width: int) -> tuple[type, ...]:
    """Types of a view's columns, which SQLite does not declare."""
    seen: list[set[type]] = [set() for _ in range(width)]
    for row in rows():
        for column, value in zip(seen, row, strict=True):
            if value is not None:
                column.add(type(value))
    return tuple(
        next(iter(column)) if len(column) == 1 else float if column == {int, float} else str
        for column in seen
    )


def _write_csv(table: Source, target: Path) -> None:
    # the byte order mark makes a Chinese Excel read it as UTF-8
    with target.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(table.columns)
        for row in table.rows():
            writer.writerow([harmless_cell(value) for value in row])


def _write_jsonl(table: Source, target: Path) -> None:
    with target.open("w", encoding="utf-8") as file:
        for row in table.rows():
            told = {name: _in_json(value) for name, value in zip(table.columns, row, strict=True)}
            line = json.dumps(told, ensure_ascii=False, allow_nan=False)
            file.write(_BREAKS_A_LINE.sub(lambda found: f"\\u{ord(found[0]):04x}", line) + "\n")


def _in_json(value: Value) -> Value:
    """JSON knows no infinity."""
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _write_parquet(table: Source, target: Path) -> None:
    arrow = {int: pyarrow.int64(), float: pyarrow.float64()}
    schema = pyarrow.schema(
        [
            (name, arrow.get(kind, pyarrow.string()))
            for name, kind in zip(table.columns, table.types, strict=True)
        ]
    )
    rows = table.rows()
    with parquet.ParquetWriter(target, schema) as writer:
        while batch := list(islice(rows, _BATCH)):
            arrays = [
                pyarrow.array([_as(kind, row[index]) for row in batch], type=field.type)
                for index, (kind, field) in enumerate(zip(table.types, schema, strict=True))
            ]
            writer.write_batch(pyarrow.record_batch(arrays, schema=schema))


def _as(kind: type, value: Value) -> Any:
    return None if value is None else kind(value)


def _write_xlsx(sheets: list[Source], target: Path) -> None:
    # opened first: openpyxl spills sheets into temporary files that it drops only when all goes well
    with target.open("wb") as file:
        book = openpyxl.Workbook(write_only=True)
        for table in sheets:
            sheet = _new_sheet(book, table, 1)
            for number, row in enumerate(table.rows()):
                if number and number % _SHEET_ROWS == 0:
                    sheet = _new_sheet(book, table, number // _SHEET_ROWS + 1)
                sheet.append([_cell(sheet, value) for value in row])
        book.save(file)


def _new_sheet(book: Any, table: Source, part: int) -> Any:
    sheet = book.create_sheet(table.name[:28] if part == 1 else f"{table.name[:25]} {part}")
    sheet.freeze_panes = "A2"
    headings = [WriteOnlyCell(sheet, value=name) for name in table.columns]
    for heading in headings:
        heading.font = Font(bold=True)
    sheet.append(headings)
    return sheet


def _cell(sheet: Any, value: Value) -> Any:
    if not isinstance(value, str):
        return value
    text = str(harmless_cell(value))
    cell = WriteOnlyCell(sheet, value=text[:_CELL_CHARACTERS])
    cell.data_type = "s"
    return cell
