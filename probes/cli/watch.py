"""`probe watch`: does the home page open, asked again and again."""

from __future__ import annotations

import sqlite3
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import click

from checks.catalogue import load
from checks.week import Week, rolling_week
from probes.cli.city import practice_settings
from probes.cli.configuration import Configuration
from probes.cli.console import note, print_json, print_table
from probes.cli.language import say
from probes.cli.measuring import UNMEASURED
from probes.cli.options import FiniteRange, json_option, visiting_options
from probes.cli.stopping import run_to_end
from probes.cli.targets import practice_targets, target_of
from probes.runs.sweep import Target
from probes.runs.watch import watch
from results.errors import StoreError
from results.moments import as_text, from_text
from results.notices import MaintenanceNotice
from results.records import Availability, Outcome
from results.store import Store
from results.windows import DatedWindow, Window, window_from_text
from results.words import reason_word

HOURLY_S = 3600.0
"""24 visits a day; the rule (国办秘函〔2019〕19号) asks for 20."""
_LONGEST_S = 24 * 3600 / 20


@click.command(
    "watch",
    help=say(
        zh="按固定间隔访问首页，按国办秘函〔2019〕19号计算最近 7 天的打不开率（15 秒、5%、每天 20 次）。\n\n"
        "平时不启动浏览器；普通客户端打不开时才由浏览器复核。\n\n"
        "例：probe watch shanghai beijing；probe watch mycity --home https://zwfw.example.gov.cn/ --times 1",
        en="Visit home pages at even intervals, and count the last seven days by 国办秘函〔2019〕19号 "
        "(15 s, 5 %, 20 visits a day).\n\n"
        "No browser runs beside it; one is started where the plain client fails.\n\n"
        "Examples: probe watch shanghai beijing; probe watch mycity --home https://zwfw.example.gov.cn/ --times 1",
    ),
)
@click.argument("slugs", nargs=-1, required=True, metavar="SLUG…")
@click.option(
    "--home",
    metavar="URL",
    help=say(
        zh="门户网址（只给一个代号时可用）", en="Portal address, for a single slug; any slug is accepted."
    ),
)
@click.option(
    "--every",
    "every_s",
    type=FiniteRange(min=1),
    default=HOURLY_S,
    metavar="SECONDS",
    help=say(
        zh="间隔秒数（默认 3600，即每天 24 次）", en="Seconds between rounds (default: 3600, 24 a day)."
    ),
)
@click.option(
    "--times",
    type=click.IntRange(min=1),
    metavar="N",
    help=say(zh="访问 N 轮后结束（默认一直进行）", en="End after N rounds (default: go on until stopped)."),
)
@click.option("--practice", is_flag=True, help=say(zh="访问模拟门户", en="Visit the practice portals."))
@json_option
@visiting_options
def command(
    slugs: tuple[str, ...],
    home: str | None,
    every_s: float,
    times: int | None,
    practice: bool,
    as_json: bool,
    configuration: Configuration,
) -> int:
    """Visits until it has made all rounds or is stopped, then prints the rolling week of each city."""
    slugs = tuple(dict.fromkeys(slugs))
    if home is not None and (practice or len(slugs) > 1):
        raise click.UsageError(
            say(
                zh="--home 只能配一个代号，且不能与 --practice 同用",
                en="--home goes with one slug, and not with --practice",
            )
        )
    settings = configuration.settings(practice=practice)
    if every_s > _LONGEST_S and times is None:
        note(
            say(
                zh=f"每 {every_s:g} 秒一次，一天不足 20 次：结果只能是暂定的",
                en=f"every {every_s:g} s is fewer than 20 visits a day: the week stays provisional",
            ),
            "yellow",
        )
    with ExitStack() as stack:
        if practice:
            targets = stack.enter_context(practice_targets(slugs, configuration))
            settings = practice_settings(settings, targets)
        else:
            targets = [target_of(slug, configuration, home=home) for slug in slugs]
        store = stack.enter_context(Store.open(configuration.db))
        outcomes: set[Outcome] = set()

        def tell(visit: Availability) -> None:
            outcomes.add(visit.outcome)
            _tell(visit)

        work = watch(store, targets, settings=settings, every_s=every_s, times=times, on_visit=tell)
        try:
            try:
                run_to_end(work)
            except sqlite3.Error as error:
                raise StoreError(
                    zh=f"无法写入 {store.path}：{error}；已写入的结果都在",
                    en=f"cannot write {store.path}: {error}; what was written is kept",
                ) from error
        except click.Abort:
            _show(store, targets, configuration, as_json=as_json)
            if times is not None:
                raise
            return 0  # a watch without --times has no other end
        _show(store, targets, configuration, as_json=as_json)
        return UNMEASURED if Outcome.NOT_MEASURED in outcomes else 0


