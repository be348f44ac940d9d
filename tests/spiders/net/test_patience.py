"""A limit on work stands still while the work waits for its turn, and nowhere else."""

from __future__ import annotations

import asyncio

import pytest

from spiders.net.patience import waiting, work_limit


async def test_waiting_does_not_use_up_the_limit() -> None:
    async with work_limit(0.2):
        with waiting():
            await asyncio.sleep(0.5)


async def test_work_beside_a_wait_that_is_over_does() -> None:
    with pytest.raises(TimeoutError):
        async with work_limit(0.1):
            with waiting():
                await asyncio.sleep(0.2)
            await asyncio.sleep(5)


async def test_overlapping_waits_count_as_one() -> None:
    async def wait(seconds: float) -> None:
        with waiting():
            await asyncio.sleep(seconds)

    async with work_limit(0.3):
        await asyncio.gather(wait(0.1), wait(0.6))


async def test_a_wait_that_outlives_its_work_or_has_none_is_harmless() -> None:
    with waiting():
        pass

    async def late() -> None:
        with waiting():
            await asyncio.sleep(0.05)

    async with work_limit(5):
        task = asyncio.create_task(late())
        await asyncio.sleep(0)
    await task
