"""The SQLite file: opened, migrated, appended to, asked what is already done.

One unit of work is one transaction: killing the process at any instant loses at most the unit in
flight. Readers (Datasette) may look on beside it, since the file is in WAL mode while we work.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import sqlite_utils

from results.columns import Record
from results.errors import StoreError
from results.ledger import FinishedUnit, Run, State, Sweep
from results.moments import now
from results.schema import APPLICATION_ID, SCHEMA_VERSION, bring_up_to_date

__all__ = ["SCHEMA_VERSION", "Store"]

RecordT = TypeVar("RecordT", bound=Record)


class Store:
    """An open results file. Use from one thread; close when done (or use it as a context manager)."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.path = path
        self.database = sqlite_utils.Database(connection)
        self._depth = 0
        self._inode = _inode(path)
        self._gone: StoreError | None = None
        """What there is to say of a file that was taken away."""

    @classmethod
    def open(cls, path: Path) -> Store:
        """Open a results file, making it if there is none, and bring its schema up to date.

        Raises:
            StoreError: The path is a directory, not writable, not SQLite, another program's database,
                or of a newer schema than this program knows.
        """
        if path.is_dir():
            raise StoreError(
                zh=f"{path} 是一个目录，不是数据库文件", en=f"{path} is a directory, not a database file"
            )
        if not path.parent.is_dir():
            raise StoreError(zh=f"目录 {path.parent} 不存在", en=f"directory {path.parent} does not exist")
        new = not path.exists()
        try:
            connection = sqlite3.connect(path, isolation_level=None, timeout=30)
            try:
                _prepare(connection, path)
            except BaseException:
                connection.close()
                if new:  # nothing half-written stays behind
                    path.unlink(missing_ok=True)
                raise
        except sqlite3.Error as error:
            raise StoreError(
                zh=f"无法使用结果文件 {path}：{error}", en=f"cannot use results file {path}: {error}"
            ) from error
        return cls(path, connection)

    @classmethod
    def open_existing(cls, path: Path) -> Store:
        """Open a results file that must exist already.

        Raises:
            StoreError: There is none, or it cannot be used.
        """
        if not path.exists():
            raise StoreError(zh=f"没有结果文件 {path}", en=f"there is no results file {path}")
        return cls.open(path)

    def close(self) -> None:
        """Close the file; the `-wal` file is folded in by SQLite."""
        self.database.close()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All that is written inside is kept, or none of it. Nested calls join the outer one.

        Raises:
            StoreError: The file was taken away; what was in it is saved again, and named.
        """
        if self._depth:
            yield
            return
        if _inode(self.path) != self._inode:
            self._gone = self._gone or self._saved_again()
            raise self._gone
        self.database.conn.execute("BEGIN IMMEDIATE")
        self._depth += 1
        try:
            yield
        except BaseException:
            if self.database.conn.in_transaction:  # a full disk has rolled back already
                self.database.conn.execute("ROLLBACK")
            raise
        else:
            self.database.conn.execute("COMMIT")
        finally:
            self._depth -= 1

    @contextmanager
    def unit(
        self, run_id: int, probe: str, key: str, *, attempt: int = 1, settled: bool = True
    ) -> Iterator[None]:
        """A unit of work: what is added inside and the mark that it is done are one transaction."""
        with self.transaction():
            yield
            self.add(
                FinishedUnit(
                    run_id=run_id,
                    probe=probe,
                    key=key,
                    attempt=attempt,
                    settled=settled,
                    finished_at=now(),
                )
            )

    def finished_units(self, run_id: int) -> dict[tuple[str, str], FinishedUnit]:
        """The last mark of every unit that this run has finished, by (probe, key)."""
        return {(each.probe, each.key): each for each in self.all(FinishedUnit, run_id=run_id)}

    def add(self, record: RecordT) -> RecordT:
        """Append a record; the answer carries its new id.

        Raises:
            sqlite3.Error: The file cannot be written (disk full, locked for long); nothing was kept.
        """
        row = record.as_row()
        key = type(record).PRIMARY_KEY
        if key == "id":
            del row["id"]
        names = ", ".join(f"[{name}]" for name in row)
        marks = ", ".join("?" for _ in row)
        # table and column names come from our own dataclasses
        cursor = self.database.conn.execute(
            f"insert into [{record.TABLE}] ({names}) values ({marks})",  # noqa: S608
            list(row.values()),
        )
        return replace(record, id=cursor.lastrowid) if key == "id" else record  # type: ignore[type-var]

    def put(self, record: Record) -> None:
        """Insert or replace a record that has a key of its own (a city)."""
        with self.transaction():
            self.database.table(record.TABLE).upsert(record.as_row(), pk=record.PRIMARY_KEY)

    def change(self, record: RecordT, **values: Any) -> RecordT:
        """Change columns of a bookkeeping row (a sweep's state, a page's `sampled` mark).

        Observations themselves are never changed.
        """
        changed = replace(record, **values)  # type: ignore[type-var]
        row = changed.as_row()
        key = type(record).PRIMARY_KEY
        assignments = ", ".join(f"[{name}] = ?" for name in values)
        with self.transaction():
            self.database.conn.execute(
                f"update [{record.TABLE}] set {assignments} where [{key}] = ?",  # noqa: S608  # names are ours
                [*(row[name] for name in values), row[key]],
            )
        return changed

    def all(self, kind: type[RecordT], **equals: Any) -> list[RecordT]:
        """Every record of a kind whose columns equal the given values, in order of entry."""
        condition = " and ".join(f"[{name}] is ?" for name in equals) or "1"
        rows = self.database.query(
            f"select * from [{kind.TABLE}] where {condition} order by rowid",  # noqa: S608  # names are ours
            list(equals.values()),
        )
        return [kind.from_row(row) for row in rows]

    def _saved_again(self) -> StoreError:
        """Write all that the file held, while we still hold it, to where it was, or beside what is there now."""
        path, number = self.path, 1
        while path.exists():  # an earlier one that was saved is nobody's to overwrite, either
            path = self.path.with_name(
                f"{self.path.stem}.saved{number if number > 1 else ''}{self.path.suffix}"
            )
            number += 1
        try:
            with suppress(FileNotFoundError):  # of the file that was taken away
                path.with_name(f"{path.name}-wal").unlink()
            self.database.conn.execute("VACUUM INTO ?", [str(path)])
        except (sqlite3.Error, OSError) as error:
            return StoreError(
                zh=f"结果文件 {self.path} 在使用中被移走，也无法另存：{error}",
                en=f"the results file {self.path} was taken away while in use, and cannot be saved again: {error}",
            )
        return StoreError(
            zh=f"结果文件 {self.path} 在使用中被移走或替换；已测得的结果另存为 {path}，可用 --resume 继续",
            en=f"the results file {self.path} was taken away while in use; what was measured is saved as {path}: "
            "--resume goes on with it",
        )

    def mark_interrupted(self) -> list[Run]:
        """Mark what an earlier process left `running` as unfinished; call before a new sweep starts.

        Returns:
            The runs that were marked.
        """
        with self.transaction():
            left = [
                self.change(run, state=State.PARTIAL, reason="interrupted")
                for run in self.all(Run, state=State.RUNNING.value)
            ]
            for sweep in self.all(Sweep, state=State.RUNNING.value):
                self.change(sweep, state=State.PARTIAL)
        return left


def _inode(path: Path) -> tuple[int, int] | None:
    """Which file lies there; None where there is none."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    application, version = (
        connection.execute(f"pragma {name}").fetchone()[0] for name in ("application_id", "user_version")
    )
    empty = connection.execute("select count(*) from sqlite_master").fetchone()[0] == 0
    if not empty and application != APPLICATION_ID:
        raise StoreError(
            zh=f"{path} 是别的程序的数据库，未作改动",
            en=f"{path} is another program's database; left as it is",
        )
    if version > SCHEMA_VERSION:
        raise StoreError(
            zh=f"{path} 由更新的版本写成（结构 {version}，本程序 {SCHEMA_VERSION}），请升级",
            en=f"{path} was written by a newer version (schema {version}, ours {SCHEMA_VERSION}); upgrade first",
        )
    connection.execute("pragma journal_mode = wal")
    # NORMAL in WAL mode: a killed process loses nothing that was committed, a power cut cannot corrupt
    connection.execute("pragma synchronous = normal")
    connection.execute("pragma foreign_keys = on")
    if version < SCHEMA_VERSION:
        bring_up_to_date(sqlite_utils.Database(connection))
