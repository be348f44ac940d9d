"""The log: lines or JSON, each record with run, city and url, nothing that a terminal obeys."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from probes.cli import logs
from results.log_context import logged_as
from tests.program import Probe, clean_environment

log = logging.getLogger("probes.test")
HOSTILE = "\x1b[2Jgone\x9b31m\r\n2026-01-01 WARNING forged \u202e"


@pytest.fixture
def handler() -> Iterator[logging.StreamHandler[io.StringIO]]:
    kept = logging.StreamHandler(io.StringIO())
    kept.addFilter(logs.add_context)
    log.addHandler(kept)
    log.setLevel(logging.INFO)
    yield kept
    log.removeHandler(kept)


def written(handler: logging.StreamHandler[io.StringIO]) -> str:
    return handler.stream.getvalue()


def test_tasks_begun_inside_inherit_what_they_are_about(handler: logging.StreamHandler[io.StringIO]) -> None:
    handler.setFormatter(logs.JsonLines())

    async def measure(city: str, run: int) -> None:
        with logged_as(run=run, city=city):
            await asyncio.gather(*(asyncio.create_task(look(number)) for number in range(2)))
            log.info("done")

    async def look(number: int) -> None:
        with logged_as(url=f"https://{number}.example/"):
            await asyncio.sleep(0)
            log.info("look %s", number)

    async def sweep() -> None:
        await asyncio.gather(measure("shanghai", 1), measure("beijing", 2))
        log.info("over")

    asyncio.run(sweep())
    records = [json.loads(line) for line in written(handler).splitlines()]
    assert {(each["message"], each["run"], each["city"], each["url"]) for each in records} == {
        *(
            (f"look {number}", run, city, f"https://{number}.example/")
            for run, city in ((1, "shanghai"), (2, "beijing"))
            for number in range(2)
        ),
        ("done", 1, "shanghai", None),
        ("done", 2, "beijing", None),
        ("over", None, None, None),
    }


def test_a_line_names_what_it_is_about_and_only_that(handler: logging.StreamHandler[io.StringIO]) -> None:
    handler.setFormatter(logs.PlainLines())
    log.info("first")
    with logged_as(run=3, city="shanghai"), logged_as(url="https://a.example/"):
        log.warning("second")
    first, second = written(handler).splitlines()
    assert first.endswith("INFO probes.test: first")
    assert second.endswith("WARNING probes.test: second [run=3 city=shanghai url=https://a.example/]")


@pytest.mark.parametrize("formatter", [logs.PlainLines(), logs.JsonLines()])
def test_what_a_portal_wrote_cannot_command_a_terminal_or_forge_a_record(
    handler: logging.StreamHandler[io.StringIO], formatter: logging.Formatter
) -> None:
    handler.setFormatter(formatter)
    with logged_as(url=f"https://a.example/{HOSTILE}"):
        log.info("title: %s", HOSTILE)
        try:
            raise ValueError(HOSTILE)
        except ValueError:
            log.warning("broke", exc_info=True)
    text = written(handler)
    assert not set(text) & set("\x1b\x9b\r\u202e") and "gone" in text
    assert not any(line.startswith("2026-01-01") for line in text.splitlines()) or "Traceback" in text
    if isinstance(formatter, logs.JsonLines):
        assert [json.loads(line)["level"] for line in text.splitlines()] == ["info", "warning"]
    else:
        assert text.splitlines()[0].count("⏎") == 2


def records(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


@pytest.mark.parametrize("how", ["flag", "environment", "file"])
def test_everything_on_stderr_is_json_where_that_is_asked_for(probe: Probe, tmp_path: Path, how: str) -> None:
    if how == "file":
        (tmp_path / "probe.toml").write_text('log_format = "json"\n')
    flags = ("--log-format", "json") if how == "flag" else ()
    ended = probe(
        *flags,
        "explain",
        "nowhere",
        "load_time",
        **({"PROBE_LOG_FORMAT": "json"} if how == "environment" else {}),
    )
    (record,) = records(ended.stderr)
    assert ended.returncode == 5 and record["level"] == "error" and "no results file" in record["message"]
    assert {"time", "logger", "run", "city", "url"} <= record.keys()


def test_a_usage_error_is_a_record_too_and_a_wrong_format_is_refused(probe: Probe) -> None:
    (record,) = records(probe("--log-format", "json", "watch").stderr)
    assert record["level"] == "error" and "SLUG" in record["message"]
    refused = probe("--log-format", "xml", "watch")
    assert refused.returncode == 2 and "xml" in refused.stderr


def test_a_visit_is_logged_with_its_city_and_address(probe: Probe) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        home = f"http://127.0.0.1:{taken.getsockname()[1]}/"  # closed from here on
    ended = probe(
        "--log-format", "json", "watch", "mycity", "--home", home, "--allow-private", "127.0.0.1",
        "--times", "1", "--json", timeout=120,
    )  # fmt: skip
    visits = [each for each in records(ended.stderr) if each["url"] == home]
    assert {each["city"] for each in visits} == {"mycity"}
    assert any("refused" in each["message"] for each in visits), ended.stderr


def test_an_error_that_nobody_waits_for_is_told_in_one_line(tmp_path: Path) -> None:
    """A driver that is killed leaves such behind; a traceback would look like a fault of the program's."""
    lose_one = (
        "import asyncio, gc, sys\nfrom probes.cli import logs\nlogs.set_up(int(sys.argv[1]), None)\n"
        "async def main():\n"
        "    asyncio.get_running_loop().create_future().set_exception(ValueError('the driver is gone'))\n"
        "    gc.collect()\n"
        "asyncio.run(main())\n"
    )
    said = [
        subprocess.run(
            [sys.executable, "-c", lose_one, verbose],
            cwd=tmp_path, env=clean_environment(), capture_output=True, text=True, check=True,
        ).stderr
        for verbose in ("0", "1")
    ]  # fmt: skip
    assert "the driver is gone" in said[0] and len(said[0].splitlines()) == 1
    assert "Error: the driver is gone" in said[1] and len(said[1].splitlines()) > 1
