"""A page as a reader sees it: lines of text in boxes, made in one walk over the tree.

Everything that reads a page works on these lines, so that its cost is linear in the page, however the page is
built. A walk ends after `MOST_ELEMENTS` elements or `MOST_CHARACTERS` of text: what no person would scroll to
is not read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final
from urllib.parse import urljoin

from lxml import etree, html

MOST_ELEMENTS: Final = 120_000
MOST_CHARACTERS: Final = 1_500_000

_BLOCKS = frozenset(
    (
        *(
            "address",
            "article",
            "aside",
            "blockquote",
            "body",
            "button",
            "caption",
            "center",
            "dd",
            "details",
        ),
        *(
            "dialog",
            "dir",
            "div",
            "dl",
            "dt",
            "fieldset",
            "figcaption",
            "figure",
            "footer",
            "form",
            "frameset",
        ),
        *(
            "h1",
            "h2",
            "h3",
            "h4",
            "h5",
            "h6",
            "header",
            "hr",
            "html",
            "iframe",
            "legend",
            "li",
            "main",
            "menu",
        ),
        *(
            "nav",
            "ol",
            "p",
            "pre",
            "section",
            "select",
            "summary",
            "table",
            "tbody",
            "td",
            "textarea",
            "tfoot",
        ),
        *("th", "thead", "tr", "ul"),
    )
)
_UNSEEN = frozenset(
    (
        "head",
        "noframes",
        "noscript",
        "object",
        "script",
        "style",
        "svg",
        "template",
        "canvas",
        "audio",
        "video",
    )
)
_BOLD = frozenset(("b", "strong", "th", "h1", "h2", "h3", "h4", "h5", "h6", "dt"))
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_ZERO_WIDTH = re.compile("[\u200b\u200c\u200d\u2060\ufeff\u00ad]+")
_TARGETS = ("aria-controls", "data-target", "data-bs-target", "data-panel", "data-tab", "data-for", "data-id")
_NOT_TEXT_INPUTS = frozenset(("hidden", "button", "submit", "reset", "image", "checkbox", "radio", "search"))
_BOLD_STYLE = re.compile(r"font-weight\s*:\s*(?:bold|[6-9]00)", re.I)
# images that the page is decorated with: by name or by size
_DECORATION = re.compile(
    r"(?:^|[/_.-])(?:logo|icon|ico|btn|button|arrow|bg|banner|dot|line|blank|spacer|share|weixin|wechat|qrcode|"
    r"ewm|print|close|search|top|home|jiucuo|wza|gongan|beian|dzjg|red|dangzheng)\w*[.-]|^data:image/(?:gif|svg)",
    re.I,
)


@dataclass(eq=False, slots=True)
class Box:
    """A block of the page, and the range of lines in it."""

    tag: str
    parent: Box | None
    classes: str = ""
    id: str = ""
    first: int = 0
    last: int = -1
    """Its last line, inclusive; before `first` when it has none."""
    children: list[Box] = field(default_factory=list, repr=False)
    rowspan: int = 1
    colspan: int = 1

    @property
    def empty(self) -> bool:
        """Whether no line lies in it."""
        return self.last < self.first

    @property
    def signature(self) -> tuple[str, str]:
        """What boxes of the same make share."""
        return (self.tag, self.classes)

    def ancestors(self) -> Iterator[Box]:
        """Its parents, the nearest first."""
        box = self.parent
        while box is not None:
            yield box
            box = box.parent


@dataclass(eq=False, slots=True)
class Line:
    """A line of visible text."""

    text: str
    box: Box
    segments: tuple[str, ...]
    """The same, as the page's inline elements cut it."""
    heading: int = 0
    """1-6 within h1-h6, else 0."""
    bold: bool = False
    linked: int = 0
    """Characters of it that are a link to another page."""
    targets: tuple[str, ...] = ()
    """Ids of boxes on the same page that it leads to or controls (tabs)."""
    image: bool = False
    """It stands for a picture that belongs to the content."""


