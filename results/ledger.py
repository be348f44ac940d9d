"""Who measured, under what setting, and what came of it: every table that holds no observation."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from results.columns import Record, column


class State(StrEnum):
    """How far a sweep or a run has come. `complete`: every part ended, whatever could not be measured."""

    RUNNING = "running"
    COMPLETE = "complete"
    PARTIAL = "partial"
    FAILED = "failed"


class ScoreStatus(StrEnum):
    """What stands behind a score."""

    SCORED = "scored"
    ABSENT = "absent"
    BLOCKED = "blocked"
    NOT_MEASURED = "not_measured"


@dataclass(frozen=True, kw_only=True)
class City(Record):
    """A city of the registry."""

    TABLE = "cities"
    ABOUT = "A city, as the registry knew it."
    PRIMARY_KEY = "slug"

    slug: str = column("Short name, e.g. shanghai.")
    name: str = column("Name in Chinese.")
    province: str | None = column("Province.", default=None)
    region: str | None = column("One of the seven regions, e.g. 华东.", default=None)
    adcode: str | None = column("Six-digit area code.", default=None)
    home_url: str | None = column("Address of the portal.", default=None)
    host_group: str | None = column("The operator's hosts, by their registrable domain.", default=None)
    authorized: str | None = column("Reference of the owner's permission, if any.", default=None)


@dataclass(frozen=True, kw_only=True)
class Sweep(Record):
    """Many cities measured under one setting."""

    TABLE = "sweeps"
    ABOUT = "Cities measured under one setting."

    id: int | None = column("Primary key, small and in order.", default=None)
    kind: str = column("manual, schedule or practice.")
    state: State = column("running, complete, partial or failed.")
    started_at: str = column("ISO-8601 UTC.")
    finished_at: str | None = column("ISO-8601 UTC.", default=None)
    settings: str = column("JSON: seed, engines, rate, practice addresses …")
    tool_version: str = column("Version of this program.")
    vantage: str = column("JSON: where it was measured from, as far as known.", default="{}")


@dataclass(frozen=True, kw_only=True)
class Run(Record):
    """A city in a sweep."""

    TABLE = "runs"
    ABOUT = "One city in one sweep."
    INDEXES = (("sweep_id",), ("city",))

    id: int | None = column("Primary key.", default=None)
    sweep_id: int = column("The sweep.", references="sweeps")
    city: str = column("The city.", references="cities")
    state: State = column("running, complete, partial or failed.")
    started_at: str = column("ISO-8601 UTC.")
    finished_at: str | None = column("ISO-8601 UTC.", default=None)
    reason: str | None = column("Why it is not complete.", default=None)
    entry: str | None = column("How the portal was entered: direct, province, search, none.", default=None)
    requests: int = column("Requests sent, sub-resources of pages included.", default=0)


@dataclass(frozen=True, kw_only=True)
class FinishedUnit(Record):
    """A unit of work that is finished, so that a resumed run does not repeat it."""

    TABLE = "units"
    ABOUT = "Finished units of work: what a resumed run does not repeat."
    INDEXES = (("run_id", "probe", "key"),)

    id: int | None = column("Primary key.", default=None)
    run_id: int = column("The run.", references="runs")
    probe: str = column("The probe that did it.")
    key: str = column("What was done, stable over a restart.")
    attempt: int = column("Which attempt this was.", default=1)
    settled: bool = column("Whether nothing is left to do; 0 while a confirmation is due.", default=True)
    finished_at: str = column("ISO-8601 UTC.")


@dataclass(frozen=True, kw_only=True)
class OpenCircuit(Record):
    """A host that stopped answering and was left alone for a while, or for the rest of a run."""

    TABLE = "circuits"
    ABOUT = "A host that stopped answering in a run and was left alone: what was not tried is `circuit_open`."
    INDEXES = (("run_id",),)

    id: int | None = column("Primary key.", default=None)
    run_id: int = column("The run.", references="runs")
    host: str = column("Host and port.")
    client: str = column("Who got no answer: plain (Scrapy, httpx) or browser.")
    reason: str = column("How its last address failed.")
    failures: int = column("Addresses that had failed one after the other.")
    opened_at: str = column("ISO-8601 UTC.")
    closed_at: str | None = column("When it answered again; NULL if it did not in this run.", default=None)
    not_tried: int = column("Requests that were not made meanwhile.", default=0)


@dataclass(frozen=True, kw_only=True)
class Crawl(Record):
    """How the crawl of a run ended."""

    TABLE = "crawls"
    ABOUT = "How far the crawl of a run came."

    id: int | None = column("Primary key.", default=None)
    run_id: int = column("The run.", references="runs")
    complete: bool = column("Whether navigation and lists were read to their end.")
    why: str | None = column("What kept it from being complete.", default=None)
    pages: int = column("Pages read.")
    requests: int = column("Requests of the crawl.")
    finished_at: str = column("ISO-8601 UTC.")


@dataclass(frozen=True, kw_only=True)
class CrawlCut(Record):
    """An address pattern that the crawl cut short."""

    TABLE = "crawl_cuts"
    ABOUT = "An address pattern that the crawl cut, noted once."

    id: int | None = column("Primary key.", default=None)
    run_id: int = column("The run.", references="runs")
    pattern: str = column("The address pattern.")
    why: str = column("trap, budget, depth, out_of_scope …")
    example_url: str = column("One address that was not followed.")
    cut: int = column("How many addresses of the pattern were left.")


@dataclass(frozen=True, kw_only=True)
class PageLinks(Record):
    """What a page links to, as long as its run is unfinished."""

    TABLE = "page_links"
    ABOUT = "What pages of an unfinished run link to, so that a resumed run draws the same links; emptied at its end."
    INDEXES = (("run_id",),)

    id: int | None = column("Primary key.", default=None)
    run_id: int = column("The run.", references="runs")
    page_id: int = column("The page.", references="pages")
    links: str = column("Addresses, one a line.")


@dataclass(frozen=True, kw_only=True)
class ItemList(Record):
    """A list of required items as it stood in a sweep."""

    TABLE = "item_lists"
    ABOUT = "A list of required zone items as used in a sweep, and whether it is whole."

    id: int | None = column("Primary key.", default=None)
    run_id: int = column("The run it was used in.", references="runs")
    zone: str = column("kuasheng_2022, kuasheng_2020 or one_thing.")
    known: int = column("Items known.")
    official: int = column("Items that the official list has.")
    whole: bool = column("Whether the list is whole, so that it may be scored.")
    source: str = column("Where the list comes from.")


@dataclass(frozen=True, kw_only=True)
class Indicator(Record):
    """A catalogue line as it stood in a sweep."""

    TABLE = "indicators"
    ABOUT = "A line of the indicator catalogue as it stood in a sweep."
    INDEXES = (("sweep_id", "indicator"),)

    id: int | None = column("Primary key.", default=None)
    sweep_id: int = column("The sweep.", references="sweeps")
    indicator: str = column("The indicator's id, e.g. multi_browser_load.")
    facet: str = column("可及性, 便利性, 有效性 or 智能化.")
    facet_weight: float = column("Weight of the facet in the total, 0-1.")
    dimension: str = column("The study's dimension, e.g. 技术支撑.")
    name_zh: str = column("Name in Chinese.")
    name_en: str = column("Name in English.")
    weight: float = column("Weight within the facet, 0-1.")
    rule: str = column("How the score is computed, in Chinese.")
    rule_en: str = column("How the score is computed, in English.", default="")
    absent: str = column(
        "What it means that the portal does not offer it: zero, null or none.", default="none"
    )
    thresholds: str = column("JSON: the numbers that the rule uses.", default="{}")
    source: str = column("Where the rule comes from.")
    catalogue_sha256: str | None = column(
        "Hash of the catalogue that a later scoring used; NULL for the sweep's own.", default=None
    )


@dataclass(frozen=True, kw_only=True)
class Score(Record):
    """An indicator's score in a run."""

    TABLE = "scores"
    ABOUT = "An indicator's score in a run, with what stands behind it."
    INDEXES = (("run_id", "indicator"),)

    id: int | None = column("Primary key.", default=None)
    run_id: int = column("The run.", references="runs")
    indicator: str = column("The indicator's id.")
    score: float | None = column("0-100, or NULL.", default=None)
    status: ScoreStatus = column("scored, absent, blocked or not_measured.")
    measured: int = column("Things looked at.", default=0)
    passed: float = column("Things that passed (halves where the rule gives them).", default=0)
    low: float | None = column("Lower end of the 95 % interval, 0-100, for shares.", default=None)
    high: float | None = column("Upper end of the 95 % interval, 0-100, for shares.", default=None)
    note: str | None = column("What a reader should know; the reason where it is not scored.", default=None)
    coverage: float = column("Share of the indicator that could be measured, 0-1.", default=0.0)
    scoring: int = column("Which computation of the run's scores this is; the last one counts.", default=1)
    replaces: int | None = column("The score that this one corrects.", references="scores", default=None)


