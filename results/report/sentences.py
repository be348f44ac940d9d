"""One finding of the report in words, and what the sentences are made of."""

from __future__ import annotations

from dataclasses import dataclass

from results.report.cities import CitySheet
from results.words import GRADES, Words


@dataclass(frozen=True, slots=True)
class Said:
    """One finding: what it is about, and what is to be said."""

    topic: Words
    text: Words


@dataclass(frozen=True, slots=True)
class Fact:
    """A figure that stands large above the findings."""

    name: Words
    figure: Words


def alike(figure: object) -> Words:
    """What is written the same way in both languages."""
    return Words(str(figure), str(figure))


def grade_word(name: str | None) -> Words:
    """A grade in both languages; one of a user's own catalogue stays as it is."""
    return GRADES.get(name or "", alike(name or "–"))


def latin(sheet: CitySheet) -> str:
    """A city's short name, as an English sentence has it."""
    return sheet.city.slug[:1].upper() + sheet.city.slug[1:]


def cities(count: int) -> str:
    """So many cities, in English."""
    return f"{count} city" if count == 1 else f"{count} cities"
