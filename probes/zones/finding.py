"""Where a portal's zone is: among the pages of the crawl, or behind the links of its home page."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urldefrag, urlsplit

from playwright.async_api import Error

from probes.probe import RunContext
from probes.widgets.opening import judge_page, open_page
from probes.widgets.sight import Sighting, look
from probes.widgets.windows import Windows, press
from probes.zones.themes import Theme, leads_on
from results.records import PageKind, Reason
from spiders.acting_links import acts_when_followed
from spiders.net.politeness import host_group

_MOST_CRAWLED = 12
_MOST_DOORS = 4
_MOST_HUBS = 4
_NATIONAL = "gjzwfw.gov.cn"
"""The national platform has a zone of its own; a link to it is not the city's zone."""


@dataclass
class Search:
    """What was tried on the way to a zone."""

    tried: list[str] = field(default_factory=list)
    reasons: list[Reason] = field(default_factory=list)
    """Why places that might be the zone, or lead to it, did not open."""
    refused: set[str] = field(default_factory=set)
    """Their addresses."""
    looked_through: bool = False
    """Whether the home page could be looked through."""

    def note(self, url: str, reason: Reason) -> None:
        """Keep why a place did not open."""
        self.reasons.append(reason)
        self.refused.add(urldefrag(url).url)
        self.tried.append(f"{url}: {reason}")


@dataclass(frozen=True)
class Door:
    """Something on a page that may lead to a zone: a link, shown or in a closed menu, or a thing to press."""

    names: str
    href: str = ""
    sighting: Sighting | None = None


_LINKS = """() => [...document.querySelectorAll('a[href]')].map(a => ({href: a.href, names:
  [a.textContent, a.title, a.getAttribute('aria-label'), ...[...a.querySelectorAll('img')].map(i => i.alt)]
    .map(each => (each || '').trim()).find(each => each) || ''}))"""


async def doors_of(windows: Windows) -> list[Door]:
    """Everything that a page, its closed menus and its frames offer as a way on.

    Raises:
        playwright.async_api.Error: The page is gone.
    """
    found = [Door(each.names, each.href, each) for each in await look(windows.current, "clickables")]
    for frame in windows.current.frames:
        try:
            links = await frame.evaluate(_LINKS)
        except Error:
            continue
        found.extend(Door(each["names"], each["href"]) for each in links)
    return found


def crawled_zones(context: RunContext, theme: Theme) -> list[str]:
    """Pages of the crawl that are the zone, the likeliest first."""
    scored: list[tuple[float, int, str]] = []
    for index, each in enumerate(context.pages):
        page = each.page
        if page.kind not in (PageKind.ZONE, PageKind.LIST, PageKind.OTHER) or _is_national(context, page.url):
            continue
        title = (page.title or "").strip()
        score = float(max((theme.score(part) for part in _title_parts(title)), default=0))
        if page.kind is PageKind.ZONE and not score:
            # a zone by its link's words or its address alone
            score = 1.0 if theme.address.search(page.url) or theme.words[0].search(page.why_kind) else 0.0
        if score:
            scored.append((score + (2 if page.kind is PageKind.ZONE else 0), -index, page.url))
    return [url for _, _, url in sorted(scored, reverse=True)][:_MOST_CRAWLED]


async def open_from_home(context: RunContext, windows: Windows, theme: Theme, search: Search) -> bool:
    """Open the zone through the links of the home page, or of a page that gathers zones.

    Returns:
        Whether the first window shows the zone now.

    Raises:
        playwright.async_api.Error: The browser is gone.
    """
    home = context.home.page.url if context.home is not None else context.portal.home_url
    reason = await open_page(context, windows, home)
    if reason is not None:
        search.note(home, reason)
        return False
    search.looked_through = True
    search.tried.append(f"links of {home}")
    doors = await doors_of(windows)
    if await _through(context, windows, theme, search, doors, home):
        return True
    hubs = [each.href for each in doors if leads_on(each.names) and _on_portal(context, each.href)]
    for hub in list(dict.fromkeys(hubs))[:_MOST_HUBS]:
        if await open_allowed(context, windows, hub) is not None:
            continue
        search.tried.append(f"links of {hub}")
        if await _through(context, windows, theme, search, await doors_of(windows), hub):
            return True
    return False


async def open_allowed(context: RunContext, windows: Windows, url: str) -> Reason | None:
    """Open an address that robots.txt does not forbid; returns why it did not open."""
    if not await context.robots.allowed(url):
        return Reason.ROBOTS_DISALLOWED
    return await open_page(context, windows, url)


async def _through(
    context: RunContext,
    windows: Windows,
    theme: Theme,
    search: Search,
    doors: list[Door],
    start: str,
) -> bool:
    ranked = sorted(
        ((score, -at, door) for at, door in enumerate(doors) if (score := theme.score(door.names))),
        key=lambda each: each[:2],
        reverse=True,
    )
    tried: set[str] = set()
    for _, _, door in ranked:
        target = door.href if door.href.startswith("http") else ""
        name = target or door.names
        refused = urldefrag(target).url in search.refused or acts_when_followed(target)
        if name in tried or refused or _is_national(context, target):
            continue
        if len(tried) >= _MOST_DOORS:
            return False
        tried.add(name)
        if target and urldefrag(target).url != urldefrag(start).url:
            reason = await open_allowed(context, windows, target)
        elif door.sighting is not None:
            reason = await _press_door(context, windows, door.sighting, start)
        else:
            continue
        if reason is None and not _is_national(context, windows.first.url):
            return True
        if reason is not None:
            search.note(name, reason)
    return False


async def _press_door(context: RunContext, windows: Windows, door: Sighting, start: str) -> Reason | None:
    """Press a door that tells no address; the page that it opens is then opened in the first window."""
    if windows.first.url != start:
        reason = await open_page(context, windows, start)
        if reason is not None:
            return reason
        again = await look(windows.first, "clickables")
        door = next((each for each in again if each.names == door.names), door)
    before = windows.first.url
    await context.politeness.turn(before)
    opened = windows.opened
    if door.element is None or not await press(door.element):
        return Reason.SCRIPT_ERROR
    if await windows.follow(opened):
        address = windows.current.url
        await windows.back_to_first()
        return await open_allowed(context, windows, address)
    return await judge_page(windows)


def _title_parts(title: str) -> list[str]:
    for mark in ("_", "|", "—", "–"):
        title = title.replace(mark, "-")
    return [title, *(part.strip() for part in title.split("-") if part.strip())]


def _is_national(context: RunContext, url: str) -> bool:
    host = urlsplit(url).hostname or ""
    home = urlsplit(context.portal.home_url).hostname or ""
    return host.endswith(_NATIONAL) and not home.endswith(_NATIONAL)


def _on_portal(context: RunContext, url: str) -> bool:
    return url.startswith("http") and host_group(url) == host_group(context.portal.home_url)
