from __future__ import annotations

import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spiders.net.hosts import plain_host, with_plain_host
from spiders.net.politeness import host_group


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        # examples of the URL standard's own tests (web-platform-tests, url/toascii and url/urltestdata)
        ("2130706433", "127.0.0.1"),
        ("0x7f000001", "127.0.0.1"),
        ("0X7F.1", "127.0.0.1"),
        ("0177.0.0.1", "127.0.0.1"),
        ("127.1", "127.0.0.1"),
        ("127.0.1", "127.0.0.1"),
        ("127.0.0.1.", "127.0.0.1"),
        ("0x.0x.0", "0.0.0.0"),
        ("0", "0.0.0.0"),
        ("4294967295", "255.255.255.255"),
        ("１２７.0.0.1", "127.0.0.1"),
        ("127。0。0。1", "127.0.0.1"),
        ("%31%32%37.0.0.1", "127.0.0.1"),
        ("::FFFF:127.0.0.1", "::ffff:7f00:1"),
        ("0:0::1", "::1"),
        ("ZWFW.Example.GOV.cn", "zwfw.example.gov.cn"),
        ("中国政府.cn", "xn--fiqs8sirgfmh.cn"),
        ("a_b.gov.cn", "a_b.gov.cn"),
        ("0x7f.example.cn", "0x7f.example.cn"),
        ("1e3", "1e3"),
    ],
)
def test_a_host_has_one_way_to_be_written(written: str, meant: str) -> None:
    assert plain_host(written) == meant
    assert plain_host(meant) == meant


@pytest.mark.parametrize(
    "written",
    ["", "256.1.1.1", "4294967296", "1.2.3.4.5", "1.2.65536", "09.1.1.1", "a.1", "1_0.1", "a..b", ":::", "a%2Fb", "a b", "x" * 70],
)  # fmt: skip
def test_what_is_no_host_is_refused(written: str) -> None:
    with pytest.raises(ValueError):  # UnicodeError is one
        plain_host(written)


@given(st.integers(0, 2**32 - 1), st.sampled_from(["{0}", "{0:#x}", "0{0:o}"]), st.integers(1, 4))
def test_numbers_mean_what_the_systems_own_resolver_takes_them_for(
    number: int, form: str, parts: int
) -> None:
    octets = number.to_bytes(4, "big")
    written = [form.format(each) for each in octets[: parts - 1]]
    written.append(form.format(int.from_bytes(octets[parts - 1 :], "big")))
    host = ".".join(written)
    assert plain_host(host) == socket.inet_ntoa(socket.inet_aton(host))


@pytest.mark.parametrize(
    ("url", "plain"),
    [
        ("http://0177.1:81/a?b#c", "http://127.0.0.1:81/a?b#c"),
        ("https://me:secret@2130706433/", "https://me:secret@127.0.0.1/"),
        ("http://[0:0::1]:9/", "http://[::1]:9/"),
        ("//127.1/x", "//127.0.0.1/x"),
        ("http://a.gov.cn/%E4", "http://a.gov.cn/%E4"),
        ("/relative", "/relative"),
        ("http://[::1/", "http://[::1/"),
        ("http://256.1.1.1/", "http://256.1.1.1/"),
    ],
)
def test_an_address_keeps_all_but_its_host(url: str, plain: str) -> None:
    assert with_plain_host(url) == plain


def test_however_it_is_written_an_address_has_one_rate() -> None:
    forms = ("127.0.0.1", "2130706433", "0177.0.0.1", "127.1", "0x7f000001", "１２７.0.0.1")
    assert {host_group(f"http://{form}:8000/x") for form in forms} == {"127.0.0.1"}
