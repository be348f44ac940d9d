"""What a page states under which label, in whatever way it sets labels and values apart.

A label is a cell, a term, a heading, a tab or the beginning of a line; its value is the cell beside or beneath
it, the description, the text that follows, the panel, or the rest of the line. A label with nothing to show is
a statement with an empty text, so that an element whose label stands there for nothing is not called present.
"""

from __future__ import annotations

import re

from spiders.reading.boxes import Box, Line
from spiders.reading.document import Document
from spiders.reading.regions import Regions
from spiders.reading.sheet import (
    COLON,
    Sheet,
    Statement,
    is_list_style,
    numbering_style,
    shorten,
)
from spiders.reading.tables import CELL_TAGS, beside_cell, head_row, is_steps_row
from spiders.reading.tabs import inline_tabs, strip_at, tabs_of
from spiders.reading.vocabulary import (
    LONGEST_LABEL,
    Element,
    bare_label,
    match_label,
    match_question,
    numbering_of,
)

__all__ = ["Statement", "find_statements"]

# a label inside a line: at its start, after a gap or after the mark that ends the value before it
_GAP = re.compile(r"[\s；;。|，,】]")
_INNER_LABEL = re.compile(r"(?:^|(?<=[\s；;。|，,】]))([一-鿿（）()/、]{2,16})\s*[：:]")
_ANY_LABEL_LINE = re.compile(r"^[^：:，,。；;]{2,18}[：:]")
_REMARK = re.compile(r"^(?:注|备注|说明|答|问|其中|如下|例如|即|包括|提示|温馨提示|[\d（(]|http)")
_SENTENCE_MARKS = re.compile(r"[，。；！]")
_OPEN_END = re.compile(r"[；;：:、，,]$")
_TIME_SENTENCE = re.compile(
    r"(?P<label>(?:法定|承诺)?(?:全程)?(?:办理|办结|审批|办证|受理)(?:的)?(?:时限|期限))(?:为|是|不超过)(?P<value>[^，。；\n]{0,24}(?:日|天|小时|分钟|月|即办|办结))"
)
_READ_IN_LINE = 5000
_SHORT_VALUED = frozenset(
    ("法定办结时限", "承诺办结时限", "办结时限(未分)", "到办事现场次数", "办件类型", "收费", "行使层级")
)


def find_statements(document: Document, regions: Regions) -> list[Statement]:
    """Every statement on a page, from top to bottom."""
    sheet = Sheet(document, regions)
    found: list[Statement] = []
    i = 0
    while i < len(sheet.lines):
        if not sheet.own[i]:
            i += 1
            continue
        if sheet.labels[i] and (strip := strip_at(sheet, i)):
            found.extend(tabs_of(sheet, strip))
            i = max(strip.stop, i + 1)
            continue
        found.extend([_under(sheet, i)] if sheet.labels[i] else _within(sheet, i))
        i += 1
    return found


def _under(sheet: Sheet, i: int) -> Statement:
    solo = sheet.solo_box(i)
    if solo.tag in CELL_TAGS:
        found = beside_cell(sheet, i, solo)
        if found is not None:
            return found
    elif (above := _above(sheet, i, solo)) is not None:
        return above
    last = _section_end(sheet, i, solo)
    source = "terms" if solo.tag == "dt" else "section"
    if head := head_row(sheet, i + 1, last):
        beneath = sheet.document.text_of(head.last + 1, last)
        if not any(element.is_answer(beneath) for element in sheet.labels[i]):
            return sheet.statement(i, i + 1, i, source, whole=last)
    return sheet.statement(i, i + 1, last, source)


def _section_end(sheet: Sheet, i: int, solo: Box) -> int:
    """The last line of what follows a label, up to what looks like the next label."""
    if solo.last > i:
        # the label shares its box with text, set off by breaks only
        container: Box = solo
    else:
        container = solo.parent or solo
        if sheet.is_left_blank(i):
            return i
        while container.last <= i and container.parent is not None:
            container = container.parent
    end = i
    numbering = numbering_style(sheet.lines[i].text)
    for j in range(i + 1, min(container.last, i + 400) + 1):
        if not sheet.own[j] or _ends_section(sheet, i, j, solo, numbering):
            break
        end = j
    return end


