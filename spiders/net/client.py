"""The one HTTP client of the house: guarded, polite, bounded in size and time, certificates verified."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cached_property
from types import TracebackType
from typing import Any

import httpx

from results.records import Reason
from spiders.net.bodies import ACCEPT_ENCODING, unpacked
from spiders.net.breaker import Client
from spiders.net.classify import classify
from spiders.net.encoding import decode_html
from spiders.net.guard import EgressGuard
from spiders.net.hosts import with_plain_host
from spiders.net.politeness import Politeness
from spiders.net.transport import CONNECT_TIMEOUT_S, Clock, GuardedTransport

MAX_BYTES = 10 * 1024 * 1024
"""Bytes of a body that are kept unless told otherwise: far above any page worth reading."""

_MAX_REDIRECTS = 20  # as Chromium and Firefox


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What came back for a request."""

    url: str
    """Where it ended, after redirects."""
    status: int
    headers: httpx.Headers
    content: bytes = field(repr=False)
    """The body, content codings undone; cut where `cut` says so."""
    elapsed_ms: float
    """From the first request's leaving to the last byte, without waiting for a turn."""
    ttfb_ms: float
    """To the first byte of the last hop's answer."""
    remote_ip: str | None
    """The address that the last hop was served from."""
    cut: Reason | None = None
    """Why the body is not whole: `over_budget` (our cap) or `truncated` (it broke off)."""
    history: tuple[str, ...] = ()
    """Addresses of the hops before the last."""

    @property
    def complete(self) -> bool:
        """Whether the body is whole."""
        return self.cut is None

    @cached_property
    def text(self) -> str:
        """The body as text: declared encodings where they hold, else what the bytes show."""
        return decode_html(self.content, self.headers.get("content-type"))


@dataclass(frozen=True, kw_only=True)
class StreamedAnswer:
    """An answer whose body is still to be read."""

    url: str
    status: int
    headers: httpx.Headers
    ttfb_ms: float
    remote_ip: str | None
    history: tuple[str, ...]
    _response: httpx.Response = field(repr=False)
    _clock: Clock = field(repr=False)

    @property
    def elapsed_ms(self) -> float:
        """Milliseconds since the first request left, without waiting for a turn."""
        return self._clock.elapsed_ms

    def aiter_bytes(self) -> AsyncIterator[bytes]:
        """The body in pieces, content codings undone; the caller decides how much of it to take.

        Raises:
            httpx.TransportError, httpx.DecodingError: It broke off, or is not in its coding.
        """
        return unpacked(self._response.aiter_raw(), self.headers.get("content-encoding", ""))


