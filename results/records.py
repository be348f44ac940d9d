"""What was measured: one frozen dataclass per kind of observation, each column described.

The words that columns hold (`vocabulary.py`) come with it: whoever writes an observation needs both.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from results.columns import Record, column
from results.vocabulary import Offer, Outcome, PageKind, Reason, Relation, Verdict

__all__ = [
    "Attachment",
    "Availability",
    "ChatTurn",
    "Download",
    "Guide",
    "GuideElement",
    "Interaction",
    "Layout",
    "Link",
    "Observation",
    "Offer",
    "Outcome",
    "Page",
    "PageKind",
    "PageLoad",
    "Reason",
    "Relation",
    "Search",
    "Verdict",
    "ZoneItem",
]


@dataclass(frozen=True, kw_only=True)
class Observation(Record):
    """One measured fact, written once and never changed."""

    INDEXES: ClassVar[tuple[tuple[str, ...], ...]] = (("run_id",),)

    id: int | None = column("Primary key.", default=None)
    run_id: int | None = column(
        "The run that measured it; NULL for a visit outside a run.", references="runs"
    )
    attempt: int = column("1 for the first look, 2 for its confirmation; trials count on.", default=1)
    outcome: Outcome = column("How it ended: ok, failed, blocked, login_required, absent, not_measured.")
    reason: Reason | None = column("Why it is not ok; NULL when it is.", default=None)
    evidence_id: int | None = column(
        "The file behind it, if one was kept.", references="evidence", default=None
    )
    measured_at: str = column("When, ISO-8601 UTC.")
    note: str | None = column("What a reader should know besides the reason.", default=None)

    def __post_init__(self) -> None:
        expected = self.reason.outcome if self.reason is not None else Outcome.OK
        if self.outcome is not expected:
            raise ValueError(f"{type(self).__name__}: outcome {self.outcome} does not go with {self.reason}")


@dataclass(frozen=True, kw_only=True)
class Page(Observation):
    """A page that the spider found."""

    TABLE = "pages"
    ABOUT = "A page found by the spider: what it is, why we think so, and how deep it lies."

    url: str = column("Canonical address.")
    kind: PageKind = column("What it is: home, guide, list, zone, interaction, search, news …")
    why_kind: str = column("The evidence for the kind, in words.")
    title: str | None = column("Its title.", default=None)
    depth: int = column("Clicks from the home page; all paging of a list is one click.")
    parent_url: str | None = column("The page that led to it first.", default=None)
    link_text: str | None = column("The words of the link that led to it first.", default=None)
    http_status: int | None = column("HTTP status of the crawler's request.", default=None)
    rendered: str | None = column("Why a browser had to render it; NULL when HTTP was enough.", default=None)
    sampled: bool = column("Whether it is in the run's sample.", default=False)
    linked_as_guide: bool = column("Whether other pages link to it as a guide.", default=False)
    template: str | None = column("Address pattern that it shares with its like.", default=None)
    department: str | None = column("Department that the matter belongs to, as the page says.", default=None)


@dataclass(frozen=True, kw_only=True)
class Guide(Observation):
    """A guide that was read."""

    TABLE = "guides"
    ABOUT = "A service guide (办事指南) that was read."

    page_id: int = column("The page it stands on.", references="pages")
    matter: str = column("Name of the matter (事项名称).")
    key_present: int = column("How many of the nine key categories of elements it states.")
    key_expected: int = column("How many key categories a guide should state (nine).", default=9)


@dataclass(frozen=True, kw_only=True)
class GuideElement(Record):
    """One element of a guide."""

    TABLE = "guide_elements"
    ABOUT = "One element (要素) of a guide, present or not."
    INDEXES = (("guide_id",), ("element",))

    id: int | None = column("Primary key.", default=None)
    guide_id: int = column("The guide.", references="guides")
    element: str = column("The element's name in our list, e.g. 法定办结时限.")
    present: bool = column("Whether the guide states it.")
    label: str | None = column("The wording on the page.", default=None)
    text: str | None = column("What the guide states, shortened to 4,000 characters.", default=None)


@dataclass(frozen=True, kw_only=True)
class Attachment(Observation):
    """An attachment that a page offers; `absent` when the guide states that there is none."""

    TABLE = "attachments"
    ABOUT = "A form or sample file that a page offers, and how."

    page_id: int = column("The page that offers it.", references="pages")
    label: str = column("What the page calls it.")
    url: str | None = column("Its address, where the page tells one.", default=None)
    offer: Offer = column("How it is offered: link, script, data, api, post.")
    handle: str | None = column(
        "What a browser has to act on (JSON), where no address is told.", default=None
    )


@dataclass(frozen=True, kw_only=True)
class PageLoad(Observation):
    """A page loaded in an engine."""

    TABLE = "page_loads"
    ABOUT = "A page loaded in a real browser engine."
    INDEXES = (("run_id",), ("page_id",))

    page_id: int = column("The page.", references="pages")
    url: str = column("Address that was opened.")
    final_url: str | None = column("Address that it ended on.", default=None)
    engine: str = column("chromium, firefox or webkit.")
    engine_version: str | None = column("The engine's version.", default=None)
    device: str = column("desktop or phone.", default="desktop")
    timed: bool = column("Whether it ran in the timing lane (images on, nothing beside it).", default=False)
    first_visit: bool = column("Whether the context had never seen this host.", default=True)
    remote_ip: str | None = column("Address that the page was served from.", default=None)
    http_status: int | None = column("Status of the main document.", default=None)
    ttfb_ms: float | None = column("Time to the first byte, milliseconds.", default=None)
    dom_ready_ms: float | None = column("Time until the DOM was ready, milliseconds.", default=None)
    load_ms: float | None = column("Time until the load event, milliseconds.", default=None)
    lcp_ms: float | None = column(
        "Largest contentful paint, milliseconds, where the engine has it.", default=None
    )
    text_length: int | None = column("Characters of visible text.", default=None)
    console_errors: int | None = column("Errors on the console and uncaught exceptions.", default=None)
    failed_requests: int | None = column("Sub-requests that failed.", default=None)
    mixed_content: int | None = column("http sub-requests of an https page.", default=None)
    requests: int | None = column("Requests that the navigation caused.", default=None)
    trace_id: int | None = column(
        "Playwright's trace of a failed confirmation, where the engine can record one.",
        references="evidence",
        default=None,
    )


@dataclass(frozen=True, kw_only=True)
class Layout(Observation):
    """A page at phone width."""

    TABLE = "layouts"
    ABOUT = "A page looked at in phone width."

    page_id: int = column("The page.", references="pages")
    width: int = column("Viewport width, CSS pixels.")
    overflow_px: int | None = column("Pixels by which the page is wider than the viewport.", default=None)
    has_viewport: bool | None = column("Whether it declares a viewport.", default=None)
    small_text_share: float | None = column("Share of the text below the legible size, 0-1.", default=None)


@dataclass(frozen=True, kw_only=True)
class Link(Observation):
    """A link that was resolved."""

    TABLE = "links"
    ABOUT = "A link of the home page or a sampled page, resolved."

    page_id: int = column("The page that carries it.", references="pages")
    url: str = column("Where it leads.")
    http_status: int | None = column("Status of the answer.", default=None)


@dataclass(frozen=True, kw_only=True)
class Download(Observation):
    """An attachment that was fetched."""

    TABLE = "downloads"
    ABOUT = "An attachment fetched, and whether it is what it claims."
    INDEXES = (("run_id",), ("attachment_id",))

    attachment_id: int = column("The attachment.", references="attachments")
    http_status: int | None = column("Status of the answer.", default=None)
    declared_type: str | None = column("Content-Type as declared.", default=None)
    detected_type: str | None = column("Type by content, as a MIME type.", default=None)
    bytes: int | None = column("Bytes received.", default=None)
    sha256: str | None = column("SHA-256 of what was received.", default=None)
    filename: str | None = column("File name as offered; shown, never used as a path.", default=None)
    notes: str | None = column("Remarks, separated by commas: encrypted, mislabelled, capped …", default=None)


@dataclass(frozen=True, kw_only=True)
class Search(Observation):
    """One trial of the portal's search."""

    TABLE = "searches"
    ABOUT = "A query typed into the portal's search box; every trial counts."

    query: str = column("What was typed.")
    matter: str | None = column("The scenario matter looked for.", default=None)
    wording: str = column("exact or loose.")
    results: int | None = column("Results on the first page.", default=None)
    target_rank: int | None = column("Rank of the matter on the first page, from 1.", default=None)
    elapsed_ms: float | None = column("Time to the results, milliseconds.", default=None)


