"""Every way in which a page leads on: anchors, frames, scripts, attributes, refreshes, forms, embedded JSON.

Addresses in scripts are taken where they are plainly addresses; a call such as `goDetail('17')` is followed
through the function that the page itself defines.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from html import unescape

from lxml import etree

from spiders import script_links, wording
from spiders.acting_links import acts_when_followed
from spiders.addresses import canonical, paging_family

MOST_LINKS = 5_000
"""Links of one page that are looked at; a page with more is no navigation."""

_ASSET = re.compile(
    r"\.(?:js|mjs|css|png|jpe?g|gif|svg|ico|webp|bmp|woff2?|ttf|eot|otf|map|mp[34]|avi|flv|wmv|mov|m3u8|swf|apk|ipa|exe|dmg|msi)"
    r"(?:$|[?#])",
    re.IGNORECASE,
)
_DOCUMENT = re.compile(
    r"\.(?:docx?|xlsx?|pptx?|wps|et|ofd|pdf|rtf|zip|rar|7z|tar|gz|txt|csv)(?:$|[?#])|download|downfile|/file/|attach",
    re.IGNORECASE,
)
_REFRESH = re.compile(r"^\s*[\d.]*\s*[;,]?\s*(?:url\s*=)?\s*['\"]?\s*([^'\"]+)", re.IGNORECASE)
_ADDRESS_ATTRIBUTES = (
    "data-url",
    "data-href",
    "data-link",
    "data-src",
    "data-target-url",
    "data-path",
    "data-to",
    "data-route",
    "data-jump",
    "url",
    "link",
    "to",
    "_href",
    "ng-href",
)
_LEADING_TAGS = frozenset(
    {"a", "area", "iframe", "frame", "embed", "object", "link", "meta", "script", "option"}
)
_LEADING_ATTRIBUTES = frozenset({*_ADDRESS_ATTRIBUTES, "onclick", "onmousedown"})
_CONTEXT_TAGS = frozenset({"li", "tr", "dt", "dd", "p", "td", "div"})


@dataclass(frozen=True, slots=True)
class Link:
    """A way from one page to another."""

    url: str
    """Canonical address."""
    text: str = ""
    """Its words."""
    via: str = "anchor"
    """anchor, frame, script, attribute, refresh, form, json, sitemap, api; quoted where an address merely stands in a
    script, which need not be a link that anybody can follow."""
    paging: bool = False
    """Whether it turns the pages of the list it stands on."""
    promises_guide: bool = False
    """Whether its words or its address say that a guide lies behind."""


@dataclass(frozen=True, slots=True)
class PageLinks:
    """What a page leads to."""

    links: tuple[Link, ...]
    others: tuple[str, ...]
    """Addresses of files and resources, canonical."""
    omitted: int = 0
    """How many links beyond `MOST_LINKS` were left."""
    acting: frozenset[str] = frozenset()
    """Addresses that would do something if they were followed, canonical."""

    def addresses(self, more: Iterable[Link] = ()) -> tuple[str, ...]:
        """What a visitor can follow; an address that merely stands in a script is no link of the portal's.

        Args:
            more: Links that were found in another way than on the page itself.
        """
        followed = (link.url for link in (*self.links, *more) if link.via != "quoted")
        return tuple(dict.fromkeys((*followed, *self.others)))


def extract(root: etree._Element, url: str, encoding: str = "utf-8") -> PageLinks:
    """Find every link of a parsed page.

    Args:
        root: The page's root element.
        url: Where the page was found, before any `<base>`.
        encoding: The page's encoding, in which browsers write queries.

    Returns:
        Each address once, with the most telling words that lead to it; the page's own address left out, and links
        that do something as soon as they are opened (收藏, 删除).
    """
    base = _base_of(root, url)
    own = canonical(url)
    best: dict[str, Link] = {}
    others: dict[str, None] = {}
    acting: set[str] = set()
    omitted = 0
    for raw, text, via in _raw_links(root):
        address = canonical(raw, base, encoding)
        if address is None or address == own:
            continue
        if acts_when_followed(address, text):
            acting.add(address)
            continue
        if (what := _what(address)) is not None and not (what == "document" and via == "frame"):
            others[address] = None
            continue
        if len(best) >= MOST_LINKS and address not in best:
            omitted += 1
            continue
        link = _described(address, text, via, own or url)
        known = best.get(address)
        if known is None or _tells_more(link, known):
            best[address] = link
    # 收藏 may well lead to the very page of a matter
    acting -= best.keys()
    return PageLinks(tuple(best.values()), tuple(others), omitted=omitted, acting=frozenset(acting))


def described(addresses: Iterable[tuple[str, str]], url: str, via: str) -> tuple[Link, ...]:
    """Links out of (address, words) pairs that were found in another way than on the page itself."""
    own = canonical(url)
    found = {}
    for raw, text in addresses:
        address = canonical(raw, url)
        if address is None or address == own or acts_when_followed(address):
            continue
        if _what(address) is None:
            found[address] = _described(address, text, via, own or url)
    return tuple(found.values())


@lru_cache(maxsize=8192)
def _what(address: str) -> str | None:
    """What an address leads to that is no page: an asset or a document."""
    if _ASSET.search(address):
        return "asset"
    return "document" if _DOCUMENT.search(address) else None


def _described(address: str, text: str, via: str, page: str) -> Link:
    words = " ".join(text.split())[:200]
    return Link(
        url=address,
        text=words,
        via=via,
        paging=_turns_pages_of(page, address, words),
        promises_guide=wording.names_a_guide(words) or wording.guide_address(address),
    )


def _turns_pages_of(page: str, address: str, words: str) -> bool:
    there, here = paging_family(address), paging_family(page)
    family = here[0] if here else page
    if there is not None and there[0].rstrip("?") in (family.rstrip("?"), page.rstrip("?")):
        return not words or wording.turns_pages(words) or there[1] > 1
    # the first page of a list often carries no number
    return here is not None and address.rstrip("?") == here[0].rstrip("?") and wording.turns_pages(words)


def _tells_more(new: Link, known: Link) -> bool:
    return (new.promises_guide, new.via != "quoted", new.via == "anchor", bool(new.text), len(new.text)) > (
        known.promises_guide,
        known.via != "quoted",
        known.via == "anchor",
        bool(known.text),
        len(known.text),
    )


def _base_of(root: etree._Element, url: str) -> str:
    base = next(iter(root.iter("base")), None)
    if base is None or not base.get("href"):
        return url
    return canonical(base.get("href", ""), url) or url


def _raw_links(root: etree._Element) -> Iterator[tuple[str, str, str]]:
    """(address as written, words, how) of everything that leads on."""
    scripts: list[str] = []
    calls: list[tuple[str, str]] = []
    for element in root.iter():
        tag = element.tag
        leads = not _LEADING_ATTRIBUTES.isdisjoint(element.keys())
        if not (leads or tag in _LEADING_TAGS):
            continue
        if tag == "a" or tag == "area":
            words = _words(element)
            yield from _anchor(element, words, calls)
            if leads:
                yield from _attributes(element, calls, words)
        elif tag in ("iframe", "frame", "embed", "object"):
            yield element.get("src") or element.get("data") or "", element.get("title") or "", "frame"
        elif tag == "link":
            if (element.get("rel") or "").lower() in ("next", "prev", "alternate", "canonical"):
                yield element.get("href") or "", "", "anchor"
        elif tag == "meta":
            if (element.get("http-equiv") or "").lower() == "refresh":
                match = _REFRESH.match(element.get("content") or "")
                if match:
                    yield match[1], "", "refresh"
        elif tag == "script":
            scripts.append(element.text or "")
        elif tag == "option":
            value = element.get("value") or ""
            if "/" in value:
                yield value, _words(element), "attribute"
        if leads and tag not in ("a", "area"):
            yield from _attributes(element, calls)
    source = script_links.PageScripts(scripts)
    for code, words in calls:
        for address in source.addresses_of_call(code):
            yield address, words, "script"
    for address, words in source.addresses():
        yield address, words, "json" if words else "quoted"


def _anchor(
    element: etree._Element, words: str, calls: list[tuple[str, str]]
) -> Iterator[tuple[str, str, str]]:
    href = (element.get("href") or "").strip()
    if href.lower().startswith("javascript:"):
        calls.append((unescape(href[11:]), words))
    elif href and not href.lower().startswith(("mailto:", "tel:", "data:", "file:", "about:")):
        yield href, words, "anchor"


def _attributes(
    element: etree._Element, calls: list[tuple[str, str]], words: str | None = None
) -> Iterator[tuple[str, str, str]]:
    clicked = element.get("onclick") or element.get("onmousedown")
    if clicked:
        calls.append((clicked, _words(element) if words is None else words))
    for name in _ADDRESS_ATTRIBUTES:
        value = element.get(name)
        if value and script_links.is_address(value):
            yield value, _words(element) if words is None else words, "attribute"


def _words(element: etree._Element) -> str:
    """What an element is called: its title where the text is shortened, else its text, else its picture's."""
    title = (element.get("title") or "").strip()
    text = " ".join("".join(element.itertext()).split()) if len(element) < 200 else ""
    if title and (not text or text.endswith(("...", "…")) or len(title) > len(text)):
        return title
    if text:
        return text
    picture = next(iter(element.iter("img")), None)
    return (picture.get("alt") or picture.get("title") or "").strip() if picture is not None else ""
