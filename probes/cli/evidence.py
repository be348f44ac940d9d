"""`probe evidence`: the files behind the observations."""

from __future__ import annotations

import click

from probes.cli.configuration import Configuration
from probes.cli.language import say
from probes.cli.options import language_option, with_configuration
from results.pruning import prune
from results.store import Store


@click.group("evidence", help=say(zh="证据文件", en="The files behind the observations."))
@language_option
def command() -> None:
    """The commands of evidence."""


@command.command(
    "prune",
    help=say(
        zh="删除旧证据；记录保留，被复核的观测的证据保留。",
        en="Remove old evidence; its rows stay, and so does what a review rests on.",
    ),
)
@click.option(
    "--keep-days",
    type=click.FloatRange(min=0),
    required=True,
    metavar="D",
    help=say(zh="保留最近 D 天的证据", en="Keep the evidence of so many days."),
)
@click.option("--dry-run", is_flag=True, help=say(zh="只统计，不删除", en="Count, and remove nothing."))
@language_option
@with_configuration
def prune_evidence(keep_days: float, dry_run: bool, configuration: Configuration) -> None:
    """Removes, and prints how much."""
    with Store.open_existing(configuration.db) as store:
        done = prune(store, keep_days=keep_days, dry_run=dry_run)
    click.echo(
        say(
            zh=f"{'将' if dry_run else '已'}删除 {done.files} 个文件（{done.bytes / 1e6:.1f} MB），保留 {done.kept} 个",
            en=f"{'would remove' if dry_run else 'removed'} {done.files} files ({done.bytes / 1e6:.1f} MB), kept {done.kept}",
        )
    )
