"""`probe city`: one city now."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace

import click

from probes.cli import results_table
from probes.cli.configuration import Configuration
from probes.cli.console import note, print_json
from probes.cli.dry_run import show_forecast
from probes.cli.language import say
from probes.cli.measuring import check_browsers, check_parts, exit_code, measure, only_writer
from probes.cli.options import json_option, measuring_options, target_options
from probes.cli.targets import practice_networks, practice_targets, target_of
from probes.runs.forecast import forecast
from probes.runs.sweep import Target
from results.evidence import folder_of
from results.settings import Settings
from results.store import Store

PRACTICE_RATE = 200.0
"""Requests a second to a practice portal, which is ours: as good as no limit."""


@click.command(
    "city",
    help=say(
        zh="探测一个城市：爬取、测量、打分，结果写入 SQLite。\n\n例：probe city shanghai --practice；"
        "probe city mycity --home https://zwfw.example.gov.cn/ --contact mail@example.org",
        en="Probe one city now: crawl, measure, score; results go into SQLite.\n\n"
        "Examples: probe city shanghai --practice; "
        "probe city mycity --home https://zwfw.example.gov.cn/ --contact mail@example.org",
    ),
)
@click.argument("slug")
@click.option(
    "--home",
    metavar="URL",
    help=say(zh="门户网址（任何代号皆可）", en="Portal address; any slug is accepted with it."),
)
@click.option(
    "--area",
    metavar="CODE",
    help=say(zh="行政区划代码（6 或 12 位）", en="Area code of six or twelve digits."),
)
@target_options
@json_option
@measuring_options
def command(
    slug: str,
    home: str | None,
    area: str | None,
    from_province: bool,
    practice: bool,
    dry_run: bool,
    fail_under: float | None,
    as_json: bool,
    configuration: Configuration,
) -> int:
    """Measures one city and prints its scores."""
    if practice and home:
        raise click.UsageError(
            say(zh="--practice 与 --home 不能同时使用", en="--practice and --home exclude each other")
        )
    settings = configuration.settings(practice=practice)
    check_parts(settings)
    if not dry_run:
        check_browsers(settings)
    with ExitStack() as stack:
        if practice:
            [target] = stack.enter_context(practice_targets([slug], configuration))
            settings = practice_settings(settings, [target])
        else:
            target = target_of(slug, configuration, home=home, area=area, from_province=from_province)
        if dry_run:
            show_forecast(forecast([target.portal], settings), as_json=as_json)
            return 0
        with only_writer(configuration.db), Store.open(configuration.db) as store:
            result = measure(
                store,
                [target],
                settings=settings,
                kind="practice" if practice else "manual",
                workers=1,
                silent=as_json,
            )
            [run] = result.runs
            if as_json:
                print_json(results_table.as_fields(store, run.run))
            else:
                results_table.show(store, run.run)
            note(
                say(
                    zh=f"结果：{configuration.db}，证据：{folder_of(configuration.db)}/",
                    en=f"results: {configuration.db}, evidence: {folder_of(configuration.db)}/",
                )
            )
            return exit_code(store, result, fail_under=fail_under)


def practice_settings(settings: Settings, targets: list[Target]) -> Settings:
    """The settings for practice portals: their addresses opened, their rate that of our own server."""
    return replace(
        settings,
        practice=True,
        allow_private=(*settings.allow_private, *practice_networks(targets)),
        practice_addresses={each.portal.slug: each.portal.home_url for each in targets},
        rate=PRACTICE_RATE if settings.rate == Settings.rate else settings.rate,
    )
