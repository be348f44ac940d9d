"""Nothing that we started outlives us, not even where we are killed and can end nothing ourselves.

Playwright's driver ends its browsers when we are gone; a display, WebKitGTK's programs and Firefox's crash helper
stay. A shell of a few hundred kilobytes waits for our end (its standard input closes) and kills what carries our
mark. Where processes cannot be asked for their environment through `/proc`, only Playwright's browsers run.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
from pathlib import Path
from types import TracebackType
from typing import Self

from probes.browsers.marks import OWNER, OWNER_MARK

_WAIT_AND_END = f"""
while read -r _; do :; done
for each in /proc/[0-9]*; do
    if grep -qzxF "{OWNER_MARK}=$1" "$each/environ" 2>/dev/null; then kill -KILL "${{each#/proc/}}" 2>/dev/null; fi
done
"""


class Survivors:
    """Ends what this program has started and left, once this program is gone; a context manager."""

    def __init__(self) -> None:
        self._shell: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        if Path("/proc/self/environ").exists():
            # in a session of its own: a signal to our group must not reach it
            with contextlib.suppress(OSError):
                self._shell = subprocess.Popen(  # noqa: S603 - a fixed script
                    ["/bin/sh", "-c", _WAIT_AND_END, "survivors", OWNER],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    start_new_session=True,
                    env={"PATH": os.environ.get("PATH", os.defpath)},
                )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        shell, self._shell = self._shell, None
        if shell is not None:
            shell.kill()
            with shell:  # closes the pipe and waits
                pass
