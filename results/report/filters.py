"""How the report's templates write things: what a portal wrote is only ever text."""

from __future__ import annotations

import base64
import os
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit
from zoneinfo import ZoneInfo

from markupsafe import Markup, escape

from results.ledger import City
from results.moments import from_text
from results.words import Words

_BEIJING = ZoneInfo("Asia/Shanghai")


def portal(text: object) -> Markup:
    """What a portal wrote, isolated: it cannot become a tag, nor turn the text around it."""
    return Markup("<bdi>{}</bdi>").format(str(text))  # format escapes


def both(words: Words) -> Markup:
    """A text in both languages; the page shows one of them."""
    zh, en = (escape(each) for each in words)
    if zh == en:
        return zh
    return Markup('<span lang="zh-CN">{}</span><span lang="en">{}</span>').format(zh, en)


def city_name(city: City) -> Markup:
    """A city's Chinese name, and for English readers its short name in Latin letters."""
    return Markup('<bdi lang="zh-CN">{}</bdi><bdi lang="en">{}</bdi>').format(
        city.name, city.slug[:1].upper() + city.slug[1:]
    )


def figure(value: float | None, digits: int = 1) -> str:
    """A figure, or a dash where there is none."""
    return "–" if value is None else f"{value:.{digits}f}"


def share(value: float | None) -> str:
    """A share of 1 as a whole percentage, or a dash."""
    return "–" if value is None else f"{value:.0%}"


def moment(text: str | None, *, seconds: bool = True) -> str:
    """A moment of the file, in Chinese time."""
    if not text:
        return "–"
    try:
        return from_text(text).astimezone(_BEIJING).strftime(f"%Y-%m-%d %H:%M{':%S' if seconds else ''}")
    except ValueError:  # a file that was written by hand
        return text


def shade(score: float | None) -> str:
    """The class that colours a cell by its score, in steps of ten."""
    return "none" if score is None else f"s{max(0, min(9, int(score // 10)))}"


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
    embedded = embed and image
    if embedded:
        kind = "png" if file.suffix == ".png" else "jpeg"
        content = base64.b64encode(file.read_bytes()).decode()
        source = f"data:image/{kind};base64,{content}"
    else:
        relative = Path(os.path.relpath(file.resolve(), folder.resolve()))
        source = quote(relative.as_posix())
    return {"gone": False, "name": file.name, "src": source, "image": image, "embedded": embedded}


def sparkline(values: list[float | None]) -> Markup:
    """A small line of totals over time, on a scale of its own; its figures stand beside it as text."""
    known = [each for each in values if each is not None]
    low, high = min(known) - 5, max(known) + 5
    step = 100 / max(1, len(values) - 1)
    points = " ".join(
        f"{index * step:.1f},{28 - 26 * (value - low) / (high - low):.1f}"
        for index, value in enumerate(values)
        if value is not None
    )
    return Markup(
        '<svg class="spark" viewBox="0 0 100 30" preserveAspectRatio="none" aria-hidden="true">'
        '<polyline points="{}"/></svg>'
    ).format(points)
