"""Where the figures go: a snapshot of all of them, a text file that is replaced whole, an address that serves it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from prometheus_client import start_http_server, write_to_textfile
from prometheus_client.metrics_core import Metric

from checks.catalogue import load
from probes.runs.alerts.store import AlertStore, alerts_beside
from probes.runs.job_store import JobStore, schedule_beside
from probes.runs.metrics.figures import put_figures
from probes.runs.metrics.gauges import Gauges
from probes.runs.metrics.jobs import put_alerts, put_jobs
from results.errors import PlainError
from results.store import Store


class Snapshot:
    """The figures of one moment: what prometheus_client takes for a registry.

    Args:
        gauges: The figures.
    """

    def __init__(self, gauges: Gauges) -> None:
        self._metrics = list(gauges)

    def collect(self) -> list[Metric]:
        """The metric families."""
        return self._metrics


def snapshot(database: Path) -> Snapshot:
    """The figures of a results file, its schedule and its alerts, as they stand now.

    Raises:
        StoreError: There is no results file, or one of the files cannot be used.
    """
    gauges, now = Gauges(), datetime.now(UTC)
    with Store.open_existing(database) as store:
        put_figures(gauges, store, load().entry("home_availability"), now)
    schedule, alerts = schedule_beside(database), alerts_beside(database)
    if schedule.exists():
        with JobStore(schedule) as jobs:
            put_jobs(gauges, jobs.all(), now)
    if alerts.exists():
        with AlertStore(alerts) as known:
            put_alerts(gauges, len(known.waiting()))
    return Snapshot(gauges)


def write(figures: Snapshot, path: Path) -> None:
    """Replace a text file whole, so that no reader meets half of it.

    Raises:
        PlainError: It cannot be written.
    """
    try:
        write_to_textfile(str(path), figures)
    except OSError as error:
        raise PlainError(
            zh=f"无法写入 {path}：{error.strerror}", en=f"cannot write {path}: {error.strerror}"
        ) from error


class MetricsErrand:
    """Keeps the text file and the served figures new beside a schedule.

    Args:
        database: The results file.
        textfile: The file to replace, if any.
    """

    def __init__(self, database: Path, textfile: Path | None) -> None:
        self._database, self._textfile = database, textfile
        self._newest = Snapshot(Gauges())

    def collect(self) -> list[Metric]:
        """The newest figures, for whoever asks at the address."""
        return self._newest.collect()

    async def __call__(self, ended: bool) -> None:
        """Take the figures anew."""
        del ended
        await asyncio.to_thread(self._take)

    def _take(self) -> None:
        self._newest = snapshot(self._database)
        if self._textfile is not None:
            write(self._newest, self._textfile)


@contextmanager
def served(figures: MetricsErrand, host: str, port: int) -> Iterator[int]:
    """Serve the figures at `http://host:port/metrics` while the block runs; port 0 takes any, and tells which.

    Raises:
        PlainError: The address cannot be listened at.
    """
    try:
        server, thread = start_http_server(port, host, registry=figures)
    except OSError as error:
        raise PlainError(
            zh=f"无法在 {host}:{port} 提供指标：{error.strerror}",
            en=f"cannot serve metrics at {host}:{port}: {error.strerror}",
        ) from error
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
