"""Two names compared: the same matter, a part of it, more than it, or something else."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import product

from rapidfuzz import fuzz

from checks.matters.lexicon import ANY, Lexicon, lexicon
from checks.matters.meaning import Cell, cells_of
from checks.matters.normal import normal_form, printed_form, without_place
from results.records import Relation

_LONG_ENOUGH = 5  # letters of words that the lexicon does not know, from which one may be left out
_ASKS = frozenset({"", "请求", "办理"})
_FIRST_ISSUE = frozenset({"", "请求", "申领", "办理", "签发"})
_ANY_ISSUE = _FIRST_ISSUE | {"换领", "补领"}
_ON_A_LICENCE = _ANY_ISSUE | {"变更", "延续", "注销"}

_Atom = tuple[frozenset[str], str, str, str, tuple[tuple[str, str], ...]]


def relation_of(listed: str, required: str) -> Relation | None:
    """How a listed name stands to a required item.

    Returns:
        SAME when the printed forms are equal (but for 一件事, which each such item carries by its nature),
        VARIANT when another wording covers the same, BROADER when it covers more, NARROWER when it covers a
        part; None when it is another matter.
    """
    if _as_printed(listed) == _as_printed(required):
        return Relation.SAME
    ours, theirs = cells_of(listed), cells_of(required)
    words = lexicon()
    if all(each.is_bare for each in ours):
        if without_place(normal_form(listed)) == without_place(normal_form(required)):
            return Relation.VARIANT
        return _relation_of_bare(ours, theirs, words)
    if _roots(listed).isdisjoint(_roots(required)) or any(each.is_bare for each in theirs):
        return None
    ours_small, theirs_small = _levelled(ours, theirs, words)
    covered = [any(_covers(mine, each, words) for mine in ours_small) for each in theirs_small]
    inside = [any(_within(mine, each, words) for each in theirs_small) for mine in ours_small]
    if all(covered):
        return Relation.VARIANT if all(inside) else Relation.BROADER
    if any(covered) or all(inside):
        return Relation.NARROWER
    return None


def same_matter(one: str, other: str) -> bool:
    """Whether two names are about one matter: the same, or one a part of the other.

    Either may be a page title: what stands before or after a dash, bar or underscore (a portal's or a
    department's name) is left aside where it does not help.
    """
    return any(
        relation_of(left, right) is not None or relation_of(right, left) is not None
        for left, right in product(_title_parts(one), _title_parts(other))
    )


def similarity(one: str, other: str) -> float:
    """How alike two names are in their letters, 0-1; shown to readers, never decides."""
    if printed_form(one) == printed_form(other):
        return 1.0
    return round(fuzz.ratio(normal_form(one), normal_form(other)) / 100, 3)


@lru_cache(maxsize=8192)
def _roots(name: str) -> frozenset[frozenset[str]]:
    """The widest kinds of the things that each cell names: cells that differ in these never meet."""
    words = lexicon()
    return frozenset(frozenset(words.widest(thing) for thing in cell.things) for cell in cells_of(name))


def _as_printed(name: str) -> str:
    return printed_form(name).removesuffix("一件事")


def _title_parts(title: str) -> tuple[str, ...]:
    parts = [each for each in re.split(r"[-_|—–>»:：·]+", title) if len(each.strip()) > 2]
    return tuple(dict.fromkeys((title, *parts)))


def _relation_of_bare(ours: Iterable[Cell], theirs: Iterable[Cell], words: Lexicon) -> Relation | None:
    """A name that is nothing but a verb counts only where that verb names a matter by itself (挂失)."""
    said = {each.action for each in ours}
    wanted = {each.action for each in theirs}
    if not wanted <= said & words.telling:
        return None
    return Relation.VARIANT if said == wanted else Relation.BROADER


def _levelled(
    ours: Iterable[Cell], theirs: Iterable[Cell], words: Lexicon
) -> tuple[list[_Atom], list[_Atom]]:
    """Both sides in cells of one value an aspect, over all aspects that either side states."""
    ours, theirs = tuple(ours), tuple(theirs)
    stated = sorted({name for each in (*ours, *theirs) for name in each.aspects})
    return _atoms(ours, stated, words), _atoms(theirs, stated, words)


def _atoms(cells: Iterable[Cell], stated: list[str], words: Lexicon) -> list[_Atom]:
    found: list[_Atom] = []
    for cell in cells:
        values = [
            sorted(cell.aspects.get(name) or words.silent(name, cell.action, cell.things)) for name in stated
        ]
        # an aspect on which silence means nothing keeps the cell, as one that covers no value
        choices = [each or [""] for each in values]
        for combination in product(*choices):
            aspects = tuple(zip(stated, combination, strict=True))
            found.append((cell.things, cell.part, cell.action, cell.unknown, aspects))
    return found


def _covers(listed: _Atom, required: _Atom, words: Lexicon) -> bool:
    """Whether a listed cell takes in a required one."""
    action, wanted = listed[2], required[2]
    fits = (
        action == wanted
        or (action in _ASKS and wanted in _FIRST_ISSUE)
        or (action == "签发" and wanted in _ANY_ISSUE)
        or (action == "申领" and wanted in _FIRST_ISSUE - {""})
    )
    return fits and _about(listed, required, words)


def _within(listed: _Atom, required: _Atom, words: Lexicon) -> bool:
    """Whether a listed cell lies inside a required one."""
    action, wanted = listed[2], required[2]
    fits = (
        action == wanted
        or (action in _ASKS and wanted in _FIRST_ISSUE)
        or (action == "签发" and wanted in _FIRST_ISSUE)
        or (action == "申领" and wanted in _FIRST_ISSUE)
        or (wanted in ("办理", "签发") and action in _ANY_ISSUE)
        or (wanted == "" and action in _ON_A_LICENCE)
    )
    return fits and _about(required, listed, words)


def _about(wider: _Atom, other: _Atom, words: Lexicon) -> bool:
    """Whether the wider cell's thing and aspects take in the other's, actions aside."""
    if wider[1] != other[1] or not _same_unknown(wider[3], other[3]):
        return False
    for (_, wide), (_, narrow) in zip(wider[4], other[4], strict=True):
        if wide != narrow and (wide != ANY or not narrow):
            return False
    return all(any(words.is_kind_of(each, thing) for each in other[0]) for thing in wider[0]) and all(
        any(words.is_kind_of(each, thing) for thing in wider[0]) for each in other[0]
    )


def _same_unknown(one: str, other: str) -> bool:
    """Whether words outside the lexicon agree: letter by letter, but for one that either leaves out.

    Never one letter for another (医师, 律师), nor one put in front (非…, 副…).
    """
    shorter, longer = sorted((one, other), key=len)
    if len(shorter) == len(longer) or len(longer) < _LONG_ENOUGH:
        return one == other
    return any(longer[:at] + longer[at + 1 :] == shorter for at in range(1, len(longer)))
