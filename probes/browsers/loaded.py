"""What came of loading a page in an engine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from results.records import Outcome, Reason


@dataclass(frozen=True, kw_only=True)
class Loaded:
    """A page as one engine showed it. Times in milliseconds, from the start of the navigation."""

    url: str
    engine: str
    engine_version: str | None = None
    device: str = "desktop"
    timed: bool = False
    first_visit: bool = True
    reason: Reason | None = None
    """Why it does not open properly; None when it does."""
    note: str | None = None
    final_url: str | None = None
    status: int | None = None
    """Status of the main document; None where the engine does not tell."""
    headers: Mapping[str, str] = field(default_factory=dict)
    title: str = ""
    text: str = field(default="", repr=False)
    """Visible text, frames and open shadow roots included."""
    html: str = field(default="", repr=False)
    """The DOM after rest, cut at 500,000 characters."""
    remote_ip: str | None = None
    ttfb_ms: float | None = None
    dom_ready_ms: float | None = None
    load_ms: float | None = None
    lcp_ms: float | None = None
    console_errors: tuple[str, ...] = ()
    page_errors: tuple[str, ...] = ()
    """Uncaught exceptions of the page's scripts."""
    failed_requests: int | None = None
    mixed_content: int | None = None
    requests: int | None = None
    download: bool = False
    """The address answers with a file to keep instead of a page."""
    measured: Any = None
    """What `evaluate`, if it was asked for, came to."""
    screenshot: bytes | None = field(default=None, repr=False)
    trace: bytes | None = field(default=None, repr=False)

    @property
    def outcome(self) -> Outcome:
        """The outcome that the reason stands for."""
        return self.reason.outcome if self.reason is not None else Outcome.OK

    @property
    def text_length(self) -> int:
        """Characters of visible text, runs of white space counted as one."""
        return len(" ".join(self.text.split()))
