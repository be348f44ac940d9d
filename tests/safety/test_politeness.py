"""Politeness as the portals see it: two whole cities of one host, judged from the practice portals' own log.

Answers take their time, so that two pages that load at once are seen to.
"""

from __future__ import annotations

import asyncio
import itertools
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from fixtures.faults.refusals import CAPTCHA_PATH
from fixtures.request_log import LoggedRequest, RequestLog, read_log
from fixtures.server import serve
from tests.probes.runs.sweeping import rows, write_registry
from tests.program import clean_environment

CITIES = ("guangzhou", "zhongshan")
"""Two of one host: one has a captcha, both have a search, a chat box and files."""
LATENCY_MS = 300
CRAWL_DELAY_S = 1.0
"""What robots.txt asks for; the sweep is told to go twice as fast."""
CLOSED = ("/portal/theme", "/portal/news")
BUSY_AT = (25, 90, 160)
"""Turns that are answered with 429 and `Retry-After`."""
RETRY_AFTER_S = 6
JITTER_S = 0.25
"""By so much a request may come nearer to the one before it than it left: this machine has other work, too."""


def rules_of_the_house() -> Middleware:
    """What stands before the host: robots.txt, and an answer now and then that asks for patience."""
    turns = 0

    @web.middleware
    async def rules(request: web.Request, handler: Handler) -> web.StreamResponse:
        nonlocal turns
        if request.path == "/robots.txt":
            closed = "".join(f"Disallow: {path}\n" for path in CLOSED)
            return web.Response(text=f"User-agent: *\n{closed}Crawl-delay: {CRAWL_DELAY_S:g}\n")
        if request.headers.get("Sec-Fetch-Dest", "document") == "document":
            turns += 1
            if turns in BUSY_AT:
                return web.Response(
                    status=429, headers={"Retry-After": str(RETRY_AFTER_S)}, text="请稍后再试"
                )
        return await handler(request)

    return rules


@dataclass(frozen=True)
class Seen:
    """What the host was asked, in the order in which it came."""

    requests: tuple[LoggedRequest, ...]

    @property
    def turns(self) -> list[LoggedRequest]:
        """What the rate is for. A browser that is redirected goes on by itself."""
        turns: list[LoggedRequest] = []
        sent_on: set[str] = set()
        for each in self.requests:
            if not each.takes_a_turn:
                continue
            if not (each.is_navigation and each.user_agent in sent_on):
                turns.append(each)
            (sent_on.add if is_redirect(each) and not each.is_plain else sent_on.discard)(each.user_agent)
        return turns

    def distances(self) -> Iterator[tuple[float, LoggedRequest, LoggedRequest]]:
        turns = self.turns[1:]  # what robots.txt asks for is known once it was read
        for one, other in itertools.pairwise(turns):
            yield other.began - one.began, one, other

    def loading_at(self, moment: float) -> list[LoggedRequest]:
        """Pages, and what pages are made of, that are on their way at a moment."""
        made_of = {"document", "script", "style", "image", "font", "iframe"}
        return [each for each in self.requests if each.dest in made_of and each.began < moment < each.ended]


def is_redirect(request: LoggedRequest) -> bool:
    return request.status is not None and 300 <= request.status < 400


@pytest.fixture(scope="module")
def probed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Seen, Path]:
    folder = tmp_path_factory.mktemp("polite")

    async def probe() -> None:
        log = RequestLog(folder / "requests.jsonl").middleware()
        async with serve(
            CITIES, port=0, guides=6, latency_ms=LATENCY_MS, before=[log, rules_of_the_house()]
        ) as server:
            write_registry(folder, server.addresses)
            sweep = await asyncio.create_subprocess_exec(
                *(
                    sys.executable,
                    "-m",
                    "probes.cli",
                    "sweep",
                    "--cities",
                    ",".join(CITIES),
                    "--workers",
                    "2",
                ),
                *("--rate", "2", "--sample", "2", "--engines", "chromium,firefox", "--db", "probe.db"),
                cwd=folder,
                env=clean_environment(),
                stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.PIPE,
            )
            _, said = await sweep.communicate()
            assert sweep.returncode in (0, 3), said.decode()[-3000:]

    asyncio.run(probe())
    requests = sorted(read_log(folder / "requests.jsonl"), key=lambda each: each.began)
    return Seen(tuple(requests)), folder / "probe.db"


pytestmark = [pytest.mark.long, pytest.mark.alone, pytest.mark.timeout(2400)]


def test_every_part_of_the_run_was_there_to_be_seen(probed: tuple[Seen, Path]) -> None:
    seen, database = probed
    assert len(seen.turns) > 200
    assert any(each.is_plain for each in seen.turns) and any(each.is_navigation for each in seen.turns)
    assert any(each.is_file for each in seen.turns)
    for table in ("page_loads", "links", "downloads", "searches", "chat_turns", "zone_items", "interactions"):
        assert rows(database, f"select count(distinct run_id) from {table}") == [(2,)], table


def test_the_rate_is_never_passed_by_all_clients_together(probed: tuple[Seen, Path]) -> None:
    seen, _ = probed
    near = [
        (f"{gap:.2f} s", one.path, other.path)
        for gap, one, other in seen.distances()
        if gap < CRAWL_DELAY_S - JITTER_S
    ]
    assert near == []
    began = [each.began for each in seen.turns]
    span_s = 20.0
    most = max(sum(start <= moment < start + span_s for moment in began) for start in began)
    assert most <= span_s / CRAWL_DELAY_S + 1


def test_one_page_loads_at_a_time(probed: tuple[Seen, Path]) -> None:
    seen, _ = probed
    navigations = [each for each in seen.turns if each.is_navigation]
    beside = {(each.path, other.path) for each in navigations for other in seen.loading_at(each.began)}
    assert beside == set()


def test_what_robots_txt_closes_is_asked_by_nobody(probed: tuple[Seen, Path]) -> None:
    seen, _ = probed
    assert seen.requests[0].path == "/robots.txt"
    assert [each.path for each in seen.requests if each.path.startswith(CLOSED)] == []


def test_retry_after_holds_every_client(probed: tuple[Seen, Path]) -> None:
    seen, _ = probed
    busy = [each for each in seen.requests if each.status == 429]
    assert len(busy) == len(BUSY_AT)
    for refused in busy:
        held = (refused.ended + JITTER_S, refused.ended + RETRY_AFTER_S - JITTER_S)
        assert [each.path for each in seen.turns if held[0] < each.began < held[1]] == []


def test_nothing_is_sent_but_the_chat_box_and_no_captcha_is_touched(probed: tuple[Seen, Path]) -> None:
    seen, _ = probed
    sent = {each.path.partition("?")[0] for each in seen.requests if each.method not in ("GET", "HEAD")}
    assert sent == {"/znkf/440100/ask", "/znkf/442000/ask"}
    assert [each for each in seen.requests if each.path.startswith(CAPTCHA_PATH)] == []
    assert {each.method for each in seen.requests} <= {"GET", "HEAD", "POST"}
