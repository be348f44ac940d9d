"""A name read: the cells of meaning that it covers.

A cell is one thing, one action and the aspects that set it apart. 社会保障卡补领、换领 covers two cells; what
a phrase leaves out (补领、换领机动车号牌) it takes from its neighbour.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from checks.matters.lexicon import Lexicon, Term, lexicon
from checks.matters.normal import one_spelling, printed_form, without_place
from checks.matters.segments import segments

_BENEFIT = "待遇"
_JOINT = "互转"
_WEAK = 2  # the least rank of a verb that stands for itself
_WHOLE = "全部"
_PART_OF_WHOLE = "签注"


@dataclass(frozen=True)
class Cell:
    """One thing, one action, and what sets it apart."""

    things: frozenset[str]
    action: str
    """Empty where the name states none."""
    aspects: Mapping[str, frozenset[str]]
    part: str = ""
    unknown: str = ""
    """What no word of the lexicon explains."""

    @property
    def is_bare(self) -> bool:
        """Whether it says nothing but an action."""
        return not (self.things or self.aspects or self.unknown)


@dataclass
class _Phrase:
    """What one member of a coordination names."""

    things: set[str] = field(default_factory=set)
    weak_things: set[str] = field(default_factory=set)
    things_alone: set[str] = field(default_factory=set)
    verbs: list[tuple[int, int, tuple[str, ...]]] = field(default_factory=list)
    """(place, rank, families), in order."""
    aspects: dict[str, frozenset[str]] = field(default_factory=dict)
    part: str = ""
    unknown: str = ""

    def take(self, term: Term, place: int) -> None:
        if term.thing:
            (self.weak_things if term.weak else self.things).add(term.thing)
        if term.thing_alone:
            self.things_alone.add(term.thing_alone)
        if term.actions:
            self.verbs.append((place, term.rank, term.actions))
        self.part = term.part or self.part
        for aspect, values in term.aspects.items():
            known = self.aspects.get(aspect)
            # a second word narrows the first where it can (社保 … 养老保险), else stands beside it
            self.aspects[aspect] = values if known is None else (known & values or known | values)


@lru_cache(maxsize=8192)
def cells_of(name: str) -> tuple[Cell, ...]:
    """The cells of meaning that a name covers; empty for a name without a word."""
    words = lexicon()
    phrases = _phrases(without_place(one_spelling(printed_form(name))), words)
    for each in phrases:
        if not each.things:
            acts = any(rank > 1 for _, rank, _ in each.verbs)
            each.things = each.weak_things or (set() if acts else each.things_alone)
        each.things = _compounded(each.things, each.weak_things, words)
    actions = [_actions(each, words) for each in phrases]
    phrases, actions = _with_ellipses_filled(phrases, actions)
    if any(_JOINT in each for each in actions):
        return (_joint_cell(phrases, words),)
    cells = [
        cell for phrase, each in zip(phrases, actions, strict=True) for cell in _cells(phrase, each, words)
    ]
    return tuple(cells)


def _compounded(things: set[str], weak: set[str], words: Lexicon) -> set[str]:
    for each in words.compounds:
        if each.things <= things | weak and each.things & things:
            things = things - each.things | {each.means}
    return things


def _phrases(text: str, words: Lexicon) -> list[_Phrase]:
    """The members of a coordination. What stands in brackets adds to one, and never parts it in two."""
    phrases, aside = [_Phrase()], _Phrase()
    for place, each in enumerate(segments(text, words)):
        if each.depth:
            if each.term is not None:
                aside.take(each.term, place)
            elif not each.coordinates:
                aside.unknown += each.text
        elif each.coordinates:
            phrases.append(_Phrase())
        elif each.term is not None:
            phrases[-1].take(each.term, place)
        else:
            phrases[-1].unknown += each.text
    said = [each for each in phrases if each != _Phrase()]
    if not said:
        return [aside]
    last = said[-1]
    for aspect, values in aside.aspects.items():
        known = last.aspects.get(aspect, values)
        last.aspects[aspect] = known & values or known
    if aside.verbs and _tells_which(aside, max((rank for each in said for rank in _ranks(each)), default=0)):
        last.verbs = aside.verbs
    if not any(each.things or each.weak_things or each.unknown for each in said):
        last.things = aside.things or aside.weak_things
    return said


def _tells_which(aside: _Phrase, said: int) -> bool:
    """Whether brackets say what is done: beside a mere request, or the kind of an issue (核发（补领）)."""
    return said == 0 or (len(aside.verbs) == 1 and not aside.unknown and max(_ranks(aside)) > said > 1)


def _ranks(phrase: _Phrase) -> list[int]:
    return [rank for _, rank, _ in phrase.verbs]


def _actions(phrase: _Phrase, words: Lexicon) -> tuple[str, ...]:
    """The action that carries the phrase: the strongest verb, and of equals the last."""
    if not phrase.verbs:
        return ()
    above = [each for each in phrase.verbs if set(each[2]) & words.strongest]
    if above:
        return above[-1][2]
    top = max(rank for _, rank, _ in phrase.verbs)
    last = max(at for at, (_, rank, _) in enumerate(phrase.verbs) if rank == top)
    place, _, found = phrase.verbs[last]
    for earlier, rank, families in reversed(phrase.verbs[:last]):
        equals = any({*families, *found} <= each for each in words.sisters)
        if earlier != place - 1 or rank < _WEAK or not equals:
            break
        place, found = earlier, families + found
    return tuple(dict.fromkeys(found))


def _with_ellipses_filled(
    phrases: list[_Phrase], actions: list[tuple[str, ...]]
) -> tuple[list[_Phrase], list[tuple[str, ...]]]:
    """Each phrase with what it leaves to its neighbours: 补领、换领号牌, 企业及分支机构设立、变更."""
    filled: list[_Phrase] = []
    doing: list[tuple[str, ...]] = []
    objects: list[_Phrase] = []  # the objects that the next bare verb goes on with
    for at, phrase in enumerate(phrases):
        after = phrases[at + 1] if at + 1 < len(phrases) else None
        action = actions[at] or _nearest_action(actions, at)
        follows_objects = at > 0 and not actions[at - 1]
        if phrase.things or phrase.unknown:
            carried = (
                objects[-1].aspects if objects and (phrase.things == {_BENEFIT} or follows_objects) else {}
            )
            whole = [replace(phrase, aspects={**carried, **phrase.aspects})]
        elif phrase.aspects and follows_objects:
            whole = [phrase]  # 驾驶证、学历公证: an object that its aspect names
        elif any(each.things or each.unknown for each in objects):
            whole = [_completed(phrase, each) for each in objects]
        elif objects:
            whole = [replace(phrase, aspects={**objects[-1].aspects, **phrase.aspects})]
            if after is not None and after.things:
                whole = [_completed(each, after) for each in whole]
        else:
            takes = after is not None and not (phrase.aspects and not after.things)
            whole = [_completed(phrase, after) if takes and after is not None else phrase]
        objects = [*objects, *whole] if follows_objects else whole
        filled += whole
        doing += [action] * len(whole)
    return filled, doing


def _nearest_action(actions: Sequence[tuple[str, ...]], at: int) -> tuple[str, ...]:
    """The action of the next phrase that has one, else of the last before."""
    return next((each for each in (*actions[at + 1 :], *reversed(actions[:at])) if each), ())


def _completed(phrase: _Phrase, neighbour: _Phrase) -> _Phrase:
    """A phrase without a thing, with the neighbour's."""
    return replace(
        phrase,
        things=set(neighbour.things),
        unknown=neighbour.unknown,
        part=phrase.part or neighbour.part,
        aspects={**neighbour.aspects, **phrase.aspects},
    )


