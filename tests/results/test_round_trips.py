"""Whatever a portal says and whatever is measured comes back from the file, and from what is exported of it."""

from __future__ import annotations

import csv
import json
import math
import re
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pyarrow import parquet

from results.export import export, harmless_cell
from results.ledger import City, Run, State, Sweep
from results.moments import now
from results.records import Outcome, Page, PageKind, PageLoad
from results.store import Store
from tests.properties import tried

csv.field_size_limit(10_000_000)
HALF = "\ud800"
texts = st.text(st.characters(), max_size=60)  # with halves of letters, NUL, controls
numbers = st.none() | st.floats() | st.integers(-(2**80), 2**80)
whole = st.none() | st.integers(-(2**63), 2**63 - 1)
LONG = "材" * 400_000 + "\x00😀"


def written_and_read(loads: list[dict[str, Any]]) -> tuple[list[PageLoad], list[PageLoad], dict[str, Any]]:
    """What went in, what came back, and what each export says of it."""
    with tempfile.TemporaryDirectory() as folder, Store.open(Path(folder) / "probe.db") as store:
        store.put(City(slug="mycity", name="某市"))
        sweep = store.add(
            Sweep(kind="manual", state=State.RUNNING, started_at=now(), settings="{}", tool_version="0")
        )
        run = store.add(Run(sweep_id=sweep.id, city="mycity", state=State.RUNNING, started_at=now()))
        page = store.add(
            Page(
                run_id=run.id,
                outcome=Outcome.OK,
                url="http://h/",
                kind=PageKind.HOME,
                why_kind="",
                depth=0,
                measured_at=now(),
            )
        )
        put = [
            store.add(
                PageLoad(
                    run_id=run.id,
                    page_id=page.id,
                    outcome=Outcome.OK,
                    measured_at=now(),
                    url="http://h/",
                    engine="chromium",
                    **each,
                )
            )
            for each in loads
        ]
        exported: dict[str, Any] = {}
        for suffix in (".csv", ".jsonl", ".parquet", ".xlsx", ".db"):
            (target,) = [
                each
                for each in export(
                    store, Path(folder) / f"out{suffix}", table=None if suffix == ".db" else "page_loads"
                )
                if each.suffix == suffix
            ]
            exported[suffix] = _read(target) if suffix != ".xlsx" else None
        return put, store.all(PageLoad), exported


def _read(target: Path) -> list[dict[str, Any]]:
    if target.suffix == ".csv":
        with target.open(encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file))
    if target.suffix == ".jsonl":
        return [json.loads(line) for line in target.read_text("utf-8").splitlines()]
    if target.suffix == ".parquet":
        return list(parquet.read_table(target).to_pylist())
    with Store.open(target) as store:
        return [each.as_row() for each in store.all(PageLoad)]


def plain(text: str) -> str:
    """Text as UTF-8 can hold it: half a letter is none."""
    return re.sub("[\ud800-\udfff]", "\ufffd", text)


@tried(10)
@given(st.lists(st.tuples(texts, texts), min_size=1, max_size=3))
@example([(HALF, "\x00\x1b[2J")])
@example([("=cmd|'/c calc'!A1", "\ufeff-2+3"), ("😀" * 3, "\r\n,\"';--")])
@example([(LONG, "")])
def test_any_text_comes_back(said: list[tuple[str, str]]) -> None:
    _, back, exported = written_and_read([{"remote_ip": one, "engine_version": other} for one, other in said])
    assert [(each.remote_ip, each.engine_version) for each in back] == [(plain(a), plain(b)) for a, b in said]
    for suffix in (".jsonl", ".parquet", ".db"):
        assert [(row["remote_ip"], row["engine_version"]) for row in exported[suffix]] == [
            (plain(a), plain(b)) for a, b in said
        ], suffix
    cells = [(harmless_cell(plain(a)), harmless_cell(plain(b))) for a, b in said]
    assert [(row["remote_ip"], row["engine_version"]) for row in exported[".csv"]] == cells


@tried(10)
@given(st.lists(st.tuples(numbers, whole), min_size=1, max_size=4))
@example([(math.nan, None), (math.inf, 2**63 - 1), (-math.inf, -(2**63)), (-0.0, 0), (5e-324, 1), (2**80, 7)])
def test_any_number_comes_back_or_is_said_to_be_none(measured: list[tuple[float | None, int | None]]) -> None:
    _, back, exported = written_and_read([{"load_ms": time, "text_length": size} for time, size in measured])
    wanted = [(None if time is None or math.isnan(time) else float(time), size) for time, size in measured]
    assert [(each.load_ms, each.text_length) for each in back] == wanted
    for suffix in (".parquet", ".db"):
        assert [(row["load_ms"], row["text_length"]) for row in exported[suffix]] == wanted, suffix
    for time, row in zip(wanted, exported[".csv"], strict=True):
        assert (float(row["load_ms"]) if row["load_ms"] else None) == time[0]
    for (time, size), row in zip(wanted, exported[".jsonl"], strict=True):
        assert row["text_length"] == size
        assert row["load_ms"] == (time if time is None or math.isfinite(time) else None)


def test_a_number_beyond_all_floats_is_infinite() -> None:
    put, back, _ = written_and_read([{"load_ms": 10**400}, {"load_ms": -(10**400)}])
    assert len(put) == 2
    assert [each.load_ms for each in back] == [math.inf, -math.inf]


def test_json_lines_hold_json_alone(tmp_path: Path) -> None:
    _, _, exported = written_and_read([{"load_ms": math.inf}])
    assert exported[".jsonl"][0]["load_ms"] is None


@pytest.mark.parametrize("state", list(State))
def test_words_and_switches_come_back_as_what_they_were(state: State, tmp_path: Path) -> None:
    with Store.open(tmp_path / "probe.db") as store:
        sweep = store.add(
            Sweep(kind="manual", state=state, started_at=now(), settings="{}", tool_version="0")
        )
        assert store.all(Sweep) == [sweep]
        assert store.all(Sweep)[0].state is state
        assert replace(sweep) == store.all(Sweep)[0]
