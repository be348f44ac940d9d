"""Tabs over a list of results, by kind (全部, 事项, 资讯, 政策): the one that holds matters."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from urllib.parse import unquote_plus, urldefrag

from probes.widgets.results_list import Result, read_results
from probes.widgets.sight import Sighting, look
from probes.widgets.windows import Windows, press
from spiders.addresses import is_route, joined

_COUNT = r"\s*[（(]?\s*\d*\s*[条项个]?\s*[)）]?\s*$"
_MATTERS = re.compile(rf"^\s*(?:办事|服务|政务)?(?:事项|办事|服务|办事服务|办事指南){_COUNT}")
_OTHERS = re.compile(
    rf"^\s*(?:全部|综合|资讯|新闻|动态|通知公告|公告|政策|政策文件|政策法规|文件|信息公开|政务公开|问答|常见问题|知识|互动|专题|应用|部门|其他){_COUNT}"
)
_ROW = 24.0
"""Tabs of one bar lie at most so far apart in height, CSS pixels (ours)."""
_PAGE_AREAS = ("nav", "header", "footer", "navigation", "banner", "contentinfo", "menubar")


def matter_tab(things: Iterable[Sighting]) -> Sighting | None:
    """The tab for matters in a bar of kinds of results; None where no such bar is shown."""
    shown = [each for each in things if each.text and not each.disabled and each.area not in _PAGE_AREAS]
    kinds = [each for each in shown if _OTHERS.match(each.text)]
    for each in shown:
        if _MATTERS.match(each.text) and any(_in_one_row(each, other) for other in kinds):
            return each
    return None


def _in_one_row(one: Sighting, other: Sighting) -> bool:
    return one.frame is other.frame and abs(one.middle[1] - other.middle[1]) <= _ROW


async def results_under_tab(windows: Windows, query: str) -> tuple[str, Sequence[Result]] | None:
    """Open the tab for matters of the result page that is shown.

    The site's menu has the same words: what leads to an address that says nothing of the query is no tab.

    Returns:
        The tab's words and the results under it; None where there is no such tab or nothing is under it.

    Raises:
        playwright.async_api.Error: The page is gone.
    """
    before = windows.current.url
    things = await look(windows.current, "clickables")
    tab = matter_tab(each for each in things if _stays(each.href, before, query))
    if tab is None or tab.element is None:
        return None
    known = windows.opened
    if not await press(tab.element, turns="page"):
        return None
    await windows.follow(known)
    if not _stays(windows.current.url, before, query):
        return None
    results = await read_results(windows.current, query)
    return (tab.text.strip(), results) if results else None


def _stays(href: str, here: str, query: str) -> bool:
    """Whether an address is the page that is shown, or one that names the query as well."""
    if not href or href.lower().startswith("javascript:"):
        return True
    there = joined(here, href)
    document, fragment = urldefrag(there)
    if there == here or (document == urldefrag(here).url and not is_route(fragment)):
        return True
    # old portals write addresses in GBK
    return any(query in unquote_plus(there, encoding, "replace") for encoding in ("utf-8", "gb18030"))
