/** The way in: the page of a one-time link, which a look does not use up, and the page for whoever has none. */
import type { Link } from "../../../../src/links.ts";
import { asSent, type Html, html, nothing } from "../markup.ts";
import type { Fields } from "../parse.ts";
import { at } from "./time.ts";

export function linkPage(token: string, link: Link | undefined, name: string): Html {
  if (link === undefined)
    return html`<div class="narrow"><h1>This link does not work</h1>
<p>This link is used up, too old, or not complete. A sign-in link works once, and for a short time. Nothing is wrong with your account.</p>
<p>If it came in a message, copy all of it and <a href="/sign-in">paste it here</a>. Otherwise get a new one:</p>${howTo()}</div>`;
  return html`<div class="narrow"><h1>Sign in</h1>
<p>You will be <strong><bdi>${name}</bdi></strong> in this browser, for 12 hours after you were here last and 7 days at most.</p>
<form method="post" action="${`/sign-in/${token}`}"><button class="button wide">Sign in as <bdi>${name}</bdi></button></form>
<p class="calm">The link works once, until ${at(link.expires_at)}. Is that not you? Then close this page: nothing has happened.</p></div>`;
}

export interface Kept {
  carry: string;
  seal: string;
  /** For people, to see that it is still there. */
  fields: Fields;
}

export interface SignIn {
  to: string;
  /** What somebody was about to send when their session was over. */
  kept?: Kept | undefined;
  problem?: string | undefined;
  signedOut?: boolean;
  /** A link can be sent by mail; one may be on its way. */
  byMail?: boolean;
  mailed?: boolean;
}

export function signInPage({ to, kept, problem, signedOut, byMail, mailed }: SignIn): Html {
  return html`<div class="narrow">
${signedOut ? html`<div class="notice done" role="status"><p>You are signed out.</p></div>` : nothing}
${mailed ? html`<div class="notice done" role="status"><p>If that address is somebody's here, a link is on its way to it. It works for 15 minutes.</p></div>` : nothing}
<h1>${kept === undefined ? "Sign in" : "Sign in again"}</h1>
${kept === undefined ? html`<p>You need a sign-in link. It works once and is made for you alone.</p>` : keptNote(kept)}
<form method="post" action="/sign-in" novalidate>
<input type="hidden" name="to" value="${to}">
${kept === undefined ? nothing : html`<input type="hidden" name="carry" value="${asSent(kept.carry)}"><input type="hidden" name="seal" value="${kept.seal}">`}
<div class="${problem === undefined ? "field" : "field wrong"}"><label for="link">Sign-in link</label>
<p class="hint" id="link-hint">Paste it here${kept === undefined ? ", or just open it" : ". Or open it in another tab of this browser, come back, and go on"}.</p>
${problem === undefined ? nothing : html`<p class="problem" id="link-problem">${problem}</p>`}
<input type="text" id="link" name="link" autocomplete="off" spellcheck="false" aria-describedby="${problem === undefined ? "link-hint" : "link-hint link-problem"}"${problem === undefined ? nothing : html` aria-invalid="true" autofocus`}></div>
<button class="button wide">${kept === undefined ? "Sign in" : "Go on"}</button>
</form>
${byMail && kept === undefined ? mailForm(to) : nothing}
${howTo()}
</div>`;
}

function mailForm(to: string): Html {
  return html`<form method="post" action="/sign-in/mail" novalidate>
<input type="hidden" name="to" value="${to}">
<div class="field"><label for="address">Or your e-mail address</label>
<p class="hint" id="address-hint">A link is sent to it, if it is the one that the settings know you by.</p>
<input type="email" id="address" name="address" autocomplete="email" aria-describedby="address-hint"></div>
<button class="button quiet wide">Send me a link</button>
</form>`;
}

function keptNote({ fields }: Kept): Html {
  const typed = [...fields].filter(([name, value]) => /^(?:[fo]\.|note$|text$)/.test(name) && value.trim() !== "");
  return html`<div class="notice conflict" role="alert"><p>Your session is over. <strong>Nothing has been decided</strong>, and what you typed is kept in this page: sign in and you can look at it again before you send it.</p></div>
${typed.length === 0 ? nothing : html`<details class="raw"><summary>What you typed</summary>${typed.map(([, value]) => html`<pre class="text">\n${value}</pre>`)}</details>`}`;
}

function howTo(): Html {
  return html`<section class="how"><h2>How to get a link</h2>
<ul class="items">
<li>Where the bot runs: <code>npm run -s hitl link YOUR_ID</code> (or <code>hitl link YOUR_ID</code> where it is installed).</li>
<li>From the admin: they ask <code>POST /v1/links</code> with <code>{"person": "YOUR_ID"}</code> and send you what comes back.</li>
<li><code>YOUR_ID</code> is how the settings know you under <code>people</code>: <code>alice</code>, say, not Alice Arnold.</li>
<li>The admin's own first link is printed when the bot starts.</li>
</ul></section>`;
}
