"""What `city` and `sweep` share: run to the end, keep what was measured when interrupted, tell the exit code."""

from __future__ import annotations

import importlib
import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from types import ModuleType

from checks.catalogue import load
from probes.browsers.engines import find_engines
from probes.cli.console import note
from probes.cli.language import say
from probes.cli.overview import SweepOverview
from probes.cli.progress import ProgressWatcher
from probes.cli.stopping import run_to_end
from probes.probe import all_probes
from probes.runs.city import SilentWatcher, Watcher
from probes.runs.holding import held
from probes.runs.instruments import Instruments, check_engines
from probes.runs.sweep import SweepResult, Target, run_sweep, wants_engines
from results.errors import PlainError, StoreError
from results.ledger import Sweep
from results.scores import result_of
from results.settings import Settings
from results.store import Store

UNMEASURED = 3
BELOW = 1


def check_parts(settings: Settings) -> None:
    """Refuse a word in `--only` that names no part.

    Raises:
        PlainError: With the words that there are.
    """
    known = ("crawl", *(each.name for each in all_probes()))
    for word in settings.only:
        if word not in known:
            raise PlainError(
                zh=f"--only 没有 {word!r}；可用：{', '.join(known)}",
                en=f"--only: no part {word!r}; known: {', '.join(known)}",
            )


def check_browsers(settings: Settings) -> None:
    """Look for the engines before anything is written.

    Raises:
        NoBrowserError: One that was named is not installed, or there is none at all.
    """
    if wants_engines(settings):
        found = find_engines(settings.engines)
        missing = {each.name: each.problem for each in found if each.problem}
        check_engines(missing, usable=len(found) - len(missing), named=settings.engines_named)


def measure(
    store: Store,
    targets: Sequence[Target],
    *,
    settings: Settings,
    kind: str,
    workers: int | None,
    sweep: Sweep | None = None,
    silent: bool = False,
    dask: str | None = None,
) -> SweepResult:
    """Measure the targets with progress on stderr, unless it is to be silent; on a Dask cluster where one is named.

    Raises:
        PlainError: No browser is usable, there is no such cluster, or the results file cannot be written any more.
        click.Abort: Interrupted by Ctrl-C or SIGTERM; what was measured is kept.
    """

    def announce(tools: Instruments) -> None:
        usable = [each for each in tools.engines.infos if each.name in tools.engines.names]
        found = ", ".join(f"{each.name} {each.version or ''}".strip() for each in usable)
        if not silent:
            note(say(zh=f"引擎：{found or '无'}", en=f"engines: {found or 'none'}"))

    show: AbstractContextManager[Watcher] = (
        nullcontext(SilentWatcher())
        if silent
        else ProgressWatcher()
        if len(targets) == 1
        else SweepOverview(len(targets))
    )
    try:
        with show as watcher:
            if dask is not None:
                merged: SweepResult = run_to_end(
                    _cluster().run_on_cluster(
                        store,
                        targets,
                        address=dask,
                        settings=settings,
                        kind=kind,
                        catalogue=load(),
                        watcher=watcher,
                        sweep=sweep,
                    )
                )
                return merged
            return run_to_end(
                run_sweep(
                    store,
                    targets,
                    settings=settings,
                    kind=kind,
                    catalogue=load(),
                    watcher=watcher,
                    sweep=sweep,
                    workers=workers,
                    on_ready=announce,
                )
            )
    except sqlite3.Error as error:
        raise StoreError(
            zh=f"无法写入 {store.path}：{error}；已写入的结果都在",
            en=f"cannot write {store.path}: {error}; what was written is kept",
        ) from error


def _cluster() -> ModuleType:
    try:
        return importlib.import_module("probes.runs.cluster")
    except ModuleNotFoundError as error:
        if error.name not in ("dask", "distributed"):
            raise
        raise PlainError(
            zh="--dask 需要 Dask：pip install 'portal-probe[cluster]'",
            en="--dask needs Dask: pip install 'portal-probe[cluster]'",
        ) from error


@contextmanager
def only_writer(database: Path) -> Iterator[None]:
    """Measure into a results file as the only run or sweep; readers and `probe watch` are not in the way.

    Raises:
        PlainError: Another one is at work.
    """
    refusal = PlainError(
        zh=f"另一次探测或普查正在写入 {database}：请等它结束，或用 --db 另选文件",
        en=f"another run or sweep is writing into {database}: wait for its end, or choose another file with --db",
    )
    if not os.access(database.parent, os.W_OK):  # the file's own error says so better
        yield
        return
    with held(database.with_name(f"{database.stem}.lock"), refusal):
        yield


def exit_code(store: Store, result: SweepResult, *, fail_under: float | None = None) -> int:
    """1 when a total lies under `fail_under` (it outranks 3), 3 when something could not be measured."""
    totals = [total for run in result.runs if (total := result_of(store, run.run).total)]
    if fail_under is not None and any(each.score is not None and each.score < fail_under for each in totals):
        return BELOW
    return UNMEASURED if result.unmeasured else 0
