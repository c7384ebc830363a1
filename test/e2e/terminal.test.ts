/** `hitl review` in a real pseudo-terminal against the real program: every kind, every action, and company. */
import { expect, test } from "vitest";
import { KINDS } from "../../src/checkpoint.ts";
import type { CheckpointView, Raise } from "../../src/client.ts";
import { KEY } from "./pty.ts";
import { sit } from "./sitting.ts";

const at = sit();

type Way = [action: string, steps: [sees: string, types: string][], decision: object];

/** What each action of each kind asks, in order, and the decision that comes of it. */
const WAYS: Record<Raise["kind"], Way[]> = {
  clarify: [
    ["answer", [["Select one option:", KEY.down + KEY.enter]], { answers: { response: "intermediate" } }],
    [
      "cancel",
      [
        ["Select one option:", KEY.up + KEY.enter],
        ["Why cancel? (optional)", `Not needed${KEY.enter}`],
      ],
      { reason: "Not needed" },
    ],
  ],
  confirm: [
    ["proceed", [["Proceed? (proceed/revise/cancel) [proceed]:", KEY.enter]], {}],
    [
      "revise",
      [
        ["[proceed]:", `revise${KEY.enter}`],
        ["What should change?", `Target experts${KEY.enter}`],
      ],
      { feedback: "Target experts" },
    ],
    [
      "cancel",
      [
        ["[proceed]:", `cancel${KEY.enter}`],
        ["Why cancel? (optional)", KEY.enter],
      ],
      {},
    ],
  ],
  preview: [
    ["proceed", [["Looks good? (proceed/refine/cancel) [proceed]:", `p${KEY.enter}`]], {}],
    ["refine", [["[proceed]:", `refine: Add examples${KEY.enter}`]], { feedback: "Add examples" }],
    ["cancel", [["[proceed]:", `c: Too late${KEY.enter}`]], { reason: "Too late" }],
  ],
  validate: [
    ["proceed", [["Accept? (proceed/refine/cancel) [proceed]:", KEY.enter]], {}],
    [
      "refine",
      [
        ["[proceed]:", `ref${KEY.enter}`],
        ["What should change?", `Two more examples${KEY.enter}`],
      ],
      { feedback: "Two more examples" },
    ],
    [
      "cancel",
      [
        ["[proceed]:", `cancel${KEY.enter}`],
        ["Why cancel?", KEY.enter],
      ],
      {},
    ],
  ],
  tool: [
    ["proceed", [["Run it? (approve/edit/reject):", `approve${KEY.enter}`]], {}],
    [
      "edit",
      [
        ["Run it?", `edit${KEY.enter}`],
        ["path", `${KEY.ctrlU}/tmp/other.txt${KEY.enter}`],
        ["/tmp/test.txt → /tmp/other.txt", ""],
        ["Enter: confirm", KEY.enter],
      ],
      { edited: { path: "/tmp/other.txt" } },
    ],
    [
      "reject",
      [
        ["Run it?", `reject${KEY.enter}`],
        ["Why not? (optional)", `Too risky${KEY.enter}`],
      ],
      { reason: "Too risky" },
    ],
  ],
  task: [
    ["proceed", [["Take it? (approve/edit/revise/reject):", `approve${KEY.enter}`]], {}],
    [
      "edit",
      [
        ["Take it?", `edit${KEY.enter}`],
        ["Edited value (JSON)", ` ${KEY.tab}${KEY.enter}`],
        ["Nothing was changed", ""],
        ["Take it?", `approve${KEY.enter}`],
      ],
      { action: "proceed" },
    ],
    [
      "revise",
      [
        ["Take it?", `rev${KEY.enter}`],
        ["What should change?", `Shorter${KEY.enter}`],
      ],
      { feedback: "Shorter" },
    ],
    ["reject", [["Take it?", `rej: Off topic${KEY.enter}`]], { reason: "Off topic" }],
  ],
  phase: [
    ["proceed", [["Go on? (approve/modify/redo):", `approve: go${KEY.enter}`]], { feedback: "go" }],
    [
      "refine",
      [
        ["Go on?", `modify${KEY.enter}`],
        ["What should change?", `Add tests${KEY.enter}`],
      ],
      { feedback: "Add tests" },
    ],
    [
      "revise",
      [
        ["Go on?", `redo${KEY.enter}`],
        ["What should change?", `Use SQLite${KEY.enter}`],
      ],
      { feedback: "Use SQLite" },
    ],
  ],
};

test.each(KINDS)("a person goes through every action of a %s in one sitting", async (kind) => {
  const ways = WAYS[kind];
  const raised: CheckpointView[] = [];
  for (const [action] of ways) raised.push(await at.raise(kind, { title: `To ${action}` }));
  expect(ways.map(([action]) => action)).toEqual(raised[0]?.actions.map(({ action }) => action));
  const pty = at.review();
  for (const [index, [action, steps, decided]] of ways.entries()) {
    if (index < ways.length - 1) {
      await pty.sees(`${ways.length - index} checkpoints wait for you, the oldest first:`);
      await pty.sees("Enter: confirm");
      pty.type(KEY.enter);
    }
    for (const [sees, types] of steps) {
      await pty.sees(sees);
      pty.type(types);
    }
    await pty.sees("✓ Done: ");
    const decision = raised[index] && (await at.read(raised[index])).decision;
    expect(decision).toMatchObject({ action, ...decided, by: { person: "alice", surface: "terminal" } });
  }
});

