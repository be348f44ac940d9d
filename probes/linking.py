"""Links of the home page and the sampled pages: do they lead somewhere (link_health).

Each address is asked for once in a run, whichever pages carry it. One GET, whose body is read only as far as an
error page needs, tells more than a HEAD (which many servers answer wrongly) and costs as little.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from urllib.parse import urldefrag, urljoin, urlsplit

from lxml import html as lxml_html
from lxml.etree import LxmlError

from probes.browsers.second_opinion import Reached, reach
from probes.probe import CrawledPage, Lane, Probe, RunContext, Unit
from results.moments import now
from results.records import Link, Observation, Outcome, Page, PageKind, Reason
from results.settings import Settings
from spiders.acting_links import acts_when_followed
from spiders.net.classify import classify
from spiders.net.egress import EgressDenied

_SHARE_OF_HOME = 0.5
"""Links of the home page get this share of the limit first: everybody meets them (ours)."""
_MARGIN_S = 120.0


class LinkHealth(Probe):
    """Resolves a seeded selection of links."""

    name = "links"
    about = "resolves links of the home page and the sampled pages"
    needs_browser = False

    def turns(self, settings: Settings) -> int:
        """One for each link; a second, in a browser, only where the first fails."""
        return settings.link_limit

    def units_for_portal(self, context: RunContext) -> Iterable[Unit]:
        """A unit for each selected link; pages whose links a resumed run no longer knows are read again."""
        looked_at = [
            each
            for each in context.pages
            if (each.page.sampled or each.page.kind is PageKind.HOME) and each.page.outcome is Outcome.OK
        ]
        selection = select(looked_at, limit=context.settings.link_limit, seed=context.settings.seed)
        for page, url in selection:
            yield self._unit(context, page, url)
        for each in looked_at:
            if each.links is None:
                yield self._unread(context, each.page, max(1, context.settings.link_limit // len(looked_at)))

    def _unit(self, context: RunContext, page: Page, url: str) -> Unit:
        async def measure(attempt: int) -> Sequence[Observation]:
            return [await _resolved(context, page, url, attempt)]

        return Unit(
            probe=self.name,
            key=url,
            lane=Lane.HTTP,
            measure=measure,
            unmeasured=lambda reason: [_link(context, page, url, Reached(reason=reason), attempt=1)],
            timeout_s=2 * context.settings.page_timeout_s + _MARGIN_S,
        )

    def _unread(self, context: RunContext, page: Page, limit: int) -> Unit:
        async def measure(attempt: int) -> Sequence[Observation]:
            try:
                answer = await context.http.fetch(page.url)
            except Exception as error:  # the page itself is another probe's matter
                reached = Reached(
                    reason=_ours(classify(error)), note="the page's links could not be read again"
                )
                return [_link(context, page, page.url, reached, attempt)]
            again = CrawledPage(page=page, links=tuple(links_of(answer.text, answer.url)))
            selection = select([again], limit=limit, seed=context.settings.seed)
            return [await _resolved(context, page, url, attempt) for _, url in selection]

        return Unit(
            probe=self.name,
            key=f"links of {page.url}",
            lane=Lane.HTTP,
            measure=measure,
            unmeasured=lambda reason: [_link(context, page, page.url, Reached(reason=reason), attempt=1)],
            timeout_s=(limit + 1) * (2 * context.settings.page_timeout_s) + _MARGIN_S,
        )


def select(pages: Sequence[CrawledPage], *, limit: int, seed: int) -> list[tuple[Page, str]]:
    """Choose links, whatever the order in which pages and links were found.

    Args:
        pages: The home page and the sampled pages.
        limit: How many links at most.
        seed: The sweep's seed.

    Returns:
        Each address once, with the first page (home before others, then by address) that carries it.
    """
    ordered = sorted(pages, key=lambda each: (each.page.kind is not PageKind.HOME, each.page.url))
    carrier: dict[str, Page] = {}
    for each in ordered:
        for url in each.links or ():
            if can_be_asked_for(url):
                carrier.setdefault(_without_anchor(url), each.page)
    home = ordered[0].page if ordered else None
    group = urlsplit(home.url).netloc if home is not None else ""
    drawn = sorted(carrier, key=lambda url: _lot(url, group, seed))
    of_home = [url for url in drawn if carrier[url].kind is PageKind.HOME]
    first = of_home[: max(1, round(limit * _SHARE_OF_HOME))] if limit else []
    rest = [url for url in drawn if url not in set(first)]
    return [(carrier[url], url) for url in (first + rest)[:limit]]


def can_be_asked_for(url: str) -> bool:
    """Whether a link leads to an address at all, as mailto: and tel: do not, and may be followed without doing anything."""
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and not acts_when_followed(url)
    except ValueError:
        return False


def links_of(source: str, base_url: str) -> list[str]:
    """The addresses that a page's `a` and `area` elements lead to, resolved, each once."""
    if not source.strip():
        return []
    try:
        tree = lxml_html.document_fromstring(
            source.encode("utf-8", "replace"), parser=lxml_html.HTMLParser(encoding="utf-8")
        )
    except (LxmlError, ValueError):
        return []
    base = next((str(each) for each in tree.xpath("//base/@href")), "")
    found = []
    for anchor in tree.xpath("//a[@href] | //area[@href]"):
        try:
            url = urljoin(urljoin(base_url, base), anchor.get("href").strip())
        except ValueError:
            continue
        if not acts_when_followed(url, anchor.text_content()):
            found.append(url)
    return [url for url in dict.fromkeys(found) if can_be_asked_for(url)]


async def _resolved(context: RunContext, page: Page, url: str, attempt: int) -> Link:
    try:
        if not await context.robots.allowed(url):
            return _link(context, page, url, Reached(reason=Reason.ROBOTS_DISALLOWED), attempt)
    except EgressDenied:
        pass  # no rules can be had where nothing may be reached: the link's own request says why
    except Exception as error:  # a budget that is used up, a host that asks to stay away
        return _link(context, page, url, Reached(reason=_ours(classify(error))), attempt)
    reached = await reach(
        url,
        http=context.http,
        engines=context.engines,
        timeout_s=context.page_limit_s(attempt),
        scope=context.portal.slug,
        fresh=attempt > 1,
    )
    return _link(context, page, url, reached, attempt)


def _link(context: RunContext, page: Page, url: str, reached: Reached, attempt: int) -> Link:
    assert page.id is not None
    return Link(
        run_id=context.run_id,
        attempt=attempt,
        outcome=reached.outcome,
        reason=reached.reason,
        evidence_id=context.evidence.keep(reached.screenshot, "image/png") if reached.screenshot else None,
        measured_at=now(),
        note=reached.note,
        page_id=page.id,
        url=url,
        http_status=reached.status,
    )


def _ours(reason: Reason) -> Reason:
    """Only what happened on our side may be said of a link that was not asked for."""
    return reason if reason.outcome in (Outcome.NOT_MEASURED, Outcome.BLOCKED) else Reason.INTERRUPTED


def _without_anchor(url: str) -> str:
    """Fragments that name a place on a page go; those that are routes of an application stay."""
    plain, fragment = urldefrag(url)
    return url if fragment.startswith(("/", "!")) else plain


def _lot(url: str, home_host: str, seed: int) -> str:
    parts = urlsplit(url)
    host = "" if parts.netloc == home_host else parts.netloc
    path = f"{host}{parts.path}?{parts.query}#{parts.fragment}"
    return hashlib.sha256(f"{seed} {path}".encode("utf-8", "replace")).hexdigest()
