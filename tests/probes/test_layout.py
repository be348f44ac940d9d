from __future__ import annotations

from pathlib import Path

import pytest

from probes.browsers.pool import EnginePool
from probes.layout import MobileLayout
from results.records import Layout, PageKind, Reason
from tests.probes.browsers.misbehaving import MisbehavingPortal
from tests.probes.rig import context_of, page

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def layout(pool: EnginePool, folder: Path, url: str) -> Layout:
    (unit,) = MobileLayout().units_for_page(context_of(pool, folder, url), page(url, PageKind.GUIDE))
    (seen,) = await unit.measure(1)
    assert isinstance(seen, Layout)
    return seen


async def test_a_page_wider_than_the_phone_scrolls(
    pool: EnginePool, portal: MisbehavingPortal, tmp_path: Path
) -> None:
    seen = await layout(pool, tmp_path, portal.url("wide"))
    assert seen.reason is Reason.HORIZONTAL_SCROLL
    assert seen.width == 390
    assert seen.overflow_px is not None and 500 <= seen.overflow_px <= 540
    assert seen.has_viewport
    assert seen.evidence_id is not None


async def test_small_text_is_measured_by_its_share(
    pool: EnginePool, portal: MisbehavingPortal, tmp_path: Path
) -> None:
    seen = await layout(pool, tmp_path, portal.url("narrow"))
    assert seen.reason is None and seen.overflow_px == 0 and seen.has_viewport
    assert seen.small_text_share == pytest.approx(0.5, abs=0.01)


async def test_a_page_without_viewport_is_shrunk_until_nobody_can_read_it(
    pool: EnginePool, portal: MisbehavingPortal, tmp_path: Path
) -> None:
    seen = await layout(pool, tmp_path, portal.url("no-viewport"))
    assert seen.has_viewport is False
    assert seen.small_text_share == 1


async def test_what_is_cut_off_cannot_be_scrolled_to(
    pool: EnginePool, portal: MisbehavingPortal, tmp_path: Path
) -> None:
    seen = await layout(pool, tmp_path, portal.url("cut-off"))
    assert seen.reason is None and seen.overflow_px == 0


async def test_a_page_that_does_not_open_is_no_layout(
    pool: EnginePool, portal: MisbehavingPortal, tmp_path: Path
) -> None:
    assert (await layout(pool, tmp_path, portal.url("gone"))).reason is Reason.HTTP_4XX
