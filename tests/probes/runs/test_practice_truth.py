"""A city of each family, probed as a user would: no accusation without ground, no declared fault missed."""

from __future__ import annotations

from pathlib import Path

import pytest

from fixtures.cities.plan import plan
from fixtures.families.registry import lacking_packages
from fixtures.truth import truth
from tests.fixtures.comparing import Comparison, compare
from tests.program import run_probe

pytestmark = pytest.mark.timeout(900)

PARTS = "downloads,links,zones,interactions"
"""What one browser measures in seconds; the whole of it is left to the long tests."""

ONE_OF_EACH = ("shanghai", "guangzhou", "chengdu", "tianjin", "xining", "wulumuqi", "qingdao")
"""A city of each family."""


def differences(found: Comparison) -> list[str]:
    return [*found.unfounded, *found.misnamed, *found.missed]


@pytest.mark.parametrize("slug", ["chengdu", "qingdao"])
def test_files_links_zones_and_modules_are_as_declared(slug: str, tmp_path: Path) -> None:
    database = tmp_path / "found.db"
    options = ("--only", PARTS, "--engines", "chromium", "--sample", "5")
    ended = run_probe(
        "city", slug, "--practice", "--db", str(database), "--json", *options, cwd=tmp_path, timeout=240
    )
    assert ended.stdout, ended.stderr
    found = compare(database, truth(slug))
    assert differences(found) == []
    # page loads are no part of this run, so what is wrong with pages is not measured in it
    assert [each for each in found.unmeasured if not each.startswith(("any ", "firefox "))] == []


@pytest.mark.long
@pytest.mark.timeout(2400)
def test_a_sweep_over_every_family_finds_what_is_declared(tmp_path: Path) -> None:
    cities = [slug for slug in ONE_OF_EACH if not lacking_packages(plan(slug))]
    database = tmp_path / "found.db"
    options = ("--cities", ",".join(cities), "--engines", "chromium,firefox", "--sample", "12")
    ended = run_probe("sweep", "--practice", "--db", str(database), *options, cwd=tmp_path, timeout=2300)
    # 3: load times are left out where the machine was too busy for them
    assert ended.returncode in (0, 3), ended.stderr
    differing = {slug: differences(compare(database, truth(slug))) for slug in cities}
    assert differing == {slug: [] for slug in cities}
