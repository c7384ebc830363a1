/** What people wrote about a checkpoint, as others find it in the inbox. */
import { expect, test } from "vitest";
import { openInbox } from "./inbox.ts";

const SAID = "use pin=4821Zx and mail carol@example.com";
const SHOWN = "use pin=[redacted 6 chars] and mail [redacted 17 chars]";

test("stands without what the policy calls a secret: in comments, below the title, among the rounds and in the history", async () => {
  const box = await openInbox({
    policies: [{ name: "payments", redact: { keys: ["pin"], shapes: { email: true } } }],
  });
  const { desk, caller, act } = box.office;
  const asked = { kind: "confirm", payload: { summary: "Pay" }, source: { agent: "ci" } };
  const first = await box.raise(asked);
  await desk.comment(caller("bob"), first, SAID, { surface: "web" });
  await act(first, "bob", { action: "revise", feedback: SAID });
  const second = await box.raise({ ...asked, previous: first });
  const cookie = await box.enter("carol");
  for (const [path, times] of [
    [`/checkpoints/${first}`, 2],
    [`/checkpoints/${second}`, 2],
    ["/history", 1],
  ] as const) {
    const { text } = await box.get(path, cookie);
    expect(text, path).not.toMatch(/4821Zx|carol@/);
    expect(text.split(SHOWN).length - 1, path).toBeGreaterThanOrEqual(times);
  }
});
