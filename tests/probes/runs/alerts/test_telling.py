"""Events reach every address once, in one message, outside the quiet hours."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from probes.runs.alerts.sending import Addresses, without_secrets
from probes.runs.alerts.settings import AlertKind, AlertSettings
from probes.runs.alerts.store import AlertStore
from probes.runs.alerts.telling import Told, tell
from results.errors import PlainError, StoreError
from results.words import Words
from tests.probes.receiving import Receiver, receiver
from tests.probes.runs.alerts.ledgers import NOW


@pytest.fixture
def first() -> Iterator[Receiver]:
    with receiver() as served:
        yield served


@pytest.fixture
def second() -> Iterator[Receiver]:
    with receiver() as served:
        yield served


@pytest.fixture
def known(tmp_path: Path) -> Iterator[AlertStore]:
    with AlertStore(tmp_path / "probe.alerts.db") as store:
        store.add(AlertKind.VANISHED, "jiangcheng", Words("江城：打不开", "jiangcheng: gone"), NOW)
        store.add(AlertKind.REGRESSION, "haicheng", Words("海城：变差", "haicheng: worse"), NOW)
        yield store


def told(known: AlertStore, *receivers: Receiver, now: datetime = NOW, **settings: object) -> Told:
    urls = [each.url for each in receivers]
    asked = AlertSettings.model_validate({"urls": urls, **settings})
    return tell(known, Addresses(asked.urls), asked, "zh", now)


def test_what_waits_is_told_in_one_message_and_only_once(known: AlertStore, first: Receiver) -> None:
    assert not told(known, first).waiting
    (message,) = first.messages
    assert message["title"] == "门户探测：2 条告警"
    assert message["message"].split("\n") == [
        "[打不开] 2026-11-22 12:00 江城：打不开",
        "[变差] 2026-11-22 12:00 海城：变差",
    ]
    assert told(known, first, now=NOW + timedelta(hours=1)).deliveries == () and len(first.messages) == 1


def test_quiet_hours_hold_back_and_lose_nothing(known: AlertStore, first: Receiver) -> None:
    held = told(known, first, quiet_hours="11:00-13:00")
    assert held.quiet and len(held.waiting) == 2 and first.messages == []
    known.add(AlertKind.VETO, "jiangcheng", Words("否决", "veto"), NOW)
    assert not told(known, first, quiet_hours="11:00-13:00", now=NOW + timedelta(hours=1)).waiting
    (message,) = first.messages
    assert message["title"] == "门户探测：3 条告警"


def test_quiet_hours_are_those_of_their_time_zone(known: AlertStore, first: Receiver) -> None:
    assert not told(known, first, quiet_hours="11:00-13:00", timezone="UTC").quiet
    assert len(first.messages) == 1


def test_who_did_not_take_it_is_told_again_and_who_did_is_not(
    known: AlertStore, first: Receiver, second: Receiver
) -> None:
    second.refuses = True
    outcome = told(known, first, second)
    assert [each.problem is None for each in outcome.deliveries] == [True, False] and len(
        outcome.waiting
    ) == 2
    assert all(each.tried_at == NOW for each in known.waiting())
    second.refuses = False
    assert not told(known, first, second, now=NOW + timedelta(minutes=20)).waiting
    assert len(first.messages) == len(second.messages) == 1


def test_what_nobody_takes_for_a_week_is_given_up(known: AlertStore, first: Receiver) -> None:
    first.refuses = True
    told(known, first, now=NOW + timedelta(days=6))
    assert len(known.waiting()) == 2
    told(known, first, now=NOW + timedelta(days=8))
    assert known.waiting() == []


def test_what_is_over_by_the_time_it_is_told_says_so(known: AlertStore, first: Receiver) -> None:
    known.note_state(AlertKind.VANISHED, "jiangcheng", None, NOW)
    told(known, first)
    assert "[打不开，已恢复]" in first.messages[0]["message"]


def test_a_long_message_comes_in_pieces_where_the_service_has_a_limit(
    tmp_path: Path, first: Receiver
) -> None:
    with AlertStore(tmp_path / "many.alerts.db") as known:
        for number in range(600):
            words = Words(f"{number} " + "门" * 80, f"{number} " + "d" * 80)
            known.add(AlertKind.REGRESSION, "jiangcheng", words, NOW)
        assert not told(known, first).waiting
    assert len(first.messages) > 1, "32,768 characters are what the service takes at once"
    assert sum(each["message"].count("[变差]") for each in first.messages) == 600


def test_what_a_portal_wrote_stays_plain_text(tmp_path: Path, first: Receiver) -> None:
    with AlertStore(tmp_path / "hostile.alerts.db") as known:
        hostile = "<b>\\n\\u0007{{title}}</b> [x](http://evil)"
        known.add(AlertKind.REGRESSION, "jiangcheng", Words(hostile, hostile), NOW)
        told(known, first)
    assert hostile in first.messages[0]["message"]


@pytest.mark.parametrize(
    ("url", "says"),
    [("gopher://somewhere/t0ken-secret", "address 1 (gopher://…)"), ("json://", "address 1 (json://…)")],
)
def test_an_address_of_no_service_is_named_by_its_number_alone(url: str, says: str) -> None:
    with pytest.raises(PlainError) as caught:
        Addresses([SecretStr(url)])
    assert says in caught.value.en and "t0ken" not in caught.value.en + caught.value.zh


def test_why_an_address_did_not_take_it_tells_nothing_of_the_address(
    known: AlertStore, first: Receiver
) -> None:
    first.refuses = True
    (delivery,) = told(known, first).deliveries
    assert delivery.problem is not None and "500" in delivery.problem and "s3cret" not in delivery.problem
    address = "mailtos://user%40corp:pa%24sword@smtp.corp.example/?to=boss@corp.example"
    said = without_secrets("login of user@corp with pa$sword at smtp.corp.example failed: 535", address)
    assert said == "login of ***@*** with *** at *** failed: 535"


def test_the_file_keeps_no_address(tmp_path: Path, known: AlertStore, first: Receiver) -> None:
    told(known, first)
    assert all(b"s3cret" not in each.read_bytes() for each in tmp_path.iterdir())


def test_a_file_that_is_none_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "probe.alerts.db"
    path.write_text("not a database, but long enough to look like one " * 30)
    with pytest.raises(StoreError, match="cannot use the alerts file"):
        AlertStore(path)
