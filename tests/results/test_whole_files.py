"""What is written for others is there whole, or as it was before."""

import gc
import os
import resource
import signal
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from results.errors import StoreError
from results.export import export
from results.report import write_report
from results.scores import run_of
from results.store import Store
from results.todo import write_todo
from results.whole_files import whole_file


@contextmanager
def room_for(size: int) -> Iterator[None]:
    """No file grows beyond so many bytes: what a full disk does, for this process alone."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    said = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, said)


Write = Callable[[Store, Path], object]
EVERY: dict[str, Write] = {
    "out.csv": lambda store, target: export(store, target, table="page_loads"),
    "out.jsonl": lambda store, target: export(store, target, table="page_loads"),
    "out.parquet": lambda store, target: export(store, target, table="page_loads"),
    "out.xlsx": export,
    "out.db": export,
    "report.html": write_report,
    "todo.docx": lambda store, target: write_todo(store, run_of(store, "city00"), target),
    "todo.xlsx": lambda store, target: write_todo(store, run_of(store, "city00"), target),
}


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # openpyxl's spilled sheets
@pytest.mark.parametrize("name", EVERY)
def test_a_full_disk_leaves_the_old_file_and_nothing_else(archive: Any, tmp_path: Path, name: str) -> None:
    folder = tmp_path / "handed over"
    folder.mkdir()
    target = folder / name
    target.write_bytes(b"last week")
    with room_for(2_000), pytest.raises(StoreError, match="cannot write"):
        EVERY[name](archive.store, target)
    gc.collect()  # here, or openpyxl's spilled sheets complain in whatever test comes later
    assert target.read_bytes() == b"last week"
    assert [each.name for each in folder.iterdir()] == [name]
    EVERY[name](archive.store, target)
    assert target.stat().st_size > 2_000


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    link = tmp_path / "latest.csv"
    link.symlink_to(tmp_path / "real" / "week-1.csv")
    with whole_file(link) as draft:
        draft.write_text("new")
    assert link.is_symlink() and (tmp_path / "real" / "week-1.csv").read_text() == "new"


def test_a_pipe_is_written_at_once(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        with whole_file(pipe) as draft:
            draft.write_text("passed on")
        assert os.read(reader, 100) == b"passed on"
    finally:
        os.close(reader)
    assert stat.S_ISFIFO(pipe.stat().st_mode)


def test_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(IsADirectoryError), whole_file(tmp_path):
        raise AssertionError("nothing is written")
