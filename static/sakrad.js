// Small helps for pages with forms. Every page works without this file.
//
// <textarea data-counter="4000" id="x">, <p id="x-counter" data-left="{n} tecken kvar" data-over="{n} tecken för mycket">
// <form data-unsaved>: asks before one leaves words that are not saved
// <div data-selectable data-start="id" data-end="id" data-quote="id" tabindex="0">the exact text</div>: the marked words, as
//   offsets in code points, in the two fields; with the keyboard: arrows go from word to word, with Shift they reach further
// <button type="button" data-insert="[12]" data-into="id">: puts the mark where the cursor is
// class js-only / no-js: shown with / without this file

const root = document.documentElement;
const byId = (id) => document.getElementById(id);
const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const points = (text) => [...text].length;
root.classList.add("js");

// What a screen reader should hear when the hand rests.
const status = Object.assign(document.createElement("p"), { className: "sr-only" });
status.setAttribute("role", "status");
document.body.append(status);
let resting;
function say(text) {
  clearTimeout(resting);
  resting = setTimeout(() => { status.textContent = text; }, 1200);
}

// Characters left. Counted as the server counts: code points, NFC, one character per line break.
function count(area, typing) {
  const shown = byId(`${area.id}-counter`);
  if (!shown?.dataset.left) return;
  const most = Number(area.dataset.counter);
  const left = most - points(area.value.normalize("NFC"));
  shown.textContent = (left < 0 ? shown.dataset.over : shown.dataset.left).replace("{n}", Math.abs(left).toLocaleString(root.lang));
  shown.classList.toggle("over", left < 0);
  if (typing && left < most / 10) say(shown.textContent);
}
document.addEventListener("input", ({ target }) => { if (target.matches("[data-counter]")) count(target, true); });

// Unsaved words: a form is clean as long as it says what it said when it was last saved. The version that it was read in
// is no words: it goes up by itself when the words are saved behind one's back.
const saved = new WeakMap();
const sent = new WeakMap();
const content = (form) => JSON.stringify([...new FormData(form)].filter(([name]) => !/(version|mark)$/.test(name)).map(([name, value]) => [name, value.name ?? value]));
addEventListener("beforeunload", (event) => {
  if (all("form[data-unsaved]").some((form) => saved.has(form) && saved.get(form) !== content(form))) event.preventDefault();
});
document.addEventListener("submit", (event) => {
  if (!event.defaultPrevented && saved.has(event.target)) saved.set(event.target, content(event.target));
});
document.addEventListener("htmx:beforeRequest", ({ target, detail }) => {
  const form = target.closest("form[data-unsaved]");
  if (form && detail.requestConfig.verb !== "get") sent.set(detail.xhr, [form, content(form)]);
});
document.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (detail.successful && detail.xhr.status < 400 && sent.has(detail.xhr)) saved.set(...sent.get(detail.xhr));
});

// A lost session: what htmx could not send goes as a form, whose answer keeps the words (core/carry.py). draft.js says it in its own way.
document.addEventListener("htmx:responseError", ({ target, detail: { xhr, requestConfig } }) => {
  const form = target.closest("form:not([data-copy])");
  if (xhr.status !== 401 || !form) return;
  const pressed = requestConfig.triggeringEvent?.submitter;
  if (pressed?.name) form.append(Object.assign(document.createElement("input"), { type: "hidden", name: pressed.name, value: pressed.value }));
  saved.delete(form);
  form.submit();
});
// Signing out takes the copies of drafts along (draft.js), also in a browser that does not know Clear-Site-Data.
document.addEventListener("submit", ({ target, defaultPrevented }) => {
  if (!defaultPrevented && target.action.endsWith("/logga-ut")) indexedDB.deleteDatabase("sakrad");
});

// Exact words in a text.
const chosen = globalThis.Highlight && new Highlight();
if (chosen) CSS.highlights.set("chosen", chosen);

