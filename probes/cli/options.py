"""Options that several commands share, as small decorators."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Sequence
from typing import Any, ParamSpec, TypeVar

import click

from probes.cli.configuration import Configuration, configure
from probes.cli.language import LANGUAGES, say
from probes.probe import all_probes
from results.settings import ENGINES

P = ParamSpec("P")
R = TypeVar("R")
Command = Callable[P, R]
Option = Callable[[Callable[..., Any]], Callable[..., Any]]


ROW_NUMBER = click.IntRange(1, 2**63 - 1)
"""A row's id: what SQLite can hold."""

_SECONDS = {"s": 1.0, "m": 60.0, "h": 3600.0}


class FiniteRange(click.FloatRange):
    """A number within bounds; `nan` lies within none, though it is neither below nor above them."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Read it.

        Raises:
            click.BadParameter: It is no number, out of bounds, or not finite.
        """
        number: float = super().convert(value, param, ctx)
        if not math.isfinite(number):
            self.fail(say(zh=f"{value} 不是有限的数", en=f"{value} is no finite number."), param, ctx)
        return number


def _seconds(context: click.Context, option: click.Parameter, text: str | None) -> float | None:
    """Seconds, or a number with s, m or h: `90`, `45m`, `1.5h`."""
    if text is None:
        return None
    given = text.strip().lower()
    try:
        seconds = float(given.rstrip("smh")) * _SECONDS.get(given[-1:], 1.0)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < math.inf:
        raise click.BadParameter(
            say(zh=f"{text!r} 不是时长，例如 90s、45m、4h", en=f"{text!r}: give a time as 90s, 45m or 4h"),
            context,
            option,
        )
    return seconds


def language_option(command: Callable[P, R]) -> Callable[P, R]:
    """`--lang`: read before the commands are declared (see `language.py`), swallowed here."""
    return click.option(
        "--lang",
        type=click.Choice(LANGUAGES),
        expose_value=False,
        help=say(
            zh="界面语言（默认按系统区域设置）",
            en="Language of tables, messages and help (default: the locale's).",
        ),
    )(command)


def json_option(command: Callable[P, R]) -> Callable[P, R]:
    """`--json`: data instead of a table."""
    return click.option(
        "--json", "as_json", is_flag=True, help=say(zh="以 JSON 输出", en="Print JSON instead of a table.")
    )(language_option(command))


def sweep_option(command: Callable[P, R]) -> Callable[P, R]:
    """`--sweep`: one that the results file holds."""
    return click.option(
        "--sweep",
        type=ROW_NUMBER,
        metavar="N",
        help=say(zh="第几次普查（默认最近一次）", en="Which sweep (default: the newest)."),
    )(command)


def database_option(command: Callable[P, R]) -> Callable[P, R]:
    """`--db`: the results file."""
    return click.option(
        "--db",
        type=click.Path(path_type=str),
        help=say(zh="结果文件（默认 probe.db）", en="Results file (default: probe.db)."),
    )(command)


def measuring_options(command: Callable[..., R]) -> Callable[..., R]:
    """The options of everything that measures; the command gets one `configuration` in their place."""
    parts = ", ".join(("crawl", *(each.name for each in all_probes())))
    declared: list[Option] = [
        click.option(
            "--engines",
            help=say(
                zh=f"浏览器引擎，逗号分隔（默认 {','.join(ENGINES)}）",
                en=f"Browser engines, comma-separated (default: {','.join(ENGINES)}).",
            ),
        ),
        click.option("--only", help=say(zh=f"只做这些部分：{parts}", en=f"Run these parts only: {parts}.")),
        click.option(
            "--sample",
            type=int,
            help=say(
                zh="抽查的指南页数（默认 30）",
                en="Guides to measure; home, zone, search and module pages come on top (default: 30).",
            ),
        ),
        click.option(
            "--seed", type=int, help=say(zh="抽样种子（默认 1）", en="Seed of the sample (default: 1).")
        ),
        click.option(
            "--rate",
            type=float,
            help=say(
                zh="每秒对同一主机组的请求数（默认 1）",
                en="Requests a second to one host group (default: 1).",
            ),
        ),
        click.option(
            "--city-time-limit",
            "run_timeout_s",
            callback=_seconds,
            metavar="TIME",
            help=say(
                zh="每个城市的时限（默认 4h）；到时已测得的照样计分",
                en="Time limit for a city, e.g. 45m (default: 4h); what was measured until then counts.",
            ),
        ),
        *_who_may_be_asked(),
    ]
    names = ("engines", "only", "sample", "seed", "rate", "run_timeout_s", "allow_private", "contact", "db")
    return _with_flags(command, names, declared)


