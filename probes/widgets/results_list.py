"""The results on a result page, in their order, whatever the markup."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from playwright.async_api import Error, Page

from probes.widgets.sight import script

NOTHING_FOUND = re.compile(
    r"(没有|未能|未|无法)(搜索|查询|检索|查找|找|搜|查)到|(没有|未找到|暂无|无)(任何)?(相关|符合|匹配|您要|满足|对应)?的?"
    r"(搜索|查询|检索|事项|服务|办事)?(结果|数据|内容|信息|记录|事项)|(共|找到|约|为您找到)(相关)?(结果)?[：:]?\s*(约)?\s*0\s*(条|个|项|篇)"
    r"|0\s*(条|个|项)(相关)?(结果|记录|事项)|换个(关键词|词)|no\s+(matching\s+)?results?|nothing (was )?found",
    re.IGNORECASE,
)
_CHROME = re.compile(
    r"^(首页|尾页|上一页|下一页|更多|更多[>》…]*|登录|注册|返回|收藏|分享|打印|全部|个人|法人|查看|详情|在线办理|办事指南"
    r"|立即办理|我要办|[«»<>‹›\d\s./|]+|共\d+页.*|展开|收起|清空|重置|搜索|查询|排序|按.{1,4}排序|相关度|时间)$"
)
_HEADING = re.compile(
    r"(搜索|查询|检索|查找)结果([:：（(]|$)|(为您|帮您)?(找到|搜索到|检索到).{0,12}(条|个|项)|^(热门|大家都在|历史|最近|相关)(搜索|检索|推荐)"
)
_GOOD_AREAS = ("", "main")
_MENU = 5
"""So many links in one line, none akin to the query, are a menu that layout tables set beside the results (ours)."""


@dataclass(frozen=True, kw_only=True)
class Result:
    """One result, in the order of the page."""

    title: str
    href: str = ""


async def read_results(
    page: Page, query: str, known: Iterable[str] = (), *, routed: bool = False
) -> list[Result]:
    """The results that a page (frames and open shadow roots included) shows for a query, best list only.

    Args:
        known: Lines that stood there before the query was sent, if it is the same document.
        routed: Whether the document shows another address by now: then a list may name what the page before
            named too, if it is about the query.
    """
    blocks: list[dict[str, Any]] = []
    before = list(known)
    for frame in page.frames:
        try:
            blocks.extend(await frame.evaluate(script("result_blocks.js"), {"known": before}))
        except Error:
            continue
    return choose(blocks, query, routed=routed)


def choose(blocks: Sequence[dict[str, Any]], query: str, *, routed: bool = False) -> list[Result]:
    """The block that is the list of results, as results; empty when none is likely to be one."""
    ranked = []
    for block in blocks:
        items = [
            each
            for each in block["items"]
            if not _CHROME.match(each["title"])
            and not _HEADING.search(each["title"])
            and not _is_menu(each, query)
        ]
        if not items:
            continue
        score = _score(block, items, query, routed)
        if score > 0:
            ranked.append((score, items))
    if not ranked:
        return []
    _, items = max(ranked, key=lambda each: each[0])
    seen: set[tuple[str, str]] = set()
    results = []
    for each in items:
        key = (each["title"], each["href"])
        if key not in seen:
            seen.add(key)
            results.append(Result(title=each["title"], href=each["href"]))
    return results


def _is_menu(item: dict[str, Any], query: str) -> bool:
    return item.get("abreast", 0) >= _MENU and likeness(query, item["text"]) < 0.3


def _score(block: dict[str, Any], items: Sequence[dict[str, Any]], query: str, routed: bool) -> float:
    lengths = sum(len(each["title"]) for each in items) / len(items)
    akin = sum(likeness(query, f"{each['title']} {each['text']}") for each in items) / len(items)
    if block["seen_before"] > 0.8 and not (routed and akin >= 0.5):
        return 0.0
    if lengths < 4 and akin < 0.5:
        return 0.0
    if len(items) == 1 and akin < 0.5:
        return 0.0
    if block["area"] in (
        "nav",
        "header",
        "footer",
        "navigation",
        "banner",
        "contentinfo",
        "menubar",
        "tablist",
    ):
        return 0.0
    score = min(len(items), 10) * 0.3 + min(lengths, 20) * 0.1 + 4 * akin
    if block["area"] == "main":
        score += 1.5
    elif block["area"] not in _GOOD_AREAS:
        score *= 0.5
    width = block["view"][0] or 1
    if block["width"] >= 0.4 * width:
        score += 1
    # a list of results says more of each than its name
    if sum(len(each["text"]) for each in items) / len(items) > 1.8 * lengths:
        score += 1
    return score


def nothing_about(query: str, results: Sequence[Result]) -> bool:
    """Whether no title shares even a few characters with the query: what a page shows besides results."""
    return all(likeness(query, each.title) < 0.3 for each in results)


def likeness(query: str, text: str) -> float:
    """The share of a query's pairs of characters that a text holds, 0-1."""
    plain = re.sub(r"\W+", "", query)
    if len(plain) < 2:
        return float(bool(plain) and plain in text)
    pairs = {plain[at : at + 2] for at in range(len(plain) - 1)}
    other = re.sub(r"\W+", "", text)
    return sum(1 for each in pairs if each in other) / len(pairs)
