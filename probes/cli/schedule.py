"""`probe schedule`: sweeps, watches and what follows them, by the clock."""

from __future__ import annotations

import importlib
import logging
import sqlite3
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta

import click

from probes.cli.configuration import Configuration
from probes.cli.console import NOTES, note, print_json, print_table
from probes.cli.language import message, say
from probes.cli.options import json_option, language_option, with_configuration
from probes.cli.stopping import run_to_end
from probes.runs.alerts.errand import AlertErrand
from probes.runs.cron import trigger
from probes.runs.job_process import COMMANDS, is_running
from probes.runs.job_store import Job, JobKind, JobStore, schedule_beside
from probes.runs.metrics.publishing import MetricsErrand, served
from probes.runs.schedule import Errand, Scheduler, next_start, only_scheduler
from results.daily import checked_zone
from results.errors import PlainError, StoreError
from results.moments import as_text
from results.store import Store

VISITS_A_DAY = 20
"""What the rule of availability asks for (国办秘函〔2019〕19号)."""


@click.group(
    "schedule",
    help=say(
        zh="定时任务：普查、值守、报告、导出、清理证据。\n\n"
        "先用 add 登记任务，再让 run 一直运行（systemd 或容器，见 README）；list 显示下次时间和上次结果。\n\n"
        "任务存放在结果文件旁的 probe.schedule.db，重启不丢；run 运行时也可以增删。",
        en="Sweeps, watches, reports, exports and prunes by the clock.\n\n"
        "Enter jobs with `add`, then keep `run` going (systemd or a container: see the README); `list` shows when "
        "each is due next and how it ended last.\n\n"
        "Jobs lie in probe.schedule.db beside the results file: they survive restarts, and may be added and "
        "removed while `run` is at work.",
    ),
)
@language_option
def command() -> None:
    """The schedule's commands."""


@command.command(
    "add",
    help=say(
        zh="加一个定时任务；`--` 之后是该命令自己的选项。\n\n"
        "\b\n"
        "周五晚上开始普查全部城市，只在夜间进行，天亮暂停、入夜继续：\n"
        "  probe schedule add sweep --cron '0 22 * * 5' --hours 22:00-06:00 --pause -- --cities all\n"
        "每小时值守（每天 24 次，满足国办的 20 次），错开至多 5 分钟：\n"
        "  probe schedule add watch --cron '@hourly' --jitter 300 -- shanghai beijing\n"
        "周一早上的报告和导出，每月清理 90 天前的证据：\n"
        "  probe schedule add report --cron '0 8 * * 1' -- -o weekly.html\n"
        "  probe schedule add export --cron '5 8 * * 1' -- --to handover.xlsx\n"
        "  probe schedule add prune --cron '0 12 1 * *' -- --keep-days 90",
        en="Add a job; what follows `--` are options of its own command.\n\n"
        "\b\n"
        "All cities from Friday night on, in the nights only, paused by day:\n"
        "  probe schedule add sweep --cron '0 22 * * 5' --hours 22:00-06:00 --pause -- --cities all\n"
        "A visit an hour (24 a day; the rule asks for 20), up to five minutes late:\n"
        "  probe schedule add watch --cron '@hourly' --jitter 300 -- shanghai beijing\n"
        "The report and the hand-over on Monday morning, evidence kept for 90 days:\n"
        "  probe schedule add report --cron '0 8 * * 1' -- -o weekly.html\n"
        "  probe schedule add export --cron '5 8 * * 1' -- --to handover.xlsx\n"
        "  probe schedule add prune --cron '0 12 1 * *' -- --keep-days 90",
    ),
)
@click.argument("kind", type=click.Choice([each.value for each in JobKind]))
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
@click.option(
    "--cron",
    required=True,
    metavar="EXPRESSION",
    help=say(
        zh="何时：分 时 日 月 星期（0 和 7 都是星期日），或 @daily 等",
        en="When: minute hour day month weekday (0 and 7 are Sunday), or @daily and its like.",
    ),
)
@click.option(
    "--timezone",
    default="Asia/Shanghai",
    metavar="ZONE",
    help=say(zh="时区（默认 Asia/Shanghai）", en="Time zone (default: Asia/Shanghai)."),
)
@click.option(
    "--jitter",
    type=click.IntRange(0, 86_400),
    default=0,
    metavar="SECONDS",
    help=say(zh="随机推迟，至多若干秒", en="Start up to so many seconds later, at random."),
)
@click.option(
    "--hours",
    metavar="22:00-06:00",
    help=say(zh="只在这个时段内开始，含补做", en="Start within these hours only, made-up starts included."),
)
@click.option(
    "--pause",
    is_flag=True,
    help=say(
        zh="时段结束时停下，下次时段开始时继续（普查，须有 --hours）",
        en="Stop when these hours end, and go on when they begin again (a sweep with --hours).",
    ),
)
@click.option("--name", help=say(zh="任务名（默认与种类同名）", en="The job's name (default: its kind)."))
@language_option
@with_configuration
def add(
    kind: str,
    arguments: tuple[str, ...],
    cron: str,
    timezone: str,
    jitter: int,
    hours: str | None,
    pause: bool,
    name: str | None,
    configuration: Configuration,
) -> None:
    """Checks all that can be checked now, so that no mistake waits until three in the morning."""
    job = Job(
        name=name or kind,
        kind=JobKind(kind),
        arguments=arguments,
        cron=cron,
        timezone=timezone,
        jitter_s=jitter,
        hours=hours,
        pause=pause,
        created_at=datetime.now(UTC),
    )
    trigger(cron, timezone, jitter_s=jitter, hours=hours)
    if pause and (hours is None or job.kind is not JobKind.SWEEP):
        raise click.UsageError(
            say(zh="--pause 只用于带 --hours 的 sweep", en="--pause is for a sweep with --hours")
        )
    _check_arguments(job)
    Store.open(configuration.db).close()  # a results file that cannot be used is told now
    with JobStore(schedule_beside(configuration.db)) as store:
        store.add(job)
    if job.kind is JobKind.WATCH and _thin_day(job):
        note(
            say(
                zh="每天不足 20 次访问：这一周的结果只能是暂定的（国办秘函〔2019〕19号）",
                en="fewer than 20 visits a day: the week stays provisional (国办秘函〔2019〕19号)",
            ),
            "yellow",
        )
    click.echo(say(zh=f"已加入 {job.name}，下次 {_shown(job)}", en=f"added {job.name}, next {_shown(job)}"))


