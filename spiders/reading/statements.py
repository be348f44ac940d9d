"""What a page states under which label, in whatever way it sets labels and values apart.

A label is a cell, a term, a heading, a tab or the beginning of a line; its value is the cell beside or beneath
it, the description, the text that follows, the panel, or the rest of the line. A label with nothing to show is
a statement with an empty text, so that an element whose label stands there for nothing is not called present.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from spiders.reading.document import Box, Document, Line
from spiders.reading.regions import Regions
from spiders.reading.vocabulary import (
    LONGEST_LABEL,
    Element,
    bare_label,
    match_label,
    match_question,
    numbering_of,
)

LONGEST_TEXT: Final = 4000
"""Characters of a value that are kept."""

_COLON = re.compile(r"[：:]")
# a label inside a line: at its start, after a gap or after the mark that ends the value before it
_INNER_LABEL = re.compile(r"(?:^|(?<=[\s；;。|，,】]))([一-鿿（）()/、]{2,16})\s*[：:]")
_ANY_LABEL_LINE = re.compile(r"^[^：:，,。；;]{2,18}[：:]")
_REMARK = re.compile(r"^(?:注|备注|说明|答|问|其中|如下|例如|即|包括|提示|温馨提示|[\d（(]|http)")
_SENTENCE_MARKS = re.compile(r"[，。；！]")
_OPEN_END = re.compile(r"[；;：:、，,]$")
_TIME_SENTENCE = re.compile(
    r"(?P<label>(?:法定|承诺)?(?:全程)?(?:办理|办结|审批|办证|受理)(?:的)?(?:时限|期限))(?:为|是|不超过)(?P<value>[^，。；\n]{0,24}(?:日|天|小时|分钟|月|即办|办结))"
)
_ROW_TAGS = frozenset(("td", "th"))


@dataclass(frozen=True, slots=True)
class Statement:
    """A label and what stands under it."""

    elements: tuple[Element, ...]
    label: str
    text: str
    source: str
    """table, terms, section, tab, line, question, sentence or fields."""
    first: int
    last: int
    """The lines that it takes up, label included, both inclusive."""


def find_statements(document: Document, regions: Regions) -> list[Statement]:
    """Every statement on a page, from top to bottom."""
    return _Finder(document, regions).find()


class _Finder:
    def __init__(self, document: Document, regions: Regions) -> None:
        self._document = document
        self._lines = document.lines
        self._own = regions.own
        self._labels: list[tuple[Element, ...]] = [self._label_of(i) for i in range(len(self._lines))]
        self._places = _places(self._lines)

    def find(self) -> list[Statement]:
        found: list[Statement] = []
        i = 0
        while i < len(self._lines):
            if not self._own[i]:
                i += 1
                continue
            strip = self._strip_at(i)
            if strip:
                found.extend(self._tabs(i, strip))
                i = strip + 1
                continue
            if self._labels[i]:
                found.append(self._under(i))
            else:
                found.extend(self._within(i))
            i += 1
        return found

    def _label_of(self, i: int) -> tuple[Element, ...]:
        """The elements that a whole line names, where it is a label and not a link to elsewhere."""
        line = self._lines[i]
        if not self._own[i] or line.image or len(line.text) > LONGEST_LABEL + 12 or line.linked:
            return ()
        return match_label(line.text)

    # ---- a label with a line of its own

    def _under(self, i: int) -> Statement:
        solo = self._solo_box(i)
        if solo.tag in _ROW_TAGS:
            found = self._beside_cell(i, solo)
            if found is not None:
                return found
        last = self._section_end(i, solo)
        source = "terms" if solo.tag == "dt" else "section"
        return self._statement(i, i + 1, last, source)

    def _solo_box(self, i: int) -> Box:
        """The widest box that holds this line alone; a cell or a term is not left for its row."""
        box = self._lines[i].box
        while (
            box.tag not in ("td", "th", "dt", "dd")
            and box.parent is not None
            and box.parent.first == box.parent.last == i
            and box.parent.tag not in ("body", "html", "")
        ):
            box = box.parent
        return box

    def _section_end(self, i: int, solo: Box) -> int:
        """The last line of what follows a label, up to what looks like the next label."""
        if solo.last > i:
            # the label shares its box with text, set off by breaks only
            container: Box = solo
        else:
            container = solo.parent or solo
            while container.last <= i and container.parent is not None:
                container = container.parent
        end = i
        numbering = _numbering_style(self._lines[i].text)
        for j in range(i + 1, min(container.last, i + 400) + 1):
            if not self._own[j] or self._ends_section(i, j, solo, numbering):
                break
            end = j
        return end

    def _ends_section(self, i: int, j: int, solo: Box, numbering: str) -> bool:
        label, line = self._lines[i], self._lines[j]
        if self._labels[j] and not (set(self._labels[j]) & set(self._labels[i]) and j == i + 1):
            return True
        if line.heading and (not label.heading or line.heading <= label.heading):
            return True
        style = _numbering_style(line.text)
        if numbering:
            if style == numbering and not (_SENTENCE_MARKS.search(line.text[:-1]) and len(line.text) > 40):
                return True
        elif style == "" and self._starts_labelled(j):
            return True
        place = self._places[j]
        if place.tag in ("dt",) or (
            place is not solo and place.first == j and _alike(place, solo, label, line)
        ):
            return True
        return label.bold and line.bold and not label.heading and len(line.text) <= 20 and not style

    def _starts_labelled(self, j: int) -> bool:
        """Whether a line begins with a label of the vocabulary and a colon."""
        text = self._lines[j].text
        colon = _COLON.search(text[: LONGEST_LABEL + 8])
        return bool(colon and match_label(text[: colon.start()]))

    # ---- tables

    def _beside_cell(self, i: int, cell: Box) -> Statement | None:
        row = cell.parent
        if row is None:
            return None
        cells = [child for child in row.children if child.tag in _ROW_TAGS]
        try:
            place = next(k for k, other in enumerate(cells) if other is cell)
        except StopIteration:
            return None
        if place + 1 < len(cells):
            beside = cells[place + 1]
            if not self._is_label_cell(beside):
                if self._is_header_row(cells) and (found := self._beneath(i, row, cells, place)):
                    return found
                last = self._rowspan_end(cell, row, beside.last)
                if beside.empty and last <= i:
                    return self._statement(i, i + 1, i, "table")
                return self._statement(i, max(beside.first, i + 1), last, "table")
            if place and self._is_label_cell(cells[place - 1]) is False and not self._is_header_row(cells):
                return self._statement(i, i + 1, i, "table")
        if len([c for c in cells if not c.empty]) > 1 or place + 1 < len(cells):
            found = self._beneath(i, row, cells, place)
            if found or not all(c.empty or self._is_label_cell(c) for c in cells):
                return found or self._statement(i, i + 1, i, "table")
        return self._rows_below(i, row)

    def _is_label_cell(self, cell: Box) -> bool:
        return cell.first == cell.last and bool(self._labels[cell.first])

    def _is_header_row(self, cells: Sequence[Box]) -> bool:
        """A row of which every cell is short and most are labels (or all are `th`)."""
        if len(cells) < 2 or any(c.first != c.last for c in cells):
            return False
        labels = sum(self._is_label_cell(c) for c in cells)
        if all(c.tag == "th" for c in cells):
            return True
        return labels * 2 > len(cells) and labels >= 2

    def _beneath(self, i: int, row: Box, cells: Sequence[Box], place: int) -> Statement | None:
        """The cell under a header cell. A column of a steps table (环节, 步骤) is not the guide's own element."""
        if sum(self._is_label_cell(c) for c in cells) * 2 < len(cells):
            return self._statement(i, i + 1, i, "table") if cells[place].tag == "th" else None
        column = sum(c.colspan for c in cells[:place])
        for below in _rows_after(row):
            targets = [c for c in below.children if c.tag in _ROW_TAGS]
            at = 0
            for target in targets:
                if at == column and (len(targets) > 1 or len(cells) == 1):
                    if self._is_label_cell(target):
                        return None
                    return self._statement(i, target.first, target.last, "table", whole=target.last)
                at += target.colspan
            return None
        return None

    def _rows_below(self, i: int, row: Box) -> Statement:
        """A label over the whole width: the rows beneath, up to the next such label."""
        last = row.last
        for below in _rows_after(row):
            if below.empty:
                continue
            cells = [c for c in below.children if c.tag in _ROW_TAGS and not c.empty]
            if not cells:
                break
            if self._is_label_cell(cells[0]) or self._starts_labelled(cells[0].first):
                break
            last = below.last
        return self._statement(i, i + 1, last, "table")

    def _rowspan_end(self, cell: Box, row: Box, last: int) -> int:
        if cell.rowspan > 1:
            for below in _rows_after(row)[: cell.rowspan - 1]:
                last = max(last, below.last)
        return last

    # ---- tabs

    def _strip_at(self, i: int) -> int:
        """The last line of a row of tabs that begins here, 0 if none does."""
        if not self._labels[i]:
            return 0
        first = self._solo_box(i)
        if first.tag in (*_ROW_TAGS, "dt") or first.parent is None:
            return 0
        last = i
        labels = 1
        unnamed = 0
        while last + 1 < len(self._lines) and self._own[last + 1]:
            following = self._solo_box(last + 1)
            if following.tag != first.tag or following.parent is not first.parent:
                break
            if len(self._lines[last + 1].text) > LONGEST_LABEL:
                break
            if self._labels[last + 1]:
                labels += 1
            else:
                unnamed += 1
            last += 1
        same_line_tabs = labels >= 2 and labels > unnamed
        return last if same_line_tabs and first.tag != "p" else 0

    def _tabs(self, first: int, last: int) -> list[Statement]:
        """The panels of a row of tabs: by the ids that the tabs name, or by their order."""
        panels = self._panels(first, last)
        found = []
        for i in range(first, last + 1):
            if not self._labels[i]:
                continue
            panel = next(
                (b for t in self._lines[i].targets if (b := self._document.box(t)) and not b.empty), None
            )
            if panel is None and panels:
                panel = panels[i - first]
            if panel is None or panel.empty or panel.first <= i <= panel.last:
                continue
            start = panel.first
            if self._labels[start] == self._labels[i] and start < panel.last:
                start += 1
            if start == panel.first and self._labels[start] == self._labels[i]:
                continue
            found.append(self._statement(i, start, panel.last, "tab", whole=panel.last))
        return found

    def _panels(self, first: int, last: int) -> list[Box]:
        count = last - first + 1
        strip = self._solo_box(first).parent
        for _ in range(4):
            if strip is None or strip.parent is None:
                return []
            siblings = strip.parent.children
            at = next((k for k, child in enumerate(siblings) if child is strip), -1)
            after = siblings[at + 1 : at + 1 + count]
            if len(after) == count and len({b.tag for b in after}) == 1 and self._are_panels(after):
                return after
            for sibling in siblings[at + 1 : at + 3]:
                inside = sibling.children
                while len(inside) == 1 and count > 1:
                    inside = inside[0].children
                if len(inside) == count and len({b.tag for b in inside}) == 1:
                    return inside
            strip = strip.parent
        return []

    def _are_panels(self, boxes: Sequence[Box]) -> bool:
        """Siblings are panels where none of them begins with another's label (then they are sections)."""
        return len({b.classes.split(" ")[0] for b in boxes}) == 1

    # ---- labels within a line

    def _within(self, i: int) -> list[Statement]:
        line = self._lines[i]
        if line.image:
            return []
        if (found := self._by_segments(i)) is not None:
            return [found]
        if found_inner := self._by_colon(i):
            return found_inner
        if asked := self._asked(i):
            last = self._section_end(i, self._solo_box(i))
            return [self._statement(i, i + 1, last, "question", elements=asked)]
        if sentence := _TIME_SENTENCE.search(line.text):
            named = match_label(sentence["label"].replace("全程", ""))
            if named:
                return [Statement(named, sentence["label"], sentence["value"], "sentence", i, i)]
        return []

    def _by_segments(self, i: int) -> Statement | None:
        """`<b>办件类型</b><span>即办件</span>`: set apart by inline elements alone."""
        line = self._lines[i]
        if len(line.segments) < 2 or line.linked * 2 > len(line.text):
            return None
        head = ""
        for k, segment in enumerate(line.segments[:4]):
            head += segment
            if len(head) > LONGEST_LABEL + 12:
                return None
            if _COLON.search(head):
                return None
            named = match_label(head)
            rest = line.text[len(head) :] if line.text.startswith(head) else " ".join(line.segments[k + 1 :])
            if named and k + 1 < len(line.segments):
                if rest.lstrip().startswith(("：", ":")):
                    return None
                if not _is_set_apart(line, k):
                    return None
                return Statement(named, bare_label(head), _shorten(rest.strip()), "line", i, i)
        return None

    def _by_colon(self, i: int) -> list[Statement]:
        text = self._lines[i].text
        if not _COLON.search(text):
            return []
        marks: list[tuple[int, int, str, tuple[Element, ...]]] = []
        colon = _COLON.search(text[: LONGEST_LABEL + 12])
        if colon and (named := match_label(text[: colon.start()])):
            marks.append((0, colon.end(), text[: colon.start()], named))
        for found in _INNER_LABEL.finditer(text, marks[0][1] if marks else 0):
            if named := match_label(found[1]):
                marks.append((found.start(1), found.end(), found[1], named))
        statements = []
        for k, (_, value_start, label, named) in enumerate(marks):
            end = marks[k + 1][0] if k + 1 < len(marks) else len(text)
            value = text[value_start:end].strip(" ；;，,|")
            last = i
            if k + 1 == len(marks):
                last = self._continued(i, value)
                value = "\n".join(v for v in (value, self._document.text_of(i + 1, last)) if v)
            statements.append(Statement(named, bare_label(label), _shorten(value), "line", i, last))
        return statements

    def _continued(self, i: int, value: str) -> int:
        """The last line of a value that begins behind a colon and may go on beneath."""
        solo = self._solo_box(i)
        if solo.tag in _ROW_TAGS:
            return i if value else solo.last
        container = solo.parent or solo
        if solo.last > i:
            container = solo
        goes_on = not value or bool(_OPEN_END.search(value)) or numbering_of(value) != ""
        own_style = _numbering_style(self._lines[i].text)
        last = i
        for j in range(i + 1, min(container.last, i + 300) + 1):
            line = self._lines[j]
            if not self._own[j] or self._labels[j] or line.heading:
                break
            style = _numbering_style(line.text)
            if style and style == own_style:
                break
            another = not style and _ANY_LABEL_LINE.match(line.text) and not _REMARK.match(line.text)
            if another and (self._starts_labelled(j) or self._lines[i].bold == line.bold):
                break
            if style and self._starts_labelled(j):
                break
            if not goes_on and not (style and style != own_style and _is_list_style(style)):
                break
            if not value and last > i and not style and self._places[j].signature == solo.signature:
                # an unnumbered paragraph after the value: still the value's unless labelled
                last = j
                continue
            last = j
        return last

    def _asked(self, i: int) -> tuple[Element, ...]:
        text = self._lines[i].text
        if text.endswith(("？", "?")) or (numbering_of(text) and "？" in text[:60]):
            return match_question(text)
        return ()

    def _statement(
        self,
        i: int,
        first: int,
        last: int,
        source: str,
        *,
        elements: tuple[Element, ...] = (),
        whole: int | None = None,
    ) -> Statement:
        text = self._document.text_of(first, last) if last >= first else ""
        end = max(i, last if whole is None else whole)
        start = min(i, first) if last >= first else i
        label = bare_label(self._lines[i].text)
        named = elements or self._labels[i]
        return Statement(named, label, _shorten(text), source, start if source != "tab" else i, end)


