"""What a click on a page would open, read from its script without running it.

Only what stands there plainly is read: an address in quotes, a function called with values in quotes, and a
function that puts such values into an address. The rest is left to a browser.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_LITERAL_ADDRESS = re.compile(
    r"(?:window\.open|location\.assign|location\.replace|openwin\w*|navigateTo)\s*\(\s*(['\"])([^'\"]+)\1\s*[,)]"
    r"|(?:window\.|document\.|self\.|top\.|parent\.)?location(?:\.href)?\s*=\s*(['\"])([^'\"]+)\3\s*(?:;|$|\}|\))",
    re.I,
)
_CALL = re.compile(r"^(?:javascript:|return\s+|void\s+)*\s*((?:[\w$]+\.)*[\w$]+)\s*\(", re.I)
_ARGUMENT = re.compile(r"\s*(?:'((?:\\.|[^'\\])*)'|\"((?:\\.|[^\"\\])*)\"|([^,'\"()]*))\s*(?:,|$)")
_OPENED = re.compile(
    r"(?:window\.open|location\.assign|location\.replace)\s*\(\s*(`[^`]{1,400}`|[^;{}]{1,400}?)\s*(?:,\s*['\"][^'\"]*['\"]\s*)*\)\s*(?:;|$|\})"
    r"|(?:window\.|document\.|self\.|top\.)?location(?:\.href)?\s*=\s*(`[^`]{1,400}`|[^;{}]{1,400}?)\s*(?:;|$|\n|\})",
    re.M,
)
_SUBMITS = re.compile(
    r"\.\s*submit\s*\(|\.method\s*=\s*['\"]post|attr\(\s*['\"]method['\"]\s*,\s*['\"]post", re.I
)
_ASKS = re.compile(
    r"XMLHttpRequest|\bfetch\s*\(|\$\.(?:ajax|get|post|getJSON)\b|\baxios\b|\bawait\s|\.(?:then|done)\s*\("
    r"|\b(?:success|onload|onreadystatechange)\s*[:=(]|\.(?:get|post|request)\s*\(|\b(?:http|ajax|request|post|get)\w*\s*\([^;]{0,300}?(?:function\b|=>)",
    re.I,
)
_OPENS = re.compile(
    r"\blocation\b|window\.open|(?<![\w.])open\w*\s*\(|\.click\s*\(|(?<![\w.])down\w*\s*\(|\.src\s*=|\.href\s*=",
    re.I,
)
_LONGEST_BODY = 3000


@dataclass(frozen=True, slots=True)
class Call:
    """A function called with what."""

    name: str
    arguments: tuple[str, ...]


def literal_address(code: str) -> str | None:
    """The address that a handler opens, where it stands in one pair of quotes."""
    found = _LITERAL_ADDRESS.search(code)
    return (found[2] or found[4]).strip() if found else None


def call_of(code: str) -> Call | None:
    """The function that a handler calls first."""
    code = code.strip()
    found = _CALL.match(code)
    if not found or found[1].lower() in ("void", "function", "if", "return"):
        return None
    return Call(found[1].rsplit(".", 1)[-1], tuple(_arguments(_inside(code[found.end() :]))))


def body_of(name: str, scripts: Sequence[str]) -> str | None:
    """The source of a function that the page's own scripts define, without its last brace."""
    pattern = re.compile(
        rf"(?:function\s+{re.escape(name)}\s*\(|\b{re.escape(name)}\s*[=:]\s*(?:async\s*)?function\s*\w*\s*\(|\b{re.escape(name)}\s*=\s*\(?)([\w\s,$]*)\)?\s*(?:=>)?\s*\{{"
    )
    for script in scripts:
        if name not in script:
            continue
        found = pattern.search(script)
        if found:
            body = _braced(script, found.end())
            return f"({found[1]}){{{body}"
    return None


def resolve_call(call: Call, body: str) -> str | None:
    """The address that a function opens when called so: its literals and parameters put together."""
    header = re.match(r"\(([^)]*)\)\{", body)
    if not header:
        return None
    names = [name.strip() for name in header[1].split(",") if name.strip()]
    values = dict(zip(names, call.arguments, strict=False))
    source = body[header.end() :]
    for assigned in re.finditer(r"(?:var|let|const)\s+(\w+)\s*=\s*([^;{}\n]{1,300})\s*(?:;|\n)", source):
        value = _concatenated(assigned[2], values)
        if value is not None:
            values.setdefault(assigned[1], value)
    for opened in _OPENED.finditer(source):
        address = _concatenated(opened[1] or opened[2], values)
        if address:
            return address
    return None


def submits_form(body: str) -> bool:
    """Whether a function sends a form."""
    return bool(_SUBMITS.search(body))


def asks_first(body: str) -> bool:
    """Whether a function asks an interface, and opens what comes back: the first of two steps."""
    asks = _ASKS.search(body)
    return asks is not None and _OPENS.search(body, asks.end()) is not None


def _concatenated(expression: str, values: dict[str, str]) -> str | None:
    """The text of `"a" + b + 'c'` or `` `a${b}` ``; None where something unknown stands in it."""
    expression = expression.strip()
    if expression.startswith("`") and expression.endswith("`"):
        text = expression[1:-1]
        for name in re.findall(r"\$\{\s*(\w+)\s*\}", text):
            if name not in values:
                return None
            text = values[name].join(re.split(rf"\$\{{\s*{re.escape(name)}\s*\}}", text))
        return text if "${" not in text else None
    parts = re.findall(
        r"\s*(?:'([^']*)'|\"([^\"]*)\"|(?:encodeURIComponent|encodeURI|escape)\(\s*(\w+)\s*\)|(\w+))\s*(\+|$)",
        expression,
    )
    if not parts or sum(map(len, ("".join(p) for p in parts))) == 0:
        return None
    rebuilt = ""
    for single, double, encoded, name, _ in parts:
        variable = encoded or name
        if variable and variable not in values:
            return None
        rebuilt += single or double or (values[variable] if variable else "")
    covered = re.sub(
        r"\s*(?:'[^']*'|\"[^\"]*\"|(?:encodeURIComponent|encodeURI|escape)\(\s*\w+\s*\)|\w+)\s*(?:\+|$)",
        "",
        expression,
    )
    return rebuilt if not covered.strip() else None


def _inside(text: str) -> str:
    """What stands before the bracket that closes a call."""
    depth = 0
    quote = ""
    for i, c in enumerate(text[:2000]):
        if quote:
            quote = "" if c == quote and text[i - 1] != "\\" else quote
        elif c in "'\"":
            quote = c
        elif c == "(":
            depth += 1
        elif c == ")":
            if depth == 0:
                return text[:i]
            depth -= 1
    return text[:2000]


def _arguments(inner: str) -> list[str]:
    arguments = []
    at = 0
    while at < len(inner):
        found = _ARGUMENT.match(inner, at)
        if not found or found.end() == at:
            break
        plain = found[3]
        if plain is not None:
            if plain.strip():
                arguments.append(
                    "" if plain.strip() in ("null", "undefined", "this", "event") else plain.strip()
                )
        else:
            arguments.append(found[1] if found[1] is not None else found[2])
        at = found.end()
    return arguments


def _braced(script: str, start: int) -> str:
    depth = 1
    stop = min(len(script), start + _LONGEST_BODY)
    for i in range(start, stop):
        c = script[i]
        if c == "{":
            depth += 1
        elif c == "}":
            depth -= 1
            if depth == 0:
                return script[start : i + 1]
    return script[start:stop]
