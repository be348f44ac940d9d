"""`probe rescore`: scores computed anew, beside the old ones."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from checks.catalogue import Catalogue, load
from probes.cli.configuration import Configuration
from probes.cli.console import print_json, print_table
from probes.cli.language import say
from probes.cli.options import json_option, sweep_option, with_configuration
from probes.runs.scoring import score_and_store
from results.errors import PlainError
from results.ledger import CityScore, Indicator, Run, Sweep
from results.scores import result_of
from results.store import Store


@click.command(
    "rescore",
    help=say(
        zh="按复核结论或另一份指标目录重新计分；原有得分保留，新得分注明所替代的旧得分。",
        en="Compute scores anew, with reviews or by another catalogue; the old scores stay, the new ones name them.",
    ),
)
@sweep_option
@click.option(
    "--catalogue",
    "path",
    type=click.Path(path_type=Path),
    metavar="F.toml",
    help=say(zh="另一份指标目录", en="Another catalogue."),
)
@json_option
@with_configuration
def command(sweep: int | None, path: Path | None, as_json: bool, configuration: Configuration) -> None:
    """Computes, and prints each city's total before and after."""
    catalogue = load(path)
    with Store.open_existing(configuration.db) as store:
        pairs = [_again(store, run, catalogue, own=path is None) for run in _runs(store, sweep)]
    if as_json:
        print_json(
            [
                {"city": after.city, "before": before, "after": after.score, "scoring": after.scoring}
                for before, after in pairs
            ]
        )
        return
    print_table(
        "",
        [say(zh="城市", en="city"), say(zh="原得分", en="before"), say(zh="新得分", en="after")],
        [(after.city, _figure(before), _figure(after.score)) for before, after in pairs],
        right=(1, 2),
    )


def _runs(store: Store, sweep: int | None) -> list[Run]:
    scored = {each.run_id for each in store.all(CityScore)}
    newest = max((run.sweep_id for run in store.all(Run) if run.id in scored), default=None)
    number = sweep if sweep is not None else newest
    runs = [each for each in store.all(Run, sweep_id=number) if each.id in scored]
    if number is None or not store.all(Sweep, id=number) or not runs:
        raise PlainError(
            zh="没有可重新计分的测量" if sweep is None else f"第 {sweep} 次普查没有可重新计分的测量",
            en="there is nothing to score anew"
            if sweep is None
            else f"there is nothing to score anew in sweep {sweep}",
        )
    return runs


def _again(store: Store, run: Run, catalogue: Catalogue, *, own: bool) -> tuple[float | None, CityScore]:
    before = result_of(store, run)
    with store.transaction():
        known = {each.catalogue_sha256 for each in store.all(Indicator, sweep_id=run.sweep_id)}
        if not own and catalogue.digest not in known:
            for line in catalogue.as_records(run.sweep_id):
                store.add(replace(line, catalogue_sha256=catalogue.digest))
        score_and_store(store, run, catalogue, why="reviews" if own else "catalogue")
    after = result_of(store, run).total
    assert after is not None
    return (before.total.score if before.total else None), after


def _figure(score: float | None) -> str:
    return "–" if score is None else f"{score:.1f}"
