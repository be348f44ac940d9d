from typing import Any

import pytest

from results.errors import PlainError
from results.records import PageLoad
from results.reviews import add_review, reviews_in, reviews_of
from results.scores import run_of

GOOD: dict[str, Any] = {
    "table": "page_loads",
    "row_id": 1,
    "decision": "overturned",
    "by": "王审核",
    "why": "当时机房断网",
}


def test_a_review_stands_beside_an_untouched_observation(archive: Any) -> None:
    before = archive.store.all(PageLoad, id=1)
    review = add_review(archive.store, **GOOD)
    assert review.id and review.decided_at.endswith("Z")
    assert archive.store.all(PageLoad, id=1) == before
    assert reviews_of(archive.store) == [review]
    assert reviews_of(archive.store, slug="city00") == [review]
    assert reviews_of(archive.store, slug="city01") == []
    assert reviews_in(archive.store, run_of(archive.store, "city00")) == [review]
    assert reviews_in(archive.store, run_of(archive.store, "city01")) == []


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"table": "scores"}, "no observations"),
        ({"table": "page_loads where 1; --"}, "no observations"),
        ({"row_id": 999_999}, "999999"),
        ({"decision": "perhaps"}, "perhaps"),
        ({"by": " "}, "who decided"),
        ({"why": ""}, "why"),
    ],
)
def test_a_wrong_review_is_one_clear_line_and_is_not_kept(
    archive: Any, change: dict[str, Any], says: str
) -> None:
    with pytest.raises(PlainError, match=says):
        add_review(archive.store, **{**GOOD, **change})
    assert reviews_of(archive.store) == []
