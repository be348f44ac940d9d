"""A sweep as it goes on: cities done and running, what was found so far, time left.

On a terminal a table that renews itself; elsewhere a line now and then, and one for each city that ends.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from statistics import fmean
from types import TracebackType

from rich.console import Group, RenderableType
from rich.live import Live
from rich.table import Table
from rich.text import Text

from probes.cli.console import STDERR, harmless, note
from probes.cli.language import say
from probes.cli.progress import LINE_EVERY_S
from probes.probe import CrawledPage
from probes.runs.city import SilentWatcher
from results.ledger import Run, State
from results.records import Observation, Outcome
from results.words import REASONS
from spiders.found import CrawlSummary

_MOST_ROWS = 24
_TELLING_SHARE = 0.1
"""Of a city's units: with fewer done, nobody can say how long the rest will take (ours)."""
_TELLING_S = 60.0
"""Of probing a city, seconds: what is quick comes first, and says little of search, zones and chat (ours)."""


@dataclass
class _City:
    """A city that is being measured; moments are seconds on the monotonic clock."""

    begun: float
    crawled: float | None = None
    pages: int = 0
    done: int = 0
    submitted: int = 0
    failures: int = 0

    def takes_s(self, now: float) -> float | None:
        """How long it takes in all, about; None as long as that cannot be told."""
        if self.crawled is None or not self.done or self.done < _TELLING_SHARE * self.submitted:
            return None
        probed_s = now - self.crawled
        return (
            self.crawled - self.begun + probed_s * self.submitted / self.done
            if probed_s >= _TELLING_S
            else None
        )


class SweepOverview(SilentWatcher):
    """Shows a sweep. Use as a context manager.

    Args:
        cities: How many cities the sweep has.
    """

    def __init__(self, cities: int) -> None:
        self._cities = cities
        self._running: dict[str, _City] = {}
        self._ended = 0
        self._took_s: list[float] = []
        self._failures = 0
        self._begun = self._last_line = time.monotonic()
        self._live = Live(console=STDERR, get_renderable=self.__rich__, refresh_per_second=2, transient=True)

    def __enter__(self) -> SweepOverview:
        if STDERR.is_terminal:
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._live.stop()

    def city_started(self, city: str) -> None:
        """Show it among those under way."""
        self._running[city] = _City(begun=time.monotonic())
        self._say_now_and_then()

    def city_ended(self, city: str, run: Run) -> None:
        """Count it among those done, and say how it ended."""
        self._ended += 1
        ended = self._running.pop(city, None)
        if ended is None:  # before this sweep was taken up again
            return
        self._took_s.append(time.monotonic() - ended.begun)
        if not STDERR.is_terminal:
            note(f"{city}: {_state(run)}; {self._line()}")

    def page_found(self, city: str, page: CrawledPage) -> None:
        """Count a page."""
        del page
        self._running[city].pages += 1
        self._say_now_and_then()

    def crawl_ended(self, city: str, summary: CrawlSummary) -> None:
        """Its crawl is over."""
        del summary
        self._running[city].crawled = time.monotonic()

    def unit_done(self, city: str, done: int, submitted: int, observations: Sequence[Observation]) -> None:
        """Count what failed."""
        failed = sum(each.outcome is Outcome.FAILED for each in observations)
        self._failures += failed
        shown = self._running[city]
        shown.done, shown.submitted, shown.failures = done, submitted, shown.failures + failed
        self._say_now_and_then()

    def seconds_left(self) -> float | None:
        """About how long it still takes, seconds; None as long as nobody can say."""
        now = time.monotonic()
        expected = {city: each.takes_s(now) for city, each in self._running.items()}
        known = [*self._took_s, *(each for each in expected.values() if each is not None)]
        if not known:
            return None
        typical = fmean(known)
        begun = sum(
            max(0.0, (expected[city] or typical) - (now - each.begun)) for city, each in self._running.items()
        )
        waiting = typical * (self._cities - self._ended - len(self._running))
        return (begun + waiting) / max(1, len(self._running))

    def _line(self) -> str:
        left = self.seconds_left()
        passed = _clock(time.monotonic() - self._begun)
        soon = "…" if left is None else _clock(left)
        return say(
            zh=f"{self._ended}/{self._cities} 城完成，{len(self._running)} 城进行中，"
            f"{self._failures} 处未通过，已用 {passed}，约剩 {soon}",
            en=f"{self._ended}/{self._cities} cities done, {len(self._running)} under way, "
            f"{self._failures} failures so far, {passed} passed, about {soon} left",
        )

    def _say_now_and_then(self) -> None:
        if not STDERR.is_terminal and time.monotonic() - self._last_line > LINE_EVERY_S:
            self._last_line = time.monotonic()
            note(self._line())

    def __rich__(self) -> RenderableType:
        """What a terminal shows now."""
        table = Table(box=None, pad_edge=False, header_style="dim")
        for heading in (
            say(zh="城市", en="city"),
            say(zh="阶段", en="stage"),
            say(zh="网页", en="pages"),
            say(zh="单元", en="units"),
            say(zh="未通过", en="failures"),
        ):
            table.add_column(heading)
        for city, each in list(self._running.items())[:_MOST_ROWS]:
            stage = (
                say(zh="测量", en="probing") if each.crawled is not None else say(zh="爬取", en="crawling")
            )
            units = f"{each.done}/{each.submitted}" if each.submitted else "–"
            table.add_row(harmless(city), stage, str(each.pages), units, str(each.failures or "–"))
        return Group(Text(self._line(), style="bold"), table)


def _state(run: Run) -> str:
    words = {
        State.COMPLETE: say(zh="完成", en="complete"),
        State.PARTIAL: say(zh="部分完成", en="partial"),
        State.FAILED: say(zh="未能进入", en="not entered"),
        State.RUNNING: say(zh="进行中", en="running"),
    }
    why = next((say(zh=each.zh, en=each.en) for name, each in REASONS.items() if name == run.reason), "")
    return f"{words[run.state]} ({why})" if why else words[run.state]


def _clock(seconds: float) -> str:
    return str(timedelta(seconds=round(seconds)))
