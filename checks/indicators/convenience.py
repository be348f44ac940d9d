"""便利性: can one find a matter, by searching, by clicking, on a phone."""

from __future__ import annotations

from collections import defaultdict

from checks.facts import Look, RunFacts
from checks.indicators import Question, indicator
from checks.lists import scenario_matters
from checks.matters import same_matter
from checks.measures import Case, Deduction, Measured, share, unmeasured
from checks.places import case_of, page_subject, page_words, shortened
from results.ledger import Crawl
from results.records import Guide, Layout, Outcome, Page, Reason, Search
from results.words import Words, reason_word

_STABLE = (Reason.NO_RESULTS, Reason.IRRELEVANT_RESULTS)


@indicator("search_stability")
def search_stability(question: Question) -> Measured:
    """Trials that return a result page; an empty one is a result page, an error is none."""
    cases = []
    for trial in question.facts.trials(Search):
        query = shortened(trial.last.query)
        case = case_of(
            trial,
            subject=trial.last.query,
            what=Words(
                f"第 {trial.last.attempt} 次搜索“{query}”",
                f"search for “{query}”, trial {trial.last.attempt}",
            ),
        )
        stable = trial.outcome is Outcome.FAILED and trial.reason in _STABLE
        cases.append(Case(outcome=Outcome.OK, credit=1.0) if stable else case)
    return share(cases, question.entry, question.z)


@indicator("search_relevance")
def search_relevance(question: Question) -> Measured:
    """Mean reciprocal rank over (matter, wording), each by its best trial: errors are stability's concern."""
    pairs: dict[tuple[str | None, str], list[Look[Search]]] = defaultdict(list)
    for trial in question.facts.trials(Search):
        pairs[trial.last.matter or trial.last.query, trial.last.wording].append(trial)
    cases = [_relevance(matter or "", wording, trials) for (matter, wording), trials in pairs.items()]
    return share(cases, question.entry, question.z, interval=False)


def _relevance(matter: str, wording: str, trials: list[Look[Search]]) -> Case:
    known = [each for each in trials if each.outcome in (Outcome.OK, Outcome.FAILED)]
    best = max(known or trials, key=_reciprocal_rank)
    credit = _reciprocal_rank(best)
    how = {"exact": Words("准确说法", "exact wording"), "loose": Words("口语说法", "loose wording")}
    style = how.get(wording, Words(wording, wording))
    query = shortened(best.last.query)
    if best.last.target_rank is not None and best.outcome is Outcome.OK:
        came = Words(f"排第 {best.last.target_rank} 位", f"ranks {best.last.target_rank}")
    elif best.outcome in (Outcome.OK, Outcome.FAILED) and best.reason in (None, *_STABLE):
        came = Words("不在结果首页", "is not on the first result page")
    else:
        came = reason_word(best.reason)
    return Case(
        outcome=best.outcome,
        reason=best.reason,
        credit=credit if known else None,
        faults=(
            Deduction(
                subject=f"{matter} {wording}",
                text=Words(
                    f"以{style.zh}搜索“{query}”，事项“{shortened(matter)}”{came.zh}",
                    f"searching “{query}” ({style.en}), matter “{shortened(matter)}”: {came.en}",
                ),
                source=best.last,
            ),
        ),
    )


def _reciprocal_rank(trial: Look[Search]) -> float:
    rank = trial.last.target_rank
    return 1 / rank if trial.outcome is Outcome.OK and rank else 0.0


@indicator("guide_depth")
def guide_depth(question: Question) -> Measured:
    """Clicks from home to the guide of each scenario matter, the nearest where there are several.

    A guide that is linked under its matter's name and does not open (blocked, or broken) is as many clicks away
    as its link: what opens is `multi_browser_load`'s concern, and blocked is not absent.
    """
    facts = question.facts
    crawls = facts.of(Crawl)
    if not crawls or not crawls[-1].complete:
        return unmeasured(note=str(Reason.OVER_BUDGET if crawls else Reason.INTERRUPTED))
    guides = [
        each
        for each in facts.looks(Guide, by=lambda guide: guide.page_id)
        if each.outcome is Outcome.OK and each.last.page_id in facts.pages
    ]
    if not any(facts.pages):
        return unmeasured(note=str(Reason.TOO_FEW))
    cases = [_depth_case(question, each.name, guides) for each in scenario_matters()]
    return share(cases, question.entry, question.z, interval=False)


def _depth_case(question: Question, matter: str, guides: list[Look[Guide]]) -> Case:
    facts, entry = question.facts, question.entry
    depths: dict[int, Guide | Page] = {
        facts.pages[each.last.page_id].depth: each.last
        for each in guides
        if same_matter(each.last.matter, matter)
    } or {each.depth: each for each in _linked_and_shut(facts, matter)}
    if not depths:
        fault = Deduction(
            subject=matter,
            text=Words(f"没有找到“{matter}”的办事指南", f"no guide for “{matter}” was found"),
            source=None,
        )
        return Case(outcome=Outcome.ABSENT, reason=Reason.NOT_FOUND, faults=(fault,))
    nearest = min(depths)
    extra = max(0.0, nearest - entry.number("free_clicks"))
    text = Words(
        f"“{matter}”的办事指南距首页 {nearest} 次点击",
        f"the guide for “{matter}” is {nearest} clicks from home",
    )
    return Case(
        outcome=Outcome.OK,
        credit=max(0.0, 1 - extra * entry.number("points_a_click") / 100),
        faults=(Deduction(subject=matter, text=text, source=depths[nearest]),),
    )


def _linked_and_shut(facts: RunFacts, matter: str) -> list[Page]:
    """Pages that did not open for the crawl, and that a link calls the guide of this matter."""
    return [
        each
        for each in facts.pages.values()
        if each.linked_as_guide
        and each.outcome is not Outcome.OK
        and each.link_text is not None
        and same_matter(each.link_text, matter)
    ]


@indicator("mobile_layout")
def mobile_layout(question: Question) -> Measured:
    """Sampled pages without horizontal scroll, with a viewport and legible text."""
    cases = []
    for look in question.facts.looks(Layout, by=lambda each: (each.page_id, each.width)):
        if question.facts.counts(look.last.page_id):
            cases.append(_layout_case(question, look))
    return share(cases, question.entry, question.z)


def _layout_case(question: Question, look: Look[Layout]) -> Case:
    page = look.last.page_id
    words, subject = page_words(question.facts, page), page_subject(question.facts, page)
    case = case_of(look, subject=subject, what=words)
    if look.outcome is not Outcome.OK:
        return case
    faults: list[Words] = []
    if look.last.has_viewport is False:
        faults.append(Words("未声明 viewport", "declares no viewport"))
    small = look.last.small_text_share
    if small is not None and small > question.entry.number("small_text_share"):
        faults.append(Words(f"{small:.0%} 的文字过小", f"{small:.0%} of its text is too small"))
    if not faults:
        return case
    text = Words(
        f"{words.zh}在手机上：{'，'.join(each.zh for each in faults)}",
        f"{words.en} on a phone: {', '.join(each.en for each in faults)}",
    )
    return Case(
        outcome=Outcome.FAILED,
        reason=None,
        credit=0.0,
        faults=(Deduction(subject=subject, text=text, source=look.last),),
        remarks=case.remarks,
    )
