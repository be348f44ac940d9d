from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spiders.addresses import canonical, fingerprint, paging_family, pattern


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("HTTP://Zwfw.SD.gov.cn:80/a?b=2&a=1#top", "http://zwfw.sd.gov.cn/a?a=1&b=2"),
        ("https://a.gov.cn:443", "https://a.gov.cn/"),
        ("https://a.gov.cn:8443/", "https://a.gov.cn:8443/"),
        ("http://a/x;jsessionid=AB12?y=1", "http://a/x?y=1"),
        ("http://a/x?PHPSESSID=1&utm_source=2&_=3&y=1", "http://a/x?y=1"),
        ("http://a/x?sort=time&order=desc&y=1", "http://a/x?y=1"),
        ("http://a/x?view=grid&print=1&y=1", "http://a/x?y=1"),
        ("http://a/x?view=guide&y=1", "http://a/x?view=guide&y=1"),
        ("http://a/x?t=1700000000000", "http://a/x"),
        ("http://a/x?t=3", "http://a/x?t=3"),
        ("http://a/#/guide?b=2&a=1", "http://a/#/guide?a=1&b=2"),
        ("http://a/x#!list", "http://a/x#!list"),
        ("http://a/%7ename/%e4%b8%ad", "http://a/~name/%E4%B8%AD"),
        ("http://a/中 文", "http://a/%E4%B8%AD%20%E6%96%87"),
        ("http://a/\udc80?\ud800", "http://a/%EF%BF%BD?%EF%BF%BD"),
        ("http://a/b/../c/./d", "http://a/c/d"),
        ("http://a//b/../c", "http://a//c"),
        ("http://a/b/..", "http://a/"),
        ("http://a/../b/./", "http://a/b/"),
        (" http://a/\n", "http://a/"),
        ("http://中国政府.cn/", "http://xn--fiqs8sirgfmh.cn/"),
        ("http://[::1]:8080/", "http://[::1]:8080/"),
        ("http://[0:0:0:0:0:0:0:1]/", "http://[::1]/"),
        ("http://2130706433/", "http://127.0.0.1/"),
        ("http://0177.0.0.1:81/", "http://127.0.0.1:81/"),
        ("http://0x7f.1/x", "http://127.0.0.1/x"),
        ("http://127.1/", "http://127.0.0.1/"),
        ("http://１２７。0。0。1/", "http://127.0.0.1/"),
        ("http://256.1.1.1/", None),
        ("javascript:void(0)", None),
        ("mailto:a@b.cn", None),
        ("http://", None),
        ("http://[::1/", None),
        ("http://a:99999/", None),
        ("http://a/" + "x" * 5000, None),
        ("", None),
    ],
)
def test_a_page_has_one_address(url: str, address: str | None) -> None:
    assert canonical(url) == address


def test_relative_addresses_and_the_pages_encoding() -> None:
    assert canonical("../b?q=身份", "http://a/x/y/z", "gbk") == "http://a/x/b?q=%C9%ED%B7%DD"
    assert canonical("?page=2", "http://a/list.html") == "http://a/list.html?page=2"
    assert canonical("//b.cn/x", "https://a/") == "https://b.cn/x"


@given(st.text(max_size=120))
def test_it_is_stable_and_never_fails(text: str) -> None:
    once = canonical(text, "http://a.gov.cn/b/c?d=1")
    if once is not None:
        assert canonical(once) == once
        assert isinstance(pattern(once), str)
        paging_family(once)


@given(st.permutations(["a=1", "b=%E4%B8%AD", "c=", "d"]))
def test_the_order_of_parameters_says_nothing(pairs: list[str]) -> None:
    assert canonical("http://a/?" + "&".join(pairs)) == canonical("http://a/?a=1&b=%E4%B8%AD&c=&d")


def test_http_and_https_are_one_page() -> None:
    assert fingerprint("http://a/x") == fingerprint("https://a/x") != fingerprint("https://a/y")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        # addresses of guides as seen on portals
        ("https://a/pubtask/task/1/110108000000/6d2eb720-30ae-4774-8d77-77b2699c96c0.html?locationCode=110108000000",
         "https://a/pubtask/task/1/110101000000/7d2eb720-30ae-4774-8d77-77b2699c96c1.html?locationCode=110101000000"),
        ("https://a/portal/guide/11440000MB2D0164XH2440289876000", "https://b:81/portal/guide/11440000MB2D0164XH2440289876999"),
        ("https://a/#/workguide?localInnerCode=6d2eb720", "https://a/#/workguide?localInnerCode=99"),
        ("http://a/art/2024/3/5/art_12_33.html", "http://a/art/2025/11/25/art_7_1.html"),
        ("http://a/x?type=1&id=3", "http://a/x?id=4&type=2"),
        ("http://a/%E4%B8%AD%E6%96%87.html", "http://a/%E5%8C%BB%E4%BF%9D%E5%B1%80.html"),
    ],
)  # fmt: skip
def test_pages_of_a_kind_share_a_pattern(one: str, other: str) -> None:
    assert pattern(one) == pattern(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("http://a/guide/1", "http://a/news/1"),
        ("http://a/index.do?m=guide&id=1", "http://a/index.do?m=news&id=1"),
        ("http://a/#/guide?id=1", "http://a/#/list?id=1"),
        ("http://a/x?id=1", "http://a/x?name=1"),
    ],
)
def test_pages_of_other_kinds_do_not(one: str, other: str) -> None:
    assert pattern(one) != pattern(other)


@pytest.mark.parametrize(
    ("url", "family"),
    [
        ("http://a/list?k=1&pageNo=3", ("http://a/list?k=1", 3)),
        ("http://a/index_2.html", ("http://a/index.html", 2)),
        ("http://a/list/4", ("http://a/list", 4)),
        ("http://a/#/list?page=2", ("http://a/#/list?", 2)),
        ("http://a/list?k=1", None),
        ("http://a/list.html", None),
    ],
)
def test_pages_of_a_list_are_counted(url: str, family: tuple[str, int] | None) -> None:
    assert paging_family(url) == family
