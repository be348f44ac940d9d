"""What all tests share: the program as a user runs it, and one whole practice run."""

from __future__ import annotations

import json
import signal
import subprocess
from pathlib import Path
from typing import Any

import hypothesis
import pytest

from tests.program import PracticeRun, Probe, run_probe

# machines are shared: no example is wrong for having taken long
hypothesis.settings.register_profile(
    "shared", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("shared")

# a shell's background job ignores Ctrl-C, and so would every program that the tests start and interrupt
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def probe(tmp_path: Path) -> Probe:
    """`probe` in an empty working directory."""

    def run(*arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
        return run_probe(*arguments, cwd=tmp_path, **options)

    return run


@pytest.fixture(scope="session")
def shanghai(tmp_path_factory: pytest.TempPathFactory) -> PracticeRun:
    """`probe city shanghai --practice --json`, run once for all tests that look at its results.

    Every fault of it lies in a scenario matter or in a module, so that a small sample meets them all.
    """
    folder = tmp_path_factory.mktemp("shanghai")
    ended = run_probe("city", "shanghai", "--practice", "--json", "--sample", "12", cwd=folder, timeout=600)
    assert ended.stdout, ended.stderr
    return PracticeRun(
        folder=folder, printed=json.loads(ended.stdout), exit_code=ended.returncode, log=ended.stderr
    )
