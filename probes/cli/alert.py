"""`probe alert`: people are told of a regression, a veto, or a city that vanished."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from checks.catalogue import load
from probes.cli.configuration import Configuration
from probes.cli.console import note, print_json, print_table
from probes.cli.language import language, say
from probes.cli.options import json_option, language_option, with_configuration
from probes.runs.alerts.news import note_news
from probes.runs.alerts.sending import Addresses, Delivery
from probes.runs.alerts.store import AlertStore, Event, alerts_beside
from probes.runs.alerts.telling import KINDS, tell
from probes.runs.holding import held
from results.errors import PlainError
from results.moments import as_text
from results.store import Store

_OTHER_SENDER_S = 60.0
"""How long to wait for another process that is sending alerts of the same results file."""


class NotTakenError(PlainError):
    """No address, or not every one, took a message."""


@click.group(
    "alert",
    help=say(
        zh="告警：变差、单项否决、打不开的城市，经 apprise 发到邮箱、钉钉、飞书、企业微信或 webhook。\n\n"
        "在 probe.toml 的 [alerts] 里写 urls，先用 test 试发；`probe schedule run` 会自己发送，"
        "不用它时在普查之后运行 send。同一件事只发一次。",
        en="Alerts: a regression, a veto, a city that vanished; through apprise to mail, DingTalk, Feishu, WeCom or "
        "a webhook.\n\n"
        "Put `urls` into [alerts] of probe.toml and try them with `test`. `probe schedule run` sends by itself; "
        "without it, run `send` after a sweep. Every event is sent once.",
    ),
)
@language_option
def command() -> None:
    """The commands of the alerts."""


@command.command("test", help=say(zh="向每个地址试发一条", en="Send one message to every address."))
@language_option
@with_configuration
def test(configuration: Configuration) -> None:
    """Sends in quiet hours too, since somebody is waiting for it."""
    chosen = configuration.lang or language()
    title, body = {
        "zh": ("门户探测：试发", "收到这条消息，说明告警能够送达。"),
        "en": ("Portal Probe: a test", "Alerts arrive here."),
    }[chosen]
    addresses = _addresses(configuration)
    _check([addresses.send(number, title=title, body=body) for _, number in addresses])


@command.command(
    "send",
    help=say(
        zh="查看结果文件里有没有新的事，有就发送；免打扰时段内先留着。",
        en="Look for news in the results file and send it; in quiet hours it is kept until they end.",
    ),
)
@language_option
@with_configuration
def send(configuration: Configuration) -> None:
    """Nothing new, or nothing that may be sent now, is a good end too."""
    path = alerts_beside(configuration.db)
    busy = PlainError(zh="另一个进程正在发送告警", en="another process is sending alerts")
    with (
        held(path.with_suffix(".lock"), busy, wait_s=_OTHER_SENDER_S),
        Store.open_existing(configuration.db) as store,
        AlertStore(path) as known,
    ):
        addresses = _addresses(configuration)
        now = datetime.now(UTC)
        note_news(store, known, configuration.alerts, load().entry("home_availability"), now)
        told = tell(known, addresses, configuration.alerts, configuration.lang or language(), now)
    if told.quiet:
        count = len(told.waiting)
        note(
            say(
                zh=f"免打扰时段，{count} 条告警稍后发送",
                en=f"quiet hours: {count} alert(s) held back until they end",
            )
        )
    _check(told.deliveries)


@command.command("list", help=say(zh="列出已知的告警", en="List the alerts so far."))
@json_option
@with_configuration
def list_alerts(as_json: bool, configuration: Configuration) -> None:
    """Newest last."""
    path = alerts_beside(configuration.db)
    events: list[Event] = []
    if path.exists():
        with AlertStore(path) as known:
            events = known.all()
    if as_json:
        print_json([_fields(each) for each in events])
        return
    print_table(
        "",
        [
            say(zh="发现（UTC）", en="found (UTC)"),
            say(zh="种类", en="kind"),
            say(zh="内容", en="what"),
            say(zh="发送（UTC）", en="sent (UTC)"),
        ],
        [
            (
                f"{each.found_at:%Y-%m-%d %H:%M}",
                KINDS[each.kind].in_language(language()),
                each.words.in_language(language()),
                f"{each.settled_at:%Y-%m-%d %H:%M}" if each.settled_at else say(zh="待发", en="waiting"),
            )
            for each in events
        ],
    )


def _addresses(configuration: Configuration) -> Addresses:
    if not configuration.alerts.urls:
        raise PlainError(
            zh='没有告警地址：在 probe.toml 写 [alerts] urls = ["mailtos://…"]，或设环境变量 PROBE_ALERTS_URLS',
            en='no address to send to: put  [alerts] urls = ["mailtos://…"]  into probe.toml, '
            "or set PROBE_ALERTS_URLS",
        )
    return Addresses(configuration.alerts.urls)


def _check(deliveries: list[Delivery] | tuple[Delivery, ...]) -> None:
    """Say how each delivery ended.

    Raises:
        NotTakenError: An address did not take it.
    """
    for each in deliveries:
        ended = say(zh="已送达", en="taken") if each.problem is None else each.problem
        note(
            say(
                zh=f"第 {each.number} 个地址（{each.service}）：{ended}",
                en=f"address {each.number} ({each.service}): {ended}",
            ),
            "" if each.problem is None else "red",
        )
    if failed := [each for each in deliveries if each.problem is not None]:
        raise NotTakenError(
            zh=f"{len(failed)} 个地址没有收下", en=f"{len(failed)} address(es) did not take the message"
        )


def _fields(event: Event) -> dict[str, object]:
    return {
        "kind": event.kind.value,
        "city": event.city,
        "text_zh": event.words.zh,
        "text_en": event.words.en,
        "found_at": as_text(event.found_at),
        "ended_at": None if event.ended_at is None else as_text(event.ended_at),
        "sent_at": None if event.settled_at is None else as_text(event.settled_at),
    }
