// <button data-copy="id" class="js-only">: copies the words of the element with the id, and says so. Loaded where there is such a button.
document.documentElement.classList.add("js");
const status = Object.assign(document.createElement("span"), { className: "small" });
status.setAttribute("role", "status");
document.addEventListener("click", async ({ target }) => {
  const from = target.closest("[data-copy]") && document.getElementById(target.closest("[data-copy]").dataset.copy);
  if (!from) return;
  target.closest("[data-copy]").after(" ", status);
  const words = from.textContent.trim().replace(/\s+/g, " ");
  try {
    await navigator.clipboard.writeText(words);
    status.textContent = from.dataset.copied;
  } catch {
    // Not allowed here: the words are marked, so that one copies them oneself.
    getSelection().selectAllChildren(from);
  }
});
