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
_SOURCES = re.compile(
    r"^[\W_]*(?:参考(?:资料|来源|文献|链接|内容)|(?:引用|资料|信息|数据|内容|知识)来源|相关(?:链接|文件|来源)|sources?|references?)\s*(?:[:：]|$)",
    re.IGNORECASE,
)
_CITED = re.compile(
    r"^\s*(?:[\[【(（]?\d+[\]】)）.、]|《|https?:|\S{0,40}\.(?:html?|pdf|docx?)\b)", re.IGNORECASE
)
_OFFERED = re.compile(
    r"^[\W_]*(?:猜[您你]想问|[您你](?:可能|或许)?(?:还)?(?:可以|想|能)(?:继续|这样)?(?:要)?(?:问|了解)|(?:相关|推荐|热门|追问|延伸)(?:的)?(?:问题|推荐|阅读))[^。]{0,6}[:：]?[\W_]*$"
)
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
    return "\n".join(_without_appendix(lines))


def _without_appendix(lines: Sequence[str]) -> list[str]:
    """The lines without the sources they cite, and without the questions that are offered behind an answer."""
    kept: list[str] = []
    citing = False
    for line in lines:
        if kept and _OFFERED.match(line):
            break
        if kept and _SOURCES.match(line):
            citing = True
        elif not (citing and _CITED.match(line)):
            citing = False
            kept.append(line)
    return kept


def _cells(line: str) -> list[str]:
    if line.count("|") < 1:
        return []
    return [_EMPHASIS.sub("", each).strip() for each in line.strip().strip("|").split("|")]
