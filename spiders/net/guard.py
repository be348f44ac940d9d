"""Who may be reached: public addresses alone, judged on the resolved address that is then used.

Covered are loopback, private, link-local, CGNAT, multicast, reserved and unspecified addresses and
their IPv6 forms (mapped, compatible, 6to4, NAT64, Teredo, ISATAP). Decimal, octal and hexadecimal
hosts are judged as the address that they mean. Ports that serve something else than pages are closed, too.
"""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import socket
import time
from collections import OrderedDict
from collections.abc import Iterable
from urllib.parse import urlsplit

from spiders.net.asking import any_yes
from spiders.net.hosts import is_literal, plain_host
from spiders.net.politeness import host_group
from spiders.net.ports import BARRED, SERVICES
from spiders.net.refusals import EgressDenied, ResolverDown

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_GLOBAL_UNICAST = ipaddress.IPv6Network("2000::/3")
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_CLOSED = tuple(
    ipaddress.ip_network(text)
    for text in (
        "100.64.0.0/10",  # CGNAT
        "192.0.0.0/24",
        "192.88.99.0/24",  # 6to4 relays
        "198.18.0.0/15",  # benchmarking
        "2001::/23",  # IETF protocol assignments, Teredo among them
        "2001:db8::/32",
        "3fff::/20",  # documentation
    )
)
_LIFE_OF_ANSWER_S = 30.0
_REMEMBERED = 256
_ASKED = 3
"""Names that a resolver is tried with; each may take a thread for twenty seconds."""


def is_public(address: Address) -> bool:
    """Whether an address is one that anybody on the public internet may be asked at."""
    inner = _inner(address)
    if inner is not None:
        return is_public(inner)
    if isinstance(address, ipaddress.IPv6Address) and address not in _GLOBAL_UNICAST:
        return False
    if any(address in network for network in _CLOSED if network.version == address.version):
        return False
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_private)


