"""Pages at phone width: no horizontal scroll, a viewport, legible text (mobile_layout).

Looked at in Chromium with a phone's viewport, touch and User-Agent. Legible means 12 CSS pixels on the phone's
screen; the figure is ours, after Lighthouse's audit "legible font sizes" (the 18 of the 适老化 specifications,
accessibility rules AG-02 and AG-16, is for the age-friendly version of a page, not for every page).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from probes.browsers.devices import PHONE_WIDTH
from probes.probe import CrawledPage, Lane, Probe, RunContext, Unit
from results.moments import now
from results.records import Layout, Observation, Outcome, Page, Reason

if TYPE_CHECKING:
    from probes.browsers.loaded import Loaded

LEGIBLE_PX = 12
_SLACK_PX = 2
"""Widths that are not whole pixels are rounded, differently in each element."""
_MARGIN_S = 120.0

# A page laid out wider than the screen is shrunk to fit: its text is as small as it then appears. What html or
# body hide beyond their edge cannot be scrolled to.
_LOOK = """([width, legible]) => {
  const root = document.documentElement, body = document.body;
  const laidOut = root.clientWidth || width;
  const shrink = Math.min(1, width / laidOut);
  const style = getComputedStyle(root).overflowX !== 'visible' || !body ? root : body;
  const cut = /hidden|clip/.test(getComputedStyle(style).overflowX);
  const widest = Math.max(root.scrollWidth, body && body.tagName !== 'FRAMESET' ? body.scrollWidth : 0);
  let small = 0, all = 0, seen = 0;
  const walker = document.createTreeWalker(body || root, NodeFilter.SHOW_TEXT);
  while (walker.nextNode() && seen < 20000) {
    const characters = walker.currentNode.data.replace(/\\s+/g, '').length;
    const parent = walker.currentNode.parentElement;
    if (!characters || !parent) continue;
    seen += 1;
    if (parent.checkVisibility ? !parent.checkVisibility({visibilityProperty: true}) : !parent.getClientRects().length) continue;
    const size = parseFloat(getComputedStyle(parent).fontSize) * shrink;
    if (!(size > 0)) continue;
    all += characters;
    if (size < legible - 0.01) small += characters;
  }
  const declared = [...document.querySelectorAll('meta[name]')]
    .filter(each => each.name.toLowerCase() === 'viewport').map(each => each.content.toLowerCase());
  const fits = declared.some(content => {
    const set = /width\\s*=\\s*([a-z0-9.-]+)/.exec(content);
    if (set) return set[1].startsWith('device-width') || parseFloat(set[1]) <= 500;
    return /initial-scale\\s*=/.test(content);
  });
  return {
    overflow: cut ? 0 : Math.max(0, Math.round(widest - laidOut)),
    viewport: fits, small: all ? small / all : null,
  };
}"""
_LAYOUT_SCRIPT = f"({_LOOK})([{PHONE_WIDTH}, {LEGIBLE_PX}])"


class MobileLayout(Probe):
    """Looks at sampled pages at phone width."""

    name = "layout"
    about = "looks at pages at phone width"

    def units_for_page(self, context: RunContext, page: CrawledPage) -> Iterable[Unit]:
        """One look at each sampled page."""
        found = page.page

        async def measure(attempt: int) -> Sequence[Observation]:
            return [await _looked_at(context, found, attempt)]

        yield Unit(
            probe=self.name,
            key=f"phone {found.url}",
            lane=Lane.BROWSER,
            measure=measure,
            unmeasured=lambda reason: [_unmeasured(context, found, reason)],
            timeout_s=context.settings.page_timeout_s + _MARGIN_S,
        )


async def _looked_at(context: RunContext, page: Page, attempt: int) -> Layout:
    names = context.engines.names
    engine = "chromium" if "chromium" in names or not names else names[0]
    loaded = await context.engines.load(
        engine,
        page.url,
        device="phone",
        fresh=attempt > 1,
        timeout_s=context.page_limit_s(attempt),
        scope=context.portal.slug,
        screenshot=True,
        evaluate=_LAYOUT_SCRIPT,
    )
    return _observed(context, page, loaded, attempt)


def _observed(context: RunContext, page: Page, loaded: Loaded, attempt: int) -> Layout:
    assert page.id is not None
    seen: Mapping[str, Any] = loaded.measured or {}
    overflow = seen.get("overflow")
    scrolls = overflow is not None and overflow > _SLACK_PX
    reason = loaded.reason or (Reason.HORIZONTAL_SCROLL if scrolls else None)
    is_evidence = loaded.screenshot is not None and (reason is not None or seen.get("viewport") is False)
    return Layout(
        run_id=context.run_id,
        attempt=attempt,
        outcome=reason.outcome if reason else Outcome.OK,
        reason=reason,
        evidence_id=context.evidence.keep(loaded.screenshot or b"", "image/png") if is_evidence else None,
        measured_at=now(),
        note=loaded.note,
        page_id=page.id,
        width=PHONE_WIDTH,
        overflow_px=overflow,
        has_viewport=seen.get("viewport"),
        small_text_share=seen.get("small"),
    )


def _unmeasured(context: RunContext, page: Page, reason: Reason) -> Layout:
    assert page.id is not None
    return Layout(
        run_id=context.run_id,
        outcome=reason.outcome,
        reason=reason,
        measured_at=now(),
        page_id=page.id,
        width=PHONE_WIDTH,
    )
