"""The report as one HTML file: nothing is loaded from anywhere, and what a portal wrote is only ever text."""

from __future__ import annotations

import base64
import hashlib
import os
import re
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit
from zoneinfo import ZoneInfo

import jinja2
from markupsafe import Markup, escape

from results.errors import StoreError
from results.moments import from_text, now
from results.report import charts
from results.report.gathering import Report, gather
from results.report.summary import summarise
from results.store import Store
from results.wording import note_words
from results.words import ENGINES, OUTCOMES, ZONES, Words, reason_word

_BEIJING = ZoneInfo("Asia/Shanghai")
# control characters, and those that turn the direction of text around
_UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_REGIONS = {
    "华北": "North",
    "东北": "Northeast",
    "华东": "East",
    "华中": "Central",
    "华南": "South",
    "西南": "Southwest",
    "西北": "Northwest",
}


def write_report(
    store: Store, target: Path, *, sweep: int | None = None, city: str | None = None, embed: bool = False
) -> Path:
    """Write the report of all cities, or the hand-out of one.

    Args:
        store: The results file.
        target: The HTML file; overwritten if it exists.
        sweep: This sweep; by default each city's newest run.
        city: This city alone, with all its findings.
        embed: Put screenshots into the file instead of linking to the evidence beside the database.

    Returns:
        The file written.

    Raises:
        PlainError: Nothing was measured that the report could show.
        StoreError: The file cannot be written.
    """
    html = render(gather(store, sweep=sweep, city=city), target.parent, embed=embed)
    try:
        target.write_text(html, encoding="utf-8")
    except OSError as error:
        raise StoreError(zh=f"无法写入 {target}：{error}", en=f"cannot write {target}: {error}") from error
    return target


def render(report: Report, folder: Path, *, embed: bool = False) -> str:
    """The report's HTML.

    Args:
        report: What to show.
        folder: Where the file will lie: links to evidence are made relative to it.
        embed: Whether screenshots go into the file.
    """
    shelf = files("results.report").joinpath("templates")
    environment = jinja2.Environment(
        loader=jinja2.FunctionLoader(lambda name: shelf.joinpath(name).read_text(encoding="utf-8")),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        portal=portal, figure=figure, moment=moment, shade=shade, both=both, address=address, note=note_words
    )
    script = shelf.joinpath("report.js").read_text(encoding="utf-8").strip()
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    html = environment.get_template("report.html.j2").render(
        report=report,
        summary=summarise(report),
        charts=_charts(report),
        style=Markup(shelf.joinpath("report.css").read_text(encoding="utf-8")),  # noqa: S704  # our own file
        script=Markup(script),  # noqa: S704  # our own file
        script_hash=digest,
        made_at=now(),
        picture=lambda path: picture(path, folder, embed=embed),
        outcomes=OUTCOMES,
        engines=ENGINES,
        zones=ZONES,
        regions=_REGIONS,
        reason_word=reason_word,
        line_of={each.indicator: each for each in report.indicators},
    )
    return _UNSEEN.sub("", html)


def portal(text: object) -> Markup:
    """What a portal wrote, isolated: it cannot become a tag, nor turn the text around it."""
    return Markup("<bdi>{}</bdi>").format(str(text))  # format escapes


def both(words: Words) -> Markup:
    """A text in both languages; the page shows one of them."""
    zh, en = (escape(each) for each in words)
    return Markup('<span lang="zh-CN">{}</span><span lang="en">{}</span>').format(zh, en)


def figure(value: float | None, digits: int = 1) -> str:
    """A figure, or a dash where there is none."""
    return "–" if value is None else f"{value:.{digits}f}"


def moment(text: str | None) -> str:
    """A moment of the file, in Chinese time."""
    if not text:
        return "–"
    return from_text(text).astimezone(_BEIJING).strftime("%Y-%m-%d %H:%M:%S")


def shade(score: float | None) -> str:
    """The class that colours a cell by its score, in steps of ten."""
    return "none" if score is None else f"s{min(9, int(score // 10))}"


def address(text: object) -> Markup:
    """An address of a portal: a link only where it is an ordinary web address."""
    words = str(text)
    try:
        ordinary = urlsplit(words).scheme in ("http", "https")
    except ValueError:  # a portal may write what is no address at all
        ordinary = False
    if not ordinary:
        return portal(words)
    return Markup('<a href="{}" rel="noopener noreferrer nofollow">{}</a>').format(words, portal(words))


def picture(path: str | None, folder: Path, *, embed: bool) -> dict[str, Any] | None:
    """How a piece of evidence is shown: embedded, linked, or reported as gone."""
    if path is None:
        return None
    file = Path(path)
    if not file.is_file():
        return {"gone": True, "name": file.name}
    image = file.suffix in (".png", ".jpg")
    if embed and image:
        kind = "png" if file.suffix == ".png" else "jpeg"
        content = base64.b64encode(file.read_bytes()).decode()
        return {"gone": False, "name": file.name, "src": f"data:image/{kind};base64,{content}", "image": True}
    relative = Path(os.path.relpath(file.resolve(), folder.resolve()))
    return {"gone": False, "name": file.name, "src": quote(relative.as_posix()), "image": False}


def _charts(report: Report) -> dict[str, Markup]:
    made: dict[str, Markup] = {}
    if report.of_one_city:
        history = report.sheets[0].history
        if len(history) > 1:
            made["trend"] = charts.trend(
                [at for at, _ in history], [score for _, score in history], name="总分变化 / total over time"
            )
        return made
    made["grades"] = charts.bars(
        [name for name, _ in report.grades], [count for _, count in report.grades], name="评级分布 / grades"
    )
    made["regions"] = charts.bars(
        [name for name, _, _ in report.regions],
        [mean for _, _, mean in report.regions],
        name="各区平均分 / regions",
        highest=100,
    )
    if any(len(each.history) > 1 for each in report.sheets):
        made["trend"] = charts.trend(*_mean_history(report), name="平均总分变化 / mean total over time")
    return made


def _mean_history(report: Report) -> tuple[list[str], list[float | None]]:
    by_day: dict[str, list[float]] = {}
    for sheet in report.sheets:
        for at, score in sheet.history:
            by_day.setdefault(at[:10], []).extend([] if score is None else [score])
    days = sorted(by_day)
    return days, [sum(found) / len(found) if (found := by_day[day]) else None for day in days]
