"""What `pip install .` brings is enough: nothing of the checkout, none of the tools of development."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from results.records import Outcome, Reason
from tests.probes.runs.sweeping import rows, sound

ROOT = Path(__file__).resolve().parents[2]
TOOLS_OF_DEVELOPMENT = (
    "pytest",
    "hypothesis",
    "ruff",
    "mypy",
    "reportlab",
    "duckdb",
    "pandas",
    "distributed",
    "apprise",
)


def run(*command: str | Path, cwd: Path, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(each) for each in command], cwd=cwd, env=environment, capture_output=True, text=True, check=False
    )


@pytest.mark.long
@pytest.mark.timeout(1500)
def test_the_wheel_alone_walks_the_main_path_from_another_folder(tmp_path: Path) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PROBE_", "PYTHON"))}
    environment = {**kept, "PROBE_LANG": "en", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()

    def said(*command: str | Path, cwd: Path = elsewhere, may_end: tuple[int, ...] = (0,)) -> str:
        ended = run(*command, cwd=cwd, environment=environment)
        assert ended.returncode in may_end, f"{command}: {ended.stderr[-3000:]}"
        assert "Traceback" not in ended.stderr
        return ended.stdout

    said(sys.executable, "-m", "venv", tmp_path / "venv")
    python = tmp_path / "venv" / "bin" / "python"
    said(python, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", tmp_path / "dist", ROOT)
    (wheel,) = (tmp_path / "dist").glob("*.whl")
    said(python, "-m", "pip", "install", "--quiet", wheel)
    installed = {each["name"] for each in json.loads(said(python, "-m", "pip", "list", "--format", "json"))}
    assert installed.isdisjoint(TOOLS_OF_DEVELOPMENT)
    assert str(ROOT) not in said(
        python, "-c", "import probes, fixtures; print(probes.__file__, fixtures.__file__)"
    )

    probe = tmp_path / "venv" / "bin" / "probe"
    said(probe, "--version")
    said(probe, "city", "shanghai", "--practice", "--only", "availability,links,downloads",
         "--engines", "chromium", "--sample", "3", "--json", may_end=(0, 3))  # fmt: skip
    database = elsewhere / "probe.db"
    sound(database)
    assert rows(database, "select state from runs") == [("complete",)]
    assert rows(database, "select count(*) > 0 from downloads where outcome = ?", Outcome.OK) == [(1,)]
    assert rows(database, "select outcome from availability") == [(Outcome.OK,)]
    missing = rows(database, "select count(*) from downloads where reason = ?", Reason.BROWSER_UNAVAILABLE)
    assert missing == [(0,)]
    for command in (
        "report",
        "explain shanghai attachment_download",
        "todo shanghai",
        "export --to handed.xlsx",
    ):
        said(probe, *command.split())
    assert {"report.html", "handed.xlsx"} <= {each.name for each in elsewhere.iterdir()}
