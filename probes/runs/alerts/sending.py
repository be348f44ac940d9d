"""Sending through apprise, which knows mail, DingTalk, Feishu, WeCom, webhooks and many more.

Addresses hold passwords and tokens: they are never shown, logged or kept. An address goes by its number and service.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote

from pydantic import SecretStr

from results.errors import PlainError

if TYPE_CHECKING:
    from apprise import NotifyBase

_SHORTEST_SECRET = 4
"""Pieces of an address that are shorter (`a`, `443`) are words of any error message."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Delivery:
    """How sending to one address ended."""

    number: int
    """Of the address in the configuration, from 1."""
    service: str
    problem: str | None
    """Why it was not taken, without anything of the address; None where it was."""


class Addresses:
    """The addresses that alerts go to, checked.

    Args:
        urls: As the configuration has them.

    Raises:
        PlainError: apprise is not installed, or an address is of no service that it knows.
    """

    def __init__(self, urls: Sequence[SecretStr]) -> None:
        self._urls = [each.get_secret_value() for each in urls]
        self._services = [_service(url, number) for number, url in enumerate(self._urls, 1)]

    def __iter__(self) -> zip[tuple[str, int]]:
        """Each address with its number, from 1."""
        return zip(self._urls, range(1, len(self._urls) + 1), strict=True)

    def send(self, number: int, *, title: str, body: str) -> Delivery:
        """Send a message to one address, in as many pieces as its service needs.

        Args:
            number: The address, from 1.
            title: Plain text.
            body: Plain text; nothing in it is taken for markup.
        """
        service = self._services[number - 1]
        said = _Said()
        logger = logging.getLogger("apprise")
        logger.addHandler(said)
        try:
            taken = bool(service.notify(body=body, title=title, body_format="text"))
        except Exception as error:  # a plugin's own fault must not lose the alert
            taken, problem = False, type(error).__name__
        else:
            problem = said.last or "not taken"
        finally:
            logger.removeHandler(said)
        return Delivery(
            number=number,
            service=str(service.service_name),
            problem=None if taken else without_secrets(problem, self._urls[number - 1]),
        )


def without_secrets(text: str, address: str) -> str:
    """A text with everything blackened that an address is made of, as it stands there and unquoted."""
    pieces = {each for part in (address, unquote(address)) for each in re.split(r"[\s/?&=:@,;#]+", part)}
    for piece in sorted(pieces, key=len, reverse=True):
        if len(piece) >= _SHORTEST_SECRET:
            text = text.replace(piece, "***")
    return text


class _Said(logging.Handler):
    """Keeps the last complaint of apprise, whose own records go nowhere else."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.last: str | None = None

    def emit(self, record: logging.LogRecord) -> None:
        self.last = " ".join(record.getMessage().split())


def _service(url: str, number: int) -> NotifyBase:
    try:
        import apprise
    except ImportError as error:
        raise PlainError(
            zh="告警需要 apprise：pip install 'portal-probe[alerts]'",
            en="alerts need apprise: pip install 'portal-probe[alerts]'",
        ) from error
    logger = logging.getLogger("apprise")
    logger.propagate = False  # it writes addresses
    logger.setLevel(logging.WARNING)
    asset = apprise.AppriseAsset(app_id="Portal Probe", app_desc="Portal Probe", app_url="")
    service = apprise.Apprise.instantiate(url, asset=asset, suppress_exceptions=True)
    if service is None:
        scheme = url.partition("://")[0]
        raise PlainError(
            zh=f"alerts.urls 第 {number} 个地址不是 apprise 能用的地址（{scheme}://…）",
            en=f"alerts.urls: address {number} ({scheme}://…) is none that apprise can use",
        )
    if "overflow=" not in url:
        service.overflow_mode = apprise.OverflowMode.SPLIT
    return service
