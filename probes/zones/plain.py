"""A zone read without a browser: as far as its HTML goes, which never proves that an item is missing."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from urllib.parse import urldefrag

import lxml.html
from lxml.etree import ParserError

from probes.probe import RunContext
from probes.zones.blocks import Block, listed_names
from probes.zones.controls import linked_tabs, next_page
from probes.zones.themes import Theme
from probes.zones.walking import ZoneReading
from spiders.addresses import joined
from spiders.net.classify import classify
from spiders.page_state import judge

_MOST_PAGES = 40
_INLINE = {"a", "b", "em", "font", "i", "small", "span", "strong", "u", "br", "img", "mark"}
_SKIPPED = {"script", "style", "noscript", "template", "option", "textarea", "head"}
_CHROME = re.compile(
    r"(?:^|[-_ ])(?:header|footer|foot|topbar|breadcrumbs?|crumbs?|copyright|site-?nav|main-?nav|navbar)(?:[-_ ]|$)",
    re.I,
)


async def read_plain(
    context: RunContext, theme: Theme, urls: list[str], is_known: Callable[[str], bool]
) -> ZoneReading | None:
    """Read the zone pages that the crawl found, or that the home page links to, by HTTP alone.

    Returns:
        What could be read; None when no zone was found.
    """
    queue = urls or await _linked_from_home(context, theme)
    if not queue:
        return None
    reading = ZoneReading(url=queue[0])
    blocks: list[Block] = []
    seen: set[str] = set()
    while queue and len(seen) < _MOST_PAGES:
        url = urldefrag(queue.pop(0)).url
        if url in seen:
            continue
        seen.add(url)
        found = await _blocks_at(context, url, reading)
        blocks += found
        onward = next_page(found, reading.states)
        queue += [onward.href] if onward is not None and onward.href else []
        queue += linked_tabs(found, url, is_known) if reading.states <= 1 else []
    reading.names = listed_names(blocks, is_known)
    return reading


async def _linked_from_home(context: RunContext, theme: Theme) -> list[str]:
    home = context.home.page.url if context.home is not None else context.portal.home_url
    links = [each for each in await _blocks_at(context, home, ZoneReading(url=home)) if each.href]
    scored = sorted(((theme.score(each.text), each.href) for each in links), key=lambda each: -each[0])
    return [href for score, href in scored if score and href.startswith("http")][:2]


async def _blocks_at(context: RunContext, url: str, reading: ZoneReading) -> list[Block]:
    try:
        answer = await context.http.fetch(url)
    except Exception as error:  # `classify` names whatever a fetch may raise
        reading.reason = reading.reason or classify(error)
        return []
    found = list(blocks_of(answer.text, answer.url))
    reason = judge(
        status=answer.status,
        headers=answer.headers,
        title=None,
        text=" ".join(each.text for each in found),
        html=answer.text,
        url=answer.url,
        rendered=False,
    )
    if reason is not None:
        reading.reason = reading.reason or reason
        return []
    reading.states += 1
    return found


def blocks_of(html: str, url: str) -> Iterator[Block]:
    """The blocks of text of a document, as `blocks.js` finds them in a browser."""
    try:
        root = lxml.html.document_fromstring(html)
    except (ParserError, ValueError):
        return
    known = Counter(each.get("class") or "" for each in root.iter() if isinstance(each.tag, str))
    yield from _walk(root, url, known)


def _walk(element: lxml.html.HtmlElement, url: str, known: Counter[str]) -> Iterator[Block]:
    for child in element:
        if not isinstance(child.tag, str) or child.tag in _SKIPPED:
            continue
        own = _words(" ".join([child.text or "", *((each.tail or "") for each in child)]))
        whole = all(each.tag in _INLINE for each in child if isinstance(each.tag, str))
        if len(re.findall(r"[一-鿿]", own)) >= 2 and whole:
            inner = _words(" ".join(each.text_content() for each in child if isinstance(each.tag, str)))
            yield replace(_block(child, _words(child.text_content()), url, known), outer=own, inner=inner)
            continue
        if own:
            yield _block(child, own, url, known)
        yield from _walk(child, url, known)


def _block(element: lxml.html.HtmlElement, text: str, url: str, known: Counter[str]) -> Block:
    above = [element, *element.iterancestors()]
    link = next((each for each in above[:4] if each.tag == "a" and each.get("href")), None)
    if link is None:
        link = next(iter(element.iter("a")), None)
    raw = (link.get("href") or "") if link is not None else ""
    named = [f"{each.get('id') or ''} {each.get('class') or ''}" for each in above]
    return Block(
        text=text[:200],
        title=_words(element.get("title") or (link.get("title") if link is not None else "") or ""),
        hints=" ".join(named[:3]),
        own_hints=named[0],
        signature=">".join(_step(each) for each in reversed(above[:5]) if each.tag not in ("html", "body")),
        chrome=any(
            each.tag in ("header", "footer", "nav")
            or (_CHROME.search(name) and known[each.get("class") or ""] <= 2)
            for each, name in list(zip(above, named, strict=True))[-6:]  # html and body are two of them
        ),
        href=joined(url, raw) if raw else "",
        raw_href=raw,
        pressable=link is not None,
    )


def _step(element: lxml.html.HtmlElement) -> str:
    classes = sorted(
        each
        for each in (element.get("class") or "").split()
        if not re.search(r"\d|^(?:active|on|cur|current|selected|odd|even|first|last)$", each, re.I)
    )
    column = f":{sum(1 for _ in element.itersiblings(preceding=True))}" if element.tag in ("td", "th") else ""
    return f"{element.tag!s}{''.join('.' + each for each in classes[:3])}{column}"


def _words(text: str) -> str:
    return " ".join(text.split())
