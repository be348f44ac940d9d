// Every block of text of a document, open shadow roots included, with what its place says about it.
// The elements are kept on the window, so that one can be clicked by its number.
() => {
  const INLINE = new Set(['A', 'B', 'EM', 'FONT', 'I', 'MARK', 'SMALL', 'SPAN', 'STRONG', 'U', 'SUB', 'SUP', 'BR', 'IMG', 'SVG', 'svg']);
  const SKIP = new Set(['SCRIPT', 'STYLE', 'NOSCRIPT', 'TEMPLATE', 'OPTION', 'TEXTAREA', 'HEAD']);
  const STATE = /^(is-)?(active|on|cur|current|selected|select|hover|odd|even|first|last|open|checked|disabled|focus|\w*[-_](active|current|selected|checked|disabled))$|\d/i;
  const CHROME_DEPTH = 4;
  const PARTS = 'main, article, section, li, td';
  const CHROME = 'header, footer, nav, [role=banner], [role=contentinfo], [role=navigation], [role=search], [role=dialog]';
  const CHROME_NAME = /(^|[-_ ])(header|footer|foot|topbar|top-bar|breadcrumbs?|crumbs?|copyright|friend-?links?|sidebar-tool|toolbar|login|site-?nav|main-?nav|top-?nav|navbar)([-_ ]|$)/i;
  // a button that hands in a form: whether the form asks for a letter, a file, a password
  const handsIn = element => {
    const form = element && (element.form || element.closest('form'));
    if (!form || !/^(submit|image)$/.test(element.type || '')) return '';
    const posts = /post/i.test(element.getAttribute('formmethod') || form.getAttribute('method') || '');
    // what asks by GET, and the whole page of some makes, hands in nothing; a pager's form has no letter in it
    if (!posts || form.querySelector('[name=__VIEWSTATE]')) return '';
    return [...form.querySelectorAll('textarea, input[type=password], input[type=file]')].some(visible) ? 'asks' : 'posts';
  };
  const kept = [];
  const found = [];
  const words = text => (text || '').replace(/[\s\u200b\u00a0]+/g, ' ').trim();
  const own = element => words([...element.childNodes].filter(n => n.nodeType === 3).map(n => n.nodeValue).join(' '));
  const parent = element => element.parentElement || (element.getRootNode() instanceof ShadowRoot ? element.getRootNode().host : null);
  const step = element => {
    const classes = [...element.classList].filter(each => !STATE.test(each)).sort().slice(0, 3).join('.');
    const column = /^T[DH]$/.test(element.tagName) ? ':' + element.cellIndex : '';
    return element.tagName.toLowerCase() + (classes ? '.' + classes : '') + column;
  };
  const signature = element => {
    const steps = [];
    for (let at = element, left = 5; at && at.tagName !== 'BODY' && left > 0; at = parent(at), left -= 1) steps.push(step(at));
    return steps.reverse().join('>');
  };
  // the frame of a site lies at the top of the document; a card or a list may have a header of its own
  const chrome = element => {
    const above = [];
    for (let at = element; at && at.tagName !== 'BODY'; at = parent(at)) above.push(at);
    const outer = above.slice(-CHROME_DEPTH);
    const named = at => CHROME_NAME.test(`${at.id} ${typeof at.className === 'string' ? at.className : ''}`);
    const once = at => document.getElementsByClassName(typeof at.className === 'string' ? at.className : '').length <= 2;
    return outer.some(at => named(at) && once(at))
      || above.some(at => at.matches(CHROME) && !(at.parentElement && at.parentElement.closest(PARTS))
        && !(at.tagName === 'NAV' && at.getAttribute('role') === 'tablist'));
  };
  const DROPS = 'option, [role=option], li[class*=select][class*=item], [class*=dropdown__item], [class*=select-item-option]';
  const visible = element => {
    if (element.tagName === 'OPTION') return visible(element.closest('select'));
    const map = element.tagName === 'AREA' && element.closest('map');
    if (map) return [...document.querySelectorAll('img[usemap]')].some(each => each.useMap === '#' + map.name && visible(each));
    if (element.checkVisibility && !element.checkVisibility({checkOpacity: true, checkVisibilityCSS: true})) return false;
    const box = element.getBoundingClientRect();
    return box.width > 0 && box.height > 0;
  };
  const pressable = element => {
    for (let at = element, left = 3; at && left > 0; at = parent(at), left -= 1) {
      if (at.matches('a, button, [role=tab], [role=button], [role=link], [role=menuitem], [role=radio], [onclick], label, summary, input, option')) return at;
    }
    return getComputedStyle(element).cursor === 'pointer' ? element : null;
  };
  // an arrow that is drawn, in a pager
  const turnsOn = element => !element.childElementCount && /next|arrow-?right|right-?arrow/i.test(element.className)
    && getComputedStyle(element).cursor === 'pointer' && /pag/i.test((element.closest('[class*=pag]') || {}).className || '');
  const add = (element, text, outer = '', inner = '') => {
    if (!text || text.length > 200) return;
    const pressed = pressable(element);
    const link = element.closest('a[href], area[href]') || element.querySelector('a[href]');
    const title = words((element.getAttribute('title') || (pressed && pressed.getAttribute('title'))) || '');
    const hints = [element, pressed, parent(element), pressed && parent(pressed)].filter(Boolean)
      .map(each => `${each.id} ${typeof each.className === 'string' ? each.className : ''} ${each.getAttribute('role') || ''}`).join(' ');
    const states = [element, pressed].filter(Boolean);
    const ownHints = states.map(each => `${each.id} ${typeof each.className === 'string' ? each.className : ''}`).join(' ');
    kept.push(pressed || element);
    found.push({
      text, outer, inner, title, hints, own_hints: ownHints, signature: signature(element), chrome: chrome(element), visible: visible(element),
      href: link ? link.href : '', raw_href: link ? link.getAttribute('href') : '',
      pressable: pressed !== null, tab: Boolean(element.closest('[role=tab]')), option: Boolean(element.closest(DROPS)),
      hands_in: handsIn(pressed),
      disabled: states.some(each => each.disabled || each.getAttribute('aria-disabled') === 'true' || /(^|[-_ ])(disabled|disable|forbid)([-_ ]|$)/i.test(each.className)),
    });
  };
  const walk = root => {
    for (const element of root.children || []) {
      if (SKIP.has(element.tagName) || element.tagName === 'IFRAME') continue;
      if (element.shadowRoot) walk(element.shadowRoot);
      if (element.tagName === 'SELECT') {
        if (!element.multiple) for (const each of element.options) add(each, words(each.textContent));
        continue;
      }
      if (element.tagName === 'AREA') { add(element, words(element.alt || element.title)); continue; }
      const text = own(element);
      const inline = [...element.children].every(each => INLINE.has(each.tagName));
      if (/[\u4e00-\u9fff].*[\u4e00-\u9fff]/.test(text) && inline) {
        add(element, words(element.textContent), text, words([...element.children].map(each => each.textContent).join(' ')));
        // a word to click on that stands in a heading (换一批)
        if (!pressable(element)) for (const each of element.children) if (!each.closest('a[href]') && pressable(each)) add(each, words(each.textContent));
        continue;
      }
      if (text) add(element, text);
      else if (element.matches('input[type=button], input[type=submit]')) add(element, words(element.value));
      else if (element.matches('a, button, [role=tab], [role=button]') && !words(element.textContent)) {
        const image = element.querySelector('img[alt]');
        add(element, words(element.getAttribute('aria-label') || element.getAttribute('title') || (image && image.alt) || (/next/i.test(`${element.className} ${element.parentElement && element.parentElement.className}`) ? '>' : '')));
      }
      else if (turnsOn(element)) add(element, '>');
      walk(element);
    }
  };
  walk(document.body ? {children: [document.body]} : {children: []});
  window.__probedBlocks = kept;
  return found;
}