@dataclass(eq=False, slots=True)
class Anchor:
    """Something that can be clicked."""

    element: html.HtmlElement
    tag: str
    href: str
    onclick: str
    text: str
    line: int
    """The line that it begins on."""
    box: Box
    order: int
    """Its place among all elements of the page, for naming it later."""


@dataclass(eq=False, slots=True)
class _Walk:
    """What the walk collects."""

    lines: list[Line] = field(default_factory=list)
    anchors: list[Anchor] = field(default_factory=list)
    scripts: list[str] = field(default_factory=list)
    inputs: int = 0
    boxes_by_id: dict[str, Box] = field(default_factory=dict)
    frames: list[str] = field(default_factory=list)
    complete: bool = True


class Document:
    """A parsed page."""

    def __init__(self, tree: html.HtmlElement | None, url: str) -> None:
        """Wrap a parsed tree; it is walked when first asked for."""
        self.tree = tree
        self.url = url

    @classmethod
    def parse(cls, source: str, url: str) -> Document:
        """Parse a page's text; whatever the text is, there is a document."""
        return cls(parse(source), url)

    @cached_property
    def title(self) -> str:
        """The page's `<title>`, blanks collapsed; empty if none."""
        if self.tree is None:
            return ""
        found = self.tree.find(".//title")
        return _one_line(found.text or "") if found is not None else ""

    @cached_property
    def base(self) -> str:
        """What relative addresses on the page start from."""
        if self.tree is None:
            return self.url
        found = self.tree.find(".//base[@href]")
        try:
            return urljoin(self.url, found.get("href", "").strip()) if found is not None else self.url
        except ValueError:
            return self.url

    def meta(self, name: str) -> str:
        """The content of a `<meta name=…>`, e.g. `ColumnName`; empty if none. Letter case does not matter."""
        return self._metas.get(name.lower(), "")

    @cached_property
    def _metas(self) -> dict[str, str]:
        if self.tree is None:
            return {}
        return {
            str(m.get("name")).lower(): _one_line(m.get("content") or "")
            for m in self.tree.iterfind(".//meta[@name]")
        }

    @cached_property
    def _walk(self) -> _Walk:
        return _walk(self.tree) if self.tree is not None else _Walk()

    @property
    def lines(self) -> list[Line]:
        """Its lines, from top to bottom."""
        return self._walk.lines

    @property
    def anchors(self) -> list[Anchor]:
        """Links, buttons and whatever else reacts to a click."""
        return self._walk.anchors

    @property
    def scripts(self) -> list[str]:
        """The text of its inline scripts."""
        return self._walk.scripts

    @property
    def frames(self) -> list[str]:
        """The addresses of its frames, as written."""
        return self._walk.frames

    @property
    def inputs(self) -> int:
        """How many fields there are to fill in (search boxes and ticks not counted)."""
        return self._walk.inputs

    @property
    def complete(self) -> bool:
        """Whether the whole page was walked."""
        return self._walk.complete

    def box(self, identity: str) -> Box | None:
        """The box with that id."""
        return self._walk.boxes_by_id.get(identity)

    @cached_property
    def text(self) -> str:
        """Its visible text, pictures left out."""
        return "\n".join(line.text for line in self.lines if not line.image)

    def text_of(self, first: int, last: int) -> str:
        """The text from one line to another, both inclusive."""
        return "\n".join(line.text for line in self.lines[first : last + 1])


def parse(source: str) -> html.HtmlElement | None:
    """The tree of a page, or None where there is nothing to parse.

    A page nested deeper than the parser goes (2,048) loses its wrappers and keeps its text and links; a tag
    with thousands of attributes, whose cost would be quadratic, loses them.
    """
    source = _ENDLESS_TAG.sub(_cut_tag, source.replace("\x00", ""))
    if not source.strip():
        return None
    tree, too_deep = _parse(source)
    if too_deep:
        tree, _ = _parse(_WRAPPERS.sub(" ", source))
    return tree


