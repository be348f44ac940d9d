"""Silence that may be our own deafness accuses nobody."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

from probes.browsers.pressure import Strain
from results.records import Observation, Reason

ObservationT = TypeVar("ObservationT", bound=Observation)


def unless_deaf(silence: ObservationT, strain: Strain) -> ObservationT:
    """An observation of an answer that did not come, as not measured where we may have missed the answer.

    Args:
        silence: What was stated, e.g. a time-out or no reply.
        strain: How strained this machine was while the answer was waited for.
    """
    if not strain.deafens:
        return silence
    reason = Reason.PROBER_OVERLOADED
    note = "; ".join(filter(None, (f"{silence.reason}, but {strain}", silence.note)))
    return replace(silence, outcome=reason.outcome, reason=reason, note=note)
