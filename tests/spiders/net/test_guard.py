from __future__ import annotations

import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spiders.net.egress import EgressDenied, EgressGuard
from spiders.net.refusals import ResolverDown

CLOSED = [
    "127.0.0.1",
    "127.8.8.8",
    "10.1.2.3",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "100.127.255.255",
    "0.0.0.0",
    "0.1.2.3",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "192.0.2.1",
    "198.18.0.1",
    "198.51.100.7",
    "203.0.113.9",
    "192.88.99.1",
    "::",
    "::1",
    "fe80::1",
    "fe80::1%eth0",
    "fc00::1",
    "fd12:3456::1",
    "ff02::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:a9fe:a9fe",
    "::127.0.0.1",
    "2002:7f00:1::",
    "2002:a00:1::1",
    "64:ff9b::7f00:1",
    "64:ff9b::10.0.0.1",
    "64:ff9b:1::1",
    "2001:0:53aa:64c:0:0:80ff:fffe",
    "2001:db8::1",
    "2400:cb00::5efe:10.0.0.1",
    "2400:cb00::200:5efe:7f00:1",
    "100::1",
    "fec0::1",
]
OPEN = [
    "8.8.8.8",
    "1.2.3.4",
    "172.32.0.1",
    "100.128.0.1",
    "2400:cb00::1",
    "64:ff9b::8.8.8.8",
    "::ffff:8.8.8.8",
]


@pytest.mark.parametrize("address", CLOSED)
def test_what_is_not_public_is_closed(address: str) -> None:
    assert not EgressGuard().allows(address, 80)


@pytest.mark.parametrize("address", OPEN)
def test_what_is_public_is_open(address: str) -> None:
    assert EgressGuard().allows(address, 443)


@pytest.mark.parametrize(
    "port",
    [
        0,
        22,
        25,
        445,
        1433,
        1521,
        2375,
        2379,
        3306,
        3389,
        5432,
        5900,
        5984,
        6000,
        6379,
        6667,
        9200,
        11211,
        27017,
    ],
)
def test_ports_of_other_services_are_closed(port: int) -> None:
    assert not EgressGuard().allows("8.8.8.8", port)


@pytest.mark.parametrize("port", [80, 81, 443, 4430, 7001, 8000, 8080, 8443, 8888, 9000, 9090])
def test_ports_that_portals_use_are_open(port: int) -> None:
    assert EgressGuard().allows("8.8.8.8", port)


async def test_a_portal_at_a_services_port_is_open_there_and_nobody_else() -> None:
    guard = EgressGuard()
    guard.open_portal("http://8.8.2056:9200/home")
    guard.open_portal("http://8.8.4.4:22/")
    guard.open_portal("http://10.0.0.1:6379/")
    guard.open_portal("http://[nonsense/")
    assert await guard.addresses("8.8.8.8", 9200) == ["8.8.8.8"]
    for host, port in (("8.8.8.8", 6379), ("8.8.4.4", 9200), ("8.8.4.4", 22), ("10.0.0.1", 6379)):
        with pytest.raises(EgressDenied):
            await guard.addresses(host, port)


async def test_a_portal_is_known_by_its_name_not_by_who_answers_to_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def answers(*_: object) -> list[str]:
        return ["8.8.8.8"]

    monkeypatch.setattr("spiders.net.guard._look_up", answers)
    guard = EgressGuard()
    guard.open_portal("http://ZWFW.example.gov.cn:9200/")
    assert await guard.addresses("zwfw.example.gov.cn", 9200) == ["8.8.8.8"]
    with pytest.raises(EgressDenied):
        await guard.addresses("other.example.gov.cn", 9200)


def test_an_allowed_network_opens_exactly_that() -> None:
    guard = EgressGuard(["127.0.0.5", " 10.2.0.0/16 ", "fd00::/8"])
    assert guard.allows("127.0.0.5", 80)
    assert guard.allows("::ffff:127.0.0.5", 80)
    assert guard.allows("10.2.9.9", 6379)
    assert guard.allows("fd00::7", 80)
    assert not guard.allows("127.0.0.6", 80)
    assert not guard.allows("10.3.0.1", 80)
    assert not guard.allows("::1", 80)


def test_a_wrong_network_is_refused() -> None:
    with pytest.raises(ValueError, match="not-a-network"):
        EgressGuard(["not-a-network"])


