"""Charts as SVG, drawn by pygal from the file's figures; no script is left in them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pygal
from lxml import etree
from markupsafe import Markup
from pygal.style import Style

from results.report.gathering import Report
from results.words import GRADES, REGIONS, Words

_FONT = "system-ui, 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif"
_STYLE = Style(
    background="transparent",
    plot_background="transparent",
    foreground="#333333",
    foreground_strong="#111111",
    foreground_subtle="#767676",
    colors=("#1f5f99", "#b35900", "#2e7d32", "#8e24aa"),
    font_family=_FONT,
    label_font_size=15,
    major_label_font_size=15,
    value_font_size=15,
    value_label_font_size=15,
    guide_stroke_color="#dddddd",
    major_guide_stroke_color="#dddddd",
    guide_stroke_dasharray="0",
    major_guide_stroke_dasharray="0",
)
_PLAIN = {
    "js": [],
    "style": _STYLE,
    "show_legend": False,
    "disable_xml_declaration": True,
    "explicit_size": False,
    "margin": 12,
}


_GRADE_COLOURS = {"优秀": "#2b7a4b", "良好": "#5b9a5f", "一般": "#c98a1b", "较差": "#b5432f"}


def of(report: Report) -> dict[str, Markup]:
    """The report's charts by name, each in both languages: `grades`, `regions`, `trend`; what there is."""
    made: dict[str, Markup] = {}
    if report.of_one_city:
        history = report.sheets[0].history
        if len(history) > 1:
            made["trend"] = trend(
                [at for at, _ in history],
                [score for _, score in history],
                name=Words("历次总分", "total of each sweep"),
            )
        return made
    unscored = sum(each.points is None for each in report.sheets)
    grades = [
        (GRADES.get(name, Words(name, name)), count, _GRADE_COLOURS.get(name))
        for name, count in report.grades
    ]
    if unscored:
        grades.append((Words("无总分", "no total"), unscored, "#8a8f98"))
    made["grades"] = bars(
        [name for name, _, _ in grades],
        [count for _, count, _ in grades],
        name=Words("评级分布（城市数）", "cities by grade"),
        colours=[colour for _, _, colour in grades],
    )
    made["regions"] = bars(
        [REGIONS.get(each.name, Words(each.name, each.name)) for each in report.regions],
        [each.mean for each in report.regions],
        name=Words("各区平均总分", "mean total by region"),
        highest=100,
    )
    if any(len(each.history) > 1 for each in report.sheets):
        made["trend"] = trend(*_mean_history(report), name=Words("平均总分", "mean total of all cities"))
    return made


def bars(
    labels: Sequence[Words],
    values: Sequence[float | None],
    *,
    name: Words,
    highest: float | None = None,
    colours: Sequence[str | None] = (),
) -> Markup:
    """Upright bars with their figures."""

    def chart(language: str) -> Any:
        made = pygal.Bar(
            **_PLAIN,
            width=640,
            height=300,
            print_values=True,
            print_values_position="top",
            range=(0, highest if highest is not None else max([1, *(each or 0 for each in values)])),
            value_formatter=lambda value: "–" if value is None else f"{value:g}",
            show_y_labels=highest is not None,
        )
        made.x_labels = [each.in_language(language) for each in labels]
        made.add(
            name.in_language(language),
            [
                {"value": None if value is None else round(value, 1), **({"color": colour} if colour else {})}
                for value, colour in zip(values, colours or [None] * len(values), strict=True)
            ],
        )
        return made

    return _in_both(chart, name)


def trend(moments: Sequence[str], values: Sequence[float | None], *, name: Words) -> Markup:
    """A total over time."""
    dates = [each[:10] for each in moments]

    def chart(language: str) -> Any:
        made = pygal.Line(
            **_PLAIN,
            width=960,
            height=280,
            range=(0, 100),
            dots_size=2 if len(moments) > 12 else 4,
            truncate_label=10,
            show_minor_x_labels=len(moments) <= 8,
            value_formatter=lambda value: "–" if value is None else f"{value:.0f}",
        )
        made.y_labels = [0, 20, 40, 60, 80, 100]
        made.x_labels = dates
        made.x_labels_major = dates[:: max(1, len(dates) // 6)]
        made.add(name.in_language(language), list(values))
        return made

    return _in_both(chart, name)


def _mean_history(report: Report) -> tuple[list[str], list[float | None]]:
    by_day: dict[str, list[float]] = {}
    for sheet in report.sheets:
        for at, score in sheet.history:
            by_day.setdefault(at[:10], []).extend([] if score is None else [score])
    days = sorted(by_day)
    return days, [sum(found) / len(found) if (found := by_day[day]) else None for day in days]


def _in_both(chart: Callable[[str], Any], name: Words) -> Markup:
    return Markup('<div lang="zh-CN">{}</div><div lang="en">{}</div>').format(
        _svg(chart("zh"), name.zh), _svg(chart("en"), name.en)
    )


def _svg(chart: Any, name: str) -> Markup:
    tree = chart.render_tree()
    for parent in list(tree.iter()):
        for child in list(parent):
            if str(child.tag).rpartition("}")[2] == "script":
                parent.remove(child)
    tree.set("role", "img")
    tree.set("aria-label", name)
    # pygal escapes what it is given; the labels are ours and the cities' names
    return Markup(etree.tostring(tree, encoding="unicode"))  # noqa: S704
