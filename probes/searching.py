"""The portal's search: each scenario matter in two wordings, several times over, each a trial of its own.

What a trial's outcome says:

- `ok`: a page of results came, and something on it is about the query. `target_rank` is the rank of the
  matter itself on the first page (or under its tab for matters), or NULL where it is not there (that is for relevance to judge).
- `failed` with `no_results` or `irrelevant_results`: a page of results came without error, but it is empty,
  or nothing on it is about the query. **Stability counts these two as stable** (a result page came);
  relevance counts them 0. They are in `STABLE_REASONS`.
- `failed` with `timeout`, `error_page`, `blank_page`, `soft_404`, `http_4xx`, `http_5xx`, `script_error` …:
  no page of results came.
- `blocked`, `login_required`: as the page that came says.
- one row `absent`, `not_found`: no search box after the home page, what opens a box there, and the crawl's
  search pages were looked at; `note` says what was tried.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from playwright.async_api import Error, Page

from checks.lists import scenario_matters
from checks.matters import same_matter
from probes.probe import Lane, Probe, RunContext, Unit
from probes.widgets.opening import open_page
from probes.widgets.result_tabs import results_under_tab
from probes.widgets.results_list import Result, likeness
from probes.widgets.search_finder import BoxSearch
from probes.widgets.search_trial import Trial, run_trial
from probes.widgets.sight import Sighting
from probes.widgets.windows import Windows
from results.moments import now
from results.records import Outcome, PageKind, Reason, Search
from spiders.net.classify import classify

STABLE_REASONS = frozenset({Reason.NO_RESULTS, Reason.IRRELEVANT_RESULTS})
"""Failures of relevance, not of the search: a page of results came without error."""

_ABOUT = 0.5
"""A title that holds this share of the query's pairs of characters is about it."""
_SEARCH_PAGES = 2


@dataclass(frozen=True, kw_only=True)
class _Query:
    text: str
    matter: str
    wording: str
    attempt: int
    first: bool

    @property
    def key(self) -> str:
        return f"{self.wording} {self.text} {self.attempt}"


@dataclass
class _Place:
    """Where the box of this portal was found, known to all trials of a run."""

    url: str | None = None
    absent: bool = False
    tried: list[str] = field(default_factory=list)


class SearchProbe(Probe):
    """Types the scenario matters into the portal's search box."""

    name = "search"
    about = "the search box: scenario matters in exact and loose wording, repeated"

    def units_for_portal(self, context: RunContext) -> Iterable[Unit]:
        """One unit for each trial, in rounds, so that repeats of a query are spaced."""
        place = _Place()
        queries = list(_queries(context.settings.search_repeats))
        for query in queries:
            yield _unit(context, query, place)


def _queries(repeats: int) -> Iterable[_Query]:
    """Every wording of every matter, in rounds.

    Each round begins with what was last in the one before: an error that comes with every n-th search must not
    meet the same query each time, which would look as if the portal could not answer that one.
    """
    asked = [
        (scenario.name, wording, text)
        for scenario in scenario_matters()
        for wording, text in (("exact", scenario.name), *(("loose", each) for each in scenario.loose[:1]))
    ]
    for attempt in range(1, repeats + 1):
        start = (1 - attempt) % len(asked)
        for place, (matter, wording, text) in enumerate(asked[start:] + asked[:start]):
            yield _Query(
                text=text, matter=matter, wording=wording, attempt=attempt, first=attempt == 1 and place == 0
            )


def _unit(context: RunContext, query: _Query, place: _Place) -> Unit:
    async def measure(_: int) -> Sequence[Search]:
        return await _measure(context, query, place)

    def unmeasured(reason: Reason) -> Sequence[Search]:
        return [_row(context, query, reason)]

    return Unit(
        probe=SearchProbe.name,
        key=query.key,
        lane=Lane.INTERACTIVE,
        measure=measure,
        unmeasured=unmeasured,
        confirm=False,
        timeout_s=4 * context.settings.page_timeout_s + 60,
    )


def _row(
    context: RunContext,
    query: _Query,
    reason: Reason | None,
    *,
    note: str | None = None,
    trial: Trial | None = None,
    rank: int | None = None,
    evidence_id: int | None = None,
) -> Search:
    return Search(
        run_id=context.run_id,
        attempt=query.attempt,
        outcome=reason.outcome if reason is not None else Outcome.OK,
        reason=reason,
        evidence_id=evidence_id,
        measured_at=now(),
        note=note,
        query=query.text,
        matter=query.matter,
        wording=query.wording,
        results=len(trial.results) if trial is not None and _came(reason) else None,
        target_rank=rank,
        elapsed_ms=trial.elapsed_ms if trial is not None else None,
    )