def _ends_section(sheet: Sheet, i: int, j: int, solo: Box, numbering: str) -> bool:
    label, line = sheet.lines[i], sheet.lines[j]
    if sheet.labels[j] and not (set(sheet.labels[j]) & set(sheet.labels[i]) and j == i + 1):
        return not _is_column(sheet, j)
    if line.heading and (not label.heading or line.heading <= label.heading):
        return True
    style = numbering_style(line.text)
    if numbering:
        if style == numbering and not (_SENTENCE_MARKS.search(line.text[:-1]) and len(line.text) > 40):
            return True
    elif style == "" and sheet.starts_labelled(j):
        return True
    place = sheet.places[j]
    if place.tag == "dt":
        return True
    # a label that is numbered is followed by one that is numbered too
    may_be_next = (not numbering or style == numbering) and place is not solo and place.first == j
    if may_be_next and place.signature not in sheet.prose and _alike(place, solo, label, line):
        return True
    return label.bold and line.bold and not label.heading and len(line.text) <= 20 and not style


def _is_column(sheet: Sheet, j: int) -> bool:
    """Whether a label heads a column of a table of steps or materials."""
    cell = sheet.solo_box(j)
    if cell.tag not in CELL_TAGS or cell.parent is None:
        return False
    return is_steps_row(sheet, [c for c in cell.parent.children[:60] if c.tag in CELL_TAGS])


def _above(sheet: Sheet, i: int, solo: Box) -> Statement | None:
    """A short value over its label, as cards show it: `20个工作日` with 法定办结时限 beneath."""
    card = solo.parent
    if card is None or card.tag in ("body", "html", "") or card.last != i or not 1 <= i - card.first <= 2:
        return None
    if not {element.name for element in sheet.labels[i]} & _SHORT_VALUED:
        return None
    value = sheet.document.text_of(card.first, i - 1)
    if len(value) > 20 or any(sheet.labels[k] or not sheet.own[k] for k in range(card.first, i)):
        return None
    return Statement(sheet.labels[i], bare_label(sheet.lines[i].text), value, "section", card.first, i)


def _within(sheet: Sheet, i: int) -> list[Statement]:
    line = sheet.lines[i]
    if line.image:
        return []
    text = line.text
    if len(line.segments) > 1:
        if (tabs := inline_tabs(sheet, i)) is not None:
            return tabs
        if (found := _by_segments(sheet, i)) is not None:
            return [found]
    if ("：" in text or ":" in text) and (found_inner := _by_colon(sheet, i)):
        return found_inner
    if " " in text and (set_off := _by_blank(sheet, i)) is not None:
        return [set_off]
    if ("？" in text or "?" in text) and (asked := _asked(sheet, i)):
        last = _section_end(sheet, i, sheet.solo_box(i))
        return [sheet.statement(i, i + 1, last, "question", elements=asked)]
    if "限" in text and (sentence := _TIME_SENTENCE.search(text[:_READ_IN_LINE])):
        named = match_label(sentence["label"].replace("全程", ""))
        if named:
            return [Statement(named, sentence["label"], sentence["value"], "sentence", i, i)]
    return []


def _by_segments(sheet: Sheet, i: int) -> Statement | None:
    """`<b>办件类型</b><span>即办件</span>`: set apart by inline elements alone."""
    line = sheet.lines[i]
    if len(line.segments) < 2 or line.linked * 2 > len(line.text):
        return None
    head = ""
    for k, segment in enumerate(line.segments[:4]):
        head += segment
        if len(head) > LONGEST_LABEL + 12:
            return None
        if COLON.search(head):
            return None
        named = match_label(head)
        rest = line.text[len(head) :] if line.text.startswith(head) else " ".join(line.segments[k + 1 :])
        if named and k + 1 < len(line.segments):
            if rest.lstrip().startswith(("：", ":")):
                return None
            if not _is_set_apart(line, k):
                return None
            return Statement(named, bare_label(head), shorten(rest.strip()), "line", i, i)
    return None


