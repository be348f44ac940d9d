"""What a page shows anew, stamped by the page's own clock: over frames, shadow roots and changes of document."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from playwright.async_api import ElementHandle, Error, Frame, Page

from probes.widgets.sight import Sighting, script

_ROOMY = 200
"""A frame that is lower than this, in pixels, has no room for messages beside the field."""


@dataclass(frozen=True)
class Sample:
    """The lines that were new at one moment."""

    at: float
    """Milliseconds since 1970, by the page's clock."""
    fresh: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What has appeared since the last mark."""

    tracks: tuple[tuple[Sample, ...], ...] = ()
    """One series of samples for each document that is watched."""
    links: tuple[str, ...] = ()
    renewed: tuple[str, ...] = ()
    """Lines that went away and came again: an answer that took the place of an earlier, equal one."""
    lines: tuple[str, ...] = ()
    """Everything that is shown now, but what a model thinks aloud."""
    thought: tuple[str, ...] = ()
    """New lines of the blocks in which a model thinks aloud."""
    acted_at: float | None = None
    """When a key or a button was pressed last, by the page's clock."""
    moved: bool = False
    """Whether a document was left for another one."""

    @property
    def fresh(self) -> tuple[str, ...]:
        """The lines that are new now, in the order of the page."""
        return tuple(line for track in self.tracks if track for line in track[-1].fresh)

    @property
    def passing(self) -> tuple[str, ...]:
        """The lines that were new at any moment, those that went away again too."""
        samples = (sample for track in self.tracks for sample in track)
        return tuple(dict.fromkeys(line for sample in samples for line in sample.fresh))

    @property
    def changed_at(self) -> float | None:
        """When the new lines changed last."""
        moments = [track[-1].at for track in self.tracks if track]
        return max(moments) if moments else None

    def first(self, said: Callable[[Sequence[str]], str]) -> float | None:
        """When the new lines first said something.

        Args:
            said: What lines say; empty for nothing.
        """
        moments = [next((sample.at for sample in track if said(sample.fresh)), None) for track in self.tracks]
        return min((each for each in moments if each is not None), default=None)

    def last(self, said: Callable[[Sequence[str]], str]) -> float | None:
        """When what is said came to its final wording."""
        moments = []
        for track in self.tracks:
            final = said(track[-1].fresh) if track else ""
            if not final:
                continue
            moment = track[-1].at
            for sample in reversed(track):
                if said(sample.fresh) != final:
                    break
                moment = sample.at
            moments.append(moment)
        return max(moments, default=None)


