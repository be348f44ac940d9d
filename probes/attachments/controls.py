"""Finding the one control that fetches an attachment, and using it; nothing else on the page is touched."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from playwright.async_api import ElementHandle, Error, Frame, Page

from results.records import Attachment
from spiders.acting import ACT, LONGEST_ACT

# What the page calls it and where it stands may have moved since it was read, so candidates are gathered from
# the surest to the least sure (its selector, its script, the identifier of a two-step interface in any attribute,
# its words) and the first wins that looks like what was read and stands in the row that names the attachment.
_FIND = r"""
([wanted]) => {
  const squeeze = text => (text || '').replace(/\s+/g, '');
  const clickable = 'a,button,[onclick],[role=button],[role=link],input[type=button],input[type=submit],input[type=image]';
  const shown = element => squeeze(element.innerText || element.textContent || element.value || element.title);
  const text = squeeze(wanted.text), label = squeeze(wanted.label);
  const row = label.endsWith('（' + text + '）') ? label.slice(0, -text.length - 2) : label === text ? '' : label;
  const posts = 'action' in wanted;
  const searches = /^(搜索|查询)/, acts = words => words.length <= wanted.longestAct && new RegExp(wanted.act).test(words);
  const sends = element => (element.form || element.closest('form'))
    && /^(submit|image)$/i.test(element.type || (element.tagName === 'BUTTON' ? 'submit' : ''));
  const fit = element => element && (posts || !sends(element)) && !acts(shown(element)) && (text || !searches.test(shown(element)))
    && (!/^(INPUT|SELECT|TEXTAREA)$/.test(element.tagName) || /^(submit|button|image)$/i.test(element.type || ''));
  const looksLike = element => {
    if (wanted.onclick && element.getAttribute('onclick') === wanted.onclick) return true;
    if (wanted.href && element.getAttribute('href') === wanted.href) return true;
    const words = shown(element);
    if (text) return words === text || words.includes(text);
    return 'text' in wanted || words.includes(label) || squeeze(element.title) === label;
  };
  const inRow = element => {
    for (let box = element, steps = 0; box && steps < 6 && box !== document.body; box = box.parentElement, steps++) {
      if (squeeze(box.textContent).includes(row)) return true;
      if (/^(TR|LI|TABLE|UL|OL|TBODY|SECTION)$/.test(box.tagName)) return false;
    }
    return false;
  };
  const all = selector => { try { return [...document.querySelectorAll(selector)]; } catch (_) { return []; } };
  const inner = element => element.matches(clickable) ? element
    : element.querySelector(clickable) || element.closest(clickable) || element;
  const kinds = /example|sample/i.test(wanted.field || '') ? /样[表本例]|示例|范[本例]|实例/ : /空[白表]|下载|表格|表单|附件/;

  const candidates = [];
  if (wanted.selector) {
    const found = all(wanted.selector);
    candidates.push(found[wanted.index || 0], ...found);
  }
  const clickables = all(clickable);
  if (wanted.onclick) candidates.push(...clickables.filter(each => each.getAttribute('onclick') === wanted.onclick));
  if (wanted.href) candidates.push(...clickables.filter(each => each.getAttribute('href') === wanted.href));
  if (text || !('text' in wanted)) candidates.push(...clickables);
  const alike = candidates.filter(element => fit(element) && looksLike(element));
  const byGuid = () => {
    const holders = all('*').filter(element => [...element.attributes].some(each => each.value.includes(wanted.guid)));
    const leaves = holders.filter(element => !holders.some(other => other !== element && element.contains(other)));
    const controls = leaves.map(inner).filter(fit);
    return controls.find(element => kinds.test(shown(element))) || controls[0];
  };
  const sure = wanted.selector && alike.length && alike[0] === candidates[0];
  if (alike.length && (sure || !wanted.guid)) return (row && alike.find(inRow)) || alike[0];
  const held = wanted.guid && byGuid();
  if (held) return held;
  if (alike.length) return alike[0];
  if (wanted.action) {
    const same = value => { try { return new URL(value, document.baseURI).href; } catch (_) { return value; } };
    const fits = form => Object.entries(wanted.fields || {}).filter(([name, value]) =>
      [...form.elements].some(each => each.name === name && each.value === String(value))).length;
    const forms = all('form').filter(form => same(form.getAttribute('action') || '') === same(wanted.action));
    forms.sort((one, other) => fits(other) - fits(one));
    if (forms.length) return forms[0];
  }
  const name = row || label;
  if (!name) return null;
  const leaf = all('td,li,p,div,span,dd,dt,strong,h3,h4,h5').filter(element => squeeze(element.textContent) === name).pop();
  for (let box = leaf, steps = 0; box && steps < 4; box = box.parentElement, steps++) {
    const controls = [...box.querySelectorAll(clickable)].filter(fit);
    const best = controls.find(element => kinds.test(shown(element))) || (controls.length === 1 ? controls[0] : null);
    if (best) return best;
  }
  // a framework's row that listens without saying so
  return leaf && leaf.childElementCount === 0 ? leaf : null;
}
"""

_SUBMIT = """form => {
  const control = form.querySelector('[type=submit],[type=image],button:not([type=button]):not([type=reset])');
  if (control) control.click(); else if (form.requestSubmit) form.requestSubmit(); else form.submit();
}"""

# a link of the page's own making, so that cookies and Referer are those of a click on it
_FOLLOW = """url => {
  const link = document.createElement('a');
  link.href = url; link.rel = ''; link.style.display = 'none';
  (document.body || document.documentElement).append(link);
  link.click(); link.remove();
}"""


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What is known of the control that fetches an attachment."""

    label: str
    handle: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, attachment: Attachment) -> Wanted:
        """What the reader wrote down of it."""
        handle = {}
        if attachment.handle:
            try:
                read = json.loads(attachment.handle)
            except ValueError:
                read = {"selector": attachment.handle}
            handle = read if isinstance(read, dict) else {}
        return cls(label=attachment.label, handle=handle)

    def for_script(self) -> dict[str, Any]:
        """As the finding script takes it."""
        return {"label": self.label, **self.handle, "act": ACT.pattern, "longestAct": LONGEST_ACT}

    @property
    def asks(self) -> tuple[str, ...]:
        """The fields that its form leaves to a visitor to fill in; we fill in none."""
        asked = self.handle.get("asks")
        return tuple(map(str, asked)) if isinstance(asked, list) else ()


async def find(page: Page, wanted: Wanted) -> ElementHandle | None:
    """The control, in the page or one of its frames; None when there is none."""
    for frame in page.frames:
        found = await _in_frame(frame, wanted)
        if found is not None:
            return found
    return None


async def use(control: ElementHandle) -> None:
    """Submit a download form, or click a control; one that is hidden in a tab is clicked by script.

    Raises:
        playwright.async_api.Error: The page is gone.
    """
    if await control.evaluate("element => element.tagName === 'FORM'"):
        await control.evaluate(_SUBMIT)
        return
    try:
        await control.scroll_into_view_if_needed(timeout=1500)
        await control.click(timeout=3000, no_wait_after=True)
    except Error:
        await control.evaluate("element => element.click()")


async def follow(page: Page, url: str) -> None:
    """Follow an address from the page, as a click on its link would."""
    await page.evaluate(_FOLLOW, url)


async def _in_frame(frame: Frame, wanted: Wanted) -> ElementHandle | None:
    try:
        found = await frame.evaluate_handle(_FIND, [wanted.for_script()])
    except Error:
        return None  # a frame that has gone, or of another origin that shows nothing
    return found.as_element()
