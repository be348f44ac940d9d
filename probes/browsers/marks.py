"""A mark in a browser's environment, by which its processes are found, and no others."""

from __future__ import annotations

import contextlib
import os
from uuid import uuid4

import psutil

BROWSER_MARK = "PORTAL_PROBE_BROWSER"


def marked_environment() -> tuple[str, dict[str, str | float | bool]]:
    """A new mark, and this program's environment with it."""
    mark = uuid4().hex
    return mark, {**os.environ, BROWSER_MARK: mark}


def marked_processes(mark: str) -> list[psutil.Process]:
    """The processes below this program that carry a mark."""
    return [each for each in psutil.Process().children(recursive=True) if _carries(each, mark)]


def _carries(process: psutil.Process, mark: str) -> bool:
    with contextlib.suppress(psutil.Error):
        return process.environ().get(BROWSER_MARK) == mark
    return False
