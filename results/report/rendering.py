"""The report as one HTML file: nothing is loaded from anywhere but the evidence beside it."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from results.errors import StoreError
from results.moments import now
from results.report import charts, filters
from results.report.gathering import Report, gather
from results.report.summary import headline, summarise
from results.store import Store
from results.whole_files import whole_file
from results.wording import note_words
from results.words import (
    DIMENSIONS,
    ENGINES,
    FACETS,
    GRADES,
    OUTCOMES,
    REGIONS,
    RELATIONS,
    STATUSES,
    VERDICTS,
    ZONES,
    Words,
    decision_word,
    reason_word,
)

# control characters, and those that turn the direction of text around
_UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")

_VOCABULARIES: Mapping[str, Mapping[Any, Words]] = {
    "dimension": DIMENSIONS,
    "facet": FACETS,
    "grade": GRADES,
    "outcome": OUTCOMES,
    "region": REGIONS,
    "relation": RELATIONS,
    "status": STATUSES,
    "verdict": VERDICTS,
    "zone": ZONES,
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
        with whole_file(target) as draft:
            draft.write_text(html, encoding="utf-8")
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
        address=filters.address,
        both=filters.both,
        city=filters.city_name,
        decision=lambda word: filters.both(decision_word(word)),
        figure=filters.figure,
        moment=filters.moment,
        note=lambda note: filters.both(note_words(note)),
        portal=filters.portal,
        reason=lambda word: filters.both(reason_word(word)),
        shade=filters.shade,
        share=filters.share,
        spark=filters.sparkline,
        **{name: _spoken(words) for name, words in _VOCABULARIES.items()},
    )
    script = shelf.joinpath("report.js").read_text(encoding="utf-8").strip()
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    html = environment.get_template("report.html.j2").render(
        report=report,
        headline=headline(report),
        summary=summarise(report),
        charts=charts.of(report),
        style=Markup(shelf.joinpath("report.css").read_text(encoding="utf-8")),  # noqa: S704  # our own file
        script=Markup(script),  # noqa: S704  # our own file
        script_hash=digest,
        made_at=now(),
        picture=lambda path: filters.picture(path, folder, embed=embed),
        engines=ENGINES,
    )
    return _UNSEEN.sub("", html)


def _spoken(words: Mapping[Any, Words]) -> Callable[[str], Markup]:
    """A filter that says a word of a vocabulary in both languages; an unknown one stays as it is."""
    known = {str(name): said for name, said in words.items()}
    return lambda name: filters.both(known.get(str(name), Words(str(name), str(name))))
