"""Which events are known, and who has been told: a small SQLite file beside the results.

An event is kept before it is sent and marked once an address took it, so that neither a restart nor a line that is
down repeats or loses one. It is this machine's own, and not a part of the results that are merged or handed over.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from probes.runs.alerts.settings import AlertKind
from results.errors import StoreError
from results.moments import as_text, from_text
from results.words import Words

SAME_EVENT = timedelta(hours=24)
"""A veto that comes back so soon after it was lifted hovers about its limit: it is no other event."""
GIVEN_UP_AFTER = timedelta(days=7)
"""What no address took for so long is no news any more."""

_SCHEMA = """
create table if not exists events (
  id integer primary key,
  kind text not null,
  city text not null,
  zh text not null,
  en text not null,
  found_at text not null,
  ended_at text,
  settled_at text,
  tried_at text
);
create table if not exists deliveries (
  event_id integer not null references events(id),
  address text not null,
  delivered_at text not null,
  primary key (event_id, address)
);
create table if not exists examined (run text primary key);
"""


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something to tell people of."""

    id: int
    kind: AlertKind
    city: str
    words: Words
    found_at: datetime
    ended_at: datetime | None
    """When a state such as a veto was seen to hold no longer."""
    settled_at: datetime | None
    """When every address had been told; None while it waits."""
    tried_at: datetime | None
    """When it was last sent in vain."""


def alerts_beside(database: Path) -> Path:
    """Where the alerts of a results file lie: `probe.alerts.db` beside `probe.db`."""
    return database.with_name(f"{database.stem}.alerts.db")


class AlertStore:
    """The known events; a context manager.

    Raises:
        StoreError: The file cannot be used.
    """

    def __init__(self, path: Path) -> None:
        try:
            self._connection = sqlite3.connect(path, isolation_level=None, timeout=30)
            self._connection.row_factory = sqlite3.Row
            self._connection.executescript(_SCHEMA)
        except sqlite3.Error as error:
            raise StoreError(
                zh=f"无法使用告警文件 {path}：{error}", en=f"cannot use the alerts file {path}: {error}"
            ) from error

    def __enter__(self) -> AlertStore:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All that is noted inside is kept, or none of it."""
        self._connection.execute("begin immediate")
        try:
            yield
        except BaseException:
            self._connection.execute("rollback")
            raise
        self._connection.execute("commit")

    def examine(self, run: str) -> bool:
        """Whether a run is looked at for the first time; from now on it is not."""
        marked = self._connection.execute("insert or ignore into examined (run) values (?)", (run,))
        return marked.rowcount > 0

    def add(self, kind: AlertKind, city: str, words: Words, at: datetime) -> None:
        """Keep an event that is one by its nature, such as what a sweep found worse."""
        self._connection.execute(
            "insert into events (kind, city, zh, en, found_at) values (?, ?, ?, ?, ?)",
            (kind.value, city, words.zh, words.en, as_text(at)),
        )

    def note_state(self, kind: AlertKind, city: str, words: Words | None, at: datetime) -> None:
        """Keep whether a state holds: it is an event when it begins, and none while it lasts.

        Args:
            kind: What state.
            city: Of which city.
            words: What to tell of it; None where it holds no longer.
            at: This moment.
        """
        newest = self._newest(kind, city)
        if words is None:
            if newest is not None and newest.ended_at is None:
                self._connection.execute(
                    "update events set ended_at = ? where id = ?", (as_text(at), newest.id)
                )
        elif newest is None or (newest.ended_at is not None and at - newest.ended_at > SAME_EVENT):
            self.add(kind, city, words, at)
        else:
            self._connection.execute("update events set ended_at = null where id = ?", (newest.id,))

    def all(self) -> list[Event]:
        """Every event, in order of its finding."""
        return [_event(row) for row in self._connection.execute("select * from events order by id")]

    def waiting(self) -> list[Event]:
        """The events that some address has not been told of."""
        return [each for each in self.all() if each.settled_at is None]

    def told(self, event: Event, address: str) -> bool:
        """Whether an address has taken an event."""
        found = self._connection.execute(
            "select 1 from deliveries where event_id = ? and address = ?", (event.id, _fingerprint(address))
        )
        return found.fetchone() is not None

    def note_delivery(self, event: Event, address: str, at: datetime) -> None:
        """Write down that an address took an event; the address itself, which holds secrets, is not kept."""
        self._connection.execute(
            "insert or ignore into deliveries values (?, ?, ?)",
            (event.id, _fingerprint(address), as_text(at)),
        )

    def note_try(self, event: Event, at: datetime, *, settled: bool) -> None:
        """Write down how an attempt ended: every address was told, or some are left."""
        column = "settled_at" if settled or at - event.found_at > GIVEN_UP_AFTER else "tried_at"
        self._connection.execute(f"update events set {column} = ? where id = ?", (as_text(at), event.id))  # noqa: S608

    def _newest(self, kind: AlertKind, city: str) -> Event | None:
        row = self._connection.execute(
            "select * from events where kind = ? and city = ? order by id desc limit 1", (kind.value, city)
        ).fetchone()
        return None if row is None else _event(row)


def _fingerprint(address: str) -> str:
    return hashlib.sha256(address.encode()).hexdigest()[:16]


def _event(row: sqlite3.Row) -> Event:
    moments = {
        name: from_text(row[name]) if row[name] else None for name in ("ended_at", "settled_at", "tried_at")
    }
    return Event(
        id=row["id"],
        kind=AlertKind(row["kind"]),
        city=row["city"],
        words=Words(row["zh"], row["en"]),
        found_at=from_text(row["found_at"]),
        **moments,
    )
