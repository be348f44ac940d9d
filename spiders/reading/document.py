"""A page as a reader sees it: lines of text in boxes, made in one walk over the tree.

Everything that reads a page works on these lines, so that its cost is linear in the page, however the page is
built.
"""

from __future__ import annotations

import re
from functools import cached_property
from urllib.parse import urljoin

from lxml import etree

from spiders.reading.boxes import Anchor, Box, Line
from spiders.reading.walking import Walk, one_line, walk

_LONG_TAG = 4000
_ENDLESS_TAG = re.compile(rf"<[a-zA-Z][^<>]{{{_LONG_TAG},}}>")
_MOST_ATTRIBUTES = 200
_WRAPPERS = re.compile(
    r"</?(?:div|span|font|b|i|u|em|strong|section|article|center|blockquote|table|tbody|tr|td|ul|ol|li|dl|dd|dt)"
    r"(?:\s[^<>]*)?>",
    re.I,
)


class Document:
    """A parsed page."""

    def __init__(self, tree: etree._Element | None, url: str) -> None:
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
        return one_line(found.text or "") if found is not None else ""

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
            str(m.get("name")).lower(): one_line(m.get("content") or "")
            for m in self.tree.iterfind(".//meta[@name]")
        }

    @cached_property
    def _walk(self) -> Walk:
        return walk(self.tree) if self.tree is not None else Walk()

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
    def carried(self) -> list[str]:
        """JSON that attributes of its elements carry (`data-item`, `:detail` …)."""
        return self._walk.carried

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


def parse(source: str) -> etree._Element | None:
    """The tree of a page, or None where there is nothing to parse.

    A page nested deeper than the parser goes (2,048) loses its wrappers and keeps its text and links; a tag
    with thousands of attributes, whose cost would be quadratic, loses them.
    """
    source = source.replace("\x00", "")
    if max(map(len, source.split("<"))) > _LONG_TAG:
        source = _ENDLESS_TAG.sub(_cut_tag, source)
    if not source.strip():
        return None
    tree, too_deep = _parse(source)
    if too_deep:
        tree, _ = _parse(_WRAPPERS.sub(" ", source))
    return tree


def _cut_tag(found: re.Match[str]) -> str:
    tag = found.group()
    return tag if tag.count("=") <= _MOST_ATTRIBUTES and tag.count(" ") <= 4000 else "<p>"


def _parse(source: str) -> tuple[etree._Element | None, bool]:
    # as bytes, so that a declaration within the text is not obeyed a second time
    content = source.encode("utf-8", errors="replace")
    # lxml's plain elements: those of lxml.html are looked up in Python, each time that one is met
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True)
    try:
        tree = etree.fromstring(content, parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None, False
    return tree, any(error.type_name == "ERR_RESOURCE_LIMIT" for error in parser.error_log)