class HttpClient:
    """Fetches pages, files and APIs; an async context manager.

    Args:
        guard: Judges every address before it is connected to.
        politeness: Gives every request, hops of redirects included, its turn.
        user_agent: The User-Agent header.
        timeout_s: Limit for a fetch from leaving to the last byte, waiting for turns not counted.
        max_bytes: Bytes of an unpacked body that are kept at most.
        tls: Whom to trust; without it Mozilla's and this machine's list.
    """

    def __init__(
        self,
        guard: EgressGuard,
        politeness: Politeness,
        *,
        user_agent: str,
        timeout_s: float = 30.0,
        max_bytes: int = MAX_BYTES,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.politeness = politeness
        self._timeout_s = timeout_s
        self._max_bytes = max_bytes
        self._client = httpx.AsyncClient(
            transport=GuardedTransport(guard, politeness, tls),
            trust_env=False,
            max_redirects=_MAX_REDIRECTS,
            headers={
                "User-Agent": user_agent,
                "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
                "Accept-Language": "zh-CN,zh;q=0.9,en;q=0.5",
                "Accept-Encoding": ACCEPT_ENCODING,
            },
        )

    async def __aenter__(self) -> HttpClient:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._client.aclose()

    async def fetch(
        self,
        url: str,
        *,
        method: str = "GET",
        headers: Mapping[str, str] | None = None,
        content: bytes | str | None = None,
        form: Mapping[str, Any] | None = None,
        json: Any = None,
        timeout_s: float | None = None,
        max_bytes: int | None = None,
        follow_redirects: bool = True,
        polite: bool = True,
    ) -> Answer:
        """Fetch an address whole, up to a cap.

        A body that breaks off, or passes the cap, is handed back as far as it came (`Answer.cut`).

        Args:
            url: Absolute, http or https.
            method: HTTP method.
            headers: Further headers, before the client's own.
            content: A body as it is; or
            form: a body of form fields; or
            json: a body as JSON.
            timeout_s: Limit instead of the client's own, seconds.
            max_bytes: Cap instead of the client's own, bytes.
            follow_redirects: Whether to follow them, each hop judged and polite.
            polite: False only for what has taken its turn elsewhere.

        Raises:
            EgressDenied, OverBudget, ToldToWait, CircuitOpen: We did not ask.
            TimeoutError, httpx.TransportError, httpx.TooManyRedirects, httpx.InvalidURL,
            httpx.DecodingError: It failed; `classify` names the reason.
        """
        cap = self._max_bytes if max_bytes is None else max_bytes
        body = bytearray()
        cut: Reason | None = None
        async with self.stream(
            url,
            method=method,
            headers=headers,
            content=content,
            form=form,
            json=json,
            timeout_s=timeout_s,
            follow_redirects=follow_redirects,
            polite=polite,
        ) as answer:
            try:
                async for piece in answer.aiter_bytes():
                    body += piece
                    if len(body) > cap:
                        del body[cap:]
                        cut = Reason.OVER_BUDGET
                        break
            except httpx.RemoteProtocolError as error:
                if classify(error) is not Reason.TRUNCATED:
                    raise
                cut = Reason.TRUNCATED
            return Answer(
                url=answer.url,
                status=answer.status,
                headers=answer.headers,
                content=bytes(body),
                elapsed_ms=answer.elapsed_ms,
                ttfb_ms=answer.ttfb_ms,
                remote_ip=answer.remote_ip,
                cut=cut,
                history=answer.history,
            )

    @asynccontextmanager
    async def stream(
        self,
        url: str,
        *,
        method: str = "GET",
        headers: Mapping[str, str] | None = None,
        content: bytes | str | None = None,
        form: Mapping[str, Any] | None = None,
        json: Any = None,
        timeout_s: float | None = None,
        silence_s: float | None = None,
        follow_redirects: bool = True,
        polite: bool = True,
    ) -> AsyncIterator[StreamedAnswer]:
        """Fetch an address whose body is read piece by piece.

        Arguments and errors are those of `fetch`, but for `silence_s`: seconds that nothing at all may come for,
        before the headers or within the body; by default the whole limit.
        """
        limit_s = self._timeout_s if timeout_s is None else timeout_s
        read_s = limit_s if silence_s is None else min(limit_s, silence_s)
        async with asyncio.timeout(limit_s) as deadline:
            clock = Clock(deadline, limit_s)
            request = self._client.build_request(
                method,
                with_plain_host(url),
                headers=dict(headers or {}),
                content=content,
                data=dict(form) if form is not None else None,
                json=json,
                timeout=httpx.Timeout(limit_s, connect=min(limit_s, CONNECT_TIMEOUT_S), read=read_s),
                extensions={"clock": clock, "polite": polite},
            )
            try:
                response = await self._client.send(request, stream=True, follow_redirects=follow_redirects)
            except asyncio.CancelledError:
                if clock.unanswered is not None and deadline.expired():
                    self.politeness.unanswered(clock.unanswered, Reason.TIMEOUT, Client.PLAIN)
                raise
            try:
                yield StreamedAnswer(
                    url=str(response.url),
                    status=response.status_code,
                    headers=response.headers,
                    ttfb_ms=clock.first_byte_ms,
                    remote_ip=_remote_ip(response),
                    history=tuple(str(each.url) for each in response.history),
                    _response=response,
                    _clock=clock,
                )
            finally:
                await response.aclose()


def _remote_ip(response: httpx.Response) -> str | None:
    stream = response.extensions.get("network_stream")
    address = stream.get_extra_info("server_addr") if stream is not None else None
    return str(address[0]) if address else None
