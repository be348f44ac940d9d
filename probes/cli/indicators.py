"""`probe indicators`: the catalogue."""

from __future__ import annotations

import click

from checks.catalogue import Entry, load
from probes.cli.console import print_facts, print_json, print_table
from probes.cli.language import say
from probes.cli.options import json_option, language_option


@click.group(
    "indicators",
    help=say(
        zh="指标目录：量什么、怎么算、出处",
        en="The indicators: what is measured, how it is scored, by whose rule.",
    ),
)
@language_option
def command() -> None:
    """The catalogue's commands."""


@command.command("list", help=say(zh="列出指标", en="List the indicators."))
@json_option
def list_indicators(as_json: bool) -> None:
    """A line for each indicator."""
    catalogue = load()
    if as_json:
        print_json([_fields(each) for each in catalogue.indicators])
        return
    weights = {each.name: each.weight for each in catalogue.facets}
    print_table(
        "",
        [
            say(zh="方面（权重）", en="facet (weight)"),
            say(zh="指标", en="indicator"),
            say(zh="名称", en="name"),
            say(zh="权重", en="weight"),
            say(zh="维度", en="dimension"),
        ],
        [
            (
                f"{each.facet} ({weights[each.facet]:.2f})",
                each.id,
                say(zh=each.name_zh, en=each.name_en),
                f"{each.weight:.2f}",
                each.dimension,
            )
            for each in catalogue.indicators
        ],
        right=(3,),
        whole=(1,),
    )


@command.command("show", help=say(zh="显示一个指标的规则", en="Show an indicator's rule."))
@click.argument("indicator")
@json_option
def show_indicator(indicator: str, as_json: bool) -> None:
    """Everything that the catalogue says of one indicator."""
    line = load().entry(indicator)
    if as_json:
        print_json(_fields(line))
    else:
        print_facts(_fields(line))


def _fields(line: Entry) -> dict[str, object]:
    return line.model_dump()
