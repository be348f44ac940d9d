"""The portal's chatbot: found, asked what the portal's own guides state, and judged.

One observation a question, each a trial of its own:

- `ok`: a reply came, whatever it is worth; `verdict` says what it is (answered, fallback, off_topic,
  handed_over), `matched_facts` and `contradicted_facts` what it states. Facts of a reply that is not
  *answered* count nothing. `expected_facts` is NULL where no guide of the portal states the answer. The times of a
  reply are NULL where this machine was late itself.
- `failed` with `no_reply`, `echo` or `backend_error`, verdict *silent*: no reply worth the name.
- one row `absent`, `not_found`: no bot after an honest look; `login_required`: it talks to those alone who
  log in or say who they are; `not_measured`, `unsupported`: a widget was seen that scripts cannot reach
  (drawn on a canvas, or in a closed shadow root). `note` says what was tried.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import ClassVar

from playwright.async_api import Error

from checks.lists import scenario_matters
from checks.replies.facts import Weighed, weigh
from checks.replies.verdicts import judge_reply, transcript_line
from probes.browsers.pressure import LATE_S, Strain
from probes.browsers.restraint import kept_back
from probes.deafness import unless_deaf
from probes.probe import Lane, Probe, RunContext, Unit
from probes.widgets.chat_finder import ChatSearch
from probes.widgets.conversation import Answered, Conversation, Patience
from probes.widgets.launchers import is_bot_page
from probes.widgets.opening import open_page
from probes.widgets.questions import Question, draw
from probes.widgets.sight import Sighting
from probes.widgets.windows import Windows
from results.moments import now
from results.records import ChatTurn, Outcome, PageKind, Reason, Verdict
from results.settings import Settings
from spiders.net.classify import classify

_OTHER_PAGES = 3


class ChatProbe(Probe):
    """Talks to the portal's chatbot."""

    name = "chat"
    about = "the chatbot: found, asked about the portal's own guides, its replies judged"
    patience: ClassVar[Patience] = Patience()

    def turns(self, settings: Settings) -> int:
        """The page that leads to the bot, the bot, and each question."""
        return settings.chat_questions + 2

    def units_for_portal(self, context: RunContext) -> Iterable[Unit]:
        """One unit: the whole conversation."""
        questions = draw(
            context.pages,
            count=context.settings.chat_questions,
            seed=context.settings.seed,
            scenario_matters=[each.name for each in scenario_matters()],
        )
        patience = self.patience

        async def measure(_: int) -> Sequence[ChatTurn]:
            return await _measure(context, questions, patience)

        def unmeasured(reason: Reason) -> Sequence[ChatTurn]:
            return [_bare_row(context, reason)]

        yield Unit(
            probe=self.name,
            key="conversation",
            lane=Lane.INTERACTIVE,
            measure=measure,
            unmeasured=unmeasured,
            confirm=False,
            timeout_s=180 + len(questions) * (patience.whole_s + 2 * patience.busy_s + 10),
        )


@dataclass
class _Talk:
    """The transcript as it grows."""

    lines: list[str] = field(default_factory=list)

    def add(self, speaker: str, text: str) -> None:
        self.lines.append(f"[{now()}] {speaker}: {text}")

    def as_bytes(self) -> bytes:
        return "\n".join(self.lines).encode()


def _bare_row(
    context: RunContext, reason: Reason, note: str | None = None, evidence_id: int | None = None
) -> ChatTurn:
    return ChatTurn(
        run_id=context.run_id,
        outcome=reason.outcome,
        reason=reason,
        evidence_id=evidence_id,
        measured_at=now(),
        note=note,
    )


