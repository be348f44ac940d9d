"""`probe browsers`: which engines there are, how they are driven, and whether they work."""

from __future__ import annotations

import click

from probes.browsers.pool import EnginePool
from probes.cli.console import print_json, print_table
from probes.cli.language import say
from probes.cli.options import json_option
from probes.cli.stopping import run_to_end
from results.settings import ENGINES
from spiders.net.egress import EgressGuard
from spiders.net.politeness import Politeness
from spiders.net.proxy import EgressProxy

NO_BROWSER = 4


@click.command(
    "browsers",
    help=say(
        zh="显示找到的浏览器引擎：版本、来源、驱动方式、自检结果。一个都不能用时退出码为 4。",
        en="Show the engines found: version, source, how driven, self-test. Exits with 4 when none works.",
    ),
)
@json_option
def command(as_json: bool) -> int:
    """Launches every engine and lets it pass its self-test."""
    rows = run_to_end(_examine())
    if as_json:
        print_json(rows)
    else:
        print_table(
            "",
            [
                say(zh="引擎", en="engine"),
                say(zh="版本", en="version"),
                say(zh="驱动", en="driven by"),
                say(zh="来源", en="source"),
                say(zh="自检", en="self-test"),
                say(zh="说明", en="remark"),
            ],
            [tuple(row.values()) for row in rows],
        )
    return 0 if any(row["self_test"] == "ok" for row in rows) else NO_BROWSER


async def _examine() -> list[dict[str, str]]:
    guard = EgressGuard()
    async with (
        EgressProxy(guard) as proxy,
        EnginePool(ENGINES, proxy=proxy, politeness=Politeness(1), user_agent_suffix="") as pool,
    ):
        rows = []
        for engine in pool.infos:
            problem = pool.missing.get(engine.name)
            passed = problem is None and await pool.self_test(engine.name)
            rows.append(
                {
                    "engine": engine.name,
                    "version": engine.version or "",
                    "driver": engine.driver or "",
                    "source": engine.executable or engine.source or "",
                    "self_test": "ok" if passed else "missing" if problem else "failed",
                    "remark": problem or engine.note or "",
                }
            )
        return rows
