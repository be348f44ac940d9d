"""A page's text becomes what the crawl needs of it: its kind, what a guide says, where it leads, what ails it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from results.records import PageKind, Reason
from spiders import page_state
from spiders.found import GuideReading, OfferedAttachment
from spiders.guide_reader import PageReading
from spiders.links import PageLinks, extract
from spiders.needs_browser import is_paged_by_script, why_render
from spiders.page_kinds import kind_of

MOST_HTML = 4_000_000
"""Characters of a page that are read; no page worth reading has more."""


@dataclass(frozen=True, kw_only=True)
class ReadPage:
    """What was read from a page."""

    title: str | None
    kind: PageKind
    why_kind: str
    reading: GuideReading | None
    attachments: tuple[OfferedAttachment, ...]
    """Files that a page of forms offers; a guide's are in its reading."""
    links: PageLinks
    reason: Reason | None
    """What keeps it from showing what it should; None if it opens."""
    why_render: str | None
    """Why only a browser can show it whole; None if it needs none."""
    paged_by_script: bool
    """Whether it lists matters on pages that only a click turns."""


def read_page(
    html: str,
    url: str,
    *,
    status: int | None,
    headers: Mapping[str, str],
    link_text: str | None,
    depth: int,
    is_home: bool,
    encoding: str = "utf-8",
    rendered: bool = False,
) -> ReadPage:
    """Read a page.

    Args:
        html: Its source, or its DOM where it was rendered.
        url: Where it is.
        status: HTTP status; None where an engine does not tell.
        headers: The answer's headers.
        link_text: The words of the link that led to it.
        depth: Clicks from home.
        is_home: Whether it is the portal's home page.
        encoding: What it is written in.
        rendered: Whether a browser ran it.
    """
    html = html[:MOST_HTML]
    page = PageReading.of(html, url, link_text)
    document = page.document
    title = document.title or None
    text = "\n".join(line.text for line in document.lines)
    links = extract(document.tree, url, encoding) if document.tree is not None else PageLinks((), ())
    reason = page_state.judge(
        status=status, headers=headers, title=title, text=text, html=html, url=url, rendered=rendered
    )
    reading = None
    if is_home:
        kind, why = PageKind.HOME, "the portal's address"
    elif reason is not None:
        kind, why = PageKind.OTHER, f"it does not open: {reason}"
    else:
        found = kind_of(url=url, title=title, link_text=link_text, depth=max(1, depth), reading=page)
        kind, why = found.kind, found.why
        if kind is PageKind.GUIDE:
            reading = page.guide
    return ReadPage(
        title=title,
        kind=kind,
        why_kind=why,
        reading=reading,
        attachments=page.attachments if kind is PageKind.FORM else (),
        links=links,
        reason=reason,
        paged_by_script=_lists_matters(kind, links) and is_paged_by_script(document.tree, links.links),
        why_render=None if rendered else why_render(document.tree, text, url, kind, links.links),
    )


def _lists_matters(kind: PageKind, links: PageLinks) -> bool:
    if kind in (PageKind.LIST, PageKind.ZONE, PageKind.HOME, PageKind.SEARCH):
        return True
    return kind is PageKind.OTHER and sum(link.promises_guide for link in links.links) >= 2
