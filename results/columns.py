"""How a record becomes a table: one frozen dataclass, one table, every column described.

The dataclasses of `records.py` (what was measured) and `ledger.py` (who measured, and what came of it)
are the single source of the schema, its migrations and the README's table section.
"""

from __future__ import annotations

import dataclasses
import math
import re
import types
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any, ClassVar, Union, get_args, get_origin, get_type_hints

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_BEYOND = 2**63


def column(description: str, *, references: str | None = None, default: Any = dataclasses.MISSING) -> Any:
    """Declare a described column.

    Args:
        description: What the column says, with its unit; goes into README and the Datasette metadata.
        references: The table whose primary key this column holds, if any.
        default: The value when none is given; without it the column must be given.
    """
    return dataclasses.field(
        default=default, metadata={"description": description, "references": references}, kw_only=True
    )


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table, as SQLite and the documentation see it."""

    name: str
    type: type
    nullable: bool
    references: str | None
    description: str


class Record:
    """Base of every row. Subclasses are frozen dataclasses with a `TABLE` name and an `ABOUT` sentence."""

    TABLE: ClassVar[str]
    ABOUT: ClassVar[str]
    PRIMARY_KEY: ClassVar[str] = "id"
    INDEXES: ClassVar[tuple[tuple[str, ...], ...]] = ()

    @classmethod
    @cache
    def columns(cls) -> tuple[Column, ...]:
        """The table's columns in order of declaration, the primary key first."""
        hints = get_type_hints(cls)
        found = [
            Column(
                name=field.name,
                type=_storage_type(hints[field.name]),
                nullable=_is_optional(hints[field.name]),
                references=field.metadata.get("references"),
                description=field.metadata["description"],
            )
            for field in dataclasses.fields(cls)  # type: ignore[arg-type]  # every subclass is a dataclass
        ]
        return tuple(sorted(found, key=lambda each: each.name != cls.PRIMARY_KEY))

    @classmethod
    def pointing_at(cls, table: str) -> tuple[str, ...]:
        """The columns that hold the primary key of a row of another table."""
        return tuple(each.name for each in cls.columns() if each.references == table)

    def as_row(self) -> dict[str, str | int | float | None]:
        """The record as SQLite stores it: booleans as 0/1, words as text."""
        return {each.name: _to_sqlite(getattr(self, each.name)) for each in type(self).columns()}

    @classmethod
    def from_row(cls, row: dict[str, Any]) -> Any:
        """The record behind a row of its table; columns that it does not know are left out."""
        words = cls._words()
        known = {each.name for each in cls.columns()}
        return cls(
            **{
                name: words[name](value) if value is not None and name in words else value
                for name, value in row.items()
                if name in known
            }
        )

    @classmethod
    @cache
    def _words(cls) -> dict[str, type]:
        """The columns whose values SQLite keeps as another type: booleans, and words of a vocabulary."""
        plain = {name: _plain(hint) for name, hint in get_type_hints(cls).items() if name in _names(cls)}
        return {name: kind for name, kind in plain.items() if issubclass(kind, bool | StrEnum)}


def _is_optional(hint: Any) -> bool:
    return get_origin(hint) in (Union, types.UnionType) and type(None) in get_args(hint)


def _plain(hint: Any) -> type:
    if _is_optional(hint):
        hint = next(arg for arg in get_args(hint) if arg is not type(None))
    return hint  # type: ignore[no-any-return]


def _storage_type(hint: Any) -> type:
    plain = _plain(hint)
    if issubclass(plain, bool):
        return int
    if issubclass(plain, StrEnum):
        return str
    return plain


def _to_sqlite(value: Any) -> str | int | float | None:
    """A value as SQLite can hold it, whatever a portal made of it.

    Half a surrogate pair (a script that cuts a text cuts emoji in two) becomes U+FFFD, a whole number beyond 64
    bits a float, beyond those infinite. What is not a number SQLite keeps as NULL.
    """
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, str) and not value.isascii():
        return _LONE_SURROGATE.sub("\ufffd", value)
    if isinstance(value, int) and not -_BEYOND <= value < _BEYOND:
        try:
            return float(value)
        except OverflowError:
            return math.inf if value > 0 else -math.inf
    return value  # type: ignore[no-any-return]


def _names(record: type[Record]) -> set[str]:
    return {each.name for each in record.columns()}
