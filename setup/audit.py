"""Ask for known vulnerabilities of the packages that we pin: `make audit`.

Ends with 0 where every package was looked up and nothing is known against it, 1 where something is known, 3 where
the packages could not be looked up. pip-audit alone says "no known vulnerabilities" of a package, too, that the
service does not know or that it could not ask for: that is no clean bill.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

CLEAN, VULNERABLE, NOT_AUDITED = 0, 1, 3
_SETUP = Path(__file__).resolve().parent
_TIMEOUT_S = 300
_SERVICES = ("pypi", "osv")
"""Asked one after the other until one knows the packages."""


def main(arguments: list[str]) -> int:
    """Audit files of pinned requirements and print what came of it; returns the exit code."""
    options = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    options.add_argument("files", nargs="*", type=Path, default=[_SETUP / "requirements.txt"])
    options.add_argument("--osv-url", help="a service that speaks OSV, instead of the public ones")
    asked = options.parse_args(arguments)
    services = [("osv", "--osv-url", asked.osv_url)] if asked.osv_url else [(each,) for each in _SERVICES]
    problem = ""
    for service in services:
        packages, said = ask(asked.files, service)
        known = [each for each in packages if each.get("vulns")]
        unknown = [each["name"] for each in packages if "skip_reason" in each]
        if known:
            print_vulnerabilities(known)
            return VULNERABLE
        if packages and not unknown:
            print(f"{len(packages)} packages looked up, no known vulnerability.")
            return CLEAN
        problem = problem or said or f"{len(unknown)} packages are unknown to the service ({unknown[0]} …)"
    print(f"Not audited: no service for advisories could be asked. {problem}", file=sys.stderr)
    print(
        "This says nothing of the packages: run  make audit  where PyPI or OSV can be reached.",
        file=sys.stderr,
    )
    return NOT_AUDITED


def ask(files: list[Path], service: tuple[str, ...]) -> tuple[list[dict[str, Any]], str]:
    """What pip-audit found for each package; nothing, and why, where it could not ask."""
    command = [sys.executable, "-m", "pip_audit", "--format", "json", "--progress-spinner", "off"]
    command += ["--disable-pip", "--require-hashes", "--timeout", "10", "--vulnerability-service", *service]
    for each in files:
        command += ["--requirement", str(each)]
    try:
        ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=_TIMEOUT_S)  # noqa: S603
    except subprocess.TimeoutExpired:
        return [], f"No answer in {_TIMEOUT_S} s."
    try:
        return list(json.loads(ended.stdout)["dependencies"]), ""
    except (ValueError, KeyError):
        return [], (ended.stderr.strip().splitlines() or ["pip-audit said nothing"])[-1][:300]


def print_vulnerabilities(packages: list[dict[str, Any]]) -> None:
    """A line for each vulnerability: the package, its name, where it is mended."""
    for each in packages:
        for found in each["vulns"]:
            mended = ", ".join(found.get("fix_versions") or ()) or "no release yet"
            print(f"{each['name']} {each['version']}: {found['id']}, mended in {mended}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