@command.command("list", help=say(zh="列出任务", en="List the jobs."))
@json_option
@with_configuration
def list_jobs(as_json: bool, configuration: Configuration) -> None:
    """A line for each job."""
    jobs = _jobs(configuration)
    if as_json:
        print_json([_fields(each) for each in jobs])
        return
    print_table(
        "",
        [
            say(zh="名称", en="name"),
            say(zh="种类", en="kind"),
            say(zh="选项", en="options"),
            say(zh="何时", en="when"),
            say(zh="下次", en="next"),
            say(zh="上次开始（UTC）", en="last start (UTC)"),
            say(zh="退出码", en="exit code"),
        ],
        [
            (
                each.name,
                each.kind.value,
                " ".join(each.arguments),
                f"{each.cron} {each.timezone}" + (f" {each.hours}" if each.hours else ""),
                _shown(each),
                f"{each.started_at:%Y-%m-%d %H:%M}" if each.started_at else None,
                _ended(each),
            )
            for each in jobs
        ],
    )


@command.command("remove", help=say(zh="删除任务", en="Remove a job."))
@click.argument("name")
@language_option
@with_configuration
def remove(name: str, configuration: Configuration) -> None:
    """A start under way goes on to its end."""
    path = schedule_beside(configuration.db)
    if not path.exists():
        raise PlainError(zh=f"没有名为 {name!r} 的任务", en=f"there is no job named {name!r}")
    with JobStore(path) as store:
        store.remove(name)


@command.command(
    "run",
    help=say(
        zh="执行任务，直到 Ctrl-C 或 SIGTERM；错过的补做一次，同一任务不会重叠。\n\n"
        "配置了 [alerts] 时，每次任务结束后发送告警；Prometheus 指标在 http://127.0.0.1:9469/metrics（[metrics] listen 可改）。",
        en="Run the jobs until Ctrl-C or SIGTERM. Missed starts are made up for once; no job overlaps itself.\n\n"
        "Where [alerts] is configured, alerts are sent after each job. Metrics for Prometheus are served at "
        "http://127.0.0.1:9469/metrics (`listen` in [metrics]).",
    ),
)
@language_option
@with_configuration
def run(configuration: Configuration) -> None:
    """A stop is its ordinary end: exit code 0, with every job's state kept."""
    Store.open(configuration.db).close()
    path = schedule_beside(configuration.db)
    with only_scheduler(path), JobStore(path) as store, ExitStack() as stack:
        errands = _errands(configuration, stack)
        scheduler = Scheduler(store, configuration.db.absolute(), _tell, errands)
        _tell(say(zh=f"开始执行 {path}", en=f"running {path}"))
        try:
            run_to_end(scheduler.run())
        except sqlite3.Error as error:
            raise StoreError(
                zh=f"无法使用任务文件 {path}：{error}", en=f"cannot use the schedule {path}: {error}"
            ) from error
        except click.Abort:
            _tell(say(zh="已停止，任务状态已保存", en="stopped; the jobs' state is kept"))


