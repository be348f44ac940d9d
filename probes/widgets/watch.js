// Watches what a conversation shows, and stamps every change with the page's own clock.
// ask.op "start": ask.field (the box; null for the whole document), ask.before (lines known from a document
//   that was left, or null). Returns the lines shown now.
// ask.op "read": returns {samples: [{at, fresh}], lines, links, thought, acted, now}; fresh are lines beyond those at the
//   start; thought are fresh lines of blocks in which a model thinks aloud, which are no part of lines; acted is when
//   a key or a button was pressed last.
// ask.op "mark": what is shown now becomes the new start; returns {now, lines}.
(ask) => {
  const SLOT = "__portalProbeWatch";
  const clock = () => performance.timeOrigin + performance.now();
  const parentOf = (node) => node.parentElement || (node.getRootNode() instanceof ShadowRoot ? node.getRootNode().host : null);
  const SKIP = new Set(["SCRIPT", "STYLE", "NOSCRIPT", "TEMPLATE", "TEXTAREA", "INPUT", "SELECT", "HEAD"]);
  const MOST_LINES = 400, MOST_SAMPLES = 3000;

  const regionOf = (field) => {
    if (!field || !field.isConnected) return document.body || document.documentElement;
    const own = field.getBoundingClientRect();
    let floating = null, roomy = null;
    for (let at = parentOf(field); at && at !== document.body && at !== document.documentElement; at = parentOf(at)) {
      const style = getComputedStyle(at), box = at.getBoundingClientRect();
      const floats = style.position === "fixed" || at.getAttribute("role") === "dialog" || at.tagName === "DIALOG";
      if (floats && box.height - own.height > 80) floating = at;
      if (!roomy && own.top - box.top > 120) roomy = at;
    }
    // a page that is a conversation has no frame of its own around it: then all of it is watched
    return floating || document.body || roomy;
  };

  const THINKS = /(^|[-_\s])(deep-?)?(think|thinking|thought|thoughts|reasoning|cot)([-_\s]|$)/i;
  const HEADS = /^[^\p{L}]*(正在|已经?|完成)*(深度|完成)?(思考|推理|thought|thinking|reasoning)(中|了|过程|完成|已完成|结束|内容)?([\s(（,，:：]*(for|用时|耗时|约)?\s*[\d.]*\s*(秒钟?|s|seconds?)?[)）]?)?[^\p{L}]*$/iu;
  const FIELDS = "textarea, input:not([type=hidden]), [contenteditable]:not([contenteditable=false])";
  const short = (node) => { const text = (node.textContent || "").trim(); return text.length <= 24 ? text : ""; };
  // the block in which a model thinks aloud: by its name, or by a heading that says so and what follows it
  const thinks = (node) => {
    const named = node.tagName === "THINK" || THINKS.test(node.getAttribute("class") || "");
    if (named) return !node.querySelector(FIELDS) && !HEADS.test(short(node));
    const first = node.firstElementChild;
    if (node.tagName === "DETAILS") return Boolean(first && HEADS.test(short(first)));
    const before = node.previousElementSibling;
    if (!before || !HEADS.test(short(before)) || node.querySelector(FIELDS)) return false;
    // a heading and one block beside it: the block is the thought, wherever the answer comes
    return Boolean(node.textContent.trim());
  };

  const linesOf = (root, hiddenToo) => {
    const lines = [], links = [], thought = [];
    let line = "", into = lines;
    const end = () => { const text = line.replace(/\s+/g, " ").trim(); if (text && into.length < MOST_LINES * 5) into.push(text.slice(0, 10000)); line = ""; };
    const visit = (node) => {
      if (node.nodeType === Node.TEXT_NODE) { line += node.data; return; }
      if (node.nodeType !== Node.ELEMENT_NODE && node.nodeType !== Node.DOCUMENT_FRAGMENT_NODE) return;
      let block = false, outer = null;
      if (node.nodeType === Node.ELEMENT_NODE) {
        if (SKIP.has(node.tagName)) return;
        const editable = node.getAttribute("contenteditable");
        if (editable !== null && editable.toLowerCase() !== "false") return;
        if (node.tagName === "BR") { end(); return; }
        const style = getComputedStyle(node);
        if (!hiddenToo && (style.display === "none" || style.visibility === "hidden" || parseFloat(style.opacity) < 0.05)) {
          if (style.visibility !== "hidden" || style.display === "none") return;
        }
        if (!hiddenToo && (style.position === "absolute" || style.position === "fixed") && style.overflow !== "visible") {
          // said to screen readers alone, and mostly said twice
          const box = node.getBoundingClientRect();
          if (box.width <= 1.5 && box.height <= 1.5) return;
        }
        block = !style.display.startsWith("inline") && style.display !== "contents";
        if (node.tagName === "A" && node.href) links.push(node.href);
        if (node.tagName === "IMG" && node.alt && node.naturalWidth > 120) line += ` ${node.alt} `;
      }
      if (into === lines && node.nodeType === Node.ELEMENT_NODE && thinks(node)) { end(); outer = into; into = thought; }
      if (block) end();
      if (node.nodeType === Node.ELEMENT_NODE && node.tagName === "SLOT" && node.assignedNodes().length) {
        for (const each of node.assignedNodes()) visit(each);
      } else {
        const from = node.shadowRoot || node;
        for (const each of from.childNodes) visit(each);
      }
      if (block) end();
      if (outer) { end(); into = outer; }
    };
    visit(root);
    end();
    return { lines, links, thought };
  };

  const countsOf = (lines) => { const counts = new Map(); for (const each of lines) counts.set(each, (counts.get(each) || 0) + 1); return counts; };
  const freshOf = (lines, known) => {
    const left = new Map(known), fresh = [];
    for (const each of lines) {
      const count = left.get(each) || 0;
      if (count > 0) left.set(each, count - 1);
      else if (fresh.length < MOST_LINES) fresh.push(each);
    }
    return fresh;
  };

  const state = window[SLOT] || (window[SLOT] = { region: null, known: new Map(), low: null, thought: new Map(), acted: null, links: new Set(), samples: [], timer: null, observer: null, roots: new WeakSet() });

  const attach = (root) => {
    if (!root || state.roots.has(root)) return;
    state.roots.add(root);
    state.observer.observe(root, { childList: true, characterData: true, subtree: true, attributes: true, attributeFilter: ["style", "class", "hidden", "open"] });
    for (const each of root.querySelectorAll ? root.querySelectorAll("*") : []) if (each.shadowRoot) attach(each.shadowRoot);
  };
  const sample = (at) => {
    if (!state.region || !state.region.isConnected) state.region = document.body || document.documentElement;
    const { lines } = linesOf(state.region, false);
    const counts = countsOf(lines);
    if (state.low) for (const [line, count] of state.low) { const now = counts.get(line) || 0; if (now < count) state.low.set(line, now); }
    const fresh = freshOf(lines, state.known);
    const last = state.samples[state.samples.length - 1];
    const same = last && last.fresh.length === fresh.length && last.fresh.every((each, i) => each === fresh[i]);
    if (same || (!last && !fresh.length)) return;
    if (state.samples.length >= MOST_SAMPLES) state.samples.pop();
    state.samples.push({ at, fresh });
  };
  const begin = () => {
    const { lines, links, thought } = linesOf(state.region, false);
    // what lay hidden in the page is not new when it is shown, but a hidden copy does not make a second showing old
    const shown = countsOf(lines), known = new Map(shown);
    for (const each of linesOf(state.region, true).lines) if (!known.has(each)) known.set(each, 1);
    state.known = known; state.low = new Map(shown); state.links = new Set(links); state.samples = [];
    state.thought = countsOf(thought); state.acted = null;
    return lines;
  };

  if (ask.op === "start") {
    state.region = regionOf(ask.field);
    if (!state.observer) {
      state.observer = new MutationObserver((changes) => {
        const at = clock();
        for (const change of changes) for (const each of change.addedNodes) if (each.nodeType === 1) {
          if (each.shadowRoot) attach(each.shadowRoot);
          for (const inner of each.querySelectorAll("*")) if (inner.shadowRoot) attach(inner.shadowRoot);
        }
        if (state.timer) return;
        state.timer = setTimeout(() => { state.timer = null; sample(at); }, 30);
      });
      for (const kind of ["keydown", "click"]) addEventListener(kind, () => { state.acted = clock(); }, true);
    }
    attach(document.documentElement);
    const lines = begin();
    if (ask.before) { state.known = countsOf(ask.before); state.low = null; sample(clock()); }
    return { now: clock(), lines };
  }
  if (!state.observer) return null;
  if (ask.op === "mark") return { now: clock(), lines: begin() };
  sample(clock());
  const { lines, links, thought } = linesOf(state.region, false);
  return {
    samples: state.samples, lines: lines.slice(-MOST_LINES), now: clock(),
    links: links.filter((each) => !state.links.has(each)).slice(0, 50),
    renewed: state.low ? freshOf(lines, state.low) : [],
    thought: freshOf(thought, state.thought), acted: state.acted,
  };
}