@dataclass(frozen=True, kw_only=True)
class ZoneItem(Observation):
    """A required item looked for in a zone, or an item listed there that answers to none."""

    TABLE = "zone_items"
    ABOUT = "A required item looked for in a zone, or an extra item listed there."

    zone: str = column("kuasheng_2022, kuasheng_2020 or one_thing.")
    required_item: str | None = column("The item of the list; NULL for an extra one.", default=None)
    listed_name: str | None = column("The portal's name for it.", default=None)
    relation: Relation = column("same, variant, broader, narrower, missing or extra.")
    similarity: float | None = column("How alike the names are, 0-1.", default=None)
    url: str | None = column("Where the item leads, or the zone's address.", default=None)


@dataclass(frozen=True, kw_only=True)
class ChatTurn(Observation):
    """A question put to the bot."""

    TABLE = "chat_turns"
    ABOUT = "A question put to the portal's chatbot, and its answer."

    matter: str | None = column("The matter asked about.", default=None)
    question: str | None = column("What was asked.", default=None)
    answer: str | None = column("What came back.", default=None)
    first_reply_ms: float | None = column("Time to the reply's first character, milliseconds.", default=None)
    last_reply_ms: float | None = column("Time to its last character, milliseconds.", default=None)
    verdict: Verdict | None = column("answered, fallback, off_topic, handed_over, silent.", default=None)
    matched_facts: int | None = column("Facts of the guide that the answer states.", default=None)
    contradicted_facts: int | None = column("Facts of the guide that it contradicts.", default=None)
    expected_facts: int | None = column("Facts that were asked for.", default=None)


@dataclass(frozen=True, kw_only=True)
class Availability(Observation):
    """One visit of the home page."""

    TABLE = "availability"
    ABOUT = "One visit of a home page by a plain client."
    INDEXES = (("city", "measured_at"),)

    city: str = column("The city.", references="cities")
    http_status: int | None = column("Status of the answer.", default=None)
    elapsed_ms: float | None = column("Time until the page had arrived, milliseconds.", default=None)


@dataclass(frozen=True, kw_only=True)
class Interaction(Observation):
    """An interaction module that was opened, not used."""

    TABLE = "interactions"
    ABOUT = "An interaction module (咨询, 投诉, 好差评), opened and not used."

    module: str = column("consult, complain or rate.")
    url: str | None = column("Where it is.", default=None)
    published_figure: str | None = column("A rating figure that it publishes.", default=None)
