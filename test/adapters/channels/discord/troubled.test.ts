/** Presses while what they need does not answer: nothing is said to be recorded that is not. */
import { describe, expect, it } from "vitest";
import type { Parts } from "../../../../adapters/channels/discord/parts.ts";
import { press } from "../../../../adapters/channels/discord/press.ts";
import { submit } from "../../../../adapters/channels/discord/submit.ts";
import { StoreUnavailable } from "../../../../src/ports.ts";
import { asked, BOB } from "./hands.ts";

const away = async (): Promise<never> => {
  throw new StoreUnavailable("away");
};
const silent = (): Promise<never> => new Promise(() => {});

function withAct(desk: Parts["desk"], act: Parts["desk"]["act"]): Parts["desk"] {
  const own = { act, placed: desk.placed.bind(desk), cardOf: desk.cardOf.bind(desk), rulesOf: desk.rulesOf.bind(desk) };
  return own as unknown as Parts["desk"];
}

const CONFIRM = { kind: "confirm", payload: { summary: "Publish it" }, approvers: ["person:bob"] };

interface Trouble {
  act?: () => Promise<never>;
  record?: () => Promise<never>;
}

/** Bob presses Proceed, or sends a form, while that is so. */
async function troubled({ act, record }: Trouble) {
  const made = await asked(CONFIRM);
  const { desk } = made.parts;
  const parts = {
    ...made.parts,
    record: record ?? made.parts.record,
    desk: act === undefined ? desk : withAct(desk, act),
  };
  return { ...made, parts };
}

async function toldAfter(trouble: Trouble): Promise<string> {
  const { parts, button, handle, told, settled } = await troubled(trouble);
  await press(parts, button(BOB, `act:${handle("proceed")}`));
  await settled();
  expect(told.length).toBe(1);
  return told[0]?.words ?? "";
}

describe("a press", () => {
  it("is told to be recorded when it is", async () => {
    expect(await toldAfter({})).toMatch(/^Approved by Bob in discord/);
  });

  it("is told to be not recorded while nothing can be kept", async () => {
    expect(await toldAfter({ act: away })).toMatch(/^Not recorded: what is decided cannot be kept/);
    expect(await toldAfter({ record: away })).toMatch(/^Not recorded: what is decided cannot be kept/);
  });

  it("is answered in time when the commit hangs, without a promise either way", async () => {
    const began = performance.now();
    expect(await toldAfter({ act: silent })).toMatch(/not certain that it was recorded/);
    expect(performance.now() - began).toBeLessThan(2_500);
  });

  it("is answered in time when the record cannot be read", async () => {
    const began = performance.now();
    expect(await toldAfter({ record: silent })).toMatch(/^This takes too long/);
    expect(performance.now() - began).toBeLessThan(1_500);
  });
});

describe("a form", () => {
  it("that was recorded is not said to be not, whatever of its notes stays behind", async () => {
    const { parts, form, handle, told, desk, id } = await asked(CONFIRM);
    const shelf = { ...parts.shelf, take: away };
    await submit({ ...parts, shelf }, form(BOB, `form:0:${handle("revise")}`, { f0: "shorter" }));
    expect((await desk.record(id)).decision?.action).toBe("revise");
    expect(told.map(({ words }) => words)).toEqual([expect.stringMatching(/^Sent back to revise by Bob/)]);
  });

  it("that was recorded too late to say so is not said to be not when it is sent again", async () => {
    const tool = { kind: "tool", payload: { tool_name: "deploy", tool_args: { env: "staging" } }, quorum: 2 };
    const { parts, form, handle, told, desk, id } = await asked({ ...tool, approvers: ["group:sre"] });
    const edited = () => form(BOB, `form:0:${handle("edit")}`, { f0: "prod" });
    const act: Parts["desk"]["act"] = async (...args) => {
      await parts.desk.act(...args);
      return new Promise(() => {});
    };
    await submit({ ...parts, desk: withAct(parts.desk, act) }, edited());
    expect(told.at(-1)?.words).toContain("not certain that it was recorded");
    await submit(parts, edited());
    expect(told.at(-1)?.words).toContain("You are on record here already, and that stands.");
    expect((await desk.record(id)).votes).toHaveLength(1);
  });

  it("can be opened again as it was sent while nothing can be kept", async () => {
    const { parts, button, form, handle, told } = await troubled({ act: away });
    await submit(parts, form(BOB, `form:0:${handle("revise")}`, { f0: "shorter" }));
    expect(told[0]?.words).toMatch(/^Not recorded: what is decided cannot be kept/);
    expect(JSON.stringify(told[0]?.answer)).toContain("Open it again");
    await press(parts, button(BOB, `form:0:${handle("revise")}`));
    const { answer } = told[1] ?? {};
    expect(answer?.type === "modal" && answer.modal.components[0]?.component?.value).toBe("shorter");
  });
});

