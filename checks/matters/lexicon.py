"""The words of the field, read from `words/*.toml`: what each names, and what sets matters apart."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any

from checks.matters.normal import printed_form

ANY = "*"
"""Stands for every value of an aspect."""


@dataclass(frozen=True, kw_only=True)
class Term:
    """What a word says: nothing (all fields empty), a thing, an action, aspects, or several of these."""

    thing: str | None = None
    thing_alone: str | None = None
    """The thing it names where the phrase names no other."""
    part: str | None = None
    """A part of the thing that is meant."""
    actions: tuple[str, ...] = ()
    rank: int = 2
    aspects: Mapping[str, frozenset[str]] = field(default_factory=dict)
    weak: bool = False
    """Its thing holds only where the phrase names no other."""


@dataclass(frozen=True, kw_only=True)
class Aspect:
    """What a name covers that is silent about an aspect."""

    values: tuple[str, ...]
    silent: frozenset[str]
    closed: bool
    needs: frozenset[str]
    """Things and actions beside which it has a meaning; empty: always."""
    beside: Mapping[str, frozenset[str]]


@dataclass(frozen=True, kw_only=True)
class Reading:
    """An action that means something else beside a thing or an aspect."""

    action: str
    beside_thing: str | None
    beside_aspect: str | None
    means: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Compound:
    """Things that name another where they stand together."""

    things: frozenset[str]
    means: str


@dataclass(frozen=True, kw_only=True)
class VerbClass:
    """Things whose verbs fall together."""

    things: frozenset[str]
    one: frozenset[str]
    means: str


@dataclass(frozen=True)
class Lexicon:
    """All words by their printed form, with the rules that go with them."""

    terms: Mapping[str, Term]
    longest: int
    aspects: Mapping[str, Aspect]
    kinds: Mapping[str, str]
    readings: tuple[Reading, ...]
    compounds: tuple[Compound, ...]
    classes: tuple[VerbClass, ...]
    telling: frozenset[str]
    """Actions that name a matter by themselves."""
    sisters: tuple[frozenset[str], ...]
    """Actions that stand side by side as equals."""
    strongest: frozenset[str]
    """Actions about a matter (its progress, an appointment) that outrank the matter's own."""

    def is_kind_of(self, thing: str, other: str) -> bool:
        """Whether a thing is another, or a kind of it (有限公司 is a kind of 企业)."""
        current: str | None = thing
        while current is not None:
            if current == other:
                return True
            current = self.kinds.get(current)
        return False

    def widest(self, thing: str) -> str:
        """The widest kind that a thing belongs to; itself where it belongs to none."""
        while thing in self.kinds:
            thing = self.kinds[thing]
        return thing

    def silent(self, aspect: str, action: str, things: frozenset[str]) -> frozenset[str]:
        """The values that a name covers which is silent about an aspect."""
        known = self.aspects[aspect]
        for beside in (action, *sorted(things)):
            if beside in known.beside:
                return known.beside[beside]
        return known.silent


def expand(pattern: str) -> Iterator[str]:
    """Every word of a pattern: `(a|b)` is a choice, `(a)?` and `x?` are options, `(a)*` is at most one.

    A backslash takes the next character as it is.
    """
    head, rest = _first_piece(pattern)
    if not rest:
        yield from head
        return
    tails = tuple(expand(rest))
    for each in head:
        for tail in tails:
            yield each + tail


def _first_piece(pattern: str) -> tuple[tuple[str, ...], str]:
    if not pattern:
        return ("",), ""
    piece: tuple[str, ...]
    if pattern[0] == "\\":
        piece, rest = (pattern[1],), pattern[2:]
    elif pattern[0] == "(":
        inside, rest = _group(pattern)
        piece = tuple(word for choice in inside for word in expand(choice))
    else:
        piece, rest = (pattern[0],), pattern[1:]
    if rest[:1] in ("?", "*"):
        return (*piece, ""), rest[1:]
    return piece, rest


