"""`probe watch` as a user runs it, on a server of our own."""

from __future__ import annotations

import http.server
import json
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from results.daily import PORTAL_ZONE
from results.ledger import City, Sweep
from results.moments import as_text
from results.notices import MaintenanceNotice
from results.records import Availability, Outcome, Reason
from results.store import Store
from tests.program import Probe, clean_environment


class HomePage(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = ("<title>政务服务网</title><p>" + "个人办事 法人办事 跨省通办 " * 40 + "</p>").encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Quiet."""


@pytest.fixture
def home() -> Iterator[str]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), HomePage) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


def test_the_week_is_printed_with_the_maintenance_beside_it(probe: Probe, tmp_path: Path, home: str) -> None:
    (tmp_path / "probe.toml").write_text('maintenance = { mycity = "02:00-04:00" }\n')
    arguments = (
        "watch",
        "mycity",
        "--home",
        home,
        "--allow-private",
        "127.0.0.1",
        "--every",
        "1",
        "--times",
        "2",
    )
    ended = probe(*arguments, "--json")
    assert ended.returncode == 0, ended.stderr
    (week,) = json.loads(ended.stdout)
    assert (week["city"], week["visits"], week["failures"], week["veto"], week["final"]) == (
        "mycity",
        2,
        0,
        False,
        False,
    )
    assert (week["maintenance"], week["failures_in_maintenance"]) == ("02:00-04:00", 0)
    assert ended.stderr.count("mycity ok") == 2
    with Store.open_existing(tmp_path / "probe.db") as store:
        assert [each.run_id for each in store.all(Availability)] == [None, None]


@pytest.mark.parametrize(("times", "code"), [((), 0), (("--times", "9"), 130)])
@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
def test_stopped_it_prints_the_week_and_keeps_every_visit(
    tmp_path: Path, home: str, stop: signal.Signals, times: tuple[str, ...], code: int
) -> None:
    arguments = ["watch", "mycity", "--home", home, "--allow-private", "127.0.0.1", "--json", *times]
    with subprocess.Popen(
        [sys.executable, "-m", "probes.cli", *arguments],
        cwd=tmp_path, env=clean_environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as running:  # fmt: skip
        assert running.stderr is not None
        assert "mycity ok" in running.stderr.readline()
        running.send_signal(stop)
        printed, said = running.communicate(timeout=60)
    assert running.returncode == code and "Traceback" not in said, said
    assert json.loads(printed)[0]["visits"] == 1


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("watch",), "SLUG"),
        (("watch", "atlantis"), "unknown city 'atlantis'"),
        (("watch", "a", "b", "--home", "http://127.0.0.1/"), "--home"),
        (("watch", "shanghai", "--every", "0"), "--every"),
        (("watch", "shanghai", "--times", "0"), "--times"),
        (("watch", "nowhere", "--practice"), "no practice portal 'nowhere'"),
    ],
)
def test_bad_input_is_told(probe: Probe, tmp_path: Path, arguments: tuple[str, ...], says: str) -> None:
    ended = probe(*arguments)
    assert ended.returncode == 2 and says in ended.stderr and "Traceback" not in ended.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_window_that_is_none_is_told(probe: Probe, tmp_path: Path) -> None:
    for wrong in ('"at night"', '["02:00-04:00", "at night"]'):
        (tmp_path / "probe.toml").write_text(f"maintenance = {{ shanghai = {wrong} }}\n")
        ended = probe("watch", "shanghai")
        assert ended.returncode == 2 and "'at night'" in ended.stderr and "Traceback" not in ended.stderr
    (tmp_path / "probe.toml").write_text('maintenance = { shanghai = "2026-11-23 06:00/2026-11-22 22:00" }\n')
    ended = probe("watch", "shanghai")
    assert ended.returncode == 2 and "write it as 2026-11-22 22:00/2026-11-23 06:00" in ended.stderr


def test_what_is_announced_stands_beside_the_week_and_excuses_nothing(
    probe: Probe, tmp_path: Path, home: str
) -> None:
    now = datetime.now(UTC)
    hour_ago = now - timedelta(hours=1)
    local = hour_ago.astimezone(PORTAL_ZONE)
    (tmp_path / "probe.toml").write_text(
        f'maintenance = {{ mycity = ["02:00-02:01", "{local:%Y-%m-%d %H:%M}/{local + timedelta(minutes=5):%Y-%m-%d %H:%M}"] }}\n'
    )
    with Store.open(tmp_path / "probe.db") as store:
        store.put(City(slug="mycity", name="某市"))
        for minutes, reason in ((59, Reason.TIMEOUT), (30, Reason.TIMEOUT), (10, None)):
            at = as_text(now - timedelta(minutes=minutes))
            store.add(
                Availability(
                    run_id=None, city="mycity", outcome=reason.outcome if reason else Outcome.OK,
                    reason=reason, measured_at=at,
                )
            )  # fmt: skip
        for days, words in ((0, "系统升级"), (30, "早已过去")):
            opens = now - timedelta(days=days, minutes=31)
            store.add(
                MaintenanceNotice(
                    city="mycity", url=home, words=words, seen_at=as_text(opens),
                    opens_at=as_text(opens), closes_at=as_text(opens + timedelta(minutes=5)),
                )
            )  # fmt: skip
        store.add(MaintenanceNotice(city="mycity", url=home, words="维护时间另行通知", seen_at=as_text(now)))
    arguments = ("watch", "mycity", "--home", home, "--allow-private", "127.0.0.1", "--times", "1")
    (week,) = json.loads(probe(*arguments, "--json").stdout)
    assert (week["failures"], week["failures_in_maintenance"]) == (2, 2)
    assert week["maintenance"].startswith("02:00-02:01, 20")
    assert [each["words"] for each in week["notices"]] == ["系统升级", "维护时间另行通知"]
    shown = probe(*arguments, COLUMNS="200").stdout
    assert "维护时间另行通知" in shown and "(2 of the failures)" in shown and "早已过去" not in shown


def test_a_sweep_by_the_clock_says_so_and_keeps_where_it_was_made_from(
    probe: Probe, tmp_path: Path, home: str
) -> None:
    (tmp_path / "probe.toml").write_text(f'cities_file = "cities.toml"\ncontrols = ["{home}control"]\n')
    (tmp_path / "cities.toml").write_text(f'[[city]]\nslug = "mycity"\nname = "某市"\nhome_url = "{home}"\n')
    ended = probe(
        "sweep", "--cities", "mycity", "--only", "availability", "--engines", "chromium",
        "--allow-private", "127.0.0.1", "--scheduled",
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    with Store.open_existing(tmp_path / "probe.db") as store:
        (sweep,) = store.all(Sweep)
    (control,) = json.loads(sweep.vantage)["control_sites"]
    assert sweep.kind == "schedule"
    assert (control["url"], control["http_status"], control["remote_ip"]) == (
        f"{home}control",
        200,
        "127.0.0.1",
    )
