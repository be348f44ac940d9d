"""robots.txt, obeyed as RFC 9309 says.

None (4xx) allows all; one that the server fails to give (5xx, asked twice) forbids all; a server that
cannot be reached at all is left to the page's own request, which will say why, and asked again later.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import math
import time
from urllib.parse import urlsplit

import httpx
from protego import Protego

from spiders.net.client import Answer, HttpClient
from spiders.net.refusals import CircuitOpen, EgressDenied, OverBudget, ToldToWait

_log = logging.getLogger(__name__)

_MAX_BYTES = 512 * 1024  # RFC 9309 §2.5 asks for at least 500 KiB
_UNREACHED_S = 60.0
"""How long it is believed that a server cannot be reached: were it back, we would not know its rules."""
_SLOW_S = 10.0
"""From here on the user is told how long the portal wants us to wait: a crawl takes hours."""
_EVERYTHING_OPEN = ""
_EVERYTHING_CLOSED = "User-agent: *\nDisallow: /"


class Robots:
    """The rules of every host that is met, each fetched once.

    Args:
        http: Fetches the rules; its politeness is told of a `Crawl-delay`.
        user_agent: The User-Agent header; its product names are looked for in the groups.
        ignore: The owner has lifted the rules for its own portal (the registry names the document).
    """

    def __init__(self, http: HttpClient, user_agent: str, ignore: bool = False) -> None:
        self._http = http
        self._user_agent = user_agent
        self._ignore = ignore
        self._rules: dict[str, asyncio.Task[Protego]] = {}
        self._silent: set[str] = set()
        self._unreached: dict[str, float] = {}

    async def learn(self, url: str) -> None:
        """Read the rules of an address's host before anything else is asked of it: its `Crawl-delay` holds for all.

        Raises nothing: what keeps the rules from coming meets the next request too.
        """
        with contextlib.suppress(EgressDenied, OverBudget, ToldToWait, CircuitOpen):
            await self._rules_of(url)

    async def allowed(self, url: str) -> bool:
        """Whether an address may be fetched. Raises what `Politeness.turn` raises."""
        if self._ignore:
            return True
        rules = await self._rules_of(url)
        return rules is None or bool(rules.can_fetch(url, self._user_agent))

    async def forbids(self, url: str) -> bool:
        """Whether rules that the host states forbid an address; one that fails to state any forbids nothing.

        For a visit that asks whether the portal is there at all: a server that answers all with 503 is down.
        """
        parts = urlsplit(url)
        return not await self.allowed(url) and f"{parts.scheme}://{parts.netloc}" not in self._silent

    async def sitemaps(self, url: str) -> list[str]:
        """The sitemaps that the rules of an address's host name."""
        rules = await self._rules_of(url)
        return [] if rules is None else list(rules.sitemaps)

    async def _rules_of(self, url: str) -> Protego | None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https"):
            return None
        origin = f"{parts.scheme}://{parts.netloc}"
        if time.monotonic() - self._unreached.get(origin, time.monotonic()) > _UNREACHED_S:
            del self._unreached[origin], self._rules[origin]
        task = self._rules.get(origin)
        if task is None:
            task = self._rules[origin] = asyncio.create_task(self._fetch(origin))
        try:
            return await asyncio.shield(task)
        except Exception:
            self._rules.pop(origin, None)
            raise

    async def _fetch(self, origin: str) -> Protego:
        answer = await self._ask(origin)
        if answer is not None and answer.status >= 500:
            answer = await self._ask(origin)
        if answer is None:
            self._unreached[origin] = time.monotonic()
        if answer is None or 400 <= answer.status < 500:
            text = _EVERYTHING_OPEN
        elif answer.status >= 500:
            text = _EVERYTHING_CLOSED
            self._silent.add(origin)
        else:
            text = answer.text.lstrip("\ufeff")
        rules = Protego.parse(text)
        delay = seconds_between(rules, self._user_agent)
        if delay and not self._ignore:
            if delay >= _SLOW_S:
                _log.warning("%s asks for %.0f s between requests", origin, delay)
            self._http.politeness.crawl_delay(origin, delay)
        return rules

    async def _ask(self, origin: str) -> Answer | None:
        """The answer; None where there is none to be had."""
        try:
            return await self._http.fetch(f"{origin}/robots.txt", max_bytes=_MAX_BYTES)
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError, OSError):
            return None


def seconds_between(rules: Protego, user_agent: str) -> float:
    """What `Crawl-delay` or `Request-rate` asks for, whichever is slower; 0 where neither is there."""
    rate = rules.request_rate(user_agent)
    try:
        by_rate = rate.seconds / rate.requests if rate is not None and rate.requests else 0.0
    except OverflowError:  # more digits than a number of seconds can have
        by_rate = math.inf
    return max(float(rules.crawl_delay(user_agent) or 0), by_rate)
