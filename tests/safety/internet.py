"""A whole internet on this machine: a network namespace in which every address, public and private, is ours.

Each trick has an address of its own, so that a connection alone tells which trick went through, were it without
a byte; names are answered by a resolver of ours, whose answers may be private or change; datagrams are noted too.
"""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import socket
import struct
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path

_PORTS = (80, 443, 3306, 3478, 6379, 8080, 9200, 11211, 27017)
_DATAGRAM_PORTS = (443, 3478)
_STUN_PORT = 3478
_IPV6_V6ONLY, _IP_PKTINFO = 26, 8

_HOUSE = """set -e
ip link set lo up
ip route add local 0.0.0.0/0 dev lo
ip -6 route add local ::/0 dev lo
ip link add wire type veth peer name far && ip link set far up
ip addr add 192.0.2.77/24 dev wire
ip link set wire up
ip route add default via 192.0.2.1
mount --bind "$1/resolv.conf" "$(readlink -f /etc/resolv.conf)"
mount --bind "$1/nsswitch.conf" /etc/nsswitch.conf
shift
exec "$@"
"""


@dataclass(frozen=True)
class Served:
    """What the portal answers at a path."""

    body: str | bytes = ""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Internet:
    """Who was met, and how."""

    portals: Mapping[str, Mapping[str, Served]]
    """Address to its pages by path; every other address says `seen` to whatever it is asked."""
    names: Mapping[str, list[list[str]]]
    """Name to its answers, one after the other; the last one stays."""
    met: set[str] = field(default_factory=set)
    """Addresses that somebody connected to, other than the portals'."""
    datagrams: set[str] = field(default_factory=set)
    """Addresses that were sent a datagram."""
    asked: list[str] = field(default_factory=list)
    """Names that the resolver was asked for."""
    paths: set[str] = field(default_factory=set)
    """Paths that the portals were asked for."""


def is_possible() -> bool:
    """Whether this machine lets us make namespaces and routes."""
    if sys.platform != "linux" or not all(map(shutil.which, ("unshare", "ip", "mount"))):
        return False
    tried = ["unshare", "--map-root-user", "--net", "--mount", "ip", "link", "set", "lo", "up"]
    return subprocess.run(tried, capture_output=True, check=False).returncode == 0


def command_inside(folder: Path, *command: str) -> list[str]:
    """A command that runs in a namespace of its own; the folder takes its resolver's configuration."""
    (folder / "resolv.conf").write_text("nameserver 198.41.0.4\noptions timeout:2 attempts:1\n")
    (folder / "nsswitch.conf").write_text("hosts: files dns\n")
    return [
        *("unshare", "--map-root-user", "--net", "--mount", "--kill-child"),
        *("sh", "-c", _HOUSE, "sh", str(folder), *command),
    ]


@asynccontextmanager
async def internet(
    portals: Mapping[str, Mapping[str, Served]], names: Mapping[str, list[list[str]]]
) -> AsyncIterator[Internet]:
    """Everybody who can be reached, until the context ends."""
    world = Internet(portals, names)
    loop = asyncio.get_running_loop()
    async with contextlib.AsyncExitStack() as ends:
        for port in _PORTS:
            listening = socket.socket(socket.AF_INET6, socket.SOCK_STREAM)
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listening.setsockopt(socket.IPPROTO_IPV6, _IPV6_V6ONLY, 0)
            listening.bind(("::", port))
            server = await asyncio.start_server(
                lambda reader, writer: _serve(world, reader, writer), sock=listening
            )
            await ends.enter_async_context(server)
        for port in (53, *_DATAGRAM_PORTS):
            ends.callback(_listen_for_datagrams(loop, world, port))
        yield world


def _listen_for_datagrams(loop: asyncio.AbstractEventLoop, world: Internet, port: int) -> Callable[[], None]:
    listening = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    listening.setblocking(False)
    listening.setsockopt(socket.IPPROTO_IP, _IP_PKTINFO, 1)
    listening.bind(("0.0.0.0", port))

    def receive() -> None:
        datagram, ancillary, _, sender = listening.recvmsg(4096, 256)
        if port != 53:
            world.datagrams.add(socket.inet_ntoa(ancillary[0][2][8:12]))
            return
        if (answer := _dns_answer(world, datagram)) is not None:
            # answered from the address that was asked
            listening.sendmsg([answer], [(socket.IPPROTO_IP, _IP_PKTINFO, ancillary[0][2])], 0, sender)

    loop.add_reader(listening, receive)

    def close() -> None:
        loop.remove_reader(listening)
        listening.close()

    return close


async def _serve(world: Internet, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    address = str(ip_address(writer.get_extra_info("sockname")[0].removeprefix("::ffff:")))
    portal = world.portals.get(address)
    if portal is None:
        world.met.add(address)
    with contextlib.suppress(asyncio.IncompleteReadError, asyncio.LimitOverrunError, ConnectionError):
        request = await reader.readuntil(b"\r\n\r\n")
        path = request.split(b" ", 2)[1].decode()
        served = Served("seen", headers={"Content-Type": "text/html"})
        if portal is not None:
            world.paths.add(path)
            served = portal.get(path, Served("not here", status=404))
        writer.write(_answer(served))
        await writer.drain()
    writer.close()


def _answer(served: Served) -> bytes:
    body = served.body.encode() if isinstance(served.body, str) else served.body
    headers = {
        "Content-Type": "text/html; charset=utf-8",
        "Access-Control-Allow-Origin": "*",
        "Access-Control-Allow-Headers": "*",
        "Content-Length": str(len(body)),
        "Connection": "close",
        **served.headers,
    }
    lines = [f"HTTP/1.1 {served.status} OK", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def _dns_answer(world: Internet, question: bytes) -> bytes | None:
    """The answer to a query for A records (RFC 1035); other kinds of records are there for no name."""
    labels, at = [], 12
    try:
        while (length := question[at]) != 0:
            labels.append(question[at + 1 : at + 1 + length].decode("ascii", "replace"))
            at += 1 + length
        kind, _ = struct.unpack_from("!HH", question, at + 1)
    except (IndexError, struct.error):
        return None
    name = ".".join(labels).lower()
    world.asked.append(name)
    answers = world.names.get(name)
    now: list[str] = []
    if answers and kind == 1:
        now = answers[0] if len(answers) == 1 else answers.pop(0)
    asked = question[12 : at + 5]
    flags = 0x8180 if answers else 0x8183
    head = question[:2] + struct.pack("!HHHHH", flags, 1, len(now), 0, 0)
    records = b"".join(
        b"\xc0\x0c" + struct.pack("!HHIH", 1, 1, 0, 4) + socket.inet_aton(each) for each in now
    )
    return head + asked + records
