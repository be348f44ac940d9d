"""`probe alert` as a user runs it, with a receiver of our own, and beside a schedule."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from results.records import Reason
from tests.probes.receiving import Receiver, receiver
from tests.probes.runs.alerts.ledgers import Ledger
from tests.program import Probe

DOWN = Reason.CONNECT_REFUSED


def configured(folder: Path, *receivers: Receiver, more: str = "") -> None:
    urls = json.dumps([each.url for each in receivers])
    (folder / "probe.toml").write_text(f"[alerts]\nurls = {urls}\n{more}")


def vanished(folder: Path) -> None:
    ledger = Ledger.at(folder / "probe.db")
    with ledger.store:
        ledger.visits(None, DOWN, DOWN, DOWN, until=datetime.now(UTC))


def test_a_test_reaches_every_address_in_the_readers_language_even_in_quiet_hours(
    probe: Probe, tmp_path: Path
) -> None:
    with receiver() as first, receiver() as second:
        configured(tmp_path, first, second, more='quiet_hours = "00:00-23:59"\n')
        ended = probe("alert", "test", PROBE_LANG="zh")
    assert ended.returncode == 0 and ended.stdout == "", ended.stderr
    assert [each.messages[0]["title"] for each in (first, second)] == ["门户探测：试发"] * 2
    assert "第 2 个地址（JSON）：已送达" in ended.stderr and "s3cret" not in ended.stderr


def test_an_event_is_sent_once_and_listed(probe: Probe, tmp_path: Path) -> None:
    vanished(tmp_path)
    with receiver() as hook:
        configured(tmp_path, hook)
        assert probe("alert", "send").returncode == 0
        assert probe("alert", "send").returncode == 0
    (message,) = hook.messages
    assert "jiangcheng: the portal cannot be entered, the connection was refused" in message["message"]
    (event,) = json.loads(probe("alert", "list", "--json").stdout)
    assert (event["kind"], event["city"]) == ("vanished", "jiangcheng") and event["sent_at"]
    assert "vanished" in probe("alert", "list").stdout


def test_an_address_that_is_down_is_told_and_the_event_waits(probe: Probe, tmp_path: Path) -> None:
    vanished(tmp_path)
    with receiver() as hook:
        hook.refuses = True
        configured(tmp_path, hook)
        ended = probe("-vv", "alert", "send")
        assert (
            ended.returncode == 2 and "address 1 (JSON): " in ended.stderr and "Traceback" not in ended.stderr
        )
        assert "s3cret" not in ended.stderr and "waiting" in probe("alert", "list").stdout
        hook.refuses = False
        assert probe("alert", "send").returncode == 0
    assert len(hook.messages) == 1


def test_in_quiet_hours_it_is_held_back(probe: Probe, tmp_path: Path) -> None:
    vanished(tmp_path)
    now = datetime.now(UTC)
    window = f"{now - timedelta(hours=1):%H:%M}-{now + timedelta(hours=2):%H:%M}"
    with receiver() as hook:
        configured(tmp_path, hook, more=f'quiet_hours = "{window}"\ntimezone = "UTC"\n')
        ended = probe("alert", "send")
    assert ended.returncode == 0 and "1 alert(s) held back" in ended.stderr and hook.messages == []


@pytest.mark.parametrize(
    ("text", "environment", "says"),
    [
        ("[alerts]\nurl = 3\n", {}, "probe.toml: unknown key alerts.url"),
        ("[alerts]\nurls = ['t0ken-secret']\n", {}, "probe.toml: alerts.urls: write it as apprise does"),
        ("[alerts]\non = ['everything']\n", {}, "probe.toml: alerts.on"),
        ("[alerts]\nquiet_hours = 'night'\n", {}, "alerts.quiet_hours: window 'night'"),
        ("[alerts]\ntimezone = 'Asia/Beijing'\n", {}, "no time zone 'Asia/Beijing'"),
        ("alerts = 3\n", {}, "probe.toml: alerts"),
        ("", {"PROBE_ALERTS_URLS": "t0ken-secret"}, "PROBE_ALERTS_URLS: write it"),
        ("", {"PROBE_ALERTS_URL": "x"}, "unknown key PROBE_ALERTS_URL"),
        ("[alerts]\nurls = ['gopher://t0ken-secret']\n", {}, "address 1 (gopher://…)"),
        ("", {}, "no address to send to"),
    ],
)
def test_bad_configuration_is_named_without_its_secrets(
    probe: Probe, tmp_path: Path, text: str, environment: dict[str, str], says: str
) -> None:
    (tmp_path / "probe.toml").write_text(text)
    ended = probe("alert", "test", **environment)
    assert ended.returncode == 2 and says in ended.stderr, ended.stderr
    assert "Traceback" not in ended.stderr and "t0ken" not in ended.stderr and ended.stderr.count("\n") == 1


def test_without_apprise_it_says_what_to_install(probe: Probe, tmp_path: Path) -> None:
    (tmp_path / "apprise.py").write_text("raise ImportError('not here')\n")
    (tmp_path / "probe.toml").write_text("[alerts]\nurls = ['json://127.0.0.1/']\n")
    ended = probe("alert", "test", PYTHONPATH=f"{tmp_path}:{Path(__file__).parents[3]}")
    assert ended.returncode == 2 and "pip install 'portal-probe[alerts]'" in ended.stderr
    assert "Traceback" not in ended.stderr
