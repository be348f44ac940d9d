"""A whole zone matched with a list: which name serves which item, what is missing, what is extra."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from checks.matters.comparing import relation_of, similarity
from results.records import Relation

_RANK = {Relation.SAME: 0, Relation.VARIANT: 1, Relation.NARROWER: 2, Relation.BROADER: 3}


@dataclass(frozen=True, kw_only=True)
class Match:
    """One line of the comparison: a required item with its name in the zone, or an extra name."""

    required: str | None
    listed: str | None
    relation: Relation
    similarity: float
    """0-1; how alike the letters are, 0 where there is nothing to compare."""
    also: tuple[str, ...] = ()
    """Further listed names that serve the same item."""


def match(listed: Sequence[str], required: Sequence[str]) -> list[Match]:
    """Match every name of a zone with every item of a list.

    One name may serve several items (then it is BROADER for each), several names may serve one. A name that
    is an item's own serves no other.

    Returns:
        One line for each required item, in the list's order, then one EXTRA line for each listed name that
        serves none.
    """
    names = list(dict.fromkeys(each for each in listed if each.strip()))
    items = list(dict.fromkeys(required))
    serving: dict[str, list[tuple[str, Relation]]] = defaultdict(list)
    served: Counter[str] = Counter()
    whole: Counter[str] = Counter()  # items that a name covers whole
    for name in names:
        relations = {item: relation for item in items if (relation := relation_of(name, item)) is not None}
        own = _only(relations, Relation.SAME)
        chosen = own or relations
        for item, relation in chosen.items():
            serving[item].append((name, relation))
        served[name] = len(chosen)
        whole[name] = len(_only(chosen, Relation.SAME, Relation.VARIANT, Relation.BROADER))
    lines = [_line(item, serving[item], whole) for item in items]
    extra = [
        Match(required=None, listed=name, relation=Relation.EXTRA, similarity=0.0)
        for name in names
        if not served[name]
    ]
    return lines + extra


def _only(relations: Mapping[str, Relation], *wanted: Relation) -> dict[str, Relation]:
    return {item: relation for item, relation in relations.items() if relation in wanted}


def _line(item: str, candidates: list[tuple[str, Relation]], whole: Counter[str]) -> Match:
    if not candidates:
        return Match(required=item, listed=None, relation=Relation.MISSING, similarity=0.0)
    scored = sorted(
        (
            (
                Match(required=item, listed=name, relation=relation, similarity=similarity(name, item))
                if relation is not Relation.VARIANT or whole[name] == 1
                else Match(
                    required=item, listed=name, relation=Relation.BROADER, similarity=similarity(name, item)
                )
            )
            for name, relation in candidates
        ),
        key=lambda each: (_RANK[each.relation], -each.similarity, each.listed or ""),
    )
    return replace(scored[0], also=tuple(each.listed for each in scored[1:] if each.listed))
