"""The results file: opened, refused, appended to, survived."""

from __future__ import annotations

import re
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from results.errors import StoreError
from results.evidence import EvidenceShelf
from results.ledger import City, FinishedUnit, Run, State, Sweep
from results.moments import now
from results.records import Link, Outcome, Page, PageKind, Reason
from results.store import SCHEMA_VERSION, Store
from results.tables import tables


@pytest.fixture
def store(tmp_path: Path):
    with Store.open(tmp_path / "probe.db") as opened:
        yield opened


def a_run(store: Store) -> Run:
    store.put(City(slug="mycity", name="某市"))
    sweep = store.add(
        Sweep(kind="manual", state=State.RUNNING, started_at=now(), settings="{}", tool_version="0")
    )
    return store.add(Run(sweep_id=sweep.id, city="mycity", state=State.RUNNING, started_at=now()))


def a_page(run: Run, **values: object) -> Page:
    fields = {
        "outcome": Outcome.OK,
        "url": "http://h/a",
        "kind": PageKind.GUIDE,
        "why_kind": "labels",
        "depth": 1,
    }
    return Page(run_id=run.id, measured_at=now(), **{**fields, **values})


def test_a_new_file_has_every_table_and_declares_its_keys(store: Store) -> None:
    names = set(store.database.table_names())
    assert {each.TABLE for each in tables()} <= names
    assert store.database.execute("pragma user_version").fetchone()[0] == SCHEMA_VERSION
    references = {(key.column, key.other_table) for key in store.database["page_loads"].foreign_keys}
    assert references == {
        ("run_id", "runs"),
        ("page_id", "pages"),
        ("evidence_id", "evidence"),
        ("trace_id", "evidence"),
    }


def test_records_come_back_as_they_went_in(store: Store) -> None:
    run = a_run(store)
    page = store.add(
        a_page(run, outcome=Outcome.FAILED, reason=Reason.SOFT_404, sampled=True, title="出错了")
    )
    assert store.all(Page, run_id=run.id) == [page]
    assert page.id == 1 and page.sampled is True and page.reason is Reason.SOFT_404


def test_an_outcome_must_go_with_its_reason() -> None:
    with pytest.raises(ValueError, match="does not go with"):
        Link(
            run_id=1,
            page_id=1,
            url="http://h/",
            outcome=Outcome.FAILED,
            reason=Reason.CAPTCHA,
            measured_at=now(),
        )


def test_a_broken_unit_leaves_no_trace(store: Store) -> None:
    run = a_run(store)
    with pytest.raises(RuntimeError), store.unit(run.id, "loads", "a"):
        store.add(a_page(run))
        raise RuntimeError
    assert store.all(Page) == [] and store.all(FinishedUnit) == []
    with store.unit(run.id, "loads", "a"):
        store.add(a_page(run))
    assert len(store.all(Page)) == 1 and set(store.finished_units(run.id)) == {("loads", "a")}


def test_rows_of_a_run_that_does_not_exist_are_refused(store: Store) -> None:
    with pytest.raises(sqlite3.IntegrityError):
        store.add(
            Page(
                run_id=99,
                outcome=Outcome.OK,
                url="u",
                kind=PageKind.HOME,
                why_kind="",
                depth=0,
                measured_at=now(),
            )
        )


def test_what_an_earlier_process_left_running_is_marked(store: Store) -> None:
    run = a_run(store)
    assert [each.id for each in store.mark_interrupted()] == [run.id]
    assert store.all(Run)[0].state is State.PARTIAL and store.all(Run)[0].reason == "interrupted"
    assert store.all(Sweep)[0].state is State.PARTIAL


def test_a_directory_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="is a directory"):
        Store.open(tmp_path)


def test_what_is_not_sqlite_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "notes.db"
    path.write_text("not a database, but somebody's notes\n" * 50)
    before = path.read_bytes()
    with pytest.raises(StoreError, match="cannot use"):
        Store.open(path)
    assert path.read_bytes() == before


def test_another_programs_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with sqlite3.connect(path) as other:
        other.execute("create table theirs (a)")
    other.close()
    before = path.read_bytes()
    with pytest.raises(StoreError, match="another program"):
        Store.open(path)
    assert path.read_bytes() == before


def test_a_newer_schema_is_refused(tmp_path: Path) -> None:
    with Store.open(tmp_path / "probe.db") as store:
        store.database.execute(f"pragma user_version = {SCHEMA_VERSION + 1}")
    with pytest.raises(StoreError, match="newer version"):
        Store.open(tmp_path / "probe.db")


def test_a_killed_writer_leaves_whole_units_only(tmp_path: Path) -> None:
    """SIGKILL while units are being written: the file opens, and every unit is there whole or not at all."""
    path = tmp_path / "probe.db"
    writer = """
import sys
from pathlib import Path
from results.ledger import City, Run, State, Sweep
from results.moments import now
from results.records import Link, Outcome, Page, PageKind
from results.store import Store
store = Store.open(Path(sys.argv[1]))
store.put(City(slug="c", name="c"))
sweep = store.add(Sweep(kind="manual", state=State.RUNNING, started_at=now(), settings="{}", tool_version="0"))
run = store.add(Run(sweep_id=sweep.id, city="c", state=State.RUNNING, started_at=now()))
for number in range(1_000_000):
    with store.unit(run.id, "loads", str(number)):
        page = store.add(Page(run_id=run.id, outcome=Outcome.OK, url=str(number), kind=PageKind.GUIDE, why_kind="", depth=1, measured_at=now()))
        store.add(Link(run_id=run.id, page_id=page.id, url="u", outcome=Outcome.OK, measured_at=now()))
    if number == 50:
        print("under way", flush=True)
"""
    child = subprocess.Popen([sys.executable, "-c", writer, str(path)], stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    child.stdout.readline()
    child.send_signal(signal.SIGKILL)
    child.wait()
    child.stdout.close()
    with Store.open(path) as store:
        assert store.database.execute("pragma integrity_check").fetchone()[0] == "ok"
        units, pages, links = (len(store.all(kind)) for kind in (FinishedUnit, Page, Link))
        assert units > 50 and units == pages == links
        assert [each.reason for each in store.mark_interrupted()] == ["interrupted"]


def test_evidence_that_cannot_be_kept_is_said_plainly(tmp_path: Path) -> None:
    with Store.open(tmp_path / "probe.db") as store:
        (tmp_path / "probe.evidence").write_text("a file in the folder's place")
        with pytest.raises(StoreError, match="cannot write evidence"):
            EvidenceShelf(store)


def test_a_file_that_could_not_be_made_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # stands in for a disk that fills up while the tables are being made
    monkeypatch.setattr("results.store.bring_up_to_date", _disk_full)
    with pytest.raises(StoreError, match="disk is full"):
        Store.open(tmp_path / "probe.db")
    assert list(tmp_path.iterdir()) == []


def _disk_full(*_: object) -> None:
    raise sqlite3.OperationalError("database or disk is full")


def test_each_file_that_is_put_in_our_place_finds_what_we_held_saved_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "probe.db"
    for name in ("probe.saved.db", "probe.saved2.db", "probe.saved3.db"):
        with Store.open(path) as store:
            store.put(City(slug="mycity", name="某市"))
            path.unlink()
            path.write_text("somebody else's")
            with pytest.raises(StoreError, match=re.escape(name)), store.transaction():
                pytest.fail("nothing can be stored any more")
        with Store.open(tmp_path / name) as saved:
            assert [each.slug for each in saved.all(City)] == ["mycity"]
        path.unlink()