def _errands(configuration: Configuration, stack: ExitStack) -> list[Errand]:
    """What is done beside the jobs: alerts where there is an address to send them to, and metrics."""
    database, settings = configuration.db.absolute(), configuration.metrics
    metrics = MetricsErrand(database, settings.textfile)
    errands: list[Errand] = [metrics] if settings.textfile else []
    if settings.address:
        host, port = settings.address
        try:
            stack.enter_context(served(metrics, host, port))
        except PlainError as error:
            if "listen" in settings.model_fields_set:
                raise
            _tell(message(error))  # nobody asked for this address
        else:
            _tell(
                say(zh=f"指标：http://{host}:{port}/metrics", en=f"metrics at http://{host}:{port}/metrics")
            )
            errands = [metrics]
    if configuration.alerts.urls:
        errands.append(AlertErrand(database, configuration.alerts, _tell))
    return errands


def _tell(text: str) -> None:
    note(text if NOTES.isEnabledFor(logging.INFO) else f"{as_text(datetime.now(UTC))} {text}")


def _check_arguments(job: Job) -> None:
    """Let the job's own command read them, without running it.

    Raises:
        click.UsageError: It does not take them.
    """
    if {"-h", "--help", "--db"} & set(job.arguments):
        raise click.UsageError(
            say(zh="--help 和 --db 不能写在 -- 之后", en="--help and --db do not go behind the --")
        )
    module, *rest = COMMANDS[job.kind]
    found: click.Command = importlib.import_module(f"probes.cli.{module}").command
    for word in rest:
        assert isinstance(found, click.Group)
        found = found.commands[word]
    name = f"probe {' '.join(COMMANDS[job.kind])}"
    found.make_context(name, list(job.arguments))


def _thin_day(job: Job) -> bool:
    """Whether one of the next seven days has fewer starts than the rule of availability asks for."""
    bare = trigger(job.cron, job.timezone, hours=job.hours)
    today = datetime.now(checked_zone(job.timezone)).replace(hour=0, minute=0, second=0, microsecond=0)
    for day in range(1, 8):
        moment, end = today + timedelta(days=day), today + timedelta(days=day + 1)
        for _ in range(VISITS_A_DAY):
            due = bare.get_next_fire_time(None, moment)
            if due is None or due >= end:
                return True
            moment = due + timedelta(seconds=1)
    return False


def _jobs(configuration: Configuration) -> list[Job]:
    path = schedule_beside(configuration.db)
    if not path.exists():
        return []
    with JobStore(path) as store:
        return store.all()


def _shown(job: Job) -> str:
    if is_running(job):
        return say(zh="进行中", en="running")
    start = next_start(job, datetime.now(UTC))
    return "–" if start is None else f"{start.astimezone(checked_zone(job.timezone)):%Y-%m-%d %H:%M}"


def _ended(job: Job) -> object:
    if is_running(job):
        return say(zh="进行中", en="running")
    return say(zh="未完", en="unfinished") if job.cut_off else job.exit_code


def _fields(job: Job) -> dict[str, object]:
    start = next_start(job, datetime.now(UTC))
    moments = {
        "next_start": start,
        "created_at": job.created_at,
        "started_at": job.started_at,
        "finished_at": job.finished_at,
    }
    return {
        "name": job.name,
        "kind": job.kind.value,
        "arguments": list(job.arguments),
        "cron": job.cron,
        "timezone": job.timezone,
        "jitter_s": job.jitter_s,
        "hours": job.hours,
        "pause": job.pause,
        **{name: None if each is None else as_text(each) for name, each in moments.items()},
        "running": is_running(job),
        "exit_code": job.exit_code,
    }
