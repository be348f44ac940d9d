"""Announcements of maintenance, read while home pages are visited: on the page itself, or behind a link there."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import urldefrag, urljoin

from lxml import html as lxml_html
from lxml.etree import LxmlError

from results.moments import as_text
from results.notices import MaintenanceNotice
from results.store import Store
from spiders.net.client import HttpClient
from spiders.net.politeness import host_group
from spiders.net.robots import Robots
from spiders.reading.maintenance import Announcement, announcements, announces

log = logging.getLogger(__name__)

MOST_LINKS = 3
"""Announcements behind links that are read at a visit at most; each of them is read once."""
_READ_BYTES = 512 * 1024
_TIMEOUT_S = 15.0
_BLOCKS = frozenset(
    [
        "address",
        "article",
        "br",
        "dd",
        "div",
        "dl",
        "dt",
        "footer",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "li",
        "ol",
        "p",
        "section",
        "table",
        "td",
        "th",
        "tr",
        "ul",
    ]
)


class NoticeReader:
    """Reads what home pages announce, and keeps what is new.

    Args:
        store: The results file.
        http: Asks for what lies behind a link.
        robots: Says whether it may be asked for.
    """

    def __init__(self, store: Store, http: HttpClient, robots: Robots) -> None:
        self._store, self._http, self._robots = store, http, robots

    async def read(self, city: str, url: str, html: str) -> None:
        """Read a home page that was shown. What cannot be read is left out; a visit never fails for it.

        Args:
            city: The city's slug.
            url: The home page's address.
            html: Its HTML.
        """
        page = _parsed(html)
        if page is None:
            return
        now = datetime.now(UTC)
        links = dict(_promising(page, url))  # they leave the page, and do not speak for themselves too
        self._keep(city, url, announcements(_text(page), now), now)
        read = {each.url for each in self._known(city)}
        for address, title in [each for each in links.items() if each[0] not in read][:MOST_LINKS]:
            found = await self._behind(address, now)
            self._keep(city, address, found or [Announcement(title)], now)

    async def _behind(self, url: str, now: datetime) -> list[Announcement]:
        try:
            if not await self._robots.allowed(url):
                return []
            answer = await self._http.fetch(url, timeout_s=_TIMEOUT_S, max_bytes=_READ_BYTES)
        except Exception as error:  # an announcement that cannot be had is shown by its title
            log.info("an announcement could not be read: %s", error, extra={"url": url})
            return []
        page = _parsed(answer.text) if answer.status < 400 else None
        return [] if page is None else announcements(_text(page), now)

    def _keep(self, city: str, url: str, found: list[Announcement], now: datetime) -> None:
        known = {_what(each) for each in self._known(city)}
        for each in found:
            notice = MaintenanceNotice(
                city=city,
                url=url,
                words=each.words,
                opens_at=as_text(each.opens) if each.opens else None,
                closes_at=as_text(each.closes) if each.closes else None,
                daily=str(each.daily) if each.daily else None,
                seen_at=as_text(now),
            )
            if _what(notice) not in known:
                known.add(_what(notice))
                self._store.add(notice)

    def _known(self, city: str) -> list[MaintenanceNotice]:
        return self._store.all(MaintenanceNotice, city=city)


def _what(notice: MaintenanceNotice) -> tuple[str | None, ...]:
    """What makes a notice the same: its times; without any, where it stands and what it says."""
    times = (notice.opens_at, notice.closes_at, notice.daily)
    return times if any(times) else (notice.url, notice.words)


def _parsed(html: str) -> lxml_html.HtmlElement | None:
    if not html.strip():
        return None
    try:
        page = lxml_html.document_fromstring(
            html.encode("utf-8", "replace"), parser=lxml_html.HTMLParser(encoding="utf-8")
        )
    except (LxmlError, ValueError):
        return None
    for unseen in page.xpath("//script | //style | //template | //noscript"):
        unseen.drop_tree()
    return page


def _promising(page: lxml_html.HtmlElement, base: str) -> Iterator[tuple[str, str]]:
    """The links of the same operator that promise an announcement, taken off the page."""
    for link in page.xpath("//a[@href]"):
        title = " ".join(f"{link.get('title') or ''} {link.text_content()}".split())
        try:
            address = urldefrag(urljoin(base, link.get("href"))).url
        except ValueError:
            continue
        if announces(title) and address.startswith("http") and host_group(address) == host_group(base):
            yield address, title
            link.drop_tree()


def _text(page: lxml_html.HtmlElement) -> str:
    """The text, a line for each block."""
    for element in page.iter(*_BLOCKS):
        element.text = f"\n{element.text or ''}"
        element.tail = f"\n{element.tail or ''}"
    return str(page.text_content())
