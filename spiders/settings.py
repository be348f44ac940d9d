"""Scrapy's settings, its unsafe defaults changed; one place tells how a crawl uses the machine."""

from __future__ import annotations

import math
from typing import Any

from spiders.net.client import MAX_BYTES


def scrapy_settings(rate: float) -> dict[str, Any]:
    """The settings of a crawl.

    Args:
        rate: Requests a second to one host group; the politeness gate holds it, this only sizes the queue
            before the gate, so that probes of the same portal do not stand behind it.
    """
    handler = "spiders.downloading.GuardedDownloadHandler"
    at_once = max(4, min(16, math.ceil(2 * rate)))
    return {
        "TWISTED_REACTOR_ENABLED": False,
        "DOWNLOAD_HANDLERS": {
            "http": handler,
            "https": handler,
            "file": None,
            "data": None,
            "ftp": None,
            "s3": None,
        },
        "DOWNLOAD_VERIFY_CERTIFICATES": True,
        "DOWNLOAD_MAXSIZE": MAX_BYTES,
        "DOWNLOAD_WARNSIZE": MAX_BYTES,
        "TELNETCONSOLE_ENABLED": False,
        "SCHEDULER": "spiders.guide_spider.FrontierScheduler",
        "CONCURRENT_REQUESTS": at_once,
        "CONCURRENT_REQUESTS_PER_DOMAIN": at_once,
        "DOWNLOAD_DELAY": 0,
        "CONCURRENT_ITEMS": 1,  # pages are handed on by the callback itself; Scrapy starts a task for each of these
        # the politeness gate, robots.txt, redirects, cookies, retries and caps are the client's and the visitor's
        "AUTOTHROTTLE_ENABLED": False,
        "ROBOTSTXT_OBEY": False,
        "DOWNLOADER_MIDDLEWARES_BASE": {},
        "SPIDER_MIDDLEWARES_BASE": {},
        "EXTENSIONS_BASE": {},
        "LOG_ENABLED": False,
    }
