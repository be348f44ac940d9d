"""Blocks that a page hides, and of those the ones that nothing on it could bring to sight.

Panels of tabs and folded sections are hidden until they are clicked, and are read: what a click shows is there.
A block that nobody can name (no id, no class, no attribute for a script) shows only where its place tells a
script which one it is: among others of its make, beneath its heading, before a switch, or as all that a named block
or the page holds. Elsewhere nobody will ever see it. A page's body, its form and its main part need no name: pages hide
them whole until they are ready, or until they know that no other site frames them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Final

from lxml import etree

from spiders.reading.vocabulary import LONGEST_LABEL

_UNSEEN: Final = re.compile(r"(?<![\w-])(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.I)
_KNOWN_BY_TAG: Final = frozenset(("html", "body", "form", "main"))
_SHOWS_NOTHING: Final = frozenset(("script", "style", "link", "meta", "template", "noscript"))
_NAMELESS: Final = frozenset(("style", "hidden", "aria-hidden"))
_MOST_BESIDE: Final = 50


def hides(attributes: Mapping[str, str]) -> bool:
    """Whether an element's own attributes hide it, until a script shows it."""
    return "hidden" in attributes or bool(_UNSEEN.search(attributes.get("style", "")))


def is_out_of_sight(element: etree._Element, attributes: Mapping[str, str]) -> bool:
    """Whether an element is hidden, and nothing on its page could show it."""
    return (
        hides(attributes)
        and element.tag not in _KNOWN_BY_TAG
        and attributes.keys() <= _NAMELESS
        and not _is_one_of_several(element)
        and not _is_headed(element)
        and not _is_before_a_switch(element)
        and not _fills_its_block(element)
    )


def _is_one_of_several(element: etree._Element) -> bool:
    return any(each.tag == element.tag and set(each.keys()) <= _NAMELESS for each in _beside(element))


def _beside(element: etree._Element) -> Iterator[etree._Element]:
    for preceding in (True, False):
        yield from islice(element.itersiblings(preceding=preceding), _MOST_BESIDE)


def _is_headed(element: etree._Element) -> bool:
    """Whether a short text stands right before it, that a click on may unfold it."""
    before, parent = element.getprevious(), element.getparent()
    if before is None:
        return parent is not None and bool((parent.text or "").strip())
    if (before.tail or "").strip():
        return True
    said = ""
    for text in before.itertext():
        said += text.strip()
        if len(said) > LONGEST_LABEL:
            return False
    return bool(said)


def _is_before_a_switch(element: etree._Element) -> bool:
    after = element.getnext()
    return after is not None and (after.tag in ("a", "button") or after.get("onclick") is not None)


def _fills_its_block(element: etree._Element) -> bool:
    parent = element.getparent()
    if parent is None or (parent.tag != "body" and set(parent.keys()) <= _NAMELESS):
        return False
    return all(each.tag in _SHOWS_NOTHING for each in _beside(element))
