"""`probe import`: figures of the study's other dimensions, measured by people or bought in."""  # noqa: N999  # the command's own name

from __future__ import annotations

from pathlib import Path

import click

from probes.cli.configuration import Configuration
from probes.cli.console import print_json, print_table
from probes.cli.language import say
from probes.cli.options import ROW_NUMBER, json_option, with_configuration
from results.errors import PlainError
from results.imports import DIMENSIONS, EQUAL, OWN, import_scores, overall, weights_of
from results.ledger import ImportedScore
from results.scores import result_of, run_of
from results.store import Store


@click.command(
    "import",
    help=say(
        zh="从 CSV 导入其他维度（办事指南、事项办理、互动交流）的得分，与技术支撑并列，并标明是导入的。\n\n"
        "列：city（代号或名称）、dimension、score（0-100）、source（来源）；UTF-8 或 GB18030。\n\n"
        "例：probe import figures.csv --weights 技术支撑=0.4,办事指南=0.2,事项办理=0.2,互动交流=0.2",
        en="Import figures of the other dimensions (办事指南, 事项办理, 互动交流) from CSV; they are shown beside ours, "
        "marked as imported.\n\n"
        "Columns: city (slug or name), dimension, score (0-100), source; UTF-8 or GB18030.\n\n"
        "Example: probe import figures.csv --weights 技术支撑=0.4,办事指南=0.2,事项办理=0.2,互动交流=0.2",
    ),
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--sweep",
    type=ROW_NUMBER,
    metavar="N",
    help=say(zh="这些得分所属的普查（默认适用于所有）", en="The sweep that they belong to (default: any)."),
)
@click.option(
    "--weights",
    metavar="D=W,…",
    help=say(
        zh="四个维度在综合分中的权重（默认相等；未写的为 0）",
        en="Weights of the four dimensions in the overall score (default: equal; one left out is 0).",
    ),
)
@json_option
@with_configuration
def command(
    file: Path, sweep: int | None, weights: str | None, as_json: bool, configuration: Configuration
) -> None:
    """Imports all of the file or nothing, and prints each city over the four dimensions."""
    with Store.open_existing(configuration.db) as store:
        given = weights_of(weights) if weights else None
        rows = import_scores(store, file, sweep=sweep, weights=given)
        cities = {slug: _parts(store, slug, sweep) for slug in dict.fromkeys(each.city for each in rows)}
    if as_json:
        print_json(
            {"imported": len(rows), "cities": [{"city": slug, **parts} for slug, parts in cities.items()]}
        )
        return
    print_table(
        say(
            zh=f"已导入 {len(rows)} 个得分（{_shares(given)}）",
            en=f"imported {len(rows)} figures ({_shares(given)})",
        ),
        [
            say(zh="城市", en="city"),
            OWN,
            *(say(zh=f"{each}（导入）", en=f"{each} (imported)") for each in DIMENSIONS),
            say(zh="合计", en="overall"),
        ],
        [
            (
                slug,
                *(
                    None if parts[name] is None else f"{parts[name]:.1f}"
                    for name in (OWN, *DIMENSIONS, "overall")
                ),
            )
            for slug, parts in cities.items()
        ],
        right=(1, 2, 3, 4, 5),
    )


def _shares(weights: dict[str, float] | None) -> str:
    given = weights or EQUAL
    return " ".join(f"{name} {weight / sum(given.values()):.0%}" for name, weight in given.items())


def _parts(store: Store, slug: str, sweep: int | None) -> dict[str, float | None]:
    """A city's figures: ours of its run, the imported ones, and all four together (None while one is missing)."""
    imported = tuple(store.all(ImportedScore, city=slug))
    try:
        result = result_of(store, run_of(store, slug, sweep))
    except PlainError:  # a city that is known and was not measured yet
        parts: dict[str, float | None] = dict.fromkeys((OWN, *DIMENSIONS, "overall"))
        return parts | {each.dimension: each.score for each in imported if each.sweep_id in (None, sweep)}
    whole = overall(result, imported)
    return {**whole.parts, "overall": whole.score}
