"""What `probe city` prints in the end: indicators, facets, the total, and the worst findings."""

from __future__ import annotations

from rich.text import Text

from probes.cli.console import STDOUT, harmless, print_table
from probes.cli.language import say
from results.ledger import CityScore, FacetScore, Finding, Indicator, Run, Score, ScoreStatus
from results.store import Store
from results.words import reason_word

WORST = 3


def as_fields(store: Store, run: Run) -> dict[str, object]:
    """A run's scores as plain data, for `--json`."""
    total = _total(store, run)
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
        "facets": {
            each.facet: {"score": each.score, "coverage": each.coverage}
            for each in store.all(FacetScore, run_id=run.id)
        },
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
            for each in store.all(Score, run_id=run.id)
        },
        "findings": [
            {
                "indicator": each.indicator,
                "points_lost": each.points_lost,
                "finding_key": each.finding_key,
                "text": say(zh=each.text_zh, en=each.text_en),
            }
            for each in _findings(store, run)
        ],
    }


def show(store: Store, run: Run) -> None:
    """Print a run's scores as a table, the total, and the worst findings with what explains each."""
    lines = {each.indicator: each for each in store.all(Indicator, sweep_id=run.sweep_id)}
    facets = {each.facet: each for each in store.all(FacetScore, run_id=run.id)}
    rows: list[tuple[object, ...]] = []
    for name, facet in facets.items():
        rows.append(
            (
                Text(name, style="bold"),
                Text(_points(facet.score), style="bold"),
                "",
                f"{facet.coverage:.0%}",
                "",
            )
        )
        rows += [
            (
                f"  {say(zh=line.name_zh, en=line.name_en)}",
                _points(score.score),
                _counts(score),
                _interval(score),
                _remark(score),
            )
            for score in store.all(Score, run_id=run.id)
            if (line := lines[score.indicator]).facet == name
        ]
    total = _total(store, run)
    if total is not None:
        grade = total.grade or say(zh="覆盖不足", en="insufficient coverage")
        rows.append(
            (
                Text(say(zh="总分", en="total"), style="bold"),
                Text(_points(total.score), style="bold"),
                "",
                f"{total.coverage:.0%}",
                grade,
            )
        )
    print_table(
        f"{run.city} · {say(zh='第', en='sweep ')}{run.sweep_id}{say(zh=' 次普查', en='')}",
        [
            say(zh="指标", en="indicator"),
            say(zh="得分", en="score"),
            say(zh="通过/测量", en="passed/measured"),
            say(zh="区间·覆盖", en="interval · coverage"),
            say(zh="说明", en="remark"),
        ],
        rows,
        right=(1, 2, 3),
    )
    if run.reason:
        STDOUT.print(
            say(zh=f"未完成：{reason_word(run.reason).zh}", en=f"not completed: {reason_word(run.reason).en}")
        )
    _show_worst(_findings(store, run), run)


def _show_worst(findings: list[Finding], run: Run) -> None:
    worst = [each for each in findings if each.points_lost > 0][:WORST]
    if not worst:
        return
    STDOUT.print(Text(say(zh="失分最多的问题：", en="What cost most:"), style="bold"))
    for finding in worst:
        line = Text(f"  −{finding.points_lost:.1f}  ", style="red")
        STDOUT.print(
            line.append(Text(harmless(say(zh=finding.text_zh, en=finding.text_en)), style="not red"))
        )
        STDOUT.print(Text(f"        probe explain {run.city} {finding.indicator}", style="dim"))


def _findings(store: Store, run: Run) -> list[Finding]:
    return sorted(store.all(Finding, run_id=run.id), key=lambda each: -each.points_lost)


def _total(store: Store, run: Run) -> CityScore | None:
    totals = store.all(CityScore, run_id=run.id)
    return totals[-1] if totals else None


def _points(score: float | None) -> str:
    return "–" if score is None else f"{score:.1f}"


def _counts(score: Score) -> str:
    return f"{score.passed:g}/{score.measured}" if score.measured else ""


def _interval(score: Score) -> str:
    return "" if score.low is None or score.high is None else f"{score.low:.0f}–{score.high:.0f}"


def _remark(score: Score) -> str:
    words = {
        ScoreStatus.SCORED: "",
        ScoreStatus.ABSENT: say(zh="未提供", en="absent"),
        ScoreStatus.BLOCKED: say(zh="被拦截", en="blocked"),
        ScoreStatus.NOT_MEASURED: say(zh="未测", en="not measured"),
    }
    parts = (words[score.status], score.note or "")
    return " · ".join(part for part in parts if part)
