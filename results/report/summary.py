"""The report's findings (发现) in plain words, drawn from the figures alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from results.ledger import Indicator
from results.report import nationwide
from results.report.cities import CitySheet
from results.report.gathering import Report
from results.report.sentences import Fact, Said, alike, cities, grade_word
from results.words import Words, reason_word

_FAULTS = 3
"""Kinds of fault, and weak indicators, that are named."""


def headline(report: Report) -> list[Fact]:
    """The figures to see first."""
    return list(_headline_of_one(report.sheets[0]) if report.of_one_city else nationwide.headline(report))


def summarise(report: Report) -> list[Said]:
    """What a manager should know first, one finding after the other."""
    first = _one_city(report.sheets[0]) if report.of_one_city else nationwide.findings(report)
    return [*first, *_worst(report)]


def _headline_of_one(sheet: CitySheet) -> Iterator[Fact]:
    yield Fact(Words("总分", "total"), alike("–" if sheet.points is None else f"{sheet.points:.1f}"))
    if sheet.total is not None and sheet.total.grade:
        grade = sheet.total.grade
        yield Fact(Words("评级", "grade"), grade_word(grade))
    if sheet.place is not None:
        yield Fact(
            Words("名次", "place"),
            Words(f"{sheet.place} / {sheet.place.cities}", f"{sheet.place} of {sheet.place.cities}"),
        )
    yield Fact(Words("覆盖率", "coverage"), alike(f"{sheet.total.coverage:.0%}" if sheet.total else "–"))
    yield Fact(Words("问题", "findings"), alike(len(sheet.result.findings)))


def _one_city(sheet: CitySheet) -> Iterator[Said]:
    topic, total, name = Words("总体", "Overall"), sheet.total, sheet.city.name
    if total is None or total.score is None:
        yield Said(
            topic,
            Words(f"{name}：可测比例不足以给出总分。", f"{name}: not enough could be measured for a total."),
        )
        return
    low, high = total.low or total.score, total.high or total.score
    place = Words("", "")
    if sheet.place is not None:
        tied = sheet.place.tied
        place = Words(
            f"在有总分的 {sheet.place.cities} 个城市中列第 {sheet.place} 名"
            + (f"（与 {tied} 个城市的区间重叠，不分先后）" if tied else "")
            + "，",
            f" place {sheet.place} of {sheet.place.cities}"
            + (f" (cannot be told apart from {tied} others)" if tied else "")
            + ";",
        )
    count = len(sheet.result.findings)
    yield Said(
        topic,
        Words(
            f"总分 {total.score:.1f}（{total.grade}，95% 区间 {low:.1f}–{high:.1f}），{place.zh}"
            f"共记录 {count} 个问题。",
            f"Total {total.score:.1f} ({grade_word(total.grade).en}, 95 % interval {low:.1f}–{high:.1f});{place.en} "
            f"{count} findings.",
        ),
    )
    scores = [
        (line, score.score)
        for score in sheet.result.scores
        if score.score is not None and (line := sheet.line(score.indicator))
    ]
    weak = sorted(((line, score) for line, score in scores if score < 60), key=lambda each: each[1])[:_FAULTS]
    if weak:
        yield Said(
            Words("短板", "Weak spots"),
            Words(
                "不足 60 分的指标："
                + "、".join(f"{line.name_zh}（{score:.1f}）" for line, score in weak)
                + "。",
                "Indicators under 60: "
                + ", ".join(f"{line.name_en} ({score:.1f})" for line, score in weak)
                + ".",
            ),
        )


def _worst(report: Report) -> Iterator[Said]:
    """The kinds of fault that cost most, over all cities."""
    lost: dict[tuple[str, str | None], float] = defaultdict(float)
    affected: dict[tuple[str, str | None], int] = defaultdict(int)
    lines: dict[str, Indicator] = {each.indicator: each for each in report.indicators}
    for sheet in report.sheets:
        for fault in sheet.faults:
            if fault.kind.points > 0:
                kind = fault.kind.finding.indicator, fault.kind.reason
                lost[kind] += fault.kind.points
                affected[kind] += 1
    named = [
        (lines[kind[0]], reason_word(kind[1]) if kind[1] else None, points, affected[kind])
        for kind, points in sorted(lost.items(), key=lambda each: -each[1])[:_FAULTS]
        if kind[0] in lines
    ]
    if not named:
        return
    one = report.of_one_city
    yield Said(
        Words("最该先改的", "Mend first"),
        Words(
            "；".join(
                line.name_zh
                + (f"（{why.zh}）" if why else "")
                + (
                    f"，约失 {points:.1f} 分"
                    if one
                    else f"，{count} 个城市，平均每市约失 {points / count:.1f} 分"
                )
                for line, why, points, count in named
            )
            + "。",
            "; ".join(
                line.name_en
                + (f" ({why.en})" if why else "")
                + (
                    f", about {points:.1f} points"
                    if one
                    else f", {cities(count)}, about {points / count:.1f} points each"
                )
                for line, why, points, count in named
            )
            + ".",
        ),
    )
