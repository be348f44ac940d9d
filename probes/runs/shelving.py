"""From what the spider found to rows, and back again for a run that goes on."""

from __future__ import annotations

from collections import defaultdict

from probes.probe import CrawledPage
from results.ledger import PageLinks
from results.moments import now
from results.records import Attachment, Guide, GuideElement, Offer, Outcome, Page, PageKind, Reason
from results.store import Store
from spiders.found import FoundPage, GuideReading, OfferedAttachment
from spiders.guide_reader import key_categories
from spiders.reading.vocabulary import element_names

TEXT_LIMIT = 4000
_NEVER_SAMPLED = frozenset(
    {PageKind.LIST, PageKind.NEWS, PageKind.NOTICE, PageKind.POLICY, PageKind.FAQ, PageKind.FORM}
)
"""Kinds whose links nobody asks for."""


def shelve(store: Store, run_id: int, found: FoundPage) -> CrawledPage:
    """Store a page with its guide, elements and attachments, inside the caller's transaction."""
    moment = now()
    reading = found.reading
    page = store.add(
        Page(
            run_id=run_id,
            outcome=found.outcome,
            reason=found.reason,
            measured_at=moment,
            note=found.note,
            url=found.url,
            kind=found.kind,
            why_kind=found.why_kind,
            title=found.title,
            depth=found.depth,
            parent_url=found.parent_url,
            link_text=found.link_text[:TEXT_LIMIT] if found.link_text else None,
            http_status=found.http_status,
            rendered=found.rendered,
            linked_as_guide=found.linked_as_guide,
            template=found.template,
            department=reading.department if reading else None,
        )
    )
    assert page.id is not None
    guide: Guide | None = None
    elements: tuple[GuideElement, ...] = ()
    if reading is not None:
        guide, elements = _shelve_guide(store, run_id, page.id, reading, moment)
    offered = reading.attachments if reading else found.attachments
    attachments = tuple(store.add(_attachment(run_id, page.id, each, moment)) for each in offered)
    if found.links and found.kind not in _NEVER_SAMPLED:
        store.add(PageLinks(run_id=run_id, page_id=page.id, links="\n".join(found.links)))
    return CrawledPage(page=page, guide=guide, elements=elements, attachments=attachments, links=found.links)


def _shelve_guide(
    store: Store, run_id: int, page_id: int, reading: GuideReading, moment: str
) -> tuple[Guide, tuple[GuideElement, ...]]:
    guide = store.add(
        Guide(
            run_id=run_id,
            outcome=Outcome.OK,
            measured_at=moment,
            page_id=page_id,
            matter=reading.matter,
            key_present=len(key_categories(reading)),
        )
    )
    assert guide.id is not None
    stated = {each.element: each for each in reading.elements}
    rows = []
    for name in element_names():
        element = stated.get(name)
        rows.append(
            store.add(
                GuideElement(
                    guide_id=guide.id,
                    element=name,
                    present=element is not None,
                    label=element.label if element else None,
                    text=element.text[:TEXT_LIMIT] if element else None,
                )
            )
        )
    return guide, tuple(rows)


def _attachment(run_id: int, page_id: int, offered: OfferedAttachment, moment: str) -> Attachment:
    return Attachment(
        run_id=run_id,
        outcome=Outcome.ABSENT if offered.absent else Outcome.OK,
        reason=Reason.NOT_OFFERED if offered.absent else None,
        measured_at=moment,
        page_id=page_id,
        label=offered.label,
        url=offered.url,
        offer=Offer(offered.offer),
        handle=offered.handle,
    )


def shelved(store: Store, run_id: int) -> list[CrawledPage]:
    """The pages that an interrupted run has already stored, in order of finding."""
    guides = {each.page_id: each for each in store.all(Guide, run_id=run_id)}
    attachments: dict[int, list[Attachment]] = defaultdict(list)
    for attachment in store.all(Attachment, run_id=run_id):
        attachments[attachment.page_id].append(attachment)
    links = {each.page_id: tuple(each.links.splitlines()) for each in store.all(PageLinks, run_id=run_id)}
    pages = []
    for page in store.all(Page, run_id=run_id):
        assert page.id is not None
        guide = guides.get(page.id)
        pages.append(
            CrawledPage(
                page=page,
                guide=guide,
                elements=tuple(store.all(GuideElement, guide_id=guide.id)) if guide else (),
                attachments=tuple(attachments[page.id]),
                links=links.get(page.id, () if links else None),
            )
        )
    return pages


def forget_links(store: Store, run_id: int) -> None:
    """Let go of what only a resumed run would need."""
    with store.transaction():
        store.database.conn.execute("delete from page_links where run_id = ?", [run_id])
