"""`probe compare`: two sweeps side by side."""

from __future__ import annotations

import click
from rich.text import Text

from probes.cli.configuration import Configuration
from probes.cli.console import STDOUT, harmless, note, print_json, print_table
from probes.cli.language import say
from probes.cli.options import ROW_NUMBER, json_option, with_configuration
from results.compare import Change, Comparison, compare
from results.ledger import City, Finding, Indicator
from results.store import Store

REGRESSED = 1


@click.command(
    "compare",
    help=say(
        zh="比较两次普查：超出误差的升降，新出现、已消失和仍存在的问题。",
        en="Compare two sweeps: scores that moved beyond noise, findings new, gone and still there.",
    ),
)
@click.argument("first", type=ROW_NUMBER)
@click.argument("second", type=ROW_NUMBER)
@click.option(
    "--fail-on-regression",
    is_flag=True,
    help=say(zh="有变差则退出码为 1", en="Exit with 1 if anything broke."),
)
@click.option(
    "--anyway",
    is_flag=True,
    help=say(zh="内核或目录不同也比较", en="Compare though engines or catalogues differ."),
)
@json_option
@with_configuration
def command(
    first: int,
    second: int,
    fail_on_regression: bool,
    anyway: bool,
    as_json: bool,
    configuration: Configuration,
) -> None:
    """Prints what became better, and what broke."""
    with Store.open_existing(configuration.db) as store:
        found = compare(store, first, second, anyway=anyway)
        names = _names(store, second)
    if as_json:
        print_json(found.as_fields())
    else:
        _show(found, names)
    if fail_on_regression and found.regression:
        raise SystemExit(REGRESSED)


def _names(store: Store, sweep: int) -> dict[str | None, str]:
    """Cities and indicators as the reader calls them."""
    names: dict[str | None, str] = {None: say(zh="总分", en="total")}
    names |= {each.slug: say(zh=each.name, en=each.slug) for each in store.all(City)}
    names |= {
        each.indicator: say(zh=each.name_zh, en=each.name_en) for each in store.all(Indicator, sweep_id=sweep)
    }
    return names


def _show(found: Comparison, names: dict[str | None, str]) -> None:
    for each in found.warnings:
        note(say(zh=each.zh, en=each.en), style="yellow")
    moved = [*found.totals, *(each for each in found.indicators if each.beyond_noise or each.gone)]
    print_table(
        "",
        [
            say(zh="城市", en="city"),
            say(zh="指标", en="indicator"),
            str(found.first),
            str(found.second),
            "±",
            "",
        ],
        [
            (
                names.get(each.city, each.city),
                names.get(each.indicator, each.indicator),
                _figure(each.before),
                _figure(each.after),
                _difference(each),
                _remark(each),
            )
            for each in moved
        ],
        right=(2, 3, 4),
    )
    for faults in found.faults:
        city = harmless(names.get(faults.city, faults.city))
        _list(city, say(zh="新出现", en="new"), faults.new, "red")
        _list(city, say(zh="已消失", en="gone"), faults.mended, "green")
        if faults.still:
            STDOUT.print(
                Text(f"{city} · {say(zh='仍存在', en='still there')}: {len(faults.still)}", style="dim")
            )


def _list(city: str, heading: str, findings: tuple[Finding, ...], style: str) -> None:
    for each in findings:
        text = harmless(say(zh=each.text_zh, en=each.text_en))
        STDOUT.print(
            Text(f"{city} · {heading} · −{each.points_lost:.1f} ({each.indicator}) ", style=style).append(
                text, "not bold"
            )
        )


def _figure(score: float | None) -> str:
    return "–" if score is None else f"{score:.1f}"


def _difference(change: Change) -> str:
    return "" if change.difference is None else f"{change.difference:+.1f}"


def _remark(change: Change) -> str:
    if change.gone:
        return say(zh="功能已消失", en="the feature is gone")
    if change.difference is None:
        return say(zh="无从比较", en="cannot be compared")
    return (
        say(zh="超出误差", en="beyond noise")
        if change.beyond_noise
        else say(zh="误差之内", en="within noise")
    )
