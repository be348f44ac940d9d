"""Judging in processes of their own, reused from file to file and replaced when a file breaks one.

A parser that gives up (out of time, out of memory, crashed) says something about the parser and the file
together, and nothing that a portal can be held to: the verdict is then `unsupported`, which is `not_measured`.
"""

from __future__ import annotations

import asyncio
import atexit
import json
import os
import subprocess
import sys
import threading
from pathlib import Path
from queue import Empty, LifoQueue
from select import select
from typing import Any

from probes.documents.limits import WALL_S
from probes.documents.verdict import FileVerdict
from results.records import Reason

_FILES_EACH = 200
_START_S = 60.0
_AT_ONCE = 2
_ROOT = Path(__file__).parents[2]


class GaveUpError(Exception):
    """The judging process could not judge: it ran out of time or memory, or crashed."""


class _JudgingProcess:
    """One process, asked one file at a time."""

    def __init__(self) -> None:
        environment = {
            **{name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL", "TMPDIR") if name in os.environ},
            "PYTHONPATH": os.pathsep.join([str(_ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]),
            "PYTHONIOENCODING": "utf-8",
        }
        self._process = subprocess.Popen(
            [sys.executable, "-m", "probes.documents.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            start_new_session=True,  # Ctrl-C is for the program, which ends us in its own order
        )
        self.files = 0
        self._answer(_START_S)

    def judge(self, request: dict[str, object], wall_s: float) -> FileVerdict:
        """Ask for one verdict; GaveUpError, and the process is gone or unharmed."""
        self.files += 1
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(request).encode() + b"\n")
            self._process.stdin.flush()
        except OSError as error:
            self.end()
            raise GaveUpError("process is gone") from error
        answer = self._answer(wall_s)
        if "verdict" not in answer:
            raise GaveUpError(str(answer.get("gave_up")))
        return FileVerdict.from_dict(answer["verdict"])

    def _answer(self, wall_s: float) -> dict[str, Any]:
        assert self._process.stdout is not None
        readable, _, _ = select([self._process.stdout], [], [], wall_s)
        line = self._process.stdout.readline() if readable else b""
        if not line.endswith(b"\n"):
            self.end()
            raise GaveUpError("out of time" if not readable else "process ended")
        answer: dict[str, Any] = json.loads(line)
        return answer

    @property
    def running(self) -> bool:
        """Whether it can be asked again."""
        return self._process.poll() is None

    def end(self) -> None:
        """End the process, and wait until it is gone."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except OSError:
                    continue  # what was still to be written has no reader any more


class JudgingPool:
    """Judging processes, started when needed, at most `at_once`; thread-safe."""

    def __init__(self, at_once: int = _AT_ONCE) -> None:
        self._idle: LifoQueue[_JudgingProcess] = LifoQueue()
        self._turns = threading.BoundedSemaphore(at_once)

    def judge(
        self,
        path: Path,
        *,
        claimed_name: str | None = None,
        declared_type: str | None = None,
        content_length: int | None = None,
        capped: bool = False,
        wall_s: float = WALL_S,
    ) -> FileVerdict:
        """`judging.judge_file` in a process with limits; blocks until it is done.

        Returns:
            The verdict; `unsupported` when the process gave up.
        """
        request: dict[str, object] = {
            "path": str(path),
            "claimed_name": claimed_name,
            "declared_type": declared_type,
            "content_length": content_length,
            "capped": capped,
        }
        with self._turns:
            try:
                process = self._take()
            except (GaveUpError, OSError) as error:
                return _given_up(f"无法启动：{error}")
            try:
                return process.judge(request, wall_s)
            except GaveUpError as error:
                return _given_up(str(error))
            finally:
                self._give_back(process)

    def close(self) -> None:
        """End every process that is idle."""
        while True:
            try:
                self._idle.get_nowait().end()
            except Empty:
                return

    def _take(self) -> _JudgingProcess:
        while True:
            try:
                process = self._idle.get_nowait()
            except Empty:
                return _JudgingProcess()
            if process.running:
                return process
            process.end()

    def _give_back(self, process: _JudgingProcess) -> None:
        if process.running and process.files < _FILES_EACH:
            self._idle.put(process)
        else:
            process.end()


def _given_up(why: str) -> FileVerdict:
    return FileVerdict(
        detected_type=None, reason=Reason.UNSUPPORTED, remark=f"解析器放弃（时间、内存或自身原因）：{why}"
    )


_POOL = JudgingPool()
atexit.register(_POOL.close)


async def judge_apart(
    path: Path,
    *,
    claimed_name: str | None = None,
    declared_type: str | None = None,
    content_length: int | None = None,
    capped: bool = False,
) -> FileVerdict:
    """`JudgingPool.judge` on the program's own pool, without holding up the event loop."""
    return await asyncio.to_thread(
        _POOL.judge,
        path,
        claimed_name=claimed_name,
        declared_type=declared_type,
        content_length=content_length,
        capped=capped,
    )
