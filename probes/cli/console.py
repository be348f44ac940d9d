"""Where text goes: data to stdout, progress and messages to stderr, and nothing that a portal wrote raw."""

from __future__ import annotations

import json
import logging
import os
import sys
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

import click
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

STDERR = Console(stderr=True, highlight=False)
STDOUT = Console(highlight=False, width=None if sys.stdout.isatty() or "COLUMNS" in os.environ else 140)
"""A file or a pipe has no width of its own: wide enough there that addresses stay whole."""

NOTES = logging.getLogger("probe")
"""Takes what is said to a person as records where the log is for machines; `logs.py` says which."""


def harmless(text: object) -> str:
    """Text without anything that a terminal obeys: control, escape and direction-turning characters."""
    return "".join("�" if is_obeyed(character) else character for character in str(text))


def is_obeyed(character: str) -> bool:
    """Whether a terminal does something at a character other than show it; a line's end is none of these."""
    return character != "\n" and unicodedata.category(character) in ("Cc", "Cf", "Cs")


def print_json(value: Any) -> None:
    """Print a value as JSON on stdout; what a terminal would obey is written as JSON's own escapes."""
    text = json.dumps(value, ensure_ascii=False, indent=2, default=str)
    click.echo("".join(json.dumps(each)[1:-1] if is_obeyed(each) else each for each in text))


def print_table(
    title: str,
    columns: Sequence[str],
    rows: Sequence[Sequence[object]],
    *,
    right: Sequence[int] = (),
    whole: Sequence[int] = (),
) -> None:
    """Print a table on stdout that fits the terminal's width.

    Args:
        title: Above the table; may be empty.
        columns: Headings.
        rows: Cells; None becomes a dash.
        right: Columns (from 0) to align to the right.
        whole: Columns whose words are never broken, because they are typed again or copied.
    """
    table = Table(
        title=title or None, title_justify="left", header_style="bold", box=box.SIMPLE_HEAD, pad_edge=False
    )
    for number, heading in enumerate(columns):
        table.add_column(
            heading,
            justify="right" if number in right else "left",
            overflow="fold",
            no_wrap=number in whole,
        )
    for row in rows:
        table.add_row(
            *(
                cell if isinstance(cell, Text) else Text(harmless("–" if cell is None else cell))
                for cell in row
            )
        )
    STDOUT.print(table)


def print_facts(facts: Mapping[str, object]) -> None:
    """Print names and values, one a line, on stdout."""
    width = max((Text(name).cell_len for name in facts), default=0)
    for name, given in facts.items():
        value = _plain(given)
        line = Text(name + " " * (width - Text(name).cell_len + 2), style="bold")
        STDOUT.print(line.append(Text(harmless("–" if value is None else value), style="not bold")))


def _plain(value: object) -> object:
    """A collection in words; an empty one is nothing."""
    if isinstance(value, Mapping):
        return ", ".join(f"{name} = {each}" for name, each in value.items()) or None
    if isinstance(value, (list, tuple)):
        return ", ".join(str(each) for each in value) or None
    return value


def note(text: str, style: str = "") -> None:
    """Say something to the person, on stderr; it is a record of the log where that is written as JSON."""
    if NOTES.isEnabledFor(logging.INFO):
        level = {"red": logging.ERROR, "yellow": logging.WARNING}.get(style, logging.INFO)
        NOTES.log(level, "%s", text)
    else:
        STDERR.print(Text(harmless(text), style=style), soft_wrap=True)
