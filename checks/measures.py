"""From single cases to an indicator's score: shares with an interval, deductions, coverage.

A *case* is one thing looked at. Its credit says what it earns of one point; without a credit it could not
be measured, leaves the denominator, and lowers the indicator's coverage.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from checks.catalogue import Entry
from results.ledger import ScoreStatus
from results.records import Observation, Outcome, Reason
from results.words import Words

DIGITS = 4
"""Scores are rounded to this many digits, so that the order of a sum cannot show."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Deduction:
    """Points (of the indicator's 100) that one observation cost; 0 for what should be mended all the same."""

    subject: str
    """What it is about, without the host: the same fault has the same subject in every sweep."""
    text: Words
    points: float = 0.0
    source: Observation | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """One thing looked at."""

    outcome: Outcome
    reason: Reason | None = None
    credit: float | None = None
    """0-1; None when it could not be measured. Absent cases get theirs from the catalogue."""
    faults: tuple[Deduction, ...] = ()
    """What cost it credit: the loss is divided evenly among them."""
    remarks: tuple[Deduction, ...] = ()
    """What should be mended though it costs nothing."""

    @property
    def shut_out(self) -> bool:
        """Whether the portal kept us from measuring it."""
        return self.outcome in (Outcome.BLOCKED, Outcome.LOGIN_REQUIRED)


@dataclass(frozen=True, kw_only=True)
class Measured:
    """What an indicator came to in a run."""

    status: ScoreStatus
    score: float | None = None
    measured: int = 0
    passed: float = 0.0
    low: float | None = None
    high: float | None = None
    note: str | None = None
    coverage: float = 0.0
    """Share of the indicator's own weight that could be measured, 0-1."""
    blocked: int = 0
    """Cases that the portal blocked."""
    deductions: tuple[Deduction, ...] = field(default=())


def share(cases: Sequence[Case], entry: Entry, z: float, *, interval: bool = True) -> Measured:
    """The mean credit of the cases, as 0-100, with Wilson's interval.

    Args:
        cases: Everything looked at.
        entry: The catalogue line: it says what absence means.
        z: Quantile for the interval (1.96 for 95 %).
        interval: Whether the figure is a share, for which the interval holds.
    """
    blocked = sum(each.outcome is Outcome.BLOCKED for each in cases)
    absent = [each for each in cases if each.outcome is Outcome.ABSENT]
    if absent and entry.absent != "zero":
        cases = [each for each in cases if each.outcome is not Outcome.ABSENT]
    if absent and all(each.outcome is Outcome.ABSENT for each in cases):
        return _absent(absent, entry)
    weighed = [(each, _credit(each)) for each in cases]
    counted = [(each, credit) for each, credit in weighed if credit is not None]
    remarks = tuple(remark for each in cases for remark in each.remarks)
    if not counted:
        return unmeasured(cases, remarks=remarks)
    total = len(counted)
    passed = math.fsum(sorted(credit for _, credit in counted))
    low, high = wilson(passed, total, z) if interval else (None, None)
    return Measured(
        status=ScoreStatus.SCORED,
        score=points(passed / total),
        measured=total,
        passed=round(passed, DIGITS),
        low=None if low is None else points(low),
        high=None if high is None else points(high),
        note=_left_out(cases),
        coverage=total / len(cases),
        blocked=blocked,
        deductions=tuple(
            deduction for each, credit in counted for deduction in _spread(each, 100 * (1 - credit) / total)
        )
        + remarks,
    )


def unmeasured(
    cases: Sequence[Case] = (), *, note: str | None = None, remarks: tuple[Deduction, ...] = ()
) -> Measured:
    """No score: blocked if the portal kept us out of all that we tried, else not measured."""
    shut_out = [each for each in cases if each.shut_out]
    ours = [each for each in cases if not each.shut_out]
    blocked = bool(shut_out) and len(shut_out) >= len(ours)
    return Measured(
        status=ScoreStatus.BLOCKED if blocked else ScoreStatus.NOT_MEASURED,
        note=note or _commonest(shut_out if blocked else cases),
        blocked=sum(each.outcome is Outcome.BLOCKED for each in cases),
        deductions=remarks,
    )


def wilson(passed: float, total: int, z: float) -> tuple[float, float]:
    """Wilson's score interval of a share, 0-1 (Wilson 1927); halves may have passed."""
    share_passed = passed / total
    z2 = z * z
    middle = (share_passed + z2 / (2 * total)) / (1 + z2 / total)
    spread = (
        z / (1 + z2 / total) * math.sqrt(share_passed * (1 - share_passed) / total + z2 / (4 * total * total))
    )
    # the interval holds the share itself; rounding alone could leave it out at 0 and 1
    return min(max(0.0, middle - spread), share_passed), max(min(1.0, middle + spread), share_passed)


def points(fraction: float) -> float:
    """0-1 as 0-100, rounded so that the order of a sum cannot show."""
    return round(100 * min(1.0, max(0.0, fraction)), DIGITS) + 0.0


def falling(value: float, good: float, bad: float) -> float:
    """1 up to `good`, 0 from `bad`, linear between."""
    return min(1.0, max(0.0, (bad - value) / (bad - good)))


def falling_log(value: float, good: float, bad: float) -> float:
    """1 up to `good`, 0 from `bad`, linear in the logarithm between."""
    return 1.0 if value <= good else falling(math.log(value), math.log(good), math.log(bad))


def _credit(case: Case) -> float | None:
    return 0.0 if case.outcome is Outcome.ABSENT else case.credit


def _spread(case: Case, lost: float) -> list[Deduction]:
    if lost <= 0 or not case.faults:
        return []
    each = lost / len(case.faults)
    return [
        Deduction(subject=fault.subject, text=fault.text, points=each, source=fault.source)
        for fault in case.faults
    ]


def _absent(absent: Sequence[Case], entry: Entry) -> Measured:
    zero = entry.absent == "zero"
    faults = [fault for case in absent for fault in case.faults]
    return Measured(
        status=ScoreStatus.ABSENT,
        score=0.0 if zero else None,
        measured=len(absent),
        note=_commonest(absent),
        coverage=1.0 if zero else 0.0,
        deductions=tuple(
            Deduction(
                subject=fault.subject,
                text=fault.text,
                points=100 / len(faults) if zero else 0.0,
                source=fault.source,
            )
            for fault in faults
        ),
    )


def _left_out(cases: Sequence[Case]) -> str | None:
    left = Counter(
        str(each.reason or each.outcome)
        for each in cases
        if each.credit is None and each.outcome is not Outcome.ABSENT
    )
    if not left:
        return None
    return ", ".join(f"{word} × {count}" for word, count in sorted(left.items(), key=lambda e: (-e[1], e[0])))


def _commonest(cases: Sequence[Case]) -> str:
    reasons = Counter(str(each.reason) for each in cases if each.reason is not None)
    if not reasons:
        return str(Reason.TOO_FEW)
    return min(reasons.items(), key=lambda entry: (-entry[1], entry[0]))[0]
