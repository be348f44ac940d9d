"""`probe review`: an appeal's result beside an observation."""

from __future__ import annotations

import click

from probes.cli.configuration import Configuration
from probes.cli.console import print_json, print_table
from probes.cli.language import say
from probes.cli.options import ROW_NUMBER, json_option, language_option, with_configuration
from results.reviews import DECISIONS, add_review, reviews_of
from results.store import Store


@click.group(
    "review",
    help=say(
        zh="复核：申诉的结论，与不改动的观测并列",
        en="Reviews: an appeal's result, beside an untouched observation.",
    ),
)
@language_option
def command() -> None:
    """The commands of reviews."""


@command.command(
    "add",
    help=say(
        zh="记录一条复核；随后用 probe rescore 重新计分。\n\n例：probe review add page_loads 17 overturned --by 王某 --why 机房断网",
        en="Record a review; `probe rescore` then computes scores anew.\n\nExample: probe review add page_loads 17 overturned --by Wang --why 'our line was down'",
    ),
)
@click.argument("table")
@click.argument("row_id", type=ROW_NUMBER)
@click.argument("decision", type=click.Choice(DECISIONS))
@click.option("--by", required=True, help=say(zh="复核人", en="Who decided."))
@click.option("--why", required=True, help=say(zh="理由", en="Why."))
@language_option
@with_configuration
def add(table: str, row_id: int, decision: str, by: str, why: str, configuration: Configuration) -> None:
    """Stores the review and prints its number."""
    with Store.open_existing(configuration.db) as store:
        review = add_review(store, table=table, row_id=row_id, decision=decision, by=by, why=why)
    click.echo(say(zh=f"复核 {review.id} 已记录", en=f"review {review.id} recorded"))


@command.command("list", help=say(zh="列出复核", en="List the reviews."))
@click.option("--city", metavar="SLUG", help=say(zh="只列这个城市", en="This city's alone."))
@json_option
@with_configuration
def list_reviews(city: str | None, as_json: bool, configuration: Configuration) -> None:
    """Prints the reviews, oldest first."""
    with Store.open_existing(configuration.db) as store:
        reviews = reviews_of(store, slug=city)
    if as_json:
        print_json([each.as_row() for each in reviews])
        return
    print_table(
        "",
        [
            "#",
            say(zh="观测", en="observation"),
            say(zh="结论", en="decision"),
            say(zh="复核人", en="by"),
            say(zh="理由", en="why"),
            say(zh="时间", en="when"),
        ],
        [
            (
                each.id,
                f"{each.source_table} #{each.source_id}",
                each.decision,
                each.by,
                each.why,
                each.decided_at,
            )
            for each in reviews
        ],
        right=(0,),
    )
