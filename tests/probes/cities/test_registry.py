"""The registry: 56 cities, a user's own beside them, mistakes named."""

from __future__ import annotations

from pathlib import Path

import pytest

from probes.cities.registry import checked_address, load_registry
from results.errors import PlainError


def test_all_fifty_six_cities_are_there_with_their_confidence() -> None:
    cities = list(load_registry())
    assert len(cities) == 56 and len({each.adcode for each in cities}) == 56
    assert sum(each.group == "core36" for each in cities) == 36
    assert {each.region for each in cities} == {"华北", "东北", "华东", "华中", "华南", "西南", "西北"}
    assert all((each.confidence == "none") == (each.home_url is None) for each in cities)


def test_a_portal_is_an_address_and_a_region() -> None:
    portal = load_registry().get("guangzhou").portal()
    assert portal.area_code == "440100000000" and portal.home_url.endswith("region=440100")


def test_a_city_without_an_address_says_so() -> None:
    with pytest.raises(PlainError, match="no portal address of its own") as caught:
        load_registry().get("taiyuan").portal()
    assert "--home" in caught.value.en and caught.value.exit_code == 2


def test_the_nearest_slug_is_named() -> None:
    with pytest.raises(PlainError, match="did you mean shanghai"):
        load_registry().get("shanghia")
    assert load_registry().get("上海市").slug == load_registry().get("上海").slug == "shanghai"


def test_cities_are_chosen_by_word(tmp_path: Path) -> None:
    registry = load_registry()
    assert len(registry.chosen("all")) == 56
    assert [each.slug for each in registry.chosen("beijing,chengdu")] == ["beijing", "chengdu"]
    assert {each.region for each in registry.chosen("region:东北")} == {"东北"}
    listed = tmp_path / "mine.txt"
    listed.write_text("shanghai\nchengdu\n")
    assert [each.slug for each in registry.chosen(str(listed))] == ["shanghai", "chengdu"]
    for nothing in ("region:北极", ",", ""):
        with pytest.raises(PlainError, match="no city in"):
            registry.chosen(nothing)


def test_a_users_own_file_lies_over_it(tmp_path: Path) -> None:
    own = tmp_path / "cities.toml"
    own.write_text(
        '[[city]]\nslug = "taiyuan"\nhome_url = "https://zwfw.example.gov.cn/"\nconfidence = "user"\n'
        '[[city]]\nslug = "mycity"\nname = "某市"\nhome_url = "http://mycity.example/"\nauthorized = "文号 1"\n'
    )
    registry = load_registry(own)
    assert registry.get("taiyuan").portal().home_url == "https://zwfw.example.gov.cn/"
    assert registry.get("taiyuan").province == "山西省"
    assert registry.get("mycity").authorized == "文号 1"


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ('[[city]]\nslug = "x"\nname = "x"\nhome_url = "ftp://x/"\n', "x.home_url"),
        ('[[city]]\nslug = "x"\nname = "x"\nhome_ulr = "http://x/"\n', "x.home_ulr"),
        ("[[city]\n", "cannot read"),
    ],
)
def test_a_wrong_entry_is_named(tmp_path: Path, text: str, named: str) -> None:
    own = tmp_path / "cities.toml"
    own.write_text(text)
    with pytest.raises(PlainError) as caught:
        load_registry(own)
    assert named in caught.value.en and "\n" not in caught.value.en


@pytest.mark.parametrize(
    "url", ["", "portal", "http://", "ftp://x/", "http://a b/", "http://[::1", "http://x:99999/"]
)
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(PlainError, match="not an http"):
        checked_address(url)
