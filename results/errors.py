"""What a user can cause, as one clear line with an exit code.

Exit codes are those of the command line's contract: 2 usage or configuration, 4 no usable browser,
5 the results file cannot be used. Everything else that leaves a function is a defect.
"""

from __future__ import annotations


class PlainError(Exception):
    """A mistake that the user can mend: said in one line, in both languages, never as a traceback."""

    exit_code = 2

    def __init__(self, *, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh = zh
        self.en = en


class NoBrowserError(PlainError):
    """No usable browser was found, or a named engine is not installed."""

    exit_code = 4


class StoreError(PlainError):
    """The results file cannot be opened, is not ours, or cannot be written."""

    exit_code = 5
