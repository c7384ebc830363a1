/** Random lives of checkpoints, each led twice: by the program over a store, and by the model. */
import fc from "fast-check";
import { expect } from "vitest";
import { isGenuine } from "../../src/audit.ts";
import type { Act } from "../../src/card.ts";
import type { Checkpoint } from "../../src/checkpoint.ts";
import type { Opened } from "../../src/ports.ts";
import { nameOf } from "../../src/state-line.ts";
import { type Office, office } from "../office.ts";
import { type Does, Model, type ModelCheckpoint, type Who } from "./model.ts";

const LONG = process.env.HITL_TEST_LONG === "1" ? 5 : 1;
const EPOCH = Date.parse("2026-11-20T10:00:00Z");

type Step =
  | { do: "raise"; kind: "confirm" | "tool"; quorum: 1 | 2; timeout: number | null }
  | { do: "raise again"; which: number; other: boolean }
  | { do: "act"; which: number; who: Who; does: Does; words: boolean; content: string; key: string | null }
  | { do: "comment"; which: number; who: Who }
  | { do: "withdraw"; which: number; who: Who }
  | { do: "wait"; ms: number }
  | { do: "timers" }
  | { do: "crash" };

const which = fc.nat({ max: 3 });
const who = fc.constantFrom<Who>("alice", "bob", "carol", "dave", "mallory");
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("raise" as const),
      kind: fc.constantFrom("confirm" as const, "tool" as const),
      quorum: fc.constantFrom(1 as const, 2 as const),
      timeout: fc.constantFrom(null, 1_000, 5_000),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("raise again" as const), which, other: fc.boolean() }) },
  {
    weight: 9,
    arbitrary: fc.record({
      do: fc.constant("act" as const),
      which,
      who,
      does: fc.constantFrom<Does>("proceed", "proceed", "edit", "edit", "reject", "revise"),
      words: fc.boolean(),
      content: fc.constantFrom("a", "b", "c"),
      key: fc.constantFrom(null, null, "k1", "k2"),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("comment" as const), which, who }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("withdraw" as const), which, who }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("wait" as const), ms: fc.constantFrom(1, 999, 1_000, 4_000) }) },
  { weight: 1, arbitrary: fc.constant({ do: "timers" as const }) },
  { weight: 1, arbitrary: fc.constant({ do: "crash" as const }) },
);

/** The store and what happens to it when the process dies: nothing is closed properly, everything is opened anew. */
export interface Bed {
  open(clock: () => number): Opened | Promise<Opened>;
  afterwards(): Promise<void>;
}

async function live(steps: Step[], bed: Bed): Promise<void> {
  const model = new Model();
  const clock = () => EPOCH + model.now;
  let opened = await bed.open(clock);
  let bot: Office = office(opened);
  try {
    for (const each of steps) {
      if (each.do === "crash") {
        opened = await bed.open(clock);
        bot = office(opened);
      } else await take(each, model, bot);
    }
    model.tick();
    await bot.timers();
    for (const [index, one] of model.all.entries()) await compare(one, await bot.record(idOf(index)), bot);
  } finally {
    await bed.afterwards();
  }
}

async function take(step: Exclude<Step, { do: "crash" }>, model: Model, bot: Office): Promise<void> {
  if (step.do === "wait") model.now += step.ms;
  if (step.do === "timers") {
    model.tick();
    await bot.timers();
  }
  if (step.do === "raise") {
    const id = idOf(model.all.length);
    model.raise(step);
    expect(await bot.raise(requestOf(id, step, "a"))).toMatchObject({ type: "raised", created: true });
  }
  if (!("which" in step)) return;
  const index = step.which % Math.max(model.all.length, 1);
  const one = model.all[index];
  if (one === undefined) return;
  const id = idOf(index);
  if (step.do === "raise again") {
    const again = await bot.raise(requestOf(id, one, step.other ? "z" : "a"));
    if (step.other) expect(again).toMatchObject({ type: "refused", code: "idempotency_mismatch" });
    else expect(again).toMatchObject({ type: "raised", created: false });
  }
  if (step.do === "act") {
    const words = step.words ? { feedback: "words" } : {};
    const edit = step.does === "edit" ? { edited: { content: step.content } } : {};
    const act: Act = { action: step.does, ...words, ...edit };
    const expected = model.act(one, step.who, step.does, step.words, step.content, step.key);
    expect(await bot.act(id, step.who, act, step.key), JSON.stringify(step)).toBe(expected);
  }
  if (step.do === "comment") expect(await bot.comment(id, step.who)).toBe(model.comment(one, step.who));
  if (step.do === "withdraw") expect(await bot.withdraw(id, step.who)).toBe(model.withdraw(one, step.who));
}

async function compare(one: ModelCheckpoint, real: Checkpoint, bot: Office): Promise<void> {
  const { decision } = real;
  const edited = decision?.edited as { content?: string } | undefined;
  const told =
    decision === null
      ? null
      : `${decision.action} by ${decision.by.kind === "policy" ? "policy" : nameOf(decision.by).toLowerCase()}` +
        (edited === undefined ? "" : `: ${edited.content}`);
  expect({ status: real.status, decision: told, comments: real.comments.length }).toEqual({
    status: one.status,
    decision: one.decision,
    comments: one.comments,
  });
  const entries = await bot.log(real.id);
  expect(entries.map(({ entry }) => entry.type.replace("checkpoint.", ""))).toEqual(one.story);
  expect(entries.every(({ entry }) => isGenuine(entry, bot.keys.audit))).toBe(true);
  expect(real.revision).toBe(one.story.length);
}

function requestOf(
  id: string,
  { kind, quorum, timeout }: { kind: string; quorum: number; timeout: number | null },
  content: string,
) {
  const payload = kind === "tool" ? { tool_name: "x", tool_args: { content } } : { summary: content };
  return {
    id,
    kind,
    payload,
    quorum,
    timeout: timeout === null ? null : timeout / 1_000,
    approvers: ["group:sre", "person:alice"],
    requested_by: "person:alice",
  };
}

function idOf(index: number): string {
  return `chk_model_${index}`;
}

export async function lives(count: number, bed: () => Bed): Promise<void> {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 40 }), (steps) => live(steps, bed())),
    { numRuns: count * LONG },
  );
}
