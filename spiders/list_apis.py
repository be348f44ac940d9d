"""Lists that a rendered page asked its server for: what they list, how they are paged, where their items lead.

Pure functions over what the browser saw; nothing is fetched here. Shapes seen on real portals: GET with
`current=1&size=10`, POST with a JSON body (`currentPageNum`), POST with form fields (`pageNum`), a number in
the path; items under `data.records`, `rows`, `list`, `custom.infodata` and the like.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from spiders import wording
from spiders.addresses import PAGE_NAMES
from spiders.renderer import Exchange

Item = Mapping[str, Any]

MOST_PAGES = 2_000
"""Pages of one list that are walked at most."""
_LEAST_ITEMS = 2
_PAGE_NAMES = PAGE_NAMES | {"currentpagenum", "pageno_", "pagecur", "pageindexno", "pi", "cp", "nowpagenum"}
_OFFSET_NAMES = frozenset({"start", "offset", "from", "skip", "first", "pn_offset"})
_TOTALS = re.compile(
    r"^(?:total|totalcount|totalnum|totalrecords?|recordstotal|count|totalelements|rowcount|allcount|totalsize)$"
)
_PAGE_COUNTS = re.compile(r"^(?:pages|totalpages?|pagecount|pagetotal|totalpagenum|allpages?)$")
_NAMES = re.compile(r"name|title|mc$|text|label", re.IGNORECASE)
_CHINESE = re.compile(r"[一-鿿]{2}")
_JSONP = re.compile(r"^\s*[\w$.]+\s*\(\s*(?=[{\[])")
_OWN_HEADERS = frozenset(
    [
        "host",
        "content-length",
        "cookie",
        "user-agent",
        "accept-encoding",
        "connection",
        "accept-language",
        "pragma",
        "cache-control",
    ]
)


@dataclass(frozen=True, kw_only=True)
class Paging:
    """Where a request says which page it wants."""

    where: str
    """query, form or json."""
    path: tuple[str, ...]
    first: int
    """The value that brought the first page."""
    step: int
    """What it grows by from page to page: 1, or the page's size for an offset."""


@dataclass(frozen=True, kw_only=True)
class ListApi:
    """A list that a page asked for."""

    exchange: Exchange
    items: tuple[Item, ...] = field(repr=False)
    paging: Paging | None
    pages: int | None
    """How many pages there are, where the answer tells."""

    @property
    def key(self) -> str:
        """What is the same over the pages of one list, whichever of them was asked for."""
        if self.paging is None:
            return f"{self.exchange.method} {self.exchange.url} {self.exchange.request_body or ''}"
        url, body = self._asking_for(0)
        return f"{self.exchange.method} {url} {body or ''}"

    @property
    def address(self) -> str:
        """Where it is asked for, whatever is asked."""
        return self.exchange.url.partition("?")[0]

    @property
    def headers(self) -> dict[str, str]:
        """The headers that the page set, without those that belong to its connection."""
        return {
            name: value
            for name, value in self.exchange.request_headers.items()
            if name.lower() not in _OWN_HEADERS and not name.startswith((":", "sec-"))
        }

    def request(self, page: int) -> tuple[str, str | None]:
        """(address, body) that ask for a page, counted from 0."""
        assert self.paging is not None
        return self._asking_for(self.paging.first + page * self.paging.step)

    def _asking_for(self, value: int) -> tuple[str, str | None]:
        assert self.paging is not None
        exchange = self.exchange
        match self.paging.where:
            case "query":
                parts = urlsplit(exchange.url)
                query = _with_pair(parts.query, self.paging.path[0], value)
                return urlunsplit(parts._replace(query=query)), exchange.request_body
            case "form":
                return exchange.url, _with_pair(exchange.request_body or "", self.paging.path[0], value)
            case _:
                body = json.loads(exchange.request_body or "{}")
                inner = body
                for name in self.paging.path[:-1]:
                    inner = inner[name]
                old = inner[self.paging.path[-1]]
                inner[self.paging.path[-1]] = str(value) if isinstance(old, str) else value
                return exchange.url, json.dumps(body, ensure_ascii=False, separators=(",", ":"))


