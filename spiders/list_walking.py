"""Lists walked to their end: over HTTP where the server gives a plain client the same answer, else in the browser."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Sequence

import httpx

from results.records import Outcome
from spiders import list_apis, wording
from spiders.addresses import joined
from spiders.links import Link, described, extract
from spiders.list_apis import Item, ListApi, Template
from spiders.net.classify import classify
from spiders.net.client import HttpClient
from spiders.net.robots import Robots
from spiders.reading.document import Document
from spiders.renderer import RenderedPage, RenderSession

_log = logging.getLogger(__name__)

_MOST_CLICKS = 300
_MOST_SCROLLS = 60
_BARREN_TURNS = 2
_MOST_IN_VAIN = 3
"""Pages on which a list's items are clicked without being led anywhere, before that is left."""
_NEXT = (
    ".btn-next:not([disabled])",
    ".ant-pagination-next:not(.ant-pagination-disabled)",
    ".ivu-page-next:not(.ivu-page-disabled)",
    ".layui-laypage-next:not(.layui-disabled)",
    ":is(a, button, li, span, input, div):text-matches('^\\\\s*(下一?页|后一?页|next( page)?|>|›|»)\\\\s*$', 'i'):visible",
)
_MORE = (
    ":is(a, button, li, span, div, p):text-matches("
    "'^\\\\s*(点击)?(加载|查看|显示)?更多(事项|内容|数据)?\\\\s*$|^\\\\s*(load|show) more\\\\s*$', 'i'):visible",
)


