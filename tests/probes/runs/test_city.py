"""One city, end to end, on the practice portal: what the run says is what the portal's truth says."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from fixtures.expected import expected_scores
from fixtures.truth import truth
from results.ledger import Evidence, Finding, Run, State
from results.records import (
    Attachment,
    Download,
    Guide,
    Outcome,
    Page,
    PageLoad,
    Relation,
    ZoneItem,
)
from results.store import Store
from tests.program import PracticeRun, clean_environment

pytestmark = pytest.mark.timeout(900)

HAS_MATTER = (
    "cities", "sweeps", "runs", "pages", "guides", "guide_elements", "attachments", "page_loads", "layouts", "links",
    "downloads", "searches", "zone_items", "chat_turns", "availability", "interactions", "indicators", "scores",
    "findings", "facet_scores", "city_scores", "evidence",
)  # fmt: skip
BY_TRUTH = (
    "multi_browser_load", "attachment_download", "guide_elements", "search_stability", "cross_province_items",
    "interaction_channels", "chatbot_available", "chatbot_accuracy",
)  # fmt: skip


def path_of(url: str) -> str:
    parts = urlsplit(url)
    return parts._replace(scheme="", netloc="").geturl()


def test_it_ends_well_and_every_contract_table_has_rows(shanghai: PracticeRun) -> None:
    assert shanghai.exit_code == 0, shanghai.log
    assert shanghai.printed["state"] == "complete"
    with shanghai.store() as store:
        assert [name for name in HAS_MATTER if not store.database[name].count] == []


def test_every_indicator_is_scored_or_says_why_not(shanghai: PracticeRun) -> None:
    indicators = shanghai.printed["indicators"]
    assert len(indicators) == 15
    for name, score in indicators.items():
        if score["score"] is None:
            assert name == "home_availability" and score["note"], (name, score)
        else:
            assert 0 <= score["score"] <= 100 and score["measured"] > 0


@pytest.mark.parametrize("indicator", BY_TRUTH)
def test_the_scores_are_those_that_the_truth_implies(shanghai: PracticeRun, indicator: str) -> None:
    with shanghai.store() as store:
        sampled = [path_of(each.url) for each in store.all(Page, sampled=True)]
        engines = sorted({each.engine for each in store.all(PageLoad)})
    expected = expected_scores(truth("shanghai"), sampled, engines)[indicator]
    assert shanghai.printed["indicators"][indicator]["score"] == pytest.approx(expected, abs=0.01)


def test_every_guide_is_found_and_nothing_else_is_called_one(shanghai: PracticeRun) -> None:
    declared = {each["path"] for each in truth("shanghai")["guides"]}
    with shanghai.store() as store:
        pages = {each.id: each for each in store.all(Page)}
        read = {path_of(pages[each.page_id].url) for each in store.all(Guide)}
    assert read == declared


def test_each_declared_fault_is_found_with_its_reason_and_nothing_else_is_accused(shanghai: PracticeRun) -> None:
    stated = truth("shanghai")
    faults = {
        (urlsplit(file["path"]).path, file["reason"])
        for guide in stated["guides"]
        for file in guide["attachments"]
        if file["outcome"] == "failed"
    }
    pages = {(page["path"], page["engine"]) for page in stated["pages"] if page["outcome"] == "failed"}
    with shanghai.store() as store:
        files = {each.id: each for each in store.all(Attachment)}
        failed = [each for each in store.all(Download) if each.outcome is Outcome.FAILED]
        found = {(urlsplit(files[each.attachment_id].url or "").path, each.reason) for each in failed}
        loads = [each for each in store.all(PageLoad) if each.outcome is Outcome.FAILED]
        found_pages = {(path_of(each.url), each.engine) for each in loads}
    assert found == faults
    assert found_pages == pages
    assert {each.attempt for each in failed} == {1, 2}, "each failure is looked at twice"
    assert {each.attempt for each in loads} == {1, 2}


def test_missing_and_drifting_zone_items_are_findings(shanghai: PracticeRun) -> None:
    declared = {
        item["required_item"]: item["relation"] for items in truth("shanghai")["zones"].values() for item in items
    }
    with shanghai.store() as store:
        found = {each.required_item: each.relation.value for each in store.all(ZoneItem) if each.relation is not Relation.EXTRA}
        texts = " ".join(each.text_zh for each in store.all(Finding, indicator="cross_province_items"))
    assert found == declared
    drifting = [item for item, relation in declared.items() if relation not in ("same", "missing")]
    missing = [item for item, relation in declared.items() if relation == "missing"]
    assert drifting and missing and all(item in texts for item in missing)


def test_evidence_lies_where_its_row_says(shanghai: PracticeRun) -> None:
    with shanghai.store() as store:
        rows = store.all(Evidence)
    folder = shanghai.folder / "probe.evidence"
    assert rows and all((folder / each.path).stat().st_size == each.bytes for each in rows)


def test_explain_says_why(shanghai: PracticeRun, probe) -> None:
    ended = probe("explain", "shanghai", "attachment_download", "--db", str(shanghai.database))
    assert ended.returncode == 0, ended.stderr
    assert "404" in ended.stdout or "http_4xx" in ended.stdout


def test_a_killed_run_is_marked_unfinished_at_the_next_start(tmp_path: Path) -> None:
    """SIGKILL half-way: the file opens, and the run is marked when the next one starts."""
    command = [sys.executable, "-m", "probes.cli", "city", "shanghai", "--practice", "--engines", "chromium"]
    child = subprocess.Popen(
        command, cwd=tmp_path, env=clean_environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        start_new_session=True,
    )  # fmt: skip
    database = tmp_path / "probe.db"
    deadline = time.monotonic() + 120
    try:
        while time.monotonic() < deadline:
            if database.exists() and _rows(database, "page_loads") >= 3:
                break
            assert child.poll() is None, "it ended before it could be killed"
            time.sleep(0.2)
    finally:
        child.send_signal(signal.SIGKILL)
        child.wait()
        _end_group(child.pid)
    with Store.open(database) as store:
        assert store.database.execute("pragma integrity_check").fetchone()[0] == "ok"
        assert store.all(Run)[0].state is State.RUNNING
    again = subprocess.run(
        [*command, "--only", "crawl"], cwd=tmp_path, env=clean_environment(), capture_output=True, text=True,
        check=False, timeout=120,
    )  # fmt: skip
    assert again.returncode == 0, again.stderr
    with Store.open(database) as store:
        assert [each.state for each in store.all(Run)] == [State.PARTIAL, State.COMPLETE]
        assert store.all(Run)[0].reason == "interrupted"


def _rows(database: Path, table: str) -> int:
    with Store.open(database) as store:
        return int(store.database[table].count)


def _end_group(leader: int) -> None:
    """End what the killed process left behind (its browsers), by its own process group."""
    try:
        os.killpg(leader, signal.SIGKILL)
    except ProcessLookupError:
        return
