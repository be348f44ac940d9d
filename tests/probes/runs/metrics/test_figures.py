"""Metrics, read back with prometheus_client's own parser."""

from __future__ import annotations

import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from prometheus_client import generate_latest
from prometheus_client.parser import text_string_to_metric_families
from pydantic import ValidationError

from checks.catalogue import load
from probes.runs.job_store import Job, JobKind, JobStore, schedule_beside
from probes.runs.metrics.figures import put_figures
from probes.runs.metrics.gauges import Gauges
from probes.runs.metrics.publishing import MetricsErrand, Snapshot, served, snapshot, write
from probes.runs.metrics.settings import MetricsSettings
from results.errors import PlainError, StoreError
from results.ledger import State
from results.records import Reason
from tests.probes.runs.alerts.ledgers import NOW, Ledger

Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    made = Ledger.at(tmp_path / "probe.db", "jiangcheng", "haicheng")
    with made.store:
        yield made


def samples(text: str) -> Samples:
    return {
        (each.name, frozenset(each.labels.items())): each.value
        for family in text_string_to_metric_families(text)
        for each in family.samples
    }


def figures(ledger: Ledger) -> Samples:
    gauges = Gauges()
    put_figures(gauges, ledger.store, load().entry("home_availability"), NOW)
    return samples(generate_latest(Snapshot(gauges)).decode())


def key(name: str, /, **labels: str) -> tuple[str, frozenset[tuple[str, str]]]:
    return name, frozenset(labels.items())


def visit_key(name: str, city: str = "jiangcheng") -> tuple[str, frozenset[tuple[str, str]]]:
    return key(name, city=city, target=f"https://{city}.example/")


def test_a_visit_bears_the_names_of_blackbox_exporter(ledger: Ledger) -> None:
    ledger.visits(Reason.TIMEOUT, None, status=200, elapsed_ms=1234.0)
    ledger.visits(None, Reason.HTTP_5XX, city="haicheng", status=503, elapsed_ms=80.0)
    found = figures(ledger)
    assert found[visit_key("probe_success")] == 1
    assert found[visit_key("probe_duration_seconds")] == pytest.approx(1.234)
    assert found[visit_key("probe_http_status_code")] == 200
    assert found[visit_key("portal_probe_visit_timestamp_seconds")] == NOW.timestamp() - 60
    assert found[visit_key("probe_success", "haicheng")] == 0
    assert found[visit_key("probe_http_status_code", "haicheng")] == 503
    week = {
        outcome: found[key("portal_probe_week_visits", city="jiangcheng", outcome=outcome)]
        for outcome in ("ok", "failed")
    }
    assert week == {"ok": 1, "failed": 1}
    assert found[key("portal_probe_week_failure_ratio", city="jiangcheng")] == 0.5
    assert found[key("portal_probe_veto", city="jiangcheng")] == 0


@pytest.mark.parametrize("reason", [Reason.CHALLENGE_PAGE, Reason.INTERRUPTED])
def test_who_blocks_or_was_not_asked_is_not_down(ledger: Ledger, reason: Reason) -> None:
    ledger.visits(reason)
    found = figures(ledger)
    assert visit_key("probe_success") not in found
    name, labels = visit_key("portal_probe_visit_outcome")
    outcomes = {
        dict(each[1])["outcome"]: value
        for each, value in found.items()
        if each[0] == name and labels < each[1]
    }
    assert outcomes.pop(reason.outcome.value) == 1 and set(outcomes.values()) == {0}


def test_the_newest_run_has_its_scores_coverage_duration_and_findings(ledger: Ledger) -> None:
    ledger.run(2, {"attachment_download": 95.0})
    ledger.run(
        1,
        {"attachment_download": 60.0, "load_time": None},
        findings={"a": "attachment_download", "b": "attachment_download"},
    )
    found = figures(ledger)
    labels = {"city": "jiangcheng", "indicator": "attachment_download"}
    assert found[key("portal_probe_indicator_score", facet="有效性", **labels)] == 60
    assert found[key("portal_probe_findings", **labels)] == 2
    assert found[key("portal_probe_findings", city="jiangcheng", indicator="link_health")] == 0
    assert found[key("portal_probe_total_coverage_ratio", city="jiangcheng")] == 0.5
    assert key("portal_probe_total_score", city="jiangcheng") not in found, "what is not known has no figure"
    assert (
        key("portal_probe_indicator_score", city="jiangcheng", facet="可及性", indicator="load_time")
        not in found
    )
    assert found[key("portal_probe_run_duration_seconds", city="jiangcheng")] == 0
    assert found[key("portal_probe_run_state", city="jiangcheng", state="complete")] == 1
    assert found[key("portal_probe_run_state", city="jiangcheng", state="failed")] == 0


