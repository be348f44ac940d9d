"""Figures of the study's other dimensions, measured by people or bought in, beside our own."""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

from results.errors import PlainError
from results.ledger import City, ImportedScore, Sweep
from results.moments import now
from results.scores import RunResult
from results.store import Store

OWN = "技术支撑"
DIMENSIONS = ("办事指南", "事项办理", "互动交流")
"""The study's dimensions beside our own (零点, 56 cities)."""

EQUAL = dict.fromkeys((OWN, *DIMENSIONS), 0.25)
"""Weights of the overall score where the user gives none: equal (ours; the study's are not public)."""

_COLUMNS = ("city", "dimension", "score", "source")


@dataclass(frozen=True, kw_only=True, slots=True)
class Overall:
    """A city over all four dimensions."""

    score: float | None
    """0-100; None unless every dimension with a weight has a figure."""
    parts: Mapping[str, float | None]
    """Dimension to figure; our own is `score_study`, the others are imported."""
    weights: Mapping[str, float]
    """Dimension to its share of the overall score, 0-1."""
    sources: Mapping[str, str]
    """Imported dimension to who measured it."""


def weights_of(text: str) -> dict[str, float]:
    """Weights written as `技术支撑=0.4,办事指南=0.3,事项办理=0.2,互动交流=0.1`; only their proportions matter.

    Raises:
        PlainError: A dimension is unknown or named twice, a weight is no number from 0, or none is above 0.
    """
    weights: dict[str, float] = {}
    for part in text.replace("，", ",").split(","):
        name, _, figure = (each.strip() for each in part.partition("="))
        if name not in EQUAL or name in weights:
            raise PlainError(
                zh=f"权重 {part!r}：维度须为 {'、'.join(EQUAL)} 之一，且只写一次",
                en=f"weight {part!r}: name each dimension once, of {', '.join(EQUAL)}",
            )
        try:
            weights[name] = float(figure)
        except ValueError:
            weights[name] = math.nan
        if not 0 <= weights[name] < math.inf:
            raise PlainError(
                zh=f"权重 {part!r}：应写作 维度=数字，且不小于 0",
                en=f"weight {part!r}: write dimension=number, 0 or more",
            )
    if not any(weights.values()):
        raise PlainError(zh="至少一个维度的权重要大于 0", en="one weight at least is above 0")
    return dict.fromkeys(EQUAL, 0.0) | weights


def import_scores(
    store: Store, path: Path, *, sweep: int | None = None, weights: Mapping[str, float] | None = None
) -> list[ImportedScore]:
    """Import figures from a CSV file with the columns city, dimension, score and source.

    Args:
        store: The results file.
        path: The CSV file (UTF-8 with or without byte order mark, or GB18030); city is a slug or a name.
        sweep: The sweep that the figures belong to.
        weights: Dimension to weight in the overall score, kept with the figures; all alike by default.

    Returns:
        The rows stored; all of the file, or none.

    Raises:
        PlainError: The file cannot be read, or a line of it is wrong (which one is said).
    """
    if sweep is not None and not store.all(Sweep, id=sweep):
        raise PlainError(zh=f"没有第 {sweep} 次普查", en=f"there is no sweep {sweep}")
    reader = csv.DictReader(StringIO(_text(path)))
    missing = [name for name in _COLUMNS if name not in (reader.fieldnames or ())]
    if missing:
        raise PlainError(
            zh=f"{path} 缺少列 {', '.join(missing)}", en=f"{path} lacks the columns {', '.join(missing)}"
        )
    cities = {name: each.slug for each in store.all(City) for name in (each.slug, each.name)}
    common = {
        "sweep_id": sweep,
        "weights": json.dumps(weights, ensure_ascii=False) if weights else None,
        "imported_at": now(),
    }
    rows = [
        _row(path, number, line, cities, common)
        for number, line in enumerate(reader, start=2)
        if any((value or "").strip() for value in line.values() if isinstance(value, str))
    ]
    with store.transaction():
        return [store.add(each) for each in rows]


def overall(result: RunResult, imported: tuple[ImportedScore, ...]) -> Overall:
    """The weighted score over our own dimension and the imported ones, the newest figure of each.

    Args:
        result: What we measured.
        imported: The city's imported figures, oldest first; the weights of the newest ones count.
    """
    applying = [each for each in imported if each.sweep_id in (None, result.run.sweep_id)]
    given = applying[-1].weights if applying else None
    weights: Mapping[str, float] = json.loads(given) if given else EQUAL
    parts: dict[str, float | None] = dict.fromkeys(weights)
    sources: dict[str, str] = {}
    for each in applying:
        parts[each.dimension], sources[each.dimension] = each.score, each.source
    parts[OWN] = result.total.score_study if result.total is not None else None
    shares = {name: weight / sum(weights.values()) for name, weight in weights.items()}
    known = [(share, parts.get(name)) for name, share in shares.items() if share > 0]
    score = (
        None
        if any(figure is None for _, figure in known)
        else round(sum(share * (figure or 0.0) for share, figure in known), 4)
    )
    return Overall(score=score, parts=parts, weights=shares, sources=sources)


def _text(path: Path) -> str:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise PlainError(zh=f"无法读取 {path}：{error}", en=f"cannot read {path}: {error}") from error
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise PlainError(zh=f"{path} 既不是 UTF-8 也不是 GB18030", en=f"{path} is neither UTF-8 nor GB18030")


def _row(
    path: Path, number: int, line: dict[str, str], cities: Mapping[str, str], common: dict[str, Any]
) -> ImportedScore:
    city, dimension, score, source = ((line.get(name) or "").strip() for name in _COLUMNS)

    def wrong(zh: str, en: str) -> PlainError:
        return PlainError(zh=f"{path} 第 {number} 行：{zh}", en=f"{path}, line {number}: {en}")

    if city not in cities:
        raise wrong(f"结果文件中没有城市 {city!r}", f"the results file knows no city {city!r}")
    if dimension not in DIMENSIONS:
        raise wrong(f"维度只能是 {'、'.join(DIMENSIONS)}", f"a dimension is one of {', '.join(DIMENSIONS)}")
    try:
        figure = float(score)
    except ValueError:
        raise wrong(f"得分 {score!r} 不是数字", f"score {score!r} is no number") from None
    if not 0 <= figure <= 100:
        raise wrong(f"得分 {score} 不在 0 到 100 之间", f"score {score} is not between 0 and 100")
    if not source:
        raise wrong("没有写明来源", "no source is named")
    return ImportedScore(city=cities[city], dimension=dimension, score=figure, source=source, **common)
