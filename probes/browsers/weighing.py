"""How much memory browsers hold, pages that several processes share counted once."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable

import psutil


def memory_of(processes: Iterable[psutil.Process]) -> int:
    """Bytes of memory that processes hold together; those that have ended, or that we may not look into, count nothing.

    Each shared page counts by its share (PSS, `smaps_rollup` in proc(5)): a browser is a dozen processes of one program,
    and a sum of resident sizes has it several times. Where the system does not tell shares, what is theirs alone (USS).
    """
    total = 0
    for process in processes:
        with contextlib.suppress(psutil.Error):
            sizes = process.memory_full_info()
            total += getattr(sizes, "pss", None) or sizes.uss
    return total
