"""Whether the engines agree on a page: what one shows, the others should show too.

A page that shows 3,000 characters in two engines and 40 in the third has failed in the third, whatever its
status. Reference is the engine that shows the most, since what one engine can show the page has to offer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from probes.browsers.loaded import Loaded
from probes.browsers.visiting import WITHOUT_CONTENT
from results.records import Outcome, Reason

FAR_LESS = 0.25
"""Shares of the reference's text below this are far less (ours; menus and footers alone are rarely a quarter)."""
NOTABLE = 200
"""Characters by which it has to fall short besides (ours): short pages differ by a clock or a counter."""
_NO_PAGE = frozenset({401}) | WITHOUT_CONTENT
_UNTOLD = frozenset({Reason.TIMEOUT, Reason.TLS_INVALID})
"""What an engine that tells no status says of a page that it has a dialog or a viewer for."""
_NOTHING_SEEN = frozenset({None, Reason.BLANK_PAGE, Reason.INTERRUPTED})
"""What an engine says of an answer without content that it gives up without a word."""


def compared(loads: Iterable[Loaded]) -> list[Loaded]:
    """The loads of one page in several engines, those that show far less than the others marked as failed.

    Args:
        loads: At most one load for each engine, of the same page and device.

    Returns:
        The same loads in the same order. A load with far less text has failed with `script_error` if an
        uncaught exception of the page stands beside it that no full engine met, else with `engine_disagrees`;
        the note says both lengths. A load that an engine without statuses could not make sense of is what
        another engine met: a door with a password, or a file.
    """
    loads = _with_known_answer(_with_known_status(list(loads)))
    shown = [each for each in loads if each.outcome is Outcome.OK]
    if len(shown) < 2:
        return loads
    reference = max(shown, key=lambda each: each.text_length)
    met_by_reference = set(reference.page_errors)
    return [
        _failed(each, reference, met_by_reference)
        if each.outcome is Outcome.OK and _far_less(each.text_length, reference.text_length)
        else each
        for each in loads
    ]


def _with_known_status(loads: list[Loaded]) -> list[Loaded]:
    """Give the status of a document to the engine that cannot tell it, where another ended at the same address."""
    known = {each.final_url: each for each in loads if each.status is not None}
    return [
        _with_status(each, known[each.final_url])
        if each.status is None and each.text and each.final_url in known
        else each
        for each in loads
    ]


def _with_known_answer(loads: list[Loaded]) -> list[Loaded]:
    """What an engine tells nothing of (a dialog, a viewer, no content, a certificate) is what another engine met there."""
    met = next((each for is_met in _MET for each in loads if is_met(each)), None)
    if met is None:
        return loads
    return [
        replace(each, reason=met.reason, note=met.note, status=met.status, download=met.download)
        if each.status is None and each is not met and _may_be(each, met)
        else each
        for each in loads
    ]


_MET: tuple[Callable[[Loaded], bool], ...] = (
    lambda load: load.status in _NO_PAGE,
    lambda load: load.download and load.status is not None,
    lambda load: load.reason is Reason.TLS_INVALID,
)
"""What may have been met, the surest first. A download without a status is but a guess: a navigation that ended."""


def _may_be(load: Loaded, met: Loaded) -> bool:
    """Whether a load without a status may be the same that another engine met."""
    if met.download:
        return not load.download
    if load.download:
        return met.status in WITHOUT_CONTENT or met.reason is Reason.TLS_INVALID
    if met.reason is Reason.TLS_INVALID:
        return False
    shows_nothing = load.reason in _NOTHING_SEEN and not load.text
    return load.reason in _UNTOLD or (met.status in WITHOUT_CONTENT and shows_nothing)


def _with_status(load: Loaded, other: Loaded) -> Loaded:
    is_no_page = other.download or (other.status is not None and other.status >= 400)
    if not is_no_page:
        return replace(load, status=other.status)
    return replace(
        load, status=other.status, reason=other.reason, note=other.note or load.note, download=other.download
    )


def _far_less(length: int, reference: int) -> bool:
    return length < FAR_LESS * reference and reference - length >= NOTABLE


def _failed(load: Loaded, reference: Loaded, met_elsewhere: set[str]) -> Loaded:
    lengths = (
        f"{load.text_length} characters of text in {load.engine}, "
        f"{reference.text_length} in {reference.engine}"
    )
    own_errors = [error for error in load.page_errors if error not in met_elsewhere]
    if own_errors:
        return replace(load, reason=Reason.SCRIPT_ERROR, note=f"{lengths}; {own_errors[0][:200]}")
    return replace(load, reason=Reason.ENGINE_DISAGREES, note=lengths)
