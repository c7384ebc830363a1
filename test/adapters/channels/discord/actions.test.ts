import { describe, expect, it } from "vitest";
import { KINDS } from "../../../../src/checkpoint.ts";
import { buttonsOf } from "../../../peers/discord/index.ts";
import { SEEDS } from "../../../seeds.ts";
import { type Bot, CONFIRM, formOf, told, withBot, wordsOf } from "./bot.ts";

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
  ["tool", "Edit", { f0: "/tmp/other.txt" }, { action: "edit", edited: { path: "/tmp/other.txt" } }],
  ["tool", "Reject", { f0: "never" }, { action: "reject", outcome: "rejected", reason: "never" }],
  ["task", "Approve", {}, { action: "proceed", outcome: "approved" }],
  ["task", "Edit", { f0: '{"summary": "Short."}' }, { action: "edit", edited: { summary: "Short." } }],
  ["task", "Revise", { f0: "again" }, { action: "revise", outcome: "changes", feedback: "again" }],
  ["task", "Reject", {}, { action: "reject", outcome: "rejected" }],
  ["phase", "Approve", {}, { action: "proceed", outcome: "approved" }],
  ["phase", "Modify", { f0: "with tests" }, { action: "refine", outcome: "changes", feedback: "with tests" }],
  ["phase", "Redo", { f0: "anew" }, { action: "revise", outcome: "changes", feedback: "anew" }],
];

