"""Charts as SVG, drawn by pygal from the file's figures; no script is left in them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pygal
from lxml import etree
from markupsafe import Markup
from pygal.style import Style

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


def bars(
    labels: Sequence[str], values: Sequence[float | None], *, name: str, highest: float | None = None
) -> Markup:
    """Upright bars with their figures."""
    chart = pygal.Bar(
        **_PLAIN,
        width=640,
        height=300,
        print_values=True,
        print_values_position="top",
        range=(0, highest if highest is not None else max([1, *(each or 0 for each in values)])),
        value_formatter=lambda value: "–" if value is None else f"{value:g}",
    )
    chart.x_labels = list(labels)
    chart.add(name, [None if each is None else round(each, 1) for each in values])
    return _svg(chart, name)


def trend(moments: Sequence[str], values: Sequence[float | None], *, name: str) -> Markup:
    """A total over time."""
    chart = pygal.Line(
        **_PLAIN,
        width=640,
        height=260,
        range=(0, 100),
        dots_size=2 if len(moments) > 12 else 4,
        truncate_label=10,
        x_label_rotation=30,
        show_minor_x_labels=len(moments) <= 12,
        value_formatter=lambda value: "–" if value is None else f"{value:.0f}",
    )
    chart.y_labels = [0, 20, 40, 60, 80, 100]
    dates = [each[:10] for each in moments]
    chart.x_labels = dates
    chart.x_labels_major = dates[:: max(1, len(dates) // 8)]
    chart.add(name, list(values))
    return _svg(chart, name)


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
