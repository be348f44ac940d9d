"""Nothing that the prober started is left once it is gone, even if it was killed."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys

import psutil
import pytest

from probes.browsers.engines import find_engines
from probes.browsers.marks import OWNER_MARK
from results.settings import ENGINES

_PROBER = """
import asyncio, sys
from probes.browsers.marks import OWNER
from probes.browsers.pool import EnginePool

async def main():
    async with EnginePool(sys.argv[1:], proxy=None, politeness=None, user_agent_suffix="test") as pool:
        print(OWNER, *pool.names, flush=True)
        await asyncio.sleep(600)

asyncio.run(main())
"""


def started_by(owner: str) -> dict[int, str]:
    """What carries a prober's mark, by process id."""
    found = {}
    for each in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            is_gone = each.status() == psutil.STATUS_ZOMBIE
            if not is_gone and each.environ().get(OWNER_MARK) == owner:
                found[each.pid] = each.name()
    return found


@pytest.mark.skipif(sys.platform != "linux", reason="processes are asked for their environment through /proc")
@pytest.mark.parametrize("engine", [*ENGINES[:2], pytest.param("webkit", marks=pytest.mark.long)])
async def test_a_killed_prober_leaves_nothing_behind(engine: str) -> None:
    if find_engines((engine,))[0].problem:
        pytest.skip(f"{engine} is not installed")
    prober = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _PROBER, engine, stdout=asyncio.subprocess.PIPE
    )
    assert prober.stdout is not None
    owner, *engines = (await asyncio.wait_for(prober.stdout.readline(), 90)).decode().split()
    assert engines == [engine]
    assert started_by(owner)
    prober.send_signal(signal.SIGKILL)
    await prober.wait()
    for _ in range(100):
        if not (left := started_by(owner)):
            break
        await asyncio.sleep(0.1)
    assert left == {}
