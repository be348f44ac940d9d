"""Set up what `make demo` and `make test` need: a virtual environment and browsers.

Runs on the system's Python with its standard library alone. Says in one line what it is doing, and does
nothing where nothing is left to do. Browsers: what is installed is used; else Playwright's own download
is tried; else the system's packages; and if nothing works, one line says what to install.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")

CHROMIUM = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "microsoft-edge",
)
FIREFOX = ("firefox-esr", "firefox")
PACKAGES = {"chromium": "chromium-headless-shell", "firefox": "firefox-esr"}
EXTRA_PACKAGES = ("webkit2gtk-driver", "xvfb", "fonts-noto-cjk")
"""The third engine, a screen for it, and Chinese letters for screenshots: wanted, not needed."""
_NPM_S = 300
"""Seconds that npm may take: a set-up goes on without it."""


def main(purpose: str) -> None:
    """Set up for `demo` or `test`, and leave a mark that it was done."""
    if sys.version_info < (3, 11):  # noqa: UP036  # runs on whatever Python the system has
        sys.exit(f"Python 3.11 or newer is needed; this is {sys.version.split()[0]}")
    make_environment()
    install_project(purpose)
    provide_browsers()
    fetch_bundles()
    (VENV / f".ready-{purpose}").touch()
    if purpose == "test":
        (VENV / ".ready-demo").touch()


def make_environment() -> None:
    """A virtual environment in `.venv`."""
    if (BIN / "python").exists():
        return
    say("Making a virtual environment in .venv …")
    try:
        run([sys.executable, "-m", "venv", str(VENV)])
    except subprocess.CalledProcessError:
        shutil.rmtree(VENV, ignore_errors=True)
        if not install_packages(["python3-venv"]):
            sys.exit(
                "Python's venv module is missing: have an administrator run  apt-get install python3-venv"
            )
        run([sys.executable, "-m", "venv", str(VENV)])


def install_project(purpose: str) -> None:
    """The pinned dependencies, checked by hash, and the project itself."""
    pins = ROOT / "setup" / ("requirements-dev.txt" if purpose == "test" else "requirements.txt")
    say("Installing the Python packages …")
    pip = [str(BIN / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    run([*pip, "--require-hashes", "-r", str(pins)])
    run([*pip, "--no-deps", "--editable", str(ROOT)])


def provide_browsers() -> None:
    """Two engines at least, three where the system has them."""
    missing = missing_engines()
    if missing:
        say(f"Asking Playwright for {' and '.join(missing)} …")
        outcome = subprocess.run(  # noqa: S603  # our own environment's program
            [str(BIN / "playwright"), "install", *missing],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
        )
        missing = missing_engines() if outcome.returncode == 0 else missing
    wanted = [PACKAGES[name] for name in missing] + missing_extras()
    if wanted and not install_packages(wanted) and missing:
        install_packages([PACKAGES[name] for name in missing])
    missing = missing_engines()
    if missing:
        names = " ".join(PACKAGES[name] for name in missing)
        sys.exit(
            f"No {' and no '.join(missing)} found, and none could be installed. Have an administrator run "
            f"apt-get install {names}  (Debian), or run  .venv/bin/playwright install --with-deps {' '.join(missing)}"
        )


def fetch_bundles() -> None:
    """The front-end bundles of some practice cities, from npm; without them these cities are left out."""
    without = "practice cities that are built with Vue or use ready-made chat widgets are left out"
    if shutil.which("npm") is None:
        say(f"npm is not installed: {without}")
        return
    fetch = [str(BIN / "python"), "-m", "fixtures.npm"]
    try:
        outcome = subprocess.run(fetch, cwd=ROOT, capture_output=True, check=False, timeout=_NPM_S)  # noqa: S603
        fetched = outcome.returncode == 0
    except subprocess.TimeoutExpired:
        fetched = False
    if not fetched:
        say(f"npm could not fetch the front-end bundles: {without}")


def missing_engines() -> list[str]:
    """Engines that neither the system nor Playwright has."""
    found = {
        "chromium": any(shutil.which(name) for name in CHROMIUM),
        "firefox": any(shutil.which(name) for name in FIREFOX),
    }
    return [name for name, on_system in found.items() if not on_system and not playwright_has(name)]


def playwright_has(name: str) -> bool:
    """Whether Playwright's own build of an engine is installed."""
    code = (
        "import sys, pathlib, playwright.sync_api as p\n"
        "with p.sync_playwright() as play:\n"
        "    sys.exit(0 if pathlib.Path(getattr(play, sys.argv[1]).executable_path).exists() else 1)\n"
    )
    return subprocess.run([str(BIN / "python"), "-c", code, name], check=False).returncode == 0  # noqa: S603


def missing_extras() -> list[str]:
    """Packages of the system that a third engine and good screenshots take; none but on Debian's kin."""
    if not shutil.which("dpkg-query"):
        return []
    return [name for name in EXTRA_PACKAGES if not package_installed(name)]


def package_installed(name: str) -> bool:
    """Whether a Debian package is installed."""
    answer = subprocess.run(  # noqa: S603
        ["dpkg-query", "-W", "-f", "${db:Status-Status}", name],  # noqa: S607
        capture_output=True,
        text=True,
        check=False,
    )
    return answer.stdout == "installed"


def install_packages(names: list[str]) -> bool:
    """Install Debian packages as root, or by a sudo that asks for no password; False where that cannot be."""
    apt = shutil.which("apt-get")
    if apt is None:
        return False
    prefix: list[str] = []
    if os.geteuid() != 0:
        sudo = shutil.which("sudo")
        if sudo is None or not may_sudo(sudo):
            return False
        prefix = [sudo]
    say(f"Installing system packages: {' '.join(names)} …")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    keep = ["env", "DEBIAN_FRONTEND=noninteractive"] if prefix else []
    for arguments in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", *names]):
        command = [*prefix, *keep, apt, *arguments]
        outcome = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    if outcome.returncode != 0:
        say(f"  apt-get said: {(outcome.stderr.strip().splitlines() or ['nothing'])[-1]}")
    return outcome.returncode == 0


def may_sudo(sudo: str) -> bool:
    """Whether sudo works: without a password, or with one that a person can be asked for."""
    if subprocess.run([sudo, "-n", "true"], capture_output=True, check=False).returncode == 0:  # noqa: S603
        return True
    return sys.stdin.isatty() and subprocess.run([sudo, "-v"], check=False).returncode == 0  # noqa: S603


def run(command: list[str]) -> None:
    """Run a command; what it says is shown."""
    subprocess.run(command, check=True)  # noqa: S603


def say(line: str) -> None:
    """One line to the person who waits."""
    print(line, flush=True)


if __name__ == "__main__":
    try:
        main(sys.argv[1])
    except subprocess.CalledProcessError as error:
        sys.exit(f"Set-up stopped: {' '.join(map(str, error.cmd[:4]))} … ended with {error.returncode}")