def _came(reason: Reason | None) -> bool:
    """Whether a page of results came."""
    return reason is None or reason in STABLE_REASONS


async def _measure(context: RunContext, query: _Query, place: _Place) -> Sequence[Search]:
    if place.absent:
        return []
    async with context.engines.page() as page, Windows(page) as windows:
        try:
            reason, box = await _reach(context, windows, place)
            if box is None:
                return _without_box(context, query, place, reason)
            await context.politeness.turn(windows.current.url)
            trial = await run_trial(windows, box, query.text, timeout_s=context.settings.page_timeout_s)
        except (Error, TimeoutError, OSError) as error:
            return [_row(context, query, classify(error), note=_line(error))]
        reason, rank, notes = assess(trial, query.text, query.matter)
        if rank is None and _came(trial.reason):
            under = await _under_tab(context, windows, trial, query)
            if under is not None:
                trial, rank = under
                reason, notes = None, list(trial.notes)
        evidence_id = await _screenshot(context, windows.current)
        return [
            _row(
                context,
                query,
                reason,
                note="; ".join(notes) or None,
                trial=trial,
                rank=rank,
                evidence_id=evidence_id,
            )
        ]


async def _under_tab(
    context: RunContext, windows: Windows, trial: Trial, query: _Query
) -> tuple[Trial, int] | None:
    """What the tab for matters shows, where the matter stands under it: the page opened on news, say."""
    try:
        await context.politeness.turn(windows.current.url)
        found = await results_under_tab(windows, query.text)
    except (Error, TimeoutError):
        return None
    rank = rank_of(query.matter, found[1]) if found is not None else None
    if found is None or rank is None:
        return None
    notes = (*trial.notes, f"under the tab “{found[0]}”")
    return replace(trial, reason=None, results=tuple(found[1]), notes=notes), rank


def _without_box(
    context: RunContext, query: _Query, place: _Place, reason: Reason | None
) -> Sequence[Search]:
    tried = "; ".join(dict.fromkeys(place.tried))
    if reason is not None:
        return [_row(context, query, reason, note=f"on the way to the search box; tried: {tried}")]
    if place.url is not None:
        note = f"the search box did not appear this time; tried: {tried}"
        return [_row(context, query, Reason.TIMEOUT, note=note)]
    place.absent = True
    # stated once: a resumed run finds the first trial done, and the rest have nothing to add
    return [_row(context, query, Reason.NOT_FOUND, note=f"tried: {tried}")] if query.first else []


async def _reach(
    context: RunContext, windows: Windows, place: _Place
) -> tuple[Reason | None, Sighting | None]:
    """Open the page that has the box. Returns why it could not be opened, or the box, or neither."""
    home = context.home.page.url if context.home is not None else context.portal.home_url
    others = [each.page.url for each in context.of_kind(PageKind.SEARCH)[:_SEARCH_PAGES]]
    starts = [place.url] if place.url is not None else list(dict.fromkeys([home, *others]))
    reasons: list[Reason] = []
    for start in starts:
        reason = await open_page(context, windows, start)
        if reason is not None:
            reasons.append(reason)
            place.tried.append(f"{start}: {reason}")
            continue
        search = BoxSearch(windows)
        place.tried.append(start)
        box = await search.find()
        place.tried.extend(search.tried)
        if box is not None:
            place.url = start
            return None, box
        await windows.back_to_first()
    # what could not be opened may have had the box: then nobody can say that there is none
    return (reasons[0] if reasons else None), None


def assess(trial: Trial, query: str, matter: str) -> tuple[Reason | None, int | None, list[str]]:
    """What a trial comes to: the reason it failed, the rank of the matter (from 1), and notes."""
    notes = list(trial.notes)
    if trial.reason is not None:
        return trial.reason, None, notes
    rank = rank_of(matter, trial.results)
    if rank is not None:
        return None, rank, notes
    shown = "、".join(each.title[:40] for each in trial.results[:3])
    notes.append(f"first results: {shown}")
    if any(
        max(likeness(query, each.title), likeness(matter, each.title)) >= _ABOUT for each in trial.results
    ):
        return None, None, notes
    return Reason.IRRELEVANT_RESULTS, None, notes


def rank_of(matter: str, results: Sequence[Result]) -> int | None:
    """The rank, from 1, of the first result that is the matter; None where none is."""
    return next((rank for rank, each in enumerate(results, 1) if same_matter(each.title, matter)), None)


async def _screenshot(context: RunContext, page: Page) -> int | None:
    try:
        return context.evidence.keep(await page.screenshot(timeout=5000), "image/png")
    except (Error, TimeoutError):
        return None


def _line(error: BaseException) -> str:
    text = str(error).strip()
    return text.splitlines()[0][:300] if text else type(error).__name__
