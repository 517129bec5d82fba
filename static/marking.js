// Exact words of a text: marked with the mouse, the finger or the keys. Every page works without this file.
//
// <div data-selectable data-start="id" data-end="id" data-quote="id" tabindex="0">the exact text</div>: the marked words, as
//   offsets in code points, in the two fields; with the keyboard: arrows go from word to word, with Shift they reach further
// … data-bar="id" data-action="url" data-row="key": several texts share one bar. It moves in after the text in which words are
//   marked, and its button [data-press] goes to that address; data-row on the bar says in which text the fields' words are
// data-key="t" on a field or a button: the letter that leads to it; <input type="checkbox" data-keys>: the letters' switch

const byId = (id) => document.getElementById(id);
const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const points = (text) => [...text].length;

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
  if (box.dataset.bar) show(box, none);
  chosen?.clear();
  if (!none) chosen?.add(range(box, from, to));
  box.span = [from, to];
  if (before !== fields.map((field) => field.value).join()) fields[1].dispatchEvent(new Event("change", { bubbles: true }));
}

// The bar stands in the flow, after the text that it is about: the next stop of the Tab key, and under the finger.
function show(box, none) {
  const bar = byId(box.dataset.bar);
  if (!none && bar.previousElementSibling !== box) {
    for (const other of all("[data-selectable]")) if (other !== box) delete other.span;
    box.after(bar);
  }
  for (const button of all("[data-press]", bar)) button.formAction = box.dataset.action;
  bar.hidden = none;
}
function letGo(box) {
  getSelection().removeAllRanges();
  choose(box, 0, 0);
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
  if (event.key === "Escape") letGo(box);
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
  const [start, end] = [words[Math.min(box.held, next)][0], words[Math.max(box.held, next)][1]];
  getSelection().removeAllRanges();
  getSelection().addRange(range(box, start, end));
  choose(box, start, end); // at once: the next key may come before the browser has told of the selection
});
document.addEventListener("click", ({ target }) => {
  const bar = target.closest("[data-let-go]")?.closest("[data-bar-of-words]");
  if (!bar) return;
  const box = bar.previousElementSibling;
  letGo(box);
  box.focus();
});

// Letters lead to what one does most, where no field has the focus. They can be switched off, and stay so in this browser.
const SWITCH = "sakrad-tangenter";
const off = () => localStorage.getItem(SWITCH) === "av";
const writing = (element) => element.matches("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");
document.addEventListener("change", ({ target }) => {
  if (target.matches("[data-keys]")) localStorage.setItem(SWITCH, target.checked ? "på" : "av");
});
document.addEventListener("keydown", (event) => {
  const { target, key } = event;
  const bar = target.closest?.("[data-bar-of-words]");
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (key === "Escape" && bar) return bar.previousElementSibling.focus();
  if (key === "Enter" && (target.matches?.("[data-selectable]") || (bar && target.matches("input:not([type=checkbox])")))) {
    const press = pressable(bar ?? target);
    if (press) event.preventDefault();
    return press?.click();
  }
  if (!document.querySelector("[data-keys]") || off() || writing(target) || event.shiftKey) return;
  if (key === "j" || key === "k") return step(event, key === "j" ? 1 : -1);
  const wanted = /^[a-z]$/.test(key) && all(`[data-key="${key}"]`).find((element) => !element.closest("[hidden]"));
  if (!wanted) return;
  event.preventDefault();
  const folded = wanted.closest("details");
  if (folded) folded.open = true;
  wanted.focus();
});
// What Enter presses: the bar's button where words are marked, or else the one that takes up the whole answer.
function pressable(place) {
  const box = place.matches("[data-selectable]") ? place : place.previousElementSibling;
  const [from, to] = box.span ?? [0, 0];
  if (from === to) return box.closest("article")?.querySelector("[data-whole]");
  return (byId(box.dataset.bar) ?? box.closest("form"))?.querySelector("[data-press]");
}
function step(event, by) {
  const answers = all("article[id^=rad-]");
  if (!answers.length) return;
  event.preventDefault();
  const here = answers.findIndex((answer) => answer.contains(document.activeElement));
  const next = answers[Math.min(Math.max(here + by, 0), answers.length - 1)];
  const box = next.querySelector("[data-selectable]") ?? next;
  if (box === next) next.tabIndex = -1;
  box.focus({ preventScroll: true });
  next.scrollIntoView({ block: "start" });
}

// After a press the bench is swapped: the answer that one was at has the focus again.
let pressed;
document.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-press], [data-whole]");
  if (button) pressed = button.closest("article")?.querySelector("[data-selectable]")?.dataset.action;
});

function ready(within) {
  for (const box of all("[data-selectable]", within)) {
    const units = (id) => [...box.textContent].slice(0, Number(byId(id).value)).join("").length;
    const bar = byId(box.dataset.bar);
    if (bar && bar.dataset.row !== box.dataset.row) continue;
    if (byId(box.dataset.end).value) choose(box, units(box.dataset.start), units(box.dataset.end));
  }
  for (const box of all("[data-keys]", within)) box.checked = !off();
}
ready(document);
document.addEventListener("htmx:load", ({ detail }) => {
  if (detail.elt === document.body) return;
  ready(detail.elt.parentElement ?? document);
  const box = pressed && all("[data-selectable]").find((each) => each.dataset.action === pressed);
  pressed = undefined;
  box?.focus({ preventScroll: true });
});
