"""What is installed is what was locked: every pin has its hash, and a file with another is refused."""

from __future__ import annotations

import base64
import hashlib
import importlib.util
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOCKS = [ROOT / "setup" / "requirements.txt", ROOT / "setup" / "requirements-dev.txt"]
_PIN = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)==([^\s;]+)")


def prepare() -> ModuleType:
    """The set-up script, which is no package."""
    found = importlib.util.spec_from_file_location("prepare", ROOT / "setup" / "prepare.py")
    assert found is not None and found.loader is not None
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_every_requirement_is_pinned_and_has_its_hashes(lock: Path) -> None:
    entries = [each for each in lock.read_text("utf-8").replace("\\\n", " ").splitlines() if each.strip()]
    assert len(entries) > 50
    assert [each[:60] for each in entries if not _PIN.match(each)] == []
    assert [each[:60] for each in entries if not re.search(r"--hash=sha256:[0-9a-f]{64}\b", each)] == []
    assert not re.search(r"https?://|--index-url|--find-links|--trusted-host", lock.read_text("utf-8"))


def test_make_and_ci_install_by_these_alone() -> None:
    assert "make test" in (ROOT / ".ci" / "run").read_text("utf-8")
    rules = (ROOT / "Makefile").read_text("utf-8")
    for purpose, lock in (("demo", "requirements.txt"), ("test", "requirements-dev.txt")):
        assert f"$(VENV)/.ready-{purpose}: pyproject.toml setup/{lock} setup/prepare.py" in rules


def a_wheel(folder: Path) -> str:
    """A package of nothing; returns its hash."""
    wheel = folder / "tinything-1.0-py3-none-any.whl"
    files = {
        "tinything.py": "",
        "tinything-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: tinything\nVersion: 1.0\n",
        "tinything-1.0.dist-info/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "tinything-1.0.dist-info/RECORD"
    with zipfile.ZipFile(wheel, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
        sums = {name: hashlib.sha256(text.encode()).digest() for name, text in files.items()}
        lines = [f"{name},sha256={base64.urlsafe_b64encode(sums[name]).decode().rstrip('=')},{len(text)}" for name, text in files.items()]  # fmt: skip
        archive.writestr(record, "\n".join([*lines, f"{record},,"]) + "\n")
    return hashlib.sha256(wheel.read_bytes()).hexdigest()


@pytest.mark.parametrize("change", ["nothing", "one digit of a hash", "no hash"])
def test_set_up_refuses_a_package_that_is_not_what_was_locked(
    change: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = a_wheel(tmp_path)
    (tmp_path / "setup").mkdir()
    wrong = ("0" if right[0] != "0" else "1") + right[1:]
    hashes = {
        "nothing": f" --hash=sha256:{right}",
        "one digit of a hash": f" --hash=sha256:{wrong}",
        "no hash": "",
    }
    (tmp_path / "setup" / "requirements.txt").write_text(f"tinything==1.0{hashes[change]}\n")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    monkeypatch.setenv("PIP_TARGET", str(tmp_path / "installed"))
    script = prepare()
    monkeypatch.setattr(script, "ROOT", tmp_path)
    monkeypatch.setattr(script, "BIN", Path(sys.executable).parent)
    # the project itself is no part of this folder, so that even a good package ends in an error, but a later one
    with pytest.raises(subprocess.CalledProcessError) as stopped:
        script.install_project("demo")
    is_later = "--editable" in stopped.value.cmd
    assert is_later == (change == "nothing")
    assert (tmp_path / "installed" / "tinything.py").exists() == (change == "nothing")
