/** Where somebody is signed in, each place with a way to end it; the admin sees everybody's. */
import { type Html, html, nothing } from "../markup.ts";
import type { Session } from "../sessions.ts";
import { of } from "./stack.ts";
import { ago } from "./time.ts";

export interface SessionsPage {
  own: readonly Session[];
  /** For the admin: of everybody else. */
  others: readonly Session[];
  current: string;
  token: string;
  now: number;
  ended: boolean;
}

export function sessionsPage({ own, others, current, token, now, ended }: SessionsPage): Html {
  const row = (
    session: Session,
  ) => html`<tr><th scope="row"><bdi>${session.person}</bdi></th><td><bdi>${browserOf(session)}</bdi>${session.id === current ? html` <span class="pill approve">this one</span>` : nothing}</td><td>${of("Signed in")}${ago(session.since, now)}</td><td>${of("Last here")}${ago(session.seen, now)}</td>
<td><form method="post" action="/sessions/end"><input type="hidden" name="csrf" value="${token}"><input type="hidden" name="person" value="${session.person}"><input type="hidden" name="session" value="${session.id}"><button class="button quiet">End it<span class="unseen">: ${session.person}, ${browserOf(session)}</span></button></form></td></tr>`;
  const table = (sessions: readonly Session[]) =>
    html`<div class="wide"><table class="stack"><thead><tr><th scope="col">Person</th><th scope="col">Browser</th><th scope="col">Signed in</th><th scope="col">Last here</th><th scope="col"><span class="unseen">End it</span></th></tr></thead><tbody>${sessions.map(row)}</tbody></table></div>`;
  return html`<div class="listing">
${ended ? html`<div class="notice done" role="status"><p>The session has ended.</p></div>` : nothing}
<h1>Sessions</h1>
<p class="calm">A session ends 12 hours after its last use, and after 7 days in any case.</p>
<section class="block"><h2>Yours</h2>${table(own)}</section>
${others.length === 0 ? nothing : html`<section class="block"><h2>Of others</h2>${table(others)}</section>`}
</div>`;
}

/** `Firefox on Linux`; what a browser says of itself is longer and means less. */
function browserOf({ browser }: Session): string {
  const name = [
    [/\bEdg(?:e|A|iOS)?\//, "Edge"],
    [/\bOPR\//, "Opera"],
    [/\b(?:Firefox|FxiOS)\//, "Firefox"],
    [/\b(?:Chrome|CriOS|HeadlessChrome|Chromium)\//, "Chrome"],
    [/\bSafari\//, "Safari"],
  ] as const;
  const system = [
    [/iPhone|iPad/, "iOS"],
    [/Android/, "Android"],
    [/Windows/, "Windows"],
    [/Mac OS X/, "macOS"],
    [/Linux|X11/, "Linux"],
  ] as const;
  const of = (list: readonly (readonly [RegExp, string])[]) => list.find(([mark]) => mark.test(browser))?.[1];
  const [one, two] = [of(name), of(system)];
  return one === undefined ? browser.slice(0, 40) || "unknown" : two === undefined ? one : `${one} on ${two}`;
}
