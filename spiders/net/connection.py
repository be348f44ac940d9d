"""One connection as asyncio's transports give it, without a layer between: the crawl's cost is mostly such layers.

httpcore asks of it what it asks of its own backends; nothing here knows HTTP.
"""

from __future__ import annotations

import asyncio
import ssl
from typing import Any, Final

import httpcore

_MOST_WAITING: Final = 512 * 1024
"""Bytes that may wait to be read before the other side is made to wait."""
_TLS_SHUTDOWN_S: Final = 1.0


async def connect(address: str, port: int, timeout_s: float | None) -> Connection:
    """Connect to an address that has been judged; names are not looked up here.

    Raises:
        httpcore.ConnectTimeout, httpcore.ConnectError: It does not answer; the cause tells how.
    """
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(timeout_s):
            _, wire = await loop.create_connection(_Wire, address, port)
    except TimeoutError as error:
        raise httpcore.ConnectTimeout(f"{address} port {port} did not answer in time") from error
    except OSError as error:
        raise httpcore.ConnectError(str(error)) from error
    return Connection(wire)


class Connection(httpcore.AsyncNetworkStream):
    """What httpcore reads from and writes to."""

    def __init__(self, wire: _Wire) -> None:
        self._wire = wire

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # httpcore's own signature
        """Bytes that have come, at most so many; empty once the other side has ended."""
        try:
            return await self._wire.read(max_bytes, timeout)
        except TimeoutError as error:
            raise httpcore.ReadTimeout(str(error)) from error
        except OSError as error:
            raise httpcore.ReadError(str(error)) from error

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send bytes, and wait until the other side takes them."""
        try:
            await self._wire.write(buffer, timeout)
        except TimeoutError as error:
            raise httpcore.WriteTimeout(str(error)) from error
        except OSError as error:
            raise httpcore.WriteError(str(error)) from error

    async def aclose(self) -> None:
        """Close it, with TLS's farewell where there is TLS."""
        await self._wire.close()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> Connection:
        """Go on in TLS, the certificate verified as the context says."""
        try:
            async with asyncio.timeout(timeout):
                await self._wire.start_tls(ssl_context, server_hostname)
        except TimeoutError as error:
            await self.aclose()
            raise httpcore.ConnectTimeout("the TLS handshake took too long") from error
        except OSError as error:  # ssl.SSLError is one
            await self.aclose()
            raise httpcore.ConnectError(str(error)) from error
        except BaseException:
            await self.aclose()
            raise
        return self

    def get_extra_info(self, info: str) -> Any:
        """`is_readable`: whether an idle connection has ended or been sent something; addresses and TLS."""
        if info == "is_readable":
            return self._wire.stirs
        name = {"client_addr": "sockname", "server_addr": "peername"}.get(info, info)
        return self._wire.transport.get_extra_info(name)


class _Wire(asyncio.Protocol):
    """Bytes as they come, for one reader and one writer."""

    def __init__(self) -> None:
        self.transport: asyncio.Transport
        self._come = bytearray()
        self._ended = False
        self._error: Exception | None = None
        self._reader: asyncio.Future[None] | None = None
        self._writer: asyncio.Future[None] | None = None
        self._holds_back = False
        self._is_full = False

    @property
    def stirs(self) -> bool:
        return self._ended or bool(self._come)

    async def read(self, most: int, timeout_s: float | None) -> bytes:
        if not self._come and not self._ended:
            self._reader = asyncio.get_running_loop().create_future()
            try:
                async with asyncio.timeout(timeout_s):
                    await self._reader
            finally:
                self._reader = None
        if not self._come and self._error is not None:
            raise self._error
        taken = bytes(self._come[:most])
        del self._come[:most]
        if self._holds_back and not self._ended and len(self._come) < _MOST_WAITING:
            self._holds_back = False
            self.transport.resume_reading()
        return taken

    async def write(self, sent: bytes, timeout_s: float | None) -> None:
        if self._error is not None:
            raise self._error
        if self._ended or self.transport.is_closing():
            raise ConnectionResetError("the other side has closed the connection")
        self.transport.write(sent)
        if self._is_full:
            self._writer = asyncio.get_running_loop().create_future()
            try:
                async with asyncio.timeout(timeout_s):
                    await self._writer
            finally:
                self._writer = None

    async def start_tls(self, context: ssl.SSLContext, name: str | None) -> None:
        transport = await asyncio.get_running_loop().start_tls(
            self.transport, self, context, server_hostname=name, ssl_shutdown_timeout=_TLS_SHUTDOWN_S
        )
        if transport is None:
            raise ConnectionResetError("the other side closed the connection during the TLS handshake")
        self.transport = transport

    async def close(self) -> None:
        self.transport.close()
        await asyncio.sleep(0)  # so that a farewell is sent
        self.transport.abort()

    # ---- what asyncio tells

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:  # asyncio's own signature
        self._come += data
        _wake(self._reader)
        if len(self._come) >= _MOST_WAITING and not self._holds_back:
            self._holds_back = True
            self.transport.pause_reading()

    def eof_received(self) -> None:
        self._ended = True
        _wake(self._reader)

    def connection_lost(self, exc: Exception | None) -> None:
        self._ended = True
        self._error = exc
        _wake(self._reader)
        _wake(self._writer, exc or ConnectionResetError("the connection was closed while sending"))

    def pause_writing(self) -> None:
        self._is_full = True

    def resume_writing(self) -> None:
        self._is_full = False
        _wake(self._writer)


def _wake(waiting: asyncio.Future[None] | None, error: Exception | None = None) -> None:
    if waiting is None or waiting.done():
        return
    if error is None:
        waiting.set_result(None)
    else:
        waiting.set_exception(error)
