"""Which real browser engines this machine has, and where each comes from."""

from __future__ import annotations

import json
import os
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import playwright

from results.settings import ENGINES

_VERSION_TIMEOUT_S = 20
_VERSION = re.compile(r"\d+(?:\.\d+)+")

# usual names in order of preference: the headless shell loads about 2.5 times as many pages a second
_HEADLESS_SHELLS = ("chromium-headless-shell", "chrome-headless-shell", "headless_shell")
_CHROMIUMS = (
    "chromium",
    "chromium-browser",
    "google-chrome-stable",
    "google-chrome",
    "chrome",
    "microsoft-edge-stable",
    "microsoft-edge",
    "msedge",
)
_FIREFOXES = ("firefox-esr", "firefox")
_APPLICATIONS = {
    "chromium": (
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        "/Applications/Chromium.app/Contents/MacOS/Chromium",
        "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    ),
    "firefox": ("/Applications/Firefox.app/Contents/MacOS/firefox",),
}
# MiniBrowser is no command: distributions keep it beside the library
_MINIBROWSER_PLACES = (
    "lib/*/webkit2gtk-4.1/MiniBrowser",
    "lib/*/webkitgtk-6.0/MiniBrowser",
    "lib/*/webkit2gtk-4.0/MiniBrowser",
    "lib*/webkit2gtk-4.1/MiniBrowser",
    "lib*/webkitgtk-6.0/MiniBrowser",
    "libexec/webkit2gtk-4.1/MiniBrowser",
    "libexec/webkitgtk-6.0/MiniBrowser",
)


@dataclass(frozen=True, kw_only=True)
class EngineInfo:
    """An engine as it was found: what it is and how it will be driven."""

    name: str
    """chromium, firefox or webkit."""
    version: str | None = None
    """None until its first start where it does not tell otherwise (WebKitGTK)."""
    executable: str | None = None
    """Path of the program; None where Playwright brings its own."""
    source: str | None = None
    """Where it comes from, in words."""
    driver: str | None = None
    """`playwright` or `webdriver`."""
    problem: str | None = None
    """Why it cannot be used; None when it can."""
    note: str | None = None
    """What a user should know, e.g. that it runs without its sandbox."""
    beside: tuple[str, ...] = ()
    """Further programs that it needs: for WebDriver the driver's own, and the display's."""


def find_engines(names: Sequence[str] = ENGINES) -> list[EngineInfo]:
    """Look for the named engines, in the order of the names.

    Returns:
        One `EngineInfo` for each name; `problem` says what to install where one is missing.
        Nothing is launched but `--version`.
    """
    finders: dict[str, Callable[[], EngineInfo]] = {
        "chromium": _find_chromium,
        "firefox": _find_firefox,
        "webkit": _find_webkit,
    }
    return [
        finders[name]() if name in finders else EngineInfo(name=name, problem=f"no such engine: {name}")
        for name in names
    ]


def _find_chromium() -> EngineInfo:
    shell = _installed(_HEADLESS_SHELLS)
    if shell:
        return _system("chromium", shell)
    own = _playwright_build("chromium-headless-shell")
    if own:
        return EngineInfo(name="chromium", version=own, source="Playwright's own build", driver="playwright")
    program = _installed(_CHROMIUMS, _APPLICATIONS["chromium"])
    if program:
        return _system("chromium", program)
    return EngineInfo(
        name="chromium",
        problem="not found: run `playwright install chromium`, or install chromium-headless-shell (Debian) or Chrome",
    )


def _find_firefox() -> EngineInfo:
    own = _playwright_build("firefox")
    if own:
        return EngineInfo(name="firefox", version=own, source="Playwright's own build", driver="playwright")
    program = _installed(_FIREFOXES, _APPLICATIONS["firefox"])
    if program:
        return _system("firefox", program)
    return EngineInfo(
        name="firefox", problem="not found: run `playwright install firefox`, or install firefox-esr (Debian)"
    )


def _find_webkit() -> EngineInfo:
    own = _playwright_build("webkit")
    if own:
        return EngineInfo(name="webkit", version=own, source="Playwright's own build", driver="playwright")
    webdriver = _installed(("WebKitWebDriver",))
    browser = _minibrowser()
    if not webdriver or not browser:
        return EngineInfo(
            name="webkit",
            problem="not found: run `playwright install webkit`, or install webkit2gtk-driver and xvfb (Debian)",
        )
    display = _installed(("Xvfb",))
    if not display and not os.environ.get("DISPLAY"):
        return EngineInfo(
            name="webkit",
            executable=browser,
            driver="webdriver",
            problem="WebKitGTK needs a display: install xvfb",
        )
    return EngineInfo(
        name="webkit",
        executable=browser,
        source=browser,
        driver="webdriver",
        beside=(webdriver, display) if display else (webdriver,),
    )


def _system(name: str, program: str) -> EngineInfo:
    return EngineInfo(
        name=name, version=_version_of(program), executable=program, source=program, driver="playwright"
    )


def _installed(commands: Sequence[str], places: Sequence[str] = ()) -> str | None:
    found = (shutil.which(command) for command in commands)
    there = (place for place in places if Path(place).is_file())
    return next((each for each in (*found, *there) if each), None)


def _minibrowser() -> str | None:
    command = shutil.which("MiniBrowser")
    if command:
        return command
    for prefix in (Path("/usr"), Path("/usr/local")):
        for place in _MINIBROWSER_PLACES:
            for found in sorted(prefix.glob(place)):
                if os.access(found, os.X_OK):
                    return str(found)
    return None


def _version_of(program: str) -> str | None:
    try:
        said = subprocess.run(  # noqa: S603 - a program found under a usual name
            [program, "--version"], capture_output=True, text=True, timeout=_VERSION_TIMEOUT_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    number = _VERSION.search(said.stdout)
    return number.group() if number else None


def _playwright_build(name: str) -> str | None:
    """The version of a browser that `playwright install` brought, if it is there whole."""
    catalogue = Path(playwright.__file__).parent / "driver" / "package" / "browsers.json"
    try:
        entries = json.loads(catalogue.read_text(encoding="utf-8"))["browsers"]
    except (OSError, ValueError, KeyError):
        return None
    wanted = next((each for each in entries if each["name"] == name), None)
    if wanted is None:
        return None
    folder = _playwright_folder()
    revisions = {wanted["revision"], *wanted.get("revisionOverrides", {}).values()}
    for revision in revisions:
        if (folder / f"{name.replace('-', '_')}-{revision}" / "INSTALLATION_COMPLETE").exists():
            return str(wanted.get("browserVersion") or revision)
    return None


def _playwright_folder() -> Path:
    """Where Playwright keeps its browsers (playwright.dev, "Managing browser binaries")."""
    chosen = os.environ.get("PLAYWRIGHT_BROWSERS_PATH")
    if chosen == "0":
        return Path(playwright.__file__).parent / "driver" / "package" / ".local-browsers"
    if chosen:
        return Path(chosen)
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "ms-playwright"
    if platform.system() == "Windows":
        return Path(os.environ.get("LOCALAPPDATA", str(Path.home()))) / "ms-playwright"
    return Path(os.environ.get("XDG_CACHE_HOME", str(Path.home() / ".cache"))) / "ms-playwright"
