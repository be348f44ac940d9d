"""The 跨省通办 and 一件事 zones: found, read to the end, and matched with the lists that they have to show.

One observation for each required item and one for each extra name. What an outcome says:

- `ok`: the item is listed (`relation` tells how its name stands to the list's), or an extra name.
- `failed`, `not_listed`: the zone was read to its end and does not list it. Any other failure: the zone is
  linked but does not open.
- `blocked`, `login_required`: the zone, or the home page that leads to it, shows itself to nobody of ours.
- `absent`, `not_found`: no zone, after the home page and a complete crawl.
- `not_measured`: the crawl was cut short, the zone could not be read to its end (`over_budget`), shows its
  items in no way that we can read (`unsupported`), or no browser was there: what plain HTML does not show
  may still be listed.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from urllib.parse import urldefrag

from playwright.async_api import Error

from checks.matters import match, relation_of
from probes.browsers.looking import BrowserGoneError
from probes.probe import Lane, Probe, RequiredList, RunContext, Unit
from probes.widgets.windows import Windows
from probes.zones.finding import Search, crawled_zones, open_from_home
from probes.zones.plain import read_plain
from probes.zones.themes import THEMES, Theme
from probes.zones.walking import ZoneReading, ZoneWalk
from results.ledger import ItemList
from results.moments import now
from results.records import Outcome, Reason, Relation, ZoneItem
from spiders.net.classify import classify

_TIMEOUT_S = 900.0
_RESERVE_S = 60.0
"""Left of the unit's time when reading stops, so that what was read is kept."""


@dataclass
class _Found:
    """What came of looking for a zone."""

    names: dict[str, str] = field(default_factory=dict)
    url: str | None = None
    reason: Reason | None = None
    """Why an item that is not among the names may not be called missing; None when it may."""
    notes: list[str] = field(default_factory=list)
    evidence_id: int | None = None
    """The list of names as it was read."""


class CrossProvinceProbe(Probe):
    """Reads the zones and compares them with their lists."""

    name = "zones"
    about = "the 跨省通办 and 一件事 zones: which required items they list, and under which names"

    def units_for_portal(self, context: RunContext) -> Iterable[Unit]:
        """One unit for each zone that has a list."""
        for theme in THEMES:
            lists = tuple(each for each in context.lists if each.zone in theme.lists)
            for each in lists:
                context.note_list(
                    ItemList(
                        run_id=context.run_id,
                        zone=each.zone,
                        known=len(each.items),
                        official=each.official,
                        whole=each.whole,
                        source=each.source,
                    )
                )
            if lists:
                yield _unit(context, theme, lists)


def _unit(context: RunContext, theme: Theme, lists: tuple[RequiredList, ...]) -> Unit:
    async def measure(attempt: int) -> Sequence[ZoneItem]:
        return _rows(context, lists, await _look_for(context, theme, lists, attempt), attempt)

    def unmeasured(reason: Reason) -> Sequence[ZoneItem]:
        return _rows(context, lists, _Found(reason=reason), 1)

    return Unit(
        probe=CrossProvinceProbe.name,
        key=theme.name,
        lane=Lane.INTERACTIVE,
        measure=measure,
        unmeasured=unmeasured,
        timeout_s=_TIMEOUT_S,
    )


def _rows(context: RunContext, lists: Sequence[RequiredList], found: _Found, attempt: int) -> list[ZoneItem]:
    """One row for each required item, and one for each name that serves no item of any of the lists."""
    rows: list[ZoneItem] = []
    lines = {each.zone: match(tuple(found.names), each.items) for each in lists}
    extra = [{line.listed for line in each if line.relation is Relation.EXTRA} for each in lines.values()]
    elsewhere = [item for each in context.lists if each.zone not in lines for item in each.items]
    nobodys = {
        name
        for name in (set.intersection(*extra) if extra else ())
        # a page may show both zones: what the other one has to list is not extra here
        if name and not any(relation_of(name, item) for item in elsewhere)
    }
    note = "; ".join(dict.fromkeys(found.notes))[:1000] or None
    for at, (zone, matches) in enumerate(lines.items()):
        for line in matches:
            if line.relation is Relation.EXTRA and (line.listed not in nobodys or at > 0):
                continue
            reason = (found.reason or Reason.NOT_LISTED) if line.relation is Relation.MISSING else None
            also = f"also listed as {'、'.join(line.also[:5])}" if line.also else None
            rows.append(
                ZoneItem(
                    run_id=context.run_id,
                    attempt=attempt,
                    outcome=reason.outcome if reason is not None else Outcome.OK,
                    reason=reason,
                    evidence_id=found.evidence_id,
                    measured_at=now(),
                    note=note if reason is not None else also,
                    zone=zone,
                    required_item=line.required,
                    listed_name=line.listed,
                    relation=line.relation,
                    similarity=line.similarity if line.required and line.listed else None,
                    url=(found.names.get(line.listed) if line.listed else None) or found.url,
                )
            )
    return rows


