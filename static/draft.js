// Never lose a word: the page where an organisation writes keeps a copy of what the server has not confirmed yet, says what is saved
// and what is not, tries again by itself, and offers the copy on return. Without this file the page saves with its buttons.
//
// <form data-copy="whose copies" data-now="the server's time" data-until="when they are of no use" data-refused>
// <section id="q3" hx-post="…">: a part, saved on its own; its fields are called q3-…, its line is #q3-saved
// The words and the buttons are in templates/positions/organisation/_keeping.html.

const form = document.querySelector("form[data-copy]");
const { copy: owner, now, until } = form.dataset;
const refused = "refused" in form.dataset;
const words = document.getElementById("keeping").content;
const ahead = Number(now) - Date.now(); // of the browser's clock, which may be wrong
const clock = () => Date.now() + ahead;
const LIFE = 30 * 24 * 3600 * 1000;
const TIMEOUT = 20_000;
const sitting = [...crypto.getRandomValues(new Uint8Array(10))].map((byte) => "0123456789abcdefghijklmnopqrstuvwxyz"[byte % 36]).join("");
let marks = 0; // see positions/save_marks.py

// The parts. `acked`: what the server has confirmed, as the page shows it; `sending`: what is on its way.
const parts = new Map(
  [...form.querySelectorAll("section[hx-post]")].map((section) => [section.id, { id: section.id, section, sending: null, state: "", tries: 0, kept: false }]),
);
const named = (part, name) => name.startsWith(`${part.id}-`) && !/-(version|mark)$/.test(name);
const ticks = (control) => ["radio", "checkbox"].includes(control.type);
const fields = (part) => [...part.section.querySelectorAll("input, select, textarea")].filter((control) => named(part, control.name));
const values = (part) => fields(part).filter((control) => !ticks(control) || control.checked).map(({ name, value }) => [name, value]);
const content = (part) => JSON.stringify(values(part));
const dirty = (part) => content(part) !== part.acked;
const partOf = (node) => parts.get(node.closest?.("section[hx-post]")?.id);
for (const part of parts.values()) part.acked = refused ? "" : content(part);

