"""Control addresses of the user's choice: where none of them answers either, the line at fault is ours."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from results.errors import PlainError
from results.records import Reason
from spiders.net.classify import classify
from spiders.net.client import HttpClient
from spiders.net.egress import EgressDenied, EgressGuard

_READ_BYTES = 64 * 1024
_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, kw_only=True, slots=True)
class ControlLook:
    """One look at a control address. Any answer will do, whatever its status."""

    url: str
    reason: Reason | None
    """None when it answered."""
    http_status: int | None = None
    elapsed_ms: float | None = None
    remote_ip: str | None = None


async def look_at_controls(
    urls: Sequence[str], http: HttpClient, *, timeout_s: float
) -> tuple[ControlLook, ...]:
    """Ask every control address once, side by side.

    Args:
        urls: The addresses.
        http: The plain client.
        timeout_s: Limit for each, seconds.
    """

    async def look(url: str) -> ControlLook:
        try:
            answer = await http.fetch(url, timeout_s=timeout_s, max_bytes=_READ_BYTES)
        except Exception as error:  # whatever a client raises has a name
            return ControlLook(url=url, reason=classify(error))
        return ControlLook(
            url=url,
            reason=None,
            http_status=answer.status,
            elapsed_ms=round(answer.elapsed_ms, 1),
            remote_ip=answer.remote_ip,
        )

    return tuple(await asyncio.gather(*(look(url) for url in urls)))


async def check_controls(urls: Sequence[str], guard: EgressGuard) -> None:
    """Refuse control addresses that could never answer, before anything rests on them; sends no request.

    Raises:
        PlainError: One is no web address, or the egress guard keeps it closed.
    """
    for url in urls:
        try:
            parts = urlsplit(url)
            port = parts.port or _PORTS[parts.scheme]
        except (ValueError, KeyError):
            parts = urlsplit("")
        if not parts.hostname:
            raise PlainError(
                zh=f"对照地址 {url!r} 不是 http(s) 网址", en=f"control {url!r} is not an http(s) address"
            )
        try:
            await guard.addresses(parts.hostname, port)
        except EgressDenied as error:
            raise PlainError(
                zh=f"对照地址 {url} 是内网地址或其他服务的端口，须用 --allow-private 放行",
                en=f"control {url} is not a public address, or at another service's port: open it with --allow-private",
            ) from error
        except OSError:
            continue  # a name that does not resolve now may do so later
