"""The log on stderr: lines for people, or one JSON object a line for machines; each names run, city and address.

What a portal wrote may stand in any of it, so nothing that a terminal obeys gets through, and no record can pass for two.
"""

from __future__ import annotations

import json
import logging
import os
import sys
import tomllib
from datetime import UTC, datetime

from probes.cli.configuration import FILE
from probes.cli.console import NOTES, harmless
from results.log_context import log_context
from results.moments import as_text

FORMATS = ("lines", "json")
VARIABLE = "PROBE_LOG_FORMAT"
_NOISY = ("httpx", "httpcore", "asyncio", "selenium", "urllib3", "scrapy", "twisted")
_LEVELS = (logging.WARNING, logging.INFO, logging.DEBUG)


def set_up(verbose: int, log_format: str | None) -> None:
    """Write the log of this process to stderr.

    Args:
        verbose: 0 for warnings, 1 for what is done, 2 for everything.
        log_format: `lines` or `json`; None for what the environment or `probe.toml` says. Processes that this one
            starts write the same.
    """
    if log_format is not None:
        os.environ[VARIABLE] = log_format
    chosen = log_format or os.environ.get(VARIABLE) or _in_file()
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(add_context)
    handler.setFormatter(JsonLines() if chosen == "json" else PlainLines())
    level = _LEVELS[min(verbose, 2)]
    logging.basicConfig(level=level, handlers=[handler], force=True)
    # what is said to a person is a record too where a machine reads
    NOTES.setLevel(logging.INFO if chosen == "json" else logging.CRITICAL + 1)
    if chosen == "json":
        os.environ["TTY_COMPATIBLE"] = "0"  # rich draws no bars between the records
    for noisy in _NOISY:
        logging.getLogger(noisy).setLevel(max(level, logging.WARNING))
    if not verbose:
        logging.getLogger("asyncio").addFilter(without_trace)


def without_trace(record: logging.LogRecord) -> bool:
    """Leave out where an error came from that nobody waited for any more, as when a browser's driver is killed.

    The record names the error itself; `-v` shows the rest.
    """
    record.exc_info = None
    return True


def add_context(record: logging.LogRecord) -> bool:
    """Give a record `run`, `city` and `url`; those that it brings itself stay."""
    here = log_context()
    for name in ("run", "city", "url"):
        if not hasattr(record, name):
            setattr(record, name, getattr(here, name))
    return True


class PlainLines(logging.Formatter):
    """`2026-11-22T03:00:00.000Z WARNING probes.runs.units: … [run=3 city=shanghai url=https://…]`."""

    def format(self, record: logging.LogRecord) -> str:
        """One line, and a traceback's below it."""
        about = [
            f"{name}={_one_line(value)}" for name, value in _context(record).items() if value is not None
        ]
        line = f"{_moment(record)} {record.levelname} {record.name}: {_one_line(record.getMessage())}"
        lines = [line + (f" [{' '.join(about)}]" if about else ""), *_trace(self, record)]
        return "\n".join(lines)


class JsonLines(logging.Formatter):
    """One object a line: time, level, logger, message, run, city, url, and `exception` where there is one."""

    def format(self, record: logging.LogRecord) -> str:
        """The object."""
        fields: dict[str, object] = {
            "time": _moment(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": harmless(record.getMessage()),
        }
        for name, value in _context(record).items():
            fields[name] = harmless(value) if isinstance(value, str) else value
        if trace := _trace(self, record):
            fields["exception"] = "\n".join(trace)
        return json.dumps(fields, ensure_ascii=False)


def _in_file() -> object:
    """The file's word, if it can be read; a command that needs the file says what is wrong with it."""
    try:
        return tomllib.loads(FILE.read_text(encoding="utf-8")).get("log_format")
    except (OSError, ValueError):
        return None


def _context(record: logging.LogRecord) -> dict[str, object]:
    return {name: getattr(record, name, None) for name in ("run", "city", "url")}


def _moment(record: logging.LogRecord) -> str:
    return as_text(datetime.fromtimestamp(record.created, UTC))


def _trace(formatter: logging.Formatter, record: logging.LogRecord) -> list[str]:
    trace = formatter.formatException(record.exc_info) if record.exc_info else ""
    return harmless(trace).splitlines()


def _one_line(text: object) -> str:
    return harmless(text).replace("\n", "⏎")
