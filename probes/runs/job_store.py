"""The jobs of a schedule, and what became of each: a small SQLite file beside the results.

It is this machine's own, and not a part of the results that are merged or handed over.
"""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from results.errors import PlainError, StoreError
from results.moments import as_text, from_text

_SCHEMA = """
create table if not exists jobs (
  id integer primary key,
  name text not null unique,
  kind text not null,
  arguments text not null,
  cron text not null,
  timezone text not null,
  jitter_s integer not null,
  hours text,
  pause integer not null default 0,
  created_at text not null,
  started_at text,
  finished_at text,
  exit_code integer,
  pid integer,
  pid_since real
)"""


class JobKind(StrEnum):
    """What a job does."""

    SWEEP = "sweep"
    WATCH = "watch"
    REPORT = "report"
    EXPORT = "export"
    PRUNE = "prune"


@dataclass(frozen=True, kw_only=True)
class Job:
    """A job as it stands in the file."""

    name: str
    kind: JobKind
    arguments: tuple[str, ...]
    """What follows the command."""
    cron: str
    timezone: str
    jitter_s: int = 0
    hours: str | None = None
    """Hours of the day that it may start in."""
    pause: bool = False
    """Whether it is stopped when these hours end, to go on when they begin again."""
    created_at: datetime
    started_at: datetime | None = None
    finished_at: datetime | None = None
    """None while it runs, and where it was cut off."""
    exit_code: int | None = None
    pid: int | None = None
    pid_since: float | None = None
    """When that process was created (seconds since the epoch): a number alone may be another's by now."""

    @property
    def cut_off(self) -> bool:
        """Whether its last start has no end: it is under way, or was cut off."""
        return self.started_at is not None and self.finished_at is None


def schedule_beside(database: Path) -> Path:
    """Where the schedule of a results file lies: `probe.schedule.db` beside `probe.db`."""
    return database.with_name(f"{database.stem}.schedule.db")


class JobStore:
    """An open schedule; a context manager. Several processes may have it open.

    Raises:
        StoreError: The file cannot be used.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._connection = sqlite3.connect(path, isolation_level=None, timeout=30)
            self._connection.row_factory = sqlite3.Row
            self._connection.execute(_SCHEMA)
            if "pause" not in {row["name"] for row in self._connection.execute("pragma table_info(jobs)")}:
                self._connection.execute("alter table jobs add column pause integer not null default 0")
        except sqlite3.Error as error:
            raise StoreError(
                zh=f"无法使用任务文件 {path}：{error}", en=f"cannot use the schedule {path}: {error}"
            ) from error

    def __enter__(self) -> JobStore:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def all(self) -> list[Job]:
        """Every job, in order of entry."""
        names = [each.name for each in fields(Job)]
        rows = self._connection.execute("select * from jobs order by id").fetchall()
        return [_job({name: row[name] for name in names}) for row in rows]

    def get(self, name: str) -> Job | None:
        """A job by name; None where there is none (any more)."""
        return next((each for each in self.all() if each.name == name), None)

    def add(self, job: Job) -> None:
        """Keep a new job.

        Raises:
            PlainError: There is one of that name.
        """
        try:
            self._connection.execute(
                "insert into jobs (name, kind, arguments, cron, timezone, jitter_s, hours, pause, created_at) "
                "values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    job.name,
                    job.kind.value,
                    json.dumps(job.arguments, ensure_ascii=False),
                    job.cron,
                    job.timezone,
                    job.jitter_s,
                    job.hours,
                    job.pause,
                    as_text(job.created_at),
                ),
            )
        except sqlite3.IntegrityError as error:
            raise PlainError(
                zh=f"已有名为 {job.name!r} 的任务", en=f"there is a job named {job.name!r} already"
            ) from error

    def remove(self, name: str) -> None:
        """Forget a job.

        Raises:
            PlainError: There is none of that name.
        """
        if self._connection.execute("delete from jobs where name = ?", (name,)).rowcount == 0:
            raise PlainError(zh=f"没有名为 {name!r} 的任务", en=f"there is no job named {name!r}")

    def note_start(self, name: str, at: datetime, *, pid: int, pid_since: float) -> None:
        """Write down that a job has been started, as which process."""
        self._connection.execute(
            "update jobs set started_at = ?, finished_at = null, exit_code = null, pid = ?, pid_since = ? "
            "where name = ?",
            (as_text(at), pid, pid_since, name),
        )

    def note_end(self, name: str, at: datetime, exit_code: int) -> None:
        """Write down that a job came to its own end."""
        self._connection.execute(
            "update jobs set finished_at = ?, exit_code = ?, pid = null, pid_since = null where name = ?",
            (as_text(at), exit_code, name),
        )


def _job(row: dict[str, object]) -> Job:
    moments = {
        name: from_text(str(row[name])) if row[name] is not None else None
        for name in ("created_at", "started_at", "finished_at")
    }
    words = {
        "kind": JobKind(str(row["kind"])),
        "arguments": tuple(json.loads(str(row["arguments"]))),
        "pause": bool(row["pause"]),
    }
    return Job(**{**row, **moments, **words})  # type: ignore[arg-type]  # a row of our own
