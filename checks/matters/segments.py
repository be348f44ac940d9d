"""A name cut into words: of all ways to cut it, the one that leaves the least unexplained."""

from __future__ import annotations

import re
from dataclasses import dataclass

from checks.matters.lexicon import Lexicon, Term

_COORDINATORS = ("以及", "及其", "或者", "、", "和", "与", "及", "并", "暨", "+", "&")
_REMARK = re.compile(r"\((?:含|包括|不含|除外|注)[^()]*\)")
_FOLDED = re.compile(r"(\w)\((\w)\)(\w)")
_LETTER = re.compile(r"[^\W\d_]")
# what a cut costs: a letter that no word explains, a single letter taken for a filler, a word
_UNKNOWN, _FILLER, _WORD = 100, 20, 10


@dataclass(frozen=True)
class Segment:
    """A word of the lexicon, a coordinator, or a letter that neither explains."""

    text: str
    depth: int
    """How many brackets it stands in."""
    term: Term | None = None
    coordinates: bool = False


def segments(text: str, words: Lexicon) -> list[Segment]:
    """Cut a printed form; brackets and digits are left out."""
    text = _unfolded(_REMARK.sub("", text), words)
    best: list[tuple[int, int]] = [(0, 0)] * (len(text) + 1)  # cost of the rest, length of the first cut
    for at in range(len(text) - 1, -1, -1):
        choices = [
            (best[at + size][0] + _cost(text[at : at + size], words), -size)
            for size in range(1, min(words.longest, len(text) - at) + 1)
            if size == 1 or text[at : at + size] in words.terms or text[at : at + size] in _COORDINATORS
        ]
        cost, size = min(choices)
        best[at] = (cost, -size)
    found: list[Segment] = []
    at, depth = 0, 0
    while at < len(text):
        piece = text[at : at + best[at][1]]
        at += len(piece)
        depth = max(0, depth + {"(": 1, ")": -1}.get(piece, 0))
        if piece in words.terms:
            found.append(Segment(piece, depth, term=words.terms[piece]))
        elif piece in _COORDINATORS:
            found.append(Segment(piece, depth, coordinates=True))
        elif _LETTER.match(piece):
            found.append(Segment(piece, depth))
    return found


def _unfolded(text: str, words: Lexicon) -> str:
    """Letters in brackets written out: 结(离)婚 as 结婚、离婚, 汇(补)缴 as 汇缴、补缴."""

    def both(found: re.Match[str]) -> str:
        first, second = found[1] + found[3], found[2] + found[3]
        known = first in words.terms and second in words.terms
        return f"{first}、{second}" if known else found[0]

    return _FOLDED.sub(both, text)


def _cost(piece: str, words: Lexicon) -> int:
    if piece in words.terms:
        return _FILLER if len(piece) == 1 and words.terms[piece] == Term() else _WORD
    if piece in _COORDINATORS or not _LETTER.match(piece):
        return _WORD
    return _UNKNOWN
