"""Which pages say nothing before their scripts have run, and how that is seen.

Rendering costs a navigation, so it is asked for only where the source has no content of its own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from lxml import etree

from results.records import PageKind
from spiders import wording
from spiders.links import Link

_LITTLE_TEXT = 150
_SOME_TEXT = 600
_MOUNTS = re.compile(
    r"^(?:app|root|__next|__nuxt|main-app|container-app|vue-app|react-root|micro-?app|subapp.*)$",
    re.IGNORECASE,
)
_TEMPLATE = re.compile(r"\{\{\s*[\w.$\[\]'\"()|\s!?:+-]{1,120}\}\}|<%[=-]?\s*[\w.]+\s*%>|\$\{\s*[\w.]+\s*\}")
_ASKS_A_SERVER = re.compile(
    r"\$\.(?:ajax|get|post|getJSON)\s*\(|\bfetch\s*\(|XMLHttpRequest|axios(?:\.|\()|\.load\s*\(\s*['\"]",
    re.IGNORECASE,
)
_LOADING = re.compile(r"(?:数据|页面|正在|努力)?(?:加载|载入)中|请稍[候后等]|loading", re.IGNORECASE)
_LABEL = re.compile(r"[一-鿿（）()/]{2,14}[：:]?")
_GUIDE_LABEL = re.compile(
    r"(?:法定|承诺).{0,4}时限|受理条件|申请条件|申请材料|实施主体|设定依据|咨询(?:方式|电话)|办理(?:流程|地点)|收费"
)
_LEAST_EMPTY = 3
_ARTICLES = frozenset({PageKind.GUIDE, PageKind.NEWS, PageKind.NOTICE, PageKind.POLICY})


def why_render(
    root: etree._Element | None, text: str, url: str, kind: PageKind, links: Sequence[Link]
) -> str | None:
    """Say why a browser has to render a page.

    Args:
        root: The parsed source.
        text: Its visible text.
        url: Where it is.
        kind: What it is, as far as the source shows.
        links: What was found to lead on from it.

    Returns:
        The reason in words, or None where the source says it all.
    """
    if "#" in url:
        return "hash route"
    if root is None:
        return None
    if kind not in _ARTICLES and is_paged_by_script(root, links):
        return "list is paged by script"
    visible = len("".join(text.split()))
    if not any(True for _ in root.iter("script")):
        return None
    if visible < _SOME_TEXT and _is_shell(root) and (visible < _LITTLE_TEXT or len(links) < 5):
        return "script shell"
    if visible < _LITTLE_TEXT and not links:
        return "no text without scripts"
    if _has_templates(root, text):
        return "templates are filled in by script"
    if (
        kind is not PageKind.GUIDE
        and visible < 4 * _SOME_TEXT
        and _LOADING.search(text)
        and _asks_a_server(root)
    ):
        return "content is loaded by script"
    if _empty_values(root) >= _LEAST_EMPTY:
        return "values are filled in by script"
    if _has_empty_list(root) and _asks_a_server(root):
        return "list is filled in by script"
    return None


def _is_shell(root: etree._Element) -> bool:
    """Whether there is an element for a script to mount its page in, and next to nothing in it."""
    for element in root.iter("div", "main", "section", "body"):
        name = element.get("id") or ""
        if (_MOUNTS.match(name) or element.get("v-cloak") is not None) and len(
            "".join(element.itertext()).strip()
        ) < _LITTLE_TEXT:
            return True
    return False


def _has_templates(root: etree._Element, text: str) -> bool:
    if len(_TEMPLATE.findall(text[:50_000])) >= 2:
        return True
    return any(
        element.get(name) is not None
        for element in root.iter("ul", "li", "div", "tr", "tbody", "a", "span", "table")
        for name in ("v-for", "ng-repeat", "ms-for", ":href")
    )


def _asks_a_server(root: etree._Element) -> bool:
    return any(
        script.get("src") or _ASKS_A_SERVER.search(script.text or "") for script in root.iter("script")
    )


def _empty_values(root: etree._Element) -> int:
    """How many labels of a guide stand beside an empty cell that a script could fill.

    A cell that a script finds by its place alone has no name of its own; then most cells must be empty.
    """
    named = empty = labels = 0
    for element in root.iter("td", "th", "dt", "label", "span", "div", "h3", "h4", "strong"):
        words = (element.text or "").strip()
        if not words or len(words) > 16 or not (_LABEL.fullmatch(words) and _GUIDE_LABEL.search(words)):
            continue
        labels += 1
        value = element.getnext()
        if value is None or not isinstance(value.tag, str):
            continue
        if (
            not "".join(value.itertext()).strip()
            and next(iter(value.iter("img", "a", "input")), None) is None
        ):
            empty += 1
            named += any(
                name in ("id", "class") or name.startswith(("data-", "v-", ":")) for name in value.attrib
            )
    return empty if 2 * empty > labels else named


def _has_empty_list(root: etree._Element) -> bool:
    """Whether a list that has a name of its own stands there without an entry."""
    for element in root.iter("ul", "ol", "tbody", "div"):
        name = f"{element.get('id') or ''} {element.get('class') or ''}"
        if not re.search(r"list|item|matter|content|result|sx|table", name, re.IGNORECASE) or not element.get(
            "id"
        ):
            continue
        if not len(element) and not (element.text or "").strip():
            return True
    return False


def is_paged_by_script(root: etree._Element | None, links: Sequence[Link]) -> bool:
    """Whether a list can be turned, but no address turns it."""
    if root is None or any(link.paging for link in links):
        return False
    for element in root.iter("a", "button", "li", "span", "div"):
        words = (element.text or "").strip()
        if not words or len(words) > 16:
            continue
        if wording.loads_more(words):
            return True
        if (
            wording.turns_pages(words)
            and not words.isdecimal()
            and ("页" in words or "next" in words.lower())
        ):
            href = (element.get("href") or "").strip().lower()
            if (not href or href.startswith(("javascript:", "#"))) and "disabled" not in (
                element.get("class") or ""
            ):
                return True
    return False
