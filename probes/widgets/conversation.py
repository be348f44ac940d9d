"""Putting a question to a bot and waiting for its reply to come to rest."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from playwright.async_api import Error

from checks.replies.appeared import Appeared, reply_in
from probes.widgets.chat_box import best_talk_box
from probes.widgets.notices import asks_who, fresh_fields
from probes.widgets.sending import ENTER, send_off
from probes.widgets.sight import Sighting, look, read_text
from probes.widgets.typing import held_text, type_into
from probes.widgets.watching import Reading, Watch
from probes.widgets.windows import Windows

_POLL_S = 0.15
_HINTS = 2
"""Lines that go away because something is typed: no more of them are taken for words in an empty field (ours)."""


@dataclass(frozen=True, kw_only=True)
class Patience:
    """How long a conversation waits, in seconds."""

    first_s: float = 35.0
    """For the first character of a reply: 30 s is as slow as counts, and a little beyond it."""
    rest_s: float = 2.5
    """A reply that has not changed for this long has come to rest."""
    busy_s: float = 12.0
    """The same, while the bot shows that it is still busy."""
    whole_s: float = 90.0
    """For a whole reply, streamed or in parts."""
    between_s: float = 1.5
    """Between a reply and the next question: a human's pace."""


@dataclass(frozen=True, kw_only=True)
class Answered:
    """What came of a question."""

    appeared: Appeared
    first_ms: float | None = None
    last_ms: float | None = None
    links: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    sent: bool = True


