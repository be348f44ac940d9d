"""The rolling week of home page visits, by the rule of 国办秘函〔2019〕19号.

A site counts as not reachable when, watched for a week with at least 20 visits a day, 5 % or more of the visits
found it closed after 15 seconds. The numbers stand in the catalogue, at `home_availability`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from checks.catalogue import Entry
from results.moments import from_text
from results.records import Availability, Outcome
from results.windows import Window

DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Week:
    """What the visits of the days up to a moment came to."""

    since: datetime
    until: datetime
    visits: int
    """Visits that told whether the page opens: those that failed and those that did not."""
    failures: int
    share: float | None
    """Failures among the visits, 0-1; None without a visit."""
    over_limit: bool
    """Whether the share reaches the veto's."""
    days_short: int
    """Days of 24 hours, counted back from `until`, with fewer visits than the rule asks for."""
    blocked: int
    """Visits that the portal refused: not failures, and shown."""
    unmeasured: int
    """Visits that could not be made for our own reasons."""
    in_maintenance: int
    """Failures within published maintenance windows; they count, and these are shown beside them."""

    @property
    def final(self) -> bool:
        """Whether every day has the visits that the rule asks for."""
        return self.days_short == 0

    @property
    def veto(self) -> bool:
        """Whether the rule's single-item veto (单项否决) holds: the share is reached, on full days."""
        return self.over_limit and self.final


def rolling_week(
    visits: Sequence[Availability], entry: Entry, until: datetime, maintenance: Sequence[Window] = ()
) -> Week:
    """The window of days that ends at a moment.

    Args:
        visits: A city's visits, of any time, in any order.
        entry: The catalogue's line of `home_availability`.
        until: The window's end, with time zone.
        maintenance: The windows that the portal publishes for its maintenance.
    """
    days = int(entry.number("window_days"))
    a_day = entry.number("final_visits") / days
    since = until - days * DAY
    within = [(from_text(each.measured_at), each) for each in visits]
    within = [(at, each) for at, each in within if since < at <= until]
    known = [(at, each) for at, each in within if each.outcome in (Outcome.OK, Outcome.FAILED)]
    failed = [at for at, each in known if each.outcome is Outcome.FAILED]
    on_day = [0] * days
    for at, _ in known:
        on_day[(until - at) // DAY] += 1
    share = len(failed) / len(known) if known else None
    shut_out = sum(each.outcome in (Outcome.BLOCKED, Outcome.LOGIN_REQUIRED) for _, each in within)
    return Week(
        since=since,
        until=until,
        visits=len(known),
        failures=len(failed),
        share=share,
        over_limit=share is not None and share >= entry.number("veto_rate"),
        days_short=sum(count < a_day for count in on_day),
        blocked=shut_out,
        unmeasured=len(within) - len(known) - shut_out,
        in_maintenance=sum(any(each.holds(at) for each in maintenance) for at in failed),
    )
