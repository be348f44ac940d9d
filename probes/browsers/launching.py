"""How each engine that Playwright drives is launched: quiet, sandboxed, and with one way out."""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from playwright.async_api import Browser, Error, Playwright

from probes.browsers.engines import EngineInfo

_log = logging.getLogger(__name__)
_LAUNCH_TIMEOUT_MS = 60_000

_CHROMIUM_ARGUMENTS = (
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-domain-reliability",
    "--disable-sync",
    "--dns-prefetch-disable",
    "--no-pings",
    # a page's WebRTC may not go round the proxy
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
)
# names are resolved by the proxy, which judges the address that is then used; nothing asks a resolver beside it
_CHROMIUM_BEHIND_PROXY = ("--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",)

FIREFOX_PREFERENCES: dict[str, str | int | bool] = {
    "app.normandy.enabled": False,
    "app.update.auto": False,
    "app.update.enabled": False,
    "browser.region.update.enabled": False,
    "browser.safebrowsing.downloads.enabled": False,
    "browser.safebrowsing.malware.enabled": False,
    "browser.safebrowsing.phishing.enabled": False,
    "browser.search.update": False,
    "browser.topsites.contile.enabled": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "dom.push.connection.enabled": False,
    "extensions.getAddons.cache.enabled": False,
    "extensions.update.enabled": False,
    "media.peerconnection.enabled": False,
    "messaging-system.rsexperimentloader.enabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "network.dns.disablePrefetch": True,
    "network.dns.disablePrefetchFromHTTPS": True,
    "network.http.http3.enable": False,
    "network.http.speculative-parallel-limit": 0,
    "network.predictor.enabled": False,
    "network.prefetch-next": False,
    "network.trr.mode": 5,
    "services.settings.server": "data:,#remote-settings-dummy/v1",
    "toolkit.telemetry.enabled": False,
}
# a released Firefox obeys `services.settings.server` under this variable alone; without it every page that we load
# asks Mozilla for settings (nsIRemoteSettings: `allowServerURLOverride`)
_FIREFOX_ENVIRONMENT = {"MOZ_REMOTE_SETTINGS_DEVTOOLS": "1"}
FIREFOX_BEHIND_PROXY: dict[str, str | int | bool] = {
    # otherwise loopback goes round the proxy, and names are asked beside it
    "network.proxy.allow_hijacking_localhost": True,
    "network.proxy.socks_remote_dns": True,
    "network.proxy.socks5_remote_dns": True,
}


async def launch(
    playwright: Playwright,
    engine: EngineInfo,
    proxy_url: str | None,
    *,
    environment: Mapping[str, str | float | bool] | None = None,
) -> tuple[Browser, EngineInfo]:
    """Launch an engine.

    Args:
        playwright: The driver.
        engine: What to launch; its driver is `playwright`.
        proxy_url: The egress proxy that everything goes through, e.g. `socks5://127.0.0.1:1080`.
        environment: The browser's environment; by default this program's.

    Returns:
        The browser, and the engine with its true version and a note where it has no sandbox.

    Raises:
        playwright.async_api.Error: It does not start.
    """
    options = _options(engine, proxy_url)
    own = _FIREFOX_ENVIRONMENT if engine.name == "firefox" else {}
    options["env"] = {**(os.environ if environment is None else environment), **own}
    browser_type = getattr(playwright, engine.name)
    note = engine.note
    if engine.name == "chromium":
        try:
            sandboxed = not _is_root()
            browser = await browser_type.launch(chromium_sandbox=sandboxed, **options)
        except Error as error:
            if _is_root() or "sandbox" not in error.message.lower():
                raise
            sandboxed = False
            browser = await browser_type.launch(chromium_sandbox=False, **options)
        if not sandboxed:
            note = (
                "runs without its sandbox: the user is root"
                if _is_root()
                else "runs without its sandbox: the kernel gives it none"
            )
    else:
        browser = await browser_type.launch(**options)
    return browser, replace(engine, version=browser.version or engine.version, note=note)


def _options(engine: EngineInfo, proxy_url: str | None) -> dict[str, Any]:
    options: dict[str, Any] = {"headless": True, "timeout": _LAUNCH_TIMEOUT_MS}
    if engine.executable:
        options["executable_path"] = engine.executable
    if proxy_url:
        options["proxy"] = {"server": proxy_url, "bypass": "<-loopback>" if engine.name == "chromium" else ""}
    if engine.name == "chromium":
        options["args"] = [*_CHROMIUM_ARGUMENTS, *(_CHROMIUM_BEHIND_PROXY if proxy_url else ())]
    if engine.name == "firefox":
        options["firefox_user_prefs"] = FIREFOX_PREFERENCES | (FIREFOX_BEHIND_PROXY if proxy_url else {})
        if engine.executable:
            # a released Firefox speaks WebDriver BiDi, not Playwright's own protocol
            options["channel"] = "moz-firefox"
    return options


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0
