"""Places that a guide or a reply names: street addresses, and houses that have a name."""

from __future__ import annotations

import re
from dataclasses import dataclass

from checks.replies.numbers import CHINESE, number, plain

_STREET = re.compile(
    rf"(?P<road>[\u4e00-\u9fffA-Za-z]{{1,14}}?(?:大街|大道|路|街|巷|弄|胡同|道))(?P<part>[\u4e00-\u9fff]{{0,3}}段)?\s*(?P<number>\d+|{CHINESE}+)(?:[-—–]\d+)?\s*(?:号|弄)"
)
_HOUSE = re.compile(
    r"[\u4e00-\u9fff]{2,24}?(?:政务服务中心|行政服务中心|便民服务中心|社区事务受理服务中心|服务中心|办事大厅|服务大厅|政务大厅|办证大厅|派出所|公安分局|分局|管理中心|受理中心|服务站|便民服务点|服务所)"
)
_LEAD = re.compile(
    r"^.*?(?:请到|前往|地点为|地址为|地点是|地址是|地点|地址|位于|到|去|在|至|往)[::]?(?=[\u4e00-\u9fff]{4,})|^(?:号|的|是|为|和|或|及|与|请|您|可)+"
)
_ANY = re.compile(
    r"^(?:当地|就近|所在地?|各|任意|任一|附近|户籍|居住|辖区|本市|全市|相关|有关|对应|就近的|市民|区县?|街道|乡镇|办理)"
)

_DISTRICT = re.compile(r"[\u4e00-\u9fff]{2}(?<![社小园校片街景地务口合事理助候])[区县旗]")
"""A district by its last two characters and its kind: 青云区; 小区, 服务区 and 等候区 are none."""


@dataclass(frozen=True, kw_only=True)
class Places:
    """Places of one text."""

    streets: tuple[tuple[str, str], ...] = ()
    """Road and house number."""
    houses: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.streets or self.houses)

    def compare(self, reply: str, allowed: str) -> tuple[list[str], list[str]]:
        """What of these places a reply names, and what it names besides that the guide does not hold.

        Beside the right place, places under the names of other districts contradict nothing: a matter that
        every district handles is handled in each.
        """
        said, known = places(reply), places(allowed)
        matched = [f"{road}{at}号" for road, at in said.streets if _among((road, at), self.streets)]
        matched += [each for each in said.houses if _house_among(each, self.houses)]
        if matched:
            said = places(_without_other_districts(reply, allowed))
        wrong = [
            f"{road}{at}号"
            for road, at in said.streets
            if not _among((road, at), (*self.streets, *known.streets))
        ]
        known_text = plain(allowed)
        wrong += [
            each
            for each in said.houses
            if not _house_among(each, (*self.houses, *known.houses))
            and each not in known_text
            and not _ANY.match(each)
        ]
        return matched, wrong


def places(text: str) -> Places:
    """The street addresses and named houses of a text."""
    text = plain(text)
    streets = []
    for match in _STREET.finditer(text):
        value = number(match["number"])
        if value is not None:
            streets.append((_road(match["road"]), str(value)))
    # a house named behind its street is no part of it
    houses = [_LEAD.sub("", each) for each in _HOUSE.findall(_STREET.sub("，", text))]
    return Places(
        streets=tuple(dict.fromkeys(streets)),
        houses=tuple(dict.fromkeys(each for each in houses if len(each) >= 4)),
    )


def _without_other_districts(reply: str, allowed: str) -> str:
    """The parts of a reply that name no district, or one that the guide names too."""
    own = set(_DISTRICT.findall(plain(allowed)))
    parts = re.split(r"[\n。;；]", plain(reply))
    return "\n".join(each for each in parts if not (named := set(_DISTRICT.findall(each))) or named & own)


def _road(name: str) -> str:
    """A road without the district before it: its last characters decide."""
    return re.split(r"[省市区县镇乡]|新区|街道", name)[-1] or name


def _among(one: tuple[str, str], known: tuple[tuple[str, str], ...]) -> bool:
    road, at = one
    return any(
        at == other_at and (road.endswith(other[-4:]) or other.endswith(road[-4:]))
        for other, other_at in known
    )


def _house_among(one: str, known: tuple[str, ...]) -> bool:
    return any(one.endswith(other) or other.endswith(one) for other in known)
