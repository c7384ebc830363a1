/**
 * Comforts of forms: a second press sends nothing, typed words are not left by accident, focus goes where it is needed.
 * Whether somebody is typing stands on the root element, for live.js.
 */

const root = document.documentElement;

document.addEventListener("input", ({ target }) => {
  if (target.form?.method === "post") root.dataset.typed = "";
  // Typing one's own words means "Other".
  if (target.matches(".other textarea")) target.closest(".other").querySelector("input").checked = true;
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent !== undefined) return event.preventDefault();
  if (form.method === "post") form.dataset.sent = "";
  delete root.dataset.typed;
});

// A page that comes back from the browser's memory can be sent again.
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

addEventListener("beforeunload", (event) => {
  if (root.dataset.typed !== undefined) event.preventDefault();
});

document.addEventListener("click", ({ target }) => {
  if (target.matches(".other input[type=radio]")) target.closest(".other").querySelector("textarea").focus();
  const menu = document.querySelector(".me[open]");
  if (menu !== null && !menu.contains(target)) menu.open = false;
});

// A form that opens is about to be filled in.
document.addEventListener(
  "toggle",
  ({ target }) => {
    if (!target.matches("details.act[open], details.note[open]")) return;
    const fields = target.querySelectorAll("textarea, select, input:not([type=hidden])");
    if (![...fields].includes(document.activeElement)) fields[0]?.focus();
  },
  true,
);

const notice = document.querySelector(".notice[tabindex]");
if (notice !== null && document.querySelector("[autofocus]") === null) notice.focus({ preventScroll: true });
