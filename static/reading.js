// The size of the text as the reader chose it last, set before anything is drawn, so that nothing moves. Without this the choice holds for the page.
(() => {
  const name = "textstorlek";
  const keep = (size) => { try { localStorage.setItem(name, size); } catch { /* not allowed: it holds for the page */ } };
  const kept = () => { try { return localStorage.getItem(name); } catch { return null; } };
  const root = document.documentElement;
  root.dataset.text = kept() ?? "";
  document.addEventListener("DOMContentLoaded", () => {
    for (const one of document.getElementsByName(name)) one.checked = one.value === (kept() ?? "0");
  });
  document.addEventListener("change", ({ target }) => {
    if (target.name !== name) return;
    root.dataset.text = target.value;
    keep(target.value);
  });
})();
