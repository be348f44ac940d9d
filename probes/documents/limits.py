"""What a process that opens strangers' files may use."""

from __future__ import annotations

import resource
import sys

MEMORY_BYTES = 1536 * 1024 * 1024
"""Address space of the judging process."""
CPU_S = 20
"""Processor seconds for one file."""
WALL_S = 40.0
"""Seconds for one file; beyond it the process is killed."""
_OPEN_FILES = 32


def confine() -> None:
    """Bound this process for good: memory, no files written, few open, no core dumps, no children."""
    _lower(resource.RLIMIT_FSIZE, 0)
    _lower(resource.RLIMIT_NOFILE, _OPEN_FILES)
    _lower(resource.RLIMIT_CORE, 0)
    if sys.platform == "linux":  # elsewhere the address space cannot be bounded
        _lower(resource.RLIMIT_AS, MEMORY_BYTES)


def allow_one_file() -> None:
    """Give this process the processor time of one more file; past it, it is ended by the system."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    spent = int(used.ru_utime + used.ru_stime) + 1
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (spent + CPU_S, hard))


def _lower(what: int, limit: int) -> None:
    _, hard = resource.getrlimit(what)
    ceiling = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
    resource.setrlimit(what, (ceiling, ceiling))
