"""The name of a matter, out of a guide's own statement, its heading or its title."""

from __future__ import annotations

import re
from collections.abc import Sequence

from spiders.reading.document import Document
from spiders.reading.regions import Regions
from spiders.reading.statements import Statement
from spiders.reading.vocabulary import match_label

LONGEST_NAME = 120
"""Characters; the longest names of the national catalogue have about 100."""

_NOTHING = frozenset(
    ("document", "untitled", "无标题文档", "无标题", "首页", "详情", "详情页", "办事指南", "服务指南", "事项详情", "办事指南详情", "指南详情",
     "正文", "内容页", "index", "title", "vue app", "政务服务网", "事项指南", "办理指南", "办事服务", "在线办事", "网上办事", "政务服务",
     "事项办理", "基本信息", "网站首页", "个人办事", "法人办事", "新建网页", "服务事项", "办事大厅",
     "政务公开", "信息公开", "新闻中心", "通知公告", "互动交流", "政策法规", "专题专栏", "专题栏目", "工作动态", "当前位置", "热门服务", "相关信息")
)  # fmt: skip
_SITE_JOINT = re.compile(r"\s*[-_|｜—–－]{1,3}\s*|\s*>{1,2}\s*|\s+·\s+")
_SITE_WORDS = re.compile(
    r"(?:政务服务|网上办事|办事服务|公共服务|信息)?(?:网|网站|门户|平台|大厅|中心|频道|系统)$|人民政府|政务服务|首页|^(?:国家|中国).*网|委员会$|局$|厅$"
)
_AFFIXES = re.compile(
    r"^(?:【?(?:办事|服务|办理)指南】?|事项名称|事项|办理事项|您正在查看|关于)\s*[:：\-—]?\s*|\s*[-—_（(]?\s*(?:的)?(?:办事|服务|办理|业务办理|申办|办事服务|事项)(?:指南|须知|详情|流程)[)）]?$"
    r"|\s*(?:业务)?(?:办理)?须知$|^(?:如何|怎么|怎样)(?:办理|申请|申领)?(?=.{3})|(?:应该|应当)?(?:如何|怎么|怎样)(?:办理?|申请|申领)[?？]?$"
)
_TOOL_WORDS = re.compile(
    r"^(?:在线办理|立即办理|我要办|收藏|打印|下载|返回|展开|收起|分享|评价|网上办理|申报)+$"
)


def matter_name(document: Document, regions: Regions, statements: Sequence[Statement]) -> str:
    """The matter that a guide is about; empty if the page does not tell.

    The guide's own field 事项名称 comes first, then its heading, then the title without the site's name.
    """
    for statement in statements:
        if any(e.name == "事项名称" for e in statement.elements) and statement.source != "question":
            name = clean_name(statement.text.split("\n", 1)[0])
            if name:
                return name
    title = title_name(document.title)
    heading = _heading(document, regions, title)
    return heading or title or _first_line(document, regions, statements)


def clean_name(text: str) -> str:
    """A name without the words that say what kind of page it heads; empty if nothing is left."""
    name = " ".join(text.split()).strip(" -—_|:：")
    for _ in range(3):
        shorter = _AFFIXES.sub("", name).strip(" -—_|:：")
        if shorter == name or not shorter:
            break
        name = shorter
    if name.startswith("《") and name.endswith("》"):
        name = name[1:-1]
    if not 2 <= len(name) <= LONGEST_NAME or name.lower() in _NOTHING:
        return ""
    return name


def title_name(title: str) -> str:
    """The part of a page's title that is the page's own, the site's name taken off."""
    parts = [part for part in _SITE_JOINT.split(title) if part.strip()]
    own = [part for part in parts if clean_name(part) and not _SITE_WORDS.search(part)]
    if own:
        if len(parts) > 1 and len(own) == len(parts):
            # nothing looks like a site's name: a joint may belong to the name itself
            return clean_name(own[0])
        return clean_name(own[0])
    return clean_name(parts[0]) if len(parts) == 1 else ""


def _heading(document: Document, regions: Regions, title: str) -> str:
    """The heading that names the page: one that its title repeats, else the highest of its own, if it has no title."""
    best: tuple[int, str] | None = None
    for i, line in enumerate(document.lines[:600]):
        if not line.heading or line.heading > 3 or line.linked:
            continue
        if match_label(line.text) or _TOOL_WORDS.match(line.text) or len(line.text) < 4:
            continue
        name = clean_name(line.text)
        if not name or _is_of_the_site(name):
            continue
        if title and (name in title or title in name):
            return name
        if regions.own[i] and (best is None or line.heading < best[0]):
            best = (line.heading, name)
    if best is None:
        return ""
    # a title that no heading repeats is the page's own word, unless the heading is its first (h1)
    return best[1] if not title or best[0] == 1 else ""


def _is_of_the_site(name: str) -> bool:
    return len(name) < 16 and _SITE_WORDS.search(name) is not None


def _first_line(document: Document, regions: Regions, statements: Sequence[Statement]) -> str:
    """The first line that may be a name, above whatever the page states."""
    start = min((s.first for s in statements), default=len(document.lines))
    for i, line in regions.own_lines(document)[:20]:
        if i >= start:
            break
        if not line.image and not line.linked and not match_label(line.text):
            name = clean_name(line.text)
            if 4 <= len(name) <= 60 and not _is_of_the_site(name):
                return name
    return ""
