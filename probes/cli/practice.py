"""`probe practice`: the practice portals, on loopback, with their truth."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import click

import fixtures
from fixtures.request_log import RequestLog
from fixtures.server import serve
from fixtures.truth import truth
from probes.cli.console import note, print_json, print_table
from probes.cli.language import say
from probes.cli.options import json_option, language_option
from results.errors import PlainError


@click.group(
    "practice",
    help=say(
        zh="模拟门户：只在本机环回地址上，故障都已声明",
        en="Practice portals: on loopback only, every fault declared.",
    ),
)
@language_option
def command() -> None:
    """The practice portals' commands."""


@command.command("list", help=say(zh="列出模拟门户", en="List the practice portals."))
@json_option
def list_portals(as_json: bool) -> None:
    """A line for each practice portal."""
    cities = fixtures.practice_cities()
    if as_json:
        print_json(
            [
                {
                    "slug": each.slug,
                    "city": each.name,
                    "family": each.family,
                    "faults": list(each.faults),
                    "lacking": list(each.lacking),
                }
                for each in cities
            ]
        )
        return
    print_table(
        "",
        [
            say(zh="代号", en="slug"),
            say(zh="城市", en="city"),
            say(zh="家族", en="family"),
            say(zh="声明的故障", en="declared faults"),
        ],
        [(each.slug, each.name, each.family, ", ".join(each.faults)) for each in cities],
    )
    for each in cities:
        if each.lacking:
            _note_left_out(each.slug, each.lacking)


@command.command(
    "truth",
    help=say(
        zh="一个模拟门户的真实情况（完美的探测应得到的结果）",
        en="What a perfect prober finds on a practice portal.",
    ),
)
@click.argument("slug")
@json_option
def show_truth(slug: str, as_json: bool) -> None:
    """The declared truth; always JSON, since it has no other form."""
    del as_json
    checked_slugs([slug])
    print_json(truth(slug))


@command.command(
    "serve", help=say(zh="启动模拟门户（Ctrl-C 结束）", en="Serve practice portals until Ctrl-C.")
)
@click.argument("cities", nargs=-1)
@click.option(
    "--latency-ms",
    type=click.IntRange(min=0),
    default=0,
    help=say(zh="每个回应的延迟（毫秒）", en="Delay of every answer, milliseconds."),
)
@click.option(
    "--guides",
    type=click.IntRange(1, 100_000),
    help=say(zh="每个城市的指南数", en="Guides in each city (up to 100,000)."),
)
@click.option(
    "--log",
    type=click.Path(path_type=Path, dir_okay=False, writable=True),
    help=say(
        zh="把收到的每个请求记入文件（每行一个 JSON）",
        en="Append every request that comes to a file, a JSON object a line.",
    ),
)
@click.option("--with-parent", is_flag=True, hidden=True, help="End when standard input ends.")
@json_option
def serve_portals(
    cities: tuple[str, ...],
    latency_ms: int,
    guides: int | None,
    log: Path | None,
    with_parent: bool,
    as_json: bool,
) -> None:
    """Serves in the foreground; says where each portal is once it answers."""
    slugs = checked_slugs(cities) if cities else [each.slug for each in fixtures.practice_cities()]
    with suppress(KeyboardInterrupt):
        asyncio.run(_serve(slugs, latency_ms, guides, log, with_parent, as_json))


def _note_left_out(slug: str, packages: Sequence[str]) -> None:
    named = ", ".join(packages)
    note(
        say(zh=f"{slug} 略过：未安装 npm 包 {named}", en=f"{slug} left out: npm package {named} is missing"),
        "yellow",
    )


async def _serve(
    slugs: Sequence[str],
    latency_ms: int,
    guides: int | None,
    log: Path | None,
    with_parent: bool,
    as_json: bool,
) -> None:
    before = () if log is None else (RequestLog(log).middleware(),)
    async with serve(slugs, latency_ms=latency_ms, guides=guides, before=before) as portals:
        for slug, packages in portals.left_out.items():
            _note_left_out(slug, packages)
        if not portals:
            raise PlainError(
                zh="没有可启动的模拟门户：先运行 make demo 或 make test 安装前端包",
                en="no practice portal can be started: make demo or make test installs the front-end packages",
            )
        homes = {slug: portal.home_url for slug, portal in portals.items()}
        if as_json:
            click.echo(json.dumps(homes, ensure_ascii=False))
            sys.stdout.flush()
        else:
            for slug, home in homes.items():
                click.echo(f"{slug}\t{home}")
        if with_parent:
            await asyncio.to_thread(sys.stdin.read)
        else:
            note(say(zh="按 Ctrl-C 结束", en="Ctrl-C ends it"))
            await asyncio.Event().wait()


def checked_slugs(slugs: Sequence[str]) -> list[str]:
    """The slugs, all of them practice portals.

    Raises:
        PlainError: One is not.
    """
    known = {each.slug for each in fixtures.practice_cities()}
    for slug in slugs:
        if slug not in known:
            raise PlainError(
                zh=f"没有模拟门户 {slug!r}；用 probe practice list 查看",
                en=f"no practice portal {slug!r}; see probe practice list",
            )
    return list(slugs)


@contextmanager
def practice_portals(slugs: Sequence[str]) -> Iterator[dict[str, str]]:
    """Practice portals in a process of their own, so that they take nothing from the prober's loop.

    Yields:
        The home address of each.

    Raises:
        PlainError: They could not be started (an address in use); its own line says why.
    """
    arguments = [sys.executable, "-m", "probes.cli", "practice", "serve", *slugs, "--with-parent", "--json"]
    child = subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)  # noqa: S603  # our own program
    assert child.stdout is not None and child.stdin is not None
    try:
        line = child.stdout.readline()
        if not line:
            child.wait()
            raise PlainError(
                zh="模拟门户未能启动（原因见上）", en="the practice portals did not start (see above)"
            )
        homes: dict[str, Any] = json.loads(line)
        yield homes
    finally:
        child.stdin.close()
        try:
            child.wait(timeout=10)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
        child.stdout.close()
