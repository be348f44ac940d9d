// Repeated blocks that may be a list of results, in every shape: links, rows, cards that scripts make clickable.
// ask.known: lines that stood on the page before (so that what was there already is not taken for a result).
// Returns [{items: [{title, href, text, abreast: links in the title's line, its own included}], share_main, area, width, top, seen_before, container}]
(ask) => {
  const parentOf = (node) => node.parentElement || (node.getRootNode() instanceof ShadowRoot ? node.getRootNode().host : null);
  const ACTION = /^(查看|查看详情|详情|在线办理|网上办理|立即办理|我要办|去办理|办理|办事指南|指南|收藏|申请|预约|咨询|评价|材料|流程)[>》›]*$/;
  const MOST_TITLES = 6; // a section of a page that holds more links and headings is no item of a list (ours)
  const clean = (text, most) => (text || "").replace(/\s+/g, " ").trim().slice(0, most);
  const known = new Set(ask.known || []);
  const all = [];
  const walk = (root) => { for (const each of root.querySelectorAll("*")) { all.push(each); if (each.shadowRoot) walk(each.shadowRoot); } };
  walk(document);
  const shown = (element) => { const r = element.getBoundingClientRect(); return r.width > 3 && r.height > 3 && getComputedStyle(element).visibility === "visible"; };
  const titled = [];
  for (const each of all) {
    const tag = each.tagName;
    const heading = /^H[1-6]$/.test(tag);
    const link = tag === "A" || each.getAttribute("role") === "link";
    let acts = link || heading || each.hasAttribute("onclick");
    if (!acts && getComputedStyle(each).cursor === "pointer") {
      const parent = parentOf(each);
      acts = !parent || getComputedStyle(parent).cursor !== "pointer" || [...each.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
    }
    if (!acts || !shown(each)) continue;
    const lines = (each.innerText || "").split("\n").map((x) => clean(x, 200)).filter(Boolean);
    if (!lines.length || lines.join("").length < 2) continue;
    if (heading && /(搜索|查询|检索|查找)结果|(找到|搜索到|检索到).{0,12}(条|个|项)/.test(lines[0])) continue;
    titled.push({ element: each, lines, heading, link });
    if (titled.length >= 1500) break;
  }
  const holders = new Set();
  for (const each of titled) for (let at = each.element; at && !holders.has(at); at = parentOf(at)) holders.add(at);
  // links that stand beside each other in one row are no list: items lie below each other, or are cards
  const apart = (one, other) => {
    const a = one.getBoundingClientRect(), b = other.getBoundingClientRect();
    return Math.abs(a.y - b.y) >= 10 || (a.width >= 160 && a.height >= 60 && b.width >= 160 && b.height >= 60);
  };
  const classes = (element) => (typeof element.className === "string" ? element.className.split(/\s+/).filter(Boolean) : []);
  const alike = (one, other, strictly) => {
    if (one.tagName !== other.tagName) return false;
    const a = classes(one), b = classes(other);
    if (strictly) return a.length === b.length && a.every((x) => b.includes(x));
    return (!a.length && !b.length) || a.some((x) => b.includes(x)) || !a.length !== !b.length;
  };
  // what floats over the page stands beside no item of a list, however alike they are built
  const floats = (element) => getComputedStyle(element).position === "fixed";
  const counts = new Map();
  for (const each of titled) for (let at = each.element; at; at = parentOf(at)) counts.set(at, (counts.get(at) || 0) + 1);
  const itemOf = (element, strictly) => {
    let depth = 0;
    for (let at = element; at && at.parentElement && at.parentElement !== document.documentElement && depth < 9; at = at.parentElement, depth += 1) {
      // sections of a page are no items of a list, unless they are built exactly alike
      if (at.parentElement === document.body && (!strictly || counts.get(at) > MOST_TITLES)) break;
      const twins = [...at.parentElement.children].filter((x) => x !== at && alike(at, x, strictly) && !floats(x));
      if (twins.some((x) => holders.has(x) && apart(at, x))) return at;
    }
    return null;
  };
  const groups = new Map();
  for (const each of titled) {
    // the nearest ancestor that has a like-built neighbour with a title of its own is one item of a list
    const item = itemOf(each.element, true) || itemOf(each.element, false) || each.element;
    const container = item.parentElement || item;
    const key = container;
    if (!groups.has(key)) groups.set(key, new Map());
    const items = groups.get(key);
    if (!items.has(item)) items.set(item, []);
    items.get(item).push(each);
  }
  const NAV = /(^|[-_ ])(nav|menu|header|footer|breadcrumb|crumb|copyright|pager?|pagination|tab|tabs|filter|hot|history|recommend|sidebar|side)([-_ ]|$)/i;
  const areaOf = (element) => {
    for (let at = element; at && at !== document.body; at = parentOf(at)) {
      const role = at.getAttribute("role") || "";
      if (["NAV", "HEADER", "FOOTER", "ASIDE"].includes(at.tagName)) return at.tagName.toLowerCase();
      if (["navigation", "banner", "contentinfo", "complementary", "tablist", "menu", "menubar"].includes(role)) return role;
      const names = `${at.id || ""} ${typeof at.className === "string" ? at.className : ""}`;
      if (NAV.test(names)) return "hinted";
      if (at.tagName === "MAIN" || role === "main") return "main";
    }
    return "";
  };
  const found = [];
  for (const [container, items] of groups) {
    const rows = [];
    for (const [item, titles] of items) {
      const best = titles.find((x) => x.heading) || titles.filter((x) => x.link).sort((a, b) => b.lines[0].length - a.lines[0].length)[0] || titles[0];
      const inner = best.heading ? titles.find((x) => x.link && best.element.contains(x.element)) || titles.find((x) => x.link && x.element.contains(best.element)) || best : best;
      const anchor = inner.element.tagName === "A" ? inner.element : inner.element.querySelector("a");
      const title = best.lines.slice().sort((a, b) => b.length - a.length)[0];
      let first = best.lines.find((x) => x.length >= 4) || title;
      if (ACTION.test(first)) {
        // a card whose links are what one may do: its name is the text before them
        const own = (item.innerText || "").split("\n").map((x) => clean(x, 200)).filter((x) => x.length >= 4 && !x.split(" ").every((y) => ACTION.test(y)));
        first = own[0] || first;
      }
      const level = best.element.getBoundingClientRect().y;
      const abreast = titles.filter((x) => x.link && Math.abs(x.element.getBoundingClientRect().y - level) < 10).length;
      rows.push({ abreast, title: first, href: anchor ? anchor.href : "", text: clean(item.innerText, 300), old: best.lines.every((x) => known.has(x)) });
    }
    const box = container.getBoundingClientRect();
    found.push({
      items: rows.slice(0, 100).map(({ title, href, text, abreast }) => ({ title, href, text, abreast })),
      seen_before: rows.filter((x) => x.old).length / rows.length,
      area: areaOf(container), left: box.x, top: box.y + scrollY, width: box.width, height: box.height, view: [innerWidth, innerHeight],
    });
  }
  return found.slice(0, 200);
}