// The copies lie in IndexedDB, one for each part and open page: two tabs do not overwrite each other's.
let base;
let touched = false; // something has been written here
let gone = false; // somebody has signed out in this browser: nothing more is kept
function connect() {
  return new Promise((done, fail) => {
    const asked = indexedDB.open("sakrad", 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore("copies", { keyPath: "key" });
    asked.onsuccess = () => {
      const leave = () => { gone = true; asked.result.close(); draw(); };
      Object.assign(asked.result, { onversionchange: leave, onclose: leave });
      done(asked.result);
    };
    asked.onerror = asked.onblocked = () => fail(asked.error);
  });
}
async function copies(mode, work) {
  if (gone) throw new Error("signed out");
  const open = await (base ??= connect());
  return new Promise((done, fail) => {
    const change = open.transaction("copies", mode, { durability: "strict" });
    const asked = work(change.objectStore("copies"));
    change.oncomplete = () => done(asked.result);
    change.onerror = change.onabort = () => fail(change.error);
  });
}
const keyOf = (part) => `${owner}/${part.id}/${sitting}`;
const drop = (key) => copies("readwrite", (store) => store.delete(key)).catch(() => {});
async function keep(part) {
  clearTimeout(part.keeping);
  if (!dirty(part) || shared()) return;
  const row = { key: keyOf(part), owner, part: part.id, values: values(part), at: clock(), until: Number(until) };
  part.kept = await copies("readwrite", (store) => store.put(row)).then(() => true, () => false);
  draw();
}
function forget(part) {
  clearTimeout(part.keeping);
  if (part.kept !== false) drop(keyOf(part));
  part.kept = false;
}

// A shared computer: nothing is kept, and what was kept is wiped.
const tick = form.querySelector("[data-shared]");
function shared() {
  return tick.checked;
}
try { tick.checked = localStorage.getItem("sakrad-shared") === "1"; } catch { /* the browser keeps nothing anyway */ }
tick.addEventListener("change", () => {
  try { localStorage.setItem("sakrad-shared", tick.checked ? "1" : ""); } catch { /* this page still obeys */ }
  if (tick.checked) wipe();
  else parts.forEach(keep);
});
function wipe() {
  form.querySelectorAll("[data-offer]").forEach((offer) => offer.remove());
  parts.forEach((part) => { part.kept = false; });
  copies("readwrite", (store) => store.clear()).then(draw, () => {});
}

// What is shown: under each part and beside the buttons.
const BAD = ["out", "stopped", "refused", "server", "offline"];
const stateOf = (part) => part.state || (dirty(part) ? "saving" : "");
function say(line, state, kept) {
  const shown = line.querySelector("[data-state]");
  if (shown?.dataset.state === state && shown.dataset.kept === String(kept)) return;
  shown?.remove();
  line.querySelectorAll(".saved").forEach((saved) => { saved.hidden = Boolean(state); });
  const made = words.querySelector(`[data-state="${state}"]`)?.cloneNode(true);
  if (!made) return;
  made.dataset.kept = kept;
  made.querySelectorAll("[data-when]").forEach((phrase) => { phrase.hidden = phrase.dataset.when !== (kept ? "kept" : "not-kept"); });
  line.append(made);
}
function draw() {
  const found = [];
  for (const part of parts.values()) {
    const state = stateOf(part);
    const line = document.getElementById(`${part.id}-saved`);
    found.push(state);
    if (line) say(line, state === "refused" ? "" : state, part.kept); // why it was refused is the server's to say
  }
  const worst = BAD.find((state) => found.includes(state));
  const good = touched ? "page-saved" : "";
  const unsaved = [...parts.values()].filter((part) => stateOf(part));
  say(document.getElementById("all-saved"), worst ? `page-${worst}` : unsaved.length ? "page-saving" : good, unsaved.every((part) => part.kept));
}

// Something was written.
form.addEventListener("input", ({ target }) => changed(partOf(target)));
form.addEventListener("change", ({ target }) => changed(partOf(target)));
function changed(part) {
  if (!part) return;
  touched = true;
  leaving = null;
  if (part.state === "refused") part.state = "";
  clearTimeout(part.keeping);
  if (dirty(part)) part.keeping = setTimeout(keep, 300, part);
  else if (!part.sending) settle(part);
  draw();
}
const settle = (part) => {
  Object.assign(part, { state: "", tries: 0 });
  forget(part);
};

// Saving: htmx sends, one request at a time for each part; what fails is tried again after 1, 2, 4 … 30 seconds.
document.addEventListener("htmx:configRequest", (event) => {
  const part = parts.get(event.target.id);
  if (!part || event.target !== part.section) return;
  if (part.state === "out") return event.preventDefault();
  clearTimeout(part.timer);
  event.detail.timeout = TIMEOUT;
  event.detail.parameters[`${part.id}-mark`] = mark();
});
document.addEventListener("htmx:beforeSend", ({ target }) => {
  const part = parts.get(target.id);
  if (part && target === part.section) part.sending = content(part);
});
// A network that wants one to sign in to it answers 200 with a page of its own.
const ours = (part, xhr) => xhr.responseText.includes(`id="${part.id}-saved"`);
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const part = parts.get(detail.requestConfig.elt.id);
  if (part && !ours(part, detail.xhr)) detail.shouldSwap = false;
});
document.addEventListener("htmx:afterRequest", ({ target, detail: { xhr } }) => {
  const part = parts.get(target.id);
  if (!part || target !== part.section) return;
  const sent = part.sending;
  part.sending = null;
  if (xhr.status >= 200 && xhr.status < 300 && ours(part, xhr)) {
    part.acked = sent;
    Object.assign(part, { state: "", tries: 0 });
    if (dirty(part)) keep(part);
    else settle(part);
  } else if (xhr.status === 422) part.state = "refused";
  else if (xhr.status === 401) part.state = "out";
  else if (xhr.status >= 400 && xhr.status < 500 && ![408, 425, 429].includes(xhr.status)) part.state = "stopped";
  else {
    part.state = xhr.status >= 400 ? "server" : "offline";
    part.timer = setTimeout(send, Math.min(30, 2 ** part.tries) * 1000, part);
    part.tries += 1;
  }
  draw();
  go();
});
const mark = () => `${sitting}.${(marks += 1)}`;
function send(part) {
  clearTimeout(part.timer);
  if (!part.sending && dirty(part)) part.section.dispatchEvent(new Event("change"));
}
addEventListener("online", () => parts.forEach((part) => { if (part.state === "offline") send(part); }));

