"""The indicator catalogue: loaded from TOML, validated, frozen.

A new indicator is one entry in `indicators.toml` and one function in `checks/indicators/`.
"""

from __future__ import annotations

import hashlib
import json
import math
import tomllib
from functools import cache, cached_property
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from results.errors import PlainError
from results.ledger import Indicator

Share = Annotated[float, Field(ge=0, le=1)]
AbsentMeaning = Literal["none", "zero", "null"]

_WEIGHT_SLACK = 1e-6


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Grade(_Frozen):
    """A grade and the score from which it holds."""

    name: str
    name_en: str
    lowest: float = Field(alias="from", ge=0, le=100)


class Facet(_Frozen):
    """What indicators roll up to; weight in the total, 0-1."""

    name: str
    name_en: str
    weight: Share


class Entry(_Frozen):
    """One line of the catalogue; weight within its facet, 0-1."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    facet: str
    weight: Share
    dimension: str
    name_zh: str
    name_en: str
    measures_zh: str
    measures_en: str
    rule_zh: str
    rule_en: str
    absent: AbsentMeaning
    source: str
    thresholds: dict[str, float | list[str]] = Field(default_factory=dict)

    def number(self, name: str) -> float:
        """A threshold that is a number.

        Raises:
            PlainError: The catalogue does not state it.
        """
        value = self.thresholds.get(name)
        if not isinstance(value, int | float):
            raise _missing(self.id, name)
        return float(value)

    def words(self, name: str) -> tuple[str, ...]:
        """A threshold that is a list of words.

        Raises:
            PlainError: The catalogue does not state it.
        """
        value = self.thresholds.get(name)
        if not isinstance(value, list):
            raise _missing(self.id, name)
        return tuple(value)


class Dimension(_Frozen):
    """Which dimension of the 56-city study is ours to measure."""

    study: str


class Catalogue(_Frozen):
    """All that scoring needs beside the facts."""

    version: str
    coverage_floor: Share
    interval_z: float = Field(gt=0)
    blocked_share: Share
    dimension: Dimension
    grades: tuple[Grade, ...] = Field(alias="grade", min_length=1)
    facets: tuple[Facet, ...] = Field(alias="facet", min_length=1)
    indicators: tuple[Entry, ...] = Field(alias="indicator", min_length=1)

    @model_validator(mode="after")
    def _adds_up(self) -> Catalogue:
        names = [each.name for each in self.facets]
        ids = [each.id for each in self.indicators]
        if len(set(ids)) != len(ids) or len(set(names)) != len(names):
            raise ValueError("an indicator or a facet stands there twice")
        if not math.isclose(sum(each.weight for each in self.facets), 1, abs_tol=_WEIGHT_SLACK):
            raise ValueError("the weights of the facets do not add up to 1")
        for facet in names:
            weights = [each.weight for each in self.indicators if each.facet == facet]
            if not math.isclose(sum(weights), 1, abs_tol=_WEIGHT_SLACK):
                raise ValueError(f"the weights within {facet} do not add up to 1")
        if strangers := {each.facet for each in self.indicators} - set(names):
            raise ValueError(f"no such facet: {', '.join(sorted(strangers))}")
        if min(each.lowest for each in self.grades) > 0:
            raise ValueError("the lowest grade does not start at 0")
        return self

    def entry(self, indicator: str) -> Entry:
        """The line of an indicator.

        Raises:
            PlainError: There is none of this id.
        """
        for each in self.indicators:
            if each.id == indicator:
                return each
        known = ", ".join(each.id for each in self.indicators)
        raise PlainError(
            zh=f"没有指标 {indicator}；可选：{known}", en=f"no indicator {indicator}; there are: {known}"
        )

    def of_facet(self, facet: str) -> tuple[Entry, ...]:
        """The lines of a facet."""
        return tuple(each for each in self.indicators if each.facet == facet)

    def as_records(self, sweep_id: int) -> list[Indicator]:
        """The lines as a sweep stores them, so that its file can be read without this program."""
        facets = {each.name: each.weight for each in self.facets}
        return [
            Indicator(
                sweep_id=sweep_id,
                indicator=each.id,
                facet=each.facet,
                facet_weight=facets[each.facet],
                dimension=each.dimension,
                name_zh=each.name_zh,
                name_en=each.name_en,
                weight=each.weight,
                rule=each.rule_zh,
                rule_en=each.rule_en,
                absent=each.absent,
                thresholds=json.dumps(each.thresholds, ensure_ascii=False, sort_keys=True),
                source=each.source,
            )
            for each in self.indicators
        ]

    @cached_property
    def digest(self) -> str:
        """SHA-256 of all that the catalogue says: two sweeps compare only where it is the same."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()

    def grade(self, score: float) -> Grade:
        """The grade of a score (0-100): the highest whose threshold it reaches."""
        reached = [each for each in self.grades if score >= each.lowest]
        return max(reached, key=lambda each: each.lowest)


@cache
def load(path: Path | None = None) -> Catalogue:
    """The catalogue of a file, by default the one that comes with the program.

    Raises:
        PlainError: The file cannot be read, or says something that the catalogue does not allow.
    """
    try:
        text = (
            path.read_text(encoding="utf-8")
            if path is not None
            else files("checks").joinpath("indicators.toml").read_text(encoding="utf-8")
        )
        return Catalogue.model_validate(tomllib.loads(text))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise PlainError(
            zh=f"无法读取指标目录 {path}：{error}", en=f"cannot read catalogue {path}: {error}"
        ) from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise PlainError(
            zh=f"指标目录 {path or ''} 有误：{place} {first['msg']}",
            en=f"catalogue {path or ''} is wrong: {place} {first['msg']}",
        ) from error


def _missing(indicator: str, name: str) -> PlainError:
    return PlainError(
        zh=f"指标目录中 {indicator} 缺少阈值 {name}", en=f"catalogue: {indicator} lacks threshold {name}"
    )
