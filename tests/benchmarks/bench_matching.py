"""How often the matcher is right, stated per relation: `bench_matching.py [TSV …]`.

Without arguments it reads the project's own table and the file that PORTAL_PROBE_NAMES names. A table has
the columns name, canonical (items parted by `|`, or NOT_ON_LIST), relation, label_confidence.
"""

from __future__ import annotations

import csv
import os
import sys
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from checks.lists import load_list
from checks.matters import match
from results.records import Relation

OWN_TABLE = Path(__file__).parent.parent / "checks" / "matter_names.tsv"
NOT_ON_LIST = "NOT_ON_LIST"
_LISTS = ("kuasheng_2022", "kuasheng_2020")


@dataclass(frozen=True)
class Labelled:
    """A name as published, and what it stands for."""

    name: str
    items: frozenset[str]
    relation: str
    confidence: str


@dataclass(frozen=True)
class Found:
    """What the matcher made of a name by itself."""

    items: frozenset[str]
    relation: str


def read(path: Path) -> list[Labelled]:
    """The rows of a table of labelled names."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [
            Labelled(
                name=row["name"],
                items=frozenset()
                if row["canonical"] == NOT_ON_LIST
                else frozenset(row["canonical"].split("|")),
                relation=row["relation"].replace("exact", "same"),
                confidence=row["label_confidence"],
            )
            for row in csv.DictReader(file, delimiter="\t")
        ]


def find(name: str) -> Found:
    """What the matcher makes of one name against both cross-province lists."""
    items: set[str] = set()
    relations: list[Relation] = []
    for zone in _LISTS:
        for line in match([name], load_list(zone).names):
            if line.listed is not None and line.required is not None:
                items.add(line.required)
                relations.append(line.relation)
    if not items:
        return Found(frozenset(), "none")
    relation = Counter(relations).most_common(1)[0][0].value if len(items) == 1 else max(relations).value
    return Found(frozenset(items), relation if len(items) == 1 else _common(relations))


def _common(relations: list[Relation]) -> str:
    """The relation of a name that serves several items: broader for each, unless it covers none whole."""
    return "narrower" if set(relations) == {Relation.NARROWER} else "broader"


def judge(row: Labelled, found: Found) -> tuple[bool, bool]:
    """(items right, relation right). Items the label does not name may come from a list that it left out
    only where the name is broader; every labelled item has to be found."""
    if not row.items:
        return (not found.items, not found.items)
    items = row.items == found.items or (row.relation == "broader" and row.items <= found.items)
    return items, items and row.relation == found.relation


def report(path: Path) -> dict[str, tuple[int, int]]:
    """Print the figures of a table; returns (right with relation, all) per confidence."""
    rows = read(path)
    began = perf_counter()
    judged = [(row, found, *judge(row, found)) for row in rows for found in [find(row.name)]]
    elapsed = perf_counter() - began
    print(f"\n{path.name}: {len(rows)} names, {elapsed * 1000:.0f} ms")
    totals: dict[str, tuple[int, int]] = {}
    for title, key in (("confidence", lambda r: r.confidence), ("relation", lambda r: r.relation)):
        groups: dict[str, list[tuple[bool, bool]]] = defaultdict(list)
        for row, _, items, relation in judged:
            groups[key(row)].append((items, relation))
        for group, marks in sorted(groups.items()):
            right, both = sum(each[0] for each in marks), sum(each[1] for each in marks)
            print(
                f"  {title} {group:9} item {right:3}/{len(marks):3} {right / len(marks):6.1%}"
                f"   item and relation {both:3}/{len(marks):3} {both / len(marks):6.1%}"
            )
            if title == "confidence":
                totals[group] = (both, len(marks))
    for row, found, items, relation in judged:
        if not relation:
            print(
                f"  {'item' if not items else 'relation'}\t{row.confidence}\t{row.name}\t"
                f"{row.relation} {'|'.join(sorted(row.items)) or '-'}\t{found.relation} {'|'.join(sorted(found.items)) or '-'}"
            )
    return totals


if __name__ == "__main__":
    tables = [Path(each) for each in sys.argv[1:]]
    if not tables:
        named = os.environ.get("PORTAL_PROBE_NAMES")
        tables = [OWN_TABLE, *([Path(named)] if named else [])]
    for table in tables:
        report(table)
