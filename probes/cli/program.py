"""The program: one module per command, found by itself; `run` turns every mistake into one line."""

from __future__ import annotations

import importlib
import logging
import pkgutil
import sqlite3
import sys
from typing import Any

import click

from probes import __version__, cli
from probes.cli import logs
from probes.cli.chinese import ChinesePages, mistake_in_chinese
from probes.cli.console import NOTES, STDERR, note
from probes.cli.language import language, message, say
from probes.cli.options import language_option
from results.errors import PlainError, StoreError

PARTS = (
    "__main__",
    "chinese",
    "configuration",
    "console",
    "dry_run",
    "language",
    "logs",
    "measuring",
    "options",
    "overview",
    "program",
    "progress",
    "results_table",
    "stopping",
    "targets",
)
"""Modules of this package that are not commands."""


class CommandsByModule(click.Group):
    """Finds a command in the module of its name, and imports no other: `probe cities` loads no browser."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all command modules."""
        del ctx
        return sorted(
            entry.name.replace("_", "-")
            for entry in pkgutil.iter_modules(cli.__path__)
            if entry.name not in PARTS
        )

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """The command of a module; None where there is no such module."""
        if name not in self.list_commands(ctx):
            return None
        module: Any = importlib.import_module(f"{cli.__name__}.{name.replace('-', '_')}")
        command: click.Command = module.command
        return command


@click.group(
    cls=CommandsByModule,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
    help=say(
        zh="政务服务网技术支撑探测：网页能否打开、附件能否下载、跨省通办是否齐全、搜索是否稳定、智能客服是否答对。\n\n"
        "先试 `probe city shanghai --practice`（模拟门户，不联网）。",
        en="Probe city government service portals: do pages open, do attachments download, are the 跨省通办 zones "
        "complete, is search steady, does the chatbot answer rightly.\n\n"
        "Try `probe city shanghai --practice` first (a simulated portal, no network).",
    ),
)
@click.version_option(__version__, prog_name="probe")
@click.option(
    "-v", "--verbose", count=True, help=say(zh="更多日志（-vv 更详细）", en="More on the log (-vv for all).")
)
@click.option(
    "--log-format",
    type=click.Choice(logs.FORMATS),
    help=say(
        zh="日志写成行（默认）或 JSON；每条都带 run、city、url",
        en="Write the log as lines (default) or as JSON; each record has run, city and url.",
    ),
)
@language_option
def probe(verbose: int, log_format: str | None) -> None:
    """The root of all commands."""
    logs.set_up(verbose, log_format)


def run() -> int:
    """Run what the command line asks for, and give the exit code that the README lists."""
    if language() == "zh":
        click.Context.formatter_class = ChinesePages
    try:
        code = probe.main(standalone_mode=False)
    except click.exceptions.Abort:
        note(say(zh="已中断；已测得的结果都已保存", en="interrupted; what was measured is kept"), "yellow")
        return cli.INTERRUPTED
    except click.ClickException as error:
        _show(error)
        return error.exit_code
    except PlainError as error:
        note(f"probe: {message(error)}", "red")
        return error.exit_code
    except sqlite3.Error as error:  # a damaged page, a full disk, a locked or read-only file: met half-way
        note(
            say(zh=f"probe: 无法使用数据库文件：{error}", en=f"probe: cannot use a database file: {error}"),
            "red",
        )
        return StoreError.exit_code
    except BrokenPipeError:
        STDERR.file.close()
        return 0
    return code if isinstance(code, int) else 0


def _show(error: click.ClickException) -> None:
    if NOTES.isEnabledFor(logging.INFO):
        note(say(zh=mistake_in_chinese(error), en=error.format_message()), "red")
    elif language() == "en":
        error.show(sys.stderr)
    else:
        context = error.ctx if isinstance(error, click.UsageError) else None
        if context is not None:
            click.echo(f"{context.get_usage()}\n用法说明：{context.command_path} --help\n", err=True)
        click.echo(f"错误：{mistake_in_chinese(error)}", err=True)