def list_apis(exchanges: Iterable[Exchange]) -> list[ListApi]:
    """The lists among what a page asked for, the longest first."""
    found = []
    for exchange in exchanges:
        api = _list_api(exchange)
        if api is not None:
            found.append(api)
    return sorted(found, key=lambda each: -len(each.items))


def items_of(body: str) -> tuple[Item, ...]:
    """The list in an answer; empty if there is none."""
    return _items(_parsed(body))


def identity(item: Item) -> str:
    """What tells an item from another."""
    return json.dumps(item, sort_keys=True, ensure_ascii=False, default=str)


def name_of(item: Item) -> str:
    """What an item is called: its first field of Chinese words, one that is named a name before others."""
    best = ""
    for key, value in item.items():
        if isinstance(value, str) and _CHINESE.search(value) and len(value) <= 150:
            text = re.sub(r"<[^>]{1,40}>", "", value)
            if _NAMES.search(key):
                return text
            best = best or text
    return best


def promises_guides(items: Sequence[Item]) -> bool:
    """Whether most items of a list are called as matters are."""
    named = sum(wording.names_a_guide(name_of(item)) for item in items)
    return named * 10 >= 3 * len(items)


class Template:
    """How an item's address is made: an address with fields of the item in it.

    Args:
        text: The address, with `\x00n\x00` where the n-th field stands escaped, `\x01n\x01` where it stands as it is.
        fields: Names of the fields.
    """

    def __init__(self, text: str, fields: tuple[str, ...]) -> None:
        self._text = text
        self.fields = fields

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Template) and (self._text, self.fields) == (other._text, other.fields)

    def __hash__(self) -> int:
        return hash((self._text, self.fields))

    def address(self, item: Item) -> str | None:
        """An item's address; None where it lacks a field."""
        text = self._text
        for number, name in enumerate(self.fields):
            value = item.get(name)
            if value is None or value == "":
                return None
            text = text.replace(f"\x00{number}\x00", quote(str(value), safe=""))
            text = text.replace(f"\x01{number}\x01", str(value))
        return text


def template_of(items: Sequence[Item], addresses: Iterable[str]) -> Template | None:
    """How the addresses that a page shows are made of the items that it was given.

    Args:
        items: What the server listed.
        addresses: Where the page's links lead.

    Returns:
        The template that most items bear out, at least two (one, where there is only one); else None.
    """
    votes: Counter[Template] = Counter()
    every = list(dict.fromkeys(addresses))
    for item in items[:50]:
        seen = {template for address in every if (template := _template(item, address)) is not None}
        votes.update(seen)
    if not votes:
        return None
    # of equally borne out ones the one with more fields: a list's own id may stand in every address
    best, count = max(votes.items(), key=lambda each: (each[1], len(each[0].fields)))
    return best if count >= min(2, len(items)) else None


def _template(item: Item, address: str) -> Template | None:
    text = address
    fields: list[str] = []
    values = sorted(
        ((key, str(value)) for key, value in item.items() if _may_identify(value)),
        key=lambda pair: -len(pair[1]),
    )
    for key, value in values:
        for form, mark in ((quote(value, safe=""), "\x00"), (value, "\x01")):
            # an address that the item itself gives begins right behind the host's name
            before = "" if form.startswith("/") else "(?<![0-9A-Za-z_%-])"
            pattern = rf"{before}{re.escape(form)}(?![0-9A-Za-z_%-])"
            if re.search(pattern, text):
                text = re.sub(pattern, f"{mark}{len(fields)}{mark}", text)
                fields.append(key)
                break
    identifying = [
        key for key in fields if len(str(item[key])) >= 3 or re.search(r"id$|code$|guid", key, re.IGNORECASE)
    ]
    return Template(text, tuple(fields)) if identifying else None