async def _measure(
    context: RunContext, questions: Sequence[Question], patience: Patience
) -> Sequence[ChatTurn]:
    async with context.engines.page() as page, Windows(page) as windows:
        search = ChatSearch(windows)
        try:
            reason, box = await _find(context, windows, search)
        except (Error, TimeoutError, OSError) as error:
            return [_bare_row(context, classify(error), f"on the way to the bot: {_line(error)}")]
        if box is None:
            assert reason is not None
            note = "tried: " + "; ".join(dict.fromkeys(search.tried))
            if search.unreachable:
                note = f"{search.unreachable}; {note}"
            return [_bare_row(context, reason, note[:1500], await _screenshot(context, windows))]
        return await _talk(context, windows, box, search, questions, patience)


async def _find(
    context: RunContext, windows: Windows, search: ChatSearch
) -> tuple[Reason | None, Sighting | None]:
    """Look for the bot on the home page, then on pages that are likely to have it."""
    home = context.home.page.url if context.home is not None else context.portal.home_url
    reasons: list[Reason] = []
    for start in [home, *_likely_pages(context, home)]:
        search.tried.append(start)
        reason = await open_page(context, windows, start)
        if reason is not None:
            search.tried.append(f"{start}: {reason}")
            reasons.append(reason)
            continue
        await context.politeness.turn(start)
        own = is_bot_page(
            start, next((each.page.title for each in context.pages if each.page.url == start), None)
        )
        box = await search.find()
        if box is not None:
            return None, box
        if search.reason is not None:
            return search.reason, None
        if own:
            search.tried.append("a page that calls itself a bot has no field to talk in")
    if search.unreachable:
        return Reason.UNSUPPORTED, None
    # the home page could not be looked at: nobody can say that it has no bot
    return (
        reasons[0] if reasons and len(reasons) > len(_likely_pages(context, home)) else Reason.NOT_FOUND
    ), None


def _likely_pages(context: RunContext, home: str) -> list[str]:
    """Pages that call themselves a bot, then interaction pages, then a guide: some bots live on inner pages alone."""
    bots = [each.page.url for each in context.pages if is_bot_page(each.page.url, each.page.title)]
    modules = [
        each.page.url
        for each in context.of_kind(PageKind.INTERACTION)
        if re.search("咨询|客服|问", each.page.title or "")
    ]
    guides = [each.page.url for each in context.of_kind(PageKind.GUIDE)[:1]]
    return [each for each in dict.fromkeys([*bots[:2], *modules[:1], *guides]) if each != home][
        : _OTHER_PAGES + 1
    ]


async def _talk(
    context: RunContext,
    windows: Windows,
    box: Sighting,
    search: ChatSearch,
    questions: Sequence[Question],
    patience: Patience,
) -> Sequence[ChatTurn]:
    talk = _Talk()
    talk.add("prober", f"found the bot at {windows.current.url} ({search.way})")
    conversation = Conversation(windows, box, patience)
    others = [each.guide.matter for each in context.pages if each.guide is not None]
    turns: list[ChatTurn] = []
    begun = False
    for question in questions:
        try:
            if not begun:
                await conversation.begin()
                for each in conversation.greeting[:30]:
                    talk.add("before", each)
                begun = True
            await context.politeness.turn(windows.current.url)
            talk.add("question", question.text)
            before = context.engines.gauge.read(own=False)
            kept = await kept_back(windows.current)
            answered = await conversation.ask(question.text)
            withheld = await kept_back(windows.current) > kept
            strain = context.engines.gauge.since(before)
            answered = _timed_fairly(answered, strain)
        except (Error, TimeoutError, OSError) as error:
            turns.append(_lost(context, question, error))
            talk.add("prober", f"lost: {_line(error)}")
            continue
        turn, verdict = _judged(context, question, answered, others, search.way)
        talk.add("answer", answered.appeared.text or "(nothing)")
        talk.add("verdict", verdict)
        if turn.reason is Reason.NO_REPLY and answered.sent and question is not questions[-1]:
            late = await conversation.await_late()
            if late:
                turn = replace(turn, note=f"{turn.note}; something came after {patience.first_s:.0f} s")
        if turn.verdict is not Verdict.ANSWERED and await conversation.asks_who():
            # nothing is filled in: what it would say to whoever does so is not known
            talk.add("prober", "it asks who one is before it talks on: left alone")
            turns.append(_barred(turn))
            break
        if turn.reason is Reason.NO_REPLY and withheld:
            note = f"sending it would hand in a form: left alone; {turn.note}"
            reason = Reason.UNSUPPORTED
            turn = replace(turn, outcome=reason.outcome, reason=reason, note=note, verdict=None)
        if turn.reason is Reason.NO_REPLY and strain.deafens:
            turn = replace(unless_deaf(turn, strain), verdict=None)
        turns.append(turn)
        await asyncio.sleep(patience.between_s)
    shot = await _screenshot(context, windows)
    if shot is not None:
        talk.add("prober", f"screenshot: evidence {shot}")
    transcript = context.evidence.keep(talk.as_bytes(), "text/plain")
    return [_with_evidence(each, transcript) for each in turns]


