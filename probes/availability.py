"""Visits of the home page: does it open within 15 seconds (home_availability).

国办秘函〔2019〕19号 counts a home page that does not open within 15 seconds as unavailable. Every planned visit is
a trial: none is repeated later to replace one that failed. Within a visit, what the plain client does not get is
asked for in a browser, and only a failure there counts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from probes.browsers.second_opinion import Browsers, Reached, reach
from probes.probe import Lane, Probe, RunContext, Unit
from results.moments import now
from results.records import Availability, Observation, Reason

if TYPE_CHECKING:
    from results.settings import Settings
    from spiders.net.client import HttpClient

_MARGIN_S = 120.0


class HomeAvailability(Probe):
    """One visit of the home page in a run; the days before are sampled by `probe watch` and schedules."""

    name = "availability"
    about = "visits the home page, which has to open within 15 seconds"
    needs_browser = False
    visits_home = True

    def turns(self, settings: Settings) -> int:
        """One visit."""
        return 1

    def units_for_portal(self, context: RunContext) -> Iterable[Unit]:
        """One trial."""
        city, home_url = context.portal.slug, context.portal.home_url
        timeout_s = context.settings.home_timeout_s

        async def measure(attempt: int) -> Sequence[Observation]:
            visited = await visit_home(
                city,
                home_url,
                http=context.http,
                engines=context.engines,
                timeout_s=timeout_s,
                run_id=context.run_id,
                attempt=attempt,
            )
            return [visited]

        yield Unit(
            probe=self.name,
            key="home",
            lane=Lane.HTTP,
            measure=measure,
            unmeasured=lambda reason: [_visit(city, Reached(reason=reason), context.run_id, 1)],
            confirm=False,
            timeout_s=2 * timeout_s + _MARGIN_S,
        )


async def visit_home(
    city: str,
    home_url: str,
    *,
    http: HttpClient,
    engines: Browsers | None,
    timeout_s: float = 15.0,
    run_id: int | None = None,
    attempt: int = 1,
    on_page: Callable[[str], None] = lambda _: None,
) -> Availability:
    """Visit a home page once.

    Args:
        city: The city's slug.
        home_url: The address of its portal.
        http: The plain client.
        engines: Browsers to ask again in; without one, what may be the client's own failure is `not_measured`.
        timeout_s: Limit, seconds (15 by the rule).
        run_id: The run, if the visit belongs to one.
        attempt: Number of the trial.
        on_page: Told the HTML that was shown, an error page's too, if any came.
    """
    reached = await reach(
        home_url, http=http, engines=engines, timeout_s=timeout_s, scope=f"{city} availability", fresh=True
    )
    if reached.html:
        on_page(reached.html)
    if reached.reason is None and reached.elapsed_ms is not None and reached.elapsed_ms > timeout_s * 1000:
        reached = Reached(
            reason=Reason.TIMEOUT, status=reached.status, elapsed_ms=reached.elapsed_ms, note=reached.note
        )
    return _visit(city, reached, run_id, attempt)


def _visit(city: str, reached: Reached, run_id: int | None, attempt: int) -> Availability:
    return Availability(
        run_id=run_id,
        attempt=attempt,
        outcome=reached.outcome,
        reason=reached.reason,
        measured_at=now(),
        note=reached.note,
        city=city,
        http_status=reached.status,
        elapsed_ms=reached.elapsed_ms,
    )
