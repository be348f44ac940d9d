"""`probe export`: hand-over files."""

from __future__ import annotations

from pathlib import Path

import click

from probes.cli.configuration import Configuration
from probes.cli.language import say
from probes.cli.options import ROW_NUMBER, language_option, with_configuration
from results.export import export
from results.store import Store


@click.command(
    "export",
    help=say(
        zh="导出：.db（一个文件，旁附 Datasette 元数据）、.csv、.jsonl、.xlsx、.parquet。\n\n例：probe export --to scores.csv --table city_ranking",
        en="Export: .db (one file, Datasette metadata beside it), .csv, .jsonl, .xlsx or .parquet.\n\n"
        "Example: probe export --to scores.csv --table city_ranking",
    ),
)
@click.option(
    "--to",
    "target",
    type=click.Path(path_type=Path),
    required=True,
    metavar="F",
    help=say(zh="输出文件，后缀决定格式", en="Where to; the suffix says which kind."),
)
@click.option(
    "--table",
    metavar="T",
    help=say(
        zh="表或视图（默认：.db 与 .xlsx 全部，其他为最近总分）",
        en="Table or view (default: all for .db and .xlsx, the newest totals for the others).",
    ),
)
@click.option(
    "--sweep", type=ROW_NUMBER, metavar="N", help=say(zh="只导出这一次普查", en="This sweep alone.")
)
@language_option
@with_configuration
def command(target: Path, table: str | None, sweep: int | None, configuration: Configuration) -> None:
    """Writes the file and prints what was written."""
    with Store.open_existing(configuration.db) as store:
        for path in export(store, target, table=table, sweep=sweep):
            click.echo(path)
