"""The two devices that pages are looked at with."""

from __future__ import annotations

import re
from typing import Any

from probes.browsers.visitor_locale import LANGUAGE, TIME_ZONE

PHONE_WIDTH = 390
"""CSS pixels: the width of common phones (iPhone 12 to 15; most Android phones have 360 to 412)."""

_DESKTOP = {"width": 1366, "height": 900}
_PHONE = {"width": PHONE_WIDTH, "height": 844}


def context_options(engine: str, device: str, own_agent: str, suffix: str) -> dict[str, Any]:
    """Options of a browser context for a device.

    Args:
        engine: chromium, firefox or webkit.
        device: `desktop` or `phone`.
        own_agent: The engine's own User-Agent, which is kept.
        suffix: The project's name and contact, put after it.
    """
    options: dict[str, Any] = {
        "locale": LANGUAGE,
        "timezone_id": TIME_ZONE,
        "accept_downloads": True,
        "user_agent": f"{phone_agent(engine, own_agent) if device == 'phone' else own_agent} {suffix}".strip(),
        "viewport": _PHONE if device == "phone" else _DESKTOP,
    }
    if device == "phone":
        options |= {"has_touch": True, "device_scale_factor": 2}
        if engine != "firefox":  # Playwright's Firefox cannot emulate a mobile viewport
            options["is_mobile"] = True
    return options


def phone_agent(engine: str, own_agent: str) -> str:
    """The User-Agent that the same version of an engine has on a phone, so that portals serve their phone pages."""
    version = re.search(r"(?:Chrome|Firefox|Version)/(\d+(?:\.\d+)?)", own_agent)
    number = version.group(1) if version else "1.0"
    if engine == "firefox":
        return f"Mozilla/5.0 (Android 14; Mobile; rv:{number}) Gecko/{number} Firefox/{number}"
    if engine == "webkit":
        return (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 "
            f"(KHTML, like Gecko) Version/{number} Mobile/15E148 Safari/604.1"
        )
    major = number.partition(".")[0]
    return (
        "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 "
        f"(KHTML, like Gecko) Chrome/{major}.0.0.0 Mobile Safari/537.36"
    )