function place(box, offset) {
  const walker = document.createTreeWalker(box, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (offset <= node.length) return [node, offset];
    offset -= node.length;
  }
  return [box, box.childNodes.length];
}
function offsetOf(box, node, offset) {
  const range = document.createRange();
  range.selectNodeContents(box);
  range.setEnd(node, offset);
  return range.toString().length;
}
function range(box, from, to) {
  const made = document.createRange();
  made.setStart(...place(box, from));
  made.setEnd(...place(box, to));
  return made;
}
function choose(box, from, to) {
  const text = box.textContent;
  while (from < to && /\s/.test(text[from])) from += 1;
  while (to > from && /\s/.test(text[to - 1])) to -= 1;
  const { start, end, quote } = box.dataset;
  const none = from === to;
  const fields = [byId(start), byId(end)];
  const before = fields.map((field) => field.value).join();
  [from, to].forEach((offset, i) => { fields[i].value = none ? "" : points(text.slice(0, offset)); });
  if (byId(quote)) byId(quote).textContent = text.slice(from, to);
  chosen?.clear();
  if (!none) chosen?.add(range(box, from, to));
  box.span = [from, to];
  if (before !== fields.map((field) => field.value).join()) fields[1].dispatchEvent(new Event("change", { bubbles: true }));
}
document.addEventListener("selectionchange", () => {
  const selection = getSelection();
  const box = (selection.anchorNode?.closest ? selection.anchorNode : selection.anchorNode?.parentElement)?.closest("[data-selectable]");
  if (!box || selection.isCollapsed) return;
  const marked = selection.getRangeAt(0);
  const { startContainer: first, endContainer: last } = marked;
  choose(
    box,
    box.contains(first) ? offsetOf(box, first, marked.startOffset) : 0,
    box.contains(last) ? offsetOf(box, last, marked.endOffset) : box.textContent.length,
  );
});
document.addEventListener("keydown", (event) => {
  const box = event.target;
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!box.matches?.("[data-selectable]") || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape") {
    getSelection().removeAllRanges();
    choose(box, 0, 0);
  }
  if (!step) return;
  event.preventDefault();
  const words = [...box.textContent.matchAll(/\S+/g)].map((word) => [word.index, word.index + word[0].length]);
  if (!words.length) return;
  const [from, to] = box.span ?? [0, 0];
  const first = words.findIndex((word) => word[1] > from);
  const last = words.findLastIndex((word) => word[0] < to);
  // One end is held, the other moves; without Shift both go to the next word.
  const reach = event.shiftKey && last >= 0;
  const held = box.held === last ? last : first;
  const moving = reach ? (held === last ? first : last) : step > 0 ? last : first;
  const next = Math.min(Math.max(moving + step, 0), words.length - 1);
  box.held = reach ? held : next;
  const made = range(box, words[Math.min(box.held, next)][0], words[Math.max(box.held, next)][1]);
  getSelection().removeAllRanges();
  getSelection().addRange(made);
});

// A mark at the cursor.
let written;
document.addEventListener("focusin", ({ target }) => { if (target.matches("textarea")) written = target; });
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-insert]");
  const area = button && (byId(button.dataset.into) ?? written);
  if (!area) return;
  event.preventDefault();
  area.focus();
  area.selectionStart = area.selectionEnd;
  if (document.execCommand("insertText", false, button.dataset.insert)) return; // keeps undo
  area.setRangeText(button.dataset.insert, area.selectionStart, area.selectionEnd, "end");
  area.dispatchEvent(new Event("input", { bubbles: true }));
});

function ready(within) {
  all("[data-counter]", within).forEach((area) => count(area));
  for (const form of all("form[data-unsaved]", within.parentElement ?? within)) {
    // What came back with errors is not saved yet.
    if (!saved.has(form)) saved.set(form, form.querySelector("[aria-invalid]") ? "" : content(form));
  }
  for (const box of all("[data-selectable]", within)) {
    const units = (id) => [...box.textContent].slice(0, Number(byId(id).value)).join("").length;
    if (byId(box.dataset.end).value) choose(box, units(box.dataset.start), units(box.dataset.end));
  }
}
ready(document);
document.addEventListener("htmx:load", ({ detail }) => { if (detail.elt !== document.body) ready(detail.elt.parentElement ?? document); });
