"""What tables, views and columns say, in Chinese: kept as data beside the English of the records and views."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

from results.words import Words


def table_words(name: str, about: str) -> Words:
    """What a row of a table or view is, in both languages; `about` is the English."""
    return Words(_chinese("tables").get(name, about), about)


def column_words(description: str) -> Words:
    """What a column says, in both languages, by its English description."""
    return Words(_chinese("columns").get(description, description), description)


@cache
def _chinese(section: str) -> dict[str, str]:
    text = files("results").joinpath("descriptions_zh.toml").read_text(encoding="utf-8")
    found: dict[str, str] = tomllib.loads(text)[section]
    return found
