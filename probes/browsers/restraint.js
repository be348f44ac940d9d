// Why pressing an element, or Enter in a field, would hand something in; empty where it would not.
// From then on the document's own forms are watched: none is handed in that was not meant.
// ask.field: the field that we typed into and may send off, ask.enter: whether Enter is to be pressed in it,
// ask.turns: what is turned or opened, "tab", "page", "door", "module" or nothing; ask.who: the names of fields that ask who one is, ask.roomy: how high a block
// may be to be one form's, ask.acting: addresses that do something when they are followed.
(element, ask) => {
  const STATE = Symbol.for('probe.restraint');
  const WRITTEN = 'textarea, [contenteditable=""], [contenteditable=true], input[type=password], input[type=file], input[type=email], input[type=tel]';
  const up = (node) => node.parentElement || (node.getRootNode() instanceof ShadowRoot ? node.getRootNode().host : null);
  const shown = (field) => field.checkVisibility ? field.checkVisibility({checkVisibilityCSS: true}) : field.offsetParent !== null;
  const named = (field) => ['placeholder', 'name', 'id', 'aria-label', 'title'].map((each) => field.getAttribute(each) || '').join(' ')
    + [...(field.labels || [])].map((each) => each.textContent).join(' ');
  const who = new RegExp(ask.who, 'i');
  // a field for a page's number or for words to search by asks nobody anything
  const asking = (root, but) => [...root.querySelectorAll(`${WRITTEN}, input:not([type]), input[type=text]`)]
    // beside a field to talk in, a file may be added to what one says
    .filter((each) => each !== but && !(but && each.type === 'file') && !each.contains(but) && !each.readOnly && shown(each) && (each.matches(WRITTEN) || who.test(named(each))));
  const holds = (form, field) => {
    // the page was drawn anew since: its box is another one now, in a form that asks for nothing else
    if (!field.isConnected) return !asking(form).length;
    for (let at = field; at; at = up(at)) if (at === form || at.form === form) return true;
    return false;
  };
  const posts = (form, button) => /post/i.test((button && button.getAttribute('formmethod')) || form.getAttribute('method') || '');
  // a form of buttons alone: a notice that is read, a door
  const hasNothing = (form) => ![...form.elements].some((each) => !/^(hidden|submit|image|button|reset|fieldset)$/.test(each.type) && shown(each));
  // a form that shows nothing is a script's own: a page's number, the tab that was chosen
  const isBare = (form) => ![...form.elements].some((each) => each.type !== 'hidden' && shown(each));
  // the whole page of some makes is one form, which goes back with the page's own state at every turn of a list
  const isPage = (form) => form.querySelector('[name=__VIEWSTATE]') !== null;

  const view = element.ownerDocument.defaultView;
  if (!view[STATE]) {
    const state = {kept: 0, may: () => true};
    Object.defineProperty(view, STATE, {value: state});
    view.addEventListener('submit', (event) => {
      if (state.may(event.target, event.submitter)) return;
      state.kept += 1;
      event.preventDefault();
      event.stopImmediatePropagation();
    }, true);
    const own = view.HTMLFormElement.prototype.submit;
    view.HTMLFormElement.prototype.submit = function submit() {
      if (state.may(this, null)) own.call(this);
      else state.kept += 1;
    };
  }
  // what asks by GET, to turn a list or to filter it, tells nobody anything, though a search box stands in it
  const mayTurn = (form, button) => !posts(form, button) || isPage(form) || (ask.turns !== 'tab' && !asking(form).length);
  view[STATE].may = (form, button) => {
    if (ask.field && holds(form, ask.field)) return true;
    if (!button && (isPage(form) || isBare(form)) && (ask.turns || ask.field)) return true;
    if (ask.turns) return mayTurn(form, button);
    return !asking(form, ask.field).length && (!posts(form, button) || hasNothing(form) || Boolean(ask.field));
  };

  const refuse = (why) => { view[STATE].kept += 1; return why; };
  const buttons = (form) => [...form.elements].filter((each) => /^(submit|image)$/.test(each.type) && !each.disabled);
  const middle = (each) => { const box = each.getBoundingClientRect(); return [box.x + box.width / 2, box.y + box.height / 2]; };
  const apart = (one, other) => Math.hypot(middle(one)[0] - middle(other)[0], middle(one)[1] - middle(other)[1]);
  if (ask.enter) {
    const form = element.form;
    const [first, ...others] = form ? buttons(form) : [];
    if (!first || !asking(form, element).length) return '';
    return others.some((each) => apart(each, element) < apart(first, element)) ? refuse('Enter would press the button of something else') : '';
  }

  const control = element.closest('a, button, input, label, summary, [role=button], [onclick]') || element;
  const form = control.form || control.closest('form');
  const submits = form && /^(submit|image)$/.test(control.type || '');
  if (submits && ask.field && !holds(form, ask.field)) return refuse('it hands in another form');
  if (submits && !ask.field && (ask.turns ? !mayTurn(form, control) : asking(form).length || (posts(form, control) && !hasNothing(form)))) return refuse('it hands in a form');
  if (control.tagName === 'A' && new RegExp(ask.acting, 'i').test(control.pathname || '')) return refuse('it acts when it is followed');
  if (control.tagName === 'A' && /^http/.test(control.href) && control.href.split('#')[0] !== view.location.href.split('#')[0]) return '';
  if (ask.turns && ask.turns !== 'module') return '';
  for (let at = control; at && at !== element.ownerDocument.body; at = up(at)) {
    if (ask.field && at.contains(ask.field)) return '';
    const fixed = getComputedStyle(at).position === 'fixed';
    if (!fixed && at.getBoundingClientRect().height > ask.roomy) return '';
    if (at !== control && asking(at, ask.field).length) return refuse('it stands among fields to fill in');
    if (fixed || at.tagName === 'FORM' || at.getAttribute('role') === 'dialog') return '';
  }
  return '';
}
