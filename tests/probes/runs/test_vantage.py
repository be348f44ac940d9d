"""Where a sweep is made from: what this machine knows of itself, and no more."""

from __future__ import annotations

import ipaddress
import json
import socket

from probes.runs.controls import ControlLook
from probes.runs.vantage import vantage
from results.records import Reason
from spiders.net.egress import is_public


def test_addresses_are_this_machines_own_and_only_a_public_one_is_called_egress() -> None:
    seen = json.loads(vantage())
    assert set(seen) == {
        "egress_address", "network", "local_addresses", "interface", "behind_nat", "control_sites", "at",
    }  # fmt: skip
    for address in seen["local_addresses"]:
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        with socket.socket(family) as own:
            own.bind((address, 0))  # only an address of this machine can be bound
    public = [each for each in seen["local_addresses"] if is_public(ipaddress.ip_address(each))]
    assert seen["egress_address"] == (public[0] if public else None)
    assert seen["behind_nat"] is (None if not seen["local_addresses"] else not public)
    if seen["interface"] is not None:
        names = [name for _, name in socket.if_nameindex()]
        assert seen["interface"] in names
        assert ipaddress.ip_address(seen["local_addresses"][0]) in ipaddress.ip_network(seen["network"])


def test_control_sites_are_kept_with_what_they_said() -> None:
    looks = [
        ControlLook(
            url="https://a.example/", reason=None, http_status=204, elapsed_ms=9.5, remote_ip="203.0.113.9"
        ),
        ControlLook(url="https://b.example/", reason=Reason.TIMEOUT),
    ]
    first, second = json.loads(vantage(looks))["control_sites"]
    assert (first["http_status"], first["remote_ip"], first["reason"]) == (204, "203.0.113.9", None)
    assert (second["url"], second["reason"]) == ("https://b.example/", "timeout")
