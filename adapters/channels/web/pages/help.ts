/** What can be done here, and by which keys. */
import { type Html, html, nothing } from "../markup.ts";

const KEYS: readonly { keys: string[]; what: string }[] = [
  { keys: ["j", "k"], what: "next and previous row of a list" },
  { keys: ["Enter"], what: "open it" },
  { keys: ["a"], what: "approve, proceed or answer: goes to the button or opens its form" },
  { keys: ["e"], what: "edit" },
  { keys: ["r"], what: "revise" },
  { keys: ["f"], what: "refine or modify" },
  { keys: ["x"], what: "reject or cancel" },
  { keys: ["c"], what: "comment" },
  { keys: ["n"], what: "after a decision: the next that waits for you" },
  { keys: ["Esc"], what: "close the form that is open" },
  { keys: ["/"], what: "to the filter" },
  { keys: ["g p"], what: "to what waits" },
  { keys: ["g h"], what: "to the history" },
  { keys: ["g f"], what: "to the figures" },
  { keys: ["?"], what: "this page" },
];

export function helpPage(signedIn: boolean): Html {
  return html`<div class="narrow">
<h1>Help</h1>
<section class="block"><h2>Keys</h2>
<p>A key only moves you there: what decides is always a button that you press, and each asks for what it needs.</p>
<dl class="keys">${KEYS.map(({ keys, what }) => html`<div><dt>${keys.map((key) => html`<kbd>${key}</kbd> `)}</dt><dd>${what}</dd></div>`)}</dl></section>
<section class="block"><h2>What the actions mean</h2>
<dl class="terms">
<div><dt>Proceed, Approve</dt><dd>The agent goes on with what you see.</dd></div>
<div><dt>Answer</dt><dd>The agent goes on with what you say.</dd></div>
<div><dt>Edit</dt><dd>You change what will be done, look at the difference, and approve that.</dd></div>
<div><dt>Revise, Refine</dt><dd>The agent tries again with what you say, and asks anew: the next round shows what changed.</dd></div>
<div><dt>Reject, Cancel</dt><dd>It does not happen.</dd></div>
</dl></section>
<section class="block"><h2>What is certain</h2>
<ul class="items">
<li>It ends once. Whoever comes second is told who was first.</li>
<li>What you decide on is what you were shown: if it changed meanwhile, your decision is not taken and you see the change.</li>
<li>What an agent wrote stands as text, and characters that could not be seen are spelled out, like <code>\\u{200B}</code>.</li>
<li>Time running out is nobody's decision, and the agent is told so.</li>
</ul></section>
${signedIn ? nothing : html`<p><a href="/sign-in">Sign in</a></p>`}
</div>`;
}
