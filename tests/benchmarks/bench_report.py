"""Report and exports of 56 cities with a year of weekly sweeps behind them: seconds and megabytes.

Run from the project's folder: python tests/benchmarks/bench_report.py
"""

from __future__ import annotations

import importlib.util
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
CITIES, WEEKS = 56, 52

sys.path.insert(0, str(ROOT))


def archive_of(folder: Path) -> Any:
    """The tests' own results file, filled."""
    place = importlib.util.spec_from_file_location(
        "results_conftest", ROOT / "tests" / "results" / "conftest.py"
    )
    assert place is not None and place.loader is not None
    module = importlib.util.module_from_spec(place)
    sys.modules[place.name] = module
    place.loader.exec_module(module)
    from results.store import Store

    archive = module.Archive(Store.open(folder / "probe.db"))
    slugs = archive.cities(CITIES)
    archive.repeat(archive.sweep(slugs, trouble=0.2), WEEKS - 1)
    archive.sweep(slugs, week=1, trouble=0.25)
    return archive


def timed(name: str, written: Path, work: Callable[[], object]) -> None:
    """Print what a piece of work took, by the clock and of the processor, and how large its file is."""
    started, spent = time.perf_counter(), time.process_time()
    work()
    clock, spent = time.perf_counter() - started, time.process_time() - spent
    print(
        f"{name:<28} {clock:6.2f} s {spent:6.2f} s of CPU {written.stat().st_size / 1e6:8.2f} MB", flush=True
    )


def main() -> None:
    """Fill a file, then write everything that a reader may ask for."""
    from results.export import export
    from results.report import write_report
    from results.scores import run_of
    from results.todo import write_todo

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        archive = archive_of(folder)
        store = archive.store
        report, city = folder / "report.html", folder / "city.html"
        timed(f"report, {CITIES} cities", report, lambda: write_report(store, report))
        timed(
            "report, one city, embedded", city, lambda: write_report(store, city, city="city03", embed=True)
        )
        for suffix in ("xlsx", "docx"):
            path = folder / f"todo.{suffix}"
            timed(f"todo .{suffix}", path, lambda path=path: write_todo(store, run_of(store, "city03"), path))
        for suffix, table in (
            ("db", None),
            ("csv", "findings"),
            ("jsonl", "findings"),
            ("parquet", "findings"),
        ):
            path = folder / f"out.{suffix}"
            timed(f"export .{suffix}", path, lambda path=path, table=table: export(store, path, table=table))
        store.close()


if __name__ == "__main__":
    main()
