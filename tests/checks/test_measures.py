import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.measures import falling, falling_log, wilson


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
