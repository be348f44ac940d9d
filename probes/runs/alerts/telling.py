"""What is waiting, told in one message to every address that has not heard it, unless these are quiet hours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from probes.runs.alerts.sending import Addresses, Delivery
from probes.runs.alerts.settings import AlertKind, AlertSettings
from probes.runs.alerts.store import AlertStore, Event
from results.daily import checked_zone
from results.words import Words

KINDS = {
    AlertKind.REGRESSION: Words("变差", "worse"),
    AlertKind.VETO: Words("单项否决", "veto"),
    AlertKind.VANISHED: Words("打不开", "vanished"),
}


@dataclass(frozen=True, slots=True)
class Told:
    """What became of the waiting events."""

    deliveries: tuple[Delivery, ...]
    waiting: tuple[Event, ...]
    """Those that some address still has to be told of."""
    quiet: bool
    """Whether they wait for the quiet hours to end."""


def tell(
    known: AlertStore, addresses: Addresses, settings: AlertSettings, language: str, now: datetime
) -> Told:
    """Send each address what it has not been told yet; what an address does not take waits for the next time.

    Args:
        known: The events.
        addresses: Where to.
        settings: When not to.
        language: Of the message, `zh` or `en`.
        now: This moment, with time zone.
    """
    waiting = known.waiting()
    if not waiting or settings.quiet(now):
        return Told((), tuple(waiting), quiet=bool(waiting))
    deliveries = []
    refused: set[int] = set()
    for url, number in addresses:
        news = [each for each in waiting if not known.told(each, url)]
        if not news:
            continue
        title, body = message(news, settings, language)
        delivery = addresses.send(number, title=title, body=body)
        deliveries.append(delivery)
        if delivery.problem is None:
            with known.transaction():
                for event in news:
                    known.note_delivery(event, url, now)
        else:
            refused |= {each.id for each in news}
    with known.transaction():
        for event in waiting:
            known.note_try(event, now, settled=event.id not in refused)
    return Told(tuple(deliveries), tuple(each for each in waiting if each.id in refused), quiet=False)


def message(events: Sequence[Event], settings: AlertSettings, language: str) -> tuple[str, str]:
    """Title and body for some events, in plain text, moments in the configured time zone."""
    zone = checked_zone(settings.timezone)
    title = Words(
        f"门户探测：{len(events)} 条告警", f"Portal Probe: {len(events)} alert{'s'[: len(events) > 1]}"
    )
    lines = []
    for event in events:
        over = Words("，已恢复", ", over by now").in_language(language) if event.ended_at else ""
        kind, what = KINDS[event.kind].in_language(language), event.words.in_language(language)
        lines.append(f"[{kind}{over}] {event.found_at.astimezone(zone):%Y-%m-%d %H:%M} {what}")
    return title.in_language(language), "\n".join(lines)
