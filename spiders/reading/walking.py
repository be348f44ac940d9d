"""One walk over a page's tree, which makes lines in boxes of it.

A walk ends after `MOST_ELEMENTS` elements or `MOST_CHARACTERS` of text: what no person would scroll to is not
read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from lxml import etree

from spiders.addresses import is_route
from spiders.reading.boxes import Anchor, Box, Line
from spiders.reading.hidden import is_out_of_sight

MOST_ELEMENTS: Final = 50_000
MOST_CHARACTERS: Final = 600_000

# fmt: off
_BLOCKS = frozenset((
    "address", "article", "aside", "blockquote", "body", "button", "caption", "center", "dd", "details", "dialog",
    "dir", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "frameset", "h1", "h2", "h3",
    "h4", "h5", "h6", "header", "hr", "html", "iframe", "legend", "li", "main", "menu", "nav", "ol", "p", "pre",
    "section", "select", "summary", "table", "tbody", "td", "textarea", "tfoot", "th", "thead", "tr", "ul",
))
_UNSEEN = frozenset((
    "title", "noframes", "noscript", "object", "script", "style", "svg", "template", "canvas", "audio", "video",
))
# fmt: on
_SILENT = frozenset(("option", "textarea", "select", "iframe", "frame"))
_LEAST_JSON = 60
_SHUT = frozenset(("readonly", "disabled"))
_CLICKED = frozenset(("a", "area", "button", "input"))
# attributes of most elements, which say nothing about clicks
_PLAIN = frozenset(("class", "id", "style", "title", "width", "height", "colspan", "rowspan", "align", "valign", "src", "alt", "border", "lang", "scope", "name"))  # fmt: skip
_BOLD = frozenset(("b", "strong", "th", "h1", "h2", "h3", "h4", "h5", "h6", "dt"))
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_ZERO_WIDTH = re.compile("[\u200b\u200c\u200d\u2060\ufeff\u00ad]+")
_TARGETS = frozenset(
    ("aria-controls", "data-target", "data-bs-target", "data-panel", "data-tab", "data-for", "data-id")
)
_NOT_TEXT_INPUTS = frozenset(("hidden", "button", "submit", "reset", "image", "checkbox", "radio", "search"))
_BOLD_STYLE = re.compile(r"font-weight\s*:\s*(?:bold|[6-9]00)", re.I)
# images that the page is decorated with: by name or by size
_DECORATION = re.compile(
    r"(?:^|[/_.-])(?:logo|icon|ico|btn|button|arrow|bg|banner|dot|line|blank|spacer|share|weixin|wechat|qrcode|"
    r"ewm|print|close|search|top|home|jiucuo|wza|gongan|beian|dzjg|red|dangzheng)\w*[.-]|^data:image/(?:gif|svg)",
    re.I,
)


@dataclass(eq=False, slots=True)
class Walk:
    """What a walk over a page collects."""

    lines: list[Line] = field(default_factory=list)
    anchors: list[Anchor] = field(default_factory=list)
    scripts: list[str] = field(default_factory=list)
    carried: list[str] = field(default_factory=list)
    """JSON that attributes carry."""
    inputs: int = 0
    boxes_by_id: dict[str, Box] = field(default_factory=dict)
    frames: list[str] = field(default_factory=list)
    complete: bool = True


def walk(tree: etree._Element) -> Walk:
    """Walk over a tree."""
    walker = _Walker()
    walker.walk(tree)
    return walker.found


class _Walker:
    """One walk over a tree."""

    def __init__(self) -> None:
        self.found = Walk()
        self._box = Box("", None)
        self._segments: list[str] = []
        self._bold_depth = 0
        self._bold_characters = 0
        self._link_depth = 0
        self._linked_characters = 0
        self._heading_depth = 0
        self._targets: list[str] = []
        self._open_anchors: list[tuple[Anchor, list[str]]] = []
        self._characters = 0
        self._styled_bold: list[etree._Element] = []
        self._out_of_sight: set[etree._Element] = set()

    def walk(self, tree: etree._Element) -> None:
        count = 0
        context = etree.iterwalk(tree, events=("start", "end", "comment", "pi"))
        for event, element in context:
            if event == "start":
                count += 1
                if count > MOST_ELEMENTS or self._characters > MOST_CHARACTERS:
                    self.found.complete = False
                    break
                tag = str(element.tag)
                if tag in _UNSEEN:
                    if tag == "script":
                        self._script(element)
                    context.skip_subtree()
                    continue
                attributes = dict(element.items())  # asking lxml for each name costs several times as much
                if ("style" in attributes or "hidden" in attributes) and is_out_of_sight(element, attributes):
                    self._out_of_sight.add(element)
                    context.skip_subtree()
                    continue
                self._start(element, tag, attributes, count)
                if (tag not in _SILENT or _shows(tag, element)) and (text := element.text):
                    self._say(text)
            else:
                if self._out_of_sight and element in self._out_of_sight:
                    self._out_of_sight.remove(element)
                elif event == "end" and (tag := str(element.tag)) not in _UNSEEN:
                    self._end(element, tag)
                if tail := element.tail:
                    self._say(tail)
        self._flush()
        while self._box.parent is not None:
            self._close_box()

    def _field(self, attributes: Mapping[str, str]) -> None:
        """A field that nobody can write in shows its value; any other is there to be filled in."""
        if attributes.get("value") and not attributes.keys().isdisjoint(_SHUT):
            self._say(attributes["value"])
        else:
            self.found.inputs += 1

    def _script(self, element: etree._Element) -> None:
        if element.text and len(element.text) > 20:
            self.found.scripts.append(element.text)

    def _start(self, element: etree._Element, tag: str, attributes: Mapping[str, str], order: int) -> None:
        if tag in _BLOCKS:
            self._open_box(tag, attributes)
        elif tag == "br":
            self._flush()
        elif tag == "img":
            self._image(attributes)
        elif tag == "input" and attributes.get("type", "text").lower() not in _NOT_TEXT_INPUTS:
            self._field(attributes)
        if tag in _BOLD:
            self._bold_depth += 1
        if tag in _CLICKED or (
            attributes and not (attributes.keys() <= _PLAIN and _is_plain(tag, attributes))
        ):
            self._by_attributes(element, tag, attributes, order)
        if tag in _SILENT:
            self.found.inputs += tag in ("textarea", "select") and not _shows(tag, element)
            if tag in ("iframe", "frame") and attributes.get("src"):
                self.found.frames.append(attributes["src"])

    def _by_attributes(
        self, element: etree._Element, tag: str, attributes: Mapping[str, str], order: int
    ) -> None:
        href = onclick = ""
        if tag == "a" or tag == "area":
            href = attributes.get("href", "").strip()
            if href.startswith("#") and len(href) > 1:
                self._targets.append(href[1:])
        elif tag == "span" and "style" in attributes and _BOLD_STYLE.search(attributes["style"]):
            self._bold_depth += 1
            self._styled_bold.append(element)
        offers = False
        for name, value in attributes.items():
            if value[:1] in ("{", "[") and len(value) >= _LEAST_JSON:
                self.found.carried.append(value)
            if name[:2] == "on" or name == "@click":
                if name in ("onclick", "@click"):
                    onclick = value
            elif name[:5] in ("data-", "aria-"):
                if name in _TARGETS:
                    self._targets.append(value.lstrip("#"))
                offers = offers or bool(_DATA_OFFER.match(name))
        if tag in ("a", "area", "button") or onclick or offers or _is_button(tag, attributes):
            anchor = Anchor(element, tag, href, onclick, "", len(self.found.lines), self._box, order)
            self.found.anchors.append(anchor)
            self._open_anchors.append((anchor, []))
        if tag == "a" and _leads_away(href):
            self._link_depth += 1

    def _end(self, element: etree._Element, tag: str) -> None:
        if self._open_anchors and self._open_anchors[-1][0].element is element:
            anchor, said = self._open_anchors.pop()
            anchor.text = one_line("".join(said)) or one_line(
                element.get("value", "") if tag == "input" else ""
            )
            if tag == "a" and _leads_away(anchor.href):
                self._link_depth -= 1
        if tag in _BOLD:
            self._bold_depth -= 1
        elif self._styled_bold and self._styled_bold[-1] is element:
            self._styled_bold.pop()
            self._bold_depth -= 1
        if tag in _BLOCKS:
            if self._segments or self._targets:
                self._flush()
            self._close_box()

    def _say(self, text: str) -> None:
        if text.isspace():
            if self._segments:
                self._segments.append(" ")
            return
        length = len(text)
        self._characters += length
        self._segments.append(text)
        if self._bold_depth > 0:
            self._bold_characters += length
        if self._link_depth > 0:
            self._linked_characters += length
        if self._open_anchors:
            for _, said in self._open_anchors[-3:]:
                if len(said) < 40:
                    said.append(text)

    def _image(self, attributes: Mapping[str, str]) -> None:
        source = attributes.get("src", "") or attributes.get("data-src", "")
        if not source or _DECORATION.search(source[:300]) or _is_small(attributes):
            return
        name = one_line(attributes.get("alt", "") or attributes.get("title", ""))
        self._flush()
        self.found.lines.append(
            Line(f"〔图〕{name or source.rsplit('/', 1)[-1][:80]}", self._box, (), image=True)
        )

    def _flush(self) -> None:
        if self._segments:
            if len(self._segments) == 1:
                text = one_line(self._segments[0])
                segments: tuple[str, ...] = (text,)
            else:
                text = one_line("".join(self._segments))
                segments = tuple(filter(None, map(one_line, self._segments)))
            if text:
                self.found.lines.append(
                    Line(
                        text,
                        self._box,
                        segments,
                        self._heading() if self._heading_depth else 0,
                        self._bold_characters * 10 >= len(text) * 9,
                        min(self._linked_characters, len(text)),
                        tuple(self._targets),
                    )
                )
            self._segments = []
        self._bold_characters = self._linked_characters = 0
        if self._targets:
            self._targets = []

    def _heading(self) -> int:
        box: Box | None = self._box
        for _ in range(3):
            if box is None:
                break
            if box.tag in _HEADINGS:
                return _HEADINGS[box.tag]
            box = box.parent
        return 0

    def _open_box(self, tag: str, attributes: Mapping[str, str]) -> None:
        if self._segments:
            self._flush()
        parent = self._box
        box = self._box = Box(tag, parent, first=len(self.found.lines), place=len(parent.children))
        parent.children.append(box)
        if tag in _HEADINGS:
            self._heading_depth += 1
        if not attributes:
            return
        box.classes = attributes.get("class", "")
        if tag in ("td", "th"):
            box.rowspan = _span(attributes.get("rowspan"))
            box.colspan = _span(attributes.get("colspan"))
        if "id" in attributes:
            box.id = attributes["id"]
            self.found.boxes_by_id.setdefault(box.id, box)

    def _close_box(self) -> None:
        box = self._box
        box.last = len(self.found.lines) - 1
        if box.tag in _HEADINGS:
            self._heading_depth -= 1
        if box.parent is not None:
            self._box = box.parent


def _leads_away(href: str) -> bool:
    if href.startswith("#"):
        return is_route(href[1:])
    return bool(href) and not href.startswith("javascript:")


def _shows(tag: str, element: etree._Element) -> bool:
    """Whether a text area is there to be read, not to be written in."""
    return tag == "textarea" and bool(element.text) and not _SHUT.isdisjoint(element.keys())


def _is_plain(tag: str, attributes: Mapping[str, str]) -> bool:
    """Whether an element with nothing but plain attributes has neither a button's class nor a bold style."""
    if tag == "span" and "style" in attributes:
        return False
    return "class" not in attributes or not _is_button(tag, attributes)


