"""How often a property is tried: a little in the quick suite, `PROPERTY_TIMES` times as often in `make test-long`.

The quick suite tries the same examples every time, so that no change is refused for what it has not done.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

_TIMES = int(os.environ.get("PROPERTY_TIMES", "1"))


def tried(examples: int) -> Callable[[Any], Any]:
    """Mark a hypothesis test as a property that is tried on so many examples in the quick suite."""

    def mark(test: Any) -> Any:
        chosen = settings(
            max_examples=examples * _TIMES,
            deadline=None,
            derandomize=_TIMES == 1,
            suppress_health_check=[
                HealthCheck.too_slow,
                HealthCheck.function_scoped_fixture,
                HealthCheck.data_too_large,
            ],
        )
        limit = pytest.mark.timeout(180 * max(1, _TIMES))
        return pytest.mark.property(limit(chosen(test)))

    return mark
