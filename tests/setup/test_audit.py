"""`make audit`: the real pip-audit against a service of our own."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

pytest.importorskip("pip_audit")
AUDIT = Path(__file__).resolve().parents[2] / "setup" / "audit.py"
ADVISORY = {
    "id": "PYSEC-2026-1",
    "summary": "reads what it should not",
    "aliases": [],
    "affected": [
        {
            "package": {"name": "six", "ecosystem": "PyPI"},
            "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "1.17.0"}]}],
        }
    ],
}


@pytest.fixture
def pinned(tmp_path: Path) -> Path:
    file = tmp_path / "requirements.txt"
    file.write_text(f"six==1.16.0 --hash=sha256:{'8' * 64}\nidna==3.10 --hash=sha256:{'9' * 64}\n")
    return file


async def audited(pinned: Path, answer: Any) -> tuple[int | None, str, str]:
    """Run the audit against a service that answers so; None for one that is down."""

    async def query(request: web.Request) -> web.Response:
        asked = (await request.json())["package"]["name"]
        found = answer.get(asked, {})
        return web.json_response(found, status=200 if isinstance(found, dict) else found)

    app = web.Application()
    app.router.add_post("/v1/query", query)
    runner = web.AppRunner(app, handle_signals=False, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        port = runner.addresses[0][1]
        if answer is None:
            await runner.cleanup()
        audit = await asyncio.create_subprocess_exec(
            *(sys.executable, str(AUDIT), str(pinned), "--osv-url", f"http://127.0.0.1:{port}/v1/query"),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        said, complained = await audit.communicate()
    finally:
        await runner.cleanup()
    return audit.returncode, said.decode(), complained.decode()


async def test_what_is_known_of_a_package_is_told_with_where_it_is_mended(pinned: Path) -> None:
    code, said, _ = await audited(pinned, {"six": {"vulns": [ADVISORY]}})
    assert code == 1
    assert said == "six 1.16.0: PYSEC-2026-1, mended in 1.17.0\n"


async def test_nothing_known_of_all_of_them_is_a_clean_bill(pinned: Path) -> None:
    code, said, _ = await audited(pinned, {})
    assert (code, said) == (0, "2 packages looked up, no known vulnerability.\n")


@pytest.mark.parametrize(
    "answer", [None, {"six": 500}], ids=["a service that is down", "a service that errs"]
)
async def test_what_could_not_be_asked_for_is_no_clean_bill(pinned: Path, answer: Any) -> None:
    code, said, complained = await audited(pinned, answer)
    assert code == 3
    assert said == ""
    assert complained.startswith("Not audited: ") and "Traceback" not in complained