async def _look_for(context: RunContext, theme: Theme, lists: Sequence[RequiredList], attempt: int) -> _Found:
    items = tuple(item for each in lists for item in each.items)

    def is_known(name: str) -> bool:
        return any(relation_of(name, item) is not None for item in items)

    crawled = crawled_zones(context, theme)
    try:
        async with context.engines.page(fresh=attempt > 1) as page, Windows(page) as windows:
            walk = ZoneWalk(context, windows, is_known, until=time.monotonic() + _TIMEOUT_S - _RESERVE_S)
            return await _read(context, windows, walk, theme, crawled)
    except BrowserGoneError:
        return _of_plain(await read_plain(context, theme, crawled, is_known))
    except (Error, TimeoutError, OSError) as error:
        reason = classify(error)
        return _Found(reason=reason, notes=[str(error).partition("\n")[0][:300]])


async def _read(
    context: RunContext, windows: Windows, walk: ZoneWalk, theme: Theme, crawled: list[str]
) -> _Found:
    search = Search()
    readings: list[ZoneReading] = []
    for url in crawled:
        if urldefrag(url).url in walk.seen:
            continue
        reading = await walk.read(url)
        if reading.reason is None:
            readings.append(reading)
        else:
            search.note(url, reading.reason)
    if not any(each.names for each in readings) and await open_from_home(context, windows, theme, search):
        readings.append(await walk.read_open(ZoneReading(url=windows.first.url)))
    if not readings:
        return _nowhere(context, search)
    found = _Found(url=next((each.url for each in readings if each.names), readings[0].url))
    for reading in readings:
        for name, href in reading.names.items():
            found.names.setdefault(name, href)
        found.notes.extend(f"not read: {each}" for each in reading.unread[:5])
        if reading.unread:
            found.reason = Reason.OVER_BUDGET
    found.evidence_id = context.evidence.keep(_as_read(readings).encode(), "text/plain")
    if not found.names:
        # a zone that opens and shows nothing that we can read: nobody may say that it lists nothing
        found.reason = Reason.UNSUPPORTED
        found.notes.append("the zone opens, and no list of items could be read in it")
    return found


def _as_read(readings: Sequence[ZoneReading]) -> str:
    """What was read, for whoever doubts that an item is missing."""
    lines: list[str] = []
    for reading in readings:
        lines.append(f"{reading.url}\n{reading.states} tabs and pages seen, {len(reading.names)} names read")
        lines.extend(f"not read: {each}" for each in reading.unread)
        lines.extend(f"{name}\t{href}" for name, href in reading.names.items())
    return "\n".join(lines) + "\n"


def _nowhere(context: RunContext, search: Search) -> _Found:
    """No zone was opened: because it does not open, because there is none, or because we cannot tell."""
    notes = [f"tried: {'; '.join(dict.fromkeys(search.tried))}"] if search.tried else []
    if search.reasons:
        return _Found(reason=search.reasons[0], notes=notes)
    if context.crawl_complete and search.looked_through:
        return _Found(reason=Reason.NOT_FOUND, notes=notes)
    return _Found(reason=Reason.OVER_BUDGET, notes=[*notes, "the crawl did not come to its end"])


def _of_plain(reading: ZoneReading | None) -> _Found:
    """Without a browser nobody is accused: what plain HTML does not show is not measured."""
    note = "read without a browser"
    if reading is None:
        return _Found(reason=Reason.BROWSER_UNAVAILABLE, notes=[note])
    return _Found(names=reading.names, url=reading.url, reason=Reason.BROWSER_UNAVAILABLE, notes=[note])