def _may_identify(value: Any) -> bool:
    if isinstance(value, bool):
        return False
    if isinstance(value, int):
        return value > 9
    return isinstance(value, str) and 2 <= len(value) <= 120 and not value.isspace() and "<" not in value


def _list_api(exchange: Exchange) -> ListApi | None:
    if not 200 <= exchange.status < 300 or not exchange.body:
        return None
    answer = _parsed(exchange.body)
    items = _items(answer)
    if len(items) < _LEAST_ITEMS:
        return None
    paging = _paging(exchange, len(items))
    return ListApi(
        exchange=exchange, items=items, paging=paging, pages=_page_count(answer, len(items), exchange)
    )


def _parsed(body: str) -> Any:
    text = _JSONP.sub("", body.strip())
    if text is not body.strip() and text.endswith((")", ");")):
        text = text.rstrip(";").removesuffix(")")
    if text[:1] not in ("{", "["):
        return None
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _items(answer: Any) -> tuple[Item, ...]:
    """The longest list of named objects in an answer."""
    best: tuple[Item, ...] = ()
    waiting, looked = [answer], 0
    while waiting and looked < 5_000:
        each = waiting.pop(0)
        looked += 1
        if isinstance(each, dict):
            for value in each.values():
                if isinstance(value, str) and value[:1] in ("[", "{") and len(value) > 40:
                    value = _parsed(value)  # a list within a string within JSON
                if isinstance(value, dict | list):
                    waiting.append(value)
        elif isinstance(each, list):
            objects = [item for item in each if isinstance(item, dict)]
            named = sum(bool(name_of(item)) for item in objects[:50])
            if len(objects) > len(best) and named * 2 > len(objects[:50]):
                best = tuple(objects)
            waiting.extend(objects[:50])
    return best


def _paging(exchange: Exchange, size: int) -> Paging | None:
    for name, value in parse_qsl(urlsplit(exchange.url).query, keep_blank_values=True):
        if paging := _paging_by("query", (name,), value, size):
            return paging
    body = (exchange.request_body or "").strip()
    if body.startswith(("{", "[")):
        try:
            sent = json.loads(body)
        except (ValueError, RecursionError):
            return None
        for path, value in _scalars(sent):
            if paging := _paging_by("json", path, str(value), size):
                return paging
    elif "=" in body:
        for name, value in parse_qsl(body, keep_blank_values=True):
            if paging := _paging_by("form", (name,), value, size):
                return paging
    return None


def _paging_by(where: str, path: tuple[str, ...], value: str, size: int) -> Paging | None:
    name = path[-1].lower()
    if name not in _PAGE_NAMES or not value.isdecimal() or len(value) > 6:
        return None
    number = int(value)
    # `start` and its like count items, and so does `pn` in Epoint's full-text search
    counts_items = name in _OFFSET_NAMES or (name == "pn" and number == 0)
    step = size if counts_items else 1
    return Paging(where=where, path=path, first=number, step=step)


def _scalars(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    if isinstance(value, dict) and len(path) < 4:
        for key, inner in value.items():
            yield from _scalars(inner, (*path, str(key)))
    elif isinstance(value, int | str) and not isinstance(value, bool) and path:
        yield path, value


def _page_count(answer: Any, size: int, exchange: Exchange) -> int | None:
    pages = total = None
    for path, value in _scalars(answer):
        name = path[-1].lower().replace("_", "")
        if isinstance(value, str) and not value.isdecimal():
            continue
        if _PAGE_COUNTS.match(name):
            pages = int(value)
        elif _TOTALS.match(name):
            total = max(total or 0, int(value))
    if pages is not None and 0 < pages <= 100_000:
        return pages
    if total is not None and size:
        return -(-total // size)
    return None


def _with_pair(query: str, name: str, value: int) -> str:
    pairs = parse_qsl(query, keep_blank_values=True)
    return urlencode([(key, str(value) if key == name else old) for key, old in pairs])
