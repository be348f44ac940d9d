"""How findings name what they are about: the page, the matter, the file, in both languages."""

from __future__ import annotations

from checks.facts import Look, RunFacts, host_free
from checks.measures import Case, Deduction
from results.records import Observation, Outcome, Page, PageKind
from results.words import Words, reason_word

_LONGEST = 60


def page_words(facts: RunFacts, page_id: int) -> Words:
    """A page as a reader would call it: its matter, its title, or its address."""
    page = facts.pages.get(page_id)
    if page is None:
        return Words("某页面", "a page")
    if page.kind is PageKind.HOME:
        return Words("首页", "the home page")
    guide = facts.guides_by_page.get(page_id)
    name = shortened(guide.matter if guide is not None else (page.title or host_free(page.url)))
    if guide is not None:
        return Words(f"办事指南“{name}”", f"guide “{name}”")
    return Words(f"页面“{name}”", f"page “{name}”")


def page_subject(facts: RunFacts, page_id: int) -> str:
    """A page's address without its host."""
    page: Page | None = facts.pages.get(page_id)
    return host_free(page.url) if page is not None else str(page_id)


def shortened(text: str) -> str:
    """A portal's words on one line and not too long."""
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"


def case_of(look: Look[Observation], *, subject: str, what: Words) -> Case:
    """A look that either passed or did not, with the finding that goes with it.

    Args:
        look: What was seen.
        subject: What it is about, without the host.
        what: The same in words, e.g. `附件“申请表”` and `attachment “申请表”`.
    """
    why = reason_word(look.reason)
    remarks: tuple[Deduction, ...] = ()
    if look.unstable:
        first = next(each for each in look.earlier if each.outcome is Outcome.FAILED)
        before = reason_word(first.reason)
        remarks = (
            Deduction(
                subject=f"{subject} unstable",
                text=Words(
                    f"{what.zh}时好时坏：第一次{before.zh}，复查时正常",
                    f"{what.en} is unstable: at first {before.en}, fine when looked at again",
                ),
                source=first,
            ),
        )
    return Case(
        outcome=look.outcome,
        reason=look.reason,
        credit={Outcome.OK: 1.0, Outcome.FAILED: 0.0}.get(look.outcome),
        faults=(
            Deduction(
                subject=subject,
                text=Words(f"{what.zh}：{why.zh}", f"{what.en}: {why.en}"),
                source=look.last,
            ),
        )
        if look.outcome in (Outcome.FAILED, Outcome.ABSENT)
        else (),
        remarks=remarks,
    )
