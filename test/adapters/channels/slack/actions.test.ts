import { describe, expect, it } from "vitest";
import { KINDS } from "../../../../src/checkpoint.ts";
import { SEEDS } from "../../../seeds.ts";
import { type Bot, CONFIRM, TRANSPORTS, withBot } from "./bot.ts";
import { buttonsIn, wordsIn } from "./slack.ts";

const TOOL = { kind: "tool", payload: { tool_name: "pay", tool_args: { amount: 10, to: "ACME", now: true } } };

/** Every action of every kind, pressed and filled in as a person would, and what the agent gets. */
const ACTIONS: [kind: (typeof KINDS)[number], label: string, fill: Record<string, string>, got: object][] = [
  ["clarify", "Answer", { f0: "intermediate" }, { action: "answer", outcome: "answered" }],
  ["clarify", "Cancel", { f0: "not now" }, { action: "cancel", outcome: "rejected", reason: "not now" }],
  ["confirm", "Proceed", {}, { action: "proceed", outcome: "approved" }],
  ["confirm", "Revise", { f0: "shorter" }, { action: "revise", outcome: "changes", feedback: "shorter" }],
  ["confirm", "Cancel", {}, { action: "cancel", outcome: "rejected" }],
  ["preview", "Proceed", {}, { action: "proceed", outcome: "approved" }],
  ["preview", "Refine", { f0: "finer" }, { action: "refine", outcome: "changes", feedback: "finer" }],
  ["preview", "Cancel", { f0: "no" }, { action: "cancel", outcome: "rejected", reason: "no" }],
  ["validate", "Proceed", {}, { action: "proceed", outcome: "approved" }],
  ["validate", "Refine", { f0: "finer" }, { action: "refine", outcome: "changes", feedback: "finer" }],
  ["validate", "Cancel", {}, { action: "cancel", outcome: "rejected" }],
  ["tool", "Approve", {}, { action: "proceed", outcome: "approved" }],
  [
    "tool",
    "Edit",
    { f0: "/tmp/other.txt" },
    { action: "edit", outcome: "approved", edited: { path: "/tmp/other.txt" } },
  ],
  ["tool", "Reject", { f0: "never" }, { action: "reject", outcome: "rejected", reason: "never" }],
  ["task", "Approve", {}, { action: "proceed", outcome: "approved" }],
  ["task", "Revise", { f0: "again" }, { action: "revise", outcome: "changes", feedback: "again" }],
  ["task", "Reject", {}, { action: "reject", outcome: "rejected" }],
  ["phase", "Approve", {}, { action: "proceed", outcome: "approved" }],
  ["phase", "Modify", { f0: "with tests" }, { action: "refine", outcome: "changes", feedback: "with tests" }],
  ["phase", "Redo", { f0: "anew" }, { action: "revise", outcome: "changes", feedback: "anew" }],
];