@dataclass(frozen=True, kw_only=True)
class Finding(Record):
    """One thing that cost points, or should be mended."""

    TABLE = "findings"
    ABOUT = "One thing that cost points, or should be mended."
    INDEXES = (("run_id", "indicator"), ("finding_key",))

    id: int | None = column("Primary key.", default=None)
    run_id: int = column("The run.", references="runs")
    indicator: str = column("The indicator it belongs to.")
    finding_key: str = column("Stable over sweeps: the same fault has the same key.")
    source_table: str = column("Table of the observation behind it.")
    source_id: int | None = column("Its id there.", default=None)
    points_lost: float = column("Points of the indicator that it cost, 0-100.")
    text_zh: str = column("In plain Chinese.")
    text_en: str = column("In plain English.")
    scoring: int = column("Which computation of the run's scores it belongs to.", default=1)


@dataclass(frozen=True, kw_only=True)
class FacetScore(Record):
    """A facet's score in a run."""

    TABLE = "facet_scores"
    ABOUT = "A facet's score in a run."

    id: int | None = column("Primary key.", default=None)
    run_id: int = column("The run.", references="runs")
    facet: str = column("可及性, 便利性, 有效性 or 智能化.")
    score: float | None = column("0-100; NULL when coverage is below 0.60.", default=None)
    coverage: float = column("Share of the weight that could be measured, 0-1.")
    scoring: int = column("Which computation of the run's scores it belongs to.", default=1)


