"""`probe report`: the HTML report."""

from __future__ import annotations

from pathlib import Path

import click

from probes.cli.configuration import Configuration
from probes.cli.language import say
from probes.cli.options import ROW_NUMBER, language_option, with_configuration
from results.report import write_report
from results.store import Store


@click.command(
    "report",
    help=say(
        zh="写出 HTML 报告（一个文件，离线可看，中英文）；--city 写某一城市的单独报告。",
        en="Write the HTML report: one file, opens offline, Chinese and English. --city makes one city's hand-out.",
    ),
)
@click.option(
    "--sweep",
    type=ROW_NUMBER,
    metavar="N",
    help=say(zh="第几次普查（默认各城市最近一次）", en="Which sweep (default: each city's newest run)."),
)
@click.option(
    "--city",
    metavar="SLUG",
    help=say(zh="只报告这个城市，列出全部问题", en="This city alone, with all its findings."),
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="F.html",
    help=say(zh="输出文件", en="Where to write."),
)
@click.option("--embed", is_flag=True, help=say(zh="把截图放进文件里", en="Put screenshots into the file."))
@language_option
@with_configuration
def command(
    sweep: int | None, city: str | None, output: Path | None, embed: bool, configuration: Configuration
) -> None:
    """Writes the report and prints where it is."""
    target = output or Path(f"report-{city}.html" if city else "report.html")
    with Store.open_existing(configuration.db) as store:
        click.echo(write_report(store, target, sweep=sweep, city=city, embed=embed))
