"""Addresses: one canonical form for each page, and the pattern that a page's address shares with its like."""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache
from urllib.parse import quote, urljoin, urlsplit, urlunsplit

from spiders.net.hosts import plain_host

LONGEST_ADDRESS = 2000
"""Characters beyond which an address is no page but a trap or a payload."""

_SESSION_NAMES = frozenset(
    [
        "jsessionid",
        "phpsessid",
        "sessionid",
        "session_id",
        "sid",
        "aspsessionid",
        "asp.net_sessionid",
        "cfid",
        "cftoken",
        "_",
        "nocache",
        "rnd",
        "rand",
        "random",
        "spm",
        "utm_source",
        "utm_medium",
        "utm_campaign",
        "utm_term",
        "utm_content",
        "_t",
        "_r",
        "_ts",
        "timestamp",
        "nonce",
    ]
)
_ORDER_NAMES = frozenset(
    [
        "sort",
        "order",
        "orderby",
        "order_by",
        "sortby",
        "sort_by",
        "sortfield",
        "sortorder",
        "sorttype",
        "ordertype",
        "orderfield",
        "sortname",
        "desc",
        "asc",
    ]
)
_VIEW_NAMES = frozenset(
    [
        "view",
        "viewtype",
        "viewmode",
        "display",
        "mode",
        "layout",
        "style",
        "print",
        "printable",
        "fontsize",
        "skin",
    ]
)
_VIEW_VALUES = frozenset(
    [
        "list",
        "grid",
        "table",
        "card",
        "cards",
        "tile",
        "text",
        "print",
        "printable",
        "compact",
        "gallery",
        "1",
        "true",
        "yes",
        "big",
        "small",
        "large",
    ]
)
_MAYBE_TIME_NAMES = frozenset(["t", "r", "v", "ts", "time", "date", "dt"])
_TIME_VALUE = re.compile(r"1[4-9]\d{8}(?:\d{3})?|0?\.\d{6,}")
_PATH_SESSION = re.compile(r";(?:jsessionid|phpsessid|sid)=[^/?#;]*", re.IGNORECASE)
_ESCAPE = re.compile(r"%[0-9a-fA-F]{2}")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_SAFE_IN_PATH = "/%:@!$&'()*+,;=~-._"
_SAFE_IN_QUERY = _SAFE_IN_PATH + '?[]{}|\\^`"'
_LINE_ENDS = {ord(each): None for each in "\t\r\n"}
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_DEFAULT_PORTS = {"http": 80, "https": 443}

_CODE = re.compile(
    r"[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}|(?=(?:[^\d]*\d){4})[0-9A-Za-z_-]{12,}"
)
_DIGITS = re.compile(r"\d+")
_ESCAPED_NAME = re.compile(r"(?:%[0-9A-F]{2})+")
_ACTION_NAMES = frozenset(
    ["m", "a", "c", "act", "action", "method", "op", "mod", "do", "module", "type", "cmd", "service", "func"]
)
_ACTION_VALUE = re.compile(r"[A-Za-z][A-Za-z_.]{0,30}")
PAGE_NAMES = frozenset(
    [
        "page",
        "p",
        "pn",
        "pg",
        "pageno",
        "pagenum",
        "pagenumber",
        "pageindex",
        "page_no",
        "page_num",
        "page_index",
        "pageid",
        "currentpage",
        "currentpageno",
        "curpage",
        "cur_page",
        "curr",
        "current",
        "pagecurrent",
        "nowpage",
        "start",
        "offset",
        "from",
        "skip",
        "first",
        "iscurrentpage",
        "pagenow",
    ]
)
"""Names that parameters of paging have, in lower case."""


def is_route(fragment: str) -> bool:
    """Whether a fragment (without its `#`) names a page of an application of one page: `/list`, `!list`."""
    return fragment[:1] in ("/", "!")


def canonical(url: str, base: str | None = None, encoding: str = "utf-8") -> str | None:
    """The one address that stands for a page.

    The host is written as browsers read it, session ids, cache breakers, sort and view parameters go, parameters
    are put in order, the fragment stays only where it is a route of a script page (`#/…`, `#!…`).

    Args:
        url: An address as a page writes it.
        base: What it is relative to.
        encoding: The page's encoding, in which browsers write the query.

    Returns:
        The canonical address, or None if it is none that could be fetched over http or https.
    """
    text = url.strip().translate(_LINE_ENDS)
    if not text.isprintable():
        text = _LONE_SURROGATE.sub("\ufffd", text)  # as browsers do
    if not text or len(text) > LONGEST_ADDRESS:
        return None
    try:
        absolute = _resolved(text, base) if base else text
    except ValueError:
        return None
    return _canonical(absolute, encoding)


def joined(base: str, address: str) -> str:
    """An address as a page writes it, made absolute; empty where it is none (`http://[`), which no page may end a run by."""
    try:
        found = urljoin(base, address)
        urlsplit(found)
    except ValueError:
        return ""
    return found


def _resolved(text: str, base: str) -> str:
    if text.startswith(("http://", "https://")):
        return text
    if text.startswith("/") and not text.startswith("//") and (origin := _origin(base)):
        return origin + text
    return urljoin(base, text)


@lru_cache(maxsize=256)
def _origin(base: str) -> str:
    """Scheme and host of an address; empty where it lacks one."""
    parts = urlsplit(base)
    return f"{parts.scheme}://{parts.netloc}" if parts.scheme and parts.netloc else ""


