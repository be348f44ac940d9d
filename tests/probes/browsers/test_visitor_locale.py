"""Every engine is a visitor from China, on whatever machine."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from probes.browsers.pool import EnginePool
from probes.browsers.visitor_locale import VisitorLocale
from results.settings import ENGINES
from tests.probes.browsers.misbehaving import MisbehavingPortal

SEEN = "({language: navigator.language, form: new Date(0).toLocaleDateString(), zone: new Date(0).getTimezoneOffset()})"


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("engine", ENGINES)
async def test_pages_are_asked_for_in_chinese(
    pool: EnginePool, portal: MisbehavingPortal, engine: str
) -> None:
    loaded = await pool.load(engine, portal.url("ok"), evaluate=SEEN, fresh=True)
    assert loaded.measured == {"language": "zh-CN", "form": "1970/1/1", "zone": -480}
    assert portal.languages[engine].startswith("zh-CN")
    assert next(each for each in pool.infos if each.name == engine).note in (None, *_SANDBOX_NOTES)


_SANDBOX_NOTES = (
    "runs without its sandbox: the user is root",
    "runs without its sandbox: the kernel gives it none",
)


def _known_to_the_c_library(environment: dict[str, str]) -> str:
    asked = "import locale; print(locale.setlocale(locale.LC_CTYPE, ''))"
    return subprocess.run(
        [sys.executable, "-c", asked], env=environment, capture_output=True, text=True, check=True
    ).stdout.strip()


def test_the_c_library_knows_the_locale() -> None:
    made = VisitorLocale()
    environment = made.environment()
    assert _known_to_the_c_library(environment) == "zh_CN.UTF-8"
    made.remove()
    assert not Path(environment["LOCPATH"]).exists()


def test_without_any_compiled_locale_the_system_is_asked(tmp_path: Path) -> None:
    environment = VisitorLocale([tmp_path]).environment()
    assert environment["LC_CTYPE"] == "zh_CN.UTF-8"
    assert "LOCPATH" not in environment
