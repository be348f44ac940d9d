"""Visits of home pages at even intervals, outside a run: the days that `home_availability` rests on.

No browser runs beside them. One is started where the plain client fails, since that never accuses alone, and is
put away after the round. Where the user's control addresses fail too, the fault is ours. What robots.txt forbids is
not visited, and what the page announces of maintenance is kept beside the visits.
"""

from __future__ import annotations

import asyncio
import math
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace

from probes.availability import visit_home
from probes.browsers.on_demand import BrowserOnDemand
from probes.runs.controls import check_controls, look_at_controls
from probes.runs.instruments import user_agent, user_agent_suffix
from probes.runs.notices import NoticeReader
from probes.runs.sweep import Target
from results.log_context import logged_as
from results.moments import now
from results.records import Availability, Outcome, Reason
from results.settings import Settings
from results.store import Store
from spiders.net.client import HttpClient
from spiders.net.egress import EgressGuard
from spiders.net.politeness import Politeness, host_group
from spiders.net.refusals import CircuitOpen, OverBudget, ToldToWait
from spiders.net.robots import Robots
from spiders.scope import Portal


async def watch(
    store: Store,
    targets: Sequence[Target],
    *,
    settings: Settings,
    every_s: float,
    times: int | None = None,
    on_visit: Callable[[Availability], None] = lambda _: None,
) -> None:
    """Visit every home page once a round; each visit is a row of `availability` that belongs to no run.

    Args:
        store: The results file.
        targets: The cities.
        settings: Engines for the second opinion, control addresses, the 15 s limit, whom to ask how.
        every_s: Seconds from one round's start to the next's. A round that takes longer costs the starts it
            misses: they are never made up for in a bunch.
        times: Rounds to make; None for no end.
        on_visit: Told of each visit once it is stored.

    Raises:
        PlainError: A control address can never answer.
        sqlite3.Error: The results file cannot be written.
        asyncio.CancelledError: Stopped; visits that had ended are kept.
    """
    guard, politeness = EgressGuard(settings.allow_private), Politeness(settings.rate)
    await check_controls(settings.controls, guard)
    for target in targets:
        guard.open_portal(target.portal.home_url)
        store.put(target.city)
    browser = BrowserOnDemand(
        settings.engines,
        guard=guard,
        politeness=politeness,
        user_agent_suffix=user_agent_suffix(settings.contact),
    )
    begun, start, rounds = time.monotonic(), 0, 0
    try:
        while True:
            # a client of this round alone: what it knows of a host, cookies included, is not for the next trial
            async with HttpClient(guard, politeness, user_agent=user_agent(settings.contact)) as http:
                await _Round(store, settings, http, browser, on_visit).visit(targets)
            await browser.close()
            rounds += 1
            if times is not None and rounds >= times:
                return
            start = max(start + 1, math.ceil((time.monotonic() - begun) / every_s))
            await asyncio.sleep(max(0.0, begun + start * every_s - time.monotonic()))
    finally:
        await browser.close()


class _Round:
    """One visit of each home page: host groups side by side, the cities of one group after each other."""

    def __init__(
        self,
        store: Store,
        settings: Settings,
        http: HttpClient,
        browser: BrowserOnDemand,
        on_visit: Callable[[Availability], None],
    ) -> None:
        self._store, self._settings, self._http = store, settings, http
        self._browser, self._on_visit = browser, on_visit
        self._robots = {
            ignored: Robots(http, user_agent(settings.contact), ignore=ignored) for ignored in (False, True)
        }

    async def visit(self, targets: Sequence[Target]) -> None:
        groups: dict[str, list[Target]] = defaultdict(list)
        for target in targets:
            groups[host_group(target.portal.home_url)].append(target)
        tasks = [asyncio.create_task(self._in_turn(members)) for members in groups.values()]
        try:
            await asyncio.gather(*tasks)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _in_turn(self, members: Sequence[Target]) -> None:
        for target in members:
            portal, pages = target.portal, list[str]()
            robots = self._robots[portal.ignore_robots is not None]
            with logged_as(city=portal.slug, url=portal.home_url):
                visit = await self._visit(portal, robots, pages.append)
                self._on_visit(self._store.add(visit))
                for html in pages:
                    await NoticeReader(self._store, self._http, robots).read(
                        portal.slug, portal.home_url, html
                    )

    async def _visit(self, portal: Portal, robots: Robots, on_page: Callable[[str], None]) -> Availability:
        if await _forbidden(portal, robots):
            return Availability(
                run_id=None,
                city=portal.slug,
                outcome=Reason.ROBOTS_DISALLOWED.outcome,
                reason=Reason.ROBOTS_DISALLOWED,
                measured_at=now(),
            )
        visit = await visit_home(
            portal.slug,
            portal.home_url,
            http=self._http,
            engines=self._browser,
            timeout_s=self._settings.home_timeout_s,
            on_page=on_page,
        )
        return await self._checked(visit)

    async def _checked(self, visit: Availability) -> Availability:
        """The visit, or `not_measured` where it failed and no control address answers either."""
        controls = self._settings.controls
        if visit.outcome is not Outcome.FAILED or visit.http_status is not None or not controls:
            return visit  # a portal that answered was reached
        looks = await look_at_controls(controls, self._http, timeout_s=self._settings.home_timeout_s)
        if any(each.reason is None for each in looks):
            return visit
        met = ", ".join(f"{each.url} {each.reason}" for each in looks)
        return replace(
            visit,
            outcome=Reason.INTERRUPTED.outcome,
            reason=Reason.INTERRUPTED,
            note=f"the visit met {visit.reason}, and no control address answered: {met}",
        )


async def _forbidden(portal: Portal, robots: Robots) -> bool:
    try:
        return await robots.forbids(portal.home_url)
    except (ToldToWait, OverBudget, CircuitOpen):
        return False  # the visit is refused the same, and says so
