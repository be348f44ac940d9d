"""Cities whose front-end packages are missing are named, never left out in silence."""

from __future__ import annotations

import json
from pathlib import Path

from tests.program import run_probe


def test_a_city_whose_packages_are_missing_is_named(tmp_path: Path) -> None:
    listed = run_probe("practice", "list", "--json", cwd=tmp_path, PORTAL_PROBE_CACHE=str(tmp_path))
    lacking = {each["slug"]: each["lacking"] for each in json.loads(listed.stdout)}
    assert lacking["shanghai"] == []
    assert lacking["tianjin"] == ["vue"]

    ended = run_probe("practice", "serve", "tianjin", cwd=tmp_path, PORTAL_PROBE_CACHE=str(tmp_path))
    assert ended.returncode == 2
    assert "tianjin left out: npm package vue is missing" in ended.stderr
    assert "no practice portal can be started" in ended.stderr
