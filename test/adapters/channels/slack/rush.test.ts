/**
 * Many cards have to say that nobody decided, more than Slack lets be changed at once; somebody decides meanwhile, and
 * is not made to wait for them.
 */
import { beforeEach, describe, expect, it } from "vitest";
import { CHANNELS, type Clocked, clocked, MINUTE, numbered } from "./clocked.ts";
import { wordsIn } from "./slack.ts";

const EXPIRED = numbered("exp", 96);
const DECIDED = "chk_decided_0001";

let world: Clocked;

/** Minutes: all cards stand; then they say how little time is left, and then that there is none. */
const WARNED = 50;
const DUE = 60;

beforeEach(async () => {
  world = await clocked();
  const { raise, pass, cardsOf } = world;
  await raise(DECIDED, 0);
  for (const [at, id] of EXPIRED.entries()) await raise(id, at, { timeout: `${DUE}m` });
  await pass(WARNED * MINUTE - 1);
  expect([DECIDED, ...EXPIRED].filter((id) => cardsOf(id).length !== 1)).toEqual([]);
});

/** The times at which cards were changed since then, by the checkpoint that they are about. */
function changes(since: number): { id: string; after: number }[] {
  const { slack, cardsOf } = world;
  const ids = new Map([DECIDED, ...EXPIRED].map((id) => [cardsOf(id)[0]?.ts, id]));
  return slack
    .calls("chat.update")
    .filter(({ at, answer }) => at >= since && answer?.ok === true)
    .map(({ args, at }) => ({ id: ids.get(String(args.ts)) ?? "", after: at - since }));
}

/** Bob presses the button, and Slack hears that it was pressed. */
async function decide(): Promise<void> {
  const { slack, bot, cardsOf } = world;
  const [card] = cardsOf(DECIDED);
  if (card === undefined) throw new Error("the card is gone");
  expect((await slack.click("U0BOB", card, "Proceed")).acked).toBe(true);
  expect((await bot.record(DECIDED)).decision?.by).toMatchObject({ person: "bob" });
}

const saysSo = () => wordsIn(world.cardsOf(DECIDED)[0]?.blocks).includes("Approved by Bob");

describe("a decision while many cards wait for their turn", () => {
  it("is on its card before any more of those that expired", async () => {
    const { pass, now, bot, slack } = world;
    await pass((DUE - WARNED) * MINUTE);
    const expired = now();
    await pass(5_000);
    for (const id of EXPIRED) expect((await bot.record(id)).status).toBe("expired");
    const early = changes(expired).length;
    expect(early).toBeLessThan(EXPIRED.length / 2);

    const pressed = now();
    await decide();
    await pass(1);
    expect(saysSo()).toBe(true);
    expect(changes(pressed)).toEqual([{ id: DECIDED, after: 0 }]);

    await pass(3 * MINUTE);
    const all = changes(expired);
    expect(new Set(all.map(({ id }) => id))).toEqual(new Set([DECIDED, ...EXPIRED]));
    expect(slack.calls("chat.update").filter(({ status }) => status === 429)).toEqual([]);
    console.log(
      `${EXPIRED.length} cards of expired checkpoints: ${early} said so when Bob pressed, the last after ` +
        `${(all.at(-1)?.after ?? 0) / 1_000} s; his card said so at once`,
    );
  });

  it("is on its card first, once Slack takes any change at all again", async () => {
    const { pass, now, slack } = world;
    await pass((DUE - WARNED) * MINUTE);
    const refusing = slack.faults.always("chat.update", { ratelimited: 30 });
    const expired = now();
    await pass(5_000);
    const refused = slack.calls("chat.update").filter(({ status }) => status === 429);
    // Some of them in the very conversation in which Bob decides.
    expect(refused.filter(({ args }) => args.channel === CHANNELS[0]).length).toBeGreaterThan(0);
    const pressed = now();
    await decide();
    await pass(1);
    expect(saysSo()).toBe(false);

    await pass(20_000);
    refusing();
    await pass(10_000);
    expect(changes(expired)[0]).toEqual({ id: DECIDED, after: 30_001 });
    expect(now() - pressed).toBeLessThan(31_000);
    await pass(3 * MINUTE);
    expect(new Set(changes(expired).map(({ id }) => id))).toEqual(new Set([DECIDED, ...EXPIRED]));
  });

  it("is on its card before those that only say how little time is left", async () => {
    const { pass, now } = world;
    const warned = now();
    await pass(10_000);
    const early = changes(warned).length;
    expect([early > 0, early < EXPIRED.length / 2]).toEqual([true, true]);
    const pressed = now();
    await decide();
    await pass(1);
    expect(saysSo()).toBe(true);
    expect(changes(pressed)).toEqual([{ id: DECIDED, after: 0 }]);
  });
});
