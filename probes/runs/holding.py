"""Holding something for one process at a time; the system lets go of it however the process ends."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from results.errors import PlainError


@contextmanager
def held(path: Path, refusal: PlainError, *, wait_s: float = 0) -> Iterator[None]:
    """Hold a lock file while the block runs.

    Args:
        path: The lock file; made if there is none.
        refusal: Raised where another process holds it.
        wait_s: How long to wait for that process, seconds.
    """
    lock = sqlite3.connect(path, isolation_level=None, timeout=wait_s)
    try:
        lock.execute("begin exclusive")
    except sqlite3.OperationalError as error:
        lock.close()
        raise refusal from error
    try:
        yield
    finally:
        lock.close()
