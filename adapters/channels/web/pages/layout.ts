/** The frame of every page: head, navigation, what was just done, the footer. No style or script stands in the page. */
import type { Assets } from "../assets.ts";
import { type Content, type Html, html, nothing } from "../markup.ts";

/** Who looks at the page; null: nobody has signed in. */
export interface Viewer {
  person: string;
  name: string;
  isAdmin: boolean;
  /** Of the session's forms. */
  token: string;
}

export interface Page {
  title: string;
  viewer: Viewer | null;
  assets: Assets;
  /** Which entry of the navigation this is. */
  here?: "waiting" | "history" | "figures" | "deliveries" | "sessions" | "help";
  /** What the script keeps up to date: the list, or one checkpoint by its id. */
  live?: string;
  body: Content;
}

const ENTRIES = [
  { here: "waiting", href: "/", label: "Waiting" },
  { here: "history", href: "/history", label: "History" },
  { here: "figures", href: "/figures", label: "Figures" },
  { here: "deliveries", href: "/deliveries", label: "Deliveries", admin: true },
] as const;

export function layout({ title, viewer, assets, here, live, body }: Page): Html {
  const follows = viewer !== null && live !== undefined ? html` data-live="${live}"` : nothing;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} – hitl-bot</title>
<link rel="stylesheet" href="${assets.style}">
<link rel="icon" href="${assets.icon}" type="image/svg+xml">
${assets.scripts.map((path) => html`<script type="module" src="${path}"></script>`)}
</head>
<body${follows}>
<a class="skip" href="#main">Skip to the content</a>
<header class="top">
<div class="bar">
<a class="brand" href="/"><img src="${assets.icon}" alt="" width="28" height="28"> hitl-bot</a>
${viewer === null ? nothing : navigation(viewer, here)}
</div>
</header>
<main id="main" tabindex="-1">
${body}
</main>
<div id="changed" class="changed" role="status" hidden><p>This has changed.</p> <a class="button" href="">Show it as it is now</a></div>
<div id="announce" class="unseen" aria-live="polite"></div>
</body>
</html>
`;
}

function navigation(viewer: Viewer, here: Page["here"]): Html {
  const current = (name: Page["here"]) => (name === here ? html` aria-current="page"` : nothing);
  return html`<nav aria-label="Main">
<ul class="places">
${ENTRIES.filter((entry) => !("admin" in entry) || viewer.isAdmin).map(
  (entry) => html`<li><a href="${entry.href}"${current(entry.here)}>${entry.label}</a></li>`,
)}
</ul>
</nav>
<details class="me">
<summary><span class="unseen">Signed in as </span><bdi>${viewer.name}</bdi></summary>
<ul class="menu">
<li><a href="/sessions"${current("sessions")}>Sessions</a></li>
<li><a href="/help"${current("help")}>Help and shortcuts</a></li>
<li><form method="post" action="/sign-out"><input type="hidden" name="csrf" value="${viewer.token}"><button class="link">Sign out</button></form></li>
</ul>
</details>`;
}
