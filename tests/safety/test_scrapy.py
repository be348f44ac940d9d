"""Scrapy's defaults that would harm us are off: as settings, as what Scrapy makes of them, and as a crawl behaves."""

from __future__ import annotations

import asyncio
import ssl
from pathlib import Path
from typing import Any

import psutil
import pytest
import trustme
from aiohttp import web
from scrapy.core.downloader.handlers import DownloadHandlers
from scrapy.crawler import Crawler
from scrapy.settings import Settings as ScrapySettings
from scrapy.settings import default_settings

from results.records import Outcome, Reason
from spiders.guide_spider import GuideSpider
from spiders.net.client import MAX_BYTES
from spiders.settings import scrapy_settings
from tests.spiders.websites import crawled, guide, links, page, serve

MATTER = "临时居民身份证办理"


@pytest.fixture
def settings() -> ScrapySettings:
    """What holds in a crawl: ours over Scrapy's own."""
    return ScrapySettings(scrapy_settings(1.0))


def test_the_defaults_are_as_unsafe_as_we_take_them_for() -> None:
    """What Scrapy would do without us; if it ever changes, the settings here can be fewer."""
    assert not default_settings.DOWNLOAD_VERIFY_CERTIFICATES
    assert default_settings.TELNETCONSOLE_ENABLED
    assert default_settings.DOWNLOAD_MAXSIZE >= 1024**3
    assert {"file", "data", "ftp", "s3"} <= set(default_settings.DOWNLOAD_HANDLERS_BASE)


def test_certificates_are_verified_sizes_capped_and_nothing_listens(settings: ScrapySettings) -> None:
    assert settings.getbool("DOWNLOAD_VERIFY_CERTIFICATES")
    assert 0 < settings.getint("DOWNLOAD_MAXSIZE") <= MAX_BYTES <= 16 * 1024 * 1024
    assert not settings.getbool("TELNETCONSOLE_ENABLED")
    for collection in ("EXTENSIONS", "DOWNLOADER_MIDDLEWARES", "SPIDER_MIDDLEWARES", "ITEM_PIPELINES"):
        assert not settings.getwithbase(collection), f"{collection}: what is not ours is not run"
    for shown in ("COOKIES_DEBUG", "LOG_ENABLED", "HTTPCACHE_ENABLED", "MEMDEBUG_ENABLED"):
        assert not settings.getbool(shown), shown
    assert not settings["FEEDS"] and not settings["JOBDIR"]


def test_pages_come_over_http_and_https_alone_and_through_the_guard(settings: ScrapySettings) -> None:
    handlers = settings.getwithbase("DOWNLOAD_HANDLERS")
    kept = {scheme for scheme, handler in handlers.items() if handler is not None}
    assert kept == {"http", "https"}
    assert {handlers[scheme] for scheme in kept} == {"spiders.downloading.GuardedDownloadHandler"}


async def test_scrapy_itself_finds_no_handler_of_another_scheme(settings: ScrapySettings) -> None:
    crawler = Crawler(GuideSpider, settings)
    made = DownloadHandlers(crawler)
    schemes = {*default_settings.DOWNLOAD_HANDLERS_BASE, "ftps", "gopher", "unix"} - {"http", "https"}
    assert {each for each in schemes if made._get_handler(each) is not None} == set()


async def test_a_page_that_leads_to_files_and_data_gets_none_of_them(tmp_path: Path) -> None:
    secret = tmp_path / "secret.html"
    secret.write_text(guide(MATTER), encoding="utf-8")
    listening_before = listening()
    heard: set[Any] = set()

    async def watch() -> None:
        while True:
            heard.update(listening() - listening_before)
            await asyncio.sleep(0.02)

    leads = [
        (secret.as_uri(), MATTER),
        ("file:///etc/passwd", "居民户口簿"),
        ("data:text/html;charset=utf-8," + guide(MATTER), MATTER),
        ("ftp://127.0.0.1/guide", MATTER),
        ("s3://bucket/guide", MATTER),
        ("view-source:file:///etc/passwd", MATTER),
        ("javascript:location='file:///etc/passwd'", MATTER),
        ("/guide/1", MATTER),
        ("/away", MATTER),
    ]
    pages: dict[str, Any] = {
        "/": page("门户", links(*leads) + f'<iframe src="{secret.as_uri()}"></iframe>'),
        "/guide/1": guide(MATTER),
        "/away": lambda _: web.Response(status=302, headers={"Location": secret.as_uri()}),
    }
    async with serve(pages) as site:
        watcher = asyncio.create_task(watch())
        crawl = await crawled(site)
        watcher.cancel()
        heard = {each for each in heard if each.port != site.port}
    assert crawl.paths("guide") == {"/guide/1"}
    assert {each.url.partition(":")[0] for each in crawl.found} == {"http"}
    assert crawl.at("/away").outcome is not Outcome.OK
    assert heard == set(), "nothing may listen while a crawl goes on"


async def test_a_certificate_that_nobody_vouches_for_is_not_taken() -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
    async with serve({"/": guide(MATTER)}, ssl_context=context) as site:
        crawl = await crawled(site)
    assert site.seen == []
    assert crawl.summary.home_reason is Reason.TLS_INVALID


def listening() -> set[Any]:
    """Addresses at which this process waits for others."""
    return {each.laddr for each in psutil.Process().net_connections() if each.status == psutil.CONN_LISTEN}
