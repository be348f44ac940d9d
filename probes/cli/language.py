"""Which language a person is spoken to in: `--lang`, then `PROBE_LANG`, then the locale."""

from __future__ import annotations

import locale
import os
import sys
from collections.abc import Sequence
from functools import cache

from results.errors import PlainError

LANGUAGES = ("zh", "en")


@cache
def language() -> str:
    """`zh` or `en`, decided once: help texts are built while the commands are being declared."""
    return _asked_for(sys.argv[1:]) or _from_environment()


def _asked_for(arguments: Sequence[str]) -> str | None:
    for number, argument in enumerate(arguments):
        name, _, value = argument.partition("=")
        if name == "--lang":
            value = value or (arguments[number + 1] if number + 1 < len(arguments) else "")
            return value if value in LANGUAGES else None
    return None


def _from_environment() -> str:
    chosen = os.environ.get("PROBE_LANG", "")
    if chosen in LANGUAGES:
        return chosen
    # an explicit locale variable is the person's own word; `C` and none at all say nothing
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name, "")
        if value:
            return "zh" if value.lower().startswith("zh") else "en"
    return "zh" if (locale.getlocale()[0] or "").lower().startswith(("zh", "chinese")) else "en"


def say(*, zh: str, en: str) -> str:
    """The text in the language of the person who reads."""
    return zh if language() == "zh" else en


def message(error: PlainError) -> str:
    """A plain error in the language of the person who reads."""
    return say(zh=error.zh, en=error.en)