@dataclass(frozen=True, kw_only=True)
class CityScore(Record):
    """A city's total in a run."""

    TABLE = "city_scores"
    ABOUT = "A city's total in a run."

    id: int | None = column("Primary key.", default=None)
    run_id: int = column("The run.", references="runs")
    city: str = column("The city.", references="cities")
    score: float | None = column("0-100 over all facets; NULL when coverage is below 0.60.", default=None)
    score_study: float | None = column("0-100 over indicators of dimension 技术支撑 alone.", default=None)
    coverage: float = column("Share of the weight that could be measured, 0-1.")
    grade: str | None = column("优秀, 良好, 一般 or 较差; NULL without a score.", default=None)
    blocked: bool = column("Whether the portal blocked the prober.", default=False)
    low: float | None = column("Lower end of the total's 95 % interval, 0-100.", default=None)
    high: float | None = column("Upper end of the total's 95 % interval, 0-100.", default=None)
    scoring: int = column("Which computation of the run's scores this is; the last one counts.", default=1)
    replaces: int | None = column("The total that this one corrects.", references="city_scores", default=None)


@dataclass(frozen=True, kw_only=True)
class Scoring(Record):
    """One computation of a run's scores: the first, or a later one with reviews or another catalogue."""

    TABLE = "scorings"
    ABOUT = "One computation of a run's scores; a later one stands beside the earlier, which stays."
    INDEXES = (("run_id", "scoring"),)

    id: int | None = column("Primary key.", default=None)
    run_id: int = column("The run.", references="runs")
    scoring: int = column("1 for the first, then counting on.")
    computed_at: str = column("ISO-8601 UTC.")
    catalogue: str = column("Version of the indicator catalogue.")
    catalogue_sha256: str = column("Hash of the catalogue, so that a changed weight shows.")
    reviews: int = column("Reviews that it took into account.", default=0)
    why: str = column("Why it was computed.", default="measured")


