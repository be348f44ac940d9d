"""`probe sweep`: many cities under one setting."""

from __future__ import annotations

from contextlib import ExitStack

import click

import fixtures
from probes.cli import results_table
from probes.cli.city import practice_settings
from probes.cli.configuration import Configuration
from probes.cli.console import note, print_json, print_table
from probes.cli.dry_run import show_forecast
from probes.cli.language import say
from probes.cli.measuring import check_browsers, check_parts, exit_code, measure, only_writer
from probes.cli.options import json_option, measuring_options, target_options
from probes.cli.targets import practice_targets, registry_of, target_of
from probes.runs.forecast import forecast
from probes.runs.sweep import SweepResult, Target, unfinished
from results.errors import PlainError
from results.ledger import Sweep
from results.scores import result_of
from results.settings import Settings
from results.store import Store


@click.command(
    "sweep",
    help=say(
        zh="普查多个城市，结果写入同一个数据库。\n\n例：probe sweep --practice --cities shanghai,chengdu；probe sweep --cities region:华东",
        en="Measure many cities into one results file.\n\n"
        "Examples: probe sweep --practice --cities shanghai,chengdu; probe sweep --cities region:华东",
    ),
)
@click.option(
    "--cities",
    default="all",
    metavar="all|a,b|region:华东|FILE",
    help=say(zh="哪些城市（默认全部）", en="Which cities (default: all)."),
)
@click.option(
    "--workers",
    type=click.IntRange(min=1),
    help=say(zh="同时测量的城市数", en="Cities measured at once at most."),
)
@click.option(
    "--resume",
    is_flag=True,
    help=say(
        zh="继续最近一次未完成的普查；没有则新开始",
        en="Go on with the newest unfinished sweep; start one if there is none.",
    ),
)
@click.option(
    "--dask",
    metavar="ADDRESS",
    help=say(
        zh="交给 Dask 集群（调度器地址，如 tcp://10.0.0.5:8786）；需要 portal-probe[cluster]",
        en="Have it done by a Dask cluster (the scheduler's address, e.g. tcp://10.0.0.5:8786); "
        "needs portal-probe[cluster].",
    ),
)
@click.option("--scheduled", is_flag=True, hidden=True)
@target_options
@json_option
@measuring_options
def command(
    cities: str,
    from_province: bool,
    practice: bool,
    workers: int | None,
    resume: bool,
    dask: str | None,
    dry_run: bool,
    fail_under: float | None,
    scheduled: bool,
    as_json: bool,
    configuration: Configuration,
) -> int:
    """Measures many cities and prints their totals."""
    settings = configuration.settings(practice=practice)
    check_parts(settings)
    if dask is not None and workers is not None:
        raise click.UsageError(
            say(
                zh="--dask 与 --workers 不能同时使用：同时测几个城市由集群决定",
                en="--dask and --workers exclude each other: the cluster decides how many cities run at once",
            )
        )
    registry_of(configuration).chosen(cities)  # a wrong name is told before a file is made
    if not dry_run and dask is None:
        check_browsers(settings)
    with ExitStack() as stack:
        sweep: Sweep | None = None
        store: Store | None = None
        if not dry_run:
            stack.enter_context(only_writer(configuration.db))
            store = stack.enter_context(Store.open(configuration.db))
            store.mark_interrupted()
            sweep = unfinished(store) if resume else None
        if sweep is not None:
            settings = Settings.from_json(sweep.settings)
            if not as_json:
                note(say(zh=f"继续第 {sweep.id} 次普查", en=f"going on with sweep {sweep.id}"))
        if settings.practice:
            slugs = list(settings.practice_addresses) or _practice_slugs(cities, configuration)
            targets = stack.enter_context(practice_targets(slugs, configuration))
            settings = practice_settings(settings, targets) if sweep is None else settings
        else:
            if sweep is not None:  # what it was begun with, not what is asked for now
                cities = ",".join(settings.cities) or cities
            targets = _real_targets(cities, configuration, from_province=from_province or sweep is not None)
        if store is None:
            show_forecast(forecast([each.portal for each in targets], settings), as_json=as_json)
            return 0
        kind = "practice" if settings.practice else "schedule" if scheduled else "manual"
        result = measure(
            store,
            targets,
            settings=settings,
            kind=kind,
            workers=workers,
            sweep=sweep,
            silent=as_json,
            dask=dask,
        )
        _show(store, result, as_json=as_json)
        return exit_code(store, result, fail_under=fail_under)


def _practice_slugs(cities: str, configuration: Configuration) -> list[str]:
    if cities == "all":
        return [each.slug for each in fixtures.practice_cities()]
    return [each.slug for each in registry_of(configuration).chosen(cities)]


def _real_targets(cities: str, configuration: Configuration, *, from_province: bool) -> list[Target]:
    """The chosen cities' portals; those without an address are named and left out, unless none is left."""
    targets, without = [], []
    for city in registry_of(configuration).chosen(cities):
        if city.home_url is None and not (from_province and city.province_url):
            without.append(city.slug)
        else:
            targets.append(target_of(city.slug, configuration, from_province=from_province))
    if without:
        note(
            say(zh=f"没有网址，略过：{', '.join(without)}", en=f"no address, left out: {', '.join(without)}"),
            "yellow",
        )
    if not targets:
        raise PlainError(zh="没有可探测的城市", en="no city to probe")
    return targets


def _show(store: Store, result: SweepResult, *, as_json: bool) -> None:
    if as_json:
        print_json([results_table.as_fields(store, each.run) for each in result.runs])
        return
    rows = []
    for each in result.runs:
        total = result_of(store, each.run).total
        score = "–" if total is None or total.score is None else f"{total.score:.1f}"
        coverage = "" if total is None else f"{total.coverage:.0%}"
        rows.append(
            (
                each.run.city,
                score,
                total.grade if total else None,
                coverage,
                each.run.state.value,
                each.run.reason or "",
            )
        )
    rows.sort(key=lambda row: row[1], reverse=True)
    print_table(
        say(zh=f"第 {result.sweep.id} 次普查", en=f"sweep {result.sweep.id}"),
        [
            say(zh="城市", en="city"),
            say(zh="总分", en="total"),
            say(zh="等级", en="grade"),
            say(zh="覆盖", en="coverage"),
            say(zh="状态", en="state"),
            say(zh="原因", en="reason"),
        ],
        rows,
        right=(1, 3),
    )