test("takes an own answer instead of the options", async () => {
  const raised = await at.raise("clarify");
  const pty = at.review();
  await pty.sees("Other (type my own)");
  await pty.sees("Enter: confirm");
  pty.type(KEY.down + KEY.down + KEY.down + KEY.enter);
  await pty.sees("Your own answer");
  pty.type(`Experts only${KEY.enter}`);
  await pty.sees("✓ Done: answer");
  expect((await at.read(raised)).decision).toMatchObject({ answers: { response: "Experts only" } });
});

test("asks for feedback again while it is blank, and decides nothing meanwhile", async () => {
  const raised = await at.raise("confirm");
  const pty = at.review();
  await pty.sees("[proceed]:");
  pty.type(`revise${KEY.enter}`);
  await pty.sees("What should change?");
  pty.type(KEY.enter);
  await pty.sees("This is still blank; say something.");
  pty.type(`  ${KEY.enter}`);
  await pty.sees("This is still blank; say something.");
  expect((await at.read(raised)).status).toBe("pending");
  pty.type(`Target experts${KEY.enter}`);
  await pty.sees("✓ Done: revise");
  expect((await at.read(raised)).decision?.feedback?.trim()).toBe("Target experts");
});

test("keeps every line of feedback that is pasted", async () => {
  const raised = await at.raise("confirm");
  const pty = at.review();
  await pty.sees("[proceed]:");
  pty.type(`revise${KEY.enter}`);
  await pty.sees("What should change?");
  pty.type("- one\r- two\r\r- three\r");
  await pty.sees("You pasted several lines (Tab, then Enter sends it)");
  pty.type(KEY.tab + KEY.enter);
  await pty.sees("✓ Done: revise");
  expect((await at.read(raised)).decision).toMatchObject({ feedback: "- one\n- two\n\n- three" });
});

test("shows the oldest first, goes on with the next, and names what was left for later", async () => {
  await at.raise("confirm", { title: "The oldest" });
  await at.raise("preview", { title: "The one between" });
  await at.raise("validate", { title: "The newest" });
  const pty = at.review();
  await pty.sees("3 checkpoints wait for you, the oldest first:");
  await pty.sees("● The oldest");
  await pty.sees("○ The one between");
  await pty.sees("○ The newest");
  await pty.sees("Enter: confirm");
  pty.type(KEY.down + KEY.enter);
  await pty.sees("Looks good?");
  pty.type(KEY.enter);
  await pty.sees("✓ Done: proceed");
  await pty.sees("2 checkpoints wait for you");
  await pty.sees("Enter: confirm");
  pty.type(KEY.enter);
  await pty.sees("Proceed?");
  pty.type(`skip${KEY.enter}`);
  await pty.sees("1 checkpoint waits for you.");
  await pty.sees("The newest");
  await pty.sees("Accept?");
  pty.type(`quit${KEY.enter}`);
  expect(await pty.ended()).toBe(0);
  expect((await at.agent.list({ status: "pending" })).items.map(({ title }) => title)).toEqual([
    "The newest",
    "The oldest",
  ]);
});

test("says what is recorded while others still have to approve, and asks no voter twice", async () => {
  const raised = await at.raise("confirm", { quorum: 2 });
  const pty = at.review();
  await pty.sees("[proceed]:");
  pty.type(KEY.enter);
  await pty.sees("✓ Recorded: 1 of 2. One more person has to approve.");
  await pty.sees("Nothing waits for you.");
  expect(await pty.ended()).toBe(0);
  expect(await at.read(raised)).toMatchObject({ status: "pending", quorum: { needed: 2, given: 1 } });
});

test("tells who was faster while it was being answered", async () => {
  const raised = await at.raise("confirm");
  const pty = at.review();
  await pty.sees("[proceed]:");
  pty.type("revise: Target exp");
  await at.bob.act(raised.id, { action: "proceed" });
  pty.type(`erts${KEY.enter}`);
  await pty.sees("✗ Already resolved by Bob at ");
  await pty.sees("Nothing waits for you.");
  expect(await pty.ended()).toBe(0);
  expect((await at.read(raised)).decision).toMatchObject({ action: "proceed", by: { person: "bob" } });
});

test("shows again what somebody edited meanwhile, instead of approving something else", async () => {
  const raised = await at.raise("tool", { quorum: 2 });
  const pty = at.review();
  await pty.sees("Run it?");
  await at.bob.act(raised.id, { action: "edit", edited: { path: "/etc/passwd" } });
  pty.type(`approve${KEY.enter}`);
  await pty.sees("✗ It has changed since it was shown to you");
  await pty.sees("Edited by Bob");
  await pty.sees("/etc/passwd");
  await pty.sees("Run it?");
  expect(await at.read(raised)).toMatchObject({ status: "pending", quorum: { given: 1 } });
  pty.type(`reject${KEY.enter}`);
  await pty.sees("Why not?");
  pty.type(KEY.enter);
  await pty.sees("✓ Done: reject");
});