def _timed_fairly(answered: Answered, strain: Strain) -> Answered:
    """An answer without its times, where this machine may have been what took the time."""
    if answered.first_ms is None or strain.late_s <= LATE_S:
        return answered
    return replace(answered, first_ms=None, last_ms=None, notes=(*answered.notes, f"not timed: {strain}"))


def _judged(
    context: RunContext, question: Question, answered: Answered, others: Sequence[str], way: str
) -> tuple[ChatTurn, str]:
    weighed: Weighed | None = None
    if question.expected is not None:
        weighed = weigh(
            answered.appeared.text, question.expected, links=answered.links, guide_url=question.guide_url
        )
    judged = judge_reply(
        answered.appeared,
        asked=question.asked,
        matter=question.matter,
        other_matters=others,
        matched=weighed.matched if weighed is not None else 0,
    )
    counts = judged.verdict is Verdict.ANSWERED
    notes = [*answered.notes, judged.why, *(weighed.notes if weighed is not None and counts else ())]
    turn = ChatTurn(
        run_id=context.run_id,
        outcome=judged.reason.outcome if judged.reason is not None else Outcome.OK,
        reason=judged.reason,
        measured_at=now(),
        note="; ".join([way, *notes])[:1500],
        matter=question.matter,
        question=question.text,
        answer=answered.appeared.text or None,
        first_reply_ms=answered.first_ms if judged.reason is None else None,
        last_reply_ms=answered.last_ms if judged.reason is None else None,
        verdict=judged.verdict,
        matched_facts=(weighed.matched if counts else 0) if weighed is not None else None,
        contradicted_facts=(weighed.contradicted if counts else 0) if weighed is not None else None,
        expected_facts=weighed.expected if weighed is not None else None,
    )
    return turn, transcript_line(judged, notes)


def _barred(turn: ChatTurn) -> ChatTurn:
    """A turn to which the bot answered by asking for name or telephone."""
    return replace(
        turn,
        outcome=Outcome.LOGIN_REQUIRED,
        reason=Reason.LOGIN_WALL,
        note=f"it asks for name or telephone before it talks on; {turn.note}",
        verdict=None,
        first_reply_ms=None,
        last_reply_ms=None,
        matched_facts=None,
        contradicted_facts=None,
        expected_facts=None,
    )


def _lost(context: RunContext, question: Question, error: BaseException) -> ChatTurn:
    reason = classify(error)
    return ChatTurn(
        run_id=context.run_id,
        outcome=reason.outcome,
        reason=reason,
        measured_at=now(),
        note=_line(error),
        matter=question.matter,
        question=question.text,
        expected_facts=question.expected.count if question.expected is not None else None,
    )


def _with_evidence(turn: ChatTurn, evidence_id: int) -> ChatTurn:
    return replace(turn, evidence_id=evidence_id)


async def _screenshot(context: RunContext, windows: Windows) -> int | None:
    try:
        return context.evidence.keep(await windows.current.screenshot(timeout=5000), "image/png")
    except (Error, TimeoutError):
        return None


def _line(error: BaseException) -> str:
    text = str(error).strip()
    return text.splitlines()[0][:300] if text else type(error).__name__