_ENDLESS_TAG = re.compile(r"<[a-zA-Z][^<>]{4000,}>")
_MOST_ATTRIBUTES = 200
_WRAPPERS = re.compile(
    r"</?(?:div|span|font|b|i|u|em|strong|section|article|center|blockquote|table|tbody|tr|td|ul|ol|li|dl|dd|dt)"
    r"(?:\s[^<>]*)?>",
    re.I,
)


def _cut_tag(found: re.Match[str]) -> str:
    tag = found.group()
    return tag if tag.count("=") <= _MOST_ATTRIBUTES and tag.count(" ") <= 4000 else "<p>"


def _parse(source: str) -> tuple[html.HtmlElement | None, bool]:
    # as bytes, so that a declaration within the text is not obeyed a second time
    content = source.encode("utf-8", errors="replace")
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True)
    try:
        tree = html.document_fromstring(content, parser=parser, ensure_head_body=False)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None, False
    return tree, any(error.type_name == "ERR_RESOURCE_LIMIT" for error in parser.error_log)


def _walk(tree: html.HtmlElement) -> _Walk:
    walker = _Walker()
    walker.walk(tree)
    return walker.found


class _Walker:
    """One walk over a tree."""

    def __init__(self) -> None:
        self.found = _Walk()
        self._box = Box("", None)
        self._segments: list[str] = []
        self._bold_depth = 0
        self._bold_characters = 0
        self._link_depth = 0
        self._linked_characters = 0
        self._targets: list[str] = []
        self._open_anchors: list[tuple[Anchor, list[str]]] = []
        self._characters = 0
        self._styled_bold: list[html.HtmlElement] = []

    def walk(self, tree: html.HtmlElement) -> None:
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
                self._start(element, tag, count)
            elif event == "end":
                tag = str(element.tag)
                if tag not in _UNSEEN:
                    self._end(element, tag)
            if event != "start" and element.tail:
                self._say(element.tail)
        self._flush()
        while self._box.parent is not None:
            self._close_box()

    def _script(self, element: html.HtmlElement) -> None:
        if element.text and len(element.text) > 20:
            self.found.scripts.append(element.text)

    def _start(self, element: html.HtmlElement, tag: str, order: int) -> None:
        if tag in _BLOCKS:
            self._open_box(element, tag)
        elif tag == "br":
            self._flush()
        elif tag == "img":
            self._image(element)
        elif tag == "input" and element.get("type", "text").lower() not in _NOT_TEXT_INPUTS:
            self.found.inputs += 1
        if tag in ("textarea", "select"):
            self.found.inputs += 1
        if tag in ("iframe", "frame") and element.get("src"):
            self.found.frames.append(element.get("src", ""))
        if tag in _BOLD:
            self._bold_depth += 1
        elif tag == "span" and _BOLD_STYLE.search(element.get("style", "")):
            self._bold_depth += 1
            self._styled_bold.append(element)
        self._links(element, tag, order)
        if element.text and tag not in ("option", "textarea", "select", "iframe"):
            self._say(element.text)

    def _links(self, element: html.HtmlElement, tag: str, order: int) -> None:
        attributes = element.attrib
        if not attributes:
            return
        href = attributes.get("href", "").strip() if tag in ("a", "area") else ""
        onclick = attributes.get("onclick", "") or attributes.get("@click", "")
        if href.startswith("#") and len(href) > 1:
            self._targets.append(href[1:])
        for name in _TARGETS:
            if name in attributes:
                self._targets.append(attributes[name].lstrip("#"))
        if tag in ("a", "area", "button") or onclick or _offers(attributes) or _is_submit(tag, attributes):
            anchor = Anchor(element, tag, href, onclick, "", len(self.found.lines), self._box, order)
            self.found.anchors.append(anchor)
            self._open_anchors.append((anchor, []))
        if tag == "a" and href and not href.startswith(("#", "javascript:")):
            self._link_depth += 1

    def _end(self, element: html.HtmlElement, tag: str) -> None:
        if self._open_anchors and self._open_anchors[-1][0].element is element:
            anchor, said = self._open_anchors.pop()
            anchor.text = _one_line("".join(said)) or _one_line(
                element.get("value", "") if tag == "input" else ""
            )
            href = anchor.href
            if tag == "a" and href and not href.startswith(("#", "javascript:")):
                self._link_depth -= 1
        if tag in _BOLD:
            self._bold_depth -= 1
        elif self._styled_bold and self._styled_bold[-1] is element:
            self._styled_bold.pop()
            self._bold_depth -= 1
        if tag in _BLOCKS:
            self._flush()
            self._close_box()

    def _say(self, text: str) -> None:
        if not text or text.isspace():
            if self._segments and text:
                self._segments.append(" ")
            return
        length = len(text)
        self._characters += length
        self._segments.append(text)
        if self._bold_depth > 0:
            self._bold_characters += length
        if self._link_depth > 0:
            self._linked_characters += length
        for _, said in self._open_anchors[-3:]:
            if len(said) < 40:
                said.append(text)

    def _image(self, element: html.HtmlElement) -> None:
        source = element.get("src", "") or element.get("data-src", "")
        if not source or _DECORATION.search(source) or _is_small(element):
            return
        name = _one_line(element.get("alt", "") or element.get("title", ""))
        self._flush()
        self.found.lines.append(
            Line(f"〔图〕{name or source.rsplit('/', 1)[-1][:80]}", self._box, (), image=True)
        )

    def _flush(self) -> None:
        if self._segments:
            segments = tuple(s for s in map(_one_line, self._segments) if s)
            text = _one_line("".join(self._segments))
            if text:
                self.found.lines.append(
                    Line(
                        text,
                        self._box,
                        segments,
                        heading=self._heading(),
                        bold=self._bold_characters * 10 >= len(text) * 9,
                        linked=min(self._linked_characters, len(text)),
                        targets=tuple(self._targets),
                    )
                )
            self._segments = []
        self._bold_characters = self._linked_characters = 0
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

    def _open_box(self, element: html.HtmlElement, tag: str) -> None:
        targets = self._targets if not self._segments else []
        self._flush()
        self._targets = targets
        box = Box(tag, self._box, element.get("class", ""), element.get("id", ""), len(self.found.lines))
        if tag in ("td", "th"):
            box.rowspan = _span(element.get("rowspan"))
            box.colspan = _span(element.get("colspan"))
        if box.id:
            self.found.boxes_by_id.setdefault(box.id, box)
        self._box.children.append(box)
        self._box = box

    def _close_box(self) -> None:
        box = self._box
        box.last = len(self.found.lines) - 1
        if box.parent is not None:
            self._box = box.parent


def _offers(attributes: etree._Attrib) -> bool:
    """Whether an element carries an offer in its `data-` attributes."""
    return any(map(_DATA_OFFER.match, attributes))


def _is_submit(tag: str, attributes: etree._Attrib) -> bool:
    if tag == "input":
        return attributes.get("type", "").lower() in ("submit", "button", "image")
    return tag in ("span", "i", "em", "div", "p") and bool(
        _DOWNLOAD_CLASS.search(attributes.get("class", ""))
    )


_DOWNLOAD_CLASS = re.compile(r"(?:^|[-_ ])(?:down|download|attach|attachment|file|xiazai|fujian)", re.I)
_DATA_OFFER = re.compile(r"^data-.*?(?:attach|file|down|guid|href|url|fj)", re.I)


def _one_line(text: str) -> str:
    text = " ".join(text.split())
    return text if text.isascii() else _ZERO_WIDTH.sub("", text).strip()


def _is_small(element: html.HtmlElement) -> bool:
    for name in ("width", "height"):
        size = element.get(name, "").removesuffix("px")
        if size.isdecimal() and int(size) < 60:
            return True
    return False


def _span(value: str | None) -> int:
    return min(int(value), 200) if value and value.isdecimal() and value.isascii() and int(value) > 0 else 1