def _by_blank(sheet: Sheet, i: int) -> Statement | None:
    """`实施主体　市公安局`: set apart by a blank alone. Only wordings of the list count, not families of them."""
    line = sheet.lines[i]
    head, _, value = line.text.partition(" ")
    if not value or not 4 <= len(head) <= 10 or line.linked or len(value) > 200:
        return None
    named = match_label(head)
    if not named or bare_label(head) not in named[0].labels or any(map(match_label, value.split(" "))):
        return None
    return Statement(named, bare_label(head), shorten(value), "line", i, i)


def _by_colon(sheet: Sheet, i: int) -> list[Statement]:
    text = sheet.lines[i].text
    last_colon = max(text.rfind("：", 0, _READ_IN_LINE), text.rfind(":", 0, _READ_IN_LINE))
    if last_colon < 0:
        return []
    marks: list[tuple[int, int, str, tuple[Element, ...]]] = []
    colon = COLON.search(text[: LONGEST_LABEL + 12])
    if colon and (named := match_label(text[: colon.start()])):
        marks.append((0, colon.end(), text[: colon.start()], named))
    start = marks[0][1] if marks else 0
    if _GAP.search(text, max(0, start - 1), last_colon):
        for found in _INNER_LABEL.finditer(text, start, _READ_IN_LINE):
            if named := match_label(found[1]):
                marks.append((found.start(1), found.end(), found[1], named))
    statements = []
    for k, (_, value_start, label, named) in enumerate(marks):
        end = marks[k + 1][0] if k + 1 < len(marks) else len(text)
        value = text[value_start:end].strip(" ；;，,|")
        last = i
        if k + 1 == len(marks):
            last = _continued(sheet, i, value)
            value = "\n".join(v for v in (value, sheet.document.text_of(i + 1, last)) if v)
        statements.append(Statement(named, bare_label(label), shorten(value), "line", i, last))
    return statements


def _continued(sheet: Sheet, i: int, value: str) -> int:
    """The last line of a value that begins behind a colon and may go on beneath."""
    solo = sheet.solo_box(i)
    if solo.tag in CELL_TAGS:
        return i if value else solo.last
    container = solo.parent or solo
    if solo.last > i:
        container = solo
    goes_on = not value or bool(_OPEN_END.search(value)) or numbering_of(value) != ""
    own_style = numbering_style(sheet.lines[i].text)
    last = i
    for j in range(i + 1, min(container.last, i + 300) + 1):
        line = sheet.lines[j]
        if not sheet.own[j] or sheet.labels[j] or line.heading:
            break
        style = numbering_style(line.text)
        if style and style == own_style:
            break
        another = not style and _ANY_LABEL_LINE.match(line.text) and not _REMARK.match(line.text)
        if another and (sheet.starts_labelled(j) or sheet.lines[i].bold == line.bold):
            break
        if style and sheet.starts_labelled(j):
            break
        if not goes_on and not (style and style != own_style and is_list_style(style)):
            break
        last = j
    return last


def _asked(sheet: Sheet, i: int) -> tuple[Element, ...]:
    text = sheet.lines[i].text
    if text.endswith(("？", "?")) or ("？" in text[:60] and numbering_of(text)):
        return match_question(text)
    return ()


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


def _is_set_apart(line: Line, k: int) -> bool:
    """Whether a label and its value are pieces that the page cut on purpose, and not one phrase in two fonts."""
    value = "".join(line.segments[k + 1 :])
    return len(line.segments) <= 8 and not value.startswith(("的", "及", "和", "、", "，", "。", "》", "时"))
