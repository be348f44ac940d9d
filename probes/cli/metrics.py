"""`probe metrics`: the newest figures for Prometheus."""

from __future__ import annotations

from pathlib import Path

import click
from prometheus_client import generate_latest

from probes.cli.configuration import Configuration
from probes.cli.language import say
from probes.cli.options import language_option, with_configuration
from probes.runs.metrics.publishing import snapshot, write


@click.command(
    "metrics",
    help=say(
        zh="打印 Prometheus 指标：最近一次访问、最近 7 天、最近一次测量和得分、定时任务。\n\n"
        "`probe schedule run` 会自己提供（http://127.0.0.1:9469/metrics）并更新 [metrics] 的 textfile；"
        "不用它时，在普查之后运行  probe metrics -o /var/lib/node_exporter/probe.prom。",
        en="Print the metrics for Prometheus: the last visit, the week, the newest run and its scores, the jobs.\n\n"
        "`probe schedule run` serves them by itself (http://127.0.0.1:9469/metrics) and keeps the `textfile` of "
        "[metrics] new; without it, run  probe metrics -o /var/lib/node_exporter/probe.prom  after a sweep.",
    ),
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="F.prom",
    help=say(zh="写入文件（整体替换）", en="Write a file instead; it is replaced whole."),
)
@language_option
@with_configuration
def command(output: Path | None, configuration: Configuration) -> None:
    """Reads the results file and whatever lies beside it."""
    figures = snapshot(configuration.db)
    if output is None:
        click.echo(generate_latest(figures), nl=False)
    else:
        write(figures, output)
