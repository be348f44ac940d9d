"""Whether an address can be reached: a plain client looks first, and never accuses alone.

Python's TLS and HTTP differ from a browser's (old ciphers, missing intermediates, fingerprints), so whatever the
plain client does not get is asked for again in a browser, and what the browser says counts.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from lxml import html as lxml_html
from lxml.etree import LxmlError

from results.records import Outcome, Reason
from spiders.net.classify import classify
from spiders.net.egress import EgressDenied, is_public
from spiders.page_state import judge

if TYPE_CHECKING:
    from probes.browsers.loaded import Loaded
    from spiders.net.client import Answer, HttpClient

_READ_BYTES = 256 * 1024
"""Enough to tell an error page; a file's body is not wanted."""

# the address leads somewhere, whatever is wrong with what is shown there
_REACHED_ALL_THE_SAME = frozenset(
    {
        Reason.BLANK_PAGE,
        Reason.UNSUPPORTED_BROWSER_NOTICE,
        Reason.SCRIPT_ERROR,
        Reason.ENGINE_DISAGREES,
        Reason.GARBLED_TEXT,
        Reason.TRUNCATED,
    }
)
# what a plain client may meet alone
_MAY_BE_OURS = frozenset(
    {
        Reason.DNS_FAILED,
        Reason.CONNECT_REFUSED,
        Reason.CONNECT_RESET,
        Reason.TLS_INVALID,
        Reason.TIMEOUT,
        Reason.REDIRECT_LOOP,
    }
)
_PRECONDITION_FAILED = 412


class Browsers(Protocol):
    """What is asked for a second opinion: `EnginePool`, or a browser that is started when it is needed."""

    @property
    def names(self) -> tuple[str, ...]:
        """The engines that can be used."""
        ...

    async def load(
        self, engine: str, url: str, *, fresh: bool = ..., timeout_s: float = ..., scope: str = ...
    ) -> Loaded:
        """Open a page, as `EnginePool.load` does."""
        ...


@dataclass(frozen=True, kw_only=True)
class Reached:
    """Whether an address was reached, and by whom."""

    reason: Reason | None = None
    """None when it was."""
    status: int | None = None
    elapsed_ms: float | None = None
    note: str | None = None
    screenshot: bytes | None = field(default=None, repr=False)
    html: str = field(default="", repr=False)
    """What was shown, an error page too; empty where nothing came."""

    @property
    def outcome(self) -> Outcome:
        """The outcome that the reason stands for."""
        return self.reason.outcome if self.reason is not None else Outcome.OK


async def reach(
    url: str,
    *,
    http: HttpClient,
    engines: Browsers | None,
    timeout_s: float,
    scope: str = "",
    fresh: bool = False,
) -> Reached:
    """Ask for an address, and again in a browser where the plain client does not get it.

    Args:
        url: The address.
        http: The plain client.
        engines: The browsers; without one, what may be the plain client's own failure is `not_measured`.
        timeout_s: Limit for each of the two, seconds.
        scope: What may share a browser's cookies, e.g. a city.
        fresh: Ask the browser in a fresh context.

    Returns:
        What it came to. Pages that are reached and show nothing, or nonsense, are reached.
    """
    plain = await _plainly(url, http, timeout_s)
    if plain.reason is None:
        return plain
    if plain.outcome is Outcome.NOT_MEASURED and plain.reason is not Reason.CIRCUIT_OPEN:
        return plain
    if plain.reason in (Reason.PRIVATE_LINK, Reason.RATE_LIMITED):
        return plain  # what is refused needs no second request, and whoever asks for patience gets it
    if engines is None or not engines.names:
        if plain.reason is Reason.CIRCUIT_OPEN:
            return plain
        if plain.reason in _MAY_BE_OURS or plain.status == _PRECONDITION_FAILED:
            note = f"the plain client met {plain.reason}; there is no browser to ask again"
            return Reached(reason=Reason.BROWSER_UNAVAILABLE, status=plain.status, note=note)
        return plain
    return await _in_browser(url, engines, plain, timeout_s, scope, fresh=fresh)


async def _plainly(url: str, http: HttpClient, timeout_s: float) -> Reached:
    try:
        answer = await http.fetch(url, timeout_s=timeout_s, max_bytes=_READ_BYTES)
    except EgressDenied as error:
        if _is_private(error.address):
            return Reached(reason=Reason.PRIVATE_LINK, note=str(error))
        return Reached(reason=Reason.EGRESS_DENIED, note=str(error))
    except Exception as error:  # whatever a client raises has a name
        return Reached(reason=classify(error), note=_first_line(error))
    reason = _judged(answer)
    return Reached(
        reason=None if reason in _REACHED_ALL_THE_SAME else reason,
        status=answer.status,
        elapsed_ms=answer.elapsed_ms,
        html=_source(answer),
    )


async def _in_browser(
    url: str, engines: Browsers, plain: Reached, timeout_s: float, scope: str, *, fresh: bool
) -> Reached:
    engine = "chromium" if "chromium" in engines.names else engines.names[0]
    loaded = await engines.load(engine, url, fresh=fresh, timeout_s=timeout_s, scope=scope)
    reached = loaded.download or loaded.reason in _REACHED_ALL_THE_SAME
    remark = f"the plain client met {plain.reason}"
    return Reached(
        reason=None if reached else loaded.reason,
        status=loaded.status or plain.status,
        elapsed_ms=loaded.load_ms or loaded.dom_ready_ms or plain.elapsed_ms,
        note="; ".join(each for each in (loaded.note, f"{remark}, asked again in {engine}") if each),
        screenshot=None if reached else loaded.screenshot,
        html=loaded.html or plain.html,
    )


def _judged(answer: Answer) -> Reason | None:
    source = _source(answer)
    is_html = _is_html(answer)
    title, text = _title_and_text(source)
    return judge(
        status=answer.status,
        headers=answer.headers,
        title=title,
        # a file that arrives is not blank
        text=text if is_html else "·" * 400,
        html=source,
        url=answer.url,
        rendered=False,
    )


def _is_html(answer: Answer) -> bool:
    return "html" in answer.headers.get("content-type", "html").lower()


def _source(answer: Answer) -> str:
    return answer.text if _is_html(answer) else ""


def _title_and_text(source: str) -> tuple[str, str]:
    if not source.strip():
        return "", ""
    try:
        tree = lxml_html.document_fromstring(source.encode("utf-8", "replace"), parser=_parser())
    except (LxmlError, ValueError):
        return "", ""
    title = tree.findtext(".//title") or ""
    for unseen in tree.xpath("//script | //style | //noscript | //template | //title"):
        unseen.drop_tree()
    return " ".join(title.split()), " ".join(str(tree.text_content()).split())


def _parser() -> lxml_html.HTMLParser:
    return lxml_html.HTMLParser(encoding="utf-8")


def _is_private(address: str | None) -> bool:
    try:
        return address is not None and not is_public(ipaddress.ip_address(address.partition("%")[0]))
    except ValueError:
        return False


def _first_line(error: BaseException) -> str:
    said = str(error).strip().partition("\n")[0][:300]
    return said or type(error).__name__
