"""A page's lines with the labels among them: the sheet on which statements are looked for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from spiders.reading.boxes import Box, Line
from spiders.reading.document import Document
from spiders.reading.regions import Regions
from spiders.reading.vocabulary import LONGEST_LABEL, NOT_A_QUANTITY, Element, bare_label, match_label

LONGEST_TEXT: Final = 4000
"""Characters of a value that are kept."""

_TOOLS = re.compile(
    r"[\[【（(]?(?:展开|收起|查看更多|查看全部|更多|详情|查看详情|复制|隐藏|[?？+\-＋－▼▲∨∧>])+[\]】）)]?"
)
_MOST_CARDS = 60
COLON: Final = re.compile(r"[：:]")

_STYLES = (
    ("一、", re.compile(r"[一二三四五六七八九十]{1,3}\s*[、．.:：]")),
    ("（一）", re.compile(r"[（(]\s*[一二三四五六七八九十]{1,3}\s*[)）]")),
    ("1.1", re.compile(r"\d{1,2}[.．]\d{1,2}")),
    ("（1）", re.compile(r"[（(]\s*\d{1,2}\s*[)）]|\d{1,2}[)）]")),
    ("1、", re.compile(rf"\d{{1,2}}\s*[、．.:：,，]|\d{{1,2}}{NOT_A_QUANTITY}(?=[一-鿿《])")),
    ("①", re.compile(r"[①-⑳]")),
    ("【", re.compile(r"【")),
)


def numbering_style(text: str) -> str:
    """Which style of numbering a line starts with, empty if none."""
    for name, pattern in _STYLES:
        if pattern.match(text):
            return name
    return ""


def is_list_style(style: str) -> bool:
    """Whether a style numbers the entries of a list rather than chapters."""
    return style in ("1、", "（1）", "①", "（一）", "1.1")


@dataclass(frozen=True, slots=True)
class Statement:
    """A label and what stands under it."""

    elements: tuple[Element, ...]
    label: str
    text: str
    source: str
    """table, columns (the head of a table of several matters), terms, section, tab, line, question, sentence."""
    first: int
    last: int
    """The lines that it takes up, label included, both inclusive."""


class Sheet:
    """A page's lines, which of them are labels, and the boxes that they fill."""

    def __init__(self, document: Document, regions: Regions) -> None:
        self.document = document
        self.lines = document.lines
        self.own = regions.own
        self.labels: list[tuple[Element, ...]] = [self._label_of(i) for i in range(len(self.lines))]
        self.places = _places(self.lines)

    @cached_property
    def prose(self) -> frozenset[tuple[str, str]]:
        """What boxes are made like that hold sentences: being made alike makes none of them a label."""
        return frozenset(
            place.signature
            for place, line in zip(self.places, self.lines, strict=True)
            if len(line.text) > LONGEST_LABEL and place.first == place.last
        )

    def _label_of(self, i: int) -> tuple[Element, ...]:
        """The elements that a whole line names, where it is a label and not a link to elsewhere."""
        line = self.lines[i]
        if not self.own[i] or line.image or len(line.text) > LONGEST_LABEL + 12 or line.linked:
            return ()
        named = match_label(line.text)
        if not named and len(line.segments) > 1 and _TOOLS.fullmatch(line.segments[-1]):
            # a button to open the section stands beside its heading
            named = match_label("".join(line.segments[:-1]))
        return named

    def has_own(self, box: Box) -> bool:
        """Whether any line of a box belongs to the page's own matter."""
        return any(self.own[box.first : box.last + 1])

    def is_left_blank(self, i: int) -> bool:
        """Whether the place for a value beside a label is empty, where others made like its card have theirs there."""
        widest = self.solo_box(i)
        for box in (self.lines[i].box, *self.lines[i].box.ancestors()):
            card = box.parent
            if card is None or card.parent is None:
                return False
            if places := self._blank_places(box, card):
                alike = (
                    each for each in card.parent.children[:_MOST_CARDS] if each.signature == card.signature
                )
                return any(
                    not each.empty for other in alike for each in other.children[places.start : places.stop]
                )
            if box is widest:
                return False
        return False

    def _blank_places(self, label: Box, card: Box) -> range:
        """The empty places behind a label in its card; where it stands last, the one before it."""
        beside = card.children
        end = start = label.place + 1
        while end < len(beside) and beside[end].empty:
            end += 1
        if (
            end < len(beside)
            and beside[end].signature != label.signature
            and not self.labels[beside[end].first]
        ):
            return range(0)  # a mark or a hint is left out, and the value comes behind it
        if start < len(beside):
            return range(start, end)
        before = label.place - 1
        return range(before, start - 1) if before >= 0 and beside[before].empty else range(0)

    def solo_box(self, i: int) -> Box:
        """The widest box that holds this line alone; a cell or a term is not left for its row."""
        box = self.lines[i].box
        while (
            box.tag not in ("td", "th", "dt", "dd")
            and box.parent is not None
            and box.parent.first == box.parent.last == i
            and box.parent.tag not in ("body", "html", "")
        ):
            box = box.parent
        return box

    def starts_labelled(self, j: int) -> bool:
        """Whether a line begins with a label of the vocabulary and a colon."""
        text = self.lines[j].text
        colon = COLON.search(text[: LONGEST_LABEL + 8])
        return bool(colon and match_label(text[: colon.start()]))

    def statement(
        self,
        i: int,
        first: int,
        last: int,
        source: str,
        *,
        elements: tuple[Element, ...] = (),
        whole: int | None = None,
    ) -> Statement:
        """What stands from one line to another under the label in line i; `whole` is where it ends, if later."""
        text = self.document.text_of(first, last) if last >= first else ""
        end = max(i, last if whole is None else whole)
        start = min(i, first) if last >= first else i
        line = self.lines[i]
        label = bare_label(_TOOLS.sub("", line.text) if _TOOLS.fullmatch(line.segments[-1]) else line.text)
        named = elements or self.labels[i]
        return Statement(named, label, shorten(text), source, start, end)


def _places(lines: Sequence[Line]) -> list[Box]:
    """For each line, its widest box that begins with it and is no larger than a paragraph's wrapper."""
    places = []
    for i, line in enumerate(lines):
        box = line.box
        while box.parent is not None and box.parent.first == box.parent.last == i:
            box = box.parent
        places.append(box)
    return places


def shorten(text: str) -> str:
    """A value cut to what is kept of it."""
    return text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - 1] + "…"
