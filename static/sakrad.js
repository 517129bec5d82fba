// Small helps for pages with forms. Every page works without this file.
//
// <textarea data-counter="4000" id="x">, <p id="x-counter" data-left="{n} tecken kvar" data-over="{n} tecken för mycket">
// <input type="radio" data-most="500">: while it is chosen, the form's counted textarea holds so many
// <form data-unsaved>: asks before one leaves words that are not saved
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
const limit = (choice) => all("[data-counter]", choice.form).forEach((area) => { area.dataset.counter = choice.dataset.most; count(area); });
document.addEventListener("change", ({ target }) => { if (target.matches("[data-most]")) limit(target); });

// Unsaved words: a form is clean as long as it says what it said when it was last saved. The version that it was read in
// is no words: it goes up by itself when the words are saved behind one's back.
const saved = new WeakMap();
const sent = new WeakMap();
const content = (form) => JSON.stringify([...new FormData(form)].filter(([name]) => !/(version|mark|-start|-end)$/.test(name)).map(([name, value]) => [name, value.name ?? value]));
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

// How many are ticked: <b data-ticked="name" data-said="{n} …">, silent while none is.
function tell(ticked) {
  const number = all(`[name="${ticked.dataset.ticked}"]:checked`).length;
  ticked.textContent = number ? ticked.dataset.said.replace("{n}", number) : "";
}
document.addEventListener("change", ({ target }) => { if (target.type === "checkbox") all("[data-ticked]").forEach(tell); });

function ready(within) {
  all("[data-ticked]", within).forEach(tell);
  all("[data-counter]", within).forEach((area) => count(area));
  all("[data-most]:checked", within).forEach(limit);
  for (const form of all("form[data-unsaved]", within.parentElement ?? within)) {
    // What came back with errors is not saved yet.
    if (!saved.has(form)) saved.set(form, form.querySelector("[aria-invalid]") ? "" : content(form));
  }
}
ready(document);
document.addEventListener("htmx:load", ({ detail }) => { if (detail.elt !== document.body) ready(detail.elt.parentElement ?? document); });
