"""What Dask runs on a worker: an order as a process of its own, and its shard handed over piece by piece."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from distributed import Event, get_worker

from probes import __version__
from probes.browsers.engines import find_engines
from probes.runs.order import Order
from results.evidence import folder_of

PART_BYTES = 4 * 1024 * 1024
_LOOK_EVERY_S = 3.0
_KILL_AFTER_S = 60.0
_SAID = 2000


class ShardError(Exception):
    """An order could not be carried out here."""


def fill_shard(order: str, stop: str) -> str:
    """Carry out an order; a shard that this machine has begun before is gone on with.

    Args:
        order: The order, as JSON.
        stop: Name of the event that tells to stop.

    Returns:
        The shard's path on this worker.

    Raises:
        ShardError: It failed or was stopped; its last words are in the message.
    """
    folder = shards_of(get_worker())
    folder.mkdir(parents=True, exist_ok=True)
    shard = folder / f"{Order.from_json(order).name}.db"
    log = shard.with_suffix(".log")
    with log.open("wb") as said:
        # a process of its own: a worker may be a daemon, which must have no children of Python's making
        child = subprocess.Popen(  # noqa: S603  # our own program
            [sys.executable, "-m", "probes.runs.shard", str(shard)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=said,
        )
    try:
        assert child.stdin is not None
        child.stdin.write(order.encode() + b"\n")
        child.stdin.flush()
        code = _awaited(child, Event(stop))
    finally:
        _end(child)
    if code != 0:
        raise ShardError(f"{shard.name}: exit code {code}: {log.read_text(errors='replace')[-_SAID:]}")
    return str(shard)


def shards_of(worker: Any) -> Path:
    """Where a worker keeps shards: beside its scratch folder (`--local-directory`), so that they outlive it."""
    return Path(worker.local_directory).parent / "probe-shards"


def known_shards(dask_worker: Any) -> list[str]:
    """The names of the shards that lie on a worker's machine."""
    return [each.stem for each in shards_of(dask_worker).glob("*.db")]


def about(dask_worker: Any) -> dict[str, Any]:
    """Version, usable engines and browser places of a worker."""
    engines = [each.name for each in find_engines(("chromium", "firefox", "webkit")) if not each.problem]
    browsers = dask_worker.state.total_resources.get("browser", 0)
    return {"version": __version__, "engines": engines, "browsers": browsers}


def files_of(shard: str) -> list[tuple[str, int]]:
    """The files of a shard, relative to its folder, with their sizes in bytes."""
    database = Path(shard)
    evidence = [each for each in folder_of(database).rglob("*") if each.is_file()]
    return [(str(each.relative_to(database.parent)), each.stat().st_size) for each in (database, *evidence)]


def read_part(shard: str, name: str, offset: int) -> bytes:
    """A piece of one of a shard's files."""
    with (Path(shard).parent / name).open("rb") as file:
        file.seek(offset)
        return file.read(PART_BYTES)


def drop_shard(shard: str) -> None:
    """Remove a shard that has been merged."""
    database = Path(shard)
    shutil.rmtree(folder_of(database), ignore_errors=True)
    for each in database.parent.glob(f"{database.stem}.*"):
        each.unlink(missing_ok=True)


def _awaited(child: subprocess.Popen[bytes], stop: Event) -> int:
    while True:
        try:
            return child.wait(_LOOK_EVERY_S)
        except subprocess.TimeoutExpired:
            if stop.is_set():
                child.terminate()


def _end(child: subprocess.Popen[bytes]) -> None:
    if child.stdin is not None:
        with contextlib.suppress(OSError):
            child.stdin.close()
    try:
        child.wait(_KILL_AFTER_S)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