def test_a_run_that_is_under_way_does_not_hide_the_last_one(ledger: Ledger) -> None:
    ledger.run(2, {"attachment_download": 95.0})
    ledger.run(0, None, state=State.RUNNING)
    labels = {"city": "jiangcheng", "facet": "有效性", "indicator": "attachment_download"}
    assert figures(ledger)[key("portal_probe_indicator_score", **labels)] == 95


def test_a_hostile_name_stays_a_label(ledger: Ledger) -> None:
    from results.ledger import City

    name = 'a"} 1\nprobe_success{city="b\\'
    ledger.store.put(City(slug="evil", name=name, home_url="https://e.example/"))
    labels = {"city": "evil", "name": name, "province": "", "region": "", "target": "https://e.example/"}
    assert figures(ledger)[key("portal_probe_city_info", **labels)] == 1


async def test_file_and_address_show_the_newest_figures_with_jobs(ledger: Ledger, tmp_path: Path) -> None:
    ledger.visits(None)
    path = tmp_path / "probe.prom"
    with JobStore(schedule_beside(tmp_path / "probe.db")) as jobs:
        jobs.add(
            Job(
                name="homes", kind=JobKind.WATCH, arguments=(), cron="@hourly", timezone="UTC", created_at=NOW
            )
        )
        jobs.note_start("homes", NOW, pid=1, pid_since=0.5)
        jobs.note_end("homes", NOW, 3)
    errand = MetricsErrand(tmp_path / "probe.db", path)
    assert errand.collect() == [], "nothing is known before the first round"
    await errand(True)
    first = path.stat().st_ino
    await errand(False)
    assert path.stat().st_ino != first and [each.name for each in tmp_path.glob("*.prom*")] == ["probe.prom"]
    with (
        served(errand, "127.0.0.1", 0) as port,
        urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics") as answer,
    ):
        text = answer.read().decode()
    assert samples(text) == samples(path.read_text())
    labels = {"job_name": "homes", "kind": "watch"}
    assert samples(text)[key("portal_probe_job_exit_code", **labels)] == 3
    assert samples(text)[key("portal_probe_job_running", **labels)] == 0
    assert samples(text)[key("portal_probe_job_last_start_timestamp_seconds", **labels)] == NOW.timestamp()


def test_an_address_or_a_file_that_cannot_be_used_is_told(ledger: Ledger, tmp_path: Path) -> None:
    errand = MetricsErrand(tmp_path / "probe.db", None)
    with (
        served(errand, "127.0.0.1", 0) as port,
        pytest.raises(PlainError, match="cannot serve metrics"),
        served(errand, "127.0.0.1", port),
    ):
        pass
    with pytest.raises(PlainError, match="cannot write"):
        write(snapshot(tmp_path / "probe.db"), tmp_path / "nowhere" / "probe.prom")
    with pytest.raises(StoreError, match="no results file"):
        snapshot(tmp_path / "other.db")


@pytest.mark.parametrize(
    ("listen", "address"),
    [
        ("9469", ("127.0.0.1", 9469)),
        ("0.0.0.0:80", ("0.0.0.0", 80)),
        ("[::1]:9469", ("::1", 9469)),
        ("off", None),
    ],
)
def test_an_address_is_of_this_machine_unless_a_host_is_given(listen: str, address: object) -> None:
    assert MetricsSettings(listen=listen).address == address
    assert MetricsSettings().address == ("127.0.0.1", 9469)


@pytest.mark.parametrize(
    "wrong", [{"listen": "here"}, {"listen": "0"}, {"listen": "h:70000"}, {"textfile": "probe.txt"}]
)
def test_a_wrong_setting_is_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        MetricsSettings.model_validate(wrong)
