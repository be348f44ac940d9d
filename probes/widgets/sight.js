// What a person could act on in this document, open shadow roots included.
// ask.want: "fields" (where text is typed) or "clickables" (what answers to a click).
// Returns {elements, facts}: the same order, one fact object an element.
(ask) => {
  const LIMIT = 1200;
  const parentOf = (node) => node.parentElement || (node.getRootNode() instanceof ShadowRoot ? node.getRootNode().host : null);
  const everything = [];
  const walk = (root) => {
    for (const each of root.querySelectorAll("*")) {
      everything.push(each);
      if (each.shadowRoot) walk(each.shadowRoot);
    }
  };
  walk(document);
  const styles = new Map();
  const styleOf = (element) => {
    let style = styles.get(element);
    if (!style) { style = getComputedStyle(element); styles.set(element, style); }
    return style;
  };
  const clean = (text, most) => (text || "").replace(/\s+/g, " ").trim().slice(0, most);
  const shown = (element) => {
    const box = element.getBoundingClientRect();
    if (box.width < 4 || box.height < 4) return false;
    for (let at = element; at; at = parentOf(at)) {
      const style = styleOf(at);
      if (style.display === "none" || parseFloat(style.opacity) < 0.05) return false;
    }
    return styleOf(element).visibility === "visible";
  };
  const TEXTLIKE = new Set(["", "text", "search", "tel", "url", "email", "number"]);
  const isField = (element) => {
    const tag = element.tagName;
    if (tag === "TEXTAREA") return true;
    if (tag === "INPUT") return TEXTLIKE.has((element.getAttribute("type") || "").toLowerCase());
    const editable = element.getAttribute("contenteditable");
    if (editable !== null && editable.toLowerCase() !== "false") return true;
    // a wrapper that plays the textbox is none where the real field lies in it
    return ["textbox", "searchbox"].includes(element.getAttribute("role")) && tag !== "INPUT"
      && !element.querySelector("textarea, input, [contenteditable]");
  };
  const isPassword = (element) => element.tagName === "INPUT" && element.type === "password";
  const ROLES = new Set(["button", "link", "tab", "menuitem", "option", "radio"]);
  const isClickable = (element) => {
    const tag = element.tagName;
    if (["A", "BUTTON", "SUMMARY"].includes(tag)) return true;
    if (tag === "INPUT") return ["submit", "button", "image"].includes(element.type);
    if (ROLES.has(element.getAttribute("role")) || element.hasAttribute("onclick")) return true;
    if (tag.includes("-") && element.shadowRoot === null && fixed(element)[0]) return true;
    const parent = parentOf(element);
    if (styleOf(element).cursor === "pointer") {
      return !parent || styleOf(parent).cursor !== "pointer";
    }
    // a picture or a block that floats above the page is there to be clicked, whatever its cursor says
    return ["fixed"].includes(styleOf(element).position) && element.getBoundingClientRect().width <= 220
      && element.getBoundingClientRect().height <= 220;
  };
  const fixed = (element) => {
    let found = false, z = 0;
    for (let at = element; at; at = parentOf(at)) {
      const style = styleOf(at);
      if (style.position === "fixed" || style.position === "sticky") found = true;
      const own = parseInt(style.zIndex, 10);
      if (!Number.isNaN(own) && own > z) z = own;
    }
    return [found, z];
  };
  const within = (element, wanted) => {
    for (let at = element; at; at = parentOf(at)) if (wanted(at)) return at;
    return null;
  };
  const namesOf = (element) => {
    const parts = [];
    const take = (value) => { if (value && !parts.includes(value.trim())) parts.push(value.trim()); };
    for (const name of ["aria-label", "title", "alt", "data-title", "data-tip", "data-tooltip"]) take(element.getAttribute(name));
    if (element.tagName === "INPUT" && ["submit", "button", "image"].includes(element.type)) take(element.value);
    const by = element.getAttribute("aria-labelledby");
    if (by) for (const id of by.split(/\s+/)) {
      const other = element.getRootNode().getElementById ? element.getRootNode().getElementById(id) : null;
      if (other) take(clean(other.textContent, 60));
    }
    if (element.labels) for (const label of element.labels) take(clean(label.textContent, 60));
    let seen = 0;
    for (const inner of element.querySelectorAll("img,svg,[title],[aria-label]")) {
      if (++seen > 6) break;
      for (const name of ["alt", "title", "aria-label"]) take(inner.getAttribute(name));
      if (inner.tagName.toLowerCase() === "svg") { const title = inner.querySelector("title"); if (title) take(title.textContent); }
    }
    return clean(parts.join(" "), 160);
  };
  const hintsOf = (element) => {
    const parts = [];
    const look = (at) => {
      for (const name of ["id", "name", "class", "href", "src", "onclick", "action", "data-action", "href", "data-url"]) {
        const value = at.getAttribute(name);
        if (value && !value.startsWith("data:")) parts.push(value.slice(0, 120));
      }
      if (at.tagName.includes("-")) parts.push(at.tagName.toLowerCase());
    };
    look(element);
    let seen = 0;
    for (const inner of element.querySelectorAll("img,i,svg,use,span")) { if (++seen > 5) break; look(inner); }
    const picture = styleOf(element).backgroundImage;
    if (picture && picture.startsWith("url(") && !picture.startsWith('url("data:')) parts.push(picture.slice(0, 160));
    return clean(parts.join(" "), 500);
  };
  const deepCount = (root, wanted) => {
    let count = 0;
    const visit = (node) => {
      for (const each of node.querySelectorAll("*")) {
        if (wanted(each)) count += 1;
        if (each.shadowRoot) visit(each.shadowRoot);
      }
    };
    visit(root);
    return count;
  };
  // the block that a field works in: its form, or the first ancestor with room for something beside it
  const surroundings = (element) => {
    const own = element.getBoundingClientRect();
    let region = parentOf(element) || element;
    for (let at = region; at && at !== document.body && at !== document.documentElement; at = parentOf(at)) {
      region = at;
      const box = at.getBoundingClientRect();
      if (at.tagName === "FORM" || box.height - own.height > 120) break;
    }
    return region;
  };
  const box = (element) => { const r = element.getBoundingClientRect(); return [r.x, r.y, r.width, r.height]; };
  const onTop = (element) => {
    const r = element.getBoundingClientRect();
    const x = r.x + r.width / 2, y = r.y + r.height / 2;
    if (x < 0 || y < 0 || x >= innerWidth || y >= innerHeight) return null;
    let hit = document.elementFromPoint(x, y);
    while (hit && hit.shadowRoot) {
      const inner = hit.shadowRoot.elementFromPoint(x, y);
      if (!inner || inner === hit) break;
      hit = inner;
    }
    for (let at = hit; at; at = parentOf(at)) if (at === element) return true;
    for (let at = element; at; at = parentOf(at)) if (at === hit) return false;
    return false;
  };
  const NAVISH = /(^|[-_ ])(nav|menu|header|footer|breadcrumb|copyright)([-_ ]|$)/i;
  const areaOf = (element) => {
    const found = within(element, (at) => ["NAV", "HEADER", "FOOTER", "ASIDE", "MAIN"].includes(at.tagName)
      || ["navigation", "banner", "contentinfo", "complementary", "main", "search", "dialog", "log"].includes(at.getAttribute("role"))
      || NAVISH.test(at.id) || (typeof at.className === "string" && NAVISH.test(at.className)));
    return found ? (found.getAttribute("role") || found.tagName).toLowerCase() : "";
  };
  // what a field is for, as the page says it: the lines before it, level by level outwards, words to press left out
  const LEVELS = 7, LINES = 6;
  const linesOf = (root) => {
    const found = [];
    const read = (node) => {
      if (found.length >= 60) return;
      if (node.nodeType === 3) { const text = clean(node.nodeValue, 60); if (text) found.push(text); return; }
      if (node.nodeType !== 1 || /^(SCRIPT|STYLE|TEMPLATE|NOSCRIPT|OPTION|TEXTAREA|IFRAME)$/.test(node.tagName)) return;
      if (isClickable(node) || !shown(node)) return;
      for (const each of node.childNodes) read(each);
    };
    read(root);
    return found;
  };
  const titlesOf = (element) => {
    const levels = [];
    let at = element;
    for (let level = 0; level < LEVELS; level++) {
      const lines = [];
      for (let before = at.previousSibling; before && lines.length < LINES; before = before.previousSibling)
        lines.push(...linesOf(before).reverse());
      levels.push(lines.slice(0, LINES));
      const over = parentOf(at);
      if (!over || over === document.body || styleOf(over).position === "fixed" || over.getAttribute("role") === "dialog") break;
      at = over;
    }
    return [...levels, [clean(document.title, 60)]].filter((each) => each.some(Boolean));
  };
  // the words to press beside a field: of its form, or of the first block that has any
  const buttonsOf = (element) => {
    for (let at = parentOf(element), level = 0; at && level < LEVELS; at = parentOf(at), level++) {
      const words = [...at.querySelectorAll("*")].filter((each) => isClickable(each) && !/^http/.test(each.href || "") && shown(each))
        .map((each) => clean(each.innerText || each.value || namesOf(each), 20)).filter(Boolean);
      if (words.length) return words.slice(0, 20);
      if (at.tagName === "FORM" || at === document.body) break;
    }
    return [];
  };
  const roomAbove = (element) => {
    const panel = within(element, (at) => styleOf(at).position === "fixed" || at.getAttribute("role") === "dialog");
    return panel && panel !== element ? element.getBoundingClientRect().y - panel.getBoundingClientRect().y : null;
  };
  const submitsOf = (form) => form ? [...form.elements].filter((each) => ["submit", "image"].includes(each.type) && shown(each))
    .map((each) => clean(each.innerText || each.value || namesOf(each), 20)).filter(Boolean) : [];
  const elements = [], facts = [];
  for (const element of everything) {
    if (elements.length >= LIMIT) break;
    const wanted = ask.want === "fields" ? isField(element) : isClickable(element);
    if (!wanted) continue;
    const visible = shown(element);
    if (!visible && ask.want === "clickables") continue;
    const [isFixed, z] = fixed(element);
    const fact = {
      tag: element.tagName.toLowerCase(), type: (element.getAttribute("type") || "").toLowerCase(),
      role: element.getAttribute("role") || "", text: clean(element.innerText, 120), label: namesOf(element),
      placeholder: clean(element.getAttribute("placeholder") || element.getAttribute("data-placeholder")
        || element.getAttribute("aria-placeholder"), 100),
      hints: hintsOf(element), href: element.tagName === "A" ? element.href || "" : "", box: box(element),
      fixed: isFixed, z, visible, on_top: onTop(element), area: areaOf(element),
      disabled: !!element.disabled || element.getAttribute("aria-disabled") === "true",
      readonly: !!element.readOnly, depth_in_shadow: element.getRootNode() instanceof ShadowRoot,
      view: [innerWidth, innerHeight], form_hints: "", form_role: "", near_text: "", fellow_fields: 0, fellows: "", passwords: 0,
      titles: [], buttons: [], submits: [], room: null,
    };
    if (ask.want === "fields") {
      const form = element.closest("form");
      const search = within(element, (at) => at.getAttribute("role") === "search" || at.tagName === "SEARCH");
      if (form) fact.form_hints = hintsOf(form);
      fact.form_role = search ? "search" : "";
      // the whole page of some makes is one form, and says nothing of what a field in it is for
      const own = form && !form.querySelector("[name=__VIEWSTATE]");
      const region = own && deepCount(form, (at) => isField(at) && shown(at)) > 1 ? form : surroundings(element);
      fact.near_text = clean(region.innerText || region.textContent, 600);
      const isFellow = (at) => at !== element && isField(at) && shown(at) && !at.contains(element) && !element.contains(at);
      fact.fellow_fields = deepCount(region, isFellow);
      fact.fellows = [...region.querySelectorAll("*")].filter(isFellow).map((each) =>
        ["placeholder", "name", "id"].map((name) => each.getAttribute(name) || "").join(" ") + " " + namesOf(each)).join(" ").slice(0, 400);
      if (visible) { fact.titles = titlesOf(element); fact.buttons = buttonsOf(element); fact.submits = own || !form ? submitsOf(element.form || form) : []; fact.room = roomAbove(element); }
      fact.passwords = deepCount(region, (at) => isPassword(at) && shown(at));
    }
    elements.push(element);
    facts.push(fact);
  }
  return { elements, facts };
}