# the pages of a site lead to the same addresses again and again
@lru_cache(maxsize=8192)
def _canonical(text: str, encoding: str) -> str | None:
    try:
        parts = urlsplit(text)
        host = plain_host(parts.hostname or "")
        port = parts.port
    except ValueError:
        return None
    scheme = parts.scheme.lower()
    if scheme not in _DEFAULT_PORTS:
        return None
    netloc = f"[{host}]" if ":" in host else host
    if port is not None and port != _DEFAULT_PORTS[scheme]:
        netloc += f":{port}"
    path = _PATH_SESSION.sub("", parts.path) or "/"
    path = _escaped(path, "utf-8", _SAFE_IN_PATH)
    if "/." in path:  # after unescaping: browsers take %2e for a dot
        path = _without_dots(path)
    query = _canonical_query(_escaped(parts.query, encoding, _SAFE_IN_QUERY))
    fragment = _canonical_route(parts.fragment) if is_route(parts.fragment) else ""
    return urlunsplit((scheme, netloc, path, query, fragment))


def _without_dots(path: str) -> str:
    """A path with `.` and `..` resolved (RFC 3986, 5.2.4); empty segments stay, a host never comes of them."""
    kept: list[str] = []
    segments = path.split("/")[1:]
    for each in segments:
        if each == "..":
            del kept[-1:]
        elif each != ".":
            kept.append(each)
    return "/" + "/".join([*kept, ""] if segments[-1] in (".", "..") else kept)


def _escaped(text: str, encoding: str, safe: str) -> str:
    """Percent-escapes where they must be, in upper case, and nowhere else."""
    try:
        text = quote(text, safe=safe, encoding=encoding)
    except (UnicodeEncodeError, LookupError):
        text = quote(text, safe=safe)
    return _ESCAPE.sub(_tidy_escape, text)


def _tidy_escape(match: re.Match[str]) -> str:
    character = chr(int(match.group()[1:], 16))
    return character if character in _UNRESERVED else match.group().upper()


def _canonical_query(query: str) -> str:
    kept = [pair for pair in query.split("&") if pair and not _is_noise(pair)]
    return "&".join(sorted(kept))


def _is_noise(pair: str) -> bool:
    """Whether a parameter changes nothing that a page says."""
    name, _, value = pair.partition("=")
    name = name.lower()
    if name in _SESSION_NAMES or name in _ORDER_NAMES:
        return True
    if name in _VIEW_NAMES:
        return value.lower() in _VIEW_VALUES or not value
    return name in _MAYBE_TIME_NAMES and _TIME_VALUE.fullmatch(value) is not None


def _canonical_route(fragment: str) -> str:
    route, mark, query = _escaped(fragment, "utf-8", _SAFE_IN_QUERY + "#").partition("?")
    query = _canonical_query(query)
    return f"{route}{mark}{query}" if query else route


def fingerprint(url: str) -> int:
    """64 bits that stand for a canonical address, http and https alike."""
    digest = hashlib.blake2b(url.partition("://")[2].encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


def pattern(url: str) -> str:
    """What a page's address shares with its like: path, names of parameters and route, ids taken out.

    The host is left out, so that the same portal under another address has the same patterns.
    """
    parts = urlsplit(url)
    text = _path_pattern(parts.path) + _query_pattern(parts.query)
    if parts.fragment:
        route, _, query = parts.fragment.partition("?")
        text += "#" + _path_pattern(route) + _query_pattern(query)
    return text


def _path_pattern(path: str) -> str:
    return "/".join(_segment_pattern(segment) for segment in path.split("/"))


def _segment_pattern(segment: str) -> str:
    stem, dot, suffix = segment.rpartition(".")
    if not dot or not suffix.isalpha():
        stem, dot, suffix = segment, "", ""
    stem = _ESCAPED_NAME.sub("{name}", stem)
    stem = _CODE.sub("{id}", stem)
    return _DIGITS.sub("{n}", stem) + dot + suffix


def _query_pattern(query: str) -> str:
    names = []
    for pair in query.split("&"):
        name, _, value = pair.partition("=")
        if name.lower() in _ACTION_NAMES and _ACTION_VALUE.fullmatch(value):
            name = pair
        if name:
            names.append(name)
    return "?" + "&".join(sorted(set(names))) if names else ""


@lru_cache(maxsize=8192)
def paging_family(url: str) -> tuple[str, int] | None:
    """For an address that counts pages, what stays the same over the pages, and the page's number.

    Known forms: a paging parameter (`?pageNo=2`, in a route too) and a number at the end of a file name
    (`index_2.html`, `list-3.shtml`, `/list/4`).
    """
    parts = urlsplit(url)
    for where in ("query", "fragment"):
        text = getattr(parts, where)
        head, mark, query = text.rpartition("?") if where == "fragment" else ("", "", text)
        pairs = query.split("&") if query else []
        for index, pair in enumerate(pairs):
            name, _, value = pair.partition("=")
            if name.lower() in PAGE_NAMES and value.isdecimal() and len(value) < 8:
                rest = "&".join(pairs[:index] + pairs[index + 1 :])
                return urlunsplit(parts._replace(**{where: head + mark + rest})), int(value)
    match = re.fullmatch(r"(.*?)[_\-/](\d{1,6})(\.[A-Za-z]+)?/?", parts.path)
    if match:
        # index_2.html follows index.html
        family = f"{match[1]}{match[3] or ''}"
        return urlunsplit(parts._replace(path=family)), int(match[2])
    return None
