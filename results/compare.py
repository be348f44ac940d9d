"""Two sweeps side by side: what got better, what broke, what is still there.

A score has changed *beyond noise* when the two 95 % intervals do not overlap; where a figure has no
interval (a depth, a time), when it moved by at least `PLAIN_CHANGE` points (ours).
A *regression* is a score that fell beyond noise, a feature that is gone, or a new finding that costs
points and rests on confirmed single looks: those of repeated trials come and go by themselves.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from results.errors import PlainError
from results.ledger import CityScore, Finding, Run, Score, ScoreStatus, Sweep
from results.records import Outcome
from results.scores import RunResult, result_of
from results.store import Store
from results.words import Words

PLAIN_CHANGE = 5.0
"""Points by which a figure without an interval has to move."""

SINGLE_LOOKS = frozenset(
    {
        "multi_browser_load",
        "link_health",
        "guide_depth",
        "mobile_layout",
        "attachment_download",
        "cross_province_items",
        "guide_elements",
        "interaction_channels",
    }
)
"""Indicators whose failures are confirmed, so that a new one is news."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """A score in both sweeps."""

    city: str
    indicator: str | None
    """None for the total."""
    before: float | None
    after: float | None
    beyond_noise: bool
    gone: bool = False
    """The feature was there and is not any more."""

    @property
    def difference(self) -> float | None:
        """After less before."""
        return None if self.before is None or self.after is None else round(self.after - self.before, 4)

    @property
    def worse(self) -> bool:
        """Whether it fell beyond noise, or the feature is gone."""
        return self.gone or (self.beyond_noise and (self.difference or 0) < 0)


@dataclass(frozen=True, kw_only=True, slots=True)
class Faults:
    """One city's findings, by what became of them."""

    city: str
    new: tuple[Finding, ...]
    mended: tuple[Finding, ...]
    still: tuple[Finding, ...]

    @property
    def broke(self) -> tuple[Finding, ...]:
        """New ones that cost points and rest on confirmed looks."""
        return tuple(each for each in self.new if each.points_lost > 0 and each.indicator in SINGLE_LOOKS)


@dataclass(frozen=True, kw_only=True, slots=True)
class Comparison:
    """What became of the cities that are in both sweeps."""

    first: int
    second: int
    totals: tuple[Change, ...]
    indicators: tuple[Change, ...]
    faults: tuple[Faults, ...]
    only_first: tuple[str, ...]
    only_second: tuple[str, ...]
    warnings: tuple[Words, ...]
    """Differences of the sweeps that were overlooked on request."""

    @property
    def regression(self) -> bool:
        """Whether anything broke."""
        return any(each.worse for each in (*self.totals, *self.indicators)) or any(
            each.broke for each in self.faults
        )

    def as_fields(self) -> dict[str, Any]:
        """As plain values, for `--json`."""
        return {
            "first": self.first,
            "second": self.second,
            "regression": self.regression,
            "totals": [_change_fields(each) for each in self.totals],
            "indicators": [_change_fields(each) for each in self.indicators],
            "findings": [
                {
                    "city": each.city,
                    "new": [_finding_fields(one) for one in each.new],
                    "gone": [_finding_fields(one) for one in each.mended],
                    "still": [_finding_fields(one) for one in each.still],
                }
                for each in self.faults
            ],
            "only_first": list(self.only_first),
            "only_second": list(self.only_second),
            "warnings": [{"zh": each.zh, "en": each.en} for each in self.warnings],
        }


def compare(store: Store, first: int, second: int, *, anyway: bool = False) -> Comparison:
    """Compare two sweeps of a results file.

    Args:
        store: The results file.
        first: Number of the earlier sweep.
        second: Number of the later one.
        anyway: Compare though engines or catalogues differ.

    Raises:
        PlainError: A sweep is not there, they have no city in common, or engines or catalogues differ.
    """
    for number in (first, second):
        if not store.all(Sweep, id=number):
            raise PlainError(zh=f"没有第 {number} 次普查", en=f"there is no sweep {number}")
    before, after = _results(store, first), _results(store, second)
    warnings = tuple(_differences(store, first, second, before, after))
    if warnings and not anyway:
        raise PlainError(
            zh=f"两次普查不可比：{'；'.join(each.zh for each in warnings)}（可强制比较）",
            en=f"the sweeps do not compare: {'; '.join(each.en for each in warnings)} (can be forced)",
        )
    common = [city for city in before if city in after]
    if not common:
        raise PlainError(zh="两次普查没有共同的城市", en="the sweeps have no city in common")
    pairs = [(before[city], after[city]) for city in common]
    return Comparison(
        first=first,
        second=second,
        totals=tuple(_total_change(old, new) for old, new in pairs),
        indicators=tuple(change for old, new in pairs for change in _indicator_changes(old, new)),
        faults=tuple(_faults(old, new) for old, new in pairs),
        only_first=tuple(city for city in before if city not in after),
        only_second=tuple(city for city in after if city not in before),
        warnings=warnings,
    )


