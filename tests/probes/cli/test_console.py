"""What is printed fits a terminal, and what is copied from it stays whole."""

from __future__ import annotations

import json

import pytest

from checks.catalogue import load
from probes.cli.console import print_json
from tests.program import Probe


@pytest.mark.parametrize("language", ["zh", "en"])
def test_ids_and_slugs_are_whole_in_a_narrow_terminal(probe: Probe, language: str) -> None:
    listed = probe("indicators", "list", COLUMNS="80", PROBE_LANG=language).stdout
    words = listed.split()
    assert [each.id for each in load().indicators if each.id not in words] == []
    assert "shijiazhuang" in probe("cities", "list", COLUMNS="80", PROBE_LANG=language).stdout.split()


def test_facts_are_words_and_no_program_text(probe: Probe) -> None:
    shown = probe("cities", "show", "beijing").stdout + probe("indicators", "show", "load_time").stdout
    assert "good_ms = 2000" in shown
    assert "()" not in shown and "{" not in shown


def test_json_says_what_a_terminal_would_obey_in_escapes(capsys: pytest.CaptureFixture[str]) -> None:
    value = {"标题": "\x1b[2J\x9b31m\u202e\U000e0041\ud800 申请表\n"}
    print_json(value)
    printed = capsys.readouterr().out
    assert json.loads(printed) == value
    assert "申请表" in printed
    assert printed.isprintable() or {each for each in printed if not each.isprintable()} == {"\n"}
