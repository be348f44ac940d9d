"""可及性: does the portal open, in every browser, quickly, and do its links lead somewhere."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta

from checks.facts import Look, host_free
from checks.indicators import Question, indicator
from checks.measures import Case, Deduction, Measured, falling, falling_log, points, share, unmeasured, wilson
from checks.places import case_of, page_subject, page_words
from results.ledger import ScoreStatus
from results.moments import from_text
from results.records import Availability, Link, Outcome, PageLoad, Reason
from results.words import ENGINES, Words, reason_word

_KNOWN = (Outcome.OK, Outcome.FAILED)


@indicator("multi_browser_load")
def multi_browser_load(question: Question) -> Measured:
    """Sampled pages that open in Chromium and at least one other engine."""
    by_page: dict[int, list[Look[PageLoad]]] = defaultdict(list)
    for look in _desktop_loads(question, timed=False):
        by_page[look.last.page_id].append(look)
    looks = [look for group in by_page.values() for look in group]
    engines = {each.last.engine for each in looks if each.outcome is not Outcome.NOT_MEASURED}
    if looks and (len(engines) < question.entry.number("fewest_engines") or "chromium" not in engines):
        return unmeasured(
            [Case(outcome=each.outcome, reason=each.reason) for each in looks if each.reason],
            note=None if any(each.reason for each in looks) else str(Reason.BROWSER_UNAVAILABLE),
        )
    cases = [_page_in_engines(question, page_id, group) for page_id, group in sorted(by_page.items())]
    return share(cases, question.entry, question.z)


def _page_in_engines(question: Question, page_id: int, looks: Sequence[Look[PageLoad]]) -> Case:
    words, subject = page_words(question.facts, page_id), page_subject(question.facts, page_id)
    single = [
        case_of(
            look,
            subject=f"{subject} {look.last.engine}",
            what=Words(f"{words.zh}在 {_name(look)} 中", f"{words.en} in {_name(look)}"),
        )
        for look in looks
    ]
    known = {look.last.engine: look for look in looks if look.outcome in _KNOWN}
    remarks = tuple(remark for case in single for remark in case.remarks)
    faults = tuple(fault for case in single if case.outcome is Outcome.FAILED for fault in case.faults)
    # without Chromium, or with Chromium alone, nobody can say whether two engines open it
    if "chromium" not in known or len(known) < 2:
        kept_out = (
            next(look for look in looks if look.outcome not in _KNOWN) if len(known) < len(looks) else None
        )
        return Case(
            outcome=kept_out.outcome if kept_out else Outcome.NOT_MEASURED,
            reason=kept_out.reason if kept_out else Reason.BROWSER_UNAVAILABLE,
            remarks=remarks,
        )
    opening = {engine for engine, look in known.items() if look.outcome is Outcome.OK}
    credit = 1.0 if "chromium" in opening and len(opening) > 1 else 0.5 if opening else 0.0
    failing = next((look for look in known.values() if look.outcome is Outcome.FAILED), None)
    return Case(
        outcome=Outcome.OK if failing is None else Outcome.FAILED,
        reason=None if failing is None else failing.reason,
        credit=credit,
        faults=faults if credit < 1 else (),
        # two engines open it, a third does not: no points, but somebody's browser is shut out
        remarks=remarks + (faults if credit == 1 else ()),
    )


@indicator("home_availability")
def home_availability(question: Question) -> Measured:
    """Home page visits of the days before the run that opened in time."""
    entry, run = question.entry, question.facts.run
    visits = question.facts.trials(Availability)
    if run is not None:
        end = from_text(run.started_at)
        start = end - timedelta(days=entry.number("window_days"))
        visits = [
            each
            for each in visits
            if each.last.run_id == run.id or start <= from_text(each.last.measured_at) <= end
        ]
    known = [each for each in visits if each.outcome in _KNOWN]
    if len(known) < entry.number("provisional_visits"):
        left_out = [
            Case(outcome=each.outcome, reason=each.reason) for each in visits if each.outcome not in _KNOWN
        ]
        return (
            unmeasured(left_out)
            if len(left_out) >= entry.number("provisional_visits")
            else unmeasured(note=str(Reason.NOT_DUE))
        )
    failed = [each for each in known if each.outcome is Outcome.FAILED]
    veto = entry.number("veto_rate")
    rate = len(failed) / len(known)
    score = points(falling(rate, 0, veto))
    least, most = wilson(len(failed), len(known), question.z)
    provisional = len(known) < entry.number("final_visits")
    notes = [word for word, holds in (("veto", rate >= veto), ("provisional", provisional)) if holds]
    return Measured(
        status=ScoreStatus.SCORED,
        score=score,
        measured=len(known),
        passed=len(known) - len(failed),
        low=points(falling(most, 0, veto)),
        high=points(falling(least, 0, veto)),
        note=", ".join(notes) or None,
        coverage=len(known) / len(visits),
        blocked=sum(each.outcome is Outcome.BLOCKED for each in visits),
        deductions=tuple(
            Deduction(
                subject=f"home {each.reason}",
                text=Words(
                    f"首页未能在 15 秒内打开：{reason_word(each.reason).zh}",
                    f"the home page did not open within 15 s: {reason_word(each.reason).en}",
                ),
                points=(100 - score) / len(failed),
                source=each.last,
            )
            for each in failed
        ),
    )


@indicator("load_time")
def load_time(question: Question) -> Measured:
    """75th percentile (nearest rank) of load time in Chromium; a page that does not open is as slow as can be.

    A busy machine of ours spoils the times of pages that open, and leaves those that do not: where it spoiled too many,
    the few that are left would tell of the machine.
    """
    entry = question.entry
    good, bad = entry.number("good_ms"), entry.number("bad_ms")
    looks = [each for each in _desktop_loads(question, timed=True) if each.last.engine == "chromium"]
    timed: list[tuple[float, Look[PageLoad]]] = []
    for look in looks:
        if look.outcome is Outcome.FAILED:
            timed.append((bad, look))
        elif look.outcome is Outcome.OK and look.last.load_ms is not None:
            timed.append((look.last.load_ms, look))
    cases = [Case(outcome=each.outcome, reason=each.reason) for each in looks if each.outcome not in _KNOWN]
    spoilt = sum(each.outcome is Outcome.NOT_MEASURED for each in cases)
    if not timed or spoilt > (1 - entry.number("least_measured")) * len(looks):
        return unmeasured(cases)
    times = sorted(milliseconds for milliseconds, _ in timed)
    percentile = times[max(0, math.ceil(entry.number("percentile") * len(times)) - 1)]
    score = points(falling_log(percentile, good, bad))
    # the slowest quarter sets the figure: those at or above it are what to mend
    slow = [(time, look) for time, look in timed if time >= percentile and time > good]
    return Measured(
        status=ScoreStatus.SCORED,
        score=score,
        measured=len(timed),
        passed=sum(time <= good for time in times),
        note=f"p{round(100 * entry.number('percentile'))} = {percentile:.0f} ms",
        coverage=len(timed) / (len(timed) + len(cases)),
        blocked=sum(each.outcome is Outcome.BLOCKED for each in cases),
        deductions=tuple(_slowness(question, look, time, (100 - score) / len(slow)) for time, look in slow),
    )


def _slowness(question: Question, look: Look[PageLoad], time: float, lost: float) -> Deduction:
    words = page_words(question.facts, look.last.page_id)
    if look.outcome is Outcome.FAILED:
        why = reason_word(look.reason)
        text = Words(f"{words.zh}计时加载失败：{why.zh}", f"{words.en}, timed: {why.en}")
    else:
        seconds = time / 1000
        text = Words(f"{words.zh}加载用时 {seconds:.1f} 秒", f"{words.en} takes {seconds:.1f} s to load")
    return Deduction(
        subject=page_subject(question.facts, look.last.page_id), text=text, points=lost, source=look.last
    )


@indicator("link_health")
def link_health(question: Question) -> Measured:
    """Links of the home page and the sampled pages that resolve."""
    cases = []
    for look in question.facts.looks(Link, by=lambda each: (each.page_id, each.url)):
        if not question.facts.counts(look.last.page_id):
            continue
        where = page_words(question.facts, look.last.page_id)
        target = host_free(look.last.url)
        what = Words(f"{where.zh}上的链接 {look.last.url}", f"link {look.last.url} on {where.en}")
        cases.append(case_of(look, subject=target, what=what))
    return share(cases, question.entry, question.z)


def _desktop_loads(question: Question, *, timed: bool) -> list[Look[PageLoad]]:
    looks = question.facts.looks(
        PageLoad, by=lambda each: (each.page_id, each.engine, each.device, each.timed)
    )
    return [
        each
        for each in looks
        if each.last.device == "desktop"
        and each.last.timed is timed
        and question.facts.counts(each.last.page_id)
    ]


def _name(look: Look[PageLoad]) -> str:
    return ENGINES.get(look.last.engine, look.last.engine)
