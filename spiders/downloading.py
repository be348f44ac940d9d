"""Scrapy downloads through the house's one HTTP client: one egress guard, one politeness, one set of limits."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from scrapy import Request
from scrapy.core.downloader.handlers.base import BaseDownloadHandler
from scrapy.http import Response

if TYPE_CHECKING:
    from spiders.guide_spider import GuideSpider


class GuardedDownloadHandler(BaseDownloadHandler):
    """Fetches what the spider's visitor allows; set as Scrapy's handler of http and https, the only one."""

    lazy = False

    async def download_request(self, request: Request) -> Response:
        """Fetch a request of the spider; the answer is kept in `request.meta["visit"]`."""
        spider = cast("GuideSpider", self.crawler.spider)
        entry = request.meta["entry"]
        visit = await spider.visitor.visit(entry, is_first=spider.work.is_first_look(entry))
        request.meta["visit"] = visit
        return Response(visit.url, status=visit.status or 200, request=request)
