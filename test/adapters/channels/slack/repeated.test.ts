/** Deliveries that come several times, in any order, again later, and once more from whoever recorded them. */
import { describe, expect, it } from "vitest";
import type { CheckpointView } from "../../../../src/answers.ts";
import type { Delivery } from "../../../peers/slack/deliveries.ts";
import { type Bot, CONFIRM, TRANSPORTS, withBot } from "./bot.ts";
import { wordsIn } from "./slack.ts";

const CARDS = 30;
const FORMS = 10;
const COPIES = 4;
/** How fast this machine takes 500 at once is another test's question. */
const PATIENT = 20_000;
const APPROVERS = ["U0BOB", "U0CAROL", "U0DAVE"];

const SETTINGS = `policies:
  - name: default
    approvers: ["group:sre", ${Array.from({ length: FORMS }, (_, at) => `"slack:U0FORM${at}"`).join(", ")}]
`;

interface Item {
  type: string;
  by: { person?: string };
  data: { text?: string };
}

/** What happened to it, without the news that a card was placed. */
async function effects({ call }: Bot, id: string): Promise<Item[]> {
  const { body } = await call("GET", `/v1/checkpoints/${id}/timeline`);
  const { items } = body as unknown as { items: Item[] };
  return items.filter(({ type }) => !/delivered$|undeliverable$/.test(type));
}

const byLetters = (one = "", other = "") => one.localeCompare(other);
const of = (items: Item[], type: string) => items.filter((each) => each.type === `checkpoint.${type}`);

async function inTens(all: readonly Delivery[], send: (each: Delivery) => Promise<Delivery>): Promise<void> {
  for (let at = 0; at < all.length; at += 10)
    for (const { acked } of await Promise.all(all.slice(at, at + 10).map(send))) expect(acked).toBe(true);
}

describe.each(TRANSPORTS)("1,000 doubled, re-ordered and repeated deliveries over %s", (_name, setting) => {
  it("have no second effect", { timeout: 90_000 }, async () => {
    await withBot(
      async (bot: Bot) => {
        const { slack } = bot;
        const made = await Promise.all(
          Array.from({ length: CARDS + FORMS }, async (_, at) => {
            const channel = `C${600 + at}`;
            slack.channel(channel, { name: `again-${at}`, members: [...APPROVERS, "U0EVE"] });
            return bot.card({ ...CONFIRM, quorum: 2, route: [`slack:${channel}`] }, channel);
          }),
        );
        const [cards, forms] = [made.slice(0, CARDS), made.slice(CARDS)];
        for (const { id } of made) await bot.placed(id);
        const people = forms.map((_, at) => `U0FORM${at}`);
        const known: Promise<{ deliveries: Delivery[] } | Delivery>[] = [];
        const opened = await Promise.all(
          forms.map(async ({ card }, at) => {
            const who = people[at] ?? "";
            slack.user(who, {});
            slack.invite(card.channel, who);
            await slack.click(who, card, "Revise");
            return { who, view: await slack.openedView(who) };
          }),
        );

        // So that nobody has to be looked up in the middle of it.
        for (const who of [...APPROVERS, "U0EVE"]) await slack.slash(who, "C1", "/hitl help");
        slack.holdDeliveries();
        slack.nextDeliveries({ copies: COPIES }, 1_000);
        const submitted = opened.map(({ who, view }) => slack.submit(who, view, { f0: "shorter, please" }));
        for (const [at, { card }] of cards.entries()) {
          for (const who of APPROVERS) known.push(slack.click(who, card, "Proceed"));
          known.push(slack.reply("U0BOB", card, `Bob wonders about ${at}`));
          known.push(slack.reply("U0EVE", card, `Eve looks at ${at}`));
          if (at % 2 === 0) known.push(slack.mention("U0CAROL", card, "revise say it in one sentence"));
        }
        await slack.heldDeliveries(FORMS + 5 * CARDS + CARDS / 2);
        slack.releaseDeliveries("shuffled");
        const first = (await Promise.all(known)).flatMap((each) => ("deliveries" in each ? each.deliveries : [each]));
        for (const { delivery } of await Promise.all(submitted)) if (delivery !== null) first.push(delivery);
        await slack.idle();
        // A copy of an event that another copy of is still being worked on may be asked to come again; nothing else is.
        const refused = first.filter(({ acked, kind }) => !acked && kind !== "events_api");
        expect(refused.map(({ about, trouble }) => [about, trouble])).toEqual([]);
        for (const each of first) if (!each.acked) expect((await slack.again(each)).acked).toBe(true);
        await Promise.all(made.map(({ id }) => bot.ended(id)));

        const before = await Promise.all(made.map(({ id }) => effects(bot, id)));
        for (const [at, items] of before.entries()) {
          const persons = of(items, "voted").map(({ by }) => by.person);
          expect([at, of(items, "resolved").length, new Set(persons).size]).toEqual([at, 1, persons.length]);
          expect(persons.length).toBeLessThanOrEqual(1);
          const said = of(items, "commented").map(({ data }) => data.text);
          // Carol's words are an act, or a comment where the end was faster than she.
          const own = said.filter((text) => text !== "revise say it in one sentence");
          expect(own.toSorted(byLetters)).toEqual(at < CARDS ? [`Bob wonders about ${at}`, `Eve looks at ${at}`] : []);
          expect(said.length - own.length).toBeLessThanOrEqual(1);
        }

        // Slack's own repetition, newly signed; then the very bytes, as whoever recorded them would send them.
        await inTens(first, (each) => slack.again(each));
        await inTens(first.toReversed(), (each) =>
          setting.http ? slack.replay(each) : slack.again(each, { retry: 2 }),
        );
        await slack.idle();
        const after = await Promise.all(made.map(({ id }) => effects(bot, id)));
        expect(after).toEqual(before);
        for (const { card } of made) {
          const now = slack.thread(card).filter(({ bot_id }) => bot_id !== undefined);
          const said = now.map(({ blocks }) => wordsIn(blocks));
          expect(new Set(said).size).toBe(said.length);
        }
        const came = slack.deliveries.filter(({ echo }) => !echo).length;
        const ends = await Promise.all(made.map(({ id }): Promise<CheckpointView> => bot.read(id)));
        console.log(
          `${came} deliveries of ${first.length} acts (${setting.http ? "HTTP" : "Socket Mode"}): ` +
            `${ends.filter(({ decision }) => decision?.action === "proceed").length} approved, ` +
            `${ends.filter(({ decision }) => decision?.action === "revise").length} sent back, 0 second effects`,
        );
        expect(came).toBeGreaterThan(1_000);
        expect(slack.troubles).toEqual([]);
      },
      { ...setting, yaml: SETTINGS, peer: { ackMs: PATIENT } },
    );
  });
});
