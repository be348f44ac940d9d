"""`probe merge`: results of several machines in one file."""

from __future__ import annotations

from pathlib import Path

import click

from probes.cli.language import say
from probes.cli.options import language_option
from results.merge import merge


@click.command(
    "merge",
    help=say(
        zh="把多台机器的结果合并为一个文件：同一次普查合并，编号重排，不重复。",
        en="Merge results of several machines: the same sweep becomes one, ids are given anew, nothing is doubled.",
    ),
)
@click.argument("sources", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(path_type=Path),
    metavar="C.db",
    help=say(zh="合并到哪个文件", en="The file to merge into."),
)
@language_option
def command(sources: tuple[Path, ...], output: Path) -> None:
    """Merges, and prints what was added."""
    added = merge(sources, output)
    click.echo(
        say(
            zh=f"{output}：新增普查 {added.sweeps}，测量 {added.runs}，记录 {added.rows}，证据文件 {added.evidence_files}"
            f"（缺失 {added.evidence_missing}）",
            en=f"{output}: added {added.sweeps} sweeps, {added.runs} runs, {added.rows} rows, "
            f"{added.evidence_files} evidence files ({added.evidence_missing} missing)",
        )
    )
