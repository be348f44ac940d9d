"""What there is to mend: findings that come from one fault are one task."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from results.ledger import Finding, Run
from results.moments import from_text
from results.observed import Observed, observed
from results.scores import result_of
from results.store import Store
from results.words import ENGINES, reason_word

_BEIJING = ZoneInfo("Asia/Shanghai")
_NOT_IN_XML = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
_TEXTS = 3
"""Wordings of one task at most: the rest says the same of other indicators."""
_SOURCES = 5
_CHARACTERS = 1_000
"""Of a name that a portal made longer than anyone reads."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Task:
    """One thing to mend."""

    number: int
    indicator: str
    """The indicators that it costs points in."""
    text: str
    place: str
    measured_at: str
    engine: str
    reason: str
    points: float
    """What it costs of the total, about."""
    sources: str
    evidence: str
    evidence_missing: bool


def tasks_of(store: Store, run: Run) -> list[Task]:
    """What the run found to mend, costliest first; what costs nothing comes last.

    Findings are one task when they name one fault (`finding_key`) or rest on one observation: a question that
    a chatbot left unanswered costs points in three indicators, and is mended once.
    """
    result = result_of(store, run)
    lines = {each.indicator: each for each in result.indicators}

    def cost(finding: Finding) -> float:
        line = lines.get(finding.indicator)
        return finding.points_lost * (line.facet_weight * line.weight if line else 1.0)

    groups = [sorted(group, key=cost, reverse=True) for group in _one_fault(result.findings)]
    costs = [sum(cost(each) for each in group) for group in groups]
    ordered = sorted(zip(costs, groups, strict=True), key=lambda each: (-each[0], each[1][0].finding_key))
    return [
        _task(
            number,
            [observed(store, each) for each in group],
            points,
            [line.name_zh for name in _names(group) if (line := lines.get(name))],
        )
        for number, (points, group) in enumerate(ordered, start=1)
    ]


def beijing(text: str | None) -> str:
    """A moment of the file in Chinese time; nothing where there is none."""
    return from_text(text).astimezone(_BEIJING).strftime("%Y-%m-%d %H:%M:%S") if text else ""


def plain(text: str) -> str:
    """Text without what XML cannot hold and what turns its direction around."""
    clean = _NOT_IN_XML.sub("", text)
    return clean if len(clean) <= _CHARACTERS else clean[:_CHARACTERS] + "…"


def _one_fault(findings: Iterable[Finding]) -> list[list[Finding]]:
    """Findings joined by their key or by the observation that they rest on."""
    group_of: dict[object, list[Finding]] = {}
    for finding in findings:
        signs: list[object] = [finding.finding_key]
        if finding.source_id is not None:
            signs.append((finding.source_table, finding.source_id))
        joined = [finding]
        for known in {id(group): group for sign in signs if (group := group_of.get(sign))}.values():
            joined += known
        for each in joined:
            group_of[each.finding_key] = joined
            if each.source_id is not None:
                group_of[each.source_table, each.source_id] = joined
    return list({id(group): group for group in group_of.values()}.values())


def _names(group: list[Finding]) -> list[str]:
    return list(dict.fromkeys(each.indicator for each in group))


def _task(number: int, group: list[Observed], points: float, indicators: list[str]) -> Task:
    first = group[0]
    texts = list(dict.fromkeys(each.text.zh for each in group))
    looks = list(dict.fromkeys(f"{each.table} #{each.id}" for each in group if each.table and each.id))
    shown = next((each for each in group if each.evidence and not each.evidence_missing), first)
    return Task(
        number=number,
        indicator=plain("、".join(indicators)),
        text=plain(
            "\n".join(texts[:_TEXTS]) + (f"\n（共 {len(texts)} 处同类）" if len(texts) > _TEXTS else "")
        ),
        place=plain(first.place or ""),
        measured_at=beijing(first.measured_at),
        engine=plain(
            "、".join(dict.fromkeys(ENGINES.get(each.engine, each.engine) for each in group if each.engine))
        ),
        reason=plain(reason_word(first.reason).zh) if first.reason else "",
        points=points,
        sources="、".join(looks[:_SOURCES]) + (" …" if len(looks) > _SOURCES else ""),
        evidence=shown.evidence or "",
        evidence_missing=shown.evidence_missing,
    )
