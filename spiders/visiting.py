"""One visit of one address: robots.txt asked, redirects followed within the portal, a passing failure tried again.

A first look is short: what timed out in it is left for a second, later in the crawl, that may take its time.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping
from dataclasses import dataclass, field

import httpx

from results.records import Reason
from spiders.addresses import canonical, joined
from spiders.crawl_entry import Entry
from spiders.net.classify import classify
from spiders.net.client import Answer, HttpClient
from spiders.net.encoding import encoding_of
from spiders.net.refusals import CircuitOpen, RobotsDisallowed
from spiders.net.robots import Robots
from spiders.scope import Scope

_MOST_HOPS = 20
_PASSING = frozenset(
    {Reason.CONNECT_RESET, Reason.TIMEOUT, Reason.TRUNCATED, Reason.DNS_FAILED, Reason.CONNECT_REFUSED}
)
_PAGE_TYPES = ("text/html", "application/xhtml", "text/plain", "text/xml", "application/xml", "")


@dataclass(frozen=True, kw_only=True)
class Visit:
    """What a plain client got to see."""

    url: str
    """Where it ended, canonical."""
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    html: str = field(default="", repr=False)
    encoding: str = "utf-8"
    bytes: int = 0
    left_to: str | None = None
    """The address outside the portal that it was redirected to, not followed."""
    is_page: bool = True
    """Whether it is a page, not a file."""
    only_browser: bool = False
    """A route of a script page: there is nothing for a plain client to see."""
    cut: Reason | None = None


class Visitor:
    """Visits the addresses of one portal.

    Args:
        http: The client.
        robots: The rules, asked before every hop.
        scope: What belongs to the portal.
        first_look_s: Limit for a first look, seconds; without it a first look may take as long as a second.
        stopped: Set once nothing further is wanted: no host is waited for any more.
    """

    def __init__(
        self,
        http: HttpClient,
        robots: Robots,
        scope: Scope,
        *,
        first_look_s: float | None = None,
        stopped: asyncio.Event | None = None,
    ) -> None:
        self._http = http
        self._robots = robots
        self._scope = scope
        self._first_look_s = first_look_s
        self._stopped = stopped or asyncio.Event()

    async def visit(self, entry: Entry, *, is_first: bool = False) -> Visit:
        """Fetch an entry's page.

        Args:
            entry: What to fetch.
            is_first: Whether a second look will follow if it times out.

        Raises:
            RobotsDisallowed: robots.txt closes it.
            Exception: Whatever `classify` names.
        """
        if "#" in entry.url:
            await self._ask_leave(entry.url)
            return Visit(url=entry.url, only_browser=True)
        limit_s = self._first_look_s if is_first else None
        try:
            visit = await self._once_back(entry, limit_s)
        except Exception as error:
            reason = classify(error)
            if reason not in _PASSING or (is_first and reason is Reason.TIMEOUT):
                raise
            return await self._once_back(entry, limit_s)
        if visit.status is not None and (visit.status >= 500 or visit.status == 429):
            visit = await self._once_back(entry, limit_s)
        return visit

    async def _once_back(self, entry: Entry, limit_s: float | None) -> Visit:
        """Follow an entry, once its host may be asked again where it is left alone for a while."""
        while True:
            try:
                return await self._follow(entry, limit_s)
            except CircuitOpen as error:
                if error.again_in_s is None or self._stopped.is_set():
                    raise
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._stopped.wait(), error.again_in_s)

    async def _ask_leave(self, url: str) -> None:
        if not await self._robots.allowed(url):
            raise RobotsDisallowed(f"robots.txt closes {url}")

    async def _follow(self, entry: Entry, limit_s: float | None) -> Visit:
        url, seen = entry.url, set[str]()
        for _ in range(_MOST_HOPS):
            await self._ask_leave(url)
            answer = await self._http.fetch(url, follow_redirects=False, timeout_s=limit_s)
            target = _redirect_of(answer)
            if target is None:
                return _visit_of(answer, canonical(answer.url) or url)
            if not self._scope.is_own(target) and not entry.linked_as_guide and entry.via != "home":
                return Visit(url=url, status=answer.status, headers=answer.headers, left_to=target)
            if target in seen:
                break
            seen.add(target)
            url = target
        raise httpx.TooManyRedirects(f"{entry.url} redirects without end")


def _redirect_of(answer: Answer) -> str | None:
    """Where an answer redirects to: the address as it is, since parameters may matter on the way."""
    if answer.status not in (301, 302, 303, 307, 308):
        return None
    location = answer.headers.get("location", "").strip()
    if not location:
        return None
    target = joined(answer.url, location.encode("latin-1", "replace").decode("utf-8", "replace"))
    return target.partition("#")[0] if target.startswith(("http://", "https://")) else None


def _visit_of(answer: Answer, url: str) -> Visit:
    kind = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    attached = "attachment" in answer.headers.get("content-disposition", "").lower()
    looks_like_page = answer.content[:512].lstrip()[:1] == b"<"
    is_page = not attached and (kind.startswith(("text/html", "application/xhtml")) or looks_like_page)
    if not answer.content and answer.status != 200:
        is_page = True
    if answer.status >= 400:
        is_page = True
    return Visit(
        url=url,
        status=answer.status,
        headers=answer.headers,
        html=answer.text if is_page else "",
        encoding=encoding_of(answer.content[:200_000], answer.headers.get("content-type"))
        if is_page
        else "utf-8",
        bytes=len(answer.content),
        is_page=is_page or (kind in _PAGE_TYPES and not answer.content),
        cut=answer.cut,
    )
