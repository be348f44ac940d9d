"""How near to the rate a run comes: the distance between requests that take a turn, from the portal's own log.

    python tests/benchmarks/bench_pace.py [RATE]

Prints the median and the 90th percentile in seconds, of all turns and of navigations alone. At one a second the
median should be 1.0 to 1.2 s while there is work waiting, and no distance may be below what the rate allows.
"""

from __future__ import annotations

import asyncio
import itertools
import statistics
import sys
import tempfile
from pathlib import Path

from fixtures.request_log import RequestLog, read_log
from fixtures.server import serve
from tests.probes.runs.sweeping import write_registry
from tests.program import clean_environment

CITY = "chengdu"


async def main(rate: float) -> None:
    """Sweep one practice city and read its portal's log."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        log = RequestLog(folder / "requests.jsonl").middleware()
        async with serve([CITY], port=0, guides=12, before=[log]) as server:
            write_registry(folder, server.addresses)
            command = ["-m", "probes.cli", "sweep", "--cities", CITY, "--rate", f"{rate:g}", "--sample", "6"]
            command += ["--only", "loads,links,downloads", "--engines", "chromium", "--db", "probe.db"]
            sweep = await asyncio.create_subprocess_exec(
                sys.executable,
                *command,
                cwd=folder,
                env=clean_environment(),
                stdout=asyncio.subprocess.DEVNULL,
            )
            await sweep.wait()
        turns = sorted((each for each in read_log(folder / "requests.jsonl") if each.takes_a_turn), key=lambda each: each.began)  # fmt: skip
        for what, chosen in (
            ("all turns", turns),
            ("navigations", [each for each in turns if each.is_navigation]),
        ):
            gaps = sorted(other.began - one.began for one, other in itertools.pairwise(chosen))
            if gaps:
                print(
                    f"{what}: {len(chosen)}, median {statistics.median(gaps):.2f} s,"
                    f" 90 % {gaps[int(len(gaps) * 0.9)]:.2f} s, least {gaps[0]:.2f} s"
                )


if __name__ == "__main__":
    asyncio.run(main(float(sys.argv[1]) if sys.argv[1:] else 1.0))
