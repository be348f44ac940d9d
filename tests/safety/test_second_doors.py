"""What a browser would send beside its proxy is switched off as well.

The proxy alone has been seen to stop each of these in `test_egress.py` with the engines of today; these switches
hold the door should an engine of tomorrow go round a proxy for calls, QUIC, early look-ups or loopback.
"""

from __future__ import annotations

from typing import Any

import pytest

from probes.browsers import launching
from probes.browsers.engines import EngineInfo

PROXY = "socks5://127.0.0.1:40001"


def options(engine: str) -> dict[str, Any]:
    return launching._options(EngineInfo(name=engine, version="1", executable="/usr/bin/x"), PROXY)


@pytest.mark.parametrize(
    "switch",
    [
        "--disable-quic",
        "--dns-prefetch-disable",
        "--no-pings",
        "--disable-background-networking",
        "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
        "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
    ],
)
def test_chromium_has_no_second_door(switch: str) -> None:
    assert switch in options("chromium")["args"]
    assert options("chromium")["proxy"] == {"server": PROXY, "bypass": "<-loopback>"}


@pytest.mark.parametrize(
    ("preference", "value"),
    [
        ("media.peerconnection.enabled", False),
        ("network.http.http3.enable", False),
        ("network.dns.disablePrefetch", True),
        ("network.dns.disablePrefetchFromHTTPS", True),
        ("network.prefetch-next", False),
        ("network.predictor.enabled", False),
        ("network.http.speculative-parallel-limit", 0),
        ("network.trr.mode", 5),
        ("network.captive-portal-service.enabled", False),
        ("network.connectivity-service.enabled", False),
        ("network.proxy.allow_hijacking_localhost", True),
        ("network.proxy.socks_remote_dns", True),
        ("network.proxy.socks5_remote_dns", True),
    ],
)
def test_firefox_has_no_second_door(preference: str, value: object) -> None:
    assert options("firefox")["firefox_user_prefs"][preference] == value
    assert options("firefox")["proxy"] == {"server": PROXY, "bypass": ""}
