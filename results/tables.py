"""Every table of a results file."""

from __future__ import annotations

from collections.abc import Iterator

# imported so that all are declared
from results import ledger, notices, records  # noqa: F401
from results.columns import Record


def tables() -> Iterator[type[Record]]:
    """Every table's record class, in order of declaration."""
    queue = list(Record.__subclasses__())
    found: list[type[Record]] = []
    while queue:
        each = queue.pop(0)
        queue.extend(each.__subclasses__())
        if "TABLE" in vars(each):
            found.append(each)
    # whichever module was imported first, the order is the same
    yield from sorted(found, key=lambda each: each.__module__)
