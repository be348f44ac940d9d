"""How many pages of each address pattern are read: a portion, and more each time that it bore fruit.

A pattern that shows no guides and leads to none is not followed to its end (calendars, endless facets, mazes,
old news); one that does is given ever larger portions.
"""

from __future__ import annotations

from collections import Counter
from typing import Final

FIRST_PORTION: Final = 100
"""Pages of a pattern that are read before it has to have shown a guide, or led to one."""
NEXT_PORTIONS: Final = 8
"""How many times as many are read each time that it has."""
_FRUITFUL_SHARE: Final = 20
"""One page in so many has to be a guide, or to lead to guides not seen before."""


class Portions:
    """The portions of one crawl, by pattern."""

    def __init__(self) -> None:
        self._allowed: dict[str, int] = {}
        self._taken: Counter[str] = Counter()
        self._fruitful: Counter[str] = Counter()
        self.taken = 0
        """Pages taken so far, of all patterns."""

    @property
    def used_up(self) -> list[str]:
        """The patterns of which no more may be taken for now."""
        return [name for name in self._taken if not self.allows(name)]

    def allows(self, pattern: str) -> bool:
        """Whether another page of a pattern may be taken."""
        return self._taken[pattern] < self._allowed.get(pattern, FIRST_PORTION)

    def take(self, pattern: str, pages: int = 1) -> None:
        """Pages of a pattern are taken; fewer than none are given back."""
        self._taken[pattern] += pages
        self.taken += pages

    def bore(self, pattern: str, fruit: int) -> None:
        """So many pages of a pattern were guides, or led to new ones."""
        self._fruitful[pattern] += fruit

    def is_fruitful(self, pattern: str) -> bool:
        """Whether enough of a pattern's pages bore fruit for more of them to be read."""
        return self._fruitful[pattern] * _FRUITFUL_SHARE >= self._taken[pattern]

    def grow(self, pattern: str) -> None:
        """Allow the next portion."""
        self._allowed[pattern] = self._allowed.get(pattern, FIRST_PORTION) * NEXT_PORTIONS

    def remember(self, pattern: str, taken: int, fruitful: int) -> None:
        """Take up what an earlier process of the same crawl took: as many portions as that needs."""
        self.take(pattern, taken)
        self.bore(pattern, fruitful)
        while self._allowed.get(pattern, FIRST_PORTION) < taken and self.is_fruitful(pattern):
            self.grow(pattern)
