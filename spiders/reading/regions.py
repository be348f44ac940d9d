"""Which lines of a page are its own matter, and which are the frame that every page of the site shares."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from spiders.reading.boxes import Box, Line
from spiders.reading.document import Document
from spiders.reading.vocabulary import match_label

_CRUMB_WORDS = re.compile(
    r"(?:您|你)?(?:当前|现在|目前)?(?:所在|所处)?的?位置\s*(?:是|为|在)?\s*[：:>＞»]|(?:您|你)?(?:当前|所在|现在)(?:所在)?的?位置"
    r"|(?:您|你)(?:现在|目前|当前)?(?:所)?在(?:是|为)?\s*[：:>＞»]|当前(?:页面|栏目)\s*[：:>＞»]"
)
_CRUMB_HINT = re.compile(r"bread|crumb|position|location|dqwz|weizhi|curpos|sitepath|navpath|site-path", re.I)
_CRUMB_SEPARATORS = re.compile(r"\s*(?:>{1,2}|＞|»|›|/|→|→|\\|｜|\||--|—|-)\s*")
_NAVIGATION_HINT = re.compile(
    r"(?:^|[-_ ])(?:nav|navbar|navi|navigation|menu|mainnav|topnav|sidenav|sidebar|leftnav|leftmenu|submenu|topbar|toolbar|"
    r"top|header|head|hd|banner|share|jiathis|bdsharebuttonbox|related|xgxx|xglj|recommend|hot)(?:$|[-_ \d])",
    re.I,
)
_TAB_HINT = re.compile(r"tab|step|anchor|collapse|accordion", re.I)
_FOOTER_HINT = re.compile(
    r"(?:^|[-_ ])(?:foot|footer|footers|bottom|copyright|copy|yejiao|links?|friendlink|yqlj|ft)(?:$|[-_ \d])",
    re.I,
)
_FOOTER_WORDS = re.compile(
    r"版权所有|copyright|©|[京沪津渝冀晋蒙辽吉黑苏浙皖闽赣鲁豫鄂湘粤桂琼川贵黔云滇藏陕甘陇青宁新][Ii][Cc][Pp]备|"
    r"网站标识码|公网安备|技术支持[：:]|主办单位[：:]|(?:^|\s)主办[：:]|承办单位[：:].*(?:信息|中心)|网站地图|"
    r"备案(?:序)?号",
    re.I,
)
_FOOTER_TAGS = frozenset(("footer",))
_NAVIGATION_TAGS = frozenset(("nav", "select", "aside", "menu"))
_MOST_FOOTER_LINES = 25
_TOOLBAR_LINE = re.compile(
    r"^(?:今天是|设为首页|加入收藏|打印(?:本页)?|关闭(?:本页|窗口)?|分享(?:到|至)|字体|【?字号|视力保护色|上一篇|下一篇|"
    r"发布(?:时间|日期)|点击量|浏览(?:次数|量)|阅读(?:次数|量)?[:：]|访问量|来源[:：]|作者[:：]|信息来源|日期[:：]|\[?(?:大|中|小)\]?$|"
    r"我要纠错|网站纠错|扫一扫|收藏本页|返回顶部|无障碍|长者模式|登录$|注册$|首页$)"
)


@dataclass(frozen=True, slots=True)
class Regions:
    """A page's own lines, and where it says that it stands."""

    own: tuple[bool, ...]
    """For each line, whether it belongs to the page's own matter."""
    crumbs: tuple[str, ...]
    """Where the page stands on the site, outermost first."""

    def own_lines(self, document: Document) -> list[tuple[int, Line]]:
        """The page's own lines, with their numbers."""
        return [(i, line) for i, line in enumerate(document.lines) if self.own[i]]


def divide(document: Document) -> Regions:
    """Tell the page's own lines from its frame."""
    lines = document.lines
    shares = _link_shares(lines)
    framed: dict[Box, bool] = {}
    own = [not _is_framed(line.box, framed, shares, lines) for line in lines]
    crumbs, crumb_lines = _find_crumbs(document)
    for i in crumb_lines:
        own[i] = False
    for i in _footer_lines(lines):
        own[i] = False
    for i, line in enumerate(lines):
        if own[i] and len(line.text) <= 40 and _TOOLBAR_LINE.match(line.text):
            own[i] = False
    return Regions(tuple(own), crumbs)


def _link_shares(lines: list[Line]) -> list[tuple[int, int]]:
    """Running totals of characters and of linked characters, for asking any range at once."""
    totals = [(0, 0)]
    for line in lines:
        characters, linked = totals[-1]
        totals.append((characters + len(line.text), linked + line.linked))
    return totals


