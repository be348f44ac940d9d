"""What the crawl has met, and what it takes next. The truth is a table, so that a killed crawl goes on.

The crawl goes by depth: nothing of the next click is fetched before all of this click is done, so that
depths are true and the same pages are found whatever the order in which answers come. Within a depth an
address pattern is taken in portions (the smallest hashes first): one that shows no guides and leads to
none is not followed to its end, and that is noted once (calendars, endless facets, mazes, old news).
"""

from __future__ import annotations

import sqlite3
import tempfile
from collections import deque
from collections.abc import Iterable, Sequence
from pathlib import Path

from results.ledger import FrontierEntry
from results.records import PageKind, Reason
from results.store import Store
from spiders.addresses import fingerprint, pattern
from spiders.crawl_entry import WAITING, Entry
from spiders.crawl_outcome import CrawlOutcome
from spiders.links import Link
from spiders.portions import Portions

MOST_IN_HAND = 32
"""Pages that are out to be fetched and read at once: they lie in memory until they are read."""
_BATCH = 64
_REMEMBERED = 50_000

SITEMAP_ONLY = 1
"""Depth beyond the deepest allowed, for pages that no link leads to."""


class Frontier:
    """The frontier of one crawl.

    Args:
        store: The results file; None for a crawl that is not to be gone on with.
        run_id: The run whose crawl it is.
        max_pages: Pages that are read at most.
        max_depth: Clicks from home at most.
    """

    def __init__(self, store: Store | None, run_id: int | None, *, max_pages: int, max_depth: int) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="frontier-") if store is None else None
        self._store = store or Store.open(Path(self._folder.name if self._folder else "") / "frontier.db")
        self._connection: sqlite3.Connection = self._store.database.conn
        self._run_id = run_id if store is not None else None
        self._max_pages = max_pages
        self._max_depth = max_depth
        self._in_flight: dict[int, Entry] = {}
        self._buffer: deque[Entry] = deque()
        self._last_rank: int | None = None
        self._depth = 0
        self._portions = Portions()
        self._is_dry = False
        self._finished: dict[int, None] = {}
        self._stored_before: set[str] = set()
        self._resumed = False
        self.handed_on = 0
        """Pages that were handed on, by this process and those before it."""
        self._remember()

    def close(self) -> None:
        """Let go of the frontier; without a results file it is gone."""
        if self._folder is not None:
            self._store.close()
            self._folder.cleanup()

    @property
    def outcome(self) -> CrawlOutcome:
        """What came of the crawl so far."""
        return CrawlOutcome(self._connection, self._run_id)

    @property
    def resumed(self) -> bool:
        """Whether an earlier process left this crawl unfinished, or finished it."""
        return self._resumed

    def add(self, links: Iterable[Link], parent: Entry | None, parent_url: str | None = None) -> int:
        """Put what a page leads to in the queue; an address that is known only gets shorter ways.

        Args:
            links: Links that are in scope.
            parent: The page; None for the home page and for sitemaps.
            parent_url: Where it was found, if not at `parent`.

        Returns:
            How many promise guides and were not known.
        """
        fresh_guides = 0
        with self._store.transaction():
            for link in links:
                depth = self._depth_of(link, parent)
                number = fingerprint(link.url)
                if number in self._finished:
                    continue
                origin = parent_url or (parent.url if parent else None)
                known = self._connection.execute(
                    "select id, depth, state, parent_url, linked_as_guide from frontier"
                    " where run_id is ? and fingerprint = ?",
                    [self._run_id, number],
                ).fetchone()
                if known is not None:
                    self._shorten(known, number, link, depth, origin)
                    continue
                fresh_guides += link.promises_guide
                self._insert(link, number, depth, origin)
        return fresh_guides

    def note_cut(self, url: str, why: str, parent: Entry | None) -> None:
        """Note an address that is not followed, once."""
        number = fingerprint(url)
        with self._store.transaction():
            known = self._connection.execute(
                "select 1 from frontier where run_id is ? and fingerprint = ?", [self._run_id, number]
            ).fetchone()
            if known is None:
                self._store.add(
                    FrontierEntry(
                        run_id=self._run_id,
                        fingerprint=number,
                        url=url,
                        pattern=pattern(url),
                        depth=parent.depth + 1 if parent else 0,
                        rank=0,
                        parent_url=parent.url if parent else None,
                        via="anchor",
                        state="cut",
                        reason=why,
                    )
                )

    def next(self) -> Entry | None:
        """The next address to read; None while the ones being read decide what comes next, and at the end."""
        if len(self._in_flight) >= MOST_IN_HAND:
            return None
        while True:
            while self._buffer:
                entry = self._buffer.popleft()
                if self._portions.allows(entry.pattern) and self.pages_left:
                    self._portions.take(entry.pattern)
                    self._in_flight[entry.id] = entry
                    return entry
            if not self.pages_left:
                if not self._in_flight:
                    self._cut("where state = 'queued'", [], "budget")
                return None
            if self._fill():
                continue
            if self._in_flight or not self._turn_over():
                return None

    @property
    def pages_left(self) -> bool:
        """Whether the crawl may read further pages."""
        return self._portions.taken < self._max_pages

    @property
    def exhausted(self) -> bool:
        """Whether nothing is left to be read, and nothing is being read."""
        return not self._in_flight and not self._buffer and self._queued() is None

    def finish(
        self, entry: Entry, kind: PageKind | None, reason: Reason | None, links: Sequence[Link] = ()
    ) -> None:
        """A page is read: keep what it led to and that it is done, both or neither.

        Args:
            entry: The page.
            kind: What it is.
            reason: Why it is not ok.
            links: What it leads to, in scope.
        """
        with self._store.transaction():
            fresh_guides = self.add(links, entry)
            fruitful = kind is PageKind.GUIDE or fresh_guides > 0
            self._connection.execute(
                "update frontier set state = 'done', kind = ?, reason = ?, led_on = ? where id = ?",
                [kind, reason, fruitful, entry.id],
            )
        self._portions.bore(entry.pattern, fruitful)
        self.handed_on += 1
        self._leave(entry)

    def _leave(self, entry: Entry) -> None:
        self._in_flight.pop(entry.id, None)
        self._finished[fingerprint(entry.url)] = None
        if len(self._finished) > _REMEMBERED:
            del self._finished[next(iter(self._finished))]

    def finish_cut(self, entry: Entry, why: str) -> None:
        """An address turned out to be no page of the portal: nothing is handed on."""
        with self._store.transaction():
            self._connection.execute(
                "update frontier set state = 'cut', reason = ? where id = ?", [why, entry.id]
            )
        self._leave(entry)

    def claim(self, entry: Entry, final: str) -> bool:
        """Whether a page that an entry was redirected to is met for the first time; it counts as met from now."""
        number = fingerprint(final)
        if number == fingerprint(entry.url):
            return True
        known = self._connection.execute(
            "select id, state from frontier where run_id is ? and fingerprint = ?", [self._run_id, number]
        ).fetchone()
        if known is not None:
            return False
        with self._store.transaction():
            self._store.add(
                FrontierEntry(
                    run_id=self._run_id,
                    fingerprint=number,
                    url=final,
                    pattern=pattern(final),
                    depth=entry.depth,
                    rank=0,
                    parent_url=entry.url,
                    via="redirect",
                    state="alias",
                )
            )
        return True

    def give_back(self, entry: Entry) -> None:
        """A page could not be read now; a later process will."""
        if self._in_flight.pop(entry.id, None) is not None:
            self._portions.take(entry.pattern, -1)

    def already_stored(self, url: str) -> bool:
        """Whether a page was handed on by the process before, which was killed before it could note that."""
        if not self._resumed or self._run_id is None:
            return False
        return url in self._stored_before

    def _remember(self) -> None:
        """Take up what an earlier process left."""
        rows = self._connection.execute(
            "select pattern, count(*), sum(led_on) from frontier where run_id is ? and state = 'done'"
            " group by pattern",
            [self._run_id],
        ).fetchall()
        for name, count, fruitful in rows:
            self._portions.remember(name, count, fruitful or 0)
            self.handed_on += count
        self._resumed = bool(rows) or self._queued() is not None
        if self._resumed and self._run_id is not None:
            self._stored_before = {
                row[0]
                for row in self._connection.execute(
                    "select url from frontier where run_id = ? and state = 'queued'"
                    " and url in (select url from pages where pages.run_id = ?)",
                    [self._run_id, self._run_id],
                )
            }

    def _depth_of(self, link: Link, parent: Entry | None) -> int:
        if link.via == "sitemap":
            return self._max_depth + SITEMAP_ONLY
        if parent is None:
            return 0
        return parent.depth if link.paging or link.via == "refresh" else parent.depth + 1

    def _insert(self, link: Link, number: int, depth: int, origin: str | None) -> None:
        too_deep = depth > self._max_depth and link.via != "sitemap"
        promising = link.promises_guide or link.paging
        self._store.add(
            FrontierEntry(
                run_id=self._run_id,
                fingerprint=number,
                url=link.url,
                pattern=pattern(link.url),
                depth=depth,
                rank=((0 if promising else 1) << 32) | (number & 0xFFFFFFFF),
                parent_url=origin,
                link_text=link.text or None,
                via=link.via,
                linked_as_guide=link.promises_guide,
                state="cut" if too_deep else "queued",
                reason="depth" if too_deep else None,
            )
        )
        if depth <= self._depth:
            self._look_anew()  # a page of a list: it belongs to the depth that is being read

    def _shorten(
        self,
        known: tuple[int, int, str, str | None, int],
        number: int,
        link: Link,
        depth: int,
        origin: str | None,
    ) -> None:
        """Keep the shortest way to an address, and of equally short ones the same whatever came first."""
        row_id, old_depth, state, old_parent, as_guide = known
        if state == "done":
            self._finished[number] = None
            return
        if row_id in self._in_flight or (
            state == "cut" and not (depth < old_depth and depth <= self._max_depth)
        ):
            return
        if depth <= self._depth:
            self._look_anew()
        if depth < old_depth or (depth == old_depth and (origin or "") < (old_parent or "")):
            promising = link.promises_guide or link.paging or bool(as_guide)
            self._connection.execute(
                "update frontier set depth = ?, parent_url = ?, link_text = ?, via = ?, linked_as_guide = ?,"
                " rank = ?, state = 'queued', reason = null where id = ?",
                [
                    depth,
                    origin,
                    link.text or None,
                    link.via,
                    link.promises_guide or as_guide,
                    ((0 if promising else 1) << 32) | (number & 0xFFFFFFFF),
                    row_id,
                ],
            )
        elif link.promises_guide and not as_guide:
            self._connection.execute(
                "update frontier set linked_as_guide = 1, rank = ? where id = ?",
                [number & 0xFFFFFFFF, row_id],
            )

    def _fill(self) -> bool:
        """Load the next addresses of this depth that may be read; False if there are none."""
        if self._is_dry:
            return False
        stalled = self._portions.used_up
        marks = ", ".join("?" for _ in stalled)
        for floor in dict.fromkeys((self._last_rank, None)):
            rows = self._connection.execute(
                WAITING.format(marks),
                [
                    self._run_id,
                    self._depth,
                    -1 if floor is None else floor,
                    *stalled,
                    _BATCH + len(self._in_flight),
                ],
            ).fetchall()
            for row in rows:
                if row[0] not in self._in_flight:
                    self._buffer.append(Entry.of(row))
            if rows:
                self._last_rank = rows[-1][8]
            if self._buffer:
                return True
        self._is_dry = (
            True  # until an address is added: what waits behind a used-up portion may be a long way to look
        )
        return False

    def _look_anew(self) -> None:
        """What waits at this depth has changed."""
        self._last_rank = None
        self._is_dry = False

    def _turn_over(self) -> bool:
        """Nothing is in flight: grow what bears fruit, cut what does not, go one click deeper."""
        self._look_anew()
        waiting = [
            row[0]
            for row in self._connection.execute(
                "select distinct pattern from frontier where run_id is ? and state = 'queued' and depth = ?",
                [self._run_id, self._depth],
            )
        ]
        for name in waiting:
            if self._portions.is_fruitful(name):
                self._portions.grow(name)
            else:
                self._cut(
                    "where state = 'queued' and depth = ? and pattern = ?", [self._depth, name], "no_guides"
                )
        if waiting:
            return True
        deeper = self._queued()
        if deeper is None:
            return False
        self._depth = deeper
        return True

    def _queued(self) -> int | None:
        """The least depth at which something waits."""
        row = self._connection.execute(
            "select min(depth) from frontier where run_id is ? and state = 'queued'", [self._run_id]
        ).fetchone()
        return None if row[0] is None else int(row[0])

    def _cut(self, where: str, values: list[object], why: str) -> None:
        with self._store.transaction():
            self._connection.execute(
                f"update frontier set state = 'cut', reason = ? {where} and run_id is ?",  # noqa: S608  # ours
                [why, *values, self._run_id],
            )