// A button of the form: what is written is saved first, so that a dead network leads to no error page.
let leaving = null; // [the button that was pressed]
let left = false;
const waiting = () => [...parts.values()].filter((part) => dirty(part) && !["refused", "out", "stopped"].includes(part.state));
document.addEventListener("submit", (event) => {
  if (event.target !== form) return;
  if (event.submitter?.name !== "sammanslagen" && waiting().length) {
    event.preventDefault();
    leaving = [event.submitter];
    waiting().forEach(send);
    return;
  }
  for (const part of parts.values()) {
    const name = `${part.id}-mark`;
    const field = form.elements[name] ?? form.appendChild(Object.assign(document.createElement("input"), { type: "hidden", name }));
    field.value = mark();
  }
  left = true;
}, true);
addEventListener("beforeunload", (event) => { if (!left && [...parts.values()].some(dirty)) event.preventDefault(); });
function go() {
  if (!leaving || waiting().length) return;
  const [button] = leaving;
  leaving = null;
  form.requestSubmit(button?.isConnected ? button : null);
}
addEventListener("pagehide", () => parts.forEach(keep));
document.addEventListener("visibilitychange", () => { if (document.hidden) parts.forEach(keep); });
addEventListener("pageshow", ({ persisted }) => {
  left = false;
  if (persisted && ![...parts.values()].some(dirty)) location.reload();
});

// On return: what the server does not have is offered, beside what it has.
const trimmed = (value) => value.normalize("NFC").replace(/\r\n?/g, "\n").split("\n").map((line) => line.trimEnd()).join("\n").trim();
const read = (pairs) => JSON.stringify(pairs.map(([name, value]) => [name, trimmed(value)]).filter(([, value]) => value));
async function meet() {
  if (shared()) return wipe();
  if (refused) parts.forEach(keep);
  const rows = await copies("readonly", (store) => store.getAll()).catch(() => []);
  const seen = new Set();
  for (const row of rows.sort((one, other) => other.at - one.at)) {
    const part = parts.get(row.part);
    const what = row.part + read(row.values);
    if (row.at < clock() - LIFE || row.until < clock()) drop(row.key);
    else if (row.owner !== owner || row.key === `${owner}/${row.part}/${sitting}`) continue;
    else if (seen.has(what) || (part && read(row.values) === read(values(part)))) drop(row.key);
    else if (part) offer(part, row);
    else document.getElementById("elsewhere").hidden = false;
    seen.add(what);
  }
}
const grouped = (pairs) => pairs.reduce((all, [name, value]) => ({ ...all, [name]: [...(all[name] ?? []), value] }), {});
function offer(part, row) {
  const made = words.querySelector("[data-offer]").cloneNode(true);
  const list = made.querySelector("[data-words]");
  const was = grouped(values(part));
  const is = grouped(row.values);
  for (const name of new Set([...Object.keys(is), ...Object.keys(was)])) {
    if (`${is[name]?.map(trimmed) ?? ""}` === `${was[name]?.map(trimmed) ?? ""}`) continue;
    const [label, text] = [document.createElement("dt"), document.createElement("dd")];
    label.textContent = labelOf(name);
    text.textContent = (is[name] ?? []).map((value) => shownAs(name, value)).filter(Boolean).join(", ") || list.dataset.empty;
    text.dir = "auto";
    list.append(label, text);
  }
  const end = () => {
    made.remove();
    form.elements[row.values[0]?.[0]]?.focus?.();
  };
  made.querySelector("[data-use]").addEventListener("click", async () => {
    fill(part, is);
    end();
    changed(part);
    send(part);
    await keep(part);
    if (part.kept || !dirty(part)) drop(row.key);
  });
  made.querySelector("[data-drop]").addEventListener("click", () => {
    drop(row.key);
    end();
  });
  document.getElementById(`${part.id}-saved`).before(made);
}
const controls = (name) => [...form.elements].filter((control) => control.name === name);
function labelOf(name) {
  const [first] = controls(name);
  const label = first?.closest("fieldset")?.querySelector("legend") ?? first?.labels?.[0];
  const plain = label?.cloneNode(true);
  plain?.querySelector(".optional")?.remove();
  return plain?.textContent.trim() ?? "";
}
function shownAs(name, value) {
  const control = controls(name).find((one) => !ticks(one) || one.value === value);
  if (!control || control.type === "hidden") return "";
  if (ticks(control)) return control.labels[0]?.textContent.trim() ?? value;
  return control.tagName === "SELECT" ? [...control.options].find((option) => option.value === value)?.text ?? value : value;
}
function fill(part, kept) {
  const left = structuredClone(kept);
  for (const control of fields(part)) {
    if (ticks(control)) control.checked = Boolean(kept[control.name]?.includes(control.value));
    else control.value = left[control.name]?.shift() ?? "";
    if (control.tagName === "TEXTAREA") control.dispatchEvent(new Event("input", { bubbles: true })); // the counter counts
  }
}

draw();
meet();
