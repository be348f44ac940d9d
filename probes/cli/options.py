"""Options that several commands share, as small decorators."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

import click

from probes.cli.configuration import Configuration, configure
from probes.cli.language import LANGUAGES, say
from probes.probe import all_probes
from results.settings import ENGINES

P = ParamSpec("P")
R = TypeVar("R")
Command = Callable[P, R]


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
    declared = [
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
    names = ("engines", "only", "sample", "seed", "rate", "allow_private", "contact", "db")

    @functools.wraps(command)
    def configured(**values: Any) -> R:
        flags = {name: values.pop(name) for name in names}
        return command(configuration=configure(flags), **values)

    for option in reversed(declared):
        configured = option(configured)
    return database_option(configured)


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
    "with_configuration",
]
