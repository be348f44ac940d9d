"""The program as a user runs it: as a process, in a folder of its own, in English."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from results.store import Store

Probe = Callable[..., subprocess.CompletedProcess[str]]


def run_probe(
    *arguments: str, cwd: Path, timeout: float = 170, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run `probe` as a process of its own, in a folder of its own, in English."""
    return subprocess.run(
        [sys.executable, "-m", "probes.cli", *arguments],
        cwd=cwd,
        env={**clean_environment(), **environment},
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )


def clean_environment() -> dict[str, str]:
    """The environment without what would configure the program, the checkout importable."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PROBE_")}
    return {**kept, "PROBE_LANG": "en", "PYTHONPATH": str(Path(__file__).resolve().parent.parent)}


@dataclass(frozen=True)
class PracticeRun:
    """A whole run on the practice portal of Shanghai."""

    folder: Path
    printed: dict[str, Any]
    exit_code: int
    log: str

    @property
    def database(self) -> Path:
        return self.folder / "probe.db"

    def store(self) -> Store:
        return Store.open_existing(self.database)
