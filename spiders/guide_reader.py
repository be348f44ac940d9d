"""What a guide says: its matter, its elements, its attachments; None for a page that is no guide."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from lxml import etree

from spiders.found import GuideReading, OfferedAttachment, ReadElement
from spiders.reading import vocabulary
from spiders.reading.attachments import find_attachments
from spiders.reading.document import Document
from spiders.reading.evidence import Evidence, weigh
from spiders.reading.fields import Fields, fields_of_scripts
from spiders.reading.matter import matter_name
from spiders.reading.regions import Regions, divide
from spiders.reading.statements import Statement, find_statements


@dataclass(frozen=True)
class PageReading:
    """A page that has been read, for whoever asks what it is and what it says; each part is read once."""

    document: Document
    link_text: str | None = None
    """The text of the link that led to it."""

    @classmethod
    def of(cls, html: str, url: str, link_text: str | None = None) -> PageReading:
        """Read a page's text."""
        return cls(Document.parse(html, url), link_text)

    @cached_property
    def regions(self) -> Regions:
        """Which of its lines are its own, and where it says that it stands."""
        return divide(self.document)

    @cached_property
    def statements(self) -> list[Statement]:
        """What it states under which label."""
        return find_statements(self.document, self.regions)

    @cached_property
    def fields(self) -> Fields:
        """What data in its scripts and attributes states."""
        return fields_of_scripts([*self.document.scripts, *self.document.carried])

    @cached_property
    def attachments(self) -> tuple[OfferedAttachment, ...]:
        """Files that it offers."""
        return find_attachments(self.document, self.regions, self.fields)

    @cached_property
    def matter(self) -> str:
        """The matter that it is about; empty if it does not tell."""
        if "事项名称" in self.fields.texts and not any(
            e.name == "事项名称" for s in self.statements for e in s.elements
        ):
            return self.fields.texts["事项名称"][2]
        return matter_name(self.document, self.regions, self.statements)

    @cached_property
    def evidence(self) -> Evidence:
        """What speaks for a guide and what against it."""
        return weigh(
            self.document,
            self.regions,
            self.statements,
            name=self.matter,
            file_links=len(self.attachments),
            link_text=self.link_text,
            from_fields={name: found[0].weight for name, found in self.fields.texts.items()},
        )

    @cached_property
    def guide(self) -> GuideReading | None:
        """What it says as a guide; None if it is none."""
        return self._guide() if self.evidence.is_guide else None

    @cached_property
    def stated(self) -> tuple[ReadElement, ...]:
        """The elements that it states, whether it is a guide or not."""
        return read_elements(self.statements, self.fields, self.matter)

    def _guide(self) -> GuideReading:
        texts = {e.element: e.text for e in self.stated}
        return GuideReading(
            matter=self.matter,
            elements=self.stated,
            attachments=self.attachments,
            department=_first_line(texts.get("实施主体")),
            matter_code=_first_line(texts.get("实施编码") or texts.get("基本编码")),
        )


def read_guide(html: str, url: str, *, link_text: str | None = None) -> GuideReading | None:
    """Read a page as a guide.

    Args:
        html: The page's source, or its DOM where it was rendered.
        url: Where it is; relative addresses start from here.
        link_text: The text of the link that led to it, if known.

    Returns:
        What it says, or None if it is no guide. An element is present where the page states something under
        its label: a label over an empty cell, a dash or `暂无` is no element; `无` and `不收费` are, where they
        answer (no fee, no special step, no materials).
    """
    return PageReading.of(html, url, link_text).guide


def read_guide_tree(
    tree: etree._Element | None, url: str, *, link_text: str | None = None
) -> GuideReading | None:
    """The same for a tree that has been parsed already (`spiders.reading.document.parse`)."""
    return PageReading(Document(tree, url), link_text).guide


def read_elements(
    statements: list[Statement], fields: Fields | None = None, matter: str = ""
) -> tuple[ReadElement, ...]:
    """The elements among what a page states, each once, in the order of the vocabulary.

    The first statement that says something counts; labels set as such come before sentences that mention them.
    """
    best: dict[str, ReadElement] = {}
    for statement in sorted(statements, key=lambda s: s.source in ("sentence", "question")):
        for element in statement.elements:
            if element.name not in best and element.is_answer(statement.text):
                best[element.name] = ReadElement(
                    element=element.name, label=statement.label, text=statement.text
                )
    if fields is not None:
        for name, (_, key, text) in fields.texts.items():
            best.setdefault(name, ReadElement(element=name, label=key, text=text))
    if matter and "事项名称" not in best:
        best["事项名称"] = ReadElement(element="事项名称", label="标题", text=matter)
    return tuple(best[name] for name in vocabulary.element_names() if name in best)


def key_categories(reading: GuideReading) -> frozenset[str]:
    """Which of the nine key categories a guide states (see `elements.toml`)."""
    named = (vocabulary.element(e.element).key_category for e in reading.elements)
    return frozenset(category for category in named if category)


def _first_line(text: str | None) -> str | None:
    return text.split("\n", 1)[0].strip() or None if text else None
