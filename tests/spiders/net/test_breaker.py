"""Hosts that stopped answering: left alone, tried again, given up; every host, port and client for itself."""

from __future__ import annotations

import time

import pytest

from results.records import Reason
from spiders.net.breaker import FAILURES_IN_A_ROW, PAUSES_S, Breakers, Circuit, Client, asked_in_any_case
from spiders.net.refusals import CircuitOpen

DEAD = "http://dead.gov.cn/{}"


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [1000.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    return now


def fail(breakers: Breakers, count: int = FAILURES_IN_A_ROW, client: Client = Client.PLAIN) -> None:
    for number in range(count):
        breakers.failed(DEAD.format(number), client, Reason.CONNECT_REFUSED)


def is_open(breakers: Breakers, url: str = DEAD, client: Client = Client.PLAIN) -> bool:
    try:
        breakers.check(url, client, leaving=False)
    except CircuitOpen:
        return True
    return False


def test_addresses_in_a_row_open_it_and_the_reason_is_kept(clock: list[float]) -> None:
    changes: list[tuple[bool, Reason | None]] = []
    breakers = Breakers(lambda circuit: changes.append((circuit.is_open, circuit.reason)))
    fail(breakers, FAILURES_IN_A_ROW - 1)
    assert not is_open(breakers)
    fail(breakers)
    assert is_open(breakers)
    assert changes == [(True, Reason.CONNECT_REFUSED)]
    with pytest.raises(CircuitOpen, match="connect_refused at 8 addresses in a row"):
        breakers.check(DEAD, Client.PLAIN)


def test_one_broken_page_or_an_answer_between_opens_nothing(clock: list[float]) -> None:
    breakers = Breakers()
    for _ in range(50):
        breakers.failed("http://dead.gov.cn/one", Client.PLAIN, Reason.TIMEOUT)
    assert not is_open(breakers)
    for _ in range(5):
        fail(breakers, FAILURES_IN_A_ROW - 2)
        breakers.answered(DEAD, Client.PLAIN)
    assert not is_open(breakers)


def test_what_says_nothing_about_the_host_opens_nothing(clock: list[float]) -> None:
    breakers = Breakers()
    for number in range(50):
        for reason in (Reason.TLS_INVALID, Reason.HTTP_5XX, Reason.EGRESS_DENIED, Reason.INTERRUPTED):
            breakers.failed(DEAD.format(number), Client.PLAIN, reason)
    assert not is_open(breakers)


def test_another_port_another_host_another_client_go_on(clock: list[float]) -> None:
    breakers = Breakers()
    fail(breakers)
    assert is_open(breakers, "http://dead.gov.cn:80/")
    assert not is_open(breakers, "https://dead.gov.cn/")
    assert not is_open(breakers, "http://alive.gov.cn/")
    assert not is_open(breakers, client=Client.BROWSER)


def test_after_a_pause_one_may_try_and_an_answer_closes_it(clock: list[float]) -> None:
    changes: list[Circuit] = []
    breakers = Breakers(changes.append)
    fail(breakers)
    assert breakers.ask_again_in_s() == PAUSES_S[0]
    clock[0] += PAUSES_S[0]
    breakers.check(DEAD, Client.PLAIN)
    assert is_open(breakers), "the others wait for what the first one meets"
    assert breakers.ask_again_in_s() == 1
    breakers.answered(DEAD, Client.PLAIN)
    assert not is_open(breakers) and len(changes) == 2


def test_a_host_that_never_comes_back_is_given_up(clock: list[float]) -> None:
    breakers = Breakers()
    fail(breakers)
    for pause in PAUSES_S:
        assert breakers.ask_again_in_s() == pause
        fail(breakers, 3)  # they were on their way when it opened
        clock[0] += pause
        breakers.check(DEAD, Client.PLAIN)
        fail(breakers, 1)
    assert breakers.ask_again_in_s() is None
    clock[0] += 1e6
    with pytest.raises(CircuitOpen) as caught:
        breakers.check(DEAD, Client.PLAIN)
    assert caught.value.again_in_s is None
    [circuit] = breakers.open
    assert circuit.not_tried == 1


def test_a_trial_and_a_second_look_are_always_made(clock: list[float]) -> None:
    breakers = Breakers()
    fail(breakers)
    with asked_in_any_case():
        breakers.check(DEAD, Client.PLAIN)
        breakers.failed(DEAD.format("trial"), Client.PLAIN, Reason.TIMEOUT)
    assert breakers.ask_again_in_s() == PAUSES_S[0], "a trial is no probe: the pause goes on"
    breakers.answered(DEAD, Client.PLAIN)
    assert not is_open(breakers)