def _places(lines: Sequence[Line]) -> list[Box]:
    """For each line, its widest box that begins with it and is no larger than a paragraph's wrapper."""
    places = []
    for i, line in enumerate(lines):
        box = line.box
        while box.parent is not None and box.parent.first == box.parent.last == i:
            box = box.parent
        places.append(box)
    return places


def _alike(place: Box, solo: Box, label: Line, line: Line) -> bool:
    """Whether another line is made like the label: the next label, though not in the vocabulary."""
    if len(line.text) > LONGEST_LABEL or line.image:
        return False
    if solo.tag in ("dt", "th"):
        return place.tag == solo.tag
    if solo.classes and place.signature == solo.signature:
        return True
    same_box = line.box.classes and line.box.signature == label.box.signature
    return bool(same_box) or (label.bold and line.bold and place.tag == solo.tag)


def _rows_after(row: Box) -> list[Box]:
    """The rows under a row, within its table."""
    table = row.parent
    if table is None:
        return []
    siblings = table.children
    at = next((k for k, child in enumerate(siblings) if child is row), len(siblings))
    rows = [child for child in siblings[at + 1 : at + 60] if child.tag == "tr"]
    if table.tag == "thead" and table.parent is not None:
        for section in table.parent.children:
            if section.tag == "tbody":
                rows.extend(child for child in section.children[:60] if child.tag == "tr")
    return rows


