"""Where a sweep is made from, as far as this machine knows it without asking any service.

"You probed from abroad" must have an answer: the address and interface that this machine sends from, its public
address where it has one of its own, and what the user's control addresses said.
"""

from __future__ import annotations

import dataclasses
import ipaddress
import json
import socket
from collections.abc import Sequence
from typing import Any

import psutil

from probes.runs.controls import ControlLook
from results.moments import now
from spiders.net.egress import is_public

# documentation addresses (RFC 5737, RFC 3849): a route is looked up for them, and nothing is sent
_ROUTES = ((socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1"))


def vantage(looks: Sequence[ControlLook] = ()) -> str:
    """The vantage as a sweep stores it: a JSON object.

    Args:
        looks: What the control addresses said.

    Returns:
        `egress_address` (NULL where the machine's own addresses are private: what stands before it is not known
        to it), `network` (that of the sending interface), `local_addresses`, `interface`, `behind_nat` (NULL
        without any route), `control_sites`, `at`.
    """
    own = [each for each in (_source_address(*route) for route in _ROUTES) if each is not None]
    public = [each for each in own if is_public(ipaddress.ip_address(each))]
    interface, network = _interface(own[0]) if own else (None, None)
    return json.dumps(
        {
            "egress_address": public[0] if public else None,
            "network": network,
            "local_addresses": own,
            "interface": interface,
            "behind_nat": not public if own else None,
            "control_sites": [_as_fields(each) for each in looks],
            "at": now(),
        },
        ensure_ascii=False,
    )


def _source_address(family: socket.AddressFamily, towards: str) -> str | None:
    """The address that this machine would send from; connecting a datagram socket sends nothing."""
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as route:
            route.connect((towards, 9))
            return str(route.getsockname()[0])
    except OSError:
        return None


def _interface(address: str) -> tuple[str | None, str | None]:
    """The interface that holds an address, and its network."""
    for name, held in psutil.net_if_addrs().items():
        for each in held:
            if each.address.partition("%")[0] == address and each.netmask:
                mask = each.netmask
                bits = sum(byte.bit_count() for byte in ipaddress.ip_address(mask).packed)
                return name, str(ipaddress.ip_network(f"{address}/{bits}", strict=False))
    return None, None


def _as_fields(look: ControlLook) -> dict[str, Any]:
    return {**dataclasses.asdict(look), "reason": None if look.reason is None else look.reason.value}
