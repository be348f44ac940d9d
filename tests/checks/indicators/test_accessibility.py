from typing import Any

import pytest

from results.records import PageKind

# `sheet` collects observations (see tests/checks/conftest.py)


@pytest.mark.parametrize(
    ("loads", "score"),
    [
        ({"chromium": None, "firefox": None}, 100),
        ({"chromium": None, "firefox": "blank_page"}, 50),
        ({"chromium": "timeout", "firefox": None}, 50),
        ({"chromium": "http_5xx", "firefox": "http_5xx"}, 0),
        ({"chromium": None, "firefox": "blank_page", "webkit": None}, 100),
        ({"chromium": None, "firefox": "blank_page", "webkit": "blank_page"}, 50),
        ({"chromium": "blank_page", "firefox": None, "webkit": None}, 50),
        ({"chromium": None, "firefox": "challenge_page", "webkit": None}, 100),
    ],
)
def test_a_page_in_several_engines(sheet: Any, loads: dict[str, str | None], score: float) -> None:
    page = sheet.guide("/guide/1", "临时居民身份证办理")
    for engine, reason in loads.items():
        sheet.load(page, engine, reason)
    found = sheet.score("multi_browser_load")
    assert (found.score, found.status, found.measured, found.coverage) == (score, "scored", 1, 1.0)


def test_an_engine_that_fails_where_two_others_open_is_a_finding_that_costs_nothing(sheet: Any) -> None:
    page = sheet.page("/guide/1", title="临时居民身份证办理")
    sheet.load(page, "chromium")
    sheet.load(page, "webkit")
    sheet.load(page, "firefox", "blank_page")
    (finding,) = sheet.scored().findings
    assert (finding.points_lost, finding.source_table) == (0, "page_loads")
    assert (
        "Firefox" in finding.text_zh and "临时居民身份证办理" in finding.text_zh and "空白" in finding.text_zh
    )


@pytest.mark.parametrize("engines", [("chromium",), ("firefox", "webkit")])
def test_fewer_than_two_engines_or_no_chromium_measure_nothing(sheet: Any, engines: tuple[str, ...]) -> None:
    page = sheet.page("/", PageKind.HOME)
    for engine in engines:
        sheet.load(page, engine)
    found = sheet.score("multi_browser_load")
    assert (found.score, found.status, found.note) == (None, "not_measured", "browser_unavailable")


def test_blocked_pages_leave_the_denominator_and_lower_coverage(sheet: Any) -> None:
    for number in range(4):
        page = sheet.page(f"/guide/{number}")
        for engine in ("chromium", "firefox"):
            sheet.load(page, engine, "challenge_page" if number else None)
    found = sheet.score("multi_browser_load")
    assert (found.score, found.measured, found.coverage, found.note) == (100, 1, 0.25, "challenge_page × 3")
    assert sheet.scored().city.blocked


def test_all_blocked_is_blocked_and_no_failure(sheet: Any) -> None:
    page = sheet.page("/", PageKind.HOME)
    sheet.load(page, "chromium", "captcha")
    sheet.load(page, "firefox", "captcha")
    found = sheet.score("multi_browser_load")
    assert (found.score, found.status, found.note) == (None, "blocked", "captcha")
    assert sheet.scored().city.blocked


def test_the_last_attempt_counts_and_fail_then_ok_is_unstable(sheet: Any) -> None:
    page = sheet.page("/guide/1", title="一页")
    sheet.load(page, "chromium")
    sheet.load(page, "firefox", "timeout")
    sheet.load(page, "firefox", attempt=2)
    result = sheet.scored()
    assert sheet.score("multi_browser_load").score == 100
    (finding,) = result.findings
    assert finding.points_lost == 0 and "时好时坏" in finding.text_zh and "unstable" in finding.text_en


def test_a_failure_whose_confirmation_could_not_be_made_accuses_nobody(sheet: Any) -> None:
    good, page = sheet.page("/guide/0"), sheet.page("/guide/1")
    for engine in ("chromium", "firefox"):
        sheet.load(good, engine)
    sheet.load(page, "chromium")
    sheet.load(page, "firefox", "timeout")
    sheet.load(page, "firefox", "prober_overloaded", attempt=2)
    found = sheet.score("multi_browser_load")
    assert (found.score, found.measured, found.coverage) == (100, 1, 0.5)


