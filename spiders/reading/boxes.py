"""What a page is made of for a reader: boxes, lines in boxes, and what can be clicked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree


@dataclass(eq=False, slots=True)
class Box:
    """A block of the page, and the range of lines in it."""

    tag: str
    parent: Box | None = field(repr=False)
    classes: str = ""
    id: str = ""
    first: int = 0
    last: int = -1
    """Its last line, inclusive; before `first` when it has none."""
    children: list[Box] = field(default_factory=list, repr=False)
    rowspan: int = 1
    colspan: int = 1
    place: int = 0
    """Its place among its parent's children."""

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

    element: etree._Element
    tag: str
    href: str
    onclick: str
    text: str
    line: int
    """The line that it begins on."""
    box: Box
    order: int
    """Its place among all elements of the page, for naming it later."""
