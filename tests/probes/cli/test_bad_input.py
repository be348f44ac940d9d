"""Bad input ends in one clear line and the right exit code, and nothing is half-written."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from results.store import Store
from tests.program import Probe, clean_environment


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("city", "atlantis"), 2, "unknown city 'atlantis'"),
        (("city", "taiyuan"), 2, "no portal address of its own"),
        (("city", "mycity", "--home", "portal"), 2, "is not an http(s) address"),
        (("city", "mycity", "--home", "http://me:secret@127.0.0.1/"), 2, "password"),
        (("city", "mycity", "--home", "http://127.0.0.1/", "--dry-run", "--allow-private", "x"), 2, "'x'"),
        (("city", "My City", "--home", "http://127.0.0.1/"), 2, "slug"),
        (("city", "mycity", "--home", "http://127.0.0.1/", "--area", "31"), 2, "area code"),
        (("city", "shanghai", "--engines", "netscape"), 2, "--engines"),
        (("city", "shanghai", "--only", "everything"), 2, "--only: no part 'everything'"),
        (("city", "shanghai", "--rate", "50"), 2, "authorized"),
        (("city", "shanghai", "--allow-private", "ten-net"), 2, "ten-net"),
        (("city", "shanghai", "--practice", "--db", "no/such/folder/probe.db"), 5, "does not exist"),
        (("city", "nowhere", "--practice"), 2, "no practice portal 'nowhere'"),
        (("sweep", "--practice", "--cities", ","), 2, "no city in ','"),
        (("sweep", "--practice", "--cities", "region:火星"), 2, "no city in region:火星"),
        (("cities", "show", "shanghia"), 2, "did you mean shanghai"),
        (("indicators", "show", "beauty"), 2, "no indicator beauty"),
        (("explain", "shanghai", "load_time"), 5, "no results file"),
        (("practice", "truth", "nowhere"), 2, "no practice portal 'nowhere'"),
    ],
)
def test_one_line_and_the_right_code(
    probe: Probe, tmp_path: Path, arguments: tuple[str, ...], code: int, says: str
) -> None:
    ended = probe(*arguments)
    assert ended.returncode == code, ended.stderr
    assert says in ended.stderr
    assert len(ended.stderr.strip().splitlines()) == 1 and "Traceback" not in ended.stderr
    assert ended.stdout == ""
    assert list(tmp_path.iterdir()) == []


def test_a_directory_is_no_database(probe: Probe, tmp_path: Path) -> None:
    (tmp_path / "probe.db").mkdir()
    ended = probe("city", "shanghai", "--practice")
    assert ended.returncode == 5 and "is a directory" in ended.stderr


def test_another_programs_database_is_left_alone(probe: Probe, tmp_path: Path) -> None:
    path = tmp_path / "probe.db"
    with sqlite3.connect(path) as other:
        other.execute("create table theirs (a)")
    other.close()
    before = path.read_bytes()
    ended = probe("city", "shanghai", "--practice")
    assert ended.returncode == 5 and "another program's database" in ended.stderr
    assert path.read_bytes() == before


def test_an_engine_that_is_not_installed_is_named(probe: Probe, tmp_path: Path) -> None:
    empty = tmp_path / "bin"
    empty.mkdir()
    ended = probe(
        "city", "mycity", "--home", "http://127.0.0.1:9/", "--engines", "firefox",
        PATH=str(empty), PLAYWRIGHT_BROWSERS_PATH=str(empty),
    )  # fmt: skip
    assert ended.returncode == 4 and "firefox" in ended.stderr, ended.stderr
    assert not (tmp_path / "probe.db").exists()


def test_a_wrong_key_in_the_configuration_is_named(probe: Probe, tmp_path: Path) -> None:
    (tmp_path / "probe.toml").write_text("smaple = 3\n")
    ended = probe("cities", "list")
    assert ended.returncode == 2 and "unknown key smaple" in ended.stderr


def test_an_address_that_cannot_be_reached_leaves_a_run_with_its_reason(probe: Probe, tmp_path: Path) -> None:
    ended = probe(
        "city", "mycity", "--home", "http://127.0.0.1:9/", "--engines", "chromium", "--only", "crawl"
    )
    assert ended.returncode == 3, ended.stderr
    with sqlite3.connect(tmp_path / "probe.db") as database:
        rows = database.execute("select city, state, reason from runs").fetchall()
    database.close()
    assert rows == [("mycity", "failed", "egress_denied")]


def test_a_dry_run_sends_and_writes_nothing(probe: Probe, tmp_path: Path) -> None:
    ended = probe("city", "mycity", "--home", "http://127.0.0.1:9/", "--dry-run", "--json")
    assert ended.returncode == 0 and '"127.0.0.1"' in ended.stdout
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("language", ["zh", "en"])
def test_help_teaches_in_both_languages(probe: Probe, language: str) -> None:
    ended = probe("city", "--help", "--lang", language)
    assert ended.returncode == 0 and "--practice" in ended.stdout
    assert ("模拟门户" in ended.stdout) == (language == "zh")


def test_sigterm_ends_a_command_as_ctrl_c_does(tmp_path: Path) -> None:
    child = subprocess.Popen(
        [sys.executable, "-m", "probes.cli", "practice", "serve", "shanghai", "--json"],
        cwd=tmp_path, env=clean_environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert child.stdout is not None
    assert child.stdout.readline()
    child.terminate()
    _, said = child.communicate(timeout=60)
    assert child.returncode in (0, 130) and "Traceback" not in said, said


def test_a_damaged_page_met_half_way_is_one_line(probe: Probe, tmp_path: Path) -> None:
    path = tmp_path / "probe.db"
    Store.open(path).close()
    with sqlite3.connect(path) as damaging:
        (page,) = damaging.execute("select rootpage from sqlite_master where name = 'runs'").fetchone()
        (size,) = damaging.execute("pragma page_size").fetchone()
    damaging.close()
    with path.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xff" * size)
    ended = probe("report")
    assert ended.returncode == 5 and "malformed" in ended.stderr, ended.stderr
    assert len(ended.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize(
    "arguments",
    [("city", "shanghai", "--practice", "--fail-under", "nan"), ("watch", "shanghai", "--every", "nan")],
)
def test_no_number_is_no_bound(probe: Probe, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    ended = probe(*arguments)
    assert ended.returncode == 2
    assert "nan is no finite number" in ended.stderr
    assert list(tmp_path.iterdir()) == []
