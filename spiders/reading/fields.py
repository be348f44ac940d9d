"""Elements and attachments out of the data behind a page: JSON in its scripts, or the answer of an API.

Script portals carry a matter as an object (`task_name`, `promise_day`, `AUDIT_MATERIAL` …) that the page fills
its labels with. Field names are those of `elements.toml`, compared without case and underscores.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from spiders.reading.vocabulary import Element, element_of_field

_LARGEST_SCRIPT = 3_000_000
_MOST_ATTEMPTS = 60
_MOST_NODES = 50_000
_MOST_LITERAL = 300_000
_OPENING = re.compile(r"(?:=|\(|:|^|return)\s*(?=[\[{])", re.M)
_PARSED = re.compile(r"JSON\.parse\(\s*(['\"])((?:\\.|(?!\1)[^\\]){2,})\1", re.S)
_KEY = re.compile(r"([A-Za-z_]\w*)[\"']?\s*:")
_BARE_KEY = re.compile(r"([{,]\s*)([A-Za-z_$][\w$]*)\s*:")
_SINGLE_QUOTED = re.compile(r"'((?:\\.|[^'\\])*)'")
_COMMA_BEFORE_END = re.compile(r",\s*([}\]])")
_FLAG = re.compile(r"^(?:is[_A-Z]|chargeFlag$)")
_NAMES = ("name", "title", "materialname", "lawname", "clmc", "question", "content", "text", "windowname")
_GUID_FIELDS = {
    "formguid": "空白表",
    "materialformguid": "空白表",
    "emptytable": "空白表",
    "blankform": "空白表",
    "exampleguid": "样表",
    "materialexampleguid": "样表",
    "sampleguid": "样表",
    "resultguid": "结果样本",
    "flowchart": "流程图",
    "attachguid": "附件",
    "fileguid": "附件",
}


@dataclass(frozen=True, slots=True)
class GuidOffer:
    """A form that data names by an identifier only."""

    label: str
    field: str
    guid: str
    """Empty where the data says that there is no such form."""


@dataclass(slots=True)
class Fields:
    """What a matter's data states."""

    texts: dict[str, tuple[Element, str, str]] = field(default_factory=dict)
    """By element name: the element, the field's name, the text."""
    offers: list[GuidOffer] = field(default_factory=list)
    strength: int = 0
    """How many different elements the data names, empty ones included."""


def fields_of_scripts(scripts: Sequence[str]) -> Fields:
    """What the data in a page's own scripts states about one matter."""
    best = Fields()
    for script in scripts:
        if len(script) > _LARGEST_SCRIPT or not _names_a_matter(script):
            continue
        for value in _values(script):
            found = fields_of(value)
            if found.strength > best.strength:
                best = found
    return best if best.strength >= 3 else Fields()


def fields_of(value: object) -> Fields:
    """What a JSON value states about one matter; nothing where it is a list of matters."""
    found = Fields()
    named: set[str] = set()
    for mapping in _mappings(value):
        for key, inner in mapping.items():
            element = element_of_field(key)
            if element is not None:
                named.add(element.name)
                text = _text(key, inner)
                if element.name not in found.texts and element.is_answer(text):
                    found.texts[element.name] = (element, key, text)
            plain = key.replace("_", "").lower()
            if plain in _GUID_FIELDS and isinstance(inner, str | None):
                name = _name_of(mapping)
                kind = _GUID_FIELDS[plain]
                found.offers.append(
                    GuidOffer(f"{name}（{kind}）" if name else kind, key, (inner or "").strip())
                )
    found.strength = len(named)
    return found


def _mappings(value: object) -> Iterator[Mapping[str, object]]:
    """Every object within a value, outermost first, lists of several matters left out."""
    queue = [value]
    seen = 0
    while queue and seen < _MOST_NODES:
        current = queue.pop(0) if len(queue) < 2000 else queue.pop()
        seen += 1
        if isinstance(current, Mapping):
            yield current
            queue.extend(v for v in current.values() if isinstance(v, Mapping | list))
            queue.extend(
                parsed
                for v in current.values()
                if isinstance(v, str) and v[:1] in "[{" and 2 < len(v) < 200_000
                for parsed in [_loads(v)]
                if isinstance(parsed, Mapping | list)
            )
        elif isinstance(current, list):
            if sum(_is_matter(item) for item in current[:5]) > 1:
                continue
            queue.extend(item for item in current if isinstance(item, Mapping | list))


