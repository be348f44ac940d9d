"""What a sweep was asked to do: filled by the command line, stored with the sweep."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass, field

ENGINES = ("chromium", "firefox", "webkit")


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The settings of a sweep. Times in seconds, sizes in bytes, rates in requests a second."""

    cities: tuple[str, ...] = ()
    """The cities that the sweep is about, by slug: what a resumed sweep still has to do."""
    engines: tuple[str, ...] = ENGINES
    """Engines that pages are loaded in; stored with the sweep as those that were really used."""
    engines_named: bool = False
    """Whether the engines were asked for by name, so that one that is missing is an error."""
    only: tuple[str, ...] = ()
    """Parts to run (probe names, or `crawl`); empty means all."""
    sample: int = 30
    """Guides, and pages linked as guides, to measure; home, zone, search and module pages come on top."""
    seed: int = 1
    rate: float = 1.0
    """Requests a second to one host group."""
    allow_private: tuple[str, ...] = ()
    """Networks that the egress guard opens, beside the public ones."""
    practice: bool = False
    practice_addresses: dict[str, str] = field(default_factory=dict)
    """Practice portals met: slug to home address."""
    contact: str | None = None
    """Address for the owner of a portal to write to; goes into the User-Agent."""
    page_timeout_s: float = 30.0
    """Limit for one page load."""
    first_look_s: float = 10.0
    """Limit for the first look at a page; what takes longer is looked at again later, up to `page_timeout_s`."""
    home_timeout_s: float = 15.0
    """A home page that takes longer is unavailable (国办秘函〔2019〕19号)."""
    max_pages: int = 5000
    """Pages that a crawl reads at most."""
    max_depth: int = 8
    """Clicks from home that a crawl goes at most."""
    max_requests: int = 50_000
    """Requests of a run at most, sub-resources included."""
    max_file_bytes: int = 200 * 1024 * 1024
    """Bytes of an attachment that are fetched at most."""
    timed_pages: int = 12
    """Pages of a portal that are loaded once more, alone, for the time."""
    search_repeats: int = 3
    chat_questions: int = 5
    link_limit: int = 60
    """Links that are resolved at most."""
    lists: dict[str, str] = field(default_factory=dict)
    """Official item lists as files: zone (kuasheng_2022 …) to path."""
    controls: tuple[str, ...] = ()
    """Addresses that show whether our own line works: where they fail too, the fault is ours."""
    line_patience_s: float = 600.0
    """How long a sweep waits for this machine's own network, where it worked before."""
    run_timeout_s: float = 4 * 3600.0
    """Limit for one city."""

    def to_json(self) -> str:
        """As stored with the sweep."""
        return json.dumps(dataclasses.asdict(self), ensure_ascii=False, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> Settings:
        """The settings of a stored sweep; words that this version does not know are left out."""
        known = {each.name for each in dataclasses.fields(cls)}
        values = {name: value for name, value in json.loads(text).items() if name in known}
        for name in ("cities", "engines", "only", "allow_private", "controls"):
            if name in values:
                values[name] = tuple(values[name])
        return cls(**values)
