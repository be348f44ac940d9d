"""Whom a client meets in an internet of our own: everybody when all is allowed, nobody but the portal when not.

The first run shows that each trick works, so that the second can show that it is stopped.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.program import clean_environment
from tests.safety import internet, temptations
from tests.safety.visit import Visit

pytestmark = pytest.mark.skipif(not internet.is_possible(), reason="no network namespaces here")

IN_A_PAGE = {each.name for each in (*temptations.page_tricks(), *temptations.secure_tricks())}
NO_CLIENT_FOLLOWS = {"name resolved early", "document with an action"}
CARRIED = {
    "chromium": set(temptations.addresses()) - NO_CLIENT_FOLLOWS - {"preconnect", "document", "quic"},
    "firefox": set(temptations.addresses()) - NO_CLIENT_FOLLOWS - {"preconnect", "prefetch", "ping", "call"},
    "webkit": set(temptations.addresses()) - NO_CLIENT_FOLLOWS - {"window", "prefetch", "call", "quic"},
    "client": set(temptations.addresses()) - IN_A_PAGE | {"redirect", "second redirect"},
    "crawl": set(temptations.addresses()) - IN_A_PAGE - {"internal.example.cn"}
    | {"redirect", "second redirect"},
}
CARRIED["renderer"] = CARRIED["chromium"] - {"download", "window"}
BROWSERS = ("chromium", "firefox", "webkit", "renderer")


def visits(client: str, modes: Sequence[str], folder: Path) -> list[Visit]:
    """Visits side by side, each in a namespace of its own."""
    wanted = json.dumps([temptations.addresses()[name] for name in sorted(CARRIED[client])])
    with ExitStack() as ends:
        running = []
        for mode in modes:
            (folder / mode).mkdir()
            command = [sys.executable, "-m", "tests.safety.visit", client, mode, wanted]
            visit = subprocess.Popen(
                internet.command_inside(folder / mode, *command),
                env=clean_environment(),
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
            ends.callback(visit.kill)
            running.append(visit)
        printed = [each.communicate(timeout=170) for each in running]
    for visit, (_, log) in zip(running, printed, strict=True):
        assert visit.returncode == 0, log
    return [Visit(**json.loads(said)) for said, _ in printed]


@pytest.mark.parametrize(
    "client",
    [
        "client",
        "crawl",
        "chromium",
        *(pytest.param(each, marks=pytest.mark.long) for each in ("renderer", "firefox", "webkit")),
    ],
)
def test_a_client_meets_whom_it_may_and_nobody_else(client: str, tmp_path: Path) -> None:
    allowed, forbidden = visits(client, ("allowed", "forbidden"), tmp_path)
    at = temptations.addresses()
    assert {name for name in CARRIED[client] if at[name] not in allowed.met} == set()
    assert forbidden.met == []
    if client in BROWSERS:
        # that they were tried and refused; a page that is refused all else does not come to every one of them
        tried = {name for name in CARRIED[client] if at[name] in forbidden.denied}
        assert len(tried) > 0.9 * len(CARRIED[client])
    for visit in (allowed, forbidden):
        assert visit.datagrams == [], "no datagram finds its way through a proxy of connections"
        assert "early.prefetched.cn" not in visit.asked, "a browser asks no resolver itself"


@pytest.mark.long
@pytest.mark.parametrize(
    ("engine", "datagrams", "early"),
    [("chromium", {"call", "quic"}, False), ("firefox", {"quic"}, True)],
)
def test_without_protection_calls_and_early_look_ups_do_get_out(
    engine: str, datagrams: set[str], early: bool, tmp_path: Path
) -> None:
    (visit,) = visits(engine, ["bare"], tmp_path)
    at = temptations.addresses()
    assert {at[name] for name in datagrams} <= set(visit.datagrams)
    assert at["call"] in visit.met
    assert ("early.prefetched.cn" in visit.asked) is early
