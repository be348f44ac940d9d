"""The schema of the results file: made from the records, and brought up to date where a file is older.

The contract is only ever added to: a newer version has more tables, columns, indexes and views, and an
older file gets those that it lacks. A column that is added must be nullable or have a default.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from sqlite_utils import Database

from results import views
from results.columns import Column, Record
from results.tables import tables

SCHEMA_VERSION = 5
"""1: the first tables. 2: scorings, imported scores, intervals of totals, thresholds, the crawl's frontier.
3: the words of the link that led to a page. 4: hosts that stopped answering, links of unfinished runs.
5: announced maintenance."""

APPLICATION_ID = 0x70726F62  # "prob": tells our files from other people's

_TYPES = {int: "INTEGER", float: "REAL", str: "TEXT"}


def bring_up_to_date(database: Database) -> None:
    """Make what is not there yet, in one transaction; what is there stays as it is.

    Raises:
        sqlite3.Error: The file cannot be written; it stays as it was.
    """
    connection = database.conn
    connection.execute("begin immediate")
    try:
        connection.execute(f"pragma application_id = {APPLICATION_ID}")
        known = set(database.table_names())
        for record in tables():
            if record.TABLE in known:
                for statement in _missing_columns(database, record):
                    connection.execute(statement)
            else:
                connection.execute(_table(record))
            for statement in _indexes(record):
                connection.execute(statement)
        views.create(database)
        connection.execute(f"pragma user_version = {SCHEMA_VERSION}")
        connection.execute("commit")
    except BaseException:
        if connection.in_transaction:  # a full disk has rolled back already
            connection.execute("rollback")
        raise


def _table(record: type[Record]) -> str:
    lines = ",\n  ".join(_declaration(record, each) for each in record.columns())
    return f"CREATE TABLE [{record.TABLE}] (\n  {lines}\n)"


def _indexes(record: type[Record]) -> Iterator[str]:
    for index in record.INDEXES:
        yield (
            f"CREATE INDEX IF NOT EXISTS [idx_{record.TABLE}_{'_'.join(index)}] ON [{record.TABLE}] "
            f"({', '.join(f'[{name}]' for name in index)})"
        )


def _missing_columns(database: Database, record: type[Record]) -> Iterator[str]:
    there = {each.name for each in database.table(record.TABLE).columns}
    for column in record.columns():
        if column.name not in there:
            yield f"ALTER TABLE [{record.TABLE}] ADD COLUMN {_declaration(record, column)}{_default(record, column)}"


def _declaration(record: type[Record], column: Column) -> str:
    line = f"[{column.name}] {_TYPES[column.type]}"
    if column.name == record.PRIMARY_KEY:
        line += " PRIMARY KEY"
    elif not column.nullable:
        line += " NOT NULL"
    if column.references:
        target = next(each.PRIMARY_KEY for each in tables() if column.references == each.TABLE)
        line += f" REFERENCES [{column.references}]([{target}])"
    return line


def _default(record: type[Record], column: Column) -> str:
    """What rows that were there before say in a column that may not be NULL."""
    if column.nullable:
        return ""
    declared = {each.name: each.default for each in dataclasses.fields(record)}  # type: ignore[arg-type]
    value = declared[column.name]
    if isinstance(value, bool | int | float):
        return f" DEFAULT {value + 0}"
    words = str(value).replace("'", "''")
    return f" DEFAULT '{words}'"
