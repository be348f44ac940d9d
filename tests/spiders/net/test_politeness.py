from __future__ import annotations

import asyncio
import itertools
import time

import pytest

from spiders.net.breaker import Client
from spiders.net.pace import MOST_HOLDS
from spiders.net.politeness import Politeness, host_group
from spiders.net.refusals import OverBudget, ToldToWait


@pytest.mark.parametrize(
    ("url", "group"),
    [
        ("http://zwfw.sd.gov.cn:81/a", "sd.gov.cn"),
        ("https://jnzwfw.sd.gov.cn/", "sd.gov.cn"),
        ("https://www.sh.gov.cn/", "sh.gov.cn"),
        ("https://zwdt.sh.gov.cn/", "sh.gov.cn"),
        ("https://www.zjzwfw.gov.cn/", "zjzwfw.gov.cn"),
        ("http://127.0.0.5:8000/", "127.0.0.5"),
        ("http://[::1]:8000/", "::1"),
        ("http://localhost/", "localhost"),
        ("zwfw.sd.gov.cn", "sd.gov.cn"),
        ("http://[broken", ""),
    ],
)
def test_a_host_group_is_what_one_operator_serves(url: str, group: str) -> None:
    assert host_group(url) == group


class Moments:
    """Stands in for the time: sleeping moves it on at once."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 1000.0
        self._sleep = asyncio.sleep
        monkeypatch.setattr(time, "monotonic", lambda: self.now)
        monkeypatch.setattr(asyncio, "sleep", self.sleep)

    async def sleep(self, seconds: float) -> None:
        until = self.now + seconds
        await self._sleep(0)
        self.now = max(self.now, until)


@pytest.fixture
def moments(monkeypatch: pytest.MonkeyPatch) -> Moments:
    return Moments(monkeypatch)


async def turns(
    politeness: Politeness, moments: Moments, count: int, url: str = "http://a.gov.cn/"
) -> list[float]:
    at = []
    for _ in range(count):
        await politeness.turn(url)
        at.append(moments.now)
    return at


async def test_turns_of_one_group_keep_their_distance(moments: Moments) -> None:
    at = await turns(Politeness(2), moments, 5)
    assert [round(b - a, 6) for a, b in itertools.pairwise(at)] == [0.5] * 4


async def test_two_hosts_of_one_group_share_their_turns_and_other_groups_do_not(moments: Moments) -> None:
    politeness = Politeness(1)
    await politeness.turn("http://zwfw.sd.gov.cn/")
    start = moments.now
    await politeness.turn("http://jnzwfw.sd.gov.cn/")
    assert moments.now - start == pytest.approx(1)
    await politeness.turn("http://www.sh.gov.cn/")
    assert moments.now - start == pytest.approx(1)


async def test_retry_after_holds_even_those_that_have_a_slot_already_and_lets_them_out_one_by_one(
    moments: Moments,
) -> None:
    politeness = Politeness(10)
    waiting = [asyncio.create_task(turns(politeness, moments, 1)) for _ in range(4)]
    await asyncio.sleep(0)
    start = moments.now
    politeness.retry_after("http://a.gov.cn/", 30)
    at = sorted(each[0] for each in await asyncio.gather(*waiting))
    assert all(each - start >= 29.9 for each in at[1:])
    assert all(b - a >= 0.099 for a, b in itertools.pairwise(at))


@pytest.mark.parametrize(("status", "waited_s"), [(429, 30), (503, 30), (200, 0)])
async def test_an_answer_that_asks_for_patience_gets_it_from_every_client(
    moments: Moments, status: int, waited_s: float
) -> None:
    politeness = Politeness(10)
    politeness.answered("http://zwfw.a.gov.cn/x", status, client=Client.PLAIN, retry_after="30")
    start = moments.now
    for client in Client:
        await politeness.turn("http://www.a.gov.cn/", client)
    assert moments.now - start >= waited_s
    assert (moments.now - start < 30) is (waited_s == 0)


async def test_a_page_that_loads_keeps_the_next_one_out_though_its_request_has_left(moments: Moments) -> None:
    politeness = Politeness(1)
    loading: list[str] = []
    seen: list[list[str]] = []

    async def load(url: str) -> None:
        async with politeness.navigation(url):
            politeness.departed(url)
            loading.append(url)
            seen.append(list(loading))
            for _ in range(20):
                await asyncio.sleep(0.5)
            loading.remove(url)

    await asyncio.gather(*(load(f"http://{name}.a.gov.cn/") for name in "xyz"))
    assert [len(each) for each in seen] == [1, 1, 1]


async def test_a_navigations_turn_ends_with_it_where_nobody_saw_its_request_leave(moments: Moments) -> None:
    politeness = Politeness(1)
    async with politeness.navigation("http://a.gov.cn/"):
        await asyncio.sleep(0.7)
    ended = moments.now
    await politeness.turn("http://b.a.gov.cn/")
    assert moments.now - ended == pytest.approx(1, abs=0.1)


async def test_crawl_delay_slows_down_and_never_speeds_up(moments: Moments) -> None:
    politeness = Politeness(1)
    politeness.crawl_delay("http://a.gov.cn/", 5)
    politeness.crawl_delay("http://a.gov.cn/", 0.1)
    at = await turns(politeness, moments, 3)
    assert [round(b - a, 6) for a, b in itertools.pairwise(at)] == [5, 5]


async def test_a_wait_of_hours_is_not_waited(moments: Moments) -> None:
    politeness = Politeness(1)
    politeness.retry_after("http://a.gov.cn/", 86_400)
    with pytest.raises(ToldToWait):
        await politeness.turn("http://a.gov.cn/")
    assert politeness.requests == 0


async def test_nobody_who_waits_already_waits_for_days() -> None:
    politeness = Politeness(2)
    await politeness.turn("http://a.gov.cn/")
    waiting = [asyncio.create_task(politeness.turn("http://a.gov.cn/")) for _ in range(3)]
    await asyncio.sleep(0.1)
    politeness.answered("http://a.gov.cn/", 429, retry_after="9" * 20)
    refused = await asyncio.wait_for(asyncio.gather(*waiting, return_exceptions=True), 5)
    assert [type(each) for each in refused] == [ToldToWait] * 3
    assert politeness.requests == 1


async def test_a_portal_that_asks_for_patience_for_ever_is_left_alone(moments: Moments) -> None:
    politeness = Politeness(1)

    async def refused() -> float:
        await politeness.turn("http://a.gov.cn/")
        politeness.answered("http://a.gov.cn/", 429, retry_after="500")
        return moments.now

    at = [await refused() for _ in range(MOST_HOLDS)]
    assert [b - a for a, b in itertools.pairwise(at)] == [500] * (MOST_HOLDS - 1)
    with pytest.raises(ToldToWait):
        await politeness.turn("http://a.gov.cn/")
    moments.now += 500
    await politeness.turn("http://a.gov.cn/")
    politeness.answered("http://a.gov.cn/", 200)
    assert await refused() < await refused(), "one answer, and its patience counts anew"


async def test_hours_between_requests_are_not_waited(moments: Moments) -> None:
    politeness = Politeness(1)
    politeness.crawl_delay("http://a.gov.cn/", 1e9)
    with pytest.raises(ToldToWait):
        await politeness.turn("http://a.gov.cn/")
    await politeness.turn("http://b.gov.cn/")
    assert politeness.requests == 1


async def test_a_slow_rate_of_the_users_own_is_kept(moments: Moments) -> None:
    politeness = Politeness(0.001)
    assert await turns(politeness, moments, 2) == [1000, 2000]


async def test_requests_are_counted_and_capped() -> None:
    politeness = Politeness(1000, max_requests=5)
    politeness.count(3)
    await asyncio.gather(*(politeness.turn("http://a.gov.cn/") for _ in range(2)))
    assert politeness.requests == 5
    with pytest.raises(OverBudget):
        await politeness.turn("http://b.gov.cn/")


async def test_at_the_default_rate_one_navigation_at_a_time_for_each_group() -> None:
    politeness = Politeness(1)
    inside: list[str] = []
    most: list[int] = []

    async def navigate(url: str) -> None:
        async with politeness.navigation(url):
            inside.append(url)
            most.append(sum(each.endswith("a.gov.cn/") for each in inside))
            await asyncio.sleep(0.01)
            inside.remove(url)

    await asyncio.gather(
        navigate("http://x.a.gov.cn/"), navigate("http://y.a.gov.cn/"), navigate("http://b.gov.cn/")
    )
    assert max(most) == 1


def test_a_higher_rate_allows_more_at_once_bounded_by_the_machine() -> None:
    assert Politeness(1).navigations_at_once == 1
    assert 2 <= Politeness(1000).navigations_at_once <= 2 * 256
    with pytest.raises(ValueError, match="above zero"):
        Politeness(0)
