"""`probe cities`: the registry."""

from __future__ import annotations

import click

from probes.cities.registry import RegisteredCity, load_registry
from probes.cli.configuration import configure
from probes.cli.console import print_facts, print_json, print_table
from probes.cli.language import say
from probes.cli.options import json_option, language_option


@click.group(
    "cities",
    help=say(
        zh="城市登记表：门户网址及其可信度", en="The city registry: portal addresses, and how sure each is."
    ),
)
@language_option
def command() -> None:
    """The registry's commands."""


@command.command("list", help=say(zh="列出城市", en="List the cities."))
@click.option(
    "--cities",
    "chosen",
    default="all",
    metavar="all|a,b|region:华东|FILE",
    help=say(zh="选择城市", en="Which cities."),
)
@json_option
def list_cities(chosen: str, as_json: bool) -> None:
    """A line for each city."""
    cities = load_registry(configure({}).cities_file).chosen(chosen)
    if as_json:
        print_json([_fields(each) for each in cities])
        return
    print_table(
        "",
        [
            say(zh="代号", en="slug"),
            say(zh="城市", en="city"),
            say(zh="地区", en="region"),
            say(zh="行政区划代码", en="adcode"),
            say(zh="可信度", en="sure"),
            say(zh="门户网址", en="portal"),
        ],
        [(each.slug, each.name, each.region, each.adcode, each.confidence, each.home_url) for each in cities],
        whole=(0, 1),
    )


@command.command("show", help=say(zh="显示一个城市的登记内容", en="Show what the registry says of a city."))
@click.argument("slug")
@json_option
def show_city(slug: str, as_json: bool) -> None:
    """All fields of one city."""
    city = load_registry(configure({}).cities_file).get(slug)
    if as_json:
        print_json(_fields(city))
    else:
        print_facts(_fields(city))


@command.command(
    "check",
    help=say(
        zh="检查登记表（含自己的 cities_file）是否有误",
        en="Check the registry, your own cities_file included.",
    ),
)
@language_option
def check_cities() -> None:
    """Loads the registry; a wrong entry ends in one line that names it."""
    cities = list(load_registry(configure({}).cities_file))
    without = sum(each.home_url is None for each in cities)
    click.echo(
        say(
            zh=f"{len(cities)} 个城市，登记无误；其中 {without} 个没有自己的网址",
            en=f"{len(cities)} cities, all well-formed; {without} without an address of their own",
        )
    )


def _fields(city: RegisteredCity) -> dict[str, object]:
    return {**city.model_dump(), "area_code": city.area_code}
