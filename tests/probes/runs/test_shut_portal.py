"""A home page that does not open: the run ends with its reason, and nothing behind the page is accused."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web

from results.ledger import Run, State
from results.records import Availability, Interaction, Layout, Outcome, PageLoad, Reason, Search
from results.store import Store
from tests.program import run_probe

pytestmark = pytest.mark.timeout(300)


@pytest.fixture
async def blank() -> AsyncIterator[str]:
    """A portal whose every address answers 200 with nothing."""

    async def nothing(_: web.Request) -> web.Response:
        return web.Response(text="", content_type="text/html")

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", nothing)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/"
    finally:
        await runner.cleanup()


async def test_what_lies_behind_a_blank_home_page_is_not_accused(blank: str, tmp_path: Path) -> None:
    ended = await asyncio.to_thread(
        run_probe, "city", "mycity", "--home", blank, "--allow-private", "127.0.0.1", "--rate", "50",
        "--engines", "chromium", "--only", "search,interactions,availability", cwd=tmp_path,
    )  # fmt: skip
    assert ended.returncode == 3, ended.stderr
    with Store.open_existing(tmp_path / "probe.db") as store:
        [run] = store.all(Run)
        searches, modules, visits = store.all(Search), store.all(Interaction), store.all(Availability)
    assert (run.state, run.reason, run.entry) == (State.FAILED, Reason.BLANK_PAGE, "none")
    assert searches and modules
    assert {each.outcome for each in (*searches, *modules)} == {Outcome.NOT_MEASURED}
    assert [each.reason for each in visits] != [] and Reason.INTERRUPTED not in {
        each.reason for each in visits
    }


@pytest.fixture
async def forbidding() -> AsyncIterator[tuple[str, list[str]]]:
    """A portal whose robots.txt forbids everything; tells what was asked for."""
    asked: list[str] = []

    async def answer(request: web.Request) -> web.Response:
        asked.append(request.path)
        if request.path == "/robots.txt":
            return web.Response(text="User-agent: *\nDisallow: /\n")
        return web.Response(text="<h1>政务服务网</h1>", content_type="text/html")

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/", asked
    finally:
        await runner.cleanup()


async def test_what_robots_txt_forbids_is_opened_by_no_probe(
    forbidding: tuple[str, list[str]], tmp_path: Path
) -> None:
    home, asked = forbidding
    ended = await asyncio.to_thread(
        run_probe, "city", "mycity", "--home", home, "--allow-private", "127.0.0.1", "--rate", "50",
        "--engines", "chromium", "--only", "loads,layout,search,interactions,availability", cwd=tmp_path,
    )  # fmt: skip
    assert ended.returncode == 3, ended.stderr
    assert set(asked) == {"/robots.txt"}
    with Store.open_existing(tmp_path / "probe.db") as store:
        rows = [*store.all(PageLoad), *store.all(Layout), *store.all(Search), *store.all(Availability)]
    assert rows and {each.reason for each in rows} == {Reason.ROBOTS_DISALLOWED}