@dataclass
class Conversation:
    """A conversation with a bot, from an open field on."""

    windows: Windows
    box: Sighting
    patience: Patience = field(default_factory=Patience)
    greeting: tuple[str, ...] = ()
    """What stood there before the first question."""
    noise: frozenset[str] = frozenset()
    """Lines that come and go by themselves (news that rotate, clocks), their digits made one."""
    _watch: Watch | None = None
    _way: str | None = None
    _known_fields: Sequence[Sighting] = ()
    _sent_at: float | None = None
    """When the last question was sent, by the page's clock."""

    async def begin(self) -> None:
        """Learn what stands there, and what changes by itself."""
        await asyncio.sleep(0.5)
        self._known_fields = await look(self.windows.current, "fields")
        self._watch = Watch(self.windows.current, self.box)
        await self._watch.start()
        gone: set[str] = set()
        shown: set[str] = set(self._watch.known_lines)
        greeting: list[str] = list(self._watch.known_lines)
        until = time.monotonic() + max(1.0, min(3.0, 2 * self.patience.between_s))
        while time.monotonic() < until:
            await asyncio.sleep(0.25)
            lines = set((await self._watch.read()).lines)
            gone |= shown - lines
            shown |= lines
        # a greeting that comes late is no noise: what has come and stayed belongs to the greeting
        await self._watch.mark()
        stayed = list(self._watch.known_lines)
        greeting.extend(each for each in stayed if each not in greeting)
        self.greeting = tuple(greeting)
        self.noise = frozenset(_pattern(each) for each in gone)

    async def ask(self, question: str) -> Answered:
        """Put a question and wait for the reply.

        Raises:
            playwright.async_api.Error: The browser is gone.
        """
        assert self._watch is not None, "begin() comes first"
        box = await self._live_box()
        if box is None or box.element is None:
            return _nothing(("the field to talk in is gone",), sent=False)
        if not await self._wait_enabled(box):
            return _nothing(("the field to talk in stays closed",), sent=False)
        untyped = set((await self._watch.read()).lines)
        if not await type_into(box.element, question):
            return _nothing(("the field to talk in takes no text",), sent=False)
        await asyncio.sleep(0.15)
        before = tuple(self._watch.known_lines)
        self._sent_at = await self._watch.mark()
        before = tuple(self._watch.known_lines) or before
        hints = untyped - set(before)
        if len(hints) <= _HINTS:
            # the words that stand in an empty field come back when it has been sent
            self.noise |= {_pattern(each) for each in hints}
        started = time.monotonic()

        async def went_off() -> bool:
            return await self._went_off(box, question)

        self._way = await send_off(self.windows.current, box, went_off, enter_first=self._way == ENTER)
        if self._way is None:
            return _nothing(("neither Enter nor a button sent the question",), sent=False)
        return await self._await_reply(question, before, started)

    async def asks_who(self) -> bool:
        """Whether it has come to ask who one is (name, telephone), which it did not before it was talked to."""
        page = self.windows.current
        try:
            fields = fresh_fields(await look(page, "fields"), self._known_fields)
            return asks_who(await read_text(page), fields)
        except Error:
            return False

    async def await_late(self) -> bool:
        """After a question without a reply: give a late one time to come, lest it pass for the next one's.

        Returns:
            Whether something came late.
        """
        if self._watch is None:
            return False
        mark = tuple((await self._watch.read()).fresh)
        until = time.monotonic() + self.patience.busy_s
        while time.monotonic() < until:
            await asyncio.sleep(4 * _POLL_S)
            reading = await self._watch.read()
            if set(self._new(reading)) - set(mark):
                await asyncio.sleep(self.patience.rest_s)
                return True
        return False

    async def _live_box(self) -> Sighting | None:
        """The field, found again where the page has drawn it anew or gone elsewhere."""
        page = self.windows.current
        if self.box.element is not None and self.box.frame is not None and not self.box.frame.is_detached():
            try:
                place = await self.box.element.bounding_box()
                if place is not None and await self.box.element.is_visible():
                    # messages may have moved it since it was found
                    at = (place["x"], place["y"], place["width"], place["height"])
                    self.box = replace(self.box, box=at)
                    return self.box
            except Error:
                pass
        for _ in range(10):
            box = best_talk_box(await look(page, "fields"))
            if box is not None:
                self.box = box
                self._watch = Watch(page, box)
                await self._watch.start()
                return box
            await asyncio.sleep(0.3)
        return None

    async def _still_talks(self) -> bool:
        """Whether the page, gone elsewhere, still has a field to talk in."""
        for _ in range(8):
            box = best_talk_box(await look(self.windows.current, "fields"))
            if box is not None:
                self.box = box
                return True
            await asyncio.sleep(0.3)
        return False

    async def _wait_enabled(self, box: Sighting) -> bool:
        assert box.element is not None
        until = time.monotonic() + self.patience.busy_s
        while time.monotonic() < until:
            try:
                if await box.element.is_enabled():
                    return True
            except Error:
                return False
            await asyncio.sleep(_POLL_S)
        return False

    async def _went_off(self, box: Sighting, question: str) -> bool:
        """Whether the question left the field, or something came; then the last key or click was what sent it."""
        assert box.element is not None and self._watch is not None
        until = time.monotonic() + 1.5
        while time.monotonic() < until:
            held = await held_text(box.element)
            reading = await self._watch.read()
            if held is None or question not in held or reading.moved or self._new(reading):
                self._sent_at = reading.acted_at or self._sent_at
                return True
            await asyncio.sleep(_POLL_S)
        return False

    def _new(self, reading: Reading) -> list[str]:
        return [each for each in reading.fresh if _pattern(each) not in self.noise]

    async def _await_reply(self, question: str, before: Sequence[str], started: float) -> Answered:
        assert self._watch is not None

        def found(lines: Sequence[str]) -> Appeared:
            fresh = [each for each in lines if _pattern(each) not in self.noise]
            return reply_in(fresh, question, shown_before=before, greeting=self.greeting)

        def said(lines: Sequence[str]) -> str:
            return found(lines).text

        sent_at = self._sent_at
        last_text, changed, moved = "", time.monotonic(), False
        thought, thought_at = Appeared.nothing(), time.monotonic()
        while True:
            reading = await self._watch.read()
            if reading.moved and not moved and not await self._still_talks():
                return _nothing(("the page went elsewhere while the reply was awaited",))
            if self.box.frame is None or self.box.frame.is_detached():
                if not await self._still_talks():
                    return _nothing(("the frame of the bot went away while the reply was awaited",))
                self._watch = Watch(self.windows.current, self.box)
                await self._watch.start()
            moved = moved or reading.moved
            appeared = found(reading.fresh)
            if not appeared.text and reading.renewed:
                # the same words in the place of an earlier answer
                appeared = found(reading.renewed)
            now = time.monotonic()
            if appeared.text != last_text:
                last_text, changed = appeared.text, now
            thinking = found(reading.thought)
            if thinking.text != thought.text:
                thought, thought_at = thinking, now
            quiet = now - changed
            waited = now - started
            if appeared.text and quiet >= (self.patience.busy_s if appeared.typing else self.patience.rest_s):
                break
            if not appeared.text and now - thought_at >= self.patience.busy_s:
                if thought.text and not (appeared.typing or thought.typing):
                    # nothing follows: what looked like thinking aloud was the answer
                    appeared, changed = thought, thought_at
                    break
                if waited >= self.patience.first_s:
                    break
            if waited >= self.patience.whole_s or self.windows.current.is_closed():
                break
            await asyncio.sleep(_POLL_S)
        notes = []
        if moved:
            notes.append("the page went to another document while the reply was awaited")
        if appeared.flooded:
            notes.append("the reply was cut: the bot floods")
        first = reading.first(said) if sent_at is not None else None
        last = reading.last(said) if sent_at is not None else None
        if appeared.text and first is None and sent_at is not None:
            first = last = sent_at + (changed - started) * 1000
        return Answered(
            appeared=appeared,
            first_ms=_since(sent_at, first),
            last_ms=_since(sent_at, last),
            links=reading.links,
            notes=tuple(notes),
        )


def _pattern(line: str) -> str:
    return re.sub(r"\d+", "0", line)


def _since(sent: float | None, moment: float | None) -> float | None:
    return None if sent is None or moment is None else round(max(0.0, moment - sent), 1)


def _nothing(notes: tuple[str, ...], *, sent: bool = True) -> Answered:
    return Answered(appeared=Appeared.nothing(), notes=notes, sent=sent)