class ListWalker:
    """Walks the lists of one portal, each once.

    Args:
        http: The client.
        robots: Asked before an API is walked.
    """

    def __init__(self, http: HttpClient, robots: Robots) -> None:
        self._http = http
        self._robots = robots
        self._walked: dict[str, int] = {}
        self._in_vain: Counter[str] = Counter()

    async def walk(self, session: RenderSession, shown: RenderedPage, *, paged: bool) -> tuple[Link, ...]:
        """What the lists of an open page lead to, beyond what the page shows.

        Args:
            session: The page, still open.
            shown: What it shows.
            paged: Whether the page itself has means to turn its list.

        Returns:
            Links to items of its lists, further pages included. A list that cannot be walked on gives what it
            gave so far.
        """
        found: dict[str, Link] = {}
        covered = False
        apis = list_apis.list_apis(shown.exchanges)
        templates: list[Template] = []
        for api in apis:
            template = list_apis.template_of(api.items, shown.links)
            untried = self._in_vain[api.address] < _MOST_IN_VAIN
            if template is None and untried and list_apis.promises_guides(api.items):
                template = await self._template_by_click(session, api)
                self._in_vain[api.address] += template is None
            if template is None:
                continue
            templates.append(template)
            self._take(found, api.items, template, shown.url)
            if api.paging is None or not _worth_it(api, template):
                continue
            # a list that was walked from this page or an earlier one holds all that follows: its pages have
            # addresses of their own on many portals, and each would be walked to the end again
            if self._walked.get(api.key, api.paging.first + 1) <= api.paging.first:
                covered = True
                continue
            self._walked[api.key] = api.paging.first
            if api.pages == 1:
                covered = True
                continue
            items = await self._over_http(api)
            if items is not None:
                covered = True
                self._take(found, items, template, shown.url)
        if not covered and (paged or any(api.paging is not None for api in apis)):
            for link in await self._in_browser(session, shown, templates):
                found.setdefault(link.url, link)
        return tuple(found.values())

    @staticmethod
    def _take(found: dict[str, Link], items: Sequence[Item], template: Template, page_url: str) -> None:
        pairs = [
            (joined(page_url, address), list_apis.name_of(item))
            for item in items
            if (address := template.address(item)) is not None
        ]
        for link in described(pairs, page_url, "api"):
            found.setdefault(link.url, link)

    async def _over_http(self, api: ListApi) -> list[Item] | None:
        """Every further item; None where a plain client gets another answer than the browser."""
        if not await self._robots.allowed(api.exchange.url):
            return None
        same = await self._fetch(api, 0)
        if same is None or not _same(same, api.items):
            return None
        items: list[Item] = []
        seen = {list_apis.identity(item) for item in same}
        last = min(api.pages or list_apis.MOST_PAGES, list_apis.MOST_PAGES)
        for number in range(1, last):
            page = await self._fetch(api, number)
            if page is None:
                return None if number == 1 else items
            fresh = [item for item in page if list_apis.identity(item) not in seen]
            if not fresh:
                break
            seen.update(map(list_apis.identity, fresh))
            items.extend(fresh)
        return items

    async def _fetch(self, api: ListApi, page: int) -> tuple[Item, ...] | None:
        url, body = api.request(page)
        try:
            answer = await self._http.fetch(
                url, method=api.exchange.method, headers=api.headers, content=body.encode() if body else None
            )
        except (httpx.HTTPError, OSError) as error:
            _log.info("%s does not answer a plain client: %s", url, classify(error))
            return None
        return list_apis.items_of(answer.text) if answer.status == 200 else None

    async def _template_by_click(self, session: RenderSession, api: ListApi) -> Template | None:
        """Where a click on an item leads, for pages that route by script."""
        for item in api.items[:2]:
            name = list_apis.name_of(item).replace("\\", "").replace("'", "")
            before = await session.snapshot()
            if not name or not await session.click(f":text-is('{name}')"):
                continue
            after = await session.snapshot()
            led_to = [*after.opened, *([after.url] if after.url != before.url else [])]
            template = list_apis.template_of([item], led_to)
            if after.url != before.url:
                await session.back()
            if template is not None:
                return template
        return None

    async def _in_browser(
        self, session: RenderSession, shown: RenderedPage, templates: Sequence[Template]
    ) -> list[Link]:
        """Turn the list page by page, or let it grow, as long as that shows links not seen before."""
        seen = {link.url for link in _links_of(shown, templates)}
        found: list[Link] = []
        for act in (self._next, self._more, self._scroll):
            barren = 0
            for _ in range(_MOST_SCROLLS if act == self._scroll else _MOST_CLICKS):
                try:
                    acted = await act(session)
                    page = await session.snapshot()
                except Exception as error:
                    if classify(error).outcome is not Outcome.NOT_MEASURED:
                        return found
                    raise
                if not acted:
                    break
                fresh = [link for link in _links_of(page, templates) if link.url not in seen]
                seen.update(link.url for link in fresh)
                found.extend(fresh)
                barren = 0 if fresh else barren + 1
                if barren >= _BARREN_TURNS:
                    break
            if found:
                return found
        return found

    @staticmethod
    async def _next(session: RenderSession) -> bool:
        return await _click_first(session, _NEXT)

    @staticmethod
    async def _more(session: RenderSession) -> bool:
        return await _click_first(session, _MORE)

    @staticmethod
    async def _scroll(session: RenderSession) -> bool:
        await session.scroll_to_end()
        return True


async def _click_first(session: RenderSession, selectors: Sequence[str]) -> bool:
    for selector in selectors:
        if await session.click(selector):
            return True
    return False


def _worth_it(api: ListApi, template: Template) -> bool:
    """Whether a list may lead to guides: news are not walked to their end."""
    address = template.address(api.items[0])
    return list_apis.promises_guides(api.items) or (address is not None and wording.guide_address(address))


def _same(one: Sequence[Item], other: Sequence[Item]) -> bool:
    """Whether two answers list the same; moments and counters within items may differ."""
    names, others = [list_apis.name_of(each) for each in one], [list_apis.name_of(each) for each in other]
    return bool(names) and len(set(names) & set(others)) * 10 >= 9 * len(set(others))


def _links_of(page: RenderedPage, templates: Sequence[Template]) -> list[Link]:
    """What a rendered page leads to: its links, and the items of its lists where it is known how they are opened."""
    tree = Document.parse(page.html, page.url).tree
    found = list(extract(tree, page.url).links) if tree is not None else []
    for api in list_apis.list_apis(page.exchanges):
        shown = list_apis.template_of(api.items, page.links)
        for template in (shown,) if shown is not None else templates:
            pairs = [
                (joined(page.url, address), list_apis.name_of(item))
                for item in api.items
                if (address := template.address(item)) is not None
            ]
            found.extend(described(pairs, page.url, "api"))
    return found
