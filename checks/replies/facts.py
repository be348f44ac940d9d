"""Facts of a guide that a question asks for, found again in a reply, or contradicted by it.

A fact counts as stated when the reply holds it in any number form or synonym. It is contradicted by another
value of the *same kind* that the guide states nowhere: a bot that recites every time limit it knows states
the right one and contradicts it as often, and wins nothing. Contradictions count up to the facts expected.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from urllib.parse import unquote, urlsplit

from checks.replies.limits import limits_in, limits_said
from checks.replies.markup import spoken
from checks.replies.materials import found_in, material_names, mentioned_materials, same_material
from checks.replies.numbers import (
    Duration,
    amounts,
    is_service_line,
    plain,
    same_telephone,
    says_free,
    telephones,
)
from checks.replies.places import Places, places


class Asked(StrEnum):
    """What a question asks for."""

    MATERIALS = "materials"
    LIMIT = "limit"
    FEE = "fee"
    PLACE = "place"
    TELEPHONE = "telephone"


ELEMENTS: Mapping[Asked, tuple[str, ...]] = {
    Asked.MATERIALS: ("申请材料",),
    Asked.LIMIT: ("承诺办结时限", "法定办结时限", "办结时限(未分)"),
    Asked.FEE: ("收费",),
    Asked.PLACE: ("办理地点/时间",),
    Asked.TELEPHONE: ("咨询方式",),
}
"""The elements of a guide that answer a question, by their names in the element table."""


@dataclass(frozen=True, kw_only=True)
class Expected:
    """The facts that a question asks for, and what else the guide states of the kind."""

    asked: Asked
    materials: tuple[str, ...] = ()
    limits: tuple[Duration, ...] = ()
    """Any one of them answers the question."""
    promised: tuple[Duration, ...] = ()
    legal: tuple[Duration, ...] = ()
    fees: tuple[Decimal, ...] = ()
    free: bool = False
    places: Places | None = None
    telephones: tuple[str, ...] = ()
    """Any one of them answers the question."""
    allowed: str = ""
    """Everything that the guide states: what stands there contradicts nothing."""

    @property
    def count(self) -> int:
        """How many facts are expected."""
        if self.asked is Asked.MATERIALS:
            return len(self.materials)
        if self.asked is Asked.FEE:
            return len(self.fees) + self.free
        return 1


@dataclass(frozen=True, kw_only=True)
class Weighed:
    """What a reply is worth against the guide."""

    expected: int
    matched: int
    contradicted: int
    notes: tuple[str, ...] = ()
    """What was matched and contradicted, in words; says where a link stood in for a fact."""


def expected_facts(asked: Asked, elements: Mapping[str, str]) -> Expected | None:
    """The facts that a guide's elements state for a question; None where they state none that can be checked.

    Args:
        elements: Text of the guide's elements by their names in the element table.
    """
    text = "\n".join(elements.get(name, "") for name in ELEMENTS[asked])
    allowed = "\n".join(elements.values())
    if not text.strip():
        return None
    if asked is Asked.MATERIALS:
        names = material_names(text)
        return Expected(asked=asked, materials=tuple(names), allowed=allowed) if names else None
    if asked is Asked.LIMIT:
        limits = limits_in(text)
        if not limits:
            return None
        promised, legal = (tuple(limits_in(elements.get(name, ""))) for name in ELEMENTS[asked][:2])
        return Expected(asked=asked, limits=tuple(limits), promised=promised, legal=legal, allowed=allowed)
    if asked is Asked.FEE:
        free = _fee_free(text)
        fees = tuple(amounts(text))
        return Expected(asked=asked, fees=fees, free=free, allowed=allowed) if fees or free else None
    if asked is Asked.PLACE:
        found = places(text)
        return Expected(asked=asked, places=found, allowed=allowed) if found else None
    lines = telephones(text)
    return Expected(asked=asked, telephones=tuple(lines), allowed=allowed) if lines else None


def weigh(
    reply: str, expected: Expected, *, links: Iterable[str] = (), guide_url: str | None = None
) -> Weighed:
    """Count the facts that a reply states and contradicts.

    Args:
        reply: The reply's text, the question not in it.
        links: Addresses that the reply links to.
        guide_url: The guide's own address: a link to it counts as one fact, and is noted as such.
    """
    matched, wrong = _COUNT[expected.asked](spoken(reply), expected)
    notes = [f"states {each}" for each in matched] + [f"contradicts with {each}" for each in wrong]
    count = len(matched)
    if guide_url is not None and count < expected.count and links_to(guide_url, reply, links):
        count += 1
        notes.append("links to the guide, counted as a fact")
    return Weighed(
        expected=expected.count,
        matched=min(count, expected.count),
        contradicted=min(len(wrong), expected.count),
        notes=tuple(notes),
    )


def links_to(guide_url: str, reply: str, links: Iterable[str]) -> bool:
    """Whether a reply links to the guide: by a link, or by its address as text."""
    wanted = _address(guide_url)
    return any(_address(each) == wanted for each in links) or wanted in unquote(reply)


def _address(url: str) -> str:
    parts = urlsplit(url)
    fragment = f"#{parts.fragment}" if parts.fragment.startswith(("/", "!")) else ""
    query = f"?{parts.query}" if parts.query else ""
    return unquote(f"{parts.netloc}{parts.path.rstrip('/')}{query}{fragment}")


def _count_limits(reply: str, expected: Expected) -> tuple[list[str], list[str]]:
    return limits_said(
        reply,
        expected.limits,
        promised=expected.promised,
        legal=expected.legal,
        allowed=limits_in(expected.allowed),
    )


def _fee_free(text: str) -> bool:
    bare = re.sub(r"[\s。;;,,]", "", unicodedata.normalize("NFKC", text))
    return (
        says_free(text)
        or re.search(r"^(?:否|无|0|零|不收)$|是否收费[::]?(?:否|无)|收费[^,。;]{0,6}[::](?:否|无|不收)", bare)
        is not None
    )


_CONDITIONAL = re.compile(r"首次|初次|第一次|减免|优惠|低保|特困|残疾|老年|符合.{0,8}条件")
"""Words by which a fee is waived for some, beside the fee itself."""
_PAID_OUT = re.compile(
    r"[^,。;!?\n]*(?:补[贴助]|奖[励补]|津贴|待遇|发放|可领|贷款|额度|罚款|补偿)[^,。;!?\n]*"
)
"""Sums that the applicant receives, may borrow or is fined are no fees."""


def _count_fees(reply: str, expected: Expected) -> tuple[list[str], list[str]]:
    free = _fee_free(reply) and not re.search(r"(?:不是|并非|不属于)免费", reply)
    said = amounts(_PAID_OUT.sub("", plain(reply)))
    matched = [f"{each} yuan" for each in said if each in expected.fees]
    known = set(expected.fees) | set(amounts(expected.allowed))
    wrong = [f"{each} yuan" for each in said if each not in known]
    if free and (expected.free or not (matched and _CONDITIONAL.search(reply))):
        (matched if expected.free else wrong).append("free of charge")
    if (
        expected.free
        and not expected.fees
        and not free
        and re.search(
            r"(?<!不)(?<!否)需要?(?:缴|交|收|付)费|(?:收费|费用)[::]?是(?:$|[\s,。;])|^是$",
            plain(reply),
            re.MULTILINE,
        )
    ):
        wrong.append("a charge")
    return matched, wrong


def _count_telephones(reply: str, expected: Expected) -> tuple[list[str], list[str]]:
    known = [*expected.telephones, *telephones(expected.allowed)]
    said = telephones(reply)
    matched = [each for each in said if any(same_telephone(each, one) for one in expected.telephones)]
    wrong = [
        each
        for each in said
        if not is_service_line(each) and not any(same_telephone(each, one) for one in known)
    ]
    return matched[:1], wrong


def _count_places(reply: str, expected: Expected) -> tuple[list[str], list[str]]:
    assert expected.places is not None
    matched, wrong = expected.places.compare(reply, expected.allowed)
    return matched[:1], wrong


def _count_materials(reply: str, expected: Expected) -> tuple[list[str], list[str]]:
    mentioned = mentioned_materials(reply)
    matched = [each for each in expected.materials if found_in(each, reply, mentioned)]
    allowed = material_names(expected.allowed)
    wrong = [
        each
        for each in mentioned
        if not any(same_material(each, one) for one in (*expected.materials, *allowed))
        and each not in expected.allowed
    ]
    return matched, _distinct(wrong)


def _distinct(names: Sequence[str]) -> list[str]:
    kept: list[str] = []
    for each in names:
        if not any(same_material(each, other) for other in kept):
            kept.append(each)
    return kept


_COUNT = {
    Asked.MATERIALS: _count_materials,
    Asked.LIMIT: _count_limits,
    Asked.FEE: _count_fees,
    Asked.PLACE: _count_places,
    Asked.TELEPHONE: _count_telephones,
}
