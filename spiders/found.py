"""What the spider hands on: pages found, and what was read from a guide."""

from __future__ import annotations

from dataclasses import dataclass, field

from results.records import Offer, Outcome, PageKind, Reason


@dataclass(frozen=True, kw_only=True)
class ReadElement:
    """One element as a guide states it."""

    element: str
    """Its name in our list, verbatim from column 1 of the element table."""
    label: str
    """The wording on the page."""
    text: str


@dataclass(frozen=True, kw_only=True)
class OfferedAttachment:
    """An attachment as a page offers it."""

    label: str
    offer: Offer
    url: str | None = None
    """Where it is, for `link` and `data`, and wherever a script tells it plainly."""
    handle: str | None = None
    """JSON that says what to act on otherwise, e.g. {"selector": …, "form": {…}, "api": …}."""
    absent: bool = False
    """The guide states that there is no such form (an empty form_guid)."""


@dataclass(frozen=True, kw_only=True)
class GuideReading:
    """What a guide says."""

    matter: str
    elements: tuple[ReadElement, ...]
    attachments: tuple[OfferedAttachment, ...]
    department: str | None = None
    matter_code: str | None = None


@dataclass(frozen=True, kw_only=True)
class FoundPage:
    """A page that the spider reached, once for each canonical address."""

    url: str
    kind: PageKind
    why_kind: str
    title: str | None
    depth: int
    parent_url: str | None
    link_text: str | None = None
    """The words of the link that led there first."""
    http_status: int | None = None
    rendered: str | None = None
    outcome: Outcome = Outcome.OK
    reason: Reason | None = None
    note: str | None = None
    linked_as_guide: bool = False
    template: str | None = None
    reading: GuideReading | None = None
    attachments: tuple[OfferedAttachment, ...] = ()
    """Files that a page which is no guide offers (forms); a guide's are in its reading."""
    links: tuple[str, ...] = field(default=(), repr=False)
    """Canonical addresses of what it links to, frames and resources of other hosts included."""


@dataclass(frozen=True, kw_only=True)
class Cut:
    """An address pattern that the crawl did not follow to its end."""

    pattern: str
    why: str
    example_url: str
    cut: int


@dataclass(frozen=True, kw_only=True)
class CrawlSummary:
    """How a crawl ended."""

    complete: bool
    why: str | None
    pages: int
    requests: int
    entry: str
    """direct, province, search or none."""
    cuts: tuple[Cut, ...] = ()
    home_outcome: Outcome = Outcome.OK
    home_reason: Reason | None = None
