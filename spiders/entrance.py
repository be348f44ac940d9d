"""How a portal is entered: by its own address, or from its province's portal."""

from __future__ import annotations

from dataclasses import dataclass, replace

from results.records import Reason
from spiders.links import PageLinks, described, extract
from spiders.net.classify import classify
from spiders.net.client import HttpClient
from spiders.net.refusals import RobotsDisallowed
from spiders.net.robots import Robots
from spiders.reading.document import Document
from spiders.renderer import Renderer
from spiders.scope import Portal, city_link

_MOST_SWITCHERS = 6


@dataclass(frozen=True, kw_only=True)
class Entrance:
    """Where the crawl begins."""

    portal: Portal | None
    """The portal with its true home address; None where the city was not found."""
    entry: str
    """direct, province or none."""
    why: str | None = None
    """How it was found, or why not."""
    reason: Reason | None = None


async def enter(portal: Portal, *, http: HttpClient, robots: Robots, renderer: Renderer | None) -> Entrance:
    """Find a city's portal.

    Args:
        portal: The city; `entered_from_province` says that its address is the province's.
        http: The client.
        robots: robots.txt.
        renderer: Shows a province's page that needs a browser.
    """
    if not portal.entered_from_province:
        return Entrance(portal=portal, entry="direct")
    try:
        links = await _links_of(portal.home_url, http, robots, renderer)
        found, clicks = city_link(links.links, portal), 1
        if found is None:
            # a page of its own where the city is chosen
            choosers = [each for each in links.links if _chooses_area(each.text)][:_MOST_SWITCHERS]
            for chooser in choosers:
                behind = await _links_of(chooser.url, http, robots, renderer)
                found, clicks = city_link(behind.links, portal), 2
                if found is not None:
                    break
    except Exception as error:  # whatever happened has a reason
        reason = classify(error)
        return Entrance(
            portal=None, entry="none", why=f"the province's portal did not open: {reason}", reason=reason
        )
    if found is None:
        return Entrance(
            portal=None,
            entry="none",
            why=f"{portal.name} was not found on {portal.home_url}",
            reason=Reason.NOT_FOUND,
        )
    return Entrance(
        portal=replace(portal, home_url=found.url),
        entry="province",
        why=f"found on {portal.home_url} in {clicks} click(s), by {found.text or found.url}",
    )


def _chooses_area(text: str) -> bool:
    return any(
        word in text for word in ("切换", "区划", "选择地区", "选择城市", "站点", "地市", "市州", "更多地区")
    )


async def _links_of(url: str, http: HttpClient, robots: Robots, renderer: Renderer | None) -> PageLinks:
    if not await robots.allowed(url):
        raise RobotsDisallowed(f"robots.txt closes {url}")
    answer = await http.fetch(url)
    document = Document.parse(answer.text, answer.url)
    links = extract(document.tree, answer.url) if document.tree is not None else PageLinks((), ())
    if renderer is not None and len(links.links) < 10:
        page = await renderer.render(url)
        tree = Document.parse(page.html, page.url).tree
        seen = extract(tree, page.url) if tree is not None else PageLinks((), ())
        more = described(((each, "") for each in page.links), page.url, "anchor")
        return PageLinks(links=(*links.links, *seen.links, *more), others=seen.others)
    return links
