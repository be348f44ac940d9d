import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.catalogue import Entry, load
from checks.measures import Case, falling, falling_log, share, wilson
from results.ledger import ScoreStatus
from results.records import Outcome, Reason

OK = Case(outcome=Outcome.OK, credit=1.0)
FAILED = Case(outcome=Outcome.FAILED, reason=Reason.TIMEOUT, credit=0.0)
ABSENT = Case(outcome=Outcome.ABSENT, reason=Reason.NOT_OFFERED)
OURS = Case(outcome=Outcome.NOT_MEASURED, reason=Reason.PROBER_OVERLOADED)
BLOCKED = Case(outcome=Outcome.BLOCKED, reason=Reason.CHALLENGE_PAGE)

cases = st.lists(st.sampled_from([OK, FAILED, OURS, BLOCKED]), max_size=12)
entries = st.sampled_from(load().indicators)


@given(cases, entries)
def test_what_was_not_measured_lowers_the_coverage_and_nothing_else(
    given_cases: list[Case], entry: Entry
) -> None:
    counted = [each for each in given_cases if each.credit is not None]
    found = share(given_cases, entry, 1.96)
    assert found.score == (share(counted, entry, 1.96).score if counted else None)
    assert found.coverage == pytest.approx(len(counted) / len(given_cases) if counted else 0)
    assert (found.status is ScoreStatus.SCORED) == bool(counted)


@given(cases.filter(bool), st.integers(1, 5), entries)
def test_what_is_absent_counts_as_nothing_where_the_catalogue_says_so(
    given_cases: list[Case], gone: int, entry: Entry
) -> None:
    before, after = share(given_cases, entry, 1.96), share([*given_cases, *[ABSENT] * gone], entry, 1.96)
    if entry.absent != "zero":
        assert after.score == before.score
        return
    assert after.score is not None
    assert after.score <= (before.score or 0)
    if before.score:
        assert after.score < before.score
    alone = share([ABSENT] * gone, entry, 1.96)
    assert (alone.score, alone.coverage) == (0, 1)


@given(cases, st.randoms(use_true_random=False), entries)
def test_in_whatever_order_the_cases_come(given_cases: list[Case], luck: random.Random, entry: Entry) -> None:
    shuffled = luck.sample(given_cases, len(given_cases))
    assert share(shuffled, entry, 1.96) == share(given_cases, entry, 1.96)


@given(cases, entries)
def test_one_more_pass_never_lowers_a_score_and_one_more_failure_never_raises_it(
    given_cases: list[Case], entry: Entry
) -> None:
    before = share(given_cases, entry, 1.96).score
    better, worse = (share([*given_cases, each], entry, 1.96).score for each in (OK, FAILED))
    assert better is not None and worse is not None
    assert 0 <= worse <= better <= 100
    if before is not None:
        assert worse <= before <= better


def test_wilson_by_the_book() -> None:
    # Newcombe (1998), table I: 81 of 263 gives 0.2553 to 0.3662
    low, high = wilson(81, 263, 1.959964)
    assert (round(low, 4), round(high, 4)) == (0.2553, 0.3662)


@given(st.integers(1, 400).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, 2 * n))))
def test_the_interval_holds_the_share(counts: tuple[int, int]) -> None:
    total, halves = counts
    low, high = wilson(halves / 2, total, 1.96)
    assert 0 <= low <= halves / 2 / total <= high <= 1


@pytest.mark.parametrize(("seconds", "credit"), [(0.5, 1), (2, 1), (15, 0), (60, 0)])
def test_log_scale_ends(seconds: float, credit: float) -> None:
    assert falling_log(seconds, 2, 15) == credit


def test_log_scale_is_half_at_the_geometric_mean() -> None:
    assert math.isclose(falling_log(math.sqrt(2 * 15), 2, 15), 0.5)


@pytest.mark.parametrize(("value", "credit"), [(0, 1), (3, 1), (16.5, 0.5), (30, 0), (99, 0)])
def test_linear_scale(value: float, credit: float) -> None:
    assert falling(value, 3, 30) == credit
