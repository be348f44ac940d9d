"""How often a portal may be asked: one slot after another for each host group, counted and capped.

A host group is what one operator serves: all hosts below one registrable domain (`zwfw.sd.gov.cn` and
`jnzwfw.sd.gov.cn` are both `sd.gov.cn`), or one bare address.
"""

from __future__ import annotations

import asyncio
import ipaddress
import math
import os
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

import tldextract

from spiders.net.refusals import OverBudget, ToldToWait

LONGEST_WAIT_S = 600.0
"""A `Retry-After` beyond this is not waited for: the portal is taken as rate-limiting us."""

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
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        pass
    return _suffixes(host).top_domain_under_public_suffix or host


class _Group:
    """The state of one host group."""

    def __init__(self, interval_s: float, permits: int) -> None:
        self.interval_s = interval_s
        self.next_slot = 0.0
        self.held_until = 0.0
        self.navigations = asyncio.Semaphore(permits)

    async def slot(self) -> None:
        """Wait for the next free slot; one that a `Retry-After` has swallowed is taken anew."""
        while True:
            slot = max(time.monotonic(), self.next_slot)
            self.next_slot = slot + self.interval_s
            await asyncio.sleep(max(0.0, slot - time.monotonic()))
            if self.held_until <= slot:
                return


@dataclass
class RequestAccount:
    """What one run has sent, out of all that passes the gate."""

    max_requests: int | None = None
    requests: int = 0


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
        self._groups: dict[str, _Group] = {}
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
    def account(self, max_requests: int | None = None) -> Iterator[RequestAccount]:
        """Count, and cap, what is sent inside and by every task that is started inside."""
        account = RequestAccount(max_requests=max_requests)
        token = _account.set(account)
        try:
            yield account
        finally:
            _account.reset(token)

    async def turn(self, url: str) -> None:
        """Wait for the next slot of the address's host group, and count a request.

        Raises:
            OverBudget: The cap on requests is reached.
            ToldToWait: The portal asked for a longer wait than `LONGEST_WAIT_S`.
        """
        if self._max_requests is not None and self._requests >= self._max_requests:
            raise OverBudget(f"{self._max_requests} requests have been sent, as many as this sweep may")
        account = _account.get()
        if (
            account is not None
            and account.max_requests is not None
            and account.requests >= account.max_requests
        ):
            raise OverBudget(f"{account.max_requests} requests have been sent, as many as this run may")
        group = self._group(url)
        # counted before the wait, so that many waiting at once cannot pass the cap together
        self.count(1)
        if group.held_until - time.monotonic() > LONGEST_WAIT_S:
            self.count(-1)
            raise ToldToWait(f"{host_group(url)} asked for a wait of more than {LONGEST_WAIT_S:.0f} s")
        try:
            await group.slot()
        except asyncio.CancelledError:
            self.count(-1)
            raise

    @asynccontextmanager
    async def navigation(self, url: str) -> AsyncIterator[None]:
        """A turn, held as long as a page loads: at the default rate one at a time for each host group."""
        async with self._group(url).navigations:
            await self.turn(url)
            yield

    def retry_after(self, url: str, seconds: float) -> None:
        """Stay away from a host group for some seconds, as its `Retry-After` asks."""
        group = self._group(url)
        group.held_until = max(group.held_until, time.monotonic() + max(0.0, seconds))
        group.next_slot = max(group.next_slot, group.held_until)

    def crawl_delay(self, url: str, seconds: float) -> None:
        """Keep at least this many seconds between requests to a host group, as its robots.txt asks."""
        group = self._group(url)
        if seconds > group.interval_s:
            group.next_slot += seconds - group.interval_s
            group.interval_s = seconds

    def _group(self, url: str) -> _Group:
        name = host_group(url)
        if name not in self._groups:
            self._groups[name] = _Group(1 / self._rate, self.navigations_at_once)
        return self._groups[name]
