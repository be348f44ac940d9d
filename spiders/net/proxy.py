"""A SOCKS5 proxy on loopback that judges each connection: the one way out for every browser.

One connection is one destination, so there is nothing to parse beyond the greeting (RFC 1928). The
proxy resolves the name itself and connects to the judged address only.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
from collections import OrderedDict, deque
from types import TracebackType
from typing import TypeVar

from results.records import Reason
from spiders.net.classify import classify
from spiders.net.guard import EgressGuard
from spiders.net.hosts import plain_host
from spiders.net.refusals import EgressDenied

_CHUNK = 64 * 1024
_CONNECT_TIMEOUT_S = 15.0
_GREETING_TIMEOUT_S = 30.0
_REMEMBERED = 2048

_VERSION, _CONNECT = 5, 1
_IPV4, _NAME, _IPV6 = 1, 3, 4
_GRANTED, _FAILED, _NOT_ALLOWED, _NET_UNREACHABLE, _HOST_UNREACHABLE, _REFUSED = 0, 1, 2, 3, 4, 5
_BAD_COMMAND, _BAD_ADDRESS = 7, 8


ValueT = TypeVar("ValueT")


class EgressProxy:
    """The proxy as an async context manager; serves while it is open.

    Args:
        guard: Who judges the addresses.
    """

    def __init__(self, guard: EgressGuard) -> None:
        self._guard = guard
        self._server: asyncio.Server | None = None
        self._connections: set[asyncio.Task[None]] = set()
        self._failures: OrderedDict[tuple[str, int], Reason] = OrderedDict()
        self._reached: OrderedDict[tuple[str, int], str] = OrderedDict()
        self.port = 0
        self.denied: deque[tuple[str, int]] = deque(maxlen=_REMEMBERED)
        """(host, port) of every connection that was refused, oldest first."""

    @property
    def url(self) -> str:
        """What a browser is told, e.g. `socks5://127.0.0.1:40001`."""
        return f"socks5://127.0.0.1:{self.port}"

    def failure(self, host: str, port: int) -> Reason | None:
        """Why the last connection to a host and port did not come about; None if it did.

        A browser says no more than that the proxy could not connect, so ask here.
        """
        return self._failures.get((_plain(host), port))

    def remote_ip(self, host: str, port: int) -> str | None:
        """The address that was last connected to for a host and port."""
        return self._reached.get((_plain(host), port))

    async def __aenter__(self) -> EgressProxy:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0, limit=_CHUNK)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._server is not None:
            self._server.close()
        for each in list(self._connections):
            each.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)
        if self._server is not None:
            await self._server.wait_closed()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._connections.add(task)
        try:
            await self._serve(reader, writer)
        except (OSError, EOFError, asyncio.CancelledError):
            pass  # the browser went away, or we are closing
        finally:
            self._connections.discard(task)
            writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(_GREETING_TIMEOUT_S):
                destination = await _read_destination(reader, writer)
        except TimeoutError:
            return
        if destination is None:
            return
        host, port = destination
        try:
            far_reader, far_writer = await self._connect(host, port)
        except Exception as error:  # whatever kept us from connecting is told by its reason
            self._note_failure(host, port, error)
            await _reply(writer, _answer_to(error))
            return
        self._failures.pop((host, port), None)
        try:
            await _reply(writer, _GRANTED)
            await _relay(reader, writer, far_reader, far_writer)
        finally:
            far_writer.close()

    async def _connect(self, host: str, port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Connect to the first address that answers."""
        last: Exception | None = None
        for address in await self._guard.addresses(host, port):
            try:
                async with asyncio.timeout(_CONNECT_TIMEOUT_S):
                    opened = await asyncio.open_connection(address, port, limit=_CHUNK)
            except OSError as error:  # TimeoutError is one
                last = error
            else:
                _remember(self._reached, (host, port), address)
                self._guard.note_reached(host, address, port)
                return opened
        assert last is not None
        raise last

    def _note_failure(self, host: str, port: int, error: Exception) -> None:
        if isinstance(error, EgressDenied):
            self.denied.append((host, port))
        _remember(self._failures, (host, port), classify(error))


def _plain(host: str) -> str:
    """A host as the proxy knows it: without brackets, written the one way."""
    host = host.strip("[]").lower()
    with contextlib.suppress(ValueError):
        return plain_host(host)
    return host


def _remember(table: OrderedDict[tuple[str, int], ValueT], key: tuple[str, int], value: ValueT) -> None:
    table[key] = value
    table.move_to_end(key)
    if len(table) > _REMEMBERED:
        table.popitem(last=False)


async def _read_destination(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> tuple[str, int] | None:
    """The greeting and the request; None if it is not one that we serve (and was told so)."""
    version, methods = await reader.readexactly(2)
    if version != _VERSION or 0 not in await reader.readexactly(methods):
        writer.write(bytes((_VERSION, 0xFF)))
        await writer.drain()
        return None
    writer.write(bytes((_VERSION, 0)))
    await writer.drain()
    version, command, _, kind = await reader.readexactly(4)
    if kind == _IPV4:
        host = socket.inet_ntop(socket.AF_INET, await reader.readexactly(4))
    elif kind == _IPV6:
        host = socket.inet_ntop(socket.AF_INET6, await reader.readexactly(16))
    elif kind == _NAME:
        (length,) = await reader.readexactly(1)
        host = (await reader.readexactly(length)).decode("ascii", "backslashreplace")
    else:
        await _reply(writer, _BAD_ADDRESS)
        return None
    (port,) = struct.unpack("!H", await reader.readexactly(2))
    if version != _VERSION or command != _CONNECT:
        await _reply(writer, _BAD_COMMAND)
        return None
    return _plain(host), port


def _answer_to(error: Exception) -> int:
    """The SOCKS word for why we did not connect."""
    return {
        Reason.EGRESS_DENIED: _NOT_ALLOWED,
        Reason.DNS_FAILED: _HOST_UNREACHABLE,
        Reason.TIMEOUT: _HOST_UNREACHABLE,
        Reason.CONNECT_REFUSED: _REFUSED,
        Reason.INTERRUPTED: _NET_UNREACHABLE,
        Reason.PROBER_OFFLINE: _NET_UNREACHABLE,
    }.get(classify(error), _FAILED)


async def _reply(writer: asyncio.StreamWriter, word: int) -> None:
    writer.write(bytes((_VERSION, word, 0, _IPV4)) + b"\0" * 6)
    await writer.drain()


async def _relay(
    near_reader: asyncio.StreamReader,
    near_writer: asyncio.StreamWriter,
    far_reader: asyncio.StreamReader,
    far_writer: asyncio.StreamWriter,
) -> None:
    """Pass bytes both ways until both sides have ended, each side no faster than the other reads."""
    async with asyncio.TaskGroup() as both:
        both.create_task(_pump(near_reader, far_writer))
        both.create_task(_pump(far_reader, near_writer))


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while chunk := await reader.read(_CHUNK):
            writer.write(chunk)
            await writer.drain()
        if writer.can_write_eof():
            writer.write_eof()
    except OSError:
        # one side broke off: the other must not wait for it
        writer.transport.abort()