def _tell(visit: Availability) -> None:
    took = "" if visit.elapsed_ms is None else f" {visit.elapsed_ms / 1000:.1f} s"
    words = reason_word(visit.reason)
    style = {Outcome.OK: "", Outcome.FAILED: "red"}.get(visit.outcome, "yellow")
    note(f"{visit.measured_at} {visit.city} {say(zh=words.zh, en=words.en)}{took}", style)


@dataclass(frozen=True)
class _Announced:
    """A window of maintenance, by configuration or by the portal's own announcement."""

    window: Window | None
    """None where the announcement gives no time that can be read."""
    notice: MaintenanceNotice | None = None


def _show(store: Store, targets: list[Target], configuration: Configuration, *, as_json: bool) -> None:
    """The rolling week of each city, with the announced maintenance beside it."""
    entry, until = load().entry("home_availability"), datetime.now(UTC)
    weeks: dict[str, Week] = {}
    beside: dict[str, list[_Announced]] = {}
    for slug in (each.portal.slug for each in targets):
        since = until - timedelta(days=int(entry.number("window_days")))
        beside[slug] = _announced(store, slug, configuration, since)
        windows = [each.window for each in beside[slug] if each.window]
        weeks[slug] = rolling_week(store.all(Availability, city=slug), entry, until, windows)
    if as_json:
        print_json([_fields(slug, week, beside[slug]) for slug, week in weeks.items()])
        return
    print_table(
        say(zh="最近 7 天（国办秘函〔2019〕19号）", en="the last 7 days (国办秘函〔2019〕19号)"),
        [
            say(zh="城市", en="city"),
            say(zh="访问", en="visits"),
            say(zh="打不开", en="failed"),
            say(zh="占比", en="share"),
            say(zh="单项否决", en="veto"),
            say(zh="次数不足的天", en="days short"),
            say(zh="被拦截", en="blocked"),
            say(zh="未测", en="not measured"),
            say(zh="公布的维护时段", en="published maintenance"),
        ],
        [
            (
                slug,
                week.visits,
                week.failures,
                None if week.share is None else f"{week.share:.1%}",
                _verdict(week),
                week.days_short,
                week.blocked,
                week.unmeasured,
                _maintenance(week, beside[slug]),
            )
            for slug, week in weeks.items()
        ],
        right=(1, 2, 3, 5, 6, 7),
    )


def _verdict(week: Week) -> str:
    if week.veto:
        return say(zh="是", en="yes")
    if week.over_limit:
        return say(zh="达到 5%，天数未满", en="at 5 %, days not full")
    return say(zh="否", en="no") if week.final else say(zh="暂定：否", en="no, provisionally")


def _announced(store: Store, slug: str, configuration: Configuration, since: datetime) -> list[_Announced]:
    """What is configured, and what the portal announced for the week or for later; without times, what it said lately."""
    found = [_Announced(window_from_text(text)) for text in configuration.maintenance.get(slug, ())]
    for notice in store.all(MaintenanceNotice, city=slug):
        window = notice.window
        last = window.closes or from_text(notice.seen_at) if isinstance(window, DatedWindow) else None
        if last is None and window is None:
            last = from_text(notice.seen_at)
        if last is None or last > since:
            found.append(_Announced(window, notice))
    return found


def _maintenance(week: Week, announced: list[_Announced]) -> str | None:
    if not announced:
        return None
    lines = [str(each.window or (each.notice.words if each.notice else "")) for each in announced]
    if any(each.window for each in announced):
        lines.append(
            say(zh=f"（其中失败 {week.in_maintenance} 次）", en=f"({week.in_maintenance} of the failures)")
        )
    return "\n".join(lines)


def _fields(slug: str, week: Week, announced: list[_Announced]) -> dict[str, object]:
    configured = [each.window for each in announced if each.notice is None]
    return {
        "city": slug,
        "since": as_text(week.since),
        "until": as_text(week.until),
        "visits": week.visits,
        "failures": week.failures,
        "share": week.share,
        "over_limit": week.over_limit,
        "veto": week.veto,
        "final": week.final,
        "days_short": week.days_short,
        "blocked": week.blocked,
        "not_measured": week.unmeasured,
        "maintenance": ", ".join(str(each) for each in configured) or None,
        "notices": [
            {
                "opens_at": each.notice.opens_at,
                "closes_at": each.notice.closes_at,
                "daily": each.notice.daily,
                "words": each.notice.words,
                "url": each.notice.url,
                "seen_at": each.notice.seen_at,
            }
            for each in announced
            if each.notice is not None
        ],
        "failures_in_maintenance": week.in_maintenance if any(each.window for each in announced) else None,
    }
