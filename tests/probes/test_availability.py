from __future__ import annotations

from pathlib import Path

import pytest

from probes.availability import HomeAvailability, visit_home
from probes.browsers.pool import EnginePool
from results.records import Availability, Outcome, Reason
from tests.probes.browsers.misbehaving import MisbehavingPortal
from tests.probes.rig import context_of, measured

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_visit_is_one_trial_of_the_plain_client(
    pool: EnginePool, portal: MisbehavingPortal, tmp_path: Path
) -> None:
    portal.hits.clear()
    context = context_of(pool, tmp_path, portal.url("ok"))
    async with context.http:
        (visit,) = await measured(HomeAvailability(), context)
    assert isinstance(visit, Availability)
    assert (visit.outcome, visit.http_status, visit.city) == (Outcome.OK, 200, "jiangcheng")
    assert visit.elapsed_ms is not None and visit.elapsed_ms > 0
    assert portal.hits["ok"] == 1


@pytest.mark.parametrize(
    ("name", "with_browser", "without"),
    [
        ("server-error", Reason.HTTP_5XX, Reason.HTTP_5XX),
        ("drops", Reason.CONNECT_RESET, Reason.BROWSER_UNAVAILABLE),
        ("hangs", Reason.TIMEOUT, Reason.BROWSER_UNAVAILABLE),
        ("plain-forbidden", None, Reason.FORBIDDEN),
        ("challenge", Reason.CHALLENGE_PAGE, Reason.CHALLENGE_PAGE),
    ],
)
async def test_a_browser_has_the_last_word(
    pool: EnginePool,
    portal: MisbehavingPortal,
    tmp_path: Path,
    name: str,
    with_browser: Reason | None,
    without: Reason,
) -> None:
    async with context_of(pool, tmp_path, portal.base_url).http as http:
        seen = await visit_home("x", portal.url(name), http=http, engines=pool, timeout_s=2)
        alone = await visit_home("x", portal.url(name), http=http, engines=None, timeout_s=2)
    assert seen.reason is with_browser, seen.note
    assert alone.reason is without, alone.note
