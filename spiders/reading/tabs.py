"""Labels that are tabs: their value is the panel that belongs to them, by its id or by its order."""

from __future__ import annotations

import re
from collections.abc import Sequence

from spiders.reading.boxes import Box
from spiders.reading.sheet import Sheet, Statement, shorten
from spiders.reading.vocabulary import LONGEST_LABEL, Element, bare_label, match_label

_MOST_TABS = 30
_SEPARATOR = re.compile(r"line|sep|split|divid|border|clear", re.IGNORECASE)
_STATES = frozenset(
    (
        "on",
        "active",
        "is-active",
        "cur",
        "current",
        "curr",
        "selected",
        "select",
        "checked",
        "hover",
        "first",
        "last",
        "open",
        "focus",
        "now",
        "this",
        "show",
        "ant-tabs-tab-active",
        "layui-this",
    )
)

# a tab's text, the elements that it names, the ids that it leads to
_Tab = tuple[str, tuple[Element, ...], tuple[str, ...]]


def strip_at(sheet: Sheet, i: int) -> range:
    """The lines of a row of tabs that this label belongs to; empty if it stands in none."""
    solo = sheet.solo_box(i)
    if not sheet.labels[i] or solo.tag in ("td", "th", "dt", "p") or solo.parent is None:
        return range(0)
    first = last = i
    while first > 0 and i - first < _MOST_TABS and _is_tab_beside(sheet, first - 1, solo):
        first -= 1
    while last + 1 < len(sheet.lines) and last - i < _MOST_TABS and _is_tab_beside(sheet, last + 1, solo):
        last += 1
    strip = _without_a_heading(sheet, range(first, last + 1), solo.parent)
    if any(sheet.is_left_blank(k) for k in strip):
        return range(0)
    labels = sum(bool(sheet.labels[k]) for k in strip)
    if labels < 2 or labels * 2 < len(strip):
        return range(0)
    # where many are no labels, they may as well be labels and values by turns: then panels decide
    return strip if labels * 3 >= len(strip) * 2 or _panels(len(strip), solo.parent) else range(0)


def _is_tab_beside(sheet: Sheet, k: int, tab: Box) -> bool:
    line = sheet.lines[k]
    if not sheet.own[k] or line.image or len(line.text) > LONGEST_LABEL:
        return False
    other = sheet.solo_box(k)
    if other.parent is not tab.parent or tab.parent is None:
        return False
    alike = _made(other) == _made(tab) or _is_open_tab(other) or _is_open_tab(tab)
    return other.tag == tab.tag and alike and not _heads_nothing(other, tab)


def _is_open_tab(box: Box) -> bool:
    """Whether a box alone is made otherwise than all its like: the open one of a row, whatever marks it."""
    assert box.parent is not None
    others = [each for each in box.parent.children[:_MOST_TABS] if each.tag == box.tag and each is not box]
    made = {_made(each) for each in others}
    return len(others) >= 2 and len(made) == 1 and _made(box) not in made


def _without_a_heading(sheet: Sheet, strip: range, parent: Box) -> range:
    """A row of tabs without the first of it, where that names no panel but the whole row."""
    if len(strip) < 3 or not _is_open_tab(sheet.solo_box(strip.start)) or _panels(len(strip), parent):
        return strip
    return strip[1:]


def _heads_nothing(one: Box, other: Box) -> bool:
    """Whether an empty box stands between two of one parent: the first heads a section with nothing to say."""
    assert one.parent is not None
    first, second = sorted((one.place, other.place))
    between = one.parent.children[first + 1 : second]
    return any(each.empty and each.tag == "div" and not _SEPARATOR.search(each.classes) for each in between)


def _made(box: Box) -> frozenset[str]:
    """A box's classes without those that say which tab is open."""
    return frozenset(box.classes.split()) - _STATES


def tabs_of(sheet: Sheet, strip: range) -> list[Statement]:
    """What stands in the panels of a row of tabs."""
    tabs = [(sheet.lines[i].text, sheet.labels[i], sheet.lines[i].targets) for i in strip]
    return _of_panels(sheet, strip.start, tabs, sheet.solo_box(strip.start).parent)


def inline_tabs(sheet: Sheet, i: int) -> list[Statement] | None:
    """The same for tabs that are inline elements of one line; None if the line is none such."""
    line = sheet.lines[i]
    count = len(line.segments)
    if not 2 <= count <= _MOST_TABS or any(len(s) > LONGEST_LABEL for s in line.segments):
        return None
    named = [match_label(segment) for segment in line.segments]
    if sum(map(bool, named)) < 2 or sum(map(bool, named)) * 2 < count:
        return None
    one_each = len(line.targets) == count
    tabs = [
        (segment, elements, (line.targets[k],) if one_each else ())
        for k, (segment, elements) in enumerate(zip(line.segments, named, strict=True))
    ]
    return _of_panels(sheet, i, tabs, line.box)


def _of_panels(sheet: Sheet, i: int, tabs: Sequence[_Tab], strip: Box | None) -> list[Statement]:
    """The panels of tabs: by the ids that the tabs name, or by their order."""
    panels = _panels(len(tabs), strip)
    if any(not panel.empty and not sheet.has_own(panel) for panel in panels):
        panels = []  # lines of the site's frame, such as its footer
    found = []
    for k, (text, elements, targets) in enumerate(tabs):
        if not elements:
            continue
        panel = next((b for t in targets if (b := sheet.document.box(t)) and not b.empty), None)
        if panel is None and panels:
            panel = panels[k]
        if panel is None or panel.empty or panel.first <= i <= panel.last:
            continue
        start = panel.first
        if sheet.labels[start] == elements:
            # the panel begins with its own heading, or is nothing but the heading that a tab jumps to
            if start == panel.last:
                continue
            start += 1
        value = shorten(sheet.document.text_of(start, panel.last))
        found.append(Statement(elements, bare_label(text), value, "tab", panel.first, panel.last))
    return found


def _panels(count: int, strip: Box | None) -> list[Box]:
    for _ in range(4):
        if strip is None or strip.parent is None:
            return []
        siblings = strip.parent.children
        at = strip.place
        after = siblings[at + 1 : at + 1 + count]
        if len(after) == count and len({b.tag for b in after}) == 1 and _are_panels(after):
            return after
        for sibling in siblings[at + 1 : at + 3]:
            inside = sibling.children
            while len(inside) == 1 and count > 1:
                inside = inside[0].children
            if len(inside) == count and len({b.tag for b in inside}) == 1:
                return inside
        strip = strip.parent
    return []


def _are_panels(boxes: Sequence[Box]) -> bool:
    """Siblings are panels where none of them begins with another's label (then they are sections)."""
    return len({b.classes.split(" ")[0] for b in boxes}) == 1
