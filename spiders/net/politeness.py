"""How often a portal may be asked: one slot after another for each host group, counted and capped.

Every client reports here what it was told, so that a portal that asks for patience gets it from all of them.

A host group is what one operator serves: all hosts below one registrable domain (`zwfw.sd.gov.cn` and
`jnzwfw.sd.gov.cn` are both `sd.gov.cn`), or one bare address.
"""

from __future__ import annotations

import ipaddress
import math
import os
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import urlsplit

import tldextract

from results.records import Reason
from spiders.net.breaker import Breakers, Circuit, Client
from spiders.net.hosts import plain_host
from spiders.net.pace import Pace, retry_after_s
from spiders.net.patience import waiting
from spiders.net.refusals import OverBudget

# the list that comes with the library: a look-up must not depend on the network
_suffixes = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)


def host_group(url: str) -> str:
    """The operator behind an address: the registrable domain, or the bare address or host name.

    Args:
        url: An absolute address, or a host name.
    """
    try:
        host = urlsplit(url if "//" in url else f"//{url}").hostname or ""
    except ValueError:
        host = ""
    return _group_of(host)


@lru_cache(maxsize=4096)
def _group_of(host: str) -> str:
    with suppress(ValueError):
        host = plain_host(host)  # an address is one group, however written
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        pass
    return _suffixes(host).top_domain_under_public_suffix or host


@dataclass
class RequestAccount:
    """What one run has sent, out of all that passes the gate."""

    max_requests: int | None = None
    requests: int = 0
    breakers: Breakers = field(default_factory=Breakers)


# tasks inherit it from the run that starts them, so that browsers and crawler need not be told whose they are
_account: ContextVar[RequestAccount | None] = ContextVar("request_account", default=None)


class Politeness:
    """The one gate that every request of a sweep passes.

    Args:
        rate: Requests a second to one host group.
        max_requests: How many requests may be sent in all; None for no cap.

    Raises:
        ValueError: The rate is not above zero.
    """

    def __init__(self, rate: float, max_requests: int | None = None) -> None:
        if not rate > 0:
            raise ValueError(f"the rate must be above zero, not {rate}")
        self._rate = rate
        self._max_requests = max_requests
        self._groups: dict[str, Pace] = {}
        self._requests = 0

    @property
    def requests(self) -> int:
        """How many requests were sent, sub-resources of pages included."""
        return self._requests

    @property
    def navigations_at_once(self) -> int:
        """How many pages of one host group may load at the same time."""
        return 1 if self._rate <= 1 else min(math.ceil(self._rate), 2 * (os.cpu_count() or 1))

    def count(self, requests: int) -> None:
        """Count requests that went out beside a turn (a page's sub-resources)."""
        self._requests += requests
        account = _account.get()
        if account is not None:
            account.requests += requests

    @contextmanager
    def account(
        self, max_requests: int | None = None, *, on_circuit: Callable[[Circuit], None] = lambda _: None
    ) -> Iterator[RequestAccount]:
        """Count, and cap, what is sent inside and by every task that is started inside.

        Args:
            max_requests: How many requests may be sent; None for no cap.
            on_circuit: Told when a host that stopped answering is left alone, and when it answers again.
        """
        account = RequestAccount(max_requests=max_requests, breakers=Breakers(on_circuit))
        token = _account.set(account)
        try:
            yield account
        finally:
            _account.reset(token)

    async def turn(self, url: str, client: Client = Client.BROWSER) -> None:
        """Wait for the next slot of the address's host group, and count a request.

        Args:
            url: What will be asked for.
            client: Who asks; a plain client's failures say nothing about a browser's.

        Raises:
            OverBudget: The cap on requests is reached.
            ToldToWait: The portal asked for a longer wait than a run can make (see `Pace.slot`).
            CircuitOpen: The host stopped answering in this run and is left alone.
        """
        await self._turn(url, client, navigates=False)

    async def _turn(self, url: str, client: Client, *, navigates: bool) -> None:
        if self._max_requests is not None and self._requests >= self._max_requests:
            raise OverBudget(f"{self._max_requests} requests have been sent, as many as this sweep may")
        account = _account.get()
        if (
            account is not None
            and account.max_requests is not None
            and account.requests >= account.max_requests
        ):
            raise OverBudget(f"{account.max_requests} requests have been sent, as many as this run may")
        if account is not None:
            account.breakers.check(url, client, leaving=False)
        pace = self._pace(url)
        # counted before the wait, so that many waiting at once cannot pass the cap together
        self.count(1)
        try:
            with waiting():
                by_browser = client is Client.BROWSER
                await pace.slot(
                    leaves_within_s=pace.time_to_leave_s(navigates=navigates) if by_browser else 0.0
                )
            if account is not None:
                account.breakers.check(url, client)
        except BaseException:
            self.count(-1)
            raise

    @asynccontextmanager
    async def navigation(self, url: str) -> AsyncIterator[None]:
        """A turn, held as long as a page loads: at the default rate one at a time for each host group."""
        async with AsyncExitStack() as place:
            with waiting():
                await place.enter_async_context(self._pace(url).navigation())
            await self._turn(url, Client.BROWSER, navigates=True)
            try:
                yield
            finally:
                self._pace(url).settle()

    def answered(
        self, url: str, status: int | None, *, client: Client = Client.BROWSER, retry_after: str | None = None
    ) -> None:
        """Take note of an answer: 429 and 503 slow the host group down, for as long as `Retry-After` asks at least.

        Args:
            url: What was asked for.
            status: The HTTP status; None where an engine does not tell.
            client: Who asked.
            retry_after: The header, seconds or a date.
        """
        account = _account.get()
        if account is not None:
            account.breakers.answered(url, client)
        pace = self._pace(url)
        pace.answered(url, status)
        seconds = retry_after_s(retry_after) if status in (429, 503) else None
        if seconds is not None:
            pace.hold(seconds)

    def departed(self, url: str) -> None:
        """Take note that a browser's request has left: only now its turn ends, and the distance to the next begins."""
        self._pace(url).departed()

    def unanswered(self, url: str, reason: Reason, client: Client = Client.BROWSER) -> None:
        """Take note that a host did not answer, and how."""
        account = _account.get()
        if account is not None:
            account.breakers.failed(url, client, reason)

    def retry_after(self, url: str, seconds: float) -> None:
        """Stay away from a host group for some seconds, as its `Retry-After` asks."""
        self._pace(url).hold(seconds)

    def crawl_delay(self, url: str, seconds: float) -> None:
        """Keep at least this many seconds between requests to a host group, as its robots.txt asks."""
        self._pace(url).at_least(seconds)

    def _pace(self, url: str) -> Pace:
        name = host_group(url)
        if name not in self._groups:
            self._groups[name] = Pace(self._rate, self.navigations_at_once)
        return self._groups[name]
