"""Alerts beside a schedule: sent after each job, when the quiet hours end, and again where nobody took them."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from probes.runs.alerts.settings import AlertSettings
from probes.runs.alerts.store import AlertStore, alerts_beside
from probes.runs.job_process import own_program

RETRY_AFTER = timedelta(minutes=10)
_LIMIT_S = 300.0
_PATIENCE_S = 20.0
"""What is being sent when the schedule is stopped may still be taken, and noted, within so many seconds."""
_COMMAND = ("alert", "send")


class AlertErrand:
    """Runs `probe alert send` as a process of its own, so that the scheduler stays small and never hangs.

    Args:
        database: The results file.
        settings: What is asked for.
        tell: Told where the process did not end by itself.
    """

    def __init__(self, database: Path, settings: AlertSettings, tell: Callable[[str], None]) -> None:
        self._database, self._settings, self._tell = database, settings, tell

    async def __call__(self, ended: bool) -> None:
        """Send what there is, if a job has ended or something waits that may go now."""
        if not ended and not self._due(datetime.now(UTC)):
            return
        command = own_program(*_COMMAND, "--db", str(self._database))
        sending = await asyncio.create_subprocess_exec(*command, start_new_session=True)
        try:
            async with asyncio.timeout(_LIMIT_S):
                await sending.wait()
        except TimeoutError:
            self._tell(f"alerts: not sent within {_LIMIT_S:.0f} s; tried again later")
        finally:
            if sending.returncode is None:
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(_PATIENCE_S):
                        await sending.wait()
            if sending.returncode is None:
                sending.kill()
                await sending.wait()

    def _due(self, now: datetime) -> bool:
        path = alerts_beside(self._database)
        if not path.exists() or self._settings.quiet(now):
            return False
        with AlertStore(path) as known:
            return any(each.tried_at is None or now - each.tried_at > RETRY_AFTER for each in known.waiting())
