"""What a chatbot's reply is: answered, fallback, off topic, handed over, or silent.

- *silent*: nothing came (`no_reply`), only the question came back (`echo`), or a back end's error text
  (`backend_error`). These alone are failures: no reply worth the name came. A bot that wants a login first is
  silent too (`login_wall`), and that is no failure.
- *fallback*: it says that it did not understand, found nothing or is still learning; it asks back or takes the
  question as a letter; or the greeting or the menu came again.
- *handed_over*: it passes the asker on to a human, or says that none is there.
- *off_topic*: it is about another matter, or about nothing that was asked.
- *answered*: it is about the matter asked, right or wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from checks.matters import same_matter
from checks.replies.appeared import Appeared, squeezed
from checks.replies.facts import Asked
from checks.replies.markup import spoken
from checks.replies.materials import mentioned_materials
from checks.replies.numbers import amounts, durations, plain, says_free, telephones
from checks.replies.places import places
from checks.replies.wordings import wording
from results.records import Reason, Verdict

_SHORT = 80
"""Letters up to which a reply may be an error text or an evasion and nothing else."""


@dataclass(frozen=True, kw_only=True)
class Judged:
    """A verdict; a reason for the silent ones; and why, for the transcript."""

    verdict: Verdict
    reason: Reason | None = None
    why: str


def judge_reply(
    appeared: Appeared,
    *,
    asked: Asked,
    matter: str,
    other_matters: Iterable[str] = (),
    matched: int = 0,
) -> Judged:
    """Say what a reply is.

    Args:
        appeared: What came after the question.
        asked: What the question asked for.
        matter: The matter that the question named.
        other_matters: Names of the portal's other matters, by which a reply about another is known.
        matched: Facts of the guide that the reply states, a link to the guide included.
    """
    text = spoken(appeared.text)
    if not text.strip():
        if appeared.echoed:
            return Judged(verdict=Verdict.SILENT, reason=Reason.ECHO, why="only the question came back")
        why = "the bot stayed busy and said nothing" if appeared.typing else "nothing came"
        return Judged(verdict=Verdict.SILENT, reason=Reason.NO_REPLY, why=why)
    others = tuple(other_matters)
    short = len(squeezed(text)) <= _SHORT
    about = _about(text, matter, others)
    if matched == 0:
        judged = _no_answer(text, asked, about, others, repeated=appeared.repeated)
        if judged is not None:
            return judged
    elif appeared.repeated:
        return _FALLS_BACK_TO_THE_GREETING
    if about:
        return Judged(verdict=Verdict.ANSWERED, why="it names the matter asked about")
    other = _other_named(text, matter, others)
    if other is not None:
        return Judged(verdict=Verdict.OFF_TOPIC, why=f"it is about “{other}”")
    if matched > 0:
        return Judged(verdict=Verdict.ANSWERED, why="it states what the guide states")
    if _states(text, asked):
        return Judged(verdict=Verdict.ANSWERED, why="it states something of the kind asked for")
    if short and wording("try_later").search(text):
        return Judged(verdict=Verdict.SILENT, reason=Reason.BACKEND_ERROR, why="it asks to try again later")
    if short and wording("of_itself").search(text):
        return Judged(verdict=Verdict.FALLBACK, why="it speaks of itself and of questions, and says nothing")
    return Judged(verdict=Verdict.OFF_TOPIC, why="it says nothing of the matter or of what was asked for")


_FALLS_BACK_TO_THE_GREETING = Judged(verdict=Verdict.FALLBACK, why="the greeting or the menu was given again")


def _no_answer(
    text: str, asked: Asked, about: bool, others: Sequence[str], *, repeated: bool
) -> Judged | None:
    """What a reply is that states no fact of the guide; None where it may be an answer all the same."""
    tells = about and _states(text, asked)
    short = len(squeezed(text)) <= _SHORT
    head = "\n".join(text.splitlines()[:4])[:220]
    if not tells and wording("back_end").search(text) and (short or _mostly_error(text)):
        return Judged(verdict=Verdict.SILENT, reason=Reason.BACKEND_ERROR, why="a back end's error text")
    login = wording("login").search(head)
    if login and short and not tells:
        return Judged(verdict=Verdict.SILENT, reason=Reason.LOGIN_WALL, why=f"“{login[0][:30]}”")
    if repeated:
        return _FALLS_BACK_TO_THE_GREETING
    handed = wording("handed_over").search(text)
    given_up = wording("not_understood").search(head)
    if (
        given_up
        and not (handed and handed.start() < given_up.start())
        and (_gives_up_first(text) or not tells)
    ):
        return Judged(verdict=Verdict.FALLBACK, why=f"“{given_up[0][:30]}”")
    if handed and not tells:
        return Judged(verdict=Verdict.HANDED_OVER, why=f"“{handed[0][:30]}”")
    for kind, why in (("receipt", "the question is taken as a letter"), ("asks_back", "it asks back")):
        if (wording(kind).search(head) or (kind == "asks_back" and _only_asks(text))) and not tells:
            return Judged(verdict=Verdict.FALLBACK, why=why)
    if _is_menu(text, others):
        return Judged(verdict=Verdict.FALLBACK, why="a list of questions to choose from")
    points_away = wording("apology").search(head) and wording("call_a_human").search(text)
    if points_away and not _states(_without_lines(text), asked):
        return Judged(verdict=Verdict.FALLBACK, why="an apology that points to a human")
    if wording("greeting").search(head) and not about and not _states(text, asked):
        return Judged(verdict=Verdict.FALLBACK, why="a greeting in reply")
    return None


def _is_menu(text: str, others: Iterable[str]) -> bool:
    """Whether a reply is nothing but questions and names of matters, one a line; a line may say what they are."""
    names = {squeezed(each) for each in others}
    lines = [re.sub(r"^[\W\d_]+", "", each) for each in text.splitlines() if each.strip()]
    if lines and _OFFERS.search(lines[0]):
        lines = lines[1:]
    lines = [each for each in lines if not _NONE_OF_THEM.match(each)]
    return len(lines) >= 2 and all(
        len(each) <= 40 and (_QUESTION.search(each) or squeezed(each) in names) for each in lines
    )


def _only_asks(text: str) -> bool:
    """Whether a reply is one question, perhaps after a greeting."""
    sentences = [each for each in re.split(r"(?<=[。!！?？\n])", text) if squeezed(each)]
    asked = [each for each in sentences if not wording("greeting").search(each) and len(squeezed(each)) > 4]
    return len(asked) == 1 and re.search(r"[?？]\s*$", asked[0]) is not None and len(squeezed(text)) <= _SHORT


_OFFERS = re.compile(r"相关(?:的)?(?:问题|事项|业务|指南)|(?:点击|选择|查看).{0,8}[:：]?$|[:：]$")
_NONE_OF_THEM = re.compile(
    r"(?:以上)?(?:都|均)不是|没有我(?:想|要)|其他(?:问题)?$|换一[批换]|查看更多|更多$|转?人工"
)
_QUESTION = re.compile(r"怎么|如何|哪些|什么|哪里|多少|多久|是否|吗[?？]?$|[?？]$")


def _gives_up_first(text: str) -> bool:
    """Whether a reply begins with an apology for knowing nothing, whatever it offers thereafter."""
    first = " ".join(re.split(r"[。!！\n]", text)[:2])
    return (
        wording("apology").search(first) is not None and wording("not_understood").search(first) is not None
    )


def _mostly_error(text: str) -> bool:
    return (len(text) <= 400 and not re.search(r"材料|办理|时限|工作日|窗口|收费", text)) or bool(
        re.match(r"\s*(?:\{|<|traceback|exception|error|http)", text, re.IGNORECASE)
    )


def _without_lines(text: str) -> str:
    """The text without the telephone lines that an apology refers to."""
    return re.sub(r"[^\n。；;]*(?:拨打|热线|转人工|人工)[^\n。；;]*", "", text)


def _states(text: str, asked: Asked) -> bool:
    """Whether a reply states anything of the kind that was asked for."""
    if asked is Asked.LIMIT:
        return bool(durations(text))
    if asked is Asked.FEE:
        return bool(amounts(text)) or says_free(text) or re.search(r"收费", text) is not None
    if asked is Asked.TELEPHONE:
        return bool(telephones(text))
    if asked is Asked.PLACE:
        return bool(places(text)) or re.search(r"窗口|大厅|中心|派出所|地址", text) is not None
    return bool(mentioned_materials(text))


_ACTIONS = re.compile(
    r"(?:的)?(?:申请|办理|申领|补领|换领|领取|补办|换发|补发|换证|登记|核发|审批|许可|备案|认定|确认|审核|查询|缴纳|变更|注销|延续|补换|首次|服务|业务|事项|指南|[(（][^()（）]*[)）])+$"
)


def core(matter: str) -> str:
    """What a matter is about, its action left out: 临时居民身份证办理 → 临时居民身份证."""
    bare = _ACTIONS.sub("", plain(matter).strip())
    bare = re.sub(r"^(?:办理|申请|申领|补办|换领|补领)", "", bare)
    return squeezed(bare if len(bare) >= 2 else matter)


_SYNONYMS = (
    ("居民身份证", "身份证"),
    ("社会保障卡", "社保卡"),
    ("不动产权证书", "不动产权证"),
    ("居民户口簿", "户口簿"),
    ("户口本", "户口簿"),
)


def _common(text: str) -> str:
    text = squeezed(text)
    for formal, common in _SYNONYMS:
        text = text.replace(formal, common)
    return text


def _masked(text: str, matter: str, others: Iterable[str]) -> str:
    """The reply with the names of other matters that hold this one's name taken out."""
    wanted = _common(core(matter))
    said = _common(text)
    longer = {_common(core(each)) for each in others} | {f"临时{wanted}"}
    for each in sorted(longer, key=len, reverse=True):
        if wanted in each and each != wanted:
            said = said.replace(each, "＊")
    return said


