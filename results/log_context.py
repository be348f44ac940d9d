"""What a log record is about: the run, the city and the address under way where it is written."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class LogContext:
    """What is under way; None where nothing is."""

    run: int | None = None
    """Id of the run."""
    city: str | None = None
    """Slug of the city."""
    url: str | None = None
    """The address that is being asked for."""


_CURRENT: ContextVar[LogContext] = ContextVar("log_context", default=LogContext())  # noqa: B039  # it is frozen


def log_context() -> LogContext:
    """What is under way in this task."""
    return _CURRENT.get()


@contextmanager
def logged_as(**about: int | str | None) -> Iterator[None]:
    """Records written inside, in tasks begun inside too, are about this; what is not given stays as it is.

    Args:
        about: `run`, `city` or `url`.
    """
    token = _CURRENT.set(replace(_CURRENT.get(), **about))  # type: ignore[arg-type]  # its own fields
    try:
        yield
    finally:
        _CURRENT.reset(token)
