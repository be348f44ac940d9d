"""`probe todo`: 整改清单, what to mend."""

from __future__ import annotations

from pathlib import Path

import click

from probes.cli.configuration import Configuration
from probes.cli.console import print_json, print_table
from probes.cli.language import say
from probes.cli.options import json_option, sweep_option, with_configuration
from results.scores import run_of
from results.store import Store
from results.todo import tasks_of, write_todo


@click.command(
    "todo",
    help=say(
        zh="整改清单：按失分排序，列出位置、时间、原因与证据；-o 写成 .xlsx 或 .docx。",
        en="What to mend, in order of points, with where, when, why and evidence; -o writes .xlsx or .docx.",
    ),
)
@click.argument("slug")
@sweep_option
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="F.xlsx|F.docx",
    help=say(zh="输出文件", en="Where to write."),
)
@json_option
@with_configuration
def command(
    slug: str, sweep: int | None, output: Path | None, as_json: bool, configuration: Configuration
) -> None:
    """Prints the list, or writes it and prints where it is."""
    with Store.open_existing(configuration.db) as store:
        run = run_of(store, slug, sweep)
        if output is not None:
            click.echo(write_todo(store, run, output))
            return
        tasks = tasks_of(store, run)
    if as_json:
        names = (
            "number",
            "indicator",
            "text",
            "place",
            "measured_at",
            "engine",
            "reason",
            "points",
            "sources",
            "evidence",
        )
        print_json([{name: getattr(each, name) for name in names} for each in tasks])
        return
    print_table(
        "",
        [
            "#",
            say(zh="约失总分", en="points"),
            say(zh="指标", en="indicator"),
            say(zh="问题", en="what"),
            say(zh="位置", en="where"),
        ],
        [
            (each.number, f"{each.points:.2f}" if each.points else "–", each.indicator, each.text, each.place)
            for each in tasks
        ],
        right=(0, 1),
    )