describe("a card that no record knows, because the bot died right after posting it", () => {
  it("is adopted by the first press, which counts", async () => {
    const { parts, desk, id, channel, message, button, handle, told, settled } = await asked(CONFIRM, {
      recorded: false,
    });
    expect((await desk.record(id)).placements[0]).toMatchObject({ state: "queued" });
    await press(parts, button(BOB, `act:${handle("revise")}`));
    await settled();
    expect((await desk.record(id)).placements[0]).toMatchObject({
      ...{ state: "shown", conversation: channel.id, message: `${channel.id}:${message}` },
    });
    await press(parts, button(BOB, `act:${handle("proceed")}`));
    expect(told.at(-1)?.words).toMatch(/^Approved by Bob/);
  });
});

describe("a card that is out of date", () => {
  it("is mended by the press that finds it so, whether it has ended or changed", async () => {
    const TOOL = { kind: "tool", payload: { tool_name: "deploy", tool_args: { env: "staging" } } };
    const changed = await asked({ ...TOOL, quorum: 2, approvers: ["person:bob", "person:carol"] });
    const { parts, desk, id, message, button, handle, told, edited, settled } = changed;
    expect(await desk.act(id, "carol", { action: "edit", edited: { env: "prod" } })).toBe("recorded");
    await press(parts, button(BOB, `act:${handle("proceed")}`));
    await settled();
    expect(told.at(-1)?.words).toMatch(/^This card was out of date, and nothing was recorded/);
    expect(edited.map((each) => each.message)).toEqual([message]);
    expect(edited[0]?.words).toContain("prod");
    expect((await desk.record(id)).votes.map(({ by }) => "person" in by && by.person)).toEqual(["carol"]);

    const ended = await asked(CONFIRM);
    await ended.desk.act(ended.id, "bob", { action: "cancel" });
    await press(ended.parts, ended.button(BOB, `act:${ended.handle("proceed")}`));
    await ended.settled();
    expect(ended.told.at(-1)?.words).toMatch(/^Already resolved by Bob/);
    expect(ended.edited).toHaveLength(1);
    expect(JSON.stringify(ended.edited[0]?.body)).not.toContain("act:");
  });
});

describe("a press after the time is over", () => {
  it("counts no more, also where nobody has noted yet that it is over", async () => {
    const time = { ahead: 0 };
    const brief = { ...CONFIRM, timeout: "1m" };
    const { parts, desk, id, button, form, handle, told } = await asked(brief, {
      clock: () => Date.now() + time.ahead,
    });
    time.ahead = 61_000;
    await press(parts, button(BOB, `act:${handle("proceed")}`));
    await submit(parts, form(BOB, `form:0:${handle("revise")}`, { f0: "shorter" }));
    expect(told.map(({ words }) => words)).toEqual(Array(2).fill(expect.stringMatching(/timed out/i)));
    await desk.timers();
    await press(parts, button(BOB, `act:${handle("proceed")}`));
    expect(told.at(-1)?.words).toMatch(/timed out/i);
    expect(await desk.record(id)).toMatchObject({ status: "expired", decision: { by: { kind: "policy" } } });
  });
});