@pytest.mark.parametrize(
    "host", ["2130706433", "0x7f000001", "0177.0.0.1", "127.1", "localhost", "[::1]", "0"]
)
async def test_a_host_is_judged_by_what_it_resolves_to(host: str) -> None:
    with pytest.raises(EgressDenied):
        await EgressGuard().addresses(host, 80)


async def test_an_unknown_name_stays_the_resolvers_error() -> None:
    with pytest.raises(socket.gaierror):
        await EgressGuard().addresses("no-such-host.invalid", 80)
    with pytest.raises(socket.gaierror):
        await EgressGuard().addresses("a" * 70 + ".gov.cn", 80)


async def test_of_a_mixed_answer_only_the_public_addresses_are_used(monkeypatch: pytest.MonkeyPatch) -> None:
    async def answers(*_: object) -> list[str]:
        return ["10.0.0.1", "8.8.8.8", "::1"]

    monkeypatch.setattr("spiders.net.guard._look_up", answers)
    assert await EgressGuard().addresses("rebinding.example", 80) == ["8.8.8.8"]


async def test_one_answer_of_the_resolver_serves_judging_and_connecting(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[str] = []

    async def changes_its_answer(host: str, _: int) -> list[str]:
        asked.append(host)
        return ["8.8.8.8"] if len(asked) == 1 else ["127.0.0.1"]

    monkeypatch.setattr("spiders.net.guard._look_up", changes_its_answer)
    guard = EgressGuard()
    assert await guard.addresses("rebinding.example", 80) == ["8.8.8.8"]
    assert await guard.addresses("rebinding.example", 80) == ["8.8.8.8"]
    assert asked == ["rebinding.example"]
    # another port is another question, and its answer is judged anew
    with pytest.raises(EgressDenied):
        await guard.addresses("rebinding.example", 443)


@given(st.integers(0, 2**32 - 1))
def test_an_ipv4_address_and_its_ipv6_forms_are_judged_alike(number: int) -> None:
    guard = EgressGuard()
    plain = socket.inet_ntop(socket.AF_INET, number.to_bytes(4, "big"))
    for form in (f"::ffff:{plain}", f"64:ff9b::{plain}"):
        assert guard.allows(form, 80) == guard.allows(plain, 80)


@pytest.mark.parametrize(
    ("top_level", "raised"),
    [(socket.EAI_AGAIN, ResolverDown), (socket.EAI_NONAME, socket.gaierror)],
)
async def test_a_resolver_that_answers_nobody_accuses_no_name(
    monkeypatch: pytest.MonkeyPatch, top_level: int, raised: type[OSError]
) -> None:
    asked = []

    def resolver(host: str, *_: object, **__: object) -> list[object]:
        asked.append(host)
        raise socket.gaierror(top_level if host == "cn." else socket.EAI_AGAIN, "no answer")

    monkeypatch.setattr(socket, "getaddrinfo", resolver)
    with pytest.raises(OSError) as caught:
        await EgressGuard().addresses("zwfw.nowhere.gov.cn", 443)
    assert type(caught.value) is raised
    assert asked == ["zwfw.nowhere.gov.cn", "cn."]


@pytest.mark.parametrize("others", [["zwfw.b.gov.cn", "zwfw.c.gov.cn"], []], ids=["among others", "alone"])
async def test_an_operators_own_name_servers_are_not_our_resolver(
    monkeypatch: pytest.MonkeyPatch, others: list[str]
) -> None:
    failing: set[str] = set()

    def resolver(host: str, *_: object, **__: object) -> list[object]:
        if host in failing:
            raise socket.gaierror(socket.EAI_AGAIN, "SERVFAIL")
        if host == "cn.":
            raise socket.gaierror(socket.EAI_NODATA, "a top-level domain has no address")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("36.112.0.1", 443))]

    monkeypatch.setattr(socket, "getaddrinfo", resolver)
    guard = EgressGuard()
    for host in [*others, "zwfw.a.gov.cn"]:  # the one that fails is the last that resolved
        await guard.addresses(host, 443)
    failing |= {"zwfw.a.gov.cn", "file.a.gov.cn"}
    for host in failing:
        with pytest.raises(socket.gaierror):
            await guard.addresses(host, 80)
    assert guard.resolver_failed_at == float("-inf")
    assert await guard.resolves("zwfw.a.gov.cn")
    failing |= {*others, "cn."}
    with pytest.raises(ResolverDown):
        await guard.addresses("zwfw.a.gov.cn", 80)
    assert not await guard.resolves("zwfw.a.gov.cn")
