"""A portal is an address *and a region*: what belongs to it, and what is another city's."""

from __future__ import annotations

from dataclasses import dataclass


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
