"""The command line. `main` is all that is imported before an interruption can be answered properly."""

from __future__ import annotations

import signal
import sys

INTERRUPTED = 130


def main() -> None:
    """The console script: exit codes as the README lists them, never a traceback for a user's doing."""
    # SIGTERM ends us as Ctrl-C does, before a loop takes it over too: browsers and servers end with us
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        # loading it all takes a moment, in which people change their minds
        from probes.cli.program import run

        code = run()
    except KeyboardInterrupt:
        sys.stderr.write("\n")
        code = INTERRUPTED
    sys.exit(code)
