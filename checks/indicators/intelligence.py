"""智能化: does the chatbot reply, quickly, and with what the portal's own guides state."""

from __future__ import annotations

from checks.facts import Look
from checks.indicators import Question, indicator
from checks.measures import Case, Deduction, Measured, falling, points, share, unmeasured
from checks.places import case_of, shortened
from results.ledger import ScoreStatus
from results.records import ChatTurn, Outcome, Reason, Verdict
from results.words import Words, reason_word


@indicator("chatbot_available")
def chatbot_available(question: Question) -> Measured:
    """Questions with a reply that is neither an echo nor an error."""
    cases = [
        case_of(turn, subject=_subject(turn), what=_words(turn)) for turn in question.facts.trials(ChatTurn)
    ]
    return share(cases, question.entry, question.z)


@indicator("chatbot_reply_time")
def chatbot_reply_time(question: Question) -> Measured:
    """Time to the first reply, question by question; no reply is as slow as can be."""
    good, bad = question.entry.number("good_ms"), question.entry.number("bad_ms")
    cases = []
    for turn in question.facts.trials(ChatTurn):
        case = case_of(turn, subject=_subject(turn), what=_words(turn))
        waited = turn.last.first_reply_ms
        if turn.outcome is Outcome.OK and waited is not None:
            what = _words(turn)
            text = Words(
                f"{what.zh}等待 {waited / 1000:.1f} 秒才有回复",
                f"{what.en}: {waited / 1000:.1f} s until a reply",
            )
            case = Case(
                outcome=Outcome.OK,
                credit=falling(waited, good, bad),
                faults=(Deduction(subject=_subject(turn), text=text, source=turn.last),),
            )
        elif turn.outcome is Outcome.OK:
            case = Case(outcome=Outcome.NOT_MEASURED, reason=Reason.UNSUPPORTED)
        cases.append(case)
    return share(cases, question.entry, question.z, interval=False)


@indicator("chatbot_accuracy")
def chatbot_accuracy(question: Question) -> Measured:
    """(Facts matched - facts contradicted) ÷ facts expected, over all questions together."""
    turns = question.facts.trials(ChatTurn)
    if turns and all(each.outcome is Outcome.ABSENT for each in turns):
        return share(
            [case_of(each, subject="chatbot", what=_BOT) for each in turns], question.entry, question.z
        )
    judged = [(turn, _expected(turn)) for turn in turns if turn.outcome in _JUDGED]
    judged = [(turn, expected) for turn, expected in judged if expected > 0]
    left_out = [
        Case(outcome=each.outcome, reason=each.reason) for each in turns if each.outcome not in _JUDGED
    ]
    if not judged:
        return unmeasured(left_out)
    expected_facts = sum(expected for _, expected in judged)
    net = sum(_net(turn) for turn, _ in judged)
    score = points(net / expected_facts)
    shortfalls = [
        (turn, expected, expected - _net(turn)) for turn, expected in judged if expected > _net(turn)
    ]
    short = sum(lacking for _, _, lacking in shortfalls)
    return Measured(
        status=ScoreStatus.SCORED,
        score=score,
        measured=expected_facts,
        passed=max(0, net),
        note=None if not left_out else f"{left_out[0].reason or left_out[0].outcome} × {len(left_out)}",
        coverage=len(judged) / (len(judged) + len(left_out)),
        blocked=sum(each.outcome is Outcome.BLOCKED for each in left_out),
        deductions=tuple(
            _inaccuracy(turn, expected, (100 - score) * lacking / short)
            for turn, expected, lacking in shortfalls
        ),
    )


_JUDGED = (Outcome.OK, Outcome.FAILED, Outcome.ABSENT)
_BOT = Words("智能客服", "the chatbot")


def _expected(turn: Look[ChatTurn]) -> int:
    # a question that got no reply at all stands for one fact where nothing says how many were asked for
    known = turn.last.expected_facts
    return known if known is not None else int(turn.outcome is not Outcome.OK)


def _net(turn: Look[ChatTurn]) -> int:
    if turn.outcome is not Outcome.OK or turn.last.verdict in (Verdict.SILENT, Verdict.FALLBACK):
        return 0
    return (turn.last.matched_facts or 0) - (turn.last.contradicted_facts or 0)


def _inaccuracy(turn: Look[ChatTurn], expected: int, lost: float) -> Deduction:
    what, row = _words(turn), turn.last
    if turn.outcome is not Outcome.OK:
        text = Words(f"{what.zh}：{reason_word(turn.reason).zh}", f"{what.en}: {reason_word(turn.reason).en}")
    else:
        matched, wrong = row.matched_facts or 0, row.contradicted_facts or 0
        text = Words(
            f"{what.zh}：应答 {expected} 项事实，一致 {matched} 项，矛盾 {wrong} 项",
            f"{what.en}: {expected} facts expected, {matched} matched, {wrong} contradicted",
        )
    return Deduction(subject=_subject(turn), text=text, points=lost, source=row)


def _subject(turn: Look[ChatTurn]) -> str:
    return turn.last.question or turn.last.matter or "chatbot"


def _words(turn: Look[ChatTurn]) -> Words:
    asked = turn.last.question or turn.last.matter
    if asked is None or turn.outcome is Outcome.ABSENT:
        return _BOT
    return Words(f"向智能客服提问“{shortened(asked)}”", f"asking the chatbot “{shortened(asked)}”")
