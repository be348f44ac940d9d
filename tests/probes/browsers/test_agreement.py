from __future__ import annotations

from probes.browsers.agreement import compared
from probes.browsers.loaded import Loaded
from results.records import Reason

HERE = "http://portal.example.cn/"


def seen(engine: str, length: int, **known: object) -> Loaded:
    return Loaded(url=HERE, final_url=HERE, engine=engine, text="办" * length, **known)  # type: ignore[arg-type]


def reasons(*loads: Loaded) -> list[Reason | None]:
    return [each.reason for each in compared(loads)]


def test_the_third_engine_has_failed_with_both_lengths_in_the_note() -> None:
    loads = compared([seen("chromium", 3000), seen("firefox", 40), seen("webkit", 2950)])
    assert [each.reason for each in loads] == [None, Reason.ENGINE_DISAGREES, None]
    assert loads[1].note == "40 characters of text in firefox, 3000 in chromium"


def test_small_differences_are_none() -> None:
    assert reasons(seen("chromium", 3000), seen("firefox", 2200)) == [None, None]
    assert reasons(seen("chromium", 190), seen("firefox", 10)) == [None, None]
    assert reasons(seen("chromium", 40)) == [None]


def test_an_uncaught_error_of_that_engine_alone_is_the_reason() -> None:
    broken = seen("firefox", 40, page_errors=("x is not a function",))
    assert reasons(seen("chromium", 3000), broken) == [None, Reason.SCRIPT_ERROR]
    everywhere = seen("chromium", 3000, page_errors=("x is not a function",))
    assert reasons(everywhere, broken) == [None, Reason.ENGINE_DISAGREES]


def test_failed_loads_are_no_reference_and_keep_their_reason() -> None:
    failed = seen("chromium", 3000, reason=Reason.HTTP_5XX)
    assert reasons(failed, seen("firefox", 40)) == [Reason.HTTP_5XX, None]


def test_an_engine_that_tells_no_status_takes_that_of_another_at_the_same_address() -> None:
    told = seen("chromium", 30, status=500, reason=Reason.HTTP_5XX)
    silent = seen("webkit", 30)
    elsewhere = Loaded(url=HERE, final_url=HERE + "other", engine="webkit", text="办" * 30)
    assert reasons(told, silent) == [Reason.HTTP_5XX, Reason.HTTP_5XX]
    assert reasons(told, elsewhere) == [Reason.HTTP_5XX, None]


def test_what_is_a_file_to_one_engine_is_no_page_to_one_with_a_viewer_or_none() -> None:
    """WebDriver shows a PDF, waits for it for ever, or takes the cancelled navigation for a bad certificate."""
    file = Loaded(url=HERE, engine="chromium", status=200, reason=Reason.UNSUPPORTED, download=True)
    for reason in (None, Reason.TIMEOUT, Reason.TLS_INVALID):
        assert reasons(file, seen("webkit", 6, reason=reason)) == [Reason.UNSUPPORTED] * 2
    assert reasons(file, seen("firefox", 3000, status=200)) == [Reason.UNSUPPORTED, None]
    at_its_own_address = Loaded(
        url=HERE, final_url=HERE, engine="firefox", status=200, reason=Reason.UNSUPPORTED, download=True
    )
    assert reasons(at_its_own_address, seen("webkit", 6)) == [Reason.UNSUPPORTED] * 2


def test_a_password_dialog_that_one_engine_waits_behind_is_a_door() -> None:
    door = Loaded(url=HERE, engine="chromium", status=401, reason=Reason.LOGIN_WALL)
    waits = Loaded(url=HERE, engine="webkit", reason=Reason.TIMEOUT)
    assert reasons(door, waits) == [Reason.LOGIN_WALL] * 2
    assert reasons(Loaded(url=HERE, engine="chromium", status=500, reason=Reason.HTTP_5XX), waits) == [
        Reason.HTTP_5XX,
        Reason.TIMEOUT,
    ]


def test_an_answer_without_content_is_told_by_whoever_hears_its_status() -> None:
    told = Loaded(url=HERE, engine="firefox", status=304, reason=Reason.BLANK_PAGE)
    given_up = Loaded(url=HERE, engine="chromium", reason=Reason.INTERRUPTED)
    took_it_for_a_file = Loaded(url=HERE, engine="webkit", reason=Reason.UNSUPPORTED, download=True)
    assert reasons(given_up, told, took_it_for_a_file) == [Reason.BLANK_PAGE] * 3
    not_there = Loaded(url=HERE, engine="webkit", reason=Reason.BROWSER_UNAVAILABLE)
    assert reasons(told, not_there) == [Reason.BLANK_PAGE, Reason.BROWSER_UNAVAILABLE]


def test_a_navigation_that_ended_for_a_certificate_is_no_file() -> None:
    """WebKit cannot tell why it ended; that must not excuse what the others have seen."""
    refused = [Loaded(url=HERE, engine=each, reason=Reason.TLS_INVALID) for each in ("chromium", "firefox")]
    ended = Loaded(url=HERE, engine="webkit", reason=Reason.UNSUPPORTED, download=True)
    assert reasons(*refused, ended) == [Reason.TLS_INVALID] * 3
    assert reasons(seen("chromium", 300, status=200), refused[1]) == [None, Reason.TLS_INVALID]
