"""The elements of a guide and the wordings by which pages name them (`elements.toml`)."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib.resources import files
from typing import Final

LONGEST_LABEL: Final = 24
"""Characters; what is longer is a sentence, not a label."""

NOT_A_QUANTITY: Final = (
    r"(?!个(?:工作|自然|月|小时|星期|周)|工作日|自然日|天(?!然)|日(?![常期志用])|元|份|年(?![度报检审龄])|月(?![报度])"
    r"|周(?![边期])|小时|分钟|次|张|万元)"
)
"""Behind a bare number: what follows is not its unit, as in `25个工作日` or `35元/证`, so it may be numbering."""

_NUMBERING = re.compile(
    r"(?:第?[一二三四五六七八九十百]{1,4}[、．.:：,，)）\s]|[（(\[【]\s*[一二三四五六七八九十\d]{1,3}\s*[)）\]】][、．.]?"
    r"|\d{1,2}(?:[.．]\d{1,2})+\s*[、．.:：)）\s]?(?=[一-鿿]{2})|\d{1,2}\s*[、．.:：)）\s]|\d{1,2}"
    + NOT_A_QUANTITY
    + r"(?=[一-鿿]{2})|[①-⑳⑴-⒇㈠-㈩]"
    r"|[ivxIVX]{1,4}[、．.)）]|第[一二三四五六七八九十\d]{1,3}[步项条]?[、：:．.]?(?=[一-鿿]))\s*"
)
_BULLETS = " \t*★☆◆◇●○■□▶►▪•·※√＊>》»›|┃▌-—_#"
_NOTE = re.compile(r"[（(\[【〔][^（()）\[\]【】]{0,20}[)）\]】〕]$")
_NOTE_WITHIN = re.compile(r"[（(〔\[【][^（()）\[\]【】]{0,24}[)）\]】〕]")
_ENCLOSED = (("【", "】"), ("〖", "〗"), ("[", "]"), ("「", "」"), ("《", "》"), ("“", "”"), ("<", ">"))
_JOINTS = re.compile(r"[、/／&＆\s|]|以及|及其|及|和|与|或")
_HALVES = frozenset(
    ("时限", "期限", "流程", "程序", "条件", "电话", "时间", "地点", "地址", "依据", "对象", "材料", "方式")
)
# words that may stand beside a label in one heading without naming an element
_TAILS = frozenset(("要求", "说明", "标准", "安排", "清单", "目录", "下载", "样本", "样表", "其他", "内容", "信息", "数量", "形式", "方法",
     "注意事项", "有效期", "法律责任", "责任", "权限", "内部流程", "相关表格", "表格下载", "表格", "空表", "名称", "编号"))  # fmt: skip
_NO_ANSWER = frozenset(
    ("", "暂无", "暂无数据", "暂无信息", "暂无内容", "无数据", "无信息", "暂缺", "待定", "待补充", "待完善",
     "暂未提供", "未填写", "未设置", "未录入", "空", "略", "null", "none", "undefined", "nan", "n/a", "[]",
     "{}", "加载中", "正在加载", "正在加载中", "数据加载中", "loading", "请选择", "展开", "收起", "更多", "查看更多", "暂无相关信息", "暂无相关数据",
     "暂无相关内容", "没有数据", "没有相关信息", "没有找到相关数据")
)  # fmt: skip
_NONE_WORDS = frozenset(("无", "没有", "无。", "不涉及", "否"))


@dataclass(frozen=True, kw_only=True)
class Element:
    """An element as the vocabulary describes it."""

    name: str
    key_category: str | None
    usual: bool
    weight: float
    none_is_value: bool
    labels: frozenset[str]
    patterns: re.Pattern[str] | None
    questions: re.Pattern[str] | None
    fields: frozenset[str] = field(repr=False)

    def is_answer(self, text: str) -> bool:
        """Whether a value states something.

        Blank, a dash, `暂无` and what scripts leave behind are gaps. `无` and `否` are gaps too, save where
        they answer the element's question: no fee, no special step, no materials, no conditions.
        """
        bare = " ".join(text.split()).strip(" -—_/\\.。:：;；,，、·…*~").lower()
        if bare in _NONE_WORDS:
            return self.none_is_value
        return bare not in _NO_ANSWER


@cache
def elements() -> tuple[Element, ...]:
    """Every element, in the order of the vocabulary."""
    table = tomllib.loads(files("spiders.reading").joinpath("elements.toml").read_text("utf-8"))
    return tuple(
        Element(
            name=row["name"],
            key_category=row.get("key_category"),
            usual=row.get("usual", False),
            weight=row.get("weight", 1.0),
            none_is_value=row.get("none_is_value", False),
            labels=frozenset((*row.get("labels_seen", ()), *row.get("labels", ()))),
            patterns=_any_of(row.get("patterns", ())),
            questions=_any_of(row.get("questions", ())),
            fields=frozenset(_plain_key(k) for k in (*row.get("fields_seen", ()), *row.get("fields", ()))),
        )
        for row in table["element"]
    )


@cache
def _by_name() -> dict[str, Element]:
    return {element.name: element for element in elements()}


@cache
def _by_label() -> dict[str, Element]:
    return {label: element for element in elements() for label in element.labels}


@cache
def _by_field() -> dict[str, Element]:
    return {key: element for element in elements() for key in element.fields}


def element(name: str) -> Element:
    """The element of that name.

    Raises:
        KeyError: The vocabulary has no such element.
    """
    return _by_name()[name]


def element_names() -> tuple[str, ...]:
    """The names of all elements, in the order of the vocabulary."""
    return tuple(_by_name())


def key_category_names() -> tuple[str, ...]:
    """The nine key categories, in the order of the vocabulary."""
    return tuple(dict.fromkeys(e.key_category for e in elements() if e.key_category))


def element_of_field(key: str) -> Element | None:
    """The element that a field of the data behind a page stands for, e.g. `promise_day`."""
    return _by_field().get(_plain_key(key))


@lru_cache(maxsize=16384)
def bare_label(text: str) -> str:
    """A label without numbering, bullets, brackets, colon and blanks: `（三）办理 材料：` → `办理材料`."""
    text = text.strip(_BULLETS)
    numbering = _NUMBERING.match(text)
    if numbering and numbering.end() < len(text):
        text = text[numbering.end() :].lstrip(_BULLETS)
    text = text.rstrip(" :：;；。.?？*")
    for opening, closing in _ENCLOSED:
        if text.startswith(opening) and text.endswith(closing):
            text = text[1:-1]
    if len(text) > 2:
        text = _NOTE.sub("", text).rstrip(" :：")
    text = "".join(text.split()).strip("·:：")
    return text.removesuffix("如下") if len(text) > 4 else text


def numbering_of(text: str) -> str:
    """The numbering that a line starts with, `""` if none."""
    found = _NUMBERING.match(text.lstrip(_BULLETS))
    return found.group(0).strip() if found else ""


def match_label(text: str) -> tuple[Element, ...]:
    """The elements that a label names: none, one, or several (`办理流程及时限`).

    Args:
        text: A piece of a page that may be a label, and nothing else.
    """
    if not 1 < len(text) <= LONGEST_LABEL + 12:
        return ()
    return _named(text)


@lru_cache(maxsize=16384)
def _named(text: str) -> tuple[Element, ...]:
    return _match(bare_label(text))


@lru_cache(maxsize=8192)
def _match(label: str) -> tuple[Element, ...]:
    if not 1 < len(label) <= LONGEST_LABEL:
        return ()
    if single := _single(label):
        return (single, *_second_half(label, single))
    plain = _NOTE_WITHIN.sub("", label)
    if plain != label and len(plain) > 1:
        return _match(plain)
    parts = [part for part in _JOINTS.split(label) if part]
    if len(parts) < 2:
        return ()
    head = parts[0][:2]
    named = [_single(part) or (_single(head + part) if part in _HALVES else None) for part in parts]
    if named[0] is None and not (len(named) > 1 and named[-1] and _single(parts[0] + parts[-1][-2:])):
        return ()
    if any(found is None and part not in _TAILS for part, found in zip(parts, named, strict=True)):
        return ()
    return tuple(dict.fromkeys(found for found in named if found))


def _second_half(label: str, first: Element) -> tuple[Element, ...]:
    """A listed label may name two elements at once; the part behind the joint tells."""
    parts = [part for part in _JOINTS.split(label) if part]
    if len(parts) != 2:
        return ()
    second = _single(parts[1]) or (_single(parts[0][:2] + parts[1]) if parts[1] in _HALVES else None)
    return tuple(half for half in (_single(parts[0]), second) if half and half is not first)


@lru_cache(maxsize=8192)
def _single(label: str) -> Element | None:
    found = _by_label().get(label)
    if found or len(label) < 2:
        return found
    for candidate in elements():
        if candidate.patterns and candidate.patterns.fullmatch(label):
            return candidate
    return None


def match_question(text: str) -> tuple[Element, ...]:
    """The elements that a question asks for: `5．需要提供哪些资料？` → 申请材料."""
    if not 4 < len(text) <= 60:
        return ()
    return _match_question("".join(text.split()))


@lru_cache(maxsize=4096)
def _match_question(text: str) -> tuple[Element, ...]:
    return tuple(e for e in elements() if e.questions and e.questions.search(text))[:1]


def _any_of(patterns: list[str] | tuple[()]) -> re.Pattern[str] | None:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns)) if patterns else None


def _plain_key(key: str) -> str:
    return key.replace("_", "").replace("-", "").lower()
