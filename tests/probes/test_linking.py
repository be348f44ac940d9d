from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest

from probes.browsers.pool import EnginePool
from probes.linking import LinkHealth, links_of, select
from probes.probe import CrawledPage, RunContext
from results.records import Link, Outcome, PageKind, Reason
from tests.probes.browsers.misbehaving import PAGES, MisbehavingPortal
from tests.probes.rig import context_of, measured, page

pytestmark = pytest.mark.asyncio(loop_scope="module")


def home_with(url: str, links: tuple[str, ...] | None) -> CrawledPage:
    return replace(page(url, PageKind.HOME), links=links)


async def verdicts(context: RunContext, portal: MisbehavingPortal) -> dict[str, Reason | None]:
    async with context.http:
        rows = [each for each in await measured(LinkHealth(), context) if isinstance(each, Link)]
    return {each.url.removeprefix(portal.base_url): each.reason for each in rows}


@pytest.mark.parametrize("known", [True, False], ids=["links known", "links read again"])
async def test_each_kind_of_link_gets_its_due(
    pool: EnginePool, portal: MisbehavingPortal, tmp_path: Path, known: bool
) -> None:
    url = portal.url("links")
    links = tuple(links_of(PAGES["links"], url)) if known else None
    context = context_of(pool, tmp_path, url, pages=[home_with(url, links)])
    found = await verdicts(context, portal)
    found.pop("/links", None)  # the page's own anchor
    assert found == {
        "/ok": None,
        "/gone": Reason.HTTP_4XX,
        "/file.pdf": None,
        "http://10.1.2.3/inner": Reason.PRIVATE_LINK,
        "/soft-404": Reason.SOFT_404,
        "/plain-forbidden": None,  # refuses Python's client, opens in a browser
        "/challenge": Reason.CHALLENGE_PAGE,
    }


async def test_without_a_browser_transport_failures_accuse_nobody(
    portal: MisbehavingPortal, tmp_path: Path
) -> None:
    nobody = EnginePool([], proxy=None, politeness=None, user_agent_suffix="test")
    links = (portal.url("drops"), portal.url("gone"))
    context = context_of(nobody, tmp_path, portal.url("ok"), pages=[home_with(portal.url("ok"), links)])
    assert await verdicts(context, portal) == {
        "/drops": Reason.BROWSER_UNAVAILABLE,
        "/gone": Reason.HTTP_4XX,
    }


async def test_the_selection_depends_on_the_seed_alone() -> None:
    urls = [f"http://portal.example.cn/p/{number}" for number in range(200)]
    guide = replace(page("http://portal.example.cn/g", PageKind.GUIDE, number=2), links=tuple(urls[100:]))
    home = home_with("http://portal.example.cn/", tuple(urls[:120]))
    chosen = select([home, guide], limit=40, seed=1)
    shuffled = random.Random(7).sample(urls, len(urls))
    mixed = [
        replace(guide, links=tuple(each for each in shuffled if each in guide.links)),
        replace(home, links=tuple(each for each in shuffled if each in home.links)),
    ]
    assert select(mixed, limit=40, seed=1) == chosen
    assert len(chosen) == 40 == len({url for _, url in chosen})
    assert sum(carrier.kind is PageKind.HOME for carrier, _ in chosen) >= 20
    assert select([home, guide], limit=40, seed=2) != chosen
    assert all(carrier.outcome is Outcome.OK for carrier, _ in chosen)
