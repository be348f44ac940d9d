"""Page loads: does a page open properly in every engine (multi_browser_load), and how fast (load_time).

One unit looks at a page in all engines, one after another, since whether the engines *agree* can only be said
of loads made at the same time. A confirmation repeats only the engines that did not open the page, each in a
fresh context, and compares with what the others showed.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from probes.browsers.agreement import compared
from probes.probe import CrawledPage, Lane, Probe, RunContext, Unit, pages_looked_at
from results.moments import now
from results.records import Observation, Outcome, PageKind, PageLoad, Reason

if TYPE_CHECKING:
    from probes.browsers.loaded import Loaded
    from results.settings import Settings

_TIMED_ENGINE = "chromium"
"""load_time is measured in one engine alone, so that figures of different portals can be compared."""
_MARGIN_S = 60.0


class PageLoads(Probe):
    """Loads sampled pages in every engine, and some of them once more, alone, for the time."""

    name = "loads"
    about = "opens pages in every browser engine, and times them"

    def turns(self, settings: Settings) -> int:
        """A load in each engine, and a timed one."""
        return pages_looked_at(settings) * (len(settings.engines) + (_TIMED_ENGINE in settings.engines))

    def units_for_page(self, context: RunContext, page: CrawledPage) -> Iterable[Unit]:
        """All engines in one unit; of the home page a timed load as well."""
        wanted = context.engines.names or context.settings.engines
        look = _Look(context, page, wanted)
        yield Unit(
            probe=self.name,
            key=f"desktop {page.page.url}",
            lane=Lane.BROWSER,
            measure=look.in_all_engines,
            unmeasured=lambda reason: [look.unmeasured(engine, reason) for engine in look.due],
            timeout_s=len(wanted) * (context.settings.page_timeout_s + _MARGIN_S) + _MARGIN_S,
        )
        if page.page.kind is PageKind.HOME:
            yield from self._timed(context, page)

    def units_for_portal(self, context: RunContext) -> Iterable[Unit]:
        """Timed loads, spread over the sample: each holds up all other loads, so that few are made."""
        others = [each for each in context.sample if each.page.kind is not PageKind.HOME]
        most = context.settings.timed_pages - 1
        if context.home is not None and context.home.page.outcome is Outcome.OK and most > 0:
            for page in others[:: max(1, math.ceil(len(others) / most))]:
                if page.page.reason is not Reason.ROBOTS_DISALLOWED:
                    yield from self._timed(context, page)

    def _timed(self, context: RunContext, page: CrawledPage) -> Iterable[Unit]:
        wanted = context.engines.names or context.settings.engines
        if _TIMED_ENGINE not in wanted:
            return
        look = _Look(context, page, wanted)
        yield Unit(
            probe=self.name,
            key=f"timed {page.page.url}",
            lane=Lane.TIMED,
            measure=look.timed,
            unmeasured=lambda reason: [look.unmeasured(_TIMED_ENGINE, reason, timed=True)],
            timeout_s=context.settings.page_timeout_s + 2 * _MARGIN_S,
        )


class _Look:
    """The loads of one page; remembers the first look until its confirmation."""

    def __init__(self, context: RunContext, page: CrawledPage, engines: Sequence[str]) -> None:
        self._context = context
        self._page = page.page
        self._engines = engines
        self._latest: dict[str, Loaded] = {}

    @property
    def due(self) -> list[str]:
        """The engines that have not looked yet, did not open the page, or could not look for a fault of ours."""
        return [engine for engine in self._engines if _wants_a_look(self._latest.get(engine))]

    async def in_all_engines(self, attempt: int) -> Sequence[Observation]:
        """Load in every wanted engine; a confirmation repeats those that did not open the page."""
        engines = self.due
        for engine in engines:
            self._latest[engine] = await self._load(engine, attempt)
        judged = compared(self._latest.values())
        self._latest = {each.engine: each for each in judged}
        return [self._observed(self._latest[engine], attempt) for engine in engines]

    async def timed(self, attempt: int) -> Sequence[Observation]:
        """Load alone, in a fresh context, with images."""
        return [self._observed(await self._load(_TIMED_ENGINE, attempt, timed=True), attempt)]

    def unmeasured(self, engine: str, reason: Reason, *, timed: bool = False) -> PageLoad:
        """What to store when a load could not be made for our own reasons."""
        assert self._page.id is not None
        return PageLoad(
            run_id=self._context.run_id,
            page_id=self._page.id,
            url=self._page.url,
            engine=engine,
            timed=timed,
            outcome=reason.outcome,
            reason=reason,
            measured_at=now(),
        )

    async def _load(self, engine: str, attempt: int, *, timed: bool = False) -> Loaded:
        context = self._context
        return await context.engines.load(
            engine,
            self._page.url,
            fresh=attempt > 1,
            timed=timed,
            screenshot=self._page.kind is PageKind.HOME and not timed,
            timeout_s=context.settings.page_timeout_s if timed else context.page_limit_s(attempt),
            scope=context.portal.slug,
        )

    def _observed(self, loaded: Loaded, attempt: int) -> PageLoad:
        assert self._page.id is not None
        keep = self._context.evidence.keep
        evidence = keep(loaded.screenshot, "image/png") if loaded.screenshot else None
        trace = keep(loaded.trace, "application/zip") if loaded.trace else None
        return PageLoad(
            run_id=self._context.run_id,
            attempt=attempt,
            outcome=loaded.outcome,
            reason=loaded.reason,
            evidence_id=evidence,
            measured_at=now(),
            note=loaded.note,
            page_id=self._page.id,
            url=self._page.url,
            final_url=loaded.final_url,
            engine=loaded.engine,
            engine_version=loaded.engine_version,
            device=loaded.device,
            timed=loaded.timed,
            first_visit=loaded.first_visit,
            remote_ip=loaded.remote_ip,
            http_status=loaded.status,
            ttfb_ms=loaded.ttfb_ms,
            dom_ready_ms=loaded.dom_ready_ms,
            load_ms=loaded.load_ms,
            lcp_ms=loaded.lcp_ms,
            text_length=loaded.text_length if loaded.final_url else None,
            console_errors=len(loaded.console_errors) + len(loaded.page_errors),
            failed_requests=loaded.failed_requests,
            mixed_content=loaded.mixed_content,
            requests=loaded.requests,
            trace_id=trace,
        )


def _wants_a_look(latest: Loaded | None) -> bool:
    if latest is None or latest.outcome is Outcome.FAILED:
        return True
    return latest.reason is not None and latest.reason.may_pass