def _is_button(tag: str, attributes: Mapping[str, str]) -> bool:
    if tag == "input":
        return attributes.get("type", "").lower() in ("submit", "button", "image")
    return (
        "class" in attributes
        and tag in ("span", "i", "em", "div", "p")
        and _names_a_download(attributes["class"])
    )


@lru_cache(maxsize=4096)
def _names_a_download(classes: str) -> bool:
    return _DOWNLOAD_CLASS.search(classes) is not None


_DOWNLOAD_CLASS = re.compile(r"(?:^|[-_ ])(?:down|download|attach|attachment|file|xiazai|fujian)", re.I)
_DATA_OFFER = re.compile(r"^data-.*?(?:attach|file|down|guid|href|url|fj)", re.I)


def one_line(text: str) -> str:
    """A text with its blanks collapsed and invisible characters taken out."""
    text = " ".join(text.split())
    # what is invisible is not printable, and hardly any text has it
    return text if text.isprintable() else _ZERO_WIDTH.sub("", text).strip()


def _is_small(attributes: Mapping[str, str]) -> bool:
    for name in ("width", "height"):
        size = attributes.get(name, "").removesuffix("px")
        if size.isdecimal() and int(size) < 60:
            return True
    return False


def _span(value: str | None) -> int:
    return min(int(value), 200) if value and value.isdecimal() and value.isascii() and int(value) > 0 else 1
