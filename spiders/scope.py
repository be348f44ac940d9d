"""A portal is an address *and a region*: what belongs to it, and what is another city's."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from spiders import areas, wording
from spiders.addresses import canonical
from spiders.links import Link
from spiders.net.politeness import host_group


@dataclass(frozen=True, kw_only=True)
class Portal:
    """A city's portal, as the registry or the command line names it."""

    slug: str
    name: str
    """The city's name in Chinese, e.g. 上海市."""
    home_url: str
    adcode: str | None = None
    """Six digits, e.g. 310000."""
    area_code: str | None = None
    """Twelve digits, e.g. 310000000000."""
    province: str | None = None
    pinned_hosts: tuple[str, ...] = ()
    """Hosts that belong to it for certain."""
    ignore_robots: str | None = None
    """Reference of the owner's document that lifts robots.txt for its own portal."""
    entered_from_province: bool = False
    """`home_url` is the province's portal; the city has to be found there."""


class Place(StrEnum):
    """Where an address lies, seen from a portal."""

    INSIDE = "inside"
    HANDED_TO = "handed_to"
    """On another host that the portal hands guides to."""
    OTHER_REGION = "other_region"
    OUTSIDE = "outside"


class Scope:
    """What belongs to one portal.

    Args:
        portal: The portal; its codes tell its region, its pinned hosts belong to it for certain.
    """

    def __init__(self, portal: Portal) -> None:
        self._home = _host(canonical(portal.home_url) or portal.home_url)
        self._group = host_group(portal.home_url)
        self._own = {self._home, *(host.lower() for host in portal.pinned_hosts)}
        self._area = portal.area_code or portal.adcode
        self._handed_to: dict[str, str] = {}

    def place(self, link: Link, page_url: str) -> Place:
        """Where a link of a page leads.

        A host that is not the portal's own is handed to where a page of the portal links to it by a
        matter's name or a guide's address; of such a host only guides, and lists paged from them, are read.
        """
        host = _host(link.url)
        if host in self._own:
            return Place.OTHER_REGION if self._names_another_area(link.url) else Place.INSIDE
        if not self._may_be_handed_to(host):
            return Place.OUTSIDE
        if not (link.promises_guide or (link.paging and host in self._handed_to)):
            return Place.OUTSIDE
        if _host(page_url) not in self._own and host not in self._handed_to:
            return Place.OUTSIDE
        if self._names_another_area(link.url):
            return Place.OTHER_REGION
        self._handed_to.setdefault(host, f"{page_url} links to a guide there: {link.text or link.url}")
        return Place.HANDED_TO

    def evidence(self, url: str) -> str | None:
        """Why a page of another host belongs to the portal; None for a page of its own hosts."""
        return self._handed_to.get(_host(url))

    def is_own(self, url: str) -> bool:
        """Whether an address lies on a host that is the portal's own, or that it hands guides to."""
        host = _host(url)
        return host in self._own or host in self._handed_to

    def other_area(self, html: str, matter_code: str | None) -> str | None:
        """The code of another area that a page's own data names; None where there is none."""
        if self._area is None:
            return None
        for code in (areas.code_of_matter(matter_code), areas.code_of_page(html)):
            if code is not None:
                return code if areas.is_another(code, self._area) else None
        return None

    def _names_another_area(self, url: str) -> bool:
        if self._area is None:
            return False
        codes = list(areas.codes_in_address(url))
        return bool(codes) and all(areas.is_another(code, self._area) for code in codes)

    def _may_be_handed_to(self, host: str) -> bool:
        """The same operator's hosts and other offices' (gov.cn); a portal on a bare address hands to such too."""
        name = host.rpartition(":")[0] if host.rpartition(":")[2].isdecimal() else host
        if host_group(f"//{host}") == self._group:
            return True
        if _is_address(self._home):
            return _is_address(host)
        return name.endswith(".gov.cn") and name != "www.gov.cn"


def _host(url: str) -> str:
    return urlsplit(url).netloc.rpartition("@")[2].lower()


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(urlsplit(f"//{host}").hostname or "")
    except ValueError:
        return False
    return True


def city_link(links: tuple[Link, ...], portal: Portal) -> Link | None:
    """On a province's portal, the link that leads to a city: by its area code, else by its name."""
    short = portal.name.removesuffix("市").removesuffix("地区")
    area = portal.area_code or portal.adcode
    if area is not None:
        for link in links:
            if any(areas.level_of(code) == areas.level_of(area) for code in areas.codes_in_address(link.url)):
                return link
    names = {
        portal.name,
        short,
        f"{portal.name}政务服务",
        f"{portal.name}政务服务网",
        f"{short}政务服务网",
        f"{short}站",
    }
    return next((link for link in links if link.text in names and not wording.turns_pages(link.text)), None)