def _is_framed(box: Box, known: dict[Box, bool], totals: list[tuple[int, int]], lines: list[Line]) -> bool:
    """Whether a box lies in a menu, a sidebar or a footer: by its name, and by being mostly links or small."""
    if (answered := known.get(box)) is not None:
        return answered
    trail = []
    current: Box | None = box
    answer = False
    while current is not None:
        if current in known:
            answer = known[current]
            break
        trail.append(current)
        current = current.parent
    for step in reversed(trail):
        answer = answer or _is_frame(step, totals, lines)
        known[step] = answer
    return answer


def _is_frame(box: Box, totals: list[tuple[int, int]], lines: list[Line]) -> bool:
    if box.empty:
        return False
    footer, navigation = _hints(box.tag, box.classes, box.id)
    if not (footer or navigation):
        return False
    characters = totals[box.last + 1][0] - totals[box.first][0]
    linked = totals[box.last + 1][1] - totals[box.first][1]
    if footer and characters <= 1500:
        return True
    if linked * 2 >= characters:
        return True
    small = navigation and characters <= 60 and box.last - box.first >= 4
    # a card of short facts at the top of a page is small too
    return small and sum(bool(match_label(line.text)) for line in lines[box.first : box.last + 1]) < 2


@lru_cache(maxsize=4096)
def _hints(tag: str, classes: str, identity: str) -> tuple[bool, bool]:
    """Whether a box's names are a footer's, and whether they are a menu's."""
    names = f"{classes} {identity}"[:200]
    footer = tag in _FOOTER_TAGS or bool(_FOOTER_HINT.search(names))
    navigation = tag in _NAVIGATION_TAGS or bool(
        _NAVIGATION_HINT.search(names) and not _TAB_HINT.search(names)
    )
    return footer, navigation


def _find_crumbs(document: Document) -> tuple[tuple[str, ...], set[int]]:
    lines = document.lines
    for i, line in enumerate(lines[:400]):
        text = line.text
        if len(text) > 160 or not ("在" in text or "位置" in text or "当前" in text):
            continue
        found = _CRUMB_WORDS.search(text)
        if found and found.start() <= 12:
            last = i
            if not _CRUMB_SEPARATORS.search(text[found.end() :]):
                # the trail stands in lines of its own within the same small box
                for box in (line.box, *line.box.ancestors()):
                    if box.last - box.first > 16 or box.tag in ("body", "html", ""):
                        break
                    last = max(last, box.last)
                    if box.last > i + 1:
                        break
            trail = document.text_of(i, last)[found.end() :].replace("\n", " > ")
            return _split_crumbs(trail), set(range(i, last + 1))
    for line in lines[:400]:
        box = line.box
        if not (box.classes or box.id) and box.parent is not None:
            box = box.parent
        if _names_a_trail(box.classes, box.id) and box.last - box.first <= 12 and len(line.text) <= 120:
            return _split_crumbs(document.text_of(box.first, box.last).replace("\n", " > ")), set(
                range(box.first, box.last + 1)
            )
    return (), set()


@lru_cache(maxsize=4096)
def _names_a_trail(classes: str, identity: str) -> bool:
    return _CRUMB_HINT.search(f"{classes} {identity}") is not None


def _split_crumbs(trail: str) -> tuple[str, ...]:
    return tuple(part for part in (p.strip(" ：:") for p in _CRUMB_SEPARATORS.split(trail[:300])) if part)


def _holds_more(box: Box, before: list[Line]) -> bool:
    """Whether a box around the first line of a footer is more than a footer: the whole page, or headed matter."""
    return box.first == 0 < len(before) or any(line.heading for line in before[box.first :])


def _footer_lines(lines: list[Line]) -> range:
    """The tail of a page from the first line that speaks of copyright, sponsor or licence."""
    start = max(0, len(lines) - _MOST_FOOTER_LINES)
    for i in range(start, len(lines)):
        if len(lines[i].text) <= 200 and _FOOTER_WORDS.search(lines[i].text):
            box = lines[i].box
            first = i
            # what stands beside it in the same small box is footer too
            for candidate in (box, *box.ancestors()):
                if i - candidate.first > 8 or candidate.last < len(lines) - 12 or candidate.parent is None:
                    break
                if sum(len(line.text) for line in lines[candidate.first : i]) > 400:
                    break
                if candidate.tag in ("body", "html", "form") or _holds_more(candidate, lines[:i]):
                    break
                first = candidate.first
            return range(first, len(lines))
    return range(0)
