from pathlib import Path

import pytest

from results.ledger import City
from results.report.filters import address, both, city_name, moment, picture, portal, shade, sparkline
from results.words import Words


@pytest.mark.parametrize(
    "text", ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "http://[", "办事指南"]
)
def test_only_web_addresses_become_links(text: str) -> None:
    assert "<a" not in address(text)


def test_portal_text_is_escaped_and_isolated() -> None:
    assert portal('<b>"x"') == "<bdi>&lt;b&gt;&#34;x&#34;</bdi>"
    assert "<b>" not in both(Words("<b>", "<i>")) and "<b>" not in city_name(City(slug="<b>", name="<b>"))


def test_what_is_alike_in_both_languages_is_said_once() -> None:
    assert both(Words("HTTP", "HTTP")) == "HTTP"


@pytest.mark.parametrize(
    ("text", "said"),
    [(None, "–"), ("2026-01-05T01:00:00.000Z", "2026-01-05 09:00:00"), ("yesterday", "yesterday")],
)
def test_moments_are_said_in_chinese_time(text: str | None, said: str) -> None:
    assert moment(text) == said


@pytest.mark.parametrize(("score", "name"), [(None, "none"), (0, "s0"), (59.9, "s5"), (100, "s9")])
def test_every_score_has_a_colour(score: float | None, name: str) -> None:
    assert shade(score) == name


def test_a_picture_is_linked_embedded_or_gone(tmp_path: Path) -> None:
    file = tmp_path / "shot one.png"
    assert picture(None, tmp_path, embed=False) is None
    assert picture(str(file), tmp_path, embed=False) == {"gone": True, "name": "shot one.png"}
    file.write_bytes(b"x")
    linked, embedded = (picture(str(file), tmp_path, embed=embed) for embed in (False, True))
    assert linked is not None and linked["src"] == "shot%20one.png" and not linked["embedded"]
    assert embedded is not None and embedded["src"] == "data:image/png;base64,eA==" and embedded["embedded"]


def test_a_line_of_totals_leaves_gaps_out() -> None:
    assert sparkline([80.0, None, 90.0]).count(",") == 2
