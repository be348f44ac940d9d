"""Marks in the environment of what this program starts, by which its processes are found, and no others."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable
from uuid import uuid4

import psutil

BROWSER_MARK = "PORTAL_PROBE_BROWSER"
OWNER_MARK = "PORTAL_PROBE_OWNER"
OWNER = uuid4().hex
"""This program, as `OWNER_MARK` names it in all that it starts."""


def owned_environment() -> dict[str, str]:
    """This program's environment with its mark."""
    return {**os.environ, OWNER_MARK: OWNER}


def marked_environment() -> tuple[str, dict[str, str | float | bool]]:
    """A new browser's mark, and this program's environment with it."""
    mark = uuid4().hex
    return mark, {**owned_environment(), BROWSER_MARK: mark}


def marked_processes(mark: str) -> list[psutil.Process]:
    """The processes below this program that carry a browser's mark."""
    return _carrying(mark, psutil.Process().children(recursive=True))


def stray_processes(mark: str) -> list[psutil.Process]:
    """All processes that carry a browser's mark, those too that have left their parents (Firefox's crash helper)."""
    return _carrying(mark, psutil.process_iter())


def _carrying(mark: str, processes: Iterable[psutil.Process]) -> list[psutil.Process]:
    found = []
    for each in processes:
        with contextlib.suppress(psutil.Error):
            if each.environ().get(BROWSER_MARK) == mark:
                found.append(each)
    return found