def _group(pattern: str) -> tuple[list[str], str]:
    """The choices of the group that a pattern opens with, and what follows it."""
    choices: list[str] = []
    depth, current, at = 0, "", 0
    while at < len(pattern):
        each = pattern[at]
        if each == "\\":
            current += pattern[at : at + 2]
            at += 2
            continue
        if each == "(":
            depth += 1
            current += each if depth > 1 else ""
        elif each == ")":
            depth -= 1
            if depth == 0:
                return [*choices, current], pattern[at + 1 :]
            current += each
        elif each == "|" and depth == 1:
            choices.append(current)
            current = ""
        else:
            current += each
        at += 1
    raise ValueError(f"group is not closed: {pattern}")


@cache
def lexicon() -> Lexicon:
    """The lexicon that comes with the program."""
    folder = resources.files("checks.matters") / "words"
    files = {
        each.name: tomllib.loads(each.read_text("utf-8"))
        for each in sorted(folder.iterdir(), key=lambda one: one.name)
        if each.name.endswith(".toml")
    }
    aspects = {name: _aspect(entry) for name, entry in files.pop("aspects.toml").items()}
    rules = files.pop("readings.toml")
    families = files.pop("actions.toml")["families"]
    terms: dict[str, Term] = {}
    for entry in families:
        for word in _words(entry["words"]):
            terms[word] = Term(actions=tuple(entry["name"].split()), rank=entry["rank"])
    ranks = {name: entry["rank"] for entry in families for name in entry["name"].split()}
    kinds: dict[str, str] = {}
    for content in files.values():
        kinds.update(content.get("kinds", {}))
        for word in _words(content.get("silent_words", ())):
            terms.setdefault(word, Term())
        for entry in content.get("terms", ()):
            term = _term(entry, ranks)
            for word in _words(entry["words"]):
                terms[word] = term
    return Lexicon(
        terms=terms,
        longest=max(map(len, terms)),
        aspects=aspects,
        kinds=kinds,
        readings=tuple(
            Reading(
                action=entry["action"],
                beside_thing=entry.get("beside_thing"),
                beside_aspect=entry.get("beside_aspect"),
                means=tuple(entry["means"]),
            )
            for entry in rules["readings"]
        ),
        compounds=tuple(
            Compound(things=frozenset(each["things"]), means=each["means"]) for each in rules["compounds"]
        ),
        classes=tuple(
            VerbClass(things=frozenset(each["things"]), one=frozenset(each["one"]), means=each["means"])
            for each in rules["classes"].values()
        ),
        telling=frozenset(entry["name"] for entry in families if entry.get("telling")),
        sisters=tuple(frozenset(each["actions"]) for each in rules["sisters"]),
        strongest=frozenset(entry["name"] for entry in families if entry.get("strongest")),
    )


def _words(patterns: Any) -> Iterator[str]:
    for pattern in patterns:
        for word in expand(pattern):
            printed = printed_form(word)
            if printed:
                yield printed


def _term(entry: Mapping[str, Any], ranks: Mapping[str, int]) -> Term:
    actions = tuple(entry.get("action", ()))
    return Term(
        thing=entry.get("thing"),
        thing_alone=entry.get("thing_alone"),
        part=entry.get("part"),
        actions=actions,
        rank=0 if entry.get("weak") else max((ranks.get(each, 2) for each in actions), default=2),
        aspects={name: frozenset(values) for name, values in entry.get("is", {}).items()},
        weak=bool(entry.get("weak")),
    )


def _aspect(entry: Mapping[str, Any]) -> Aspect:
    values = tuple(entry["values"])
    closed = bool(entry.get("closed"))

    def covered(given: str | list[str]) -> frozenset[str]:
        if given == "any":
            return frozenset(values) if closed else frozenset({ANY})
        return frozenset(given)

    return Aspect(
        values=values,
        silent=covered(entry["silent"]),
        closed=closed,
        needs=frozenset(entry.get("needs", ())),
        beside={name: covered(given) for name, given in entry.get("with", {}).items()},
    )
