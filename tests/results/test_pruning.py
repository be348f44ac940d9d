from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from results.errors import PlainError
from results.evidence import folder_of
from results.explain import explain
from results.export import export
from results.ledger import Evidence
from results.pruning import prune
from results.records import PageLoad
from results.reviews import add_review
from results.scores import run_of
from results.store import Store

LATER = datetime(2026, 1, 20, tzinfo=UTC)  # the first sweep is of 5 January, week 2 of the 19th


def files(archive: Any) -> set[str]:
    return {each.name for each in folder_of(archive.store.path).rglob("*") if each.is_file()}


def test_old_files_go_new_ones_and_all_rows_stay(archive: Any) -> None:
    old = files(archive)
    archive.sweep(["city01"], week=2, trouble=0.9)
    recent = {
        archive.store.all(Evidence, id=each.evidence_id)[0].path.rpartition("/")[2]
        for each in archive.store.all(PageLoad)
        if each.evidence_id and each.run_id > 3
    }
    rows = len(archive.store.all(Evidence))
    would = prune(archive.store, keep_days=7, now=LATER, dry_run=True)
    assert files(archive) == old | recent
    done = prune(archive.store, keep_days=7, now=LATER)
    assert done == would and done.files > 0 and done.bytes > 0
    assert files(archive) == recent
    assert len(archive.store.all(Evidence)) == rows
    found = explain(archive.store, run_of(archive.store, "city00").id, "multi_browser_load")
    assert all(each.evidence_missing for each in found.costly)


def test_what_a_review_rests_on_is_kept(archive: Any) -> None:
    load = next(each for each in archive.store.all(PageLoad) if each.evidence_id)
    add_review(archive.store, table="page_loads", row_id=load.id, decision="upheld", by="甲", why="属实")
    prune(archive.store, keep_days=1, now=LATER)
    (kept,) = files(archive)
    assert archive.store.all(Evidence, id=load.evidence_id)[0].path.endswith(kept)


def test_nothing_to_remove_and_no_folder_at_all(archive: Any, new_archive: Any) -> None:
    before = files(archive)
    assert prune(archive.store, keep_days=36500).files == 0 and files(archive) == before
    assert prune(new_archive("empty.db").store, keep_days=1).files == 0


def test_traces_go_with_what_they_traced_and_stay_with_it(archive: Any, tmp_path: Path) -> None:
    store = archive.store
    traces = [archive.shelf.keep(f"trace {number}".encode(), "application/zip") for number in range(2)]
    old, reviewed = store.all(PageLoad)[:2]
    for load, trace in ((old, traces[0]), (reviewed, traces[1])):
        store.change(load, trace_id=trace)
    add_review(store, table="page_loads", row_id=reviewed.id, decision="upheld", by="甲", why="属实")
    export(store, tmp_path / "one.db", sweep=1)
    with Store.open_existing(tmp_path / "one.db") as exported:
        assert set(traces) <= {each.id for each in exported.all(Evidence)}
    prune(store, keep_days=0, now=LATER)
    left = {each.id for each in store.all(Evidence) if (folder_of(store.path) / each.path).exists()}
    assert traces[1] in left and traces[0] not in left


@pytest.mark.parametrize("days", [-1.0, float("nan"), float("inf"), 1e12])
def test_days_that_no_calendar_holds_remove_nothing(archive: Any, days: float) -> None:
    before = files(archive)
    with pytest.raises(PlainError, match="0 to 36500 days"):
        prune(archive.store, keep_days=days, now=LATER)
    assert files(archive) == before
