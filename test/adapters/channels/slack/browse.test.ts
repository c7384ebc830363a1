import { describe, expect, it } from "vitest";
import { type Bot, CONFIRM, withBot } from "./bot.ts";
import { buttonsIn, wordsIn } from "./slack.ts";

const HOST = "hitl.example.com";
const PUBLIC = { env: { HITL_BASE_URL: `https://${HOST}` } };
/** Too long for a card and for a form. */
const LONG = { kind: "task", payload: { agent: "writer", output: "word ".repeat(9_000), context: {} } };

/** The link that this message or modal offers, as a path of the bot. */
function linkIn(shown: { blocks?: unknown }): string {
  const url = new URL(String(buttonsIn(shown.blocks).get("Open in browser")?.url));
  expect(url.origin).toBe(`https://${HOST}`);
  return url.pathname;
}

async function take({ url }: Bot, path: string): Promise<Response> {
  const headers = { "sec-fetch-site": "same-origin", "content-type": "application/x-www-form-urlencoded" };
  return fetch(url + path, { method: "POST", headers, body: "", redirect: "manual" });
}

describe("Open in browser", () => {
  it("gives the presser, and nobody else, a link that signs them in once", async () => {
    await withBot(async (bot: Bot) => {
      const { slack, card: raise, told, url } = bot;
      const { id, card } = await raise(CONFIRM);
      expect(buttonsIn(card.blocks).get("Open in browser")?.url).toBeUndefined();
      await slack.click("U0BOB", card, "Open in browser");
      const whispered = await told(
        "U0BOB",
        "This link signs you in. It is yours alone, works once, and ends after 10m.",
      );
      expect(slack.ephemerals("U0CAROL")).toEqual([]);
      expect(JSON.stringify(slack.messages("C1"))).not.toContain("sign-in/");
      const path = linkIn(whispered);
      // As previews and scanners look at links.
      for (let look = 0; look < 3; look += 1) expect((await fetch(url + path)).status).toBe(200);
      const taken = await take(bot, path);
      expect([taken.status, taken.headers.get("location")]).toEqual([303, `/checkpoints/${id}`]);
      const cookie = String(taken.headers.getSetCookie()[0]).split(";")[0] ?? "";
      const page = await (await fetch(`${url}/checkpoints/${id}`, { headers: { cookie } })).text();
      expect([page.includes("Publish the skill"), page.includes("Bob")]).toEqual([true, true]);
      expect((await take(bot, path)).status).not.toBe(303);
      expect(bot.log()).not.toContain(path);
    }, PUBLIC);
  });

  it("signs each presser in as themselves", async () => {
    await withBot(async (bot: Bot) => {
      const { slack, card: raise, told } = bot;
      const { card } = await raise(CONFIRM);
      const links: string[] = [];
      for (const who of ["U0BOB", "U0CAROL"]) {
        await slack.click(who, card, "Open in browser");
        links.push(linkIn(await told(who, "This link signs you in.")));
      }
      expect(new Set(links).size).toBe(2);
      const names = await Promise.all(
        links.map(async (path) => {
          const cookie = String((await take(bot, path)).headers.getSetCookie()[0]).split(";")[0] ?? "";
          const page = await (await fetch(`${bot.url}/sessions`, { headers: { cookie } })).text();
          return /\b(Bob|Carol)\b/.exec(page)?.[1];
        }),
      );
      expect(names).toEqual(["Bob", "Carol"]);
    }, PUBLIC);
  });

  it("opens on top of a modal, and leaves the modal as it was", async () => {
    await withBot(async (bot: Bot) => {
      const { slack, card: raise } = bot;
      const { id, card } = await raise(LONG);
      await slack.click("U0BOB", card, "See all");
      const full = await slack.openedView("U0BOB");
      await slack.click("U0BOB", full, "Open in browser");
      const view = await slack.openedView("U0BOB", "Open in browser");
      expect((await take(bot, linkIn(view))).headers.get("location")).toBe(`/checkpoints/${id}`);
      await slack.dismiss("U0BOB", view);
      expect((await slack.openedView("U0BOB")).id).toBe(full.id);
      await slack.dismiss("U0BOB", full);
      await slack.click("U0BOB", card, "Edit");
      const tooLong = await slack.openedView("U0BOB");
      expect(wordsIn(tooLong.blocks)).toContain("This is too long to be edited in Slack");
      await slack.click("U0BOB", tooLong, "Open in browser");
      linkIn(await slack.openedView("U0BOB", "Open in browser"));
      expect(slack.troubles).toEqual([]);
    }, PUBLIC);
  });

  it("tells people whom the settings do not know, and whoever may not see it, why there is none", async () => {
    await withBot(async (bot: Bot) => {
      const { slack, card: raise, told } = bot;
      slack.user("U7NEW", {});
      slack.user("U5GONE", { deleted: true });
      slack.invite("C1", "U7NEW", "U5GONE");
      const { id, card } = await raise({ ...CONFIRM, approvers: ["person:bob"] });
      await slack.click("U7NEW", card, "Open in browser");
      await told("U7NEW", "ask your admin to write you under people, with slack: U7NEW");
      await slack.click("U0EVE", card, "Open in browser");
      await told("U0EVE", "There is no such checkpoint, or it is not yours to see.");
      await slack.click("U5GONE", card, "Open in browser");
      await told("U5GONE", "This account is switched off.");
      const forged = { type: "button", block_id: "actions", action_id: "browse", value: "../../sessions" };
      await slack.forge("U0BOB", card, forged);
      await told("U0BOB", "There is no such checkpoint");
      expect(JSON.stringify(["U7NEW", "U0EVE", "U5GONE", "U0BOB"].map(slack.ephemerals))).not.toContain("sign-in/");
      expect(id).not.toBe("");
    }, PUBLIC);
  });

  it("is offered nowhere while the inbox is on this machine only", async () => {
    await withBot(async ({ slack, card: raise, told }: Bot) => {
      const { card } = await raise(LONG);
      expect([...buttonsIn(card.blocks).keys()]).not.toContain("Open in browser");
      await slack.forge("U0BOB", card, { type: "button", action_id: "browse", value: "x" });
      await told("U0BOB", "no link leads there");
      await slack.click("U0BOB", card, "See all");
      expect([...buttonsIn((await slack.openedView("U0BOB")).blocks).keys()]).not.toContain("Open in browser");
    });
  });
});
