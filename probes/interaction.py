"""The interaction modules 咨询, 投诉 and 好差评: found, opened, judged; nothing is submitted.

One observation a module. `ok`: it opened. `failed`: a link to it leads to an error, to nothing, or does
nothing (`script_error`). `login_required`: it opens for those alone who log in. `absent`: no link to it on
the home page, its interaction hub or any page of a complete crawl; with an incomplete crawl that is
`not_measured`, `over_budget`. A published rating figure is noted where the page shows one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from urllib.parse import urldefrag

from playwright.async_api import Error

from probes.browsers.restraint import kept_back, why_not
from probes.probe import Lane, Probe, RunContext, Unit
from probes.widgets.modules import HUB, MODULES, Candidate, module_score, published_figure
from probes.widgets.opening import judge_page, open_page
from probes.widgets.sight import Sighting, look, read_text
from probes.widgets.watching import Watch
from probes.widgets.windows import Windows, press
from results.moments import now
from results.records import Interaction, Outcome, PageKind, Reason
from spiders.acting_links import acts_when_followed
from spiders.net.classify import classify

_LIKELY = 2.0
"""A home-page link scores this at least before it is opened."""
_DOORS = 2
"""How many links to a module are opened at most before it is said not to work."""


@dataclass
class _Look:
    """What was found of a module so far."""

    reason: Reason | None = Reason.NOT_FOUND
    url: str | None = None
    figure: str | None = None
    tried: list[str] = field(default_factory=list)
    evidence_id: int | None = None

    def failed_at(self, url: str, reason: Reason, name: str) -> None:
        self.tried.append(f"{name}: {reason}")
        if self.reason is Reason.NOT_FOUND:
            self.reason, self.url = reason, url


class InteractionProbe(Probe):
    """Opens the consultation, complaint and rating modules."""

    name = "interactions"
    about = "the modules 咨询, 投诉 and 好差评: found and opened, nothing submitted"

    def units_for_portal(self, context: RunContext) -> Iterable[Unit]:
        """One unit for each module."""
        for module in MODULES:
            yield _unit(context, module)


def _unit(context: RunContext, module: str) -> Unit:
    async def measure(attempt: int) -> Sequence[Interaction]:
        return [await _measure(context, module, attempt)]

    def unmeasured(reason: Reason) -> Sequence[Interaction]:
        return [_row(context, module, 1, _Look(reason=reason))]

    return Unit(
        probe=InteractionProbe.name,
        key=module,
        lane=Lane.INTERACTIVE,
        measure=measure,
        unmeasured=unmeasured,
        timeout_s=8 * context.settings.page_timeout_s,
    )


def _row(context: RunContext, module: str, attempt: int, look_: _Look) -> Interaction:
    return Interaction(
        run_id=context.run_id,
        attempt=attempt,
        outcome=look_.reason.outcome if look_.reason is not None else Outcome.OK,
        reason=look_.reason,
        evidence_id=look_.evidence_id,
        measured_at=now(),
        note=("tried: " + "; ".join(dict.fromkeys(look_.tried)))[:1000] if look_.tried else None,
        module=module,
        url=look_.url,
        published_figure=look_.figure,
    )


async def _measure(context: RunContext, module: str, attempt: int) -> Interaction:
    found = _Look()
    async with context.engines.page(fresh=attempt > 1) as page, Windows(page) as windows:
        try:
            await _search(context, windows, module, found)
        except (Error, TimeoutError, OSError) as error:
            found.reason = classify(error)
        try:
            if found.reason is not Reason.NOT_FOUND:
                shot = await windows.current.screenshot(timeout=5000)
                found.evidence_id = context.evidence.keep(shot, "image/png")
        except (Error, TimeoutError):
            found.tried.append("no screenshot could be taken")
    if found.reason is Reason.NOT_FOUND and not context.crawl_complete:
        found.tried.append("the crawl did not come to its end, so it may lie elsewhere")
        found.reason = Reason.OVER_BUDGET
    return _row(context, module, attempt, found)


async def _search(context: RunContext, windows: Windows, module: str, found: _Look) -> None:
    home = context.home.page.url if context.home is not None else context.portal.home_url
    reason = await open_page(context, windows, home)
    if reason is None:
        found.tried.append("links of the home page")
        if await _try_doors(context, windows, module, found, home):
            return
    else:
        # what the home page would have offered is not known: nobody may say that it is absent
        found.failed_at(home, reason, "home page")
    if await _try_crawled(context, windows, module, found):
        return
    for hub in await _hubs(context, windows, home if reason is None else None):
        if await open_page(context, windows, hub) is None:
            found.tried.append(f"links of {hub}")
            if await _try_doors(context, windows, module, found, hub):
                return


async def _try_crawled(context: RunContext, windows: Windows, module: str, found: _Look) -> bool:
    """Open pages of the crawl whose title names the module."""
    scored = []
    for index, each in enumerate(context.pages):
        if each.page.kind not in (PageKind.INTERACTION, PageKind.OTHER, PageKind.FORM):
            continue
        candidate = Candidate(words=_title(each.page.title), hints=each.page.url)
        score = module_score(module, candidate)
        if each.page.kind is PageKind.INTERACTION and score:
            score += 2
        if score >= _LIKELY:
            scored.append((score, -index, each.page.url))
    for _, _, url in sorted(scored, reverse=True)[:_DOORS]:
        reason = await open_page(context, windows, url)
        if reason is None:
            await _opened(windows, found)
            return True
        found.failed_at(url, reason, url)
    return False


def _title(title: str | None) -> str:
    """The part of a page's title that is its own: before the name of the portal."""
    for mark in ("_", "-", "|", "—", "–"):
        title = (title or "").split(mark)[0]
    return (title or "").strip()


