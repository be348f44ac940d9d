"""Time limits in a reply: the one asked for, another one, or one under the other's label."""

from __future__ import annotations

import re
from collections.abc import Sequence

from checks.replies.numbers import AT_ONCE, CHINESE, Duration, durations, plain

_LIMIT_CONTEXT = re.compile(
    r"办结|办理|办完|办[好下]|补办|换[办证]|时限|期限|工作日|受理|出证|领取|领证|拿到|审批|审核|完成|需要|[得需]?要\d|大约|大概|一般|通常|之?内|左右|多久"
)
_LENGTH = rf"(?:\d+|{CHINESE}+)\s*个?(?:工作日|自然日|年|月|天|日)"
_NO_LIMIT = re.compile(
    rf"有效期?(?:限)?(?:为|是|:)?[^,。;\n]{{0,4}}?{_LENGTH}"
    rf"|(?:提前|届满|到期|公告|公示|邮寄|寄送|快递|补正)[^,。;\n后]{{0,6}}?{_LENGTH}"
)
"""How long a document is valid, how early to apply, and steps that limits leave out: no time limits."""
_SAID_ANEW = re.compile(rf"(?:\d+|{CHINESE}+)个?(?:月|星期|周|年)(?=\({_LENGTH}\))")
"""两个月(60日): the brackets say it exactly."""
_LABEL = re.compile(r"法定|承诺")
_CLAUSE = re.compile(
    rf"[。;\n!?,、/]|\((?=(?:法定|承诺)[^()]*(?:\d|{CHINESE}))|(?<=[\u4e00-\u9fff\d)])(?=(?:法定|承诺)(?:办[结理])?(?:时限|时间|期限))"
)


def limits_in(text: str) -> list[Duration]:
    """The time limits that a text states, in its order; `20(工作日)` is read as 20 workdays."""
    text = re.sub(r"[((]\s*(工作日|自然日|天|日|小时|个月)\s*[))]", r"\1", plain(text))
    found = [each for each in durations(text) if each.unit != "year"]
    zero = [AT_ONCE if each.value == 0 else each for each in found]
    return list(dict.fromkeys(zero))


def limits_said(
    reply: str,
    expected: Sequence[Duration],
    *,
    promised: Sequence[Duration] = (),
    legal: Sequence[Duration] = (),
    allowed: Sequence[Duration] = (),
) -> tuple[list[str], list[str]]:
    """What a reply says of time limits: what agrees, and what contradicts.

    Args:
        reply: The reply, its markup gone.
        expected: Limits any one of which answers the question.
        promised: The guide's 承诺办结时限.
        legal: The guide's 法定办结时限; either under the other's label contradicts.
        allowed: Lengths of time that the guide states elsewhere: they contradict nothing.
    """
    matched: list[str] = []
    wrong: list[str] = []
    of_label = {"承诺": (promised, legal), "法定": (legal, promised)}
    for clause in _clauses(_NO_LIMIT.sub(" ", _SAID_ANEW.sub("", plain(reply)))):
        labels = set(_LABEL.findall(clause))
        label = labels.pop() if len(labels) == 1 else ""
        own, other = of_label.get(label, ((), ()))
        for each in limits_in(clause):
            if own and not _among(each, own) and _among(each, other):
                wrong.append(f"{_said(each)} as {label}")
            elif _among(each, expected):
                matched.append(_said(each))
            elif not _among(each, allowed) and _is_limit(each, clause):
                wrong.append(_said(each))
    return list(dict.fromkeys(matched))[:1], list(dict.fromkeys(wrong))


def _clauses(text: str) -> list[str]:
    """The clauses of a text, cut before each label too; a label alone goes with the clause that follows it."""
    clauses: list[str] = []
    waiting = ""
    for each in _CLAUSE.split(text):
        labelled = _LABEL.search(each) is not None
        if labelled and not re.search(rf"\d|{CHINESE}", each):
            waiting = each
        elif each.strip():
            clauses.append(each if labelled else waiting + each)
            waiting = ""
    return clauses


def _among(limit: Duration, known: Sequence[Duration]) -> bool:
    return any(limit.agrees(each) for each in known)


def _is_limit(duration: Duration, clause: str) -> bool:
    """Whether a length of time is said of the handling, and not of a photo's age or a document's validity."""
    if duration == AT_ONCE:
        return re.search(r"办结|即办|立等|取证|领证", clause) is not None
    bare = len(clause.strip()) <= 8
    return duration.unit == "workday" or bare or _LIMIT_CONTEXT.search(clause) is not None


def _said(duration: Duration) -> str:
    return "at once" if duration == AT_ONCE else f"{duration.value} {duration.unit}"
