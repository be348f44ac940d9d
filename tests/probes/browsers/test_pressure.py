from __future__ import annotations

import asyncio

import pytest

from probes.browsers.pressure import PressureGauge, Strain
from results.records import Outcome, Reason
from tests.probes.browsers.machine import every_core_busy, pool_of
from tests.probes.browsers.misbehaving import MisbehavingPortal

pytestmark = pytest.mark.alone


async def test_under_pressure_a_timed_load_says_nothing_about_the_portal() -> None:
    async with MisbehavingPortal() as portal, pool_of(["chromium"], PressureGauge(patience_s=1)) as pool:
        with every_core_busy():
            timed = await pool.load("chromium", portal.url("ok"), timed=True)
            hung = await pool.load("chromium", portal.url("hangs"), timeout_s=2)
        assert timed.reason is Reason.PROBER_OVERLOADED
        assert timed.outcome is Outcome.NOT_MEASURED
        assert timed.note is not None and "by others" in timed.note
        # a time-out met at the same time accuses nobody either
        assert hung.reason is Reason.PROBER_OVERLOADED


async def test_waiting_in_vain_wears_patience_down() -> None:
    """A machine that stays busy must not hold up every page of a run for the whole of its patience."""
    async with PressureGauge(patience_s=4) as gauge:
        with every_core_busy():
            spans = []
            for _ in range(4):
                start = asyncio.get_running_loop().time()
                assert (await gauge.calm()).spoils_timing
                spans.append(asyncio.get_running_loop().time() - start)
    assert spans == sorted(spans, reverse=True) and spans[0] > 3 * spans[-1]


async def test_a_blocked_event_loop_is_noticed() -> None:
    async with PressureGauge() as gauge:
        start = gauge.read()
        await asyncio.sleep(0.2)
        # what a careless probe would do to everybody else
        end = asyncio.get_running_loop().time() + 0.8
        while asyncio.get_running_loop().time() < end:
            pass
        await asyncio.sleep(0.2)
        assert gauge.since(start).late_s > 0.5


async def test_what_others_took_is_asked_for_timed_loads_alone() -> None:
    async with PressureGauge() as gauge:
        timed, untimed = gauge.read(), gauge.read(own=False)
        await asyncio.sleep(0.1)
        assert gauge.since(timed).others is not None
        assert gauge.since(untimed).others is None
        assert "by others" not in str(gauge.since(untimed))


def test_what_counts_as_strain() -> None:
    calm = Strain(late_s=0.02, busy=0.6, others=0.1, stalled=0.2)
    assert not calm.spoils_timing and not calm.may_cause_timeout
    assert Strain(late_s=0, busy=0.5, others=0.45, stalled=0).spoils_timing
    assert Strain(late_s=0, busy=0.99, others=0, stalled=0).may_cause_timeout
    # our own browsers may take what there is: that is what a load costs
    assert not Strain(late_s=0, busy=0.99, others=0, stalled=0).spoils_timing
