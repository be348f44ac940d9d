"""Names that a page's data holds but does not show at once: the lists in its JSON answers."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from typing import Any

from playwright.async_api import Error, Page, Response

from probes.zones.blocks import could_be_name

_MOST_ANSWERS = 300
_MOST_BYTES = 4 * 1024 * 1024
_SHOWN = 0.5
"""A list of the data is the zone's own when the page shows at least this share of a screenful of it."""
_DEEPEST = 12


class Answers:
    """Listens to a page and keeps its JSON answers."""

    def __init__(self, page: Page) -> None:
        self._readings: list[asyncio.Task[Any]] = []
        page.on("response", self._on_response)

    def _on_response(self, response: Response) -> None:
        kind = response.headers.get("content-type", "")
        if len(self._readings) < _MOST_ANSWERS and (
            "json" in kind or response.request.resource_type in ("xhr", "fetch")
        ):
            self._readings.append(asyncio.ensure_future(_read(response)))

    async def names(self, shown: frozenset[str]) -> list[str]:
        """Names in those lists of the data of which the page shows a good part."""
        contents = await asyncio.gather(*self._readings, return_exceptions=True)
        found: dict[str, None] = {}
        for content in contents:
            for column in columns(content):
                known = sum(each in shown for each in column)
                if known >= 2 and known >= min(_SHOWN * len(column), 5):
                    found.update(dict.fromkeys(each for each in column if could_be_name(each)))
        return list(found)


def columns(content: Any, depth: int = 0) -> Iterator[list[str]]:
    """The columns of text of every table (list of objects) in JSON data."""
    if depth > _DEEPEST:
        return
    if isinstance(content, list):
        rows = [each for each in content if isinstance(each, dict)]
        keys = dict.fromkeys(key for row in rows for key, value in row.items() if isinstance(value, str))
        for key in keys:
            yield [row[key].strip() for row in rows if isinstance(row.get(key), str)]
        texts = [each.strip() for each in content if isinstance(each, str)]
        if texts:
            yield texts
        for each in content:
            yield from columns(each, depth + 1)
    elif isinstance(content, dict):
        for value in content.values():
            if isinstance(value, str) and value[:1] in "[{" and len(value) > 20:
                # some back ends pack their data as text once more
                try:
                    value = json.loads(value)
                except (ValueError, RecursionError):
                    continue
            yield from columns(value, depth + 1)


async def _read(response: Response) -> Any:
    try:
        body = await asyncio.wait_for(response.body(), 10)
        return json.loads(body) if len(body) <= _MOST_BYTES else None
    except (Error, TimeoutError, ValueError, RecursionError):
        return None
