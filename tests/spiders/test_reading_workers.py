from __future__ import annotations

import asyncio

import psutil

from spiders.reading_workers import LARGE_PAGE, ReadingWorkers
from tests.spiders.websites import guide

MATTER = "临时居民身份证办理"
KNOWN = {"status": 200, "headers": {}, "link_text": None, "depth": 1, "is_home": False}
LARGE = guide(MATTER) + "<!-- 附 -->" * LARGE_PAGE


async def test_a_worker_that_is_killed_costs_no_page() -> None:
    async with ReadingWorkers(fast=False) as readers:
        for _ in range(2):
            reading = asyncio.create_task(readers.read(LARGE, "http://a.gov.cn/g", **KNOWN))
            killed = False
            while not killed and not reading.done():
                await asyncio.sleep(0.02)
                for each in psutil.Process().children():
                    if "spiders.reading_workers" in each.cmdline():
                        each.kill()
                        killed = True
            page = await reading
            assert killed
            assert page.reading is not None and page.reading.matter == MATTER
