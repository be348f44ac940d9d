"""Results of several machines in one file: sweeps joined, ids given anew, nothing doubled.

Two files hold the same sweep when its start, kind and settings agree (a coordinator gives these out).
A row is the same row when all that it says is the same, whatever its id: merging a file twice, or a
file that already holds part of the other, adds nothing. Refused is what cannot be told apart afterwards:
results of other program versions, or of one sweep measured by different catalogues.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from results.columns import Record
from results.errors import PlainError, StoreError
from results.evidence import folder_of
from results.ledger import City, Finding, Indicator, Review, Run, State, Sweep
from results.store import Store
from results.tables import tables

_OUTCOMES_OF_SWEEP = ("state", "finished_at", "vantage")
"""Columns in which parts of one sweep may differ."""


@dataclass(slots=True)
class Merged:
    """What a merge added to the target."""

    sweeps: int = 0
    runs: int = 0
    rows: int = 0
    evidence_files: int = 0
    evidence_missing: int = 0


def merge(sources: Sequence[Path], target: Path) -> Merged:
    """Merge results files, and their evidence, into a new or an existing one.

    Args:
        sources: The files to read; they stay as they are.
        target: The file to write into. All is added, or nothing.

    Returns:
        What was added.

    Raises:
        PlainError: A source is the target, or versions or catalogues clash.
        StoreError: A file is not there, is not ours, or cannot be written.
    """
    if any(target.exists() and each.exists() and target.samefile(each) for each in sources):
        raise PlainError(zh="目标文件不能是来源之一", en="the target cannot be one of the sources")
    merged = Merged()
    opened = [Store.open_existing(each) for each in sources]
    existed = target.exists()
    try:
        with Store.open(target) as into:
            _refuse_clashes([into, *opened])
            copies: list[tuple[Path, Path]] = []
            with into.transaction():
                for each in opened:
                    _Joining(each, into, merged, copies).join()
            # files after rows: a file without a row is found by its hash next time, the reverse would be a loss
            for source, copy in copies:
                _copy(source, copy, merged)
    except BaseException as error:
        if not existed:
            for suffix in ("", "-wal", "-shm"):
                target.with_name(target.name + suffix).unlink(missing_ok=True)
        if isinstance(error, sqlite3.Error | OSError):
            raise StoreError(
                zh=f"无法写入 {target}：{error}", en=f"cannot write {target}: {error}"
            ) from error
        raise
    finally:
        for each in opened:
            each.close()
    return merged


def _refuse_clashes(stores: list[Store]) -> None:
    versions: dict[str, str] = {}
    catalogues: dict[tuple[object, ...], frozenset[tuple[object, ...]]] = {}
    for store in stores:
        for sweep in store.all(Sweep):
            versions.setdefault(sweep.tool_version, store.path.name)
            key = _identity(sweep)
            lines = frozenset(
                (each.indicator, each.facet_weight, each.weight, each.absent, each.thresholds)
                for each in store.all(Indicator, sweep_id=sweep.id)
            )
            if catalogues.setdefault(key, lines) != lines:
                raise PlainError(
                    zh=f"{store.path.name} 与其他文件的同一次普查使用了不同的指标目录",
                    en=f"{store.path.name} measured the same sweep by another catalogue than the other files",
                )
    if len(versions) > 1:
        named = ", ".join(f"{name}: {version}" for version, name in versions.items())
        raise PlainError(
            zh=f"文件由不同版本的程序写成，不能合并（{named}）",
            en=f"the files were written by different versions of the program ({named})",
        )


def _identity(sweep: Sweep) -> tuple[object, ...]:
    settings = json.loads(sweep.settings)
    return sweep.kind, sweep.started_at, json.dumps(settings, sort_keys=True), sweep.tool_version


class _Joining:
    """One source on its way into the target."""

    def __init__(self, source: Store, into: Store, merged: Merged, copies: list[tuple[Path, Path]]) -> None:
        self._source, self._into, self._merged, self._copies = source, into, merged, copies
        self._ids: dict[str, dict[Any, Any]] = {}
        """Of each table: id in the source → id in the target."""
        self._new: dict[str, set[Any]] = defaultdict(set)
        """Of each table: ids that this source gave the target."""

    def join(self) -> None:
        """Copy every table, parents before children."""
        late = (Finding, Review)  # they name their row's table in a column
        kinds = _parents_first([each for each in tables() if each not in late])
        for kind in (*kinds, *late):
            self._join_table(kind)
        self._settle_sweeps()

    def _join_table(self, kind: type[Record]) -> None:
        ids = self._ids.setdefault(kind.TABLE, {})
        known: dict[tuple[object, ...], list[Any]] | None = None
        for record in self._source.all(kind):
            old = getattr(record, kind.PRIMARY_KEY)
            moved = self._moved(record)
            if not self._is_of_new(moved):
                known = self._known(kind) if known is None else known
                sign = self._sign(moved)
                if known.get(sign):
                    # two rows that say the same are two: each is met once
                    ids[old] = known[sign].pop(0)
                    continue
            if kind is City:
                if not self._into.all(City, slug=old):
                    self._into.put(moved)
                    self._merged.rows += 1
                ids[old] = old
                continue
            new = self._into.add(moved).id  # type: ignore[attr-defined]  # all but cities have ids
            ids[old] = new
            self._new[kind.TABLE].add(new)
            self._count(kind)
            if kind.TABLE == "evidence":
                relative = record.path  # type: ignore[attr-defined]
                self._copies.append(
                    (folder_of(self._source.path) / relative, folder_of(self._into.path) / relative)
                )

    def _is_of_new(self, moved: Record) -> bool:
        """Whether it belongs to a row that is new to the target, and so cannot be there yet: the rest is not read."""
        return any(
            getattr(moved, column.name) in self._new[column.references]
            for column in type(moved).columns()
            if column.references
        )

    def _known(self, kind: type[Record]) -> dict[tuple[object, ...], list[Any]]:
        """What the target held before this source came, by what it says."""
        known: dict[tuple[object, ...], list[Any]] = defaultdict(list)
        for each in self._into.all(kind):
            known[self._sign(each)].append(getattr(each, kind.PRIMARY_KEY))
        return known

    def _moved(self, record: Record) -> Record:
        """The record with its references pointing into the target, and no id of its own."""
        changes: dict[str, Any] = {}
        for column in type(record).columns():
            value = getattr(record, column.name)
            if column.references and column.references != "cities" and value is not None:
                changes[column.name] = self._ids.get(column.references, {}).get(value)
        if isinstance(record, Finding | Review) and record.source_id is not None:
            changes["source_id"] = self._ids.get(record.source_table, {}).get(record.source_id)
        return replace(record, **changes)  # type: ignore[type-var]

    def _sign(self, record: Record) -> tuple[object, ...]:
        """What makes a record the same one in another file."""
        if isinstance(record, Sweep):
            return _identity(record)
        if isinstance(record, Run):
            return record.sweep_id, record.city, record.started_at
        if isinstance(record, City):
            return (record.slug,)
        if record.TABLE == "evidence":
            return (record.sha256,)  # type: ignore[attr-defined]
        names = [each.name for each in fields(record) if each.name != "id"]  # type: ignore[arg-type]
        return tuple(getattr(record, name) for name in names)

    def _count(self, kind: type[Record]) -> None:
        self._merged.rows += 1
        if kind is Sweep:
            self._merged.sweeps += 1
        elif kind is Run:
            self._merged.runs += 1

    def _settle_sweeps(self) -> None:
        """A sweep is complete when every run of it is; its parts may have ended at different times."""
        for sweep in self._into.all(Sweep):
            runs = self._into.all(Run, sweep_id=sweep.id)
            if not runs:
                continue
            state = State.COMPLETE if all(each.state is State.COMPLETE for each in runs) else sweep.state
            if sweep.state is State.COMPLETE and any(each.state is not State.COMPLETE for each in runs):
                state = State.PARTIAL
            ends = [each.finished_at for each in runs if each.finished_at]
            finished = max([*ends, *([sweep.finished_at] if sweep.finished_at else [])], default=None)
            if (state, finished) != (sweep.state, sweep.finished_at):
                self._into.change(sweep, state=state, finished_at=finished)


def _parents_first(kinds: list[type[Record]]) -> list[type[Record]]:
    ordered: list[type[Record]] = []
    while kinds:
        placed = {each.TABLE for each in ordered}
        ready = [
            each
            for each in kinds
            if all(
                column.references in (None, each.TABLE) or column.references in placed
                for column in each.columns()
            )
        ]
        ordered += ready
        kinds = [each for each in kinds if each not in ready]
    return ordered


def _copy(source: Path, copy: Path, merged: Merged) -> None:
    if copy.exists():
        return
    if not source.exists():
        merged.evidence_missing += 1
        return
    copy.parent.mkdir(parents=True, exist_ok=True)
    draft = copy.with_suffix(".part")
    shutil.copyfile(source, draft)
    draft.replace(copy)
    merged.evidence_files += 1
