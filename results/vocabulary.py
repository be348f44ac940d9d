"""The words that observations are written in: closed vocabularies, kept as text in the file.

Outcomes and the reasons that belong to each (a closed vocabulary; adding a word is a change of contract):

    ok
    failed          the portal's side
      transport     dns_failed, connect_refused, connect_reset, tls_invalid, timeout, redirect_loop
      answer        http_4xx, http_5xx, soft_404, error_page
      page          blank_page, unsupported_browser_notice, script_error, engine_disagrees, garbled_text,
                    horizontal_scroll, private_link
      file          empty_file, truncated, html_instead_of_file, corrupt, wrong_type, no_download
      search        no_results, irrelevant_results
      chat          no_reply, echo, backend_error
      zone          not_listed
    blocked         challenge_page, rate_limited, forbidden, captcha
    login_required  login_wall
    absent          not_offered, not_found
    not_measured    our side
      prober        browser_unavailable, browser_crashed, prober_overloaded, prober_offline, interrupted, unsupported
      permission    egress_denied, robots_disallowed, over_budget
      decision      circuit_open (not tried: its host had stopped answering)
      data          not_due, too_few, list_incomplete

A failure is a statement about somebody else's work: whatever may be our fault is `not_measured`.
"""

from __future__ import annotations

from enum import StrEnum


class Outcome(StrEnum):
    """How an observation ended."""

    OK = "ok"
    FAILED = "failed"
    BLOCKED = "blocked"
    LOGIN_REQUIRED = "login_required"
    ABSENT = "absent"
    NOT_MEASURED = "not_measured"


class Reason(StrEnum):
    """Why an observation is not `ok`. `Reason.outcome` says which outcome a reason belongs to."""

    DNS_FAILED = "dns_failed"
    CONNECT_REFUSED = "connect_refused"
    CONNECT_RESET = "connect_reset"
    TLS_INVALID = "tls_invalid"
    TIMEOUT = "timeout"
    HTTP_4XX = "http_4xx"
    HTTP_5XX = "http_5xx"
    REDIRECT_LOOP = "redirect_loop"
    SOFT_404 = "soft_404"
    BLANK_PAGE = "blank_page"
    UNSUPPORTED_BROWSER_NOTICE = "unsupported_browser_notice"
    SCRIPT_ERROR = "script_error"
    ENGINE_DISAGREES = "engine_disagrees"
    GARBLED_TEXT = "garbled_text"
    PRIVATE_LINK = "private_link"
    EMPTY_FILE = "empty_file"
    TRUNCATED = "truncated"
    HTML_INSTEAD_OF_FILE = "html_instead_of_file"
    CORRUPT = "corrupt"
    WRONG_TYPE = "wrong_type"
    NO_DOWNLOAD = "no_download"
    NO_RESULTS = "no_results"
    IRRELEVANT_RESULTS = "irrelevant_results"
    ERROR_PAGE = "error_page"
    NO_REPLY = "no_reply"
    ECHO = "echo"
    BACKEND_ERROR = "backend_error"
    NOT_LISTED = "not_listed"
    HORIZONTAL_SCROLL = "horizontal_scroll"

    CHALLENGE_PAGE = "challenge_page"
    RATE_LIMITED = "rate_limited"
    FORBIDDEN = "forbidden"
    CAPTCHA = "captcha"

    LOGIN_WALL = "login_wall"

    NOT_OFFERED = "not_offered"
    NOT_FOUND = "not_found"

    BROWSER_UNAVAILABLE = "browser_unavailable"
    BROWSER_CRASHED = "browser_crashed"
    PROBER_OVERLOADED = "prober_overloaded"
    PROBER_OFFLINE = "prober_offline"
    INTERRUPTED = "interrupted"
    EGRESS_DENIED = "egress_denied"
    ROBOTS_DISALLOWED = "robots_disallowed"
    OVER_BUDGET = "over_budget"
    CIRCUIT_OPEN = "circuit_open"
    NOT_DUE = "not_due"
    TOO_FEW = "too_few"
    LIST_INCOMPLETE = "list_incomplete"
    UNSUPPORTED = "unsupported"

    @property
    def outcome(self) -> Outcome:
        """The one outcome that this reason can explain."""
        return _OUTCOME_OF.get(self, Outcome.FAILED)

    @property
    def may_pass(self) -> bool:
        """Whether it is a fault of the prober that a calmer moment, or another browser, may be without."""
        return self in (Reason.PROBER_OVERLOADED, Reason.BROWSER_CRASHED, Reason.BROWSER_UNAVAILABLE)


_OUTCOME_OF = {
    **dict.fromkeys(
        (Reason.CHALLENGE_PAGE, Reason.RATE_LIMITED, Reason.FORBIDDEN, Reason.CAPTCHA), Outcome.BLOCKED
    ),
    Reason.LOGIN_WALL: Outcome.LOGIN_REQUIRED,
    **dict.fromkeys((Reason.NOT_OFFERED, Reason.NOT_FOUND), Outcome.ABSENT),
    **dict.fromkeys(
        (
            Reason.BROWSER_UNAVAILABLE,
            Reason.BROWSER_CRASHED,
            Reason.PROBER_OVERLOADED,
            Reason.PROBER_OFFLINE,
            Reason.INTERRUPTED,
            Reason.EGRESS_DENIED,
            Reason.ROBOTS_DISALLOWED,
            Reason.OVER_BUDGET,
            Reason.CIRCUIT_OPEN,
            Reason.NOT_DUE,
            Reason.TOO_FEW,
            Reason.LIST_INCOMPLETE,
            Reason.UNSUPPORTED,
        ),
        Outcome.NOT_MEASURED,
    ),
}


class PageKind(StrEnum):
    """What a page is."""

    HOME = "home"
    GUIDE = "guide"
    LIST = "list"
    ZONE = "zone"
    INTERACTION = "interaction"
    SEARCH = "search"
    NEWS = "news"
    NOTICE = "notice"
    POLICY = "policy"
    FORM = "form"
    FAQ = "faq"
    OTHER = "other"


class Offer(StrEnum):
    """How a guide offers an attachment."""

    LINK = "link"
    SCRIPT = "script"
    DATA = "data"
    API = "api"
    POST = "post"


class Relation(StrEnum):
    """How a listed name stands to a required item."""

    SAME = "same"
    VARIANT = "variant"
    BROADER = "broader"
    NARROWER = "narrower"
    MISSING = "missing"
    EXTRA = "extra"


class Verdict(StrEnum):
    """What a chatbot's reply came to."""

    ANSWERED = "answered"
    FALLBACK = "fallback"
    OFF_TOPIC = "off_topic"
    HANDED_OVER = "handed_over"
    SILENT = "silent"
