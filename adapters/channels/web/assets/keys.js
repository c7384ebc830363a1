/** Keys that move about: to a row, a place, a form. None of them decides; the list of them is /help. */

const PLACES = { p: "/", h: "/history", f: "/figures", d: "/deliveries" };
/** Ms after `g` in which the next key names a place. */
const PATIENCE = 1_500;

let going = 0;

document.addEventListener("keydown", (event) => {
  const { key, target } = event;
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (key === "Escape") return close(target);
  if (target.closest("textarea, select, input:not([type=radio]):not([type=checkbox])") !== null) return;
  const went = going > Date.now() ? go(PLACES[key]) : false;
  going = key === "g" ? Date.now() + PATIENCE : 0;
  if (went || key === "g") return;
  if (key === "?" ? go("/help") : key === "j" ? move(1) : key === "k" ? move(-1) : press(key)) event.preventDefault();
});

function go(path) {
  if (path === undefined) return false;
  location.href = path;
  return true;
}

function close(target) {
  const open = target.closest("details[open]") ?? document.querySelector("details.act[open], .me[open]");
  if (open === null) return;
  open.open = false;
  open.querySelector("summary").focus();
}

function move(step) {
  const rows = [...document.querySelectorAll(".rows a.open")];
  const at = rows.indexOf(document.activeElement);
  const next = rows[at === -1 ? 0 : Math.max(0, Math.min(rows.length - 1, at + step))];
  next?.focus({ preventScroll: true });
  next?.closest(".row").scrollIntoView({ block: "nearest" });
  return next !== undefined;
}

/** Goes to what a key stands for; a form is opened, a button only focused. */
function press(key) {
  const target = document.querySelector(`[data-shortcut="${CSS.escape(key)}"]`);
  if (target === null) return false;
  const around = target.parentElement.closest("details:not([open])");
  if (around !== null) around.open = true;
  if (target.matches("summary")) {
    for (const other of document.querySelectorAll("details.act[open]")) other.open = other.contains(target);
    target.parentElement.open = true;
    // At once, for whoever types on.
    target.parentElement.querySelector("textarea, select, input:not([type=hidden])")?.focus();
  } else if (target.matches("a")) target.click();
  else target.focus();
  target.scrollIntoView({ block: "nearest" });
  return true;
}