@dataclass
class Watch:
    """Watches a page, or the block in which a field works."""

    page: Page
    box: Sighting | None = None
    """The field whose conversation is watched; None for the whole page."""
    _lines: dict[Frame, list[str]] = field(default_factory=dict)
    _moved: bool = False
    _anchor: tuple[Frame, ElementHandle | None] | None = None

    @property
    def known_lines(self) -> list[str]:
        """The lines that were shown when the watch began or was last marked."""
        return [line for lines in self._lines.values() for line in lines]

    async def start(self) -> None:
        """Begin: what is shown now is known."""
        self._lines.clear()
        for frame in await self._scope():
            await self._start(frame, None)

    async def mark(self) -> float | None:
        """Take what is shown now as known.

        Returns:
            The page's clock, milliseconds since 1970; None where no document answered.
        """
        self._moved = False
        moment: float | None = None
        for frame in await self._scope():
            answer = await self._ask(frame, {"op": "mark"})
            if answer is None:
                answer = await self._start(frame, None)
            if answer is not None:
                self._lines[frame] = answer["lines"]
                moment = max(moment or 0.0, float(answer["now"]))
        return moment

    async def read(self) -> Reading:
        """What has appeared since the last mark."""
        tracks: list[tuple[Sample, ...]] = []
        links: list[str] = []
        renewed: list[str] = []
        lines: list[str] = []
        thought: list[str] = []
        acted: list[float] = []
        for frame in await self._scope():
            answer = await self._ask(frame, {"op": "read"})
            if answer is None:
                # another document has taken this one's place: what both show is not new
                if frame in self._lines:
                    self._moved = True
                before = self._lines.get(frame, self.known_lines)
                if await self._start(frame, before) is None:
                    continue
                answer = await self._ask(frame, {"op": "read"})
                if answer is None:
                    continue
            tracks.append(tuple(Sample(each["at"], tuple(each["fresh"])) for each in answer["samples"]))
            links.extend(answer["links"])
            renewed.extend(answer["renewed"])
            lines.extend(answer["lines"])
            thought.extend(answer["thought"])
            if answer["acted"] is not None:
                acted.append(float(answer["acted"]))
        return Reading(
            tracks=tuple(tracks),
            links=tuple(links),
            renewed=tuple(renewed),
            lines=tuple(lines),
            thought=tuple(thought),
            acted_at=max(acted, default=None),
            moved=self._moved,
        )

    async def _start(self, frame: Frame, before: list[str] | None) -> dict[str, Any] | None:
        element = self._anchor[1] if self._anchor is not None and self._anchor[0] is frame else None
        answer = await self._ask(frame, {"op": "start", "field": element, "before": before})
        if answer is None and element is not None:
            answer = await self._ask(frame, {"op": "start", "field": None, "before": before})
        if answer is not None and before is None:
            self._lines[frame] = answer["lines"]
        elif answer is not None:
            self._lines.setdefault(frame, before or [])
        return answer

    @staticmethod
    async def _ask(frame: Frame, ask: dict[str, Any]) -> dict[str, Any] | None:
        try:
            answer: dict[str, Any] | None = await frame.evaluate(script("watch.js"), ask)
        except Error:
            return None
        return answer

    async def _scope(self) -> list[Frame]:
        """The documents to watch: that of the block in which the field works, and the frames in it; else all."""
        frames = [each for each in self.page.frames if not each.is_detached()]
        if self.box is None or self.box.frame is None:
            return frames
        if self.box.frame.is_detached():
            return []
        if self._anchor is None or self._anchor[0].is_detached():
            self._anchor = await _anchor_of(self.box)
        own = self._anchor[0]
        if own.parent_frame is not None:
            top = own
            while top.parent_frame is not None and top.parent_frame.parent_frame is not None:
                top = top.parent_frame
            return [each for each in frames if _descends(each, top)]
        if own not in self._lines:
            await self._start(own, None)
        return [each for each in frames if each is own or await _lies_within(each)]


async def _anchor_of(box: Sighting) -> tuple[Frame, ElementHandle | None]:
    """The field, or the frame that holds hardly more than the field (the messages then lie beside it)."""
    frame, element = box.frame, box.element
    assert frame is not None
    try:
        while frame.parent_frame is not None:
            holder = await frame.frame_element()
            place = await holder.bounding_box()
            if place is None or place["height"] >= _ROOMY:
                break
            frame, element = frame.parent_frame, holder
    except Error:
        return box.frame or frame, box.element
    return frame, element


def _descends(frame: Frame, ancestor: Frame) -> bool:
    at: Frame | None = frame
    while at is not None:
        if at is ancestor:
            return True
        at = at.parent_frame
    return False


async def _lies_within(frame: Frame) -> bool:
    """Whether a frame lies, at some depth, in the block that the main document watches."""
    while frame.parent_frame is not None and frame.parent_frame.parent_frame is not None:
        frame = frame.parent_frame
    if frame.parent_frame is None:
        return False
    try:
        element = await frame.frame_element()
        within: bool = await element.evaluate(
            """element => {
              const region = (window.__portalProbeWatch || {}).region;
              for (let at = element; at; at = at.parentElement || (at.getRootNode().host || null))
                if (at === region) return true;
              return false;
            }"""
        )
    except Error:
        return False
    return within