def _joint_cell(phrases: Sequence[_Phrase], words: Lexicon) -> Cell:
    """A transfer between two kinds of insurance is one matter of both, not two."""
    groups: frozenset[str] = frozenset().union(*(each.aspects.get("人群", frozenset()) for each in phrases))
    aspects = {name: values for each in phrases for name, values in each.aspects.items() if name != "人群"}
    if len(groups) > 1:
        aspects["人群"] = frozenset({"+".join(sorted(groups))})
    things = frozenset().union(*(each.things for each in phrases))
    return Cell(
        things, _JOINT, _relevant(aspects, things, _JOINT, words), "", "".join(e.unknown for e in phrases)
    )


def _cells(phrase: _Phrase, actions: tuple[str, ...], words: Lexicon) -> list[Cell]:
    found: list[Cell] = []
    for verb in actions or ("",):
        for action in _readings(verb, phrase, words):
            things = frozenset(phrase.things)
            action = _of_class(action, things, words)
            relevant = _relevant(phrase.aspects, things, action, words)
            # 待遇 only colours the verb: to ask for a benefit and to be paid it are one matter
            kept = things - {_BENEFIT}
            parts = ("", _PART_OF_WHOLE) if phrase.part == _WHOLE else (phrase.part,)
            found.extend(Cell(kept, action, relevant, part, phrase.unknown) for part in parts)
    return found


def _readings(action: str, phrase: _Phrase, words: Lexicon) -> tuple[str, ...]:
    for each in words.readings:
        if each.action != action:
            continue
        beside_thing, beside_aspect = each.beside_thing, each.beside_aspect
        if beside_thing and not any(words.is_kind_of(thing, beside_thing) for thing in phrase.things):
            continue
        if beside_aspect and beside_aspect not in phrase.aspects:
            continue
        return each.means
    return (action,)


def _of_class(action: str, things: frozenset[str], words: Lexicon) -> str:
    for each in words.classes:
        if things & each.things and action in each.one:
            return each.means
    return action


def _relevant(
    aspects: Mapping[str, frozenset[str]], things: frozenset[str], action: str, words: Lexicon
) -> Mapping[str, frozenset[str]]:
    present = {*things, action}
    return {
        name: values
        for name, values in aspects.items()
        if not words.aspects[name].needs or words.aspects[name].needs & present
    }