@dataclass(frozen=True, kw_only=True)
class ImportedScore(Record):
    """A figure that somebody else measured."""

    TABLE = "imported_scores"
    ABOUT = "A figure of one of the study's other dimensions, imported and marked as such."
    INDEXES = (("city", "dimension"),)

    id: int | None = column("Primary key.", default=None)
    city: str = column("The city.", references="cities")
    sweep_id: int | None = column("The sweep that it belongs to, if any.", references="sweeps", default=None)
    dimension: str = column("办事指南, 事项办理 or 互动交流.")
    score: float = column("0-100.")
    source: str = column("Who measured it, as the file says.")
    weights: str | None = column(
        "JSON: each dimension's weight in the overall score, as given with the import; NULL: all alike.",
        default=None,
    )
    imported_at: str = column("ISO-8601 UTC.")


@dataclass(frozen=True, kw_only=True)
class Review(Record):
    """An appeal's result beside an observation."""

    TABLE = "reviews"
    ABOUT = "An appeal's result, beside an observation that stays as it is."

    id: int | None = column("Primary key.", default=None)
    source_table: str = column("Table of the observation.")
    source_id: int = column("Its id there.")
    decision: str = column("upheld or overturned.")
    by: str = column("Who decided.")
    why: str = column("Why.")
    decided_at: str = column("ISO-8601 UTC.")


@dataclass(frozen=True, kw_only=True)
class Evidence(Record):
    """A file kept."""

    TABLE = "evidence"
    ABOUT = "A file kept beside the database, named by its SHA-256."
    INDEXES = (("sha256",),)

    id: int | None = column("Primary key.", default=None)
    sha256: str = column("SHA-256 of the file.")
    path: str = column("Path below the evidence folder.")
    media_type: str = column("MIME type.")
    bytes: int = column("Size.")


@dataclass(frozen=True, kw_only=True)
class FrontierEntry(Record):
    """An address that the crawl of a run met: what a killed crawl goes on from."""

    TABLE = "frontier"
    ABOUT = "Every address that a crawl met, and what became of it: a killed crawl goes on from here."
    INDEXES = (("run_id", "fingerprint"), ("run_id", "state", "depth", "rank"))

    id: int | None = column("Primary key.", default=None)
    run_id: int | None = column("The run; NULL for a crawl outside a run.", references="runs", default=None)
    fingerprint: int = column("64 bits of a hash of the canonical address, without its scheme.")
    url: str = column("Canonical address.")
    pattern: str = column("Address pattern that it shares with its like.")
    depth: int = column("Clicks from the home page.")
    rank: int = column("Order within its depth: what promises guides first, else by hash.")
    parent_url: str | None = column("The page that leads to it.", default=None)
    link_text: str | None = column("The words of the link.", default=None)
    via: str = column("How it was found: home, anchor, frame, script, json, sitemap, api …")
    linked_as_guide: bool = column("Whether a link promises a guide.", default=False)
    state: str = column("queued, done or cut.", default="queued")
    kind: str | None = column("What the page turned out to be, once done.", default=None)
    reason: str | None = column("Why the page is not ok, or why it was cut.", default=None)
    led_on: bool = column("Whether the page led to guides not seen before.", default=False)
