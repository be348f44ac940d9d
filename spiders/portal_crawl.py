"""What is done with each page of a portal: read, rendered where it must be, judged, handed on, noted."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace

from results.errors import PlainError
from results.records import Outcome, PageKind, Reason
from spiders import wording
from spiders.addresses import canonical
from spiders.crawl_entry import Entry
from spiders.found import FoundPage
from spiders.frontier import Frontier
from spiders.links import Link, described
from spiders.list_walking import ListWalker
from spiders.net.classify import classify
from spiders.net.client import HttpClient
from spiders.net.refusals import UnreadableError
from spiders.net.robots import Robots
from spiders.page_reading import ReadPage
from spiders.reading_workers import ReadingWorkers
from spiders.renderer import Renderer
from spiders.scope import Place, Portal, Scope
from spiders.sitemaps import sitemap_addresses
from spiders.visiting import Visit

_log = logging.getLogger(__name__)

_MOST_LINKS_HANDED_ON = 3_000
_MOST_BLOCKED_IN_A_ROW = 20
_GONE = (404, 410)
# what a plain client must not accuse a portal of alone
_SAID_TO_PLAIN_CLIENTS = frozenset(
    {
        Reason.CONNECT_RESET,
        Reason.TLS_INVALID,
        Reason.TIMEOUT,
        Reason.TRUNCATED,
        Reason.CHALLENGE_PAGE,
        Reason.FORBIDDEN,
        Reason.HTTP_4XX,
        Reason.REDIRECT_LOOP,
        Reason.BLANK_PAGE,
        Reason.ERROR_PAGE,
        Reason.CIRCUIT_OPEN,
    }
)
_NO_LISTS = frozenset(
    {PageKind.GUIDE, PageKind.NEWS, PageKind.NOTICE, PageKind.POLICY, PageKind.FAQ, PageKind.FORM}
)
_STOPS_ALL = frozenset({Reason.OVER_BUDGET})
_NOT_STORED = (sqlite3.Error, PlainError)


@dataclass(kw_only=True)
class _Seen:
    """A page as far as it is known."""

    url: str
    status: int | None
    page: ReadPage | None = None
    html: str = field(default="", repr=False)
    rendered: str | None = None
    reason: Reason | None = None
    note: str | None = None
    more_links: tuple[Link, ...] = ()


class PortalCrawl:
    """The crawl of one portal, one page at a time; many may be at work together.

    Args:
        portal: The portal, with its true home address.
        http: The client.
        robots: robots.txt.
        renderer: Shows pages that need a browser.
        frontier: What is known and what comes next.
        scope: What belongs to the portal.
        readers: Read pages.
        on_page: Gets each page once.
        entered: How the portal was found, where it was not by its own address.
    """

    def __init__(
        self,
        portal: Portal,
        *,
        http: HttpClient,
        robots: Robots,
        renderer: Renderer | None,
        frontier: Frontier,
        scope: Scope,
        readers: ReadingWorkers,
        on_page: Callable[[FoundPage], Awaitable[None]],
        entered: str | None,
    ) -> None:
        self._portal = portal
        self._http = http
        self._robots = robots
        self._renderer = renderer
        self._frontier = frontier
        self._scope = scope
        self._readers = readers
        self._on_page = on_page
        self._entered = entered
        self._lists = ListWalker(http, robots)
        self._blocked_in_a_row = 0
        self._timed_out: set[int] = set()
        self.stopped: str | None = None
        """Why the crawl was stopped before its end."""
        self.stopping = asyncio.Event()
        """Set once it was."""
        self.broken: Exception | None = None
        """What keeps results from being stored; no page's fault, and nothing to go on after."""

    @property
    def pages(self) -> int:
        """How many pages were handed on, by this process and by those that were killed before it."""
        return self._frontier.handed_on

    @property
    def goes_on(self) -> bool:
        """Whether there is more to do."""
        return self.stopped is None and not self._frontier.exhausted

    def next(self) -> Entry | None:
        """The next address to visit; None while nothing may be visited."""
        if self.stopped is not None:
            return None
        try:
            return self._frontier.next()
        except _NOT_STORED as error:
            self._break(error)
            return None

    def is_first_look(self, entry: Entry) -> bool:
        """Whether an address that times out now will be visited again later."""
        return entry.id not in self._timed_out

    def stop(self, why: str) -> None:
        """Visit nothing further."""
        self.stopped = self.stopped or why
        self.stopping.set()

    async def begin(self) -> None:
        """Put the home page, and what the sitemaps list, in the frontier."""
        home = canonical(self._portal.home_url) or self._portal.home_url
        self._frontier.add([Link(url=home, via="home")], None)
        if self._frontier.resumed:
            return
        try:
            listed = await sitemap_addresses(home, http=self._http, robots=self._robots)
        except Exception as error:
            _log.info("no sitemap of %s: %s", home, classify(error))
            return
        links = [
            replace(link, via="sitemap")
            for link in described(((each, "") for each in listed), home, "sitemap")
        ]
        inside = [
            link for link in links if self._scope.place(link, home) is Place.INSIDE and link.url != home
        ]
        self._frontier.add(inside, None, parent_url=None)

    async def visited(self, entry: Entry, visit: Visit) -> None:
        """Read what a visit brought, and hand it on."""
        try:
            await self._read(entry, visit)
        except _NOT_STORED as error:
            self._break(error)
        except Exception as error:  # a page that we cannot read must not end the crawl
            known = isinstance(error, UnreadableError)  # its reader hung, died or refused it
            _log.error("%s could not be read: %s", entry.url, error, exc_info=not known)
            await self._give_up(entry, visit.status, f"could not be read: {type(error).__name__}")

    async def failed(self, entry: Entry, error: BaseException) -> None:
        """Note what kept a page from coming."""
        try:
            await self._note_failure(entry, error)
        except _NOT_STORED as trouble:
            self._break(trouble)
        except Exception:
            _log.exception("%s could not be noted", entry.url)
            await self._give_up(entry, None, "could not be read")

    def _break(self, error: Exception) -> None:
        self.broken = self.broken or error
        self.stop("results cannot be stored")

    async def _note_failure(self, entry: Entry, error: BaseException) -> None:
        reason = classify(error)
        if isinstance(error, asyncio.CancelledError) or (
            reason is Reason.CIRCUIT_OPEN and self.stopped is not None
        ):
            self._frontier.give_back(entry)
            return
        if reason in _STOPS_ALL:
            self._frontier.give_back(entry)
            self.stop(str(error))
            return
        if reason is Reason.TIMEOUT and self.is_first_look(entry):
            self._timed_out.add(entry.id)
            self._frontier.give_back(entry)
            return
        seen = _Seen(url=entry.url, status=None, reason=reason, note=_in_words(error))
        if reason is Reason.ROBOTS_DISALLOWED and not (entry.linked_as_guide or entry.via == "home"):
            self._frontier.finish_cut(entry, "robots_disallowed")
            return
        if reason in _SAID_TO_PLAIN_CLIENTS:
            seen = await self._seen_in_browser(entry, seen, f"a plain client was refused: {reason}")
        if reason is Reason.UNSUPPORTED:
            self._frontier.finish_cut(entry, "not_http")
            return
        await self._hand_on(entry, seen)

    async def _read(self, entry: Entry, visit: Visit) -> None:
        if visit.left_to is not None:
            self._frontier.finish_cut(entry, "out_of_scope")
            return
        if not visit.is_page and entry.via != "home":
            self._frontier.finish_cut(entry, "no_page")
            return
        seen = _Seen(url=visit.url, status=visit.status, html=visit.html)
        if visit.only_browser:
            if self._renderer is None:
                seen.reason, seen.note = Reason.UNSUPPORTED, "only a browser can open this route"
            else:
                seen = await self._seen_in_browser(entry, seen, "hash route")
            await self._hand_on(entry, seen)
            return
        if visit.cut is not None:
            seen.note = f"the page was read as far as {visit.bytes} bytes"
        page = seen.page = await self._read_html(entry, visit.html, visit.url, visit)
        seen.reason = page.reason
        # a dead link is left at that: a browser learns nothing new there, unless it is said to be a guide
        dead = visit.status in _GONE and not (entry.linked_as_guide or entry.via == "home")
        if seen.reason in _SAID_TO_PLAIN_CLIENTS and not dead:
            seen = await self._seen_in_browser(entry, seen, f"a plain client was shown: {seen.reason}")
        elif seen.reason is None and page.why_render is not None:
            seen = await self._seen_in_browser(entry, seen, page.why_render)
        await self._hand_on(entry, seen)

    async def _read_html(
        self, entry: Entry, html: str, url: str, visit: Visit | None, *, status: int | None = None
    ) -> ReadPage:
        return await self._readers.read(
            html,
            url,
            status=visit.status if visit is not None else status,
            headers=dict(visit.headers) if visit is not None else {},
            link_text=entry.link_text,
            depth=entry.depth,
            is_home=entry.via == "home",
            encoding=visit.encoding if visit is not None else "utf-8",
            rendered=visit is None,
        )

    async def _seen_in_browser(self, entry: Entry, plain: _Seen, why: str) -> _Seen:
        """The page as a browser shows it; what the plain client saw where there is no browser, or it fails too."""
        if self._renderer is None:
            if plain.reason is not None:
                plain.note = _joined(plain.note, "no browser was there to confirm it")
            return plain
        try:
            async with self._renderer.session(entry.url) as session:
                shown = await session.snapshot()
                page = await self._read_html(entry, shown.html, shown.url, None, status=shown.status)
                links = described(((each, "") for each in (*shown.links, *shown.opened)), shown.url, "script")
                if page.reason is None and page.kind not in _NO_LISTS:
                    links += await self._lists.walk(session, shown, paged=page.paged_by_script)
                links = tuple(each for each in links if each.url not in page.links.acting)
        except Exception as error:
            reason = classify(error)
            if reason.outcome is Outcome.NOT_MEASURED:
                # our browser's trouble neither confirms nor refutes what the plain client saw
                plain.note = _joined(plain.note, f"a browser could not confirm it: {reason}")
                if plain.page is None and plain.reason is None:
                    plain.reason = reason  # a route that only a browser can open was not seen at all
                return plain
            return replace(plain, reason=reason, rendered=why, note=_joined(plain.note, _in_words(error)))
        return replace(
            plain,
            status=shown.status if shown.status is not None else plain.status,
            page=page,
            html=shown.html,
            rendered=why,
            reason=page.reason,
            note=plain.note if page.reason else None,
            more_links=links,
        )

    async def _hand_on(self, entry: Entry, seen: _Seen) -> None:
        final = canonical(seen.url) or entry.url
        if (
            entry.via != "home"
            and seen.reason is None
            and seen.rendered is None
            and not self._frontier.claim(entry, final)
        ):
            self._frontier.finish_cut(entry, "redirected")
            return
        if seen.rendered is not None or seen.reason is not None:
            final = entry.url
        reading = seen.page.reading if seen.page is not None else None
        other = self._scope.other_area(seen.html, reading.matter_code if reading else None)
        if other is not None and entry.via != "home":
            self._frontier.finish_cut(entry, "out_of_scope")
            return
        found = self._found(entry, seen, final)
        if entry.via == "quoted" and found.outcome is Outcome.FAILED and not entry.linked_as_guide:
            self._frontier.finish_cut(entry, "no_page")  # nobody was promised a page there
            return
        self._note_block(found)
        if not self._frontier.already_stored(found.url):
            await self._on_page(found)
        links = self._inside(entry, seen, final) if seen.reason is None else []
        self._frontier.finish(entry, found.kind, seen.reason, links)

    def _found(self, entry: Entry, seen: _Seen, url: str) -> FoundPage:
        page = seen.page
        notes = [seen.note, self._scope.evidence(url)]
        if entry.via == "home":
            notes.append(self._entered)
        if entry.via == "sitemap":
            notes.append("only the sitemap leads there")
        return FoundPage(
            url=url,
            kind=page.kind if page else (PageKind.HOME if entry.via == "home" else PageKind.OTHER),
            why_kind=page.why_kind if page else f"it does not open: {seen.reason}",
            title=page.title if page else None,
            depth=entry.depth,
            parent_url=entry.parent_url,
            link_text=entry.link_text,
            http_status=seen.status,
            rendered=seen.rendered,
            outcome=seen.reason.outcome if seen.reason else Outcome.OK,
            reason=seen.reason,
            note=_joined(*notes),
            linked_as_guide=entry.linked_as_guide,
            template=entry.pattern,
            reading=page.reading if page else None,
            attachments=page.attachments if page else (),
            links=page.links.addresses(seen.more_links)[:_MOST_LINKS_HANDED_ON] if page else (),
        )

    def _inside(self, entry: Entry, seen: _Seen, url: str) -> list[Link]:
        """The links of a page that the crawl follows; what is another region's is noted."""
        if seen.page is None:
            return []
        if seen.page.links.omitted:
            self._frontier.note_cut(f"{url}#/more-links", "too_many_links", entry)
        for address in sorted(seen.page.links.acting):
            self._frontier.note_cut(address, "acts", entry)
        followed = []
        for each in (*seen.page.links.links, *seen.more_links):
            # a page that only sends on goes on with the words of the link that led to it
            link = (
                replace(each, text=entry.link_text or "") if each.via == "refresh" and not each.text else each
            )
            if wording.print_view(link.url, link.text):
                self._frontier.note_cut(link.url, "print_view", entry)
                continue
            match self._scope.place(link, url):
                case Place.INSIDE | Place.HANDED_TO:
                    followed.append(link)
                case Place.OTHER_REGION:
                    self._frontier.note_cut(link.url, "out_of_scope", entry)
        return followed

    def _note_block(self, found: FoundPage) -> None:
        """A portal that refuses page after page has asked us to go: no need to ask for all the others."""
        self._blocked_in_a_row = self._blocked_in_a_row + 1 if found.outcome is Outcome.BLOCKED else 0
        if self._blocked_in_a_row >= _MOST_BLOCKED_IN_A_ROW:
            self.stop(f"the portal keeps us out: {found.reason}")

    async def _give_up(self, entry: Entry, status: int | None, note: str) -> None:
        """Our own trouble with a page is not the portal's."""
        found = self._found(
            entry, _Seen(url=entry.url, status=status, reason=Reason.UNSUPPORTED, note=note), entry.url
        )
        if not self._frontier.already_stored(found.url):
            await self._on_page(found)
        self._frontier.finish(entry, found.kind, found.reason)


def _in_words(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}".strip(": ")[:300]


def _joined(*notes: str | None) -> str | None:
    return "; ".join(note for note in notes if note) or None
