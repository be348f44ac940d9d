"""A sitemap is a stranger's file: whatever it is, there is a list."""

from __future__ import annotations

import zlib

import pytest

from spiders.sitemaps import read_sitemap

HOME = "http://a.gov.cn/sitemap.xml"


def test_pages_and_further_maps_are_named() -> None:
    assert read_sitemap(b"<urlset><url><loc> /guide/1 </loc></url></urlset>", HOME) == (
        [],
        ["http://a.gov.cn/guide/1"],
    )
    assert read_sitemap(b"<sitemapindex><sitemap><loc>/b.xml</loc></sitemap></sitemapindex>", HOME) == (
        ["http://a.gov.cn/b.xml"],
        [],
    )
    assert read_sitemap(b"http://a.gov.cn/1 x\nhttp://a.gov.cn/2", HOME) == (
        [],
        ["http://a.gov.cn/1", "http://a.gov.cn/2"],
    )


def test_an_address_that_is_none_takes_no_other_with_it() -> None:
    listed = b"<urlset><url><loc>http://[broken</loc></url><url><loc>/guide/1</loc></url></urlset>"
    assert read_sitemap(listed, HOME) == ([], ["http://a.gov.cn/guide/1"])


@pytest.mark.parametrize(
    "body",
    [b"", b"<", b"<html></html>", b"<q:\xb0", b"\x1f\x8b\x08", b"<!DOCTYPE x [<!ENTITY a 'b'>]><urlset>&a;", b"<a>" * 50_000, zlib.compress(b"x")],
)  # fmt: skip
def test_what_is_no_sitemap_lists_nothing(body: bytes) -> None:
    assert read_sitemap(body, HOME) == ([], [])
