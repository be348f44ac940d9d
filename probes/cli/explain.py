"""`probe explain`: why this score."""

from __future__ import annotations

import click

from probes.cli.configuration import Configuration
from probes.cli.console import harmless, print_json
from probes.cli.language import language, say
from probes.cli.options import json_option, sweep_option, with_configuration
from results.explain import explain
from results.scores import run_of
from results.store import Store
from results.wording import as_text


@click.command(
    "explain",
    help=say(
        zh="为什么是这个分：规则、计数、每一条失分的观测、证据，以及怎样提高。\n\n例：probe explain shanghai attachment_download",
        en="Why this score: rule, counts, every observation that cost points, evidence, and what would raise it.\n\n"
        "Example: probe explain shanghai attachment_download",
    ),
)
@click.argument("slug")
@click.argument("indicator")
@sweep_option
@json_option
@with_configuration
def command(
    slug: str, indicator: str, sweep: int | None, as_json: bool, configuration: Configuration
) -> None:
    """Prints everything that stands behind one score."""
    with Store.open_existing(configuration.db) as store:
        run = run_of(store, slug, sweep)
        assert run.id is not None
        explanation = explain(store, run.id, indicator)
        if as_json:
            print_json(explanation.as_fields())
        else:
            click.echo(harmless(as_text(explanation, language())))
