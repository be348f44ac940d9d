"""probe.toml, the environment and flags: read in order, wrong keys refused by name."""

from __future__ import annotations

from pathlib import Path

import pytest

from probes.cli.configuration import configure
from results.errors import PlainError
from results.settings import ENGINES, Settings


def test_without_anything_the_defaults_hold(tmp_path: Path) -> None:
    assert configure({}, folder=tmp_path, environment={}).settings() == Settings()


def test_flags_lie_over_the_environment_and_that_over_the_file(tmp_path: Path) -> None:
    (tmp_path / "probe.toml").write_text('seed = 1\nsample = 2\nengines = ["firefox"]\nrate = 1.5\n')
    environment = {"PROBE_SAMPLE": "3", "PROBE_RATE": "2", "HOME": "/"}
    found = configure(
        {"rate": 0.5, "only": None, "allow_private": ()}, folder=tmp_path, environment=environment
    )
    assert (found.seed, found.sample, found.rate, found.engines) == (1, 3, 0.5, ("firefox",))


def test_engines_that_are_named_are_told_from_the_default(tmp_path: Path) -> None:
    named = configure({"engines": "chromium, firefox"}, folder=tmp_path, environment={}).settings()
    assert named.engines == ("chromium", "firefox") and named.engines_named
    default = configure({}, folder=tmp_path, environment={}).settings()
    assert default.engines == ENGINES and not default.engines_named


@pytest.mark.parametrize(
    ("text", "environment", "flags", "named"),
    [
        ("smaple = 3", {}, {}, "probe.toml: unknown key smaple"),
        ("sample = -1", {}, {}, "probe.toml: sample"),
        ("sample = ", {}, {}, "cannot read"),
        ("", {"PROBE_SMAPLE": "3"}, {}, "unknown key PROBE_SMAPLE"),
        ("", {"PROBE_RATE": "fast"}, {}, "PROBE_RATE"),
        ("", {}, {"engines": "netscape"}, "--engines"),
        ("", {}, {"rate": 0}, "--rate"),
        ("", {}, {"contact": "two words"}, "--contact"),
        ("", {}, {"allow_private": ("nonsense",)}, "--allow-private"),
        ("", {}, {"allow_private": ("",)}, "--allow-private"),
        ("", {"PROBE_ALLOW_PRIVATE": "10.0.0.0/8,10.0.0.999"}, {}, "PROBE_ALLOW_PRIVATE"),
    ],
)
def test_what_is_wrong_is_named(
    tmp_path: Path, text: str, environment: dict[str, str], flags: dict[str, object], named: str
) -> None:
    (tmp_path / "probe.toml").write_text(text)
    with pytest.raises(PlainError) as caught:
        configure(flags, folder=tmp_path, environment=environment)
    assert named in caught.value.en and "\n" not in caught.value.en


def test_an_engine_that_is_named_twice_is_one(tmp_path: Path) -> None:
    named = configure({"engines": "firefox,chromium,firefox"}, folder=tmp_path, environment={})
    assert named.engines == ("firefox", "chromium")


def test_settings_survive_the_file() -> None:
    settings = Settings(
        engines=("firefox",), allow_private=("127.0.0.5",), practice_addresses={"a": "http://127.0.0.5/"}
    )
    assert Settings.from_json(settings.to_json()) == settings
