"""The zones that are looked for, and the words by which a portal leads to them."""

from __future__ import annotations

import re
from dataclasses import dataclass

_HUB = re.compile(
    r"特色(?:服务|专区|专栏|创新)|(?:专题|主题|服务|便民|办事)(?:专区|专栏|服务)|通办|一网通办|政务服务|办事服务|更多(?:专区|服务)|区域"
)
_NEWS = re.compile(r"通知|公告|通报|解读|印发|召开|推进|举行|意见|方案|新闻|动态|\d{4}[-年/.]\d{1,2}")
_LONGEST_LINK = 24


@dataclass(frozen=True, kw_only=True)
class Theme:
    """A zone by what it is about."""

    name: str
    lists: tuple[str, ...]
    """The lists that it has to show."""
    words: tuple[re.Pattern[str], ...]
    """What leads to it, the surest first."""
    address: re.Pattern[str]
    """How its address is often built."""

    def score(self, words: str) -> int:
        """How surely a link's words or a page's title lead to it; 0 for not at all."""
        said = re.sub(r"\s+", "", words)
        if not said or len(said) > _LONGEST_LINK or _NEWS.search(said):
            return 0
        for rank, pattern in enumerate(self.words):
            if pattern.search(said):
                closeness = 2 if pattern.fullmatch(said) else 1
                return 2 * (len(self.words) - rank) + closeness
        return 0


def leads_on(words: str) -> bool:
    """Whether a link's words promise a page from which zones are linked."""
    said = re.sub(r"\s+", "", words)
    return 2 <= len(said) <= 12 and _HUB.search(said) is not None and _NEWS.search(said) is None


THEMES = (
    Theme(
        name="跨省通办",
        lists=("kuasheng_2022", "kuasheng_2020"),
        words=(
            re.compile(r"(?:政务服务|全国)?[“\"「]?跨省通办[”\"」]?(?:服务)?(?:专区|专栏|窗口|事项)?"),
            re.compile(r"(?:区域|跨域|异地|跨区域|省际)通办(?:专区|专栏)?|异地(?:可)?办(?:事)?|跨省办"),
        ),
        address=re.compile(r"kstb|kuasheng|ksbl|ksbs|trans-?province|kszq|kstbzq", re.IGNORECASE),
    ),
    Theme(
        name="一件事",
        lists=("one_thing",),
        words=(
            re.compile(
                r"[“\"「]?(?:高效)?(?:办成)?[“\"「]?一件事[”\"」]?(?:一次办|专区|专栏|集成服务|主题服务|套餐)?"
            ),
            re.compile(r"一件事|一事一次办|主题集成|套餐服务"),
        ),
        address=re.compile(r"yjs(?![a-z])|onething|one-?thing|yijianshi|gxbcyjs", re.IGNORECASE),
    ),
)