def _is_matter(item: object) -> bool:
    if not isinstance(item, Mapping):
        return False
    return any((e := element_of_field(str(key))) is not None and e.name == "事项名称" for key in item)


def _text(key: str, value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool) or (_FLAG.match(key) and str(value) in ("0", "1")):
        return "是" if str(value) in ("1", "True") else "否"
    if isinstance(value, str):
        parsed = _loads(value) if value[:1] in "[{" else None
        return _text(key, parsed) if isinstance(parsed, list | Mapping) else _without_tags(value)
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, list):
        return "\n".join(filter(None, (_item_text(key, item) for item in value[:200])))
    if isinstance(value, Mapping):
        return _item_text(key, value)
    return ""


def _item_text(key: str, item: object) -> str:
    if isinstance(item, Mapping):
        return _name_of(item)
    return _text(key, item) if not isinstance(item, list) else ""


def _name_of(mapping: Mapping[str, object]) -> str:
    for key, value in mapping.items():
        plain = key.replace("_", "").lower()
        if isinstance(value, str) and value.strip() and (plain in _NAMES or plain.endswith("name")):
            return _without_tags(value)
    return ""


def _without_tags(text: str) -> str:
    return " ".join(re.sub(r"<[^<>]{0,2000}>", " ", text).replace("&nbsp;", " ").split())


def _names_a_matter(source: str) -> bool:
    """Whether at least three of the keys in a script are fields of a matter."""
    return sum(element_of_field(key) is not None for key in set(_KEY.findall(source))) >= 3


def _values(script: str) -> Iterator[object]:
    stripped = script.strip().rstrip(";")
    if stripped[:1] in "[{" and (whole := _loads(stripped)) is not None:
        yield whole
        return
    for quoted in _PARSED.finditer(script):
        inner = _loads('"' + quoted[2].replace("\\'", "'").replace('"', '\\"').replace('\\\\"', '\\"') + '"')
        parsed = _loads(inner) if isinstance(inner, str) else _loads(quoted[2])
        if parsed is not None:
            yield parsed
    decoder = json.JSONDecoder(strict=False)
    end = attempts = 0
    budget = _MOST_LITERAL
    for opening in _OPENING.finditer(script):
        start = opening.end()
        if start < end:
            continue
        attempts += 1
        if attempts > _MOST_ATTEMPTS:
            return
        try:
            value, end = decoder.raw_decode(script, start)
        except (ValueError, RecursionError):
            literal = _balanced(script, start, budget)
            budget -= len(literal) or budget // 2
            value = _loads(_as_json(literal)) if literal else None
            if value is None:
                continue
            end = start + len(literal)
        yield value


def _balanced(script: str, start: int, most: int) -> str:
    """An object literal up to its closing brace; empty if it has none within so many characters."""
    depth = 0
    quote = ""
    i = start
    stop = min(len(script), start + most)
    while i < stop:
        c = script[i]
        if quote:
            if c == "\\":
                i += 1
            elif c == quote:
                quote = ""
        elif c in "\"'`":
            quote = c
        elif c in "{[":
            depth += 1
        elif c in "}]":
            depth -= 1
            if depth == 0:
                return script[start : i + 1]
        i += 1
    return ""


def _as_json(literal: str) -> str:
    if not _names_a_matter(literal):
        return ""
    text = _SINGLE_QUOTED.sub(lambda m: json.dumps(m[1].replace("\\'", "'"), ensure_ascii=False), literal)
    return _COMMA_BEFORE_END.sub(r"\1", _BARE_KEY.sub(r'\1"\2":', text))


def _loads(text: str) -> object:
    try:
        value: object = json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return None
    return value
