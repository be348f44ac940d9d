"""What a sweep would send and how long it would take at least, worked out without sending anything."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from urllib.parse import urlsplit

from probes.runs.city import chosen_probes
from results.settings import Settings
from spiders.net.politeness import host_group
from spiders.scope import Portal


@dataclass(frozen=True, kw_only=True)
class Forecast:
    """A sweep before it starts. Requests are turns at the politeness gate: sub-resources come on top."""

    hosts: tuple[str, ...]
    cities: int
    crawl_requests_at_most: int
    """For each city; a portal with fewer pages takes fewer."""
    probe_requests: dict[str, int]
    """For each city, by part."""
    rate: float
    engines: tuple[str, ...]
    seconds_at_most: float
    """At this rate, the busiest host group and its cities' time limits being the bounds."""

    def as_fields(self) -> dict[str, object]:
        """For `--json`."""
        return asdict(self)

    @property
    def duration(self) -> str:
        """The bound as hours, minutes and seconds."""
        return str(timedelta(seconds=round(self.seconds_at_most)))


def forecast(portals: Sequence[Portal], settings: Settings) -> Forecast:
    """Plan a sweep over the portals under the settings; sends nothing."""
    turns = {probe.name: probe.turns(settings) for probe in chosen_probes(settings.only)}
    # a crawl may render a page that HTTP alone cannot read: two turns a page at most
    crawl = 2 * settings.max_pages
    groups = Counter(host_group(each.home_url) for each in portals)
    busiest = max(groups.values(), default=0)
    turns_of_one = min(crawl + sum(turns.values()), settings.max_requests)
    return Forecast(
        hosts=tuple(dict.fromkeys(urlsplit(each.home_url).hostname or "" for each in portals)),
        cities=len(portals),
        crawl_requests_at_most=crawl,
        probe_requests=turns,
        rate=settings.rate,
        engines=settings.engines,
        seconds_at_most=busiest * min(turns_of_one / settings.rate, settings.run_timeout_s),
    )
