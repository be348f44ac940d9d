from __future__ import annotations

from pathlib import Path

import pytest

from probes.browsers.devices import phone_agent
from probes.browsers.engines import find_engines


def program(folder: Path, name: str, says: str) -> Path:
    path = folder / name
    path.write_text(f"#!/bin/sh\necho '{says}'\n")
    path.chmod(0o755)
    return path


@pytest.fixture
def bare_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine without any browser; what lies in the folder is on its path."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path / "none"))
    return tmp_path


def test_what_is_missing_says_what_to_install(bare_machine: Path) -> None:
    chromium, firefox = find_engines(["chromium", "firefox"])
    assert chromium.problem is not None and "chromium-headless-shell" in chromium.problem
    assert firefox.problem is not None and "firefox-esr" in firefox.problem


def test_the_headless_shell_comes_first(bare_machine: Path) -> None:
    program(bare_machine, "google-chrome", "Google Chrome 155.0.1.2")
    (chrome,) = find_engines(["chromium"])
    assert (chrome.version, chrome.driver) == ("155.0.1.2", "playwright")
    shell = program(bare_machine, "chromium-headless-shell", "Chromium 156.0.8078.79")
    (chromium,) = find_engines(["chromium"])
    assert (chromium.executable, chromium.version) == (str(shell), "156.0.8078.79")


def test_a_program_that_does_not_run_has_no_version(bare_machine: Path) -> None:
    program(bare_machine, "firefox", "")
    (firefox,) = find_engines(["firefox"])
    assert firefox.problem is None and firefox.version is None


def test_an_unknown_engine_is_said_to_be_so() -> None:
    (engine,) = find_engines(["netscape"])
    assert engine.problem == "no such engine: netscape"


def test_a_phone_has_the_same_version() -> None:
    agent = phone_agent(
        "chromium", "Mozilla/5.0 (X11; Linux x86_64) HeadlessChrome/156.0.8078.79 Safari/537.36"
    )
    assert "Chrome/156.0.0.0 Mobile" in agent
    assert "Firefox/153.0" in phone_agent(
        "firefox", "Mozilla/5.0 (X11; rv:153.0) Gecko/20100101 Firefox/153.0"
    )