def _about(text: str, matter: str, others: Iterable[str]) -> bool:
    wanted = _common(core(matter))
    if _sister_named(text, matter, others):
        return False
    said = _masked(text, matter, others)
    if wanted in said:
        return True
    if len(wanted) < 6:
        return False
    # a long name is seldom repeated in full: most of its pairs of characters will do, in one sentence
    pairs = [wanted[at : at + 2] for at in range(len(wanted) - 1)]
    for sentence in re.split(r"[。！？!?\n]", text):
        plain_sentence = _masked(sentence, matter, others)
        if sum(each in plain_sentence for each in pairs) >= 0.8 * len(pairs):
            return True
    return False


def _sister_named(text: str, matter: str, others: Iterable[str]) -> bool:
    """Whether a reply names a matter of the same thing with another action, and this matter's action nowhere."""
    said, own, thing = _common(text), _common(matter), _common(core(matter))
    action = own.replace(thing, "", 1)
    if not action or action in said:
        return False
    return any(
        thing == _common(core(each)) and _common(each) in said and not same_matter(each, matter)
        for each in others
    )


def _other_named(text: str, matter: str, others: Iterable[str]) -> str | None:
    said, own = _common(text), _common(core(matter))
    found = [
        each
        for each in others
        if ((name := _common(core(each))) != own or _sister_named(text, matter, [each]))
        # 身份证 alone is named as a material too: a short name counts with its action only
        and re.search(re.escape(name if len(name) >= 4 else _common(each)) + _NO_MATERIAL, said)
    ]
    return max(found, key=len) if found else None


_NO_MATERIAL = r"(?!(?:登记|核准|许可|注册)?(?:证|申请[书表]|[表书簿]))"
"""What makes the name of a matter that of a paper: 船舶所有权登记证书 is none of 船舶所有权登记."""


def transcript_line(judged: Judged, notes: Sequence[str] = ()) -> str:
    """One line for the transcript: the verdict and what it rests on."""
    reason = f" ({judged.reason})" if judged.reason else ""
    facts = f"; {'; '.join(notes)}" if notes else ""
    return f"{judged.verdict}{reason}: {judged.why}{facts}"
