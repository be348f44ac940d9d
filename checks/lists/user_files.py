"""An item list out of a user's file: TSV, CSV or XLSX, with or without a heading row."""

from __future__ import annotations

import csv
import re
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from charset_normalizer import from_bytes
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from results.errors import PlainError

_HEADINGS = ("事项名称", "事项", "项目名称", "任务名称", "业务名称", "名称", "item", "name")
_NUMBER = re.compile(r"^[\d.、()（）一二三四五六七八九十]*$")
_MAX_BYTES = 20 * 1024 * 1024


def read_items(path: Path) -> tuple[str, ...]:
    """The item names that a file lists, in order, each once.

    The column is the one headed 事项名称, 事项, 名称, item or name; without such a heading, the first column
    that holds words.

    Raises:
        PlainError: The file is missing, of another format, damaged, or lists nothing.
    """
    suffix = path.suffix.lower()
    if not path.is_file():
        raise PlainError(zh=f"清单文件 {path} 不存在", en=f"list file {path} does not exist")
    if suffix not in (".tsv", ".txt", ".csv", ".xlsx"):
        raise PlainError(
            zh=f"清单文件 {path} 的格式不受支持，请用 TSV、CSV 或 XLSX",
            en=f"list file {path} is of no supported format; give TSV, CSV or XLSX",
        )
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise PlainError(zh=f"清单文件 {path} 超过 20 MB", en=f"list file {path} is larger than 20 MB")
        rows = _sheet(path) if suffix == ".xlsx" else _text(path, "," if suffix == ".csv" else "\t")
    except (OSError, csv.Error, zipfile.BadZipFile, InvalidFileException, KeyError, ValueError) as error:
        raise PlainError(
            zh=f"无法读取清单文件 {path}：{error}", en=f"cannot read list file {path}: {error}"
        ) from error
    names = _names(rows)
    if not names:
        raise PlainError(zh=f"清单文件 {path} 中没有事项", en=f"list file {path} lists no item")
    return names


def _text(path: Path, delimiter: str) -> list[list[str]]:
    best = from_bytes(path.read_bytes(), cp_isolation=["utf_8", "gb18030", "utf_16", "big5"]).best()
    if best is None:
        raise ValueError("unknown encoding")
    lines = str(best).lstrip("\ufeff").splitlines()
    return [row for row in csv.reader(lines, delimiter=delimiter) if row and not row[0].startswith("#")]


def _sheet(path: Path) -> list[list[str]]:
    workbook = load_workbook(path, read_only=True, data_only=True)
    try:
        return [
            ["" if cell is None else str(cell) for cell in row]
            for sheet in workbook.worksheets[:1]
            for row in sheet.iter_rows(values_only=True, max_row=5000, max_col=50)
        ]
    finally:
        workbook.close()


def _names(rows: Sequence[Sequence[str]]) -> tuple[str, ...]:
    for at, row in enumerate(rows[:10]):
        cells = [re.sub(r"\s+", "", cell).lower() for cell in row]
        heading = next((each for each in _HEADINGS if each in cells), None)
        if heading is not None:
            return _unique(_column(rows[at + 1 :], cells.index(heading)))
    width = max(map(len, rows), default=0)
    for column in range(width):
        words = [each for each in _column(rows, column) if not _NUMBER.match(each)]
        if words:
            return _unique(words)
    return ()


def _column(rows: Sequence[Sequence[str]], column: int) -> list[str]:
    return [re.sub(r"\s+", "", row[column]) for row in rows if len(row) > column and row[column].strip()]


def _unique(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each for each in names if each))
