"""The report's findings in plain words, drawn from the figures alone."""

from __future__ import annotations

from statistics import mean

from results.ledger import Indicator
from results.report.gathering import CitySheet, Report
from results.words import Words


def summarise(report: Report) -> list[Words]:
    """What a manager should know first, a sentence each."""
    scored = [
        (each, each.total.score) for each in report.sheets if each.total and each.total.score is not None
    ]
    said = [_one_city(report.sheets[0])] if report.of_one_city else [_overall(report, scored)]
    if len(scored) > 1:
        best, worst = scored[0], scored[-1]
        said.append(
            Words(
                f"总分最高的是{best[0].city.name}（{best[1]:.1f}），最低的是{worst[0].city.name}（{worst[1]:.1f}），"
                f"相差 {best[1] - worst[1]:.1f} 分。",
                f"The highest total is {best[0].city.name}'s ({best[1]:.1f}), the lowest {worst[0].city.name}'s "
                f"({worst[1]:.1f}), {best[1] - worst[1]:.1f} points apart.",
            )
        )
    said += _grades(report)
    means = _means(report)
    if means:
        ordered = sorted(means, key=lambda each: each[1])
        said.append(_weakest(ordered[0], strongest=ordered[-1]))
    said += _regions(report)
    blocking = [each.city.name for each in report.sheets if each.total is not None and each.total.blocked]
    if blocking:
        said.append(
            Words(
                f"{len(blocking)} 个门户拦截了探测（{'、'.join(blocking[:8])}）：拦截不算失败，但降低覆盖率。",
                f"{len(blocking)} portals blocked the prober ({', '.join(blocking[:8])}): no failure, but less coverage.",
            )
        )
    return said


def _one_city(sheet: CitySheet) -> Words:
    total, name = sheet.total, sheet.city.name
    if total is None or total.score is None:
        return Words(
            f"{name}：可测比例不足以给出总分。", f"{name}: not enough could be measured for a total."
        )
    low, high = total.low or total.score, total.high or total.score
    place = "" if sheet.rank == sheet.rank_worst else f"–{sheet.rank_worst}"
    return Words(
        f"{name}总分 {total.score:.1f}（{total.grade}，95% 区间 {low:.1f}–{high:.1f}），在同批城市中列第 {sheet.rank}{place} 名，"
        f"共列出 {len(sheet.findings)} 项问题。",
        f"{name}: total {total.score:.1f} ({total.grade}, 95 % interval {low:.1f}–{high:.1f}), place {sheet.rank}{place} "
        f"among the cities measured; {len(sheet.findings)} findings.",
    )


def _overall(report: Report, scored: list[tuple[CitySheet, float]]) -> Words:
    count = len(report.sheets)
    if not scored:
        return Words(
            f"共测量 {count} 个城市，没有一个城市的可测比例足以给出总分。",
            f"{count} cities were measured; of none could enough be measured for a total.",
        )
    average = mean(score for _, score in scored)
    without = count - len(scored)
    rest = (
        Words(f"，{without} 个城市覆盖不足、不给总分", f"; {without} could not be covered well enough")
        if without
        else Words("", "")
    )
    return Words(
        f"共测量 {count} 个城市，平均总分 {average:.1f}{rest.zh}。",
        f"{count} cities were measured; the mean total is {average:.1f}{rest.en}.",
    )


def _grades(report: Report) -> list[Words]:
    found = [(name, count) for name, count in report.grades if count]
    if not found or report.of_one_city:
        return []
    return [
        Words(
            "评级分布：" + "，".join(f"{name} {count} 个" for name, count in found) + "。",
            "Grades: " + ", ".join(f"{count} × {name}" for name, count in found) + ".",
        )
    ]


def _means(report: Report) -> list[tuple[Indicator, float, int]]:
    means = []
    for line in report.indicators:
        scores = [
            found.score
            for each in report.sheets
            if (found := each.score(line.indicator)) and found.score is not None
        ]
        if scores:
            means.append((line, mean(scores), len(scores)))
    return means


def _weakest(weakest: tuple[Indicator, float, int], *, strongest: tuple[Indicator, float, int]) -> Words:
    return Words(
        f"最薄弱的指标是“{weakest[0].name_zh}”（平均 {weakest[1]:.1f}），表现最好的是“{strongest[0].name_zh}”"
        f"（平均 {strongest[1]:.1f}）。",
        f"The weakest indicator is “{weakest[0].name_en}” (mean {weakest[1]:.1f}), the strongest "
        f"“{strongest[0].name_en}” (mean {strongest[1]:.1f}).",
    )


def _regions(report: Report) -> list[Words]:
    regions = [(name, average) for name, _, average in report.regions if average is not None]
    if len(regions) < 2:
        return []
    (first, high), (last, low) = regions[0], regions[-1]
    return [
        Words(
            f"七大区中{first}平均分最高（{high:.1f}），{last}最低（{low:.1f}）。",
            f"Of the regions, {first} has the highest mean ({high:.1f}) and {last} the lowest ({low:.1f}).",
        )
    ]
