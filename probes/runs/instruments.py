"""What a sweep measures with: egress guard, politeness, browser engines, a watched line. Shared by its cities."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

from probes import __version__
from probes.browsers.on_demand import BrowserOnDemand
from probes.browsers.pool import EnginePool
from probes.browsers.rendering import Pages
from probes.runs.line import Line
from results.errors import NoBrowserError
from results.settings import Settings
from spiders.net.client import HttpClient
from spiders.net.egress import EgressGuard, EgressProxy
from spiders.net.politeness import Politeness

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Instruments:
    """The shared instruments of a sweep, ready for use."""

    guard: EgressGuard
    politeness: Politeness
    engines: EnginePool
    rendering: Pages
    """Shows the crawl what only a browser can: the engines, or where no probe wants any a browser on demand."""
    user_agent: str
    line: Line

    def http_client(self, settings: Settings, politeness: Politeness) -> HttpClient:
        """A plain client of a portal's own, with its own cookies."""
        return HttpClient(
            self.guard, politeness, user_agent=self.user_agent, timeout_s=settings.page_timeout_s
        )


def user_agent_suffix(contact: str | None) -> str:
    """The project's name, and whom a portal's owner may write to; follows each engine's own string."""
    return f"PortalProbe/{__version__}" + (f" (+{contact})" if contact else "")


def user_agent(contact: str | None) -> str:
    """The User-Agent of a plain client."""
    return f"Mozilla/5.0 (compatible; {user_agent_suffix(contact)})"


def check_engines(missing: Mapping[str, str], *, usable: int, named: bool) -> None:
    """Refuse to go on without a browser, or without one that was asked for by name.

    Args:
        missing: Engines that cannot be used, and why.
        usable: How many can be.
        named: Whether the user named the engines.

    Raises:
        NoBrowserError: With what to install.
    """
    if named and missing:
        listed = "; ".join(f"{name}: {why}" for name, why in missing.items())
        raise NoBrowserError(zh=f"指定的引擎不可用：{listed}", en=f"engine not usable: {listed}")
    if not usable:
        raise NoBrowserError(
            zh="没有可用的浏览器：请运行 playwright install chromium firefox，"
            "或安装系统软件包 chromium-headless-shell 与 firefox-esr（Debian）",
            en="no usable browser: run  playwright install chromium firefox,  "
            "or install the packages chromium-headless-shell and firefox-esr (Debian)",
        )
    for name, why in missing.items():
        log.info("%s is not available: %s", name, why)


@asynccontextmanager
async def instruments(settings: Settings, *, engines: bool) -> AsyncIterator[Instruments]:
    """Set up the instruments of a sweep, and put them away afterwards.

    Args:
        settings: What the sweep was asked to do.
        engines: Whether browsers are wanted at all.

    Raises:
        NoBrowserError: Browsers are wanted and no engine is usable.
    """
    guard = EgressGuard(settings.allow_private)
    politeness = Politeness(settings.rate)
    suffix = user_agent_suffix(settings.contact)
    async with (
        Line(guard, settings.controls, patience_s=settings.line_patience_s) as line,
        EgressProxy(guard) as proxy,
        EnginePool(
            settings.engines if engines else (), proxy=proxy, politeness=politeness, user_agent_suffix=suffix
        ) as pool,
    ):
        if engines:
            check_engines(pool.missing, usable=len(pool.names), named=settings.engines_named)
        spare = BrowserOnDemand(
            settings.engines, guard=guard, politeness=politeness, user_agent_suffix=suffix
        )
        try:
            yield Instruments(
                guard=guard,
                politeness=politeness,
                engines=pool,
                rendering=pool if engines else spare,
                user_agent=user_agent(settings.contact),
                line=line,
            )
        finally:
            await spare.close()
