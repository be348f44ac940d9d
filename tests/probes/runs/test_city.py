"""One city, end to end, on the practice portal: what the run says is what the portal's truth says."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from fixtures.expected import expected_scores
from fixtures.truth import truth
from results.ledger import Evidence, Finding, Run, State
from results.records import (
    ChatTurn,
    Download,
    Guide,
    Outcome,
    Page,
    PageLoad,
    Reason,
    Relation,
    Search,
    ZoneItem,
)
from results.store import Store
from tests.fixtures.comparing import compare, path_of
from tests.program import PracticeRun, clean_environment

pytestmark = [pytest.mark.timeout(900), pytest.mark.alone]

HAS_MATTER = (
    "cities", "sweeps", "runs", "pages", "guides", "guide_elements", "attachments", "page_loads", "layouts", "links",
    "downloads", "searches", "zone_items", "chat_turns", "availability", "interactions", "indicators", "scores",
    "findings", "facet_scores", "city_scores", "evidence",
)  # fmt: skip
BY_TRUTH = (
    "multi_browser_load", "attachment_download", "guide_elements", "search_stability", "search_relevance",
    "guide_depth", "mobile_layout", "cross_province_items", "interaction_channels", "chatbot_available",
    "chatbot_accuracy",
)  # fmt: skip
ASKED = {
    "材料": "申请材料",
    "多长时间": "承诺办结时限",
    "收费": "收费",
    "在哪里": "办理地点/时间",
    "电话": "咨询方式",
}
"""Which element a question asks for."""


def _overloaded(store: Store) -> list[PageLoad]:
    """Loads that this machine was too busy for: on a shared one that can happen, and is stated as ours."""
    return store.all(PageLoad, reason=Reason.PROBER_OVERLOADED.value)


def test_it_ends_well_and_every_contract_table_has_rows(shanghai: PracticeRun) -> None:
    with shanghai.store() as store:
        expected = 3 if _overloaded(store) else 0
    assert shanghai.exit_code == expected, shanghai.log
    assert shanghai.printed["state"] == "complete"
    with shanghai.store() as store:
        assert shanghai.printed["requests"] == store.all(Run)[0].requests > 100
        assert [name for name in HAS_MATTER if not store.database[name].count] == []


def test_every_indicator_is_scored_or_says_why_not(shanghai: PracticeRun) -> None:
    indicators = shanghai.printed["indicators"]
    assert len(indicators) == 15
    for name, score in indicators.items():
        if score["score"] is None:
            assert (name, score["note"]) == ("home_availability", "not_due") or "overloaded" in score["note"]
        else:
            assert 0 <= score["score"] <= 100 and score["measured"] > 0


@pytest.mark.parametrize("indicator", BY_TRUTH)
def test_the_scores_are_those_that_the_truth_implies(shanghai: PracticeRun, indicator: str) -> None:
    with shanghai.store() as store:
        sampled = [path_of(each.url) for each in store.all(Page, sampled=True)]
        engines = sorted({each.engine for each in store.all(PageLoad)})
        searched = sorted({(each.query, each.matter) for each in store.all(Search)})
        asked = [
            (each.matter, next(ASKED[word] for word in ASKED if word in each.question), each.expected_facts)
            for each in store.all(ChatTurn)
        ]
    expected = expected_scores(truth("shanghai"), sampled, engines, asked=asked, searched=searched)[indicator]
    assert expected is not None
    assert shanghai.printed["indicators"][indicator]["score"] == pytest.approx(expected, abs=0.01)


def test_every_guide_is_found_and_nothing_else_is_called_one(shanghai: PracticeRun) -> None:
    declared = {each["path"] for each in truth("shanghai")["guides"]}
    with shanghai.store() as store:
        pages = {each.id: each for each in store.all(Page)}
        read = {path_of(pages[each.page_id].url) for each in store.all(Guide)}
    assert read == declared


def test_each_declared_fault_is_found_and_nothing_else_is_accused(shanghai: PracticeRun) -> None:
    found = compare(shanghai.database, truth("shanghai"))
    assert (found.unfounded, found.misnamed, found.missed) == ([], [], [])
    assert found.unmeasured == []


def test_each_failure_is_looked_at_twice(shanghai: PracticeRun) -> None:
    with shanghai.store() as store:
        files = [each for each in store.all(Download) if each.outcome is Outcome.FAILED]
        loads = [each for each in store.all(PageLoad) if each.outcome is Outcome.FAILED]
    assert files and loads
    assert {each.attempt for each in files} == {each.attempt for each in loads} == {1, 2}


def test_missing_and_drifting_zone_items_are_findings(shanghai: PracticeRun) -> None:
    declared = {
        item["required_item"]: item["relation"]
        for items in truth("shanghai")["zones"].values()
        for item in items
    }
    with shanghai.store() as store:
        found = {
            each.required_item: each.relation.value
            for each in store.all(ZoneItem)
            if each.relation is not Relation.EXTRA
        }
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
