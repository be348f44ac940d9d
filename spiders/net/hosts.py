"""Hosts: the one way to write each, as browsers read it (URL standard, section 3.5, "host parser").

`127.1`, `0177.0.0.1`, `0x7f000001`, `2130706433` and `１２７.0.0.1` all name 127.0.0.1.
"""

from __future__ import annotations

import ipaddress
import re
from functools import lru_cache
from urllib.parse import unquote, urlsplit, urlunsplit

_LARGEST_PARTS = 4
_NUMBER = re.compile(r"[0-9]+|0[xX][0-9a-fA-F]*")


@lru_cache(maxsize=4096)
def plain_host(host: str) -> str:
    """The one way to write a host.

    Args:
        host: A name or an address however written; an IPv6 address without its brackets.

    Returns:
        In lower case and ASCII; an IPv4 address in four decimal parts, an IPv6 address in its short form.

    Raises:
        ValueError: It is no host; `UnicodeError` is one.
    """
    if ":" in host:
        return str(ipaddress.IPv6Address(host))
    name = unquote(host).encode("idna").decode("ascii").lower()
    if not name or any(each in name for each in "\0\t\n\r #/:<>?@[\\]^|%"):
        raise ValueError(f"no host: {host[:80]!r}")
    labels = name.removesuffix(".").split(".")
    if _NUMBER.fullmatch(labels[-1]):
        return str(_ipv4(labels))
    return name


def with_plain_host(url: str) -> str:
    """An address with its host written the one way; as it is where it has none or cannot be read."""
    try:
        parts = urlsplit(url)
        written = parts.hostname or ""
        host = plain_host(written)
    except ValueError:
        return url
    if host == written:
        return url
    before, at, place = parts.netloc.rpartition("@")
    port = place.rpartition("]")[2].partition(":")
    shown = f"[{host}]" if ":" in host else host
    return urlunsplit(parts._replace(netloc=f"{before}{at}{shown}{port[1]}{port[2]}"))


def _ipv4(labels: list[str]) -> ipaddress.IPv4Address:
    """Up to four parts, each decimal, octal (0…) or hexadecimal (0x…); the last fills what is left."""
    if len(labels) > _LARGEST_PARTS:
        raise ValueError(f"too many parts for an address: {'.'.join(labels)[:80]}")
    *first, last = map(_number, labels)
    if any(part > 255 for part in first) or last >= 256 ** (_LARGEST_PARTS + 1 - len(labels)):
        raise ValueError(f"a part is too large for an address: {'.'.join(labels)[:80]}")
    number = last + sum(part * 256 ** (3 - place) for place, part in enumerate(first))
    return ipaddress.IPv4Address(number)


def _number(label: str) -> int:
    if not _NUMBER.fullmatch(label):
        raise ValueError(f"no number: {label[:80]!r}")
    if label[:2].lower() == "0x":
        return int(label[2:] or "0", 16)
    return int(label, 8 if label.startswith("0") and len(label) > 1 else 10)


def is_literal(host: str) -> bool:
    """Whether a host is an address, and no name that would be looked up."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
