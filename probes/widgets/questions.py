"""The questions put to a bot: drawn, by the seed, from what the portal's own guides state."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from checks.matters import same_matter
from checks.replies.facts import Asked, Expected, expected_facts
from probes.probe import CrawledPage

_ORDER = (Asked.MATERIALS, Asked.LIMIT, Asked.FEE, Asked.PLACE, Asked.TELEPHONE)
_WORDING: Mapping[Asked, str] = {
    Asked.MATERIALS: "{matter}需要哪些材料？",
    Asked.LIMIT: "{matter}需要多长时间办结？",
    Asked.FEE: "{matter}收费吗？要多少钱？",
    Asked.PLACE: "{matter}在哪里办理？地点在哪？",
    Asked.TELEPHONE: "{matter}的咨询电话是多少？",
}
_HAS_ACTION = re.compile(
    r"办理|申领|申请|登记|补领|换领|领取|核发|审批|许可|备案|认定|确认|查询|缴纳|变更|注销|迁移|报销|提取|转移|审核|补办|换发|延续|年检|备案"
)
_MANY_MATERIALS = 12
"""A guide with more materials is asked about only where no other is there: it would outweigh the rest."""


@dataclass(frozen=True, kw_only=True)
class Question:
    """A question, with the facts that a right answer states."""

    text: str
    matter: str
    asked: Asked
    expected: Expected | None = None
    """None where no guide of the portal states the answer."""
    guide_url: str | None = None


def wording(asked: Asked, matter: str) -> str:
    """The question about a matter, as a person would put it; it names the matter."""
    spoken = matter.strip()
    if not _HAS_ACTION.search(spoken):
        spoken = f"办理{spoken}"
    return _WORDING[asked].format(matter=spoken)


def draw(
    pages: Iterable[CrawledPage], *, count: int, seed: int, scenario_matters: Sequence[str] = ()
) -> list[Question]:
    """Draw questions: what is asked goes round, the matter is drawn by the seed, whatever the order of the pages.

    Scenario matters come first, so that the bots of different cities are asked about the same things; a matter
    is asked about once, as long as there are others. Without guides that state anything the scenario
    matters are asked about all the same, and accuracy is not judged.
    """
    guides: dict[str, tuple[str, Mapping[str, str]]] = {}
    for page in sorted(pages, key=lambda each: each.page.url):
        if page.guide is None or not page.guide.matter.strip():
            continue
        elements = {each.element: each.text or "" for each in page.elements if each.present}
        guides.setdefault(page.guide.matter, (page.page.url, elements))
    common = {
        matter for matter in guides if any(same_matter(matter, scenario) for scenario in scenario_matters)
    }
    drawn: list[Question] = []
    taken: set[str] = set()
    for number in range(count):
        asked = _ORDER[number % len(_ORDER)]
        question = _draw_one(asked, guides, seed, taken, common)
        if question is None:
            # no guide states this: another element of a guide is asked for in its place
            others = (_draw_one(each, guides, seed + number, taken, common) for each in _ORDER)
            question = next((each for each in others if each is not None), None)
        if question is None and scenario_matters:
            matter = scenario_matters[number % len(scenario_matters)]
            question = Question(text=wording(asked, matter), matter=matter, asked=asked)
        if question is None or any(question.text == each.text for each in drawn):
            continue
        taken.add(question.matter)
        drawn.append(question)
    return drawn


def _draw_one(
    asked: Asked,
    guides: Mapping[str, tuple[str, Mapping[str, str]]],
    seed: int,
    taken: set[str],
    common: set[str],
) -> Question | None:
    ranked = []
    for matter, (url, elements) in guides.items():
        expected = expected_facts(asked, elements)
        if expected is None:
            continue
        many = asked is Asked.MATERIALS and expected.count > _MANY_MATERIALS
        digest = hashlib.sha256(f"{seed} {asked} {matter}".encode()).hexdigest()
        ranked.append((matter in taken, many, matter not in common, digest, matter, url, expected))
    if not ranked:
        return None
    *_, matter, url, expected = min(ranked, key=lambda each: each[:4])
    return Question(text=wording(asked, matter), matter=matter, asked=asked, expected=expected, guide_url=url)
