"""This machine's own line: nobody is accused of silence, and nothing is called absent, while it does not work.

It works while anything answers that was reached before, or a control address of the user's choice. It does not
where there is no route, where the resolver answers nobody, or where all of several operators' hosts and controls
fall silent together. Where nothing else is known than the portal in question, nobody can tell: the portal counts.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import time
from collections import deque
from collections.abc import Coroutine, Sequence
from types import TracebackType
from typing import Any, NoReturn, Self, TypeVar
from urllib.parse import urlsplit

from results.errors import PlainError
from results.records import Observation, Outcome, Reason
from spiders.net.asking import any_yes
from spiders.net.egress import EgressDenied, EgressGuard
from spiders.net.hosts import is_literal
from spiders.net.politeness import host_group

ResultT = TypeVar("ResultT")

_LOOK_EVERY_S = 1.0
_TRY_EVERY_S = 3.0
_KNOCK_S = 4.0
_NEXT_KNOCK_S = 0.5
_LOOK_UP_S = 25.0
"""A resolver that nobody answers for takes glibc twenty seconds to give up."""
_HOLDS_S = 3.0
"""A line that was found to work is taken to work for so many seconds."""
_WITNESSES = 8
# documentation addresses (RFC 5737, RFC 3849): a route is looked up for them, and nothing is sent
_ANYWHERE = ("192.0.2.1", "2001:db8::1")
_PORTS = {"http": 80, "https": 443}

_ANSWERED = frozenset(
    {
        Reason.HTTP_4XX,
        Reason.HTTP_5XX,
        Reason.SOFT_404,
        Reason.TLS_INVALID,
        Reason.REDIRECT_LOOP,
        Reason.PRIVATE_LINK,
        Reason.GARBLED_TEXT,
        Reason.HTML_INSTEAD_OF_FILE,
        Reason.WRONG_TYPE,
        Reason.HORIZONTAL_SCROLL,
        Reason.NOT_OFFERED,
    }
)
"""Reasons that say that something came."""
_UNTRIED = frozenset({Reason.PROBER_OFFLINE, Reason.CIRCUIT_OPEN, Reason.INTERRUPTED})


class LineDown(PlainError):  # noqa: N818  # as the other refusals
    """This machine's network does not work; what was measured is kept, and the run can be gone on with."""

    exit_code = 3

    def __init__(self, why: str) -> None:
        super().__init__(
            zh=f"探测机的网络不通（{why}）；已测得的结果都已保存，网络恢复后用 probe sweep --resume 继续",
            en=f"this machine's network does not work ({why}); what was measured is kept: "
            "once it works again, probe sweep --resume goes on",
        )
        self.why = why


def is_doubtful(outcome: Outcome, reason: Reason | None) -> bool:
    """Whether a line that does not work could have made an observation look so."""
    if reason in _UNTRIED:
        return True
    return outcome in (Outcome.FAILED, Outcome.ABSENT) and reason not in _ANSWERED


