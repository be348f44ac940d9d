"""Roll-up: indicators to facets, facets to the total, each with the share of its weight that was measured.

Weighted means. An indicator without a score leaves its weight out and lowers coverage; one that was
measured in part weighs in full, and its coverage falls by the part that was not. Under the catalogue's
floor a facet or a total is insufficient: no number. A total is covered by what its facets rest on; a
facet that is insufficient covers nothing.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from checks.catalogue import Catalogue, Entry
from checks.measures import DIGITS, Measured


@dataclass(frozen=True, slots=True)
class Rolled:
    """A facet's or a city's figure; 0-100, NULL when insufficient; coverage 0-1; 95 % interval."""

    score: float | None
    coverage: float
    low: float | None = None
    high: float | None = None


def facet(entries: tuple[Entry, ...], measured: Mapping[str, Measured], floor: float) -> Rolled:
    """One facet out of its indicators."""
    parts = [(each.weight, measured[each.id]) for each in entries]
    figures = [
        (
            weight,
            Rolled(score=part.score, coverage=part.coverage, low=part.low, high=part.high),
        )
        for weight, part in parts
    ]
    return _mean(figures, floor)


def total(catalogue: Catalogue, measured: Mapping[str, Measured], *, dimension: str | None = None) -> Rolled:
    """The city's figure out of its facets, over all indicators or over one dimension's alone."""
    figures = []
    for each in catalogue.facets:
        entries = tuple(
            entry for entry in catalogue.of_facet(each.name) if dimension in (None, entry.dimension)
        )
        if entries:
            figures.append((each.weight, facet(entries, measured, catalogue.coverage_floor)))
    return _mean(
        [(weight, part if part.score is not None else Rolled(None, 0.0)) for weight, part in figures],
        catalogue.coverage_floor,
    )


def _mean(figures: list[tuple[float, Rolled]], floor: float) -> Rolled:
    whole = math.fsum(weight for weight, _ in figures)
    scored = [(weight, part, part.score) for weight, part in figures if part.score is not None]
    weight_scored = math.fsum(weight for weight, _, _ in scored)
    covered = math.fsum(weight * part.coverage for weight, part, _ in scored)
    coverage = round(covered / whole, DIGITS) if whole else 0.0
    # rounded before it is compared, so that 0.6 by a sum of floats is still 0.6
    if not weight_scored or coverage < floor:
        return Rolled(None, coverage)
    score = round(math.fsum(weight * value for weight, _, value in scored) / weight_scored, DIGITS)
    down = math.hypot(
        *(weight * (value - (value if part.low is None else part.low)) for weight, part, value in scored)
    )
    up = math.hypot(
        *(weight * ((value if part.high is None else part.high) - value) for weight, part, value in scored)
    )
    # errors of indicators are independent of each other, so they add in quadrature
    return Rolled(
        score,
        coverage,
        low=round(max(0.0, score - down / weight_scored), DIGITS),
        high=round(min(100.0, score + up / weight_scored), DIGITS),
    )
