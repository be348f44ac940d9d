"""Odd pages are judged as a fair visitor would, alike in each engine."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
import trustme

from probes.browsers.agreement import compared
from probes.browsers.loaded import Loaded
from probes.browsers.pool import EnginePool
from results.records import Reason
from results.settings import ENGINES
from tests.probes.browsers.machine import pool_of
from tests.probes.browsers.odd_pages import BREAKS_THE_LANGUAGE, PAGES, TEXT, OddPortal

pytestmark = pytest.mark.asyncio(loop_scope="module")
SLOW = frozenset({"huge", "slow", "cut-short", "leads-to-pdf", "hanging-style"})
NOT_IN_CHROMIUM_ALONE = SLOW | {"not-modified"}
"""Chromium gives up a navigation that is answered by 304 without telling why: another engine tells."""
SHOWN_ALL_THE_SAME = {"says-gzip": frozenset({"webkit"})}
"""What one engine forgives."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def odd() -> AsyncIterator[OddPortal]:
    async with OddPortal() as served:
        yield served


def complaints(name: str, loaded: Loaded) -> list[str]:
    """How a load differs from what is fair."""
    page = PAGES[name]
    met = (
        [] if loaded.reason is page.reason else [f"{name} in {loaded.engine}: {loaded.reason}, {loaded.note}"]
    )
    if page.shows and TEXT[:40] not in loaded.text:
        met.append(f"{name} in {loaded.engine}: {loaded.text[:80]!r}; {page.why}")
    return met


async def test_odd_pages_are_judged_fairly(odd: OddPortal) -> None:
    names = sorted(PAGES.keys() - NOT_IN_CHROMIUM_ALONE)
    async with pool_of(["chromium"]) as pool:
        loads = await asyncio.gather(*(pool.load("chromium", odd.url(name)) for name in names))
    assert [
        each for name, loaded in zip(names, loads, strict=True) for each in complaints(name, loaded)
    ] == []


@pytest.mark.long
class TestEveryEngine:
    """The same, one page after another, in all engines."""

    @pytest.mark.parametrize("name", sorted(PAGES))
    async def test_engines_agree(self, pool: EnginePool, odd: OddPortal, name: str) -> None:
        loads = compared([await pool.load(engine, odd.url(name), timeout_s=60) for engine in ENGINES])
        forgiving = SHOWN_ALL_THE_SAME.get(name, frozenset())
        assert {each.engine for each in loads if each.reason is None} >= forgiving
        strict = [each for each in loads if each.engine not in forgiving]
        assert [each for loaded in strict for each in complaints(name, loaded)] == []

    async def test_a_page_that_closes_its_window_is_nobodys_failure(
        self, pool: EnginePool, odd: OddPortal
    ) -> None:
        loads = compared([await pool.load(engine, odd.url("closes-itself")) for engine in ENGINES])
        assert {each.reason for each in loads} <= {None, Reason.UNSUPPORTED}

    @pytest.mark.parametrize("name", BREAKS_THE_LANGUAGE)
    async def test_a_page_that_breaks_the_language_spoils_no_other(
        self, pool: EnginePool, odd: OddPortal, name: str
    ) -> None:
        for engine in ENGINES:
            await pool.load(engine, odd.url(name))
        await asyncio.sleep(1.5)
        after = [await pool.load(engine, odd.url("home")) for engine in ENGINES]
        assert {each.engine: (each.reason, each.note) for each in after} == dict.fromkeys(
            ENGINES, (None, None)
        )

    async def test_http_that_leads_to_a_certificate_that_nobody_trusts(self, pool: EnginePool) -> None:
        certificate = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        trustme.CA().issue_cert("127.0.0.1").configure_cert(certificate)
        async with OddPortal(certificate) as secure, OddPortal(leads_to=secure.url("home")) as plain:
            loads = [await pool.load(engine, plain.url("leads")) for engine in ENGINES]
        assert {each.engine: each.reason for each in compared(loads)} == dict.fromkeys(
            ENGINES, Reason.TLS_INVALID
        )
