"""What a person sees while cities are measured: a bar for each on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import time
from collections.abc import Sequence
from types import TracebackType

from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from probes.cli.console import STDERR, note
from probes.cli.language import say
from probes.probe import CrawledPage
from probes.runs.city import SilentWatcher
from results.records import Observation, Outcome
from spiders.found import CrawlSummary

LINE_EVERY_S = 15.0


class ProgressWatcher(SilentWatcher):
    """Shows pages found, units done and failures seen so far. Use as a context manager."""

    def __init__(self) -> None:
        self._live = STDERR.is_terminal
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[found]}"),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
            console=STDERR,
            disable=not self._live,
        )
        self._tasks: dict[str, TaskID] = {}
        self._pages: dict[str, int] = {}
        self._failures: dict[str, int] = {}
        self._last_line = time.monotonic()

    def __enter__(self) -> ProgressWatcher:
        self._progress.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.__exit__(kind, error, trace)

    def page_found(self, city: str, page: CrawledPage) -> None:
        """Count a page."""
        del page
        self._pages[city] = self._pages.get(city, 0) + 1
        self._show(city)

    def crawl_ended(self, city: str, summary: CrawlSummary) -> None:
        """Say that the crawl is over."""
        if not self._live:
            note(
                say(
                    zh=f"{city}：爬取结束，{summary.pages} 页",
                    en=f"{city}: crawl ended, {summary.pages} pages",
                )
            )

    def unit_done(self, city: str, done: int, submitted: int, observations: Sequence[Observation]) -> None:
        """Move the bar."""
        self._failures[city] = self._failures.get(city, 0) + sum(
            each.outcome is Outcome.FAILED for each in observations
        )
        self._show(city, done, submitted)

    def _show(self, city: str, done: int | None = None, submitted: int | None = None) -> None:
        pages, failures = self._pages.get(city, 0), self._failures.get(city, 0)
        found = say(zh=f"{pages} 页，{failures} 处未通过", en=f"{pages} pages, {failures} failures")
        if self._live:
            if city not in self._tasks:
                self._tasks[city] = self._progress.add_task(city, total=None, found=found)
            self._progress.update(self._tasks[city], completed=done, total=submitted, found=found)
        elif time.monotonic() - self._last_line > LINE_EVERY_S:
            self._last_line = time.monotonic()
            units = f"{done}/{submitted}, " if submitted else ""
            note(f"{city}: {units}{found}")
