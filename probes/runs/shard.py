"""Fills one shard: a process of its own on a worker, unit by unit, taken up again where it was cut off.

`python -m probes.runs.shard SHARD.db` reads an order from its standard input and measures it into SHARD.db. It stops
when told to (SIGTERM), and when its standard input ends: then the worker that started it is gone.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

from checks.catalogue import load
from probes.runs.city import SilentWatcher
from probes.runs.holding import held
from probes.runs.order import Order
from probes.runs.sweep import begin_sweep, run_sweep
from results.errors import PlainError
from results.ledger import Sweep
from results.settings import Settings
from results.store import Store

STOPPED = 130
_LOOK_AGAIN_S = 1.0


def fill(order: Order, shard: Path) -> None:
    """Measure an order into a shard, or what an earlier process left of it.

    Where another process is at it (its coordinator was killed and another asks), its end is waited for.

    Raises:
        PlainError: Catalogues differ, no browser is usable.
        sqlite3.Error: The shard cannot be written.
        asyncio.CancelledError: Stopped; what was measured is kept.
    """
    catalogue = load()
    if catalogue.digest != order.catalogue:
        raise PlainError(
            zh="本机的指标目录与协调端的不同", en="this worker's catalogue is not the coordinator's"
        )
    shard.parent.mkdir(parents=True, exist_ok=True)
    settings = Settings.from_json(order.sweep.settings)
    with _alone_at(shard), Store.open(shard) as store:
        store.mark_interrupted()
        begun = store.all(Sweep)
        sweep = begun[0] if begun else begin_sweep(store, order.sweep, catalogue)
        asyncio.run(
            _stoppable(
                run_sweep(
                    store,
                    order.targets,
                    settings=settings,
                    kind=order.sweep.kind,
                    catalogue=catalogue,
                    watcher=SilentWatcher(),
                    sweep=sweep,
                )
            )
        )


@contextlib.contextmanager
def _alone_at(shard: Path) -> Iterator[None]:
    busy = PlainError(zh=f"另一进程正在写 {shard.name}", en=f"another process is filling {shard.name}")
    with contextlib.ExitStack() as stack:
        while True:
            try:  # in short waits, between which a signal is heard
                stack.enter_context(held(shard.with_suffix(".lock"), busy, wait_s=_LOOK_AGAIN_S))
                break
            except PlainError:
                logging.getLogger(__name__).info("%s", busy)
        yield


async def _stoppable(work: object) -> None:
    task = asyncio.current_task()
    assert task is not None
    with contextlib.suppress(NotImplementedError):
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    await work  # type: ignore[misc]


def _end_with_parent() -> None:
    def wait() -> None:
        sys.stdin.read()
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=wait, name="parent", daemon=True).start()


def main() -> int:
    """The process: exit code 0 when every city of the order has ended."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        order = Order.from_json(sys.stdin.readline())
        _end_with_parent()
        fill(order, Path(sys.argv[1]))
    except PlainError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    except (asyncio.CancelledError, KeyboardInterrupt):
        return STOPPED
    return 0


if __name__ == "__main__":
    sys.exit(main())
