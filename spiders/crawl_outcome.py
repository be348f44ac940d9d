"""What came of a crawl, as its frontier tells: what was cut, what that may hide, how the home page fared."""

from __future__ import annotations

import sqlite3

from spiders.found import Cut


class CrawlOutcome:
    """Questions to the frontier of one crawl.

    Args:
        connection: The file that holds the frontier.
        run_id: The run; None for a crawl outside a run.
    """

    def __init__(self, connection: sqlite3.Connection, run_id: int | None) -> None:
        self._connection = connection
        self._run_id = run_id

    def cuts(self) -> tuple[Cut, ...]:
        """Every pattern that was cut, once for each reason."""
        rows = self._connection.execute(
            "select pattern, reason, min(url), count(*) from frontier where run_id is ? and state = 'cut'"
            " group by pattern, reason order by count(*) desc, pattern limit 500",
            [self._run_id],
        )
        return tuple(Cut(pattern=row[0], why=row[1], example_url=row[2], cut=row[3]) for row in rows)

    def hides_guides(self) -> str | None:
        """In words, which cut may hide guides; None if none may."""
        row = self._connection.execute(
            "select reason, count(*) from frontier where run_id is ? and state = 'cut'"
            " and (reason = 'budget' or (reason = 'depth' and linked_as_guide)) group by reason"
            " order by reason limit 1",
            [self._run_id],
        ).fetchone()
        if row is None:
            return None
        return f"{row[1]} addresses were cut: {row[0]}"

    def unread_navigation(self) -> str | None:
        """In words, whether pages that lists may hang on could not be read for reasons not the portal's own."""
        row = self._connection.execute(
            "select reason, count(*), min(url) from frontier where run_id is ? and state = 'done'"
            " and linked_as_guide = 0 and depth <= 3 and reason in"
            " ('challenge_page', 'captcha', 'rate_limited', 'forbidden', 'egress_denied', 'over_budget',"
            " 'circuit_open',"
            " 'interrupted', 'prober_overloaded', 'prober_offline', 'browser_crashed', 'browser_unavailable',"
            " 'unsupported')"
            " group by reason order by count(*) desc limit 1",
            [self._run_id],
        ).fetchone()
        return None if row is None else f"{row[1]} pages could not be read: {row[0]}, e.g. {row[2]}"

    def home(self) -> tuple[str | None, str | None] | None:
        """(kind, reason) of the home page, once it is done."""
        row = self._connection.execute(
            "select kind, reason from frontier where run_id is ? and via = 'home' and state = 'done'",
            [self._run_id],
        ).fetchone()
        return None if row is None else (row[0], row[1])