def test_an_overturned_failure_counts_as_not_measured(sheet: Any) -> None:
    good, page = sheet.page("/guide/0"), sheet.page("/guide/1")
    for engine in ("chromium", "firefox"):
        sheet.load(good, engine)
    sheet.load(page, "chromium")
    failed = sheet.load(page, "firefox", "timeout")
    assert sheet.score("multi_browser_load").score == 75
    sheet.overturn(failed)
    assert (sheet.score("multi_browser_load").score, sheet.score("multi_browser_load").measured) == (100, 1)
    sheet.overturn(failed, "upheld")
    assert sheet.score("multi_browser_load").score == 75


def test_pages_outside_the_sample_and_phone_loads_do_not_count(sheet: Any) -> None:
    displaced, page = sheet.page("/guide/0", sampled=False), sheet.page("/guide/1")
    for engine in ("chromium", "firefox"):
        sheet.load(displaced, engine, "blank_page")
        sheet.load(page, engine)
        sheet.load(page, engine, "blank_page", device="phone")
    assert sheet.score("multi_browser_load").score == 100


@pytest.mark.parametrize(
    ("visits", "failures", "score", "note"),
    [
        (140, 0, 100, None),
        (200, 4, 60, None),
        (200, 10, 0, "veto"),
        (200, 40, 0, "veto"),
        (20, 0, 100, "provisional"),
        (20, 1, 0, "veto, provisional"),
        (19, 0, None, "not_due"),
        (0, 0, None, "not_due"),
    ],
)
def test_availability(sheet: Any, visits: int, failures: int, score: float | None, note: str | None) -> None:
    for number in range(visits):
        sheet.visit("timeout" if number < failures else None)
    found = sheet.score("home_availability")
    assert (found.score, found.note, found.measured) == (score, note, visits if score is not None else 0)


def test_availability_looks_back_seven_days_and_leaves_blocked_visits_out(sheet: Any) -> None:
    for _ in range(150):
        sheet.visit()
        sheet.visit("connect_refused", measured_at="2026-11-14T07:59:59.000Z")
        sheet.visit("connect_refused", measured_at="2026-11-21T08:00:01.000Z")
        sheet.visit("rate_limited")
    found = sheet.score("home_availability")
    assert (found.score, found.measured, found.coverage) == (100, 150, 0.5)


def test_load_time_is_the_75th_percentile_on_a_log_scale(sheet: Any) -> None:
    for number, time in enumerate([500, 900, 5477.2256, 30_000]):
        sheet.timed(sheet.page(f"/{number}"), time)
    found = sheet.score("load_time")
    assert found.score == pytest.approx(50, abs=0.01)
    assert found.note == "p75 = 5477 ms"
    lost = [each.points_lost for each in sheet.scored().findings]
    assert lost == pytest.approx([25, 25], abs=0.01)


def test_load_time_ignores_what_our_own_load_spoilt(sheet: Any) -> None:
    page = sheet.page("/")
    sheet.timed(page, None, "prober_overloaded")
    assert (sheet.score("load_time").status, sheet.score("load_time").note) == (
        "not_measured",
        "prober_overloaded",
    )


@pytest.mark.parametrize(("spoilt", "score"), [(2, 100), (3, None)])
def test_load_time_is_not_told_from_the_few_pages_that_a_busy_machine_left(
    sheet: Any, spoilt: int, score: float | None
) -> None:
    """Those that do not open are left, those that open in a tenth of a second are not."""
    sheet.timed(sheet.page("/broken"), None, "script_error")
    for number in range(6):
        sheet.timed(sheet.page(f"/{number}"), *((None, "prober_overloaded") if number < spoilt else (100,)))
    assert sheet.score("load_time").score == score


def test_a_page_that_never_opens_is_as_slow_as_can_be(sheet: Any) -> None:
    sheet.timed(sheet.page("/0"), 100)
    sheet.timed(sheet.page("/1"), None, "timeout")
    assert sheet.score("load_time").score == 0


def test_links_by_share_with_wilson_interval(sheet: Any) -> None:
    page = sheet.page("/", PageKind.HOME)
    for number in range(9):
        sheet.link(page, f"http://127.0.0.5/{number}")
    sheet.link(page, "http://127.0.0.5/dead", "http_4xx")
    found = sheet.score("link_health")
    assert (found.score, found.measured, found.passed) == (90, 10, 9)
    assert (round(found.low, 2), round(found.high, 2)) == (59.59, 98.21)
