"""Where a request leaves the house: its turn is waited for, its address judged, its connection made.

httpx on top, httpcore's connection pool below, our own network backend under that: each hop of a
redirect passes here like any other request.
"""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import AsyncIterator, Iterable
from typing import Any

import certifi
import httpcore
import httpx

from spiders.net.breaker import Client
from spiders.net.classify import classify
from spiders.net.connection import connect
from spiders.net.guard import EgressGuard
from spiders.net.hosts import with_plain_host
from spiders.net.politeness import Politeness

CONNECT_TIMEOUT_S = 10.0
_MAPPED: tuple[tuple[type[Exception], type[httpx.TransportError]], ...] = (
    # the most special first
    (httpcore.ConnectTimeout, httpx.ConnectTimeout),
    (httpcore.ReadTimeout, httpx.ReadTimeout),
    (httpcore.WriteTimeout, httpx.WriteTimeout),
    (httpcore.PoolTimeout, httpx.PoolTimeout),
    (httpcore.ConnectError, httpx.ConnectError),
    (httpcore.ReadError, httpx.ReadError),
    (httpcore.WriteError, httpx.WriteError),
    (httpcore.UnsupportedProtocol, httpx.UnsupportedProtocol),
    (httpcore.LocalProtocolError, httpx.LocalProtocolError),
    (httpcore.RemoteProtocolError, httpx.RemoteProtocolError),
)


class Clock:
    """The time that one fetch takes, without the time that it waited for its turn."""

    def __init__(self, deadline: asyncio.Timeout, timeout_s: float) -> None:
        self._deadline = deadline
        self._timeout_s = timeout_s
        self._begun = time.perf_counter()
        self._waited = 0.0
        self.first_byte_ms = 0.0
        self.unanswered: str | None = None
        """The address that was asked for and has not answered yet."""

    @property
    def elapsed_ms(self) -> float:
        """Milliseconds since the first request left."""
        return (time.perf_counter() - self._begun - self._waited) * 1000

    async def turn(self, politeness: Politeness, url: str) -> None:
        """Wait for a turn while the clock stands still."""
        waiting_since = time.perf_counter()
        self._deadline.reschedule(None)
        try:
            await politeness.turn(url, Client.PLAIN)
        finally:
            self._waited += time.perf_counter() - waiting_since
            left_s = self._timeout_s - self.elapsed_ms / 1000
            self._deadline.reschedule(asyncio.get_running_loop().time() + left_s)


class GuardedTransport(httpx.AsyncBaseTransport):
    """httpx's way to the network, through the egress guard and the politeness gate."""

    def __init__(self, guard: EgressGuard, politeness: Politeness, tls: ssl.SSLContext | None) -> None:
        self._politeness = politeness
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=tls or default_tls(),
            max_connections=64,
            max_keepalive_connections=16,
            keepalive_expiry=5.0,
            network_backend=_JudgingBackend(guard),
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request.

        Raises:
            EgressDenied: Its host may not be reached.
            OverBudget, ToldToWait, CircuitOpen: It may not be sent now.
            httpx.TransportError: It failed; the cause tells how.
        """
        clock: Clock = request.extensions["clock"]
        url = str(request.url)
        if request.extensions["polite"]:
            await clock.turn(self._politeness, url)
        else:
            self._politeness.count(1)
        clock.unanswered = url
        try:
            answer = await self._pool.handle_async_request(
                httpcore.Request(
                    method=request.method,
                    url=httpcore.URL(
                        scheme=request.url.raw_scheme,
                        host=request.url.raw_host,
                        port=request.url.port,
                        target=request.url.raw_path,
                    ),
                    headers=request.headers.raw,
                    content=request.stream,
                    extensions={"timeout": request.extensions["timeout"]},
                )
            )
        except Exception as error:
            clock.unanswered = None
            self._politeness.unanswered(url, classify(error), Client.PLAIN)
            raise _as_httpx(error, request) from error
        clock.unanswered = None
        clock.first_byte_ms = clock.elapsed_ms
        response = httpx.Response(
            answer.status,
            headers=answer.headers,
            stream=_Body(answer, request),
            extensions=dict(answer.extensions),
        )
        if (leads_to := response.headers.get("location")) is not None:
            # httpx takes no host in octal or in digits of other alphabets, as browsers do
            response.headers["location"] = with_plain_host(leads_to)
        self._politeness.answered(
            url, answer.status, client=Client.PLAIN, retry_after=response.headers.get("retry-after")
        )
        return response

    async def aclose(self) -> None:
        """Close every connection."""
        await self._pool.aclose()


def default_tls() -> ssl.SSLContext:
    """Certificates verified against Mozilla's list and this machine's own."""
    context = ssl.create_default_context(cafile=certifi.where())
    context.load_default_certs()
    return context


class _Body(httpx.AsyncByteStream):
    """The body as httpcore reads it, with httpx's errors."""

    def __init__(self, answer: httpcore.Response, request: httpx.Request) -> None:
        self._answer = answer
        self._request = request

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            async for chunk in self._answer.aiter_stream():
                yield chunk
        except Exception as error:
            raise _as_httpx(error, self._request) from error

    async def aclose(self) -> None:
        await self._answer.aclose()


def _as_httpx(error: Exception, request: httpx.Request) -> Exception:
    """httpcore's error under httpx's name; any other as it is."""
    for ours, theirs in _MAPPED:
        if isinstance(error, ours):
            return theirs(str(error), request=request)
    return error


class _JudgingBackend(httpcore.AsyncNetworkBackend):
    """Connects to judged addresses only, one after the other until one answers."""

    def __init__(self, guard: EgressGuard) -> None:
        self._guard = guard

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # httpcore's own signature
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        try:
            async with asyncio.timeout(timeout):
                addresses = await self._guard.addresses(host, port)
        except TimeoutError as error:
            raise httpcore.ConnectTimeout("name resolution took too long") from error
        except OSError as error:
            raise httpcore.ConnectError(str(error)) from error
        last: Exception | None = None
        for address in addresses:
            try:
                stream = await connect(address, port, timeout)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                last = error
            else:
                self._guard.note_reached(host, address, port)
                return stream
        assert last is not None
        raise last

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
