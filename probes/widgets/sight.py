"""What a person could act on in a page: its fields and clickable things, frames and open shadow roots included."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from playwright.async_api import ElementHandle, Error, Frame, Page

Want = Literal["fields", "clickables"]

_MOST_FRAMES = 30


@cache
def script(name: str) -> str:
    """The text of one of this package's page scripts."""
    return files("probes.widgets").joinpath(name).read_text(encoding="utf-8")


@dataclass(frozen=True, kw_only=True)
class Sighting:
    """One thing on the page, with everything that speaks for what it is. Lengths in CSS pixels."""

    tag: str
    type: str = ""
    role: str = ""
    text: str = ""
    """What it shows."""
    label: str = ""
    """What it is called besides: aria-label, title, alternative text, label."""
    placeholder: str = ""
    hints: str = ""
    """Names that its author gave it: id, name, class, addresses, scripts. They hint, they never decide."""
    href: str = ""
    box: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)
    """Left, top, width, height within the window."""
    fixed: bool = False
    """Whether it floats above the page, by itself or with the frame that holds it."""
    z: int = 0
    visible: bool = True
    on_top: bool | None = None
    area: str = ""
    """The landmark that it lies in: nav, header, footer, main, dialog … or nothing."""
    disabled: bool = False
    readonly: bool = False
    depth_in_shadow: bool = False
    view: tuple[float, float] = (0.0, 0.0)
    form_hints: str = ""
    form_role: str = ""
    near_text: str = ""
    """For a field: the text of the block that it works in."""
    fellow_fields: int = 0
    """For a field: other visible fields in that block."""
    fellows: str = ""
    """For a field: what those are called."""
    titles: tuple[tuple[str, ...], ...] = ()
    """For a field: the lines that stand before it, level by level outwards, without words to press."""
    buttons: tuple[str, ...] = ()
    """For a field: the words to press beside it."""
    room: float | None = None
    """For a field in a window that floats: the height above it there; None elsewhere."""
    submits: tuple[str, ...] = ()
    """For a field: what the buttons say that hand in its form."""
    passwords: int = 0
    frame_url: str = ""
    in_frame: bool = False
    frame_box: tuple[float, float, float, float] | None = None
    """For a thing in a frame: left, top, width, height of that frame."""
    frame: Frame | None = field(default=None, repr=False, compare=False)
    element: ElementHandle | None = field(default=None, repr=False, compare=False)

    @property
    def names(self) -> str:
        """All that a reader sees or hears of it."""
        return " ".join(each for each in (self.text, self.label, self.placeholder) if each)

    @property
    def middle(self) -> tuple[float, float]:
        """Its middle within the window."""
        left, top, width, height = self.box
        return left + width / 2, top + height / 2


_TEXT = """() => {
  const texts = [document.body ? document.body.innerText || '' : ''];
  const walk = root => {
    for (const each of root.querySelectorAll('*')) {
      if (!each.shadowRoot) continue;
      for (const child of each.shadowRoot.children)
        if (child.innerText && !/^(STYLE|SCRIPT)$/.test(child.tagName)) texts.push(child.innerText);
      walk(each.shadowRoot);
    }
  };
  walk(document);
  return texts.join('\\n');
}"""


async def read_text(page: Page) -> str:
    """What a page shows as text, frames and open shadow roots included; empty where nothing can be read."""
    texts = []
    for frame in page.frames[:_MOST_FRAMES]:
        try:
            texts.append(await frame.evaluate(_TEXT))
        except Error:
            continue
    return "\n".join(texts)


async def look(page: Page, want: Want) -> list[Sighting]:
    """Every field or clickable thing of a page and its frames, in document order.

    Frames that go away while they are looked at are left out.

    Raises:
        playwright.async_api.Error: The page itself or its browser is gone.
    """
    found: list[Sighting] = []
    for frame in page.frames[:_MOST_FRAMES]:
        try:
            found.extend(await _look_into(frame, want))
        except Error:
            if page.is_closed() or frame is page.main_frame:
                raise
    return found


async def _look_into(frame: Frame, want: Want) -> list[Sighting]:
    place: dict[str, Any] = {}
    if frame.parent_frame is not None:
        holder = await _holder(frame)
        if holder is None:
            return []
        place = holder
    result = await frame.evaluate_handle(script("sight.js"), {"want": want})
    facts = await (await result.get_property("facts")).json_value()
    elements = await (await result.get_property("elements")).get_properties()
    handles = [elements[str(index)].as_element() for index in range(len(facts))]
    sightings = []
    for fact, handle in zip(facts, handles, strict=True):
        if handle is not None:
            sightings.append(_placed(fact, handle, frame, place))
    await result.dispose()
    return sightings


_BEFORE = """element => {
  // what a window that is drawn around a frame is called: the lines before it
  const lines = [];
  for (let at = element, level = 0; at && at !== document.body && level < 5; at = at.parentElement, level++) {
    if (at.previousElementSibling) lines.push(...at.previousElementSibling.innerText.split('\\n').reverse().slice(0, 3));
    if (getComputedStyle(at).position === 'fixed') break;
  }
  return lines.map(each => each.trim().slice(0, 60)).filter(Boolean).slice(0, 8);
}"""


async def _holder(frame: Frame) -> dict[str, Any] | None:
    """Where the frame's own element lies and whether it floats; None when it cannot be seen."""
    element = await frame.frame_element()
    box = await element.bounding_box()
    if box is None or box["width"] < 4 or box["height"] < 4 or not await element.is_visible():
        return None
    floats: bool = await element.evaluate(
        """element => {
          for (let at = element; at; at = at.parentElement || (at.getRootNode().host || null)) {
            const style = getComputedStyle(at);
            if (style.position === 'fixed' || style.position === 'sticky') return true;
          }
          return false;
        }"""
    )
    title: list[str] = await element.evaluate(_BEFORE)
    view = await frame.page.evaluate("() => [innerWidth, innerHeight]")
    return {
        "x": box["x"],
        "y": box["y"],
        "w": box["width"],
        "h": box["height"],
        "floats": floats,
        "title": title,
        "view": view,
    }


def _placed(fact: dict[str, Any], handle: ElementHandle, frame: Frame, place: dict[str, Any]) -> Sighting:
    left, top, width, height = fact.pop("box")
    view = tuple(fact.pop("view"))
    titles = [tuple(level) for level in fact.pop("titles")]
    if titles and place:
        titles.append(tuple(place["title"]))
    if place:
        left, top, view = left + place["x"], top + place["y"], tuple(place["view"])
        fact["fixed"] = fact["fixed"] or place["floats"]
    return Sighting(
        **fact | {"buttons": tuple(fact["buttons"]), "submits": tuple(fact["submits"])},
        titles=tuple(titles),
        box=(left, top, width, height),
        view=(view[0], view[1]),
        frame_url=frame.url,
        in_frame=bool(place),
        frame_box=(place["x"], place["y"], place["w"], place["h"]) if place else None,
        frame=frame,
        element=handle,
    )
