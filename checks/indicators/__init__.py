"""The indicators: one module per facet, one function per indicator, found by themselves.

A function takes the facts and its catalogue line and gives what it measured. It is pure: the same facts,
in whatever order, give the same answer.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

from checks.catalogue import Catalogue, Entry
from checks.facts import RunFacts
from checks.measures import Measured


@dataclass(frozen=True, slots=True)
class Question:
    """What an indicator is asked: the facts, and the catalogue line that says how to judge them."""

    facts: RunFacts
    entry: Entry
    catalogue: Catalogue

    @property
    def z(self) -> float:
        """Quantile for intervals."""
        return self.catalogue.interval_z


Function = Callable[[Question], Measured]

_FUNCTIONS: dict[str, Function] = {}


def indicator(name: str) -> Callable[[Function], Function]:
    """Make a function known as the indicator of this id."""

    def register(function: Function) -> Function:
        _FUNCTIONS[name] = function
        return function

    return register


@cache
def all_indicators() -> Mapping[str, Function]:
    """Every indicator's function by its id."""
    for module in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{module.name}")
    return dict(_FUNCTIONS)
