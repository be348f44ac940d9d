"""A display of our own for engines that cannot do without: Xvfb on a free number, ended with us."""

from __future__ import annotations

import contextlib
import os
import select
import subprocess
import threading
import time

from probes.browsers.marks import owned_environment

_START_S = 10


class DisplayError(Exception):
    """The display server does not start."""


class VirtualDisplay:
    """Xvfb, started on the first free display.

    Args:
        program: Path of Xvfb; None takes the display that this program has (`DISPLAY`).
    """

    def __init__(self, program: str | None) -> None:
        self._program = program
        self._server: subprocess.Popen[bytes] | None = None
        # an interrupted start goes on in its thread: its end has to come after it
        self._turn = threading.Lock()
        self.name = os.environ.get("DISPLAY", "")

    def start(self) -> None:
        """Start it and wait for its name.

        Raises:
            DisplayError: It does not start.
        """
        with self._turn:
            self._start()

    def stop(self) -> None:
        """End it, after a start that is still on its way."""
        with self._turn:
            self._end()

    def _start(self) -> None:
        if self._program is None:
            return
        reading, writing = os.pipe()
        try:
            self._server = subprocess.Popen(  # noqa: S603 - a program found under its usual name
                [
                    self._program,
                    "-displayfd",
                    str(writing),
                    "-nolisten",
                    "tcp",
                    "-screen",
                    "0",
                    "1366x900x24",
                ],
                pass_fds=[writing],
                env=owned_environment(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            number = _line_from(reading)
        except OSError as error:
            raise DisplayError(f"Xvfb does not start: {error}") from error
        finally:
            os.close(reading)
            os.close(writing)
        if not number:
            self._end()
            raise DisplayError("Xvfb does not start")
        self.name = f":{number}"

    def _end(self) -> None:
        server, self._server = self._server, None
        if server is None:
            return
        server.terminate()
        try:
            server.wait(5)
        except subprocess.TimeoutExpired:
            server.kill()
            with contextlib.suppress(subprocess.TimeoutExpired):
                server.wait(5)


def _line_from(pipe: int) -> str:
    """One whole line: a server whose pipe is closed while it still writes would die of it."""
    until, said = time.monotonic() + _START_S, b""
    while not said.endswith(b"\n"):
        ready, _, _ = select.select([pipe], [], [], max(0.0, until - time.monotonic()))
        piece = os.read(pipe, 16) if ready else b""
        if not piece:
            return ""
        said += piece
    return said.decode("ascii", "replace").strip()
