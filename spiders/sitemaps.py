"""What a portal's sitemaps list: those that robots.txt names, else `/sitemap.xml`."""

from __future__ import annotations

import zlib
from urllib.parse import urljoin

import httpx
from lxml import etree

from spiders.addresses import joined
from spiders.net.client import HttpClient
from spiders.net.robots import Robots

_MOST_MAPS = 20
_MOST_ADDRESSES = 20_000
_MOST_BYTES = 20 * 1024 * 1024


async def sitemap_addresses(home: str, *, http: HttpClient, robots: Robots) -> list[str]:
    """Addresses that the sitemaps of a host list, in their order.

    Args:
        home: The portal's home address.
        http: The client.
        robots: Names the sitemaps, and closes addresses.

    Raises:
        Exception: What `Robots.allowed` raises; a sitemap that is missing or broken lists nothing.
    """
    waiting = await robots.sitemaps(home) or [urljoin(home, "/sitemap.xml")]
    seen: set[str] = set()
    found: dict[str, None] = {}
    while waiting and len(seen) < _MOST_MAPS and len(found) < _MOST_ADDRESSES:
        url = waiting.pop(0)
        if url in seen or not await robots.allowed(url):
            continue
        seen.add(url)
        maps, pages = await _read(url, http)
        waiting.extend(maps)
        found.update(dict.fromkeys(pages))
    return list(found)[:_MOST_ADDRESSES]


async def _read(url: str, http: HttpClient) -> tuple[list[str], list[str]]:
    """(further sitemaps, pages) of one sitemap."""
    try:
        answer = await http.fetch(url, max_bytes=_MOST_BYTES)
    except (httpx.HTTPError, httpx.InvalidURL, OSError):
        return [], []
    if answer.status != 200:
        return [], []
    return read_sitemap(answer.content, url)


def read_sitemap(body: bytes, url: str) -> tuple[list[str], list[str]]:
    """(further sitemaps, pages) that a sitemap names; nothing where it is none."""
    if body.startswith(b"\x1f\x8b"):
        try:
            body = zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(body, _MOST_BYTES)
        except zlib.error:
            return [], []
    if body.lstrip()[:1] != b"<":
        lines = body[:_MOST_BYTES].decode("utf-8", "replace").split()
        return [], [each for each in lines if each.startswith(("http://", "https://"))]
    # entities are not expanded: a sitemap needs none, a bomb does
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, recover=True)
    try:
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError:
        return [], []
    kind = "" if root is None else str(root.tag).rpartition("}")[2]
    if root is None or kind not in ("urlset", "sitemapindex"):
        return [], []
    places = [(each.text or "").strip() for each in root.iter("{*}loc") if isinstance(each.tag, str)]
    places = list(filter(None, (joined(url, each) for each in places if each)))
    return (places, []) if kind == "sitemapindex" else ([], places)