async def _try_doors(context: RunContext, windows: Windows, module: str, found: _Look, address: str) -> bool:
    """Open the likeliest links of the current page, one after the other, until one opens."""
    names: list[tuple[float, int, str, str]] = []
    for index, each in enumerate(await look(windows.current, "clickables")):
        score = module_score(module, _candidate(each))
        if score >= _LIKELY and not acts_when_followed(each.href):
            names.append((score, -index, each.names, each.href))
    for _, minus_index, name, href in sorted(names, reverse=True)[:_DOORS]:
        found.tried.append(f"“{name.strip()[:30]}”")
        if href.startswith("http") and urldefrag(href)[0] != urldefrag(windows.current.url)[0]:
            reason = await open_page(context, windows, href)
        else:
            if windows.current.url != address and await open_page(context, windows, address) is not None:
                continue
            reason = await _click(context, windows, -minus_index, name)
        if reason is None:
            await _opened(windows, found)
            return True
        found.failed_at(href or address, reason, name.strip()[:30])
    return False


def _candidate(thing: Sighting) -> Candidate:
    return Candidate(words=thing.text or thing.label, hints=f"{thing.href} {thing.hints}")


async def _click(context: RunContext, windows: Windows, index: int, name: str) -> Reason | None:
    """Click the thing that bears the name, and judge what came."""
    page = windows.current
    things = await look(page, "clickables")
    same = [each for each in things if each.names == name]
    thing = same[0] if same else (things[index] if index < len(things) else None)
    if thing is None or thing.element is None:
        return Reason.NOT_FOUND
    if await why_not(thing.element, turns="module"):
        # its form stands open on this very page: there is nothing to open, and nothing is used
        return None
    address, known, watch = page.url, windows.opened, Watch(page)
    await watch.start()
    await context.politeness.turn(page.url)
    before = await kept_back(page)
    await press(thing.element, turns="module")
    popped = await windows.follow(known)
    if popped or windows.current.url != address:
        return await judge_page(windows)
    # a module may open within the page
    if (await watch.read()).fresh:
        return None
    return Reason.UNSUPPORTED if await kept_back(page) > before else Reason.SCRIPT_ERROR


async def _opened(windows: Windows, found: _Look) -> None:
    found.reason, found.url = None, windows.current.url
    found.figure = published_figure(await read_text(windows.current))


async def _hubs(context: RunContext, windows: Windows, home: str | None) -> list[str]:
    """Pages that gather the interaction modules: of the crawl, and as linked from the home page."""
    hubs = [each.page.url for each in context.of_kind(PageKind.INTERACTION)]
    hubs += [each.page.url for each in context.pages if HUB.search(_title(each.page.title))]
    if home is not None:
        if windows.current.url != home:
            await open_page(context, windows, home)
        for each in await look(windows.current, "clickables"):
            if HUB.search(each.names) and each.href.startswith("http"):
                hubs.append(each.href)
    return list(dict.fromkeys(hubs))[:3]
