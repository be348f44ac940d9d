"""What a run found worse than the city was when it was last measured.

Each indicator is held against the newest earlier run that measured it, so that a run which measured less in between
hides nothing. Only like is compared with like: same engines, catalogue, sample and seed, practice with practice.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

from results.compare import Change, Faults, comparable, compare_runs
from results.ledger import Run, Score, ScoreStatus, State, Sweep
from results.records import Reason
from results.scores import RunResult, result_of
from results.store import Store
from results.words import Words

_LOOK_BACK = 10
"""Earlier runs that are looked through for the last figure of each indicator."""
_NAMED = 3
"""New findings that an alert names; the rest are counted."""
_MEASURED = (ScoreStatus.SCORED, ScoreStatus.ABSENT)


def regression(store: Store, run: Run) -> Words | None:
    """What got worse in a run; None where nothing did, or nothing earlier compares."""
    new = result_of(store, run)
    if new.total is None or not measured(run):
        return None
    before = _last_known(store, new)
    if before is None:
        return None
    changes, faults = compare_runs(before, new)
    worse = [each for each in changes if each.worse]
    if not worse and not faults.broke:
        return None
    return _in_words(new, worse, faults)


def _last_known(store: Store, new: RunResult) -> RunResult | None:
    """The city as it was last measured: each indicator with its findings from the newest run that measured it."""
    known: RunResult | None = None
    for earlier in _earlier(store, new):
        if known is None:
            known = replace(earlier, scores=(), findings=())
        if known.total is not None and known.total.score is None:
            known = replace(known, total=earlier.total)
        here = {each.indicator for each in earlier.scores if each.status in _MEASURED}
        fresh = here - {each.indicator for each in known.scores}
        known = replace(
            known,
            scores=(*known.scores, *_of(earlier.scores, fresh)),
            findings=(*known.findings, *(each for each in earlier.findings if each.indicator in fresh)),
        )
    return known


def _of(scores: tuple[Score, ...], indicators: set[str]) -> Iterator[Score]:
    return (each for each in scores if each.indicator in indicators)


def _earlier(store: Store, new: RunResult) -> Iterator[RunResult]:
    """The runs before that compare, newest first."""
    wanted = _asked(store, new.run)
    earlier = [
        each for each in store.all(Run, city=new.run.city) if _id(each) < _id(new.run) and measured(each)
    ]
    for run in earlier[: -_LOOK_BACK - 1 : -1]:
        result = result_of(store, run)
        if result.total is not None and _asked(store, run) == wanted and comparable(store, result, new):
            yield result


def _asked(store: Store, run: Run) -> tuple[object, ...]:
    """What decides which pages a run measured, and of which portal."""
    (sweep,) = store.all(Sweep, id=run.sweep_id)
    settings = json.loads(sweep.settings)
    return (sweep.kind == "practice", settings.get("seed"), settings.get("sample"))


def measured(run: Run) -> bool:
    """Whether a run has come to its end, or to the end of its time, on a portal that it could enter."""
    cut_short = run.state is State.PARTIAL and run.reason == Reason.OVER_BUDGET.value
    return (run.state is State.COMPLETE or cut_short) and run.entry != "none"


def _id(run: Run) -> int:
    assert run.id is not None
    return run.id


def _in_words(new: RunResult, worse: list[Change], faults: Faults) -> Words:
    names = {each.indicator: Words(each.name_zh, each.name_en) for each in new.indicators}
    total = Words("总分", "total")
    said = [_change(each, names.get(each.indicator or "", total)) for each in worse]
    said += [Words(each.text_zh, each.text_en) for each in faults.broke[:_NAMED]]
    if left := len(faults.broke) - _NAMED:
        said += [Words(f"另有 {left} 处新问题", f"{left} more new findings")] if left > 0 else []
    where = Words(
        f"{new.city.name}（第 {new.run.sweep_id} 次普查）", f"{new.city.slug} (sweep {new.run.sweep_id})"
    )
    return Words(
        f"{where.zh}：{'；'.join(each.zh for each in said)}",
        f"{where.en}: {'; '.join(each.en for each in said)}",
    )


def _change(change: Change, name: Words) -> Words:
    if change.gone:
        return Words(f"{name.zh}已消失", f"{name.en} is gone")
    figures = f"{change.before:.1f} → {change.after:.1f}"
    return Words(f"{name.zh} {figures}", f"{name.en} {figures}")
