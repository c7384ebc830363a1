/**
 * Keeps the page as a reload would show it: told that something changed, it fetches itself and puts the new part in
 * place. Focus stays, what changed is said, and nothing is replaced under the hands of somebody who types.
 */

const { live } = document.body.dataset;
const announcer = document.getElementById("announce");
const bar = document.getElementById("changed");
/** Ms between two fetches of a page on which much happens. */
const PAUSE = 1_000;
/** Ms before a stream that was refused is asked for again. */
const AGAIN = 3_000;

let fetching = false;
let again = false;
/** The stream was cut, so that something may have been missed. */
let wasAway = false;
/** Nobody is signed in here any more. */
let isOver = false;

async function refresh() {
  again = fetching;
  if (fetching) return;
  fetching = true;
  try {
    const response = await fetch(location.href, { headers: { "hitl-live": "1" }, redirect: "manual" });
    if (response.ok) show(new DOMParser().parseFromString(await response.text(), "text/html"));
    else if (response.type === "opaqueredirect") {
      isOver = true;
      tell("You are signed out here.", location.href);
    }
  } catch {
    // The stream says when the bot is back.
  }
  setTimeout(() => {
    fetching = false;
    if (again) void refresh();
  }, PAUSE);
}

function show(fresh) {
  const words = live === "list" ? showList(fresh) : showCheckpoint(fresh);
  if (words === undefined) return;
  document.dispatchEvent(new CustomEvent("hitl:fresh"));
  announce(words);
}

/** A page that came back with words in it, or a form that is open, is in somebody's hands. */
function isInHand() {
  return (
    document.documentElement.dataset.typed !== undefined ||
    document.querySelector("details.act[open], details.note[open], .fault, [aria-invalid]") !== null
  );
}

function showCheckpoint(fresh) {
  const [mine, theirs] = [document.querySelector("article.checkpoint"), fresh.querySelector("article.checkpoint")];
  if (mine === null || theirs === null || mine.dataset.revision === theirs.dataset.revision) return undefined;
  if (isInHand()) {
    const { ended } = theirs.dataset;
    const kept = ended === undefined ? "What you typed stays" : "What you typed was not sent; it stays";
    return void tell(`${ended ?? "This has changed."} ${kept} until you leave.`, location.pathname);
  }
  // Not under a finger that is about to approve: what is pressed here still approves what was here, and is refused.
  if (digestOn(mine) !== undefined && digestOn(theirs) !== undefined && digestOn(mine) !== digestOn(theirs))
    return void tell("What is asked was edited. Look at it before you decide.", location.pathname);
  const focused = wayTo(document.activeElement);
  const open = [...mine.querySelectorAll("details[open]")].map(wayTo);
  const next = document.importNode(theirs, true);
  mine.replaceWith(next);
  for (const way of open) if (follow(way) !== null) follow(way).open = true;
  follow(focused)?.focus({ preventScroll: true });
  return next.querySelector(".state").textContent;
}

/** What a decision here would be about; undefined where none can be made. */
function digestOn(article) {
  return article.querySelector("input[name=digest]")?.value;
}

function showList(fresh) {
  const [mine, theirs] = [document.getElementById("list"), fresh.getElementById("list")];
  const before = [...mine.querySelectorAll(".row")];
  const next = document.importNode(theirs, true);
  const after = [...next.querySelectorAll(".row")];
  const revisions = new Map(before.map(({ dataset }) => [dataset.key, dataset.revision]));
  const keys = new Set(after.map(({ dataset }) => dataset.key));
  const came = after.filter(({ dataset }) => !revisions.has(dataset.key));
  const gone = before.filter(({ dataset }) => !keys.has(dataset.key));
  const moved = after.some(({ dataset }) => revisions.get(dataset.key) !== dataset.revision);
  if (gone.length === 0 && !moved) return undefined;
  for (const row of came) row.classList.add("new");
  const at = before.findIndex((row) => row.contains(document.activeElement));
  mine.replaceWith(next);
  if (at !== -1) {
    const same = after.find(({ dataset }) => dataset.key === before[at].dataset.key);
    (same ?? after[Math.min(at, after.length - 1)])?.querySelector("a.open").focus({ preventScroll: true });
  }
  return [
    came.length === 1
      ? `New: ${came[0].querySelector(".open").textContent}`
      : came.length > 1
        ? `${came.length} new`
        : "",
    gone.length === 1 ? "One has left the list" : gone.length > 1 ? `${gone.length} have left the list` : "",
  ]
    .filter((each) => each !== "")
    .join(". ");
}

/** Where an element is, in words that hold in the next version of the page. */
function wayTo(element) {
  const owner = element?.closest("[id]") ?? null;
  if (owner === null) return undefined;
  return { id: owner.id, tag: element.tagName, index: [...owner.querySelectorAll(element.tagName)].indexOf(element) };
}

function follow(way) {
  const owner = way === undefined ? null : document.getElementById(way.id);
  if (owner === null || way.index === -1) return owner;
  return owner.querySelectorAll(way.tag)[way.index] ?? null;
}

function announce(words) {
  announcer.textContent = words;
}

/** A bar instead of a new page. */
function tell(words, href) {
  bar.querySelector("p").textContent = words;
  bar.querySelector("a").href = href;
  bar.hidden = false;
}

/** What stands at the foot of the screen goes above the bar; where the page begins too low for that, it is scrolled. */
function lift() {
  document.documentElement.style.setProperty("--bar", `${bar.offsetHeight}px`);
  const foot = document.querySelector(".actions")?.getBoundingClientRect().bottom ?? 0;
  if (!bar.hidden) scrollBy(0, Math.max(0, foot - bar.getBoundingClientRect().top));
}

function listen() {
  const source = new EventSource("/events");
  source.addEventListener("open", () => {
    document.documentElement.dataset.live = "on";
    // What happened while it was away.
    if (wasAway) void refresh();
    wasAway = false;
  });
  source.addEventListener("message", ({ data }) => {
    const { id } = JSON.parse(data);
    if (live === "list" || live === id) void refresh();
  });
  source.addEventListener("error", () => {
    document.documentElement.dataset.live = "off";
    wasAway = true;
    // The browser comes back by itself, unless it was refused: by a bot that is stopping, or for want of a session.
    if (source.readyState !== EventSource.CLOSED) return;
    setTimeout(async () => {
      await refresh();
      if (!isOver) listen();
    }, AGAIN);
  });
  addEventListener("pagehide", () => source.close());
}

if (live !== undefined) {
  listen();
  new ResizeObserver(lift).observe(bar);
  addEventListener("pageshow", ({ persisted }) => {
    if (persisted) location.reload();
  });
}
