"""From slugs, `--home` and `--practice` to what is measured."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from urllib.parse import urlsplit

import fixtures
from checks.lists import load_list, zones
from fixtures.cities.plan import plan
from probes.cities.registry import RegisteredCity, Registry, checked_address, load_registry
from probes.cli.configuration import Configuration
from probes.cli.practice import checked_slugs, practice_portals
from probes.probe import RequiredList
from probes.runs.sweep import POLITE_RATE, Target
from results.errors import PlainError


def registry_of(configuration: Configuration) -> Registry:
    """The registry with the user's own file over it."""
    return load_registry(configuration.cities_file)


def target_of(
    slug: str,
    configuration: Configuration,
    *,
    home: str | None = None,
    area: str | None = None,
    from_province: bool = False,
) -> Target:
    """A city's real portal, or any address under any slug.

    Raises:
        PlainError: The slug is unknown and no address is given; an address or area code is malformed;
            the rate is above the polite one without the owner's permission.
    """
    registry = registry_of(configuration)
    if home is None:
        city = registry.get(slug)
        portal = city.portal(from_province=from_province)
    else:
        city = _known_or_own(registry, slug)
        portal = city.portal_at(checked_address(home))
    if area is not None:
        city = city.model_copy(update={"adcode": _adcode(area)})
        portal = city.portal_at(portal.home_url, entered_from_province=portal.entered_from_province)
    if configuration.rate > POLITE_RATE and not (
        city.authorized or _is_private(portal.home_url, configuration.allow_private)
    ):
        raise PlainError(
            zh=f"每秒 {configuration.rate:g} 次超过 {POLITE_RATE:g} 次：需要登记表中 {slug} 的 authorized，或 --practice、--allow-private",
            en=f"{configuration.rate:g} requests a second is above {POLITE_RATE:g}: needs `authorized` for {slug} "
            "in the registry, --practice or --allow-private",
        )
    return Target(city=city.record(portal.home_url), portal=portal, lists=official_lists(configuration))


@contextmanager
def practice_targets(slugs: Sequence[str], configuration: Configuration) -> Iterator[list[Target]]:
    """Practice portals of the cities, started for as long as they are used."""
    checked_slugs(slugs)
    registry = registry_of(configuration)
    with practice_portals(slugs) as homes:
        yield [
            Target(
                city=registry.get(slug).record(home),
                portal=registry.get(slug).portal_at(
                    home, entered_from_province=plan(slug).entered_from_province
                ),
                lists=tuple(
                    RequiredList(zone=zone, items=known.items, official=known.official, source=known.source)
                    for zone, known in fixtures.lists(slug).items()
                ),
            )
            for slug, home in homes.items()
        ]


def practice_networks(targets: Sequence[Target]) -> tuple[str, ...]:
    """Exactly the addresses of the practice portals, for the egress guard."""
    return tuple(dict.fromkeys(urlsplit(each.portal.home_url).hostname or "" for each in targets))


def official_lists(configuration: Configuration) -> tuple[RequiredList, ...]:
    """The national lists as far as they are known, or as the user gives them whole.

    Raises:
        PlainError: A file of the user's cannot be read, or a zone's name is unknown.
    """
    for zone in configuration.lists:
        load_list(zone, configuration.lists[zone])
    known = [load_list(zone, configuration.lists.get(zone)) for zone in zones()]
    return tuple(
        RequiredList(zone=each.zone, items=each.names, official=each.official, source=each.source)
        for each in known
    )


def _is_private(url: str, networks: Sequence[str]) -> bool:
    """Whether an address lies, wherever its name leads, in networks that the user opened as its own."""
    opened = [ipaddress.ip_network(each, strict=False) for each in networks]
    host = urlsplit(url).hostname
    if not opened or host is None:
        return False
    try:
        found = {each[4][0] for each in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)}
    except (OSError, UnicodeError):
        return False
    return all(any(ipaddress.ip_address(each) in network for network in opened) for each in found)


def _known_or_own(registry: Registry, slug: str) -> RegisteredCity:
    try:
        return registry.get(slug)
    except PlainError:
        if (
            not slug.replace("-", "").isalnum()
            or not slug[0].isalpha()
            or not slug.isascii()
            or slug != slug.lower()
        ):
            raise PlainError(
                zh=f"代号 {slug!r} 只能用小写字母、数字和连字符",
                en=f"slug {slug!r}: use lower-case letters, digits and hyphens",
            ) from None
        return RegisteredCity(slug=slug, name=slug)


def _adcode(area: str) -> str:
    if not (area.isdigit() and len(area) in (6, 12)):
        raise PlainError(
            zh=f"区划代码 {area!r} 应为 6 位或 12 位数字",
            en=f"area code {area!r}: six or twelve digits are needed",
        )
    return area[:6]