describe("a decision in Discord", () => {
  it("can be each action of each kind, and reaches the agent as it was meant", async () => {
    await withBot(async ({ discord, people, card: raise, ended, says }: Bot) => {
      for (const [index, [kind, label, fill, got]] of ACTIONS.entries()) {
        // A channel takes few messages at once; each of these has its own.
        const channel = discord.channel(`channel-${index}`);
        const { id, card } = await raise(
          { kind, payload: SEEDS[kind][0].payload, route: [`discord:${channel.id}`] },
          channel,
        );
        let press = await discord.click(people.bob, card, label);
        if (label !== "Proceed" && label !== "Approve") press = await discord.submit(people.bob, formOf(press), fill);
        expect(told(press), `${kind} ${label}`).toContain("by Bob");
        const { decision } = await ended(id);
        expect(decision, `${kind} ${label}`).toMatchObject(got);
        const settled = await says(card, "by Bob");
        expect(buttonsOf(settled)).toEqual([]);
      }
      expect(new Set(ACTIONS.map(([kind]) => kind))).toEqual(new Set(KINDS));
      expect([discord.unguarded, discord.pings, discord.breaches]).toEqual([[], [], []]);
    });
  });

  it("takes an edit only when every argument can be read, says which one could not, and loses nothing typed", async () => {
    await withBot(async ({ discord, people, card: raise, ended }: Bot) => {
      const { id, card } = await raise({ kind: "tool", payload: { tool_name: "pay", tool_args: { list: [1, 2] } } });
      const form = formOf(await discord.click(people.bob, card, "Edit"));
      const wrong = await discord.submit(people.bob, form, { f0: '{"list": [1, 2' });
      expect(told(wrong)).toMatch(/^Not sent yet\.\nEdited value \(JSON\): It cannot be read/);
      const [shown] = wrong.messages();
      const again = formOf(await discord.click(people.bob, shown ?? "", "Correct it"));
      expect(again.components[0]?.component?.value).toBe('{"list": [1, 2');
      const right = await discord.submit(people.bob, again, { f0: '{"list": [1, 2, 3]}' });
      expect(right.answer).toBe("update");
      expect(wordsOf(discord.message(shown ?? "") ?? { text: "" })).toMatch(/^Approved with edits by Bob/);
      expect((await ended(id)).decision).toMatchObject({ action: "edit", edited: { list: [1, 2, 3] } });
    });
  });

  it("keeps what nobody touched of typed arguments", async () => {
    await withBot(async ({ discord, people, card: raise, ended }: Bot) => {
      const { id, card } = await raise(TOOL);
      const form = formOf(await discord.click(people.bob, card, "Edit"));
      await discord.submit(people.bob, form, { amount: "25", now: "false" });
      expect((await ended(id)).decision?.edited).toEqual({ amount: 25, to: "ACME", now: false });
    });
  });

  it("counts one of two, and settles with the second", async () => {
    await withBot(async ({ discord, people, deploys, card: raise, ended, says, read }: Bot) => {
      const { id, card } = await raise({ ...CONFIRM, quorum: 2 });
      const first = await discord.click(people.bob, card, "Proceed");
      expect(told(first)).toBe("Recorded: 1 of 2. One more person has to approve.");
      await says(card, "1 of 2 approvals (Bob)");
      const [thread] = await discord.until(() => discord.threads(deploys).length > 0 && discord.threads(deploys));
      await discord.until(() =>
        discord.messages(thread ?? "").some((each) => wordsOf(each) === "Bob approved: 1 of 2."),
      );
      expect(thread?.id).toBe(card.id);
      expect(told(await discord.click(people.bob, card, "Proceed"))).toMatch(/^Your approval is already recorded/);
      expect((await read(id)).status).toBe("pending");
      await discord.click(people.carol, card, "Proceed");
      expect((await ended(id)).decision?.action).toBe("proceed");
      await says(card, "2 of 2");
    });
  });

  it("tells everybody who may not why not, and decides nothing", async () => {
    await withBot(async ({ discord, people, card: raise, read }: Bot) => {
      const { id, card } = await raise({ ...CONFIRM, requested_by: "person:bob" });
      expect(told(await discord.click(people.eve, card, "Proceed"))).toBe("You are eve; group:sre may decide this.");
      const form = await discord.click(people.eve, card, "Revise");
      expect([form.modal, told(form)]).toEqual([null, "You are eve; group:sre may decide this."]);
      expect(told(await discord.click(people.bob, card, "Proceed"))).toMatch(/^This is your own request/);
      expect((await read(id)).status).toBe("pending");
    });
  });

  it("tells the loser of a race who won, and mends a card that was pressed too late", async () => {
    await withBot(async ({ discord, people, card: raise, ended, says }: Bot) => {
      const { id, card } = await raise(CONFIRM);
      // The card goes on looking as it did.
      discord.faults.delays("PATCH /channels/:channel/messages/:message", 400);
      const presses = await Promise.all([
        discord.click(people.bob, card, "Proceed"),
        discord.click(people.carol, card, "Proceed"),
      ]);
      const winner = (await ended(id)).decision?.by;
      const [won, lost] = winner?.kind === "person" && winner.person === "bob" ? presses : presses.toReversed();
      expect(won && told(won)).toMatch(/^Approved by/);
      expect(lost && told(lost)).toMatch(/^Already resolved by/);
      await says(card, "Approved by");
    });
  });

  it("offers the reasons that the agent has thought of, and words of one's own", async () => {
    await withBot(async ({ discord, people, card: raise, ended }: Bot) => {
      const actions = ["proceed", { action: "cancel", comment: "required", reasons: ["Too long", "Wrong tone"] }];
      for (const [fill, reason] of [
        [{ f0: "Wrong tone" }, "Wrong tone"],
        [{ "f0:other": "Wrong everything" }, "Wrong everything"],
      ] as const) {
        const { id, card } = await raise({ ...CONFIRM, actions });
        const form = formOf(await discord.click(people.bob, card, "Cancel"));
        const blank = await discord.submit(people.bob, form, {});
        expect(told(blank)).toContain("This is still blank.");
        const again = formOf(await discord.click(people.bob, blank.messages()[0] ?? "", "Correct it"));
        await discord.submit(people.bob, again, fill);
        expect((await ended(id)).decision).toMatchObject({ action: "cancel", reason });
      }
    });
  });

  it("tells the presser when a form could not be opened", async () => {
    await withBot(async ({ discord, people, card: raise }: Bot) => {
      const { card } = await raise(CONFIRM);
      discord.faults.refuses("POST /interactions/:interaction/:token/callback", 50_035, "Invalid Form Body", 400);
      const press = await discord.click(people.bob, card, "Revise");
      expect(told(press)).toMatch(/^The form could not be opened/);
    });
  });

  it("says in the form's answer that somebody else was faster", async () => {
    await withBot(async ({ discord, people, card: raise, ended }: Bot) => {
      const { id, card } = await raise(CONFIRM);
      const form = formOf(await discord.click(people.bob, card, "Revise"));
      await discord.click(people.carol, card, "Proceed");
      await ended(id);
      const sent = await discord.submit(people.bob, form, { f0: "too late" });
      expect(told(sent)).toMatch(/^Already resolved by Carol at .*: proceed\.\s+What you wrote:\s+too late$/);
    });
  });

  it("keeps what was typed when the card changed meanwhile", async () => {
    await withBot(async ({ discord, people, card: raise, act, says, ended }: Bot) => {
      const actions = ["proceed", "edit", { action: "reject", comment: "required" }];
      const { id, card } = await raise({ ...TOOL, actions, quorum: 2 });
      const form = formOf(await discord.click(people.carol, card, "Reject"));
      await act(id, { action: "edit", edited: { amount: 11, to: "ACME", now: true } });
      const late = await discord.submit(people.carol, form, { f0: "nobody may pay ACME" });
      expect(told(late)).toMatch(/^This card was out of date/);
      const mended = await says(card, '"amount": 11');
      const again = formOf(await discord.click(people.carol, mended, "Reject"));
      expect(again.components[0]?.component?.value).toBe("nobody may pay ACME");
      await discord.submit(people.carol, again);
      expect((await ended(id)).decision).toMatchObject({ action: "reject", reason: "nobody may pay ACME" });
    });
  });

  it("shows all of a long call page by page, and offers approving behind the last", async () => {
    await withBot(async ({ discord, people, card: raise, ended }: Bot) => {
      const command = `${"echo all is well; ".repeat(600)}rm -rf /`;
      const { id, card } = await raise({ kind: "tool", payload: { tool_name: "run", tool_args: { command } } });
      expect(buttonsOf(card)).toEqual(["Reject", "Review in full"]);
      const opened = await discord.click(people.bob, card, "Review in full");
      let [page] = opened.messages();
      let read = page === undefined ? "" : wordsOf(page);
      while (page !== undefined && buttonsOf(page).includes("Next")) {
        expect(buttonsOf(page)).not.toContain("Approve");
        const turned = await discord.click(people.bob, page, "Next");
        expect(turned.answer).toBe("update");
        page = discord.message(page);
        read += page === undefined ? "" : wordsOf(page);
      }
      expect(read).toContain("rm -rf /");
      await discord.click(people.bob, page ?? "", "Approve");
      const { decision } = await ended(id);
      expect([decision?.action, decision?.by]).toMatchObject(["proceed", { person: "bob" }]);
    });
  });

  it("keeps with a form's approval how much the card showed, unless it was asked for behind the last page", async () => {
    await withBot(async ({ discord, people, card: raise, ended }: Bot) => {
      const actions = [{ action: "proceed", comment: "required" }, "reject"];
      const output = "All is well. ".repeat(400);
      const task = { kind: "task", payload: { agent: "writer", output, context: {} }, actions };
      const cut = await raise(task);
      await discord.submit(people.bob, formOf(await discord.click(people.bob, cut.card, "Approve")), { f0: "fine" });
      expect((await ended(cut.id)).decision).toMatchObject({ shown: expect.stringMatching(/^\d+\/\d+$/) });

      const whole = await raise({ ...task, title: "Another" });
      let [page] = (await discord.click(people.bob, whole.card, "See all")).messages();
      while (page !== undefined && buttonsOf(page).includes("Next")) {
        await discord.click(people.bob, page, "Next");
        page = discord.message(page);
      }
      await discord.submit(people.bob, formOf(await discord.click(people.bob, page ?? "", "Approve")), { f0: "fine" });
      expect((await ended(whole.id)).decision?.shown).toBeUndefined();
    });
  });

  it("asks several questions at once, with room for an answer of one's own", async () => {
    const questions = [
      { key: "level", question: "What level?", options: ["beginner", "expert"] },
      { key: "tone", question: "Which tone?" },
    ];
    await withBot(async ({ discord, people, card: raise, ended }: Bot) => {
      const { id, card } = await raise({ kind: "clarify", payload: { questions } });
      const form = formOf(await discord.click(people.bob, card, "Answer"));
      const other = { f0: "Other (type my own)", "f0:other": "somewhere between", f1: "dry" };
      await discord.submit(people.bob, form, other);
      expect((await ended(id)).decision?.answers).toEqual({ level: "somewhere between", tone: "dry" });
    });
  });
});
