"""Addresses in a page's scripts, read without running them.

Understood are: plain addresses in quotes; JSON that a page carries (objects with an address and a name);
`function open(id) { location.href = '/a?id=' + id; }` together with the calls of it; and the paging scripts
that the usual publishing systems write (`createPageHTML(count, current, "index", "html")`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cached_property

MOST_SCRIPT = 1_000_000
"""Characters of scripts that are read on one page."""
_MOST_ADDRESSES = 3_000

_QUOTED = re.compile(r"\"((?:[^\"\\\n]|\\.){2,500})\"|'((?:[^'\\\n]|\\.){2,500})'")
_ADDRESS = re.compile(
    r"(?:https?:)?//[\w.\-\[\]:]+(?:/[^\s<>\"']*)?|(?:\.{0,2}/|#!?/)[\w\-.~%!$&*+,;=:@/?#|一-鿿]*"
    r"|[\w\-./%]+\.(?:s?html?|do|action|jspx?|aspx?|php|jhtml)(?:[?#][^\s<>\"']*)?|\?[\w\-]+=[^\s<>\"']*"
)
_PAGE_ADDRESS = re.compile(
    r"\.(?:s?html?|do|action|jspx?|aspx?|php|jhtml)(?:[?#]|$)|[?&]\w+=|^#!?/|/[\w\-]+/?$"
)
_GOES = re.compile(
    r"(?:location(?:\.href)?\s*=(?!=)|(?:location\.(?:assign|replace)|window\.open|\bopen|\.push|navigateTo|\.attr\(\s*['\"](?:href|src)['\"]\s*,)"
    r"\s*\(?)\s*(?P<what>(?:\$\{[^{}\n]*\}|[^;\n{}]){1,600})"
)
_FUNCTION = re.compile(
    r"(?:function\s+(?P<name>[\w$]{1,60})\s*|(?P<assigned>[\w$]{1,60})\s*[:=]\s*(?:async\s+)?function\s*)"
    r"\((?P<params>[^()]{0,200})\)\s*\{(?P<body>[^{}]{0,1500}(?:\{[^{}]{0,1500}\}[^{}]{0,1500}){0,4})\}"
)
_CALL = re.compile(r"(?P<name>[\w$]{1,60})\s*\((?P<args>[^()]{0,600})\)")
_PART = re.compile(
    r"\s*(?:\"((?:[^\"\\]|\\.)*)\"|'((?:[^'\\]|\\.)*)'|`([^`]*)`|([\w$.]+)(?:\s*\([\w$.,\s]*\))?)\s*"
)
_TRS_PAGES = re.compile(
    r"createPageHTML\(\s*['\"]?(\d{1,5})['\"]?\s*,\s*['\"]?\d+['\"]?\s*,\s*['\"]([\w\-./]+)['\"]\s*,\s*['\"](\w+)['\"]"
)
_NAMED_OBJECT = re.compile(r"\{[^{}]{5,1500}\}")
_NAME_FIELD = re.compile(
    r"['\"]?(?:name|title|text|label|taskname|task_name|itemname|item_name|mattername|dirname|sxmc|mc)['\"]?\s*:\s*"
    r"(?:\"((?:[^\"\\]|\\.){2,120})\"|'((?:[^'\\]|\\.){2,120})')",
    re.IGNORECASE,
)
_ASKED_FOR = re.compile(
    r"(?:\bfetch|\$\.(?:ajax|get|post|getJSON)|axios(?:\.\w+)?|\.(?:load|open|ajax|request)|\bpost|\bget)\s*\(\s*"
    r"(?:['\"](?:GET|POST)['\"]\s*,\s*)?$",
    re.IGNORECASE,
)
_GLUE_BEHIND = re.compile(r"\s*\+")
_GLUE_BEFORE = re.compile(r"\+\s*$")
_ROOT = re.compile(r"(?<![\w$.])([\w$]{1,60})\s*\+(?!\+)|\$\{\s*([\w$]{1,60})\s*\}")
_NAMED_BY = re.compile(r"(?<![\w$.])([\w$]{1,60})\s*[:=]\s*$")
_MOST_PAGES = 2_000


def is_address(text: str) -> bool:
    """Whether a text is an address, as a page writes one."""
    text = text.strip()
    return len(text) > 1 and _ADDRESS.fullmatch(text) is not None


class PageScripts:
    """The scripts of one page.

    Args:
        scripts: The text of each inline script.
    """

    def __init__(self, scripts: Sequence[str]) -> None:
        self._source = "\n".join(scripts)[:MOST_SCRIPT]

    def addresses(self) -> Iterator[tuple[str, str]]:
        """(address, words) of all that stands in the scripts; words where an object names what it leads to."""
        for match in _TRS_PAGES.finditer(self._source):
            for number in range(1, min(int(match[1]), _MOST_PAGES)):
                yield f"{match[2]}_{number}.{match[3]}", ""
        named: set[str] = set()
        for found in _NAMED_OBJECT.finditer(self._source):
            name = _NAME_FIELD.search(found.group())
            if name is None:
                continue
            for address in _page_addresses(found.group()):
                named.add(address)
                yield address, _unescaped(name[1] or name[2])
        for count, address in enumerate(_page_addresses(self._source)):
            if count >= _MOST_ADDRESSES:
                return
            if address not in named:
                yield address, ""

    def addresses_of_call(self, code: str) -> list[str]:
        """The addresses that a piece of code in an attribute leads to."""
        code = code.strip()[:2000]
        found = list(_destinations(code, {}))
        for call in _CALL.finditer(code):
            function = self._functions.get(call["name"])
            arguments = [_literal(each) for each in _split_arguments(call["args"])]
            if function is not None:
                parameters, body = function
                given = {
                    name: value
                    for name, value in zip(parameters, arguments, strict=False)
                    if value is not None
                }
                found.extend(_destinations(body, given))
            else:
                found.extend(
                    each
                    for each in arguments
                    if each is not None and is_address(each) and _PAGE_ADDRESS.search(each)
                )
        return list(dict.fromkeys(found))

    @cached_property
    def _functions(self) -> dict[str, tuple[list[str], str]]:
        """Functions that lead somewhere, by name: parameters and body."""
        functions = {}
        for match in _FUNCTION.finditer(self._source):
            if _GOES.search(match["body"]):
                parameters = [each.strip() for each in match["params"].split(",") if each.strip()]
                functions[match["name"] or match["assigned"]] = (parameters, match["body"])
        return functions


def _page_addresses(source: str) -> Iterator[str]:
    roots: frozenset[str] | None = None
    for match in _QUOTED.finditer(source):
        text = _unescaped(match[1] or match[2])
        # a bare route is what a script compares with, or a pattern; links to it show once it has run
        if text.startswith("#") or not (is_address(text) and _PAGE_ADDRESS.search(text)):
            continue
        if _ASKED_FOR.search(source, max(0, match.start() - 40), match.start()):
            continue  # what a script asks its server for is no page
        if _GLUE_BEHIND.match(source, match.end()) or _GLUE_BEFORE.search(
            source, max(0, match.start() - 3), match.start()
        ):
            continue  # a piece of an address that is put together at run time
        if named := _NAMED_BY.search(source, max(0, match.start() - 70), match.start()):
            if roots is None:
                roots = frozenset(found[1] or found[2] for found in _ROOT.finditer(source))
            if named[1] in roots:
                continue  # addresses are put together from this variable, which holds no page's address itself
        yield text


def _unescaped(text: str) -> str:
    if "\\" not in text:
        return text
    text = text.replace("\\/", "/")
    return re.sub(r"\\u([0-9a-fA-F]{4})", lambda match: chr(int(match[1], 16)), text)


def _destinations(code: str, given: dict[str, str]) -> Iterator[str]:
    """Addresses that code opens, with the values of its variables as far as they are known."""
    known = dict(given)
    for assigned in re.finditer(r"(?:var|let|const)\s+([\w$]+)\s*=\s*([^;\n]{2,600})", code):
        value = _joined(assigned[2], known)
        if value is not None:
            known[assigned[1]] = value
    for goes in _GOES.finditer(code):
        value = _joined(goes["what"], known)
        if value and is_address(value):
            yield value


def _joined(expression: str, known: dict[str, str]) -> str | None:
    """The text of `'a' + b + 'c'`; None where a part is not known."""
    position, result, is_first = 0, "", True
    while position < len(expression):
        if not is_first:
            plus = re.compile(r"\s*\+\s*").match(expression, position)
            if plus is None:
                break
            position = plus.end()
        part = _PART.match(expression, position)
        if part is None:
            return None
        literal = next((each for each in part.group(1, 2) if each is not None), None)
        if literal is not None:
            result += _unescaped(literal)
        elif part[3] is not None:
            text, unknown = _filled(part[3], known)
            if unknown:
                return None
            result += text
        else:
            name = part[4]
            inner = re.search(r"\(\s*([\w$]+)\s*\)", part.group())  # encodeURIComponent(id)
            value = known.get(inner[1] if inner else name)
            if value is None:
                if name.isdecimal():
                    value = name
                elif name in ("ctx", "basePath", "contextPath", "path", "base", "location.origin"):
                    value = ""  # what pages call the root of their application; mostly empty
                else:
                    return None
            result += value
        position, is_first = part.end(), False
    return result or None


def _filled(template: str, known: dict[str, str]) -> tuple[str, bool]:
    """A template literal with its variables filled in, and whether one is unknown."""
    unknown = False

    def value(match: re.Match[str]) -> str:
        nonlocal unknown
        found = known.get(match[1].strip())
        unknown = unknown or found is None
        return found or ""

    return re.sub(r"\$\{([^}]*)\}", value, template), unknown


def _split_arguments(text: str) -> list[str]:
    return re.findall(r"\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'|[^,]+", text)


def _literal(text: str) -> str | None:
    text = text.strip()
    if len(text) >= 2 and text[0] == text[-1] and text[0] in "'\"":
        return _unescaped(text[1:-1])
    return text if text.isdecimal() else None
