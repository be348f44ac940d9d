"""What click and pydantic say of themselves, in Chinese; what is not known here stays English.

click's own way, gettext, goes by an environment variable that browsers would go by too: what a portal is asked
for must not depend on the language of our messages.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

import click

_SAID = tuple(
    (re.compile(pattern), chinese)
    for pattern, chinese in (
        (r"Missing argument (.+?)\.(?=\s|$)", r"缺少参数 \1"),
        (r"Missing option (.+?)\.(?=\s|$)", r"缺少选项 \1"),
        (r"Missing command\.", "没有给出命令"),
        (r"Choose from:\s*(.+)", r"可选：\1"),
        (r"No such command '([^']+)'\.", r"没有命令 \1"),
        (r"No such option '?(-[^' ]+?)'?\.", r"没有选项 \1"),
        (r"Option '([^']+)' requires an argument\.", r"选项 \1 须带值"),
        (r"Option '([^']+)' requires (\d+) arguments\.", r"选项 \1 须带 \2 个值"),
        (r"Option '([^']+)' does not take a value\.", r"选项 \1 不带值"),
        (r"Got unexpected extra arguments? \((.+?)\)", r"多余的参数：\1"),
        (r"Did you mean '?(.+?)'?\?", r"是否指 \1？"),
        (r"\(Did you mean one of: (.+?)\?\)", r"（是否指 \1？）"),
        (r"\(Possible options: (.+?)\)", r"（是否指 \1？）"),
        (r"Invalid value for (.+?): ", r"\1 的值不对："),
        (r"Invalid value: ", "值不对："),
        (r"'([^']*)' is not one of (.+)\.", r"\1 不在可选值之内：\2"),
        (r"'([^']*)' is not (?!a valid)(.+)\.", r"\1 应为 \2"),
        (r"'([^']*)' is not a valid integer( range)?\.", r"\1 不是整数"),
        (r"'([^']*)' is not a valid float( range)?\.", r"\1 不是数字"),
        (r"'([^']*)' is not a valid boolean\..*", r"\1 不是布尔值"),
        (r"(\S+) is not in the range (.+?)\.", r"\1 不在范围 \2 之内"),
        (r"(?:File|Path|Directory) '([^']+)' does not exist\.", r"\1 不存在"),
        (r"(?:File|Path) '([^']+)' is a directory\.", r"\1 是目录"),
        (r"(?:Directory|Path) '([^']+)' is a file\.", r"\1 是文件"),
    )
)

_HEADINGS = {"Options": "选项", "Commands": "命令", "Positional arguments": "参数", "Usage: ": "用法："}
_HELPS = (
    ("Show this message and exit.", "显示本说明"),
    ("Show the version and exit.", "显示版本"),
    ("[required]", "[必填]"),
    ("[default: ", "[默认 "),
)

_PYDANTIC = {
    "int_parsing": "应为整数",
    "int_type": "应为整数",
    "int_from_float": "应为整数",
    "float_parsing": "应为数字",
    "float_type": "应为数字",
    "bool_parsing": "应为 true 或 false",
    "bool_type": "应为 true 或 false",
    "string_type": "应为文字",
    "string_too_long": "不能超过 {max_length} 个字符",
    "string_pattern_mismatch": "含有不允许的字符",
    "greater_than": "应大于 {gt}",
    "greater_than_equal": "不能小于 {ge}",
    "less_than": "应小于 {lt}",
    "less_than_equal": "不能大于 {le}",
    "literal_error": "可选：{expected}",
    "too_short": "至少要有 {min_length} 项",
    "tuple_type": "应为一列值",
    "dict_type": "应为一组 名称 = 值",
    "path_type": "应为路径",
    "missing": "缺少此项",
}


class ChinesePages(click.HelpFormatter):
    """Help pages whose headings are Chinese as well."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """The line that says how to call it."""
        super().write_usage(prog, args, prefix or _HEADINGS["Usage: "])

    def write_heading(self, heading: str) -> None:
        """The line above a section."""
        super().write_heading(_HEADINGS.get(heading, heading))

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        """The options or commands, each with what it does."""
        super().write_dl([(name, _help(text)) for name, text in rows], col_max, col_spacing)


def _help(text: str) -> str:
    for english, chinese in _HELPS:
        text = text.replace(english, chinese)
    return text


def mistake_in_chinese(error: click.ClickException) -> str:
    """A mistake in how the program was called, as click found it."""
    said = error.format_message()
    for pattern, chinese in _SAID:
        said = pattern.sub(chinese, said)
    return said


def value_in_chinese(error: Mapping[str, Any]) -> str:
    """What is wrong with a value, as pydantic found it (one entry of `ValidationError.errors()`)."""
    known = _PYDANTIC.get(str(error["type"]))
    return (
        known.format_map(error.get("ctx", {})) if known else str(error["msg"]).removeprefix("Value error, ")
    )
