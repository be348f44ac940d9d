"""How chatbots word what is no answer, read from `wordings.toml`."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib import resources


@cache
def wording(name: str) -> re.Pattern[str]:
    """The wordings of one kind as one expression.

    Args:
        name: A key of `wordings.toml`, such as not_understood or handed_over.

    Raises:
        KeyError: There is no such kind.
    """
    return _compiled()[name]


@cache
def _compiled() -> dict[str, re.Pattern[str]]:
    text = (resources.files("checks.replies") / "wordings.toml").read_text("utf-8")
    return {
        name: re.compile("|".join(f"(?:{each})" for each in patterns), re.IGNORECASE | re.MULTILINE)
        for name, patterns in tomllib.loads(text).items()
    }
