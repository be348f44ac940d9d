"""Under --lang zh every usual mistake is said in Chinese, and names what was typed."""

import re
import signal
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from pydantic import ValidationError

from probes.cli.chinese import mistake_in_chinese, value_in_chinese
from probes.cli.configuration import Configuration
from probes.cli.program import probe
from tests.program import Probe, clean_environment


@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        ([], None),
        (["nonsense"], "nonsense"),
        (["city"], "SLUG"),
        (["merge", "a"], "--output"),
        (["city", "a", "--bogus"], "--bogus"),
        (["city", "a", "--sampel", "3"], "--sample"),
        (["city", "a", "--sample"], "--sample"),
        (["city", "a", "--sample", "x"], "x"),
        (["city", "a", "--dry-run=1"], "--dry-run"),
        (["report", "a", "b"], "a b"),
        (["review", "add", "pages", "1", "maybe", "--by", "a", "--why", "b"], "maybe"),
        (["evidence", "prune", "--keep-days", "-1"], "x>=0"),
        (["evidence", "prune", "--keep-days", "soon"], "soon"),
    ],
)
def test_mistakes_in_calling_are_said_in_chinese(arguments: list[str], names: str | None) -> None:
    result = CliRunner().invoke(probe, arguments, standalone_mode=False)
    if names is None:
        assert isinstance(result.exception, click.ClickException | None)
        return
    assert isinstance(result.exception, click.ClickException)
    said = mistake_in_chinese(result.exception)
    assert names in said
    assert not re.search(r"[A-Z]?[a-z]+ [a-z]+ [a-z]+", said.replace(names, "")), said


@pytest.mark.parametrize(
    "values",
    [
        {"sample": "x"},
        {"sample": -1},
        {"rate": 0},
        {"rate": "fast"},
        {"engines": "opera"},
        {"engines": ""},
        {"contact": "x" * 201},
        {"contact": "two words"},
        {"lang": "fr"},
        {"search_repeats": 51},
        {"controls": 7},
        {"lists": "x"},
    ],
)
def test_wrong_values_are_said_in_chinese(values: dict[str, object]) -> None:
    with pytest.raises(ValidationError) as caught:
        Configuration.model_validate(values)
    said = value_in_chinese(dict(caught.value.errors()[0]))
    assert re.search(r"[\u4e00-\u9fff]", said) and "should" not in said


def test_a_mistake_and_a_help_page_as_the_terminal_shows_them(probe: Probe) -> None:
    wrong = probe("--lang", "zh", "city")
    assert wrong.returncode == 2 and wrong.stdout == ""
    assert wrong.stderr.startswith("用法：") and "错误：缺少参数 'SLUG'" in wrong.stderr
    page = probe("--lang", "zh", "export", "--help").stdout
    assert "选项" in page and "显示本说明" in page and "[必填]" in page
    assert "Usage" not in page and "Options" not in page


def test_ctrl_c_while_the_program_is_loaded_is_no_traceback(tmp_path: Path) -> None:
    loading = tmp_path / "click"
    loading.mkdir()
    # a click whose import is interrupted, as by a person who changed their mind
    (loading / "__init__.py").write_text("import os, signal\nos.kill(os.getpid(), signal.SIGINT)\n")
    environment = clean_environment()
    environment["PYTHONPATH"] = f"{tmp_path}:{environment['PYTHONPATH']}"
    ended = subprocess.run(
        [sys.executable, "-m", "probes.cli", "cities", "list"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    assert ended.returncode == 130 and "Traceback" not in ended.stderr