def compare_runs(old: RunResult, new: RunResult) -> tuple[tuple[Change, ...], Faults]:
    """Two runs of one city: the changes of its total and its indicators, and what became of its findings."""
    return (_total_change(old, new), *_indicator_changes(old, new)), _faults(old, new)


def comparable(store: Store, old: RunResult, new: RunResult) -> bool:
    """Whether two runs were measured with the same engines and scored by the same catalogue."""
    city = new.run.city
    return not [*_differences(store, old.run.sweep_id, new.run.sweep_id, {city: old}, {city: new})]


def _results(store: Store, sweep: int) -> dict[str, RunResult]:
    runs = store.all(Run, sweep_id=sweep)
    found = {run.city: result_of(store, run) for run in runs}
    return {city: result for city, result in found.items() if result.total is not None}


def _differences(
    store: Store, first: int, second: int, before: dict[str, RunResult], after: dict[str, RunResult]
) -> Iterable[Words]:
    engines = [_engines(store, number) for number in (first, second)]
    if engines[0] != engines[1]:
        names = [", ".join(sorted(each)) or "–" for each in engines]
        yield Words(
            f"浏览器内核不同（{names[0]} 与 {names[1]}）", f"different engines ({names[0]} and {names[1]})"
        )
    if before and after and _catalogue(before) != _catalogue(after):
        yield Words("指标目录不同", "different catalogues")


def _engines(store: Store, sweep: int) -> frozenset[str]:
    rows = store.database.query(
        "select distinct engine from page_loads l join runs r on r.id = l.run_id "
        "where r.sweep_id = ? and l.outcome <> ?",
        [sweep, Outcome.NOT_MEASURED.value],
    )
    measured = frozenset(row["engine"] for row in rows)
    if measured:
        return measured
    settings = json.loads(store.all(Sweep, id=sweep)[0].settings)
    return frozenset(settings.get("engines", ())) if isinstance(settings, dict) else frozenset()


def _catalogue(results: dict[str, RunResult]) -> frozenset[tuple[object, ...]]:
    """All that decides a score: a reworded rule is no other catalogue."""
    return frozenset(
        (each.indicator, each.facet, each.facet_weight, each.weight, each.absent, each.thresholds)
        for result in results.values()
        for each in result.indicators
    )


def _total_change(old: RunResult, new: RunResult) -> Change:
    before, after = old.total, new.total
    return Change(
        city=new.run.city,
        indicator=None,
        before=before.score if before else None,
        after=after.score if after else None,
        beyond_noise=_beyond_noise(before, after),
    )


def _indicator_changes(old: RunResult, new: RunResult) -> list[Change]:
    before = {each.indicator: each for each in old.scores}
    return [
        Change(
            city=new.run.city,
            indicator=score.indicator,
            before=earlier.score,
            after=score.score,
            beyond_noise=_beyond_noise(earlier, score),
            gone=score.status is ScoreStatus.ABSENT and earlier.status is ScoreStatus.SCORED,
        )
        for score in new.scores
        if (earlier := before.get(score.indicator)) is not None
    ]


def _beyond_noise(before: CityScore | Score | None, after: CityScore | Score | None) -> bool:
    if before is None or after is None or before.score is None or after.score is None:
        return False
    if before.low is None or before.high is None or after.low is None or after.high is None:
        return abs(after.score - before.score) >= PLAIN_CHANGE
    return before.high < after.low or after.high < before.low


def _faults(old: RunResult, new: RunResult) -> Faults:
    before, after = _by_key(old.findings), _by_key(new.findings)
    measured_again = _measured(new)
    measured_before = _measured(old)
    return Faults(
        city=new.run.city,
        # what was not measured the other time is neither new nor gone
        new=_pick(after, lambda one: one.finding_key not in before and one.indicator in measured_before),
        mended=_pick(before, lambda one: one.finding_key not in after and one.indicator in measured_again),
        still=_pick(after, lambda one: one.finding_key in before),
    )


def _measured(result: RunResult) -> set[str]:
    return {
        each.indicator for each in result.scores if each.status in (ScoreStatus.SCORED, ScoreStatus.ABSENT)
    }


def _by_key(findings: Iterable[Finding]) -> dict[str, Finding]:
    """The costliest finding of each key, in order of cost."""
    kept: dict[str, Finding] = {}
    for each in findings:
        kept.setdefault(each.finding_key, each)
    return kept


def _pick(findings: dict[str, Finding], wanted: Callable[[Finding], bool]) -> tuple[Finding, ...]:
    return tuple(each for each in findings.values() if wanted(each))


def _change_fields(change: Change) -> dict[str, Any]:
    return {
        "city": change.city,
        "indicator": change.indicator,
        "before": change.before,
        "after": change.after,
        "difference": change.difference,
        "beyond_noise": change.beyond_noise,
        "gone": change.gone,
        "worse": change.worse,
    }


def _finding_fields(finding: Finding) -> dict[str, Any]:
    return {
        "indicator": finding.indicator,
        "finding_key": finding.finding_key,
        "points_lost": finding.points_lost,
        "text_zh": finding.text_zh,
        "text_en": finding.text_en,
    }