class Line:
    """Watches this machine's line while it is open; an async context manager.

    Args:
        guard: Knows what was reached, and resolves names.
        controls: Addresses of the user's choice, known to be up.
        patience_s: How long `back` waits at most.
    """

    def __init__(
        self, guard: EgressGuard, controls: Sequence[str] = (), *, patience_s: float = 600.0
    ) -> None:
        self._guard = guard
        self._controls = tuple(filter(None, map(_endpoint, controls)))
        self._patience_s = patience_s
        self._outages: deque[float] = deque(maxlen=600)
        """Moments (monotonic) at which there was no route."""
        self._worked_at = float("-inf")
        self._trying = asyncio.Lock()
        self._watch: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._watch = asyncio.create_task(self._look())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._watch is not None:
            self._watch.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._watch

    async def vouch(self, observations: Sequence[Observation], home_url: str, *, since: float) -> None:
        """Let observations pass that say nothing which a broken line could have said for the portal.

        Args:
            observations: What is about to be stored.
            home_url: The portal that they are about.
            since: Moment (monotonic, seconds) from which they were made.

        Raises:
            LineDown: The line does not work, or had no route for a while since that moment.
        """
        if any(is_doubtful(each.outcome, each.reason) for each in observations):
            await self.check(home_url, since=since)

    async def check(self, home_url: str, *, since: float | None = None) -> None:
        """Make sure that the line works.

        Raises:
            LineDown: It does not, or did not for a while since the moment given.
        """
        if since is not None:
            if any(each >= since for each in self._outages):
                raise LineDown("there was no route for a while")
            if self._guard.resolver_failed_at >= since and not is_literal(urlsplit(home_url).hostname or ""):
                raise LineDown("the resolver did not answer for a while")
        async with self._trying:
            # nobody is knocked at who was heard of just now
            worked_at = max(self._worked_at, self._guard.reached_at)
            if time.monotonic() - worked_at < _HOLDS_S and self._has_route(home_url):
                return
            why = await self._trouble(home_url)
            if why is not None:
                raise LineDown(why)
            self._worked_at = time.monotonic()

    async def during(
        self, work: Coroutine[Any, Any, ResultT], home_url: str, *, doubt: asyncio.Event
    ) -> ResultT:
        """Do a portal's work; whenever doubt arises, look at once whether it is the line that fell silent.

        Args:
            work: What is done; cut off where the line does not work.
            home_url: The portal that it is about.
            doubt: Set when a host falls silent; cleared here.

        Raises:
            LineDown: The line does not work.
        """

        async def watched() -> NoReturn:
            while True:
                await doubt.wait()
                doubt.clear()
                await self.check(home_url)

        working, watching = asyncio.create_task(work), asyncio.create_task(watched())
        try:
            await asyncio.wait((working, watching), return_when=asyncio.FIRST_COMPLETED)
            return working.result() if working.done() else watching.result()
        finally:
            for each in (working, watching):
                each.cancel()
            await asyncio.gather(working, watching, return_exceptions=True)

    async def back(self, home_url: str) -> None:
        """Wait until the line works again.

        Raises:
            LineDown: It never worked in this sweep, or does not for as long as patience lasts.
        """
        until = time.monotonic() + (self._patience_s if self._guard.reached else 0.0)
        while True:
            try:
                await self.check(home_url)
            except LineDown:
                if time.monotonic() >= until:
                    raise
                await asyncio.sleep(_TRY_EVERY_S)
            else:
                return

    async def _trouble(self, home_url: str) -> str | None:
        """What is wrong with the line; None where nothing is, or nobody can tell."""
        if not self._has_route(home_url):
            return "there is no route"
        host = urlsplit(home_url).hostname or ""
        if not is_literal(host) and not await self._resolves(host):
            return "the resolver does not answer"
        witnesses = self._witnesses()
        asked = (*self._controls, *witnesses)
        if len(asked) < 2:  # whatever one alone says, nobody could tell
            return None
        # the user's own addresses first, and strangers one by one, only as long as nobody has answered
        knocks = (self._answers(*each, after_s=turn * _NEXT_KNOCK_S) for turn, each in enumerate(asked))
        if await any_yes(knocks):
            return None
        return f"{len(witnesses)} operators and {len(self._controls)} control addresses are silent together"

    def _witnesses(self) -> list[tuple[str, int]]:
        """Address and port of what was reached last, one for each operator."""
        latest: dict[str, tuple[str, int]] = {}
        for name, endpoint in reversed(self._guard.reached.items()):
            latest.setdefault(host_group(f"http://{_bracketed(name)}/"), endpoint)
        return list(latest.values())[:_WITNESSES]

    async def _answers(self, host: str, port: int, *, after_s: float) -> bool:
        """Whether it takes a connection, or refuses one: a refusal is an answer, too."""
        await asyncio.sleep(after_s)
        try:
            async with asyncio.timeout(_KNOCK_S):
                address = (await self._guard.addresses(host, port))[0]
                _, writer = await asyncio.open_connection(address, port)
        except ConnectionRefusedError:
            return True
        except (OSError, EgressDenied):  # TimeoutError is an OSError
            return False
        writer.close()
        return True

    async def _resolves(self, host: str) -> bool:
        try:
            async with asyncio.timeout(_LOOK_UP_S):
                return await self._guard.resolves(host)
        except TimeoutError:
            return False

    def _has_route(self, home_url: str = "") -> bool:
        """Whether this machine knows a way to anything that matters; asks the kernel and sends nothing."""
        host = urlsplit(home_url).hostname or ""
        known = [address for address, _ in self._guard.reached.values()][-_WITNESSES:]
        # a portal with an address of a family that this machine has no route for says nothing about the line
        return any(map(_is_routed, [*(known or _ANYWHERE), *self._guard.resolved(host)]))

    async def _look(self) -> None:
        while True:
            if self._guard.reached and not self._has_route():
                self._outages.append(time.monotonic())
            await asyncio.sleep(_LOOK_EVERY_S)


def _is_routed(address: str) -> bool:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as route:
            route.connect((address.partition("%")[0], 9))
    except OSError:
        return False
    return True


def _endpoint(url: str) -> tuple[str, int] | None:
    try:
        parts = urlsplit(url)
        return (parts.hostname or "", parts.port or _PORTS[parts.scheme])
    except (ValueError, KeyError):
        return None


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
