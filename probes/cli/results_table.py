"""What `probe city` prints in the end: indicators, facets, the total, and the worst findings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.text import Text

from probes.cli.console import STDOUT, harmless, print_table
from probes.cli.language import say
from results.ledger import CityScore, Run, Score, ScoreStatus
from results.scores import RunResult, result_of
from results.store import Store
from results.wording import note_words
from results.words import FACETS, GRADES, Words, reason_word
from results.worst import Costly, worst

WORST = 3


def as_fields(store: Store, run: Run) -> dict[str, object]:
    """A run's scores as plain data, for `--json`."""
    result = result_of(store, run)
    total = result.total
    return {
        "city": run.city,
        "sweep": run.sweep_id,
        "run": run.id,
        "state": run.state.value,
        "reason": run.reason,
        "requests": run.requests,
        "score": total.score if total else None,
        "score_study": total.score_study if total else None,
        "coverage": total.coverage if total else 0.0,
        "grade": total.grade if total else None,
        "blocked": total.blocked if total else False,
        "facets": {each.facet: {"score": each.score, "coverage": each.coverage} for each in result.facets},
        "indicators": {
            each.indicator: {
                "score": each.score,
                "status": each.status.value,
                "measured": each.measured,
                "passed": each.passed,
                "low": each.low,
                "high": each.high,
                "note": each.note,
            }
            for each in result.scores
        },
        "findings": [
            {
                "indicator": each.indicator,
                "points_lost": each.points_lost,
                "finding_key": each.finding_key,
                "text": say(zh=each.text_zh, en=each.text_en),
            }
            for each in result.findings
        ],
    }


def show(store: Store, run: Run) -> None:
    """Print a run's scores as a table, the total, and the worst findings with what explains each."""
    result = result_of(store, run)
    if result.total is not None:
        _show_scores(result, result.total)
    if run.reason:
        word = reason_word(run.reason)
        STDOUT.print(say(zh=f"未完成：{word.zh}", en=f"not completed: {word.en}"))
    _show_worst(worst(store, result, most=WORST), run)


def _show_scores(result: RunResult, total: CityScore) -> None:
    lines = {each.indicator: each for each in result.indicators}
    rows: list[tuple[object, ...]] = []
    for facet in result.facets:
        rows.append(_bold(_named(FACETS, facet.facet), facet.score, facet.coverage, ""))
        rows += [
            (
                f"  {say(zh=line.name_zh, en=line.name_en)}",
                _points(score.score),
                _counts(score),
                _interval(score),
                _remark(score),
            )
            for score in result.scores
            if (line := lines[score.indicator]).facet == facet.facet
        ]
    grade = (
        _named(GRADES, total.grade)
        if total.grade
        else say(zh="覆盖不足，不给总分", en="too little could be measured for a total")
    )
    rows.append(_bold(say(zh="总分", en="total"), total.score, total.coverage, grade))
    sweep = say(zh=f"第 {result.run.sweep_id} 次普查", en=f"sweep {result.run.sweep_id}")
    print_table(
        f"{say(zh=result.city.name, en=result.city.slug)} · {sweep}",
        [
            say(zh="指标", en="indicator"),
            say(zh="得分", en="score"),
            say(zh="通过/测量", en="passed/measured"),
            say(zh="95% 区间", en="95 % interval"),
            say(zh="说明", en="remark"),
        ],
        rows,
        right=(1, 2, 3),
    )


def _bold(name: str, score: float | None, coverage: float, remark: str) -> tuple[Text, ...]:
    covered = say(zh=f"覆盖 {coverage:.0%}", en=f"{coverage:.0%} measured")
    cells = (name, _points(score), "", "", f"{remark} · {covered}" if remark else covered)
    return tuple(Text(cell, style="bold") for cell in cells)


def _show_worst(costly: Sequence[Costly], run: Run) -> None:
    if not costly:
        return
    STDOUT.print(
        Text(
            say(zh="失分最多的问题（占总分的分数）：", en="What cost most (points of the total):"),
            style="bold",
        )
    )
    for each in costly:
        finding, others = each.finding, each.count - 1
        alike = (
            say(zh=f"（同类共 {each.count} 处）", en=f" (and {others} more of this kind)") if others else ""
        )
        text = harmless(say(zh=finding.text_zh, en=finding.text_en) + alike)
        STDOUT.print(Text.assemble((f"  −{each.points:.1f}  ", "red"), text))
        STDOUT.print(Text(f"        probe explain {run.city} {finding.indicator}", style="dim"))


def _named(words: Mapping[str, Words], name: str) -> str:
    """A facet or grade in the reader's language; one of a user's own catalogue stays as it is."""
    known = words.get(name, Words(name, name))
    return say(zh=known.zh, en=known.en)


def _points(score: float | None) -> str:
    return "–" if score is None else f"{score:.1f}"


def _counts(score: Score) -> str:
    return f"{round(score.passed, 1):g}/{score.measured}" if score.measured else ""


def _interval(score: Score) -> str:
    return "" if score.low is None or score.high is None else f"{score.low:.0f}–{score.high:.0f}"


def _remark(score: Score) -> str:
    words = {
        ScoreStatus.SCORED: "",
        ScoreStatus.ABSENT: say(zh="未提供", en="absent"),
        ScoreStatus.BLOCKED: say(zh="被拦截", en="blocked"),
        ScoreStatus.NOT_MEASURED: say(zh="未测", en="not measured"),
    }
    noted = note_words(score.note) if score.note else None
    parts = (words[score.status], say(zh=noted.zh, en=noted.en) if noted else "")
    return " · ".join(part for part in parts if part)