_STYLES = (
    ("一、", re.compile(r"[一二三四五六七八九十]{1,3}\s*[、．.:：]")),
    ("（一）", re.compile(r"[（(]\s*[一二三四五六七八九十]{1,3}\s*[)）]")),
    ("1.1", re.compile(r"\d{1,2}[.．]\d{1,2}")),
    ("（1）", re.compile(r"[（(]\s*\d{1,2}\s*[)）]|\d{1,2}[)）]")),
    ("1、", re.compile(r"\d{1,2}\s*[、．.:：,，]|\d{1,2}(?=[一-鿿《])")),
    ("①", re.compile(r"[①-⑳]")),
    ("【", re.compile(r"【")),
)


def _numbering_style(text: str) -> str:
    for name, pattern in _STYLES:
        if pattern.match(text):
            return name
    return ""


def _is_list_style(style: str) -> bool:
    return style in ("1、", "（1）", "①", "（一）", "1.1")


def _is_set_apart(line: Line, k: int) -> bool:
    """Whether a label and its value are pieces that the page cut on purpose, and not one phrase in two fonts."""
    value = "".join(line.segments[k + 1 :])
    return len(line.segments) <= 8 and not value.startswith(("的", "及", "和", "、", "，", "。", "》", "时"))


def _shorten(text: str) -> str:
    return text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - 1] + "…"