def _inner(address: Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address that an IPv6 address leads to."""
    if isinstance(address, ipaddress.IPv4Address):
        return None
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    number = int(address)
    last = ipaddress.IPv4Address(number & 0xFFFFFFFF)
    is_isatap = (number >> 32) & 0xFCFFFFFF == 0x5EFE
    is_compatible = number >> 32 == 0 and number > 1
    return last if address in _NAT64 or is_isatap or is_compatible else None


class EgressGuard:
    """Resolves names and judges every address before it is used.

    Args:
        allow: Addresses and networks, as text, that are opened beside the public ones.

    Raises:
        ValueError: An entry is no address or network.
    """

    def __init__(self, allow: Iterable[str] = ()) -> None:
        self._allowed: list[Network] = [ipaddress.ip_network(text.strip(), strict=False) for text in allow]
        self._portals: set[tuple[str, int]] = set()
        self._answers: dict[tuple[str, int], tuple[float, list[str]]] = {}
        self._resolved_before: OrderedDict[str, str] = OrderedDict()
        """Operator to the latest of its names that resolved, the latest operator last."""
        self.resolver_failed_at = float("-inf")
        """Moment (monotonic, seconds) at which our resolver was last found to answer nobody."""
        self.reached: OrderedDict[str, tuple[str, int]] = OrderedDict()
        """Host to the address and port that a connection to it came about with, the latest last."""
        self.reached_at = float("-inf")
        """Moment (monotonic, seconds) of the latest of them."""

    def open_portal(self, home_url: str) -> None:
        """Open a portal's own port on its own host, were it another service's; its address is judged as ever."""
        try:
            parts = urlsplit(home_url)
            if parts.port is not None:
                self._portals.add((plain_host(parts.hostname or ""), parts.port))
        except ValueError:
            return  # an address that nobody can open

    def allows(self, address: str, port: int, *, host: str | None = None) -> bool:
        """Whether a literal address may be connected to at a port.

        Args:
            address: IPv4 or IPv6.
            port: 0 to 65535.
            host: The name that the address was found by, written as `plain_host` writes it.
        """
        judged = ipaddress.ip_address(address.partition("%")[0])
        faces: list[Address] = [judged]
        inner = _inner(judged)
        if inner is not None:
            faces.append(inner)
        for face in faces:
            if any(face in network for network in self._allowed if network.version == face.version):
                return True
        is_open = port not in BARRED and (port not in SERVICES or (host or address, port) in self._portals)
        return is_open and is_public(judged)

    def note_reached(self, host: str, address: str, port: int) -> None:
        """Take note that a connection came about: what was reached once can tell later whether our line works."""
        self.reached_at = time.monotonic()
        self.reached[host] = (address, port)
        self.reached.move_to_end(host)
        if len(self.reached) > _REMEMBERED:
            self.reached.popitem(last=False)

    def resolved(self, host: str) -> list[str]:
        """The addresses that a host had when it was last looked up; of a literal address itself."""
        if is_literal(host):
            return [host]
        return [each for (name, _), (_, found) in self._answers.items() if name == host for each in found]

    async def resolves(self, doubtful: str) -> bool:
        """Whether this machine's resolver answers, be it that it knows no such name; earlier answers do not count.

        Asked for names of several operators that resolved before, since any one operator's name servers may fail
        alone; where there are none, for a top-level domain: a resolver that works says at once that it has no
        address, one that cannot be reached says of it, too, that it does not know.

        Args:
            doubtful: The name in question; none of its operator's says anything.
        """
        operator = host_group(doubtful)
        known = [name for each, name in reversed(self._resolved_before.items()) if each != operator]
        return await any_yes(map(_is_answered, known[:_ASKED] or [_top_level(doubtful)]))

    async def addresses(self, host: str, port: int) -> list[str]:
        """The addresses of a host that may be connected to, in the resolver's order.

        Connect to one of these and nothing else: a second look-up could answer differently.

        Raises:
            EgressDenied: None of its addresses may be reached.
            socket.gaierror: The name does not resolve.
            ResolverDown: This machine cannot resolve any name.
        """
        host = host.strip("[]")
        with contextlib.suppress(ValueError):  # what is no host is the resolver's to refuse
            host = plain_host(host)
        found = await self._resolve(host, port)
        open_ones = [each for each in found if self.allows(each, port, host=host)]
        if not open_ones:
            raise EgressDenied(host, port, found[0] if found else None)
        return open_ones

    async def _resolve(self, host: str, port: int) -> list[str]:
        known = self._answers.get((host, port))
        if known is not None and known[0] > time.monotonic():
            return known[1]
        try:
            found = await _look_up(host, port)
        except socket.gaierror as error:
            if error.errno == socket.EAI_AGAIN and not await self.resolves(host):
                self.resolver_failed_at = time.monotonic()
                raise ResolverDown(f"name resolution does not answer: {error}") from error
            raise
        if len(self._answers) > 4096:
            self._answers.clear()
        self._answers[host, port] = (time.monotonic() + _LIFE_OF_ANSWER_S, found)
        if found and not is_literal(host):
            operator = host_group(host)
            self._resolved_before[operator] = host
            self._resolved_before.move_to_end(operator)
            if len(self._resolved_before) > _REMEMBERED:
                self._resolved_before.popitem(last=False)
        return found


def _top_level(host: str) -> str:
    return f"{host.rstrip('.').rpartition('.')[2]}."


async def _is_answered(name: str) -> bool:
    try:
        await _look_up(name, 80)
    except socket.gaierror as error:
        return error.errno != socket.EAI_AGAIN
    return True


async def _look_up(host: str, port: int) -> list[str]:
    try:
        answers = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except UnicodeError as error:  # a label of more than 63 characters
        raise socket.gaierror(socket.EAI_NONAME, f"not a host name: {host[:80]!r}") from error
    return list(dict.fromkeys(str(answer[4][0]) for answer in answers))
