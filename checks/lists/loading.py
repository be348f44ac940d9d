"""The lists as they come with the program, or with a user's file in the place of one."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from checks.lists.user_files import read_items
from results.errors import PlainError

_ZONES = ("kuasheng_2022", "kuasheng_2020", "one_thing")


@dataclass(frozen=True, kw_only=True)
class ListedItem:
    """An item of a list."""

    name: str
    source: str
    confidence: str
    """official (out of a user's file), press, recalled or unsure."""


@dataclass(frozen=True, kw_only=True)
class OfficialList:
    """A list of items that a zone has to show, as far as it is known."""

    zone: str
    title: str
    official: int
    """How many items the official list has."""
    source: str
    items: tuple[ListedItem, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The items' names, in the list's order."""
        return tuple(each.name for each in self.items)

    @property
    def whole(self) -> bool:
        """Whether every official item is known, so that a score may rest on the list."""
        return len(self.items) >= self.official


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """A matter that every portal is searched for."""

    name: str
    loose: tuple[str, ...]
    """How people ask for it who do not know the official name."""
    source: str
    confidence: str


def zones() -> tuple[str, ...]:
    """The zones that have a list: kuasheng_2022, kuasheng_2020, one_thing."""
    return _ZONES


def load_list(zone: str, path: Path | str | None = None) -> OfficialList:
    """The list of a zone: the known items, or those of a user's file.

    Args:
        zone: One of `zones()`.
        path: An official annex as TSV, CSV or XLSX; its items replace ours.

    Raises:
        PlainError: There is no such zone, or the file cannot be used.
    """
    if zone not in _ZONES:
        known = ", ".join(_ZONES)
        raise PlainError(
            zh=f"没有名为 {zone} 的清单，可用：{known}", en=f"no list named {zone}; there are {known}"
        )
    ours = _ours(zone)
    if path is None:
        return ours
    names = read_items(Path(path))
    source = f"{ours.source}（{Path(path).name}）"
    return OfficialList(
        zone=zone,
        title=ours.title,
        official=ours.official,
        source=source,
        items=tuple(ListedItem(name=each, source=source, confidence="official") for each in names),
    )


@cache
def scenario_matters() -> tuple[Scenario, ...]:
    """The five scenario matters with exact and loose wordings."""
    return tuple(
        Scenario(
            name=entry["name"],
            loose=tuple(entry["loose"]),
            source=entry["source"],
            confidence=entry["confidence"],
        )
        for entry in _toml("scenarios")["matters"]
    )


@cache
def _ours(zone: str) -> OfficialList:
    content = _toml(zone)
    return OfficialList(
        zone=zone,
        title=content["title"],
        official=content["official"],
        source=content["source"],
        items=tuple(
            ListedItem(name=each["name"], source=each["source"], confidence=each["confidence"])
            for each in content["items"]
        ),
    )


def _toml(name: str) -> dict[str, Any]:
    return tomllib.loads((resources.files("checks.lists") / f"{name}.toml").read_text("utf-8"))
