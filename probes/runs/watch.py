"""Visits of home pages at even intervals, outside a run: the days that `home_availability` rests on.

No browser runs beside them. One is started where the plain client fails, since that never accuses alone, and is
put away after the round. Where the user's control addresses fail too, the fault is ours.
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
from probes.runs.sweep import Target
from results.log_context import logged_as
from results.records import Availability, Outcome, Reason
from results.settings import Settings
from results.store import Store
from spiders.net.client import HttpClient
from spiders.net.egress import EgressGuard
from spiders.net.politeness import Politeness, host_group


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
            with logged_as(city=target.portal.slug, url=target.portal.home_url):
                visit = await visit_home(
                    target.portal.slug,
                    target.portal.home_url,
                    http=self._http,
                    engines=self._browser,
                    timeout_s=self._settings.home_timeout_s,
                )
                self._on_visit(self._store.add(await self._checked(visit)))

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
