"""Two portals, a resolver and a prober, each side in a network of its own, with a wire between them that can be cut.

The portals' side may be anything that it likes: it runs as a process, so that the wire is a real one. Names are
answered by a resolver on that side; what it answers is read from a file.
"""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import socket
import struct
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

from tests.program import clean_environment
from tests.spiders.websites import guide, links, page

PROBER, NEAR, FAR, RESOLVER = "10.77.0.1", "10.77.0.2", "10.77.0.3", "10.77.0.53"
NAMES = {"near.example.cn": NEAR, "far.example.org": FAR}
PORT = 8080
GUIDES = 55
WORKS, SERVFAIL = "works", "servfail"
_READY = "ready"


@dataclass(frozen=True)
class Apart:
    """The two networks."""

    folder: Path
    portals: int
    """A process in the portals' network."""
    prober: int
    """A process in the prober's network."""
    ends: contextlib.AsyncExitStack

    def run(self, *command: str, side: int | None = None) -> None:
        """Run a command in a network, the prober's unless told otherwise."""
        subprocess.run([*_inside(side or self.prober), *command], check=True, capture_output=True)

    def pull_plug(self) -> None:
        """The prober's own end is down."""
        self.run("ip", "link", "set", "wire", "down")

    def put_plug(self) -> None:
        self.run("ip", "link", "set", "wire", "up")

    def cut_upstream(self) -> None:
        """The prober's end is up, and nothing behind it answers."""
        self.run("ip", "addr", "flush", "dev", "far", side=self.portals)

    def mend_upstream(self) -> None:
        for address in (NEAR, FAR, RESOLVER):
            self.run("ip", "addr", "add", f"{address}/24", "dev", "far", side=self.portals)

    def resolver(self, answers: str) -> None:
        (self.folder / "answers").write_text(answers)

    def resolver_at(self, address: str) -> None:
        (self.folder / "resolv.conf").write_text(f"nameserver {address}\noptions timeout:2 attempts:2\n")

    async def probe(self, *arguments: str) -> asyncio.subprocess.Process:
        """Begin `probe`, in the prober's network; what it says goes to `said.txt`."""
        with (self.folder / "said.txt").open("ab") as said:
            process = await asyncio.create_subprocess_exec(
                *_inside(self.prober, self.folder), sys.executable, "-m", "probes.cli", *arguments,
                cwd=self.folder, env=clean_environment(), stdout=asyncio.subprocess.DEVNULL, stderr=said,
            )  # fmt: skip

        self.ends.push_async_callback(_end, process)
        return process

    @property
    def said(self) -> str:
        """All that was said so far."""
        return (self.folder / "said.txt").read_text(encoding="utf-8")


def is_possible() -> bool:
    """Whether this machine lets us make networks."""
    if sys.platform != "linux" or not all(map(shutil.which, ("unshare", "nsenter", "ip", "mount"))):
        return False
    tried = [
        "unshare",
        "--net",
        "--mount",
        "ip",
        "link",
        "add",
        "wire",
        "type",
        "veth",
        "peer",
        "name",
        "far",
    ]
    return subprocess.run(tried, capture_output=True, check=False).returncode == 0


@contextlib.asynccontextmanager
async def apart(folder: Path) -> AsyncIterator[Apart]:
    """Both networks and their portals, until the context ends."""
    (folder / "nsswitch.conf").write_text("hosts: files dns\n")
    (folder / "resolv.conf").write_text("")
    async with contextlib.AsyncExitStack() as ends:
        portals, prober = (ends.enter_context(_network()) for _ in range(2))
        networks = Apart(folder, portals, prober, ends)
        networks.resolver(WORKS)
        networks.resolver_at(RESOLVER)
        networks.run(
            "ip",
            "link",
            "add",
            "far",
            "type",
            "veth",
            "peer",
            "name",
            "wire",
            "netns",
            str(prober),
            side=portals,
        )
        networks.run("ip", "link", "set", "far", "up", side=portals)
        networks.run("ip", "addr", "add", f"{PROBER}/24", "dev", "wire")
        networks.run("ip", "link", "set", "wire", "up")
        for name in ("resolv.conf", "nsswitch.conf"):
            target = str(Path("/etc", name).resolve())
            networks.run("mount", "--bind", str(folder / name), target)
        networks.mend_upstream()
        server = await asyncio.create_subprocess_exec(
            *_inside(portals), sys.executable, "-m", "tests.safety.portals_apart", str(folder),
            env=clean_environment(), stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        ends.push_async_callback(_end, server)
        assert server.stdout is not None
        assert (await server.stdout.readline()).decode().strip() == _READY
        yield networks


async def _end(process: asyncio.subprocess.Process) -> None:
    with contextlib.suppress(ProcessLookupError):
        process.kill()
    await process.wait()


@contextlib.contextmanager
def _network() -> Iterator[int]:
    holder = subprocess.Popen(
        ["unshare", "--net", "--mount", "sh", "-c", "ip link set lo up; echo; exec sleep 3600"],
        stdout=subprocess.PIPE,
    )
    try:
        assert holder.stdout is not None
        holder.stdout.readline()
        yield holder.pid
    finally:
        with holder:
            holder.kill()


def _inside(side: int, folder: Path | None = None) -> list[str]:
    return [
        "nsenter",
        "-t",
        str(side),
        "--net",
        "--mount",
        f"--wdns={Path.cwd() if folder is None else folder}",
        "--",
    ]


def _answer(question: bytes, answers: str) -> bytes:
    """A DNS answer: the address of a name that is ours, that there is no such name, or SERVFAIL (RFC 1035)."""
    labels, at = [], 12
    while question[at]:
        labels.append(question[at + 1 : at + 1 + question[at]].decode())
        at += question[at] + 1
    asked, end = ".".join(labels).lower(), at + 5
    is_a = question[at + 2] == 1
    code = 2 if answers == SERVFAIL else 0 if asked in NAMES else 3
    found = NAMES[asked] if code == 0 and is_a else None
    head = question[:2] + struct.pack("!5H", 0x8180 | code, 1, 1 if found else 0, 0, 0)
    record = b"\xc0\x0c" + struct.pack("!HHIH", 1, 1, 0, 4) + socket.inet_aton(found) if found else b""
    return head + question[12:end] + record


class _Resolver(asyncio.DatagramProtocol):
    def __init__(self, answers: Path) -> None:
        self._answers = answers

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def datagram_received(self, question: bytes, sender: tuple[str, int]) -> None:
        self._transport.sendto(_answer(question, self._answers.read_text()), sender)  # type: ignore[attr-defined]


async def _serve_all(folder: Path) -> None:
    pages = {
        "/": page("政务服务网", links(*((f"/guide/{n}", f"第{n}号事项办理") for n in range(GUIDES)))),
        **{f"/guide/{n}": guide(f"第{n}号事项办理") for n in range(GUIDES)},
    }
    loop = asyncio.get_running_loop()
    await loop.create_datagram_endpoint(lambda: _Resolver(folder / "answers"), local_addr=(RESOLVER, 53))

    async def answer(request: web.Request) -> web.Response:
        body = pages.get(request.path)
        found = web.Response(text=body or "", status=200 if body else 404, content_type="text/html")
        found.force_close()  # each request has to find its way anew
        return found

    app = web.Application()
    app.router.add_get("/{path:.*}", answer)
    runner = web.AppRunner(app, handle_signals=False)
    await runner.setup()
    await web.TCPSite(runner, "0.0.0.0", PORT).start()
    print(_READY, flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_serve_all(Path(sys.argv[1])))