def visiting_options(command: Callable[..., R]) -> Callable[..., R]:
    """The options of what only visits home pages; the command gets one `configuration` in their place."""
    control = click.option(
        "--control",
        "controls",
        multiple=True,
        metavar="URL",
        help=say(
            zh="对照地址，可重复；它们也打不开时，记为我方原因未测",
            en="Control address of your choice; repeatable. Where these fail too, the fault is ours.",
        ),
    )
    return _with_flags(
        command, ("controls", "allow_private", "contact", "db"), [control, *_who_may_be_asked()]
    )


def _who_may_be_asked() -> list[Option]:
    return [
        click.option(
            "--allow-private",
            multiple=True,
            metavar="NET",
            help=say(
                zh="允许访问的内网地址或网段，可重复",
                en="Private address or network to open, e.g. 127.0.0.5 or 10.2.0.0/16; repeatable.",
            ),
        ),
        click.option(
            "--contact",
            help=say(
                zh="写进 User-Agent 的联系方式（邮箱或网址）",
                en="Address for portal owners, put into the User-Agent.",
            ),
        ),
    ]


def _with_flags(
    command: Callable[..., R],
    names: Sequence[str],
    declared: Sequence[Option],
) -> Callable[..., R]:
    """The command with options, whose values lie over the file and the environment in its `configuration`."""

    @functools.wraps(command)
    def configured(**values: Any) -> R:
        flags = {name: values.pop(name) for name in names}
        return command(configuration=configure(flags), **values)

    optioned: Callable[..., Any] = configured
    for option in reversed(declared):
        optioned = option(optioned)
    return database_option(optioned)


def target_options(command: Callable[P, R]) -> Callable[P, R]:
    """What `city` and `sweep` ask alike of their targets, and of how the run shall end."""
    declared = [
        click.option(
            "--from-province",
            is_flag=True,
            help=say(
                zh="没有自己网址的城市从省门户进入",
                en="Enter a city that has no address of its own from its province's portal.",
            ),
        ),
        click.option(
            "--practice",
            is_flag=True,
            help=say(zh="探测模拟门户", en="Start the practice portals and probe them."),
        ),
        click.option(
            "--dry-run",
            is_flag=True,
            help=say(
                zh="只显示计划，不发任何请求", en="Show hosts, planned requests and duration; send nothing."
            ),
        ),
        click.option(
            "--fail-under",
            type=FiniteRange(0, 100),
            metavar="X",
            help=say(zh="有总分低于 X 时退出码为 1", en="Exit with 1 when a total is below X."),
        ),
    ]
    for option in reversed(declared):
        command = option(command)
    return command


def with_configuration(command: Callable[..., R]) -> Callable[..., R]:
    """For commands that read results: `--db`, given to the command within its `configuration`."""

    @functools.wraps(command)
    def configured(*, db: str | None, **values: Any) -> R:
        return command(configuration=configure({"db": db}), **values)

    return database_option(configured)


__all__ = [
    "Configuration",
    "json_option",
    "language_option",
    "measuring_options",
    "target_options",
    "visiting_options",
    "with_configuration",
]