describe("a decision in Slack", () => {
  it.each(TRANSPORTS)(
    "over %s can be each action of each kind, and reaches the agent as it was meant",
    async (_name, setting) => {
      await withBot(async ({ slack, card: raise, ended, says }: Bot) => {
        for (const [index, [kind, label, fill, got]] of ACTIONS.entries()) {
          // A channel takes one message a second; each of these has its own.
          const channel = `C${100 + index}`;
          slack.channel(channel, { name: `channel-${index}`, members: ["U0BOB"] });
          const { id, card } = await raise(
            { kind, payload: SEEDS[kind][0].payload, route: [`slack:${channel}`] },
            channel,
          );
          await slack.click("U0BOB", card, label);
          if (label !== "Proceed" && label !== "Approve") {
            const form = await slack.openedView("U0BOB");
            const { errors, view } = await slack.submit("U0BOB", form, fill);
            expect(errors, `${kind} ${label}`).toEqual({});
            expect(wordsIn(view?.blocks), `${kind} ${label}`).toContain("by");
            if (view !== null) await slack.dismiss("U0BOB", view);
          }
          const { decision } = await ended(id);
          expect(decision, `${kind} ${label}`).toMatchObject(got);
          const settled = await says(card, "by");
          expect(settled.metadata?.event_payload.id).toBe(id);
        }
        expect(new Set(ACTIONS.map(([kind]) => kind))).toEqual(new Set(KINDS));
        expect(slack.troubles).toEqual([]);
      }, setting);
    },
  );

  it("takes an edit only when every argument can be read, and says at which one it could not", async () => {
    await withBot(async ({ slack, card: raise, ended }: Bot) => {
      const { id, card } = await raise({ kind: "tool", payload: { tool_name: "pay", tool_args: { list: [1, 2] } } });
      await slack.click("U0BOB", card, "Edit");
      const form = await slack.openedView("U0BOB");
      const wrong = await slack.submit("U0BOB", form, { f0: '{"list": [1, 2' });
      expect(Object.keys(wrong.errors)).toEqual(["f0"]);
      expect(wrong.errors.f0).toMatch(/^It cannot be read/);
      const right = await slack.submit("U0BOB", form, { f0: '{"list": [1, 2, 3]}' });
      expect(right.errors).toEqual({});
      expect((await ended(id)).decision).toMatchObject({ action: "edit", edited: { list: [1, 2, 3] } });
    });
  });

  it("keeps what nobody touched of typed arguments", async () => {
    await withBot(async ({ slack, card: raise, ended }: Bot) => {
      const { id, card } = await raise(TOOL);
      await slack.click("U0BOB", card, "Edit");
      const form = await slack.openedView("U0BOB");
      await slack.submit("U0BOB", form, { amount: "25", now: "false" });
      expect((await ended(id)).decision?.edited).toEqual({ amount: 25, to: "ACME", now: false });
    });
  });

  it("counts one of two, and settles with the second", async () => {
    await withBot(async ({ slack, card: raise, ended, says, told, read }: Bot) => {
      const { id, card } = await raise({ ...CONFIRM, quorum: 2 });
      await slack.click("U0BOB", card, "Proceed");
      await told("U0BOB", "Recorded: 1 of 2. One more person has to approve.");
      await says(card, "1 of 2 approvals (Bob)");
      await slack.until(() => slack.thread(card).some(({ blocks }) => wordsIn(blocks) === "Bob approved: 1 of 2."));
      await slack.click("U0BOB", card, "Proceed");
      await told("U0BOB", "Your approval is already recorded");
      expect((await read(id)).status).toBe("pending");
      await slack.click("U0CAROL", card, "Proceed");
      expect((await ended(id)).decision?.action).toBe("proceed");
      await says(card, "2 of 2");
    });
  });

  it("tells everybody who may not why not, and decides nothing", async () => {
    await withBot(async ({ slack, card: raise, told, read }: Bot) => {
      const { id, card } = await raise({ ...CONFIRM, requested_by: "person:bob" });
      await slack.click("U0EVE", card, "Proceed");
      await told("U0EVE", "You are eve; group:sre may decide this.");
      await slack.click("U0EVE", card, "Revise");
      await slack.until(() => slack.ephemerals("U0EVE").length === 2);
      await slack.click("U0BOB", card, "Proceed");
      await told("U0BOB", "This is your own request");
      expect(slack.modals("U0EVE")).toEqual([]);
      expect((await read(id)).status).toBe("pending");
    });
  });

  it("tells whoever comes too late that time was up, and what became of it", async () => {
    await withBot(async ({ slack, card: raise, ended, told, says }: Bot) => {
      const { id, card } = await raise({ ...CONFIRM, timeout: "1s", on_timeout: "reject" });
      await slack.click("U0BOB", card, "Revise");
      const form = await slack.openedView("U0BOB");
      expect(await ended(id)).toMatchObject({
        status: "expired",
        decision: { outcome: "timed_out", action: "reject" },
      });
      await slack.clickStale("U0CAROL", card, "Proceed");
      await told("U0CAROL", "It timed out");
      const { view } = await slack.submit("U0BOB", form, { f0: "too late" });
      expect(wordsIn(view?.blocks)).toContain("It timed out");
      const settled = await says(card, "Timed out after 1s: nobody decided; handed back as reject by policy default");
      expect([...buttonsIn(settled.blocks).keys()]).toEqual([]);
    });
  });

  it("tells the loser of a race who won", async () => {
    await withBot(async ({ slack, card: raise, ended, told }: Bot) => {
      const { id, card } = await raise(CONFIRM);
      await Promise.all([slack.click("U0BOB", card, "Proceed"), slack.click("U0CAROL", card, "Proceed")]);
      const winner = (await ended(id)).decision?.by;
      const [won, lost] =
        winner?.kind === "person" && winner.person === "bob" ? ["U0BOB", "U0CAROL"] : ["U0CAROL", "U0BOB"];
      await told(won, "Approved by");
      await told(lost, "Already resolved by");
    });
  });

  it("offers the reasons that the agent has thought of, and words of one's own", async () => {
    await withBot(async ({ slack, card: raise, ended }: Bot) => {
      const actions = ["proceed", { action: "cancel", comment: "required", reasons: ["Too long", "Wrong tone"] }];
      for (const [fill, reason] of [
        [{ f0: "Wrong tone" }, "Wrong tone"],
        [{ "f0:other": "Wrong everything" }, "Wrong everything"],
      ] as const) {
        const { id, card } = await raise({ ...CONFIRM, actions });
        await slack.click("U0BOB", card, "Cancel");
        const form = await slack.openedView("U0BOB");
        const blank = await slack.submit("U0BOB", form, {});
        expect(blank.errors).toEqual({ f0: "This is still blank." });
        const { view } = await slack.submit("U0BOB", form, fill);
        expect((await ended(id)).decision).toMatchObject({ action: "cancel", reason });
        if (view !== null) await slack.dismiss("U0BOB", view);
      }
    });
  });

  it("tells the presser when a form could not be opened", async () => {
    await withBot(async ({ slack, card: raise, told }: Bot) => {
      const { card } = await raise(CONFIRM);
      slack.faults.next("views.open", { error: "expired_trigger_id" });
      await slack.click("U0BOB", card, "Revise");
      await told("U0BOB", "Slack did not open it in time");
    });
  });

  it("says in the form that somebody else was faster", async () => {
    await withBot(async ({ slack, card: raise, ended }: Bot) => {
      const { id, card } = await raise(CONFIRM);
      await slack.click("U0BOB", card, "Revise");
      const form = await slack.openedView("U0BOB");
      await slack.click("U0CAROL", card, "Proceed");
      await ended(id);
      const { view } = await slack.submit("U0BOB", form, { f0: "too late" });
      expect(wordsIn(view?.blocks)).toMatch(
        /^Already resolved by Carol at .*: proceed\.\s+What you wrote:\s+too late$/,
      );
    });
  });

  it("shows all of a long call page by page, and offers approving behind the last", async () => {
    await withBot(async ({ slack, card: raise, ended }: Bot) => {
      const command = `${"echo all is well; ".repeat(1_200)}rm -rf /`;
      const { id, card } = await raise({ kind: "tool", payload: { tool_name: "run", tool_args: { command } } });
      expect([...buttonsIn(card.blocks).keys()]).toEqual(["Reject", "Review in full"]);
      await slack.click("U0BOB", card, "Review in full");
      let page = await slack.openedView("U0BOB");
      let read = wordsIn(page.blocks);
      while (buttonsIn(page.blocks).has("Next")) {
        expect(buttonsIn(page.blocks).has("Approve")).toBe(false);
        const { hash } = page;
        await slack.click("U0BOB", page, "Next");
        page = await slack.until(() => slack.modals("U0BOB").find((view) => view.hash !== hash));
        read += wordsIn(page.blocks);
      }
      expect(read).toContain("rm -rf /");
      await slack.click("U0BOB", page, "Approve");
      expect((await ended(id)).decision?.action).toBe("proceed");
    });
  });

  it("asks several questions at once, with room for an answer of one's own", async () => {
    const questions = [
      { key: "level", question: "What level?", options: ["beginner", "expert"] },
      { key: "tone", question: "Which tone?" },
      // More than fit as radio buttons.
      { key: "place", question: "Where?", options: Array.from({ length: 14 }, (_, at) => `Place ${at}`) },
    ];
    await withBot(async ({ slack, card: raise, ended }: Bot) => {
      const { id, card } = await raise({ kind: "clarify", payload: { questions } });
      await slack.click("U0BOB", card, "Answer");
      const form = await slack.openedView("U0BOB");
      const blank = await slack.submit("U0BOB", form, {});
      expect(blank.errors).not.toEqual({});
      const other = { f0: "Other (type my own)", "f0:other": "somewhere between", f1: "dry", f2: "Place 12" };
      const kinds = form.blocks.map((block) => (block.element as { type?: string } | undefined)?.type);
      expect(kinds.filter((kind) => kind !== undefined)).toEqual([
        ...["radio_buttons", "plain_text_input"],
        "plain_text_input",
        ...["static_select", "plain_text_input"],
      ]);
      expect((await slack.submit("U0BOB", form, other)).errors).toEqual({});
      expect((await ended(id)).decision?.answers).toEqual({
        ...{ level: "somewhere between", tone: "dry" },
        place: "Place 12",
      });
    });
  });
});
