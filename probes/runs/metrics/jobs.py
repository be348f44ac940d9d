"""How the jobs of a schedule and its alerts stand, as Prometheus names them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from probes.runs.job_process import is_running
from probes.runs.job_store import Job
from probes.runs.metrics.gauges import Gauges
from probes.runs.schedule import next_start


def put_jobs(gauges: Gauges, jobs: Sequence[Job], now: datetime) -> None:
    """Add every job: when it started and ended last, how, and when it is due next."""
    for job in jobs:
        labels = {"job_name": job.name, "kind": job.kind.value}
        due = next_start(job, now)
        gauges.put(
            "portal_probe_job_last_start_timestamp_seconds", "When the job was started last.",
            job.started_at.timestamp() if job.started_at else None, **labels,
        )  # fmt: skip
        gauges.put(
            "portal_probe_job_last_end_timestamp_seconds", "When the job came to its own end last.",
            job.finished_at.timestamp() if job.finished_at else None, **labels,
        )  # fmt: skip
        if job.started_at and job.finished_at:
            gauges.put(
                "portal_probe_job_last_duration_seconds", "How long the job's last start took.",
                (job.finished_at - job.started_at).total_seconds(), **labels,
            )  # fmt: skip
        gauges.put("portal_probe_job_exit_code", "How the job ended last.", job.exit_code, **labels)
        gauges.put("portal_probe_job_running", "Whether the job is under way.", is_running(job), **labels)
        gauges.put(
            "portal_probe_job_next_start_timestamp_seconds", "When the job is due next.",
            due.timestamp() if due else None, **labels,
        )  # fmt: skip


def put_alerts(gauges: Gauges, waiting: int) -> None:
    """Add how many alerts wait for an address to take them, or for the quiet hours to end."""
    gauges.put("portal_probe_alerts_waiting", "Alerts that some address has not been told of yet.", waiting)
