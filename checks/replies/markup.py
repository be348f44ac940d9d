"""Replies that show their markup: Markdown and HTML read as a person would read what they stand for."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence

_TAG = re.compile(
    r"</?(?:p|br|hr|div|section|table|thead|tbody|tr|td|th|ul|ol|li|dl|dt|dd|h[1-6]|b|i|u|em|strong|a|span|font|img)\b[^<>]*>",
    re.IGNORECASE,
)
_CELL_TAG = re.compile(r"</t[dh]\s*>\s*<t[dh]\b[^<>]*>", re.IGNORECASE)
_INLINE_TAG = re.compile(r"</?(?:b|i|u|em|strong|a|span|font|img)\b[^<>]*>", re.IGNORECASE)
_LINK = re.compile(r"!?\[([^\[\]]*)\]\((?:[^()\s]*)(?:\s[^()]*)?\)")
_EMPHASIS = re.compile(r"\*\*|__|`+|(?<!\*)\*(?=\S[^*\n]*\*)|(?<=\S)\*(?!\*)")
_LINE_MARK = re.compile(r"^\s*(?:#{1,6}\s+|>\s?|[-*+•]\s+)")
_RULE = re.compile(r"^[\s|:\-—]+$")


def spoken(text: str) -> str:
    """A reply without its markup: tags and emphasis gone, a table's cells said with their headings."""
    if _TAG.search(text):
        text = _CELL_TAG.sub(" | ", text)
        text = _TAG.sub("\n", _INLINE_TAG.sub("", text))
        text = html.unescape(text)
    lines: list[str] = []
    heading: Sequence[str] = ()
    for line in text.splitlines():
        cells = _cells(line)
        if len(cells) < 2:
            heading = ()
            lines.append(_EMPHASIS.sub("", _LINK.sub(r"\1", _LINE_MARK.sub("", line))))
        elif _RULE.match(line):
            continue
        elif len(heading) == len(cells):
            lines += [f"{name}：{each}" for name, each in zip(heading, cells, strict=True) if each]
        else:
            # the first row of a table names its columns, unless it holds figures itself
            heading = () if re.search(r"\d", line) else cells
            lines.append("、".join(filter(None, cells)))
    return "\n".join(lines)


def _cells(line: str) -> list[str]:
    if line.count("|") < 1:
        return []
    return [_EMPHASIS.sub("", each).strip() for each in line.strip().strip("|").split("|")]
