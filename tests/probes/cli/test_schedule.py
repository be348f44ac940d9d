"""`probe schedule` as a service: started, stopped, killed, started again."""

from __future__ import annotations

import http.server
import json
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import psutil
import pytest

from probes.runs.job_store import Job, JobKind, JobStore
from results.ledger import City
from results.moments import as_text
from results.records import Availability, Outcome
from results.store import Store
from tests.probes.receiving import receiver
from tests.program import Probe, clean_environment


class Portal:
    """A home page that can be made to hang."""

    def __init__(self) -> None:
        self.hangs = threading.Event()
        self.asked = threading.Semaphore(0)
        self.status = 200
        self.closing = threading.Event()
        portal = self

        class Answer(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                portal.asked.release()
                if portal.hangs.is_set():
                    portal.closing.wait(60)
                    return
                body = ("<title>政务服务网</title><p>" + "个人办事 法人办事 跨省通办 " * 40 + "</p>").encode()
                self.send_response(portal.status)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Quiet."""

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answer)
        self.url = f"http://127.0.0.1:{self.server.server_port}/"


@pytest.fixture
def portal() -> Iterator[Portal]:
    served = Portal()
    with served.server:
        thread = threading.Thread(target=served.server.serve_forever)
        thread.start()
        yield served
        served.closing.set()
        served.server.shutdown()
        thread.join()


def missed(folder: Path, portal: Portal, cron: str = "0 0 1 1 *", rounds: int = 1, **more: Any) -> Path:
    """A watch whose yearly start was missed, so that it is due at once."""
    path = folder / "probe.schedule.db"
    with JobStore(path) as store:
        store.add(
            Job(
                name="homes",
                kind=JobKind.WATCH,
                arguments=(
                    "mycity",
                    "--home",
                    portal.url,
                    "--allow-private",
                    "127.0.0.1",
                    "--times",
                    str(rounds),
                    "--every",
                    "1",
                ),
                cron=cron,
                timezone="Asia/Shanghai",
                created_at=datetime.now(UTC) - timedelta(days=800),
                **more,
            )
        )
    return path


@contextmanager
def scheduler(folder: Path) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "-m", "probes.cli", "schedule", "run"],
        cwd=folder, env=clean_environment(), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
    ) as running:  # fmt: skip
        try:
            yield running
        finally:
            running.kill()


def until(running: subprocess.Popen[str], words: str) -> str:
    """What was said up to the line with these words."""
    said = ""
    assert running.stderr is not None
    for line in running.stderr:
        said += line
        if words in line:
            return said
    raise AssertionError(f"{words!r} was not said: {said}")


def job(path: Path) -> Job:
    with JobStore(path) as store:
        (found,) = store.all()
    return found


def visits(folder: Path) -> int:
    with Store.open_existing(folder / "probe.db") as store:
        return len(store.all(Availability))


def test_a_missed_start_is_made_up_for_once_also_over_a_restart(tmp_path: Path, portal: Portal) -> None:
    path = missed(tmp_path, portal)
    with scheduler(tmp_path) as running:
        until(running, "homes: ended with 0")
        running.terminate()
        rest = running.communicate(timeout=120)[1]
    assert running.returncode == 0 and "state is kept" in rest and "Traceback" not in rest
    assert job(path).exit_code == 0 and not job(path).cut_off and visits(tmp_path) == 1
    with scheduler(tmp_path) as running:
        until(running, "-01-01 00:00:00")
        running.terminate()
        assert "started" not in running.communicate(timeout=120)[1]
    assert visits(tmp_path) == 1


def test_alerts_are_sent_after_a_job_and_not_again_by_the_next_scheduler(
    tmp_path: Path, portal: Portal
) -> None:
    with Store.open(tmp_path / "probe.db") as store:
        store.put(City(slug="mycity", name="某市"))
        at = as_text(datetime.now(UTC) - timedelta(hours=5))
        store.add(Availability(run_id=None, city="mycity", outcome=Outcome.OK, measured_at=at))
    missed(tmp_path, portal)
    portal.status = 503
    with receiver() as hook:
        (tmp_path / "probe.toml").write_text(f"[alerts]\nurls = ['{hook.url}']\nvanished_after = 1\n")
        for _ in range(2):
            with scheduler(tmp_path) as running:
                until(running, "-01-01 00:00:00" if hook.messages else "address 1 (JSON): taken")
                running.terminate()
                assert "s3cret" not in running.communicate(timeout=120)[1]
    (message,) = hook.messages
    assert "mycity: the portal cannot be entered" in message["message"]


@pytest.mark.long
def test_a_stop_ends_the_job_under_way_and_the_next_run_goes_on_with_it(
    tmp_path: Path, portal: Portal
) -> None:
    path = missed(tmp_path, portal)
    portal.hangs.set()
    with scheduler(tmp_path) as running:
        until(running, "homes: started")
        assert portal.asked.acquire(timeout=60)
        child = psutil.Process(job(path).pid)
        running.terminate()
        time.sleep(0.3)
        running.terminate()
        rest = running.communicate(timeout=120)[1]
    assert running.returncode == 0 and "homes: stopped after" in rest and "Traceback" not in rest
    assert not child.is_running() and job(path).cut_off
    portal.hangs.clear()
    with scheduler(tmp_path) as running:
        until(running, "homes: ended with 0")
        running.terminate()
        running.communicate(timeout=120)
    assert visits(tmp_path) == 1


@pytest.mark.long
def test_a_killed_scheduler_leaves_no_job_to_run_beside_itself(tmp_path: Path, portal: Portal) -> None:
    path = missed(tmp_path, portal)
    portal.hangs.set()
    with scheduler(tmp_path) as running:
        until(running, "homes: started")
        assert portal.asked.acquire(timeout=60)
        running.kill()
        running.wait(60)
    orphan = psutil.Process(job(path).pid)
    assert orphan.status() != psutil.STATUS_ZOMBIE
    portal.hangs.clear()
    with scheduler(tmp_path) as running:
        assert f"process {orphan.pid} of an earlier scheduler" in until(running, "homes: ended with 0")
        assert not orphan.is_running() or orphan.status() == psutil.STATUS_ZOMBIE
        running.terminate()
        running.communicate(timeout=120)
    assert visits(tmp_path) == 1


@pytest.mark.long
def test_a_start_that_falls_due_while_the_job_runs_is_left_out(tmp_path: Path, portal: Portal) -> None:
    missed(tmp_path, portal, cron="* * * * *")
    portal.hangs.set()
    # the home page's limit of 15 s and a browser's look at it reach over the full minute when begun 10 s before it
    time.sleep((50 - time.time()) % 60)
    with scheduler(tmp_path) as running:
        said = until(running, "left out")
        assert said.count("homes: started") == 1
        running.terminate()
        running.communicate(timeout=120)


@pytest.mark.long
@pytest.mark.timeout(400)
def test_a_job_that_keeps_to_its_hours_is_stopped_with_them_and_put_off_until_they_begin_again(
    tmp_path: Path, portal: Portal
) -> None:
    now = datetime.now(ZoneInfo("Asia/Shanghai"))
    end = now + timedelta(minutes=2)
    path = missed(tmp_path, portal, rounds=10_000, hours=f"{now:%H:%M}-{end:%H:%M}", pause=True)
    with scheduler(tmp_path) as running:
        said = until(running, "hours are over")
        tomorrow = now + timedelta(days=1)
        assert f"goes on {tomorrow:%Y-%m-%d %H:%M}:00" in said
        assert job(path).cut_off and not psutil.pid_exists(job(path).pid or 0)
        running.terminate()
        running.communicate(timeout=120)
    assert running.returncode == 0


def test_metrics_are_served_while_it_runs_and_a_taken_address_is_told(
    tmp_path: Path, portal: Portal, probe: Probe
) -> None:
    missed(tmp_path, portal)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        taken.listen()
        refused = probe("schedule", "run", PROBE_METRICS_LISTEN=str(port))
        assert refused.returncode == 2 and "cannot serve metrics" in refused.stderr
    (tmp_path / "probe.toml").write_text(f"[metrics]\nlisten = '{port}'\ntextfile = 'probe.prom'\n")
    with scheduler(tmp_path) as running:
        until(running, "homes: ended with 0")
        while b"probe_success" not in (
            text := urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics").read()
        ):
            time.sleep(0.1)
        running.terminate()
        running.communicate(timeout=120)
    assert running.returncode == 0 and b"probe_success{" in (tmp_path / "probe.prom").read_bytes()
    assert b'probe_success{city="mycity"' in text and b"portal_probe_job_exit_code" in text
    printed = probe("metrics")
    assert printed.returncode == 0 and 'probe_success{city="mycity"' in printed.stdout


def test_a_second_scheduler_is_refused_and_jobs_are_added_and_removed_beside_the_first(
    tmp_path: Path, portal: Portal, probe: Probe
) -> None:
    with scheduler(tmp_path) as running:
        until(running, "running")
        second = probe("schedule", "run")
        assert second.returncode == 2 and "already" in second.stderr and "Traceback" not in second.stderr
        missed(tmp_path, portal)
        until(running, "homes: ended with 0")
        assert probe("schedule", "remove", "homes").returncode == 0
        assert probe("schedule", "list", "--json").stdout.strip() == "[]"
        running.terminate()
        running.communicate(timeout=120)
    assert running.returncode == 0


def test_jobs_are_added_listed_and_removed(probe: Probe) -> None:
    added = probe(
        "schedule", "add", "sweep", "--cron", "0 2 * * 6", "--hours", "22:00-06:00", "--name", "weekly",
        "--", "--cities", "all", "--sample", "20",
    )  # fmt: skip
    assert added.returncode == 0 and "added weekly, next" in added.stdout, added.stderr
    few = probe("schedule", "add", "watch", "--cron", "0 */3 * * *", "--", "shanghai")
    assert few.returncode == 0 and "fewer than 20 visits a day" in few.stderr
    workdays = probe(
        "schedule", "add", "watch", "--cron", "*/5 * * * 1-5", "--name", "workdays", "--", "shanghai"
    )
    assert workdays.returncode == 0 and "fewer than 20 visits a day" in workdays.stderr
    often = probe("schedule", "add", "watch", "--cron", "@hourly", "--name", "homes", "--", "shanghai")
    assert often.returncode == 0 and often.stderr == ""
    weekly, *_ = json.loads(probe("schedule", "list", "--json").stdout)
    assert (weekly["name"], weekly["kind"], weekly["timezone"]) == ("weekly", "sweep", "Asia/Shanghai")
    assert weekly["arguments"] == ["--cities", "all", "--sample", "20"]
    saturday = datetime.fromisoformat(weekly["next_start"]) + timedelta(hours=8)
    assert (saturday.isoweekday(), saturday.hour) == (6, 2)
    assert probe("schedule", "remove", "watch").returncode == 0
    assert "weekly" in probe("schedule", "list").stdout


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("add", "sweep", "--cron", "0 3 * *"), "five fields"),
        (("add", "sweep", "--cron", "@daily", "--timezone", "Asia/Beijing"), "no time zone 'Asia/Beijing'"),
        (("add", "sweep", "--cron", "@daily", "--hours", "night"), "02:00-04:00"),
        (("add", "sweep", "--cron", "@daily", "--", "--samples", "3"), "--samples"),
        (("add", "sweep", "--cron", "@daily", "--", "--help"), "--help"),
        (("add", "sweep", "--cron", "@daily", "--pause"), "--hours"),
        (("add", "report", "--cron", "@daily", "--hours", "02:00-04:00", "--pause"), "--pause"),
        (("add", "prune", "--cron", "@daily"), "--keep-days"),
        (("add", "watch", "--cron", "@daily"), "SLUG"),
        (("add", "tidy", "--cron", "@daily"), "tidy"),
        (("remove", "nightly"), "no job named 'nightly'"),
    ],
)
def test_bad_input_is_told_and_nothing_is_written(
    probe: Probe, tmp_path: Path, arguments: tuple[str, ...], says: str
) -> None:
    ended = probe("schedule", *arguments)
    assert ended.returncode == 2 and says in ended.stderr and "Traceback" not in ended.stderr, ended.stderr
    assert list(tmp_path.iterdir()) == []
