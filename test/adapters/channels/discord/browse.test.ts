import { describe, expect, it } from "vitest";
import { buttonsOf, type Press, partsOf } from "../../../peers/discord/index.ts";
import { type Bot, CONFIRM, told, withBot } from "./bot.ts";

const HOST = "hitl.example.com";
const PUBLIC = { env: { HITL_BASE_URL: `https://${HOST}` } };

/** The link that this answer offers, as a path of the bot. */
function linkIn(press: Press): string {
  const [message] = press.messages();
  const [link] = message === undefined ? [] : partsOf(message).filter(({ url }) => url !== undefined);
  const url = new URL(String(link?.url));
  expect([url.origin, message?.ephemeral]).toEqual([`https://${HOST}`, true]);
  return url.pathname;
}

async function take({ url }: Bot, path: string): Promise<Response> {
  const headers = { "sec-fetch-site": "same-origin", "content-type": "application/x-www-form-urlencoded" };
  return fetch(url + path, { method: "POST", headers, body: "", redirect: "manual" });
}

describe("Open in browser", () => {
  it("gives the presser, and nobody else, a link that signs them in once", async () => {
    await withBot(async (bot: Bot) => {
      const { discord, people, deploys, card: raise, url, log } = bot;
      const { id, card } = await raise(CONFIRM);
      expect(partsOf(card).filter((part) => part.url !== undefined)).toEqual([]);
      const press = await discord.click(people.bob, card, "Open in browser");
      expect(told(press)).toBe("This link signs you in. It is yours alone, works once, and ends after 10m.");
      const path = linkIn(press);
      expect(JSON.stringify(discord.messages(deploys))).not.toContain("sign-in/");
      // As previews and scanners look at links.
      for (let look = 0; look < 3; look += 1) expect((await fetch(url + path)).status).toBe(200);
      const taken = await take(bot, path);
      expect([taken.status, taken.headers.get("location")]).toEqual([303, `/checkpoints/${id}`]);
      const cookie = String(taken.headers.getSetCookie()[0]).split(";")[0] ?? "";
      const page = await (await fetch(`${url}/checkpoints/${id}`, { headers: { cookie } })).text();
      expect([page.includes("Publish the skill"), page.includes("Bob")]).toEqual([true, true]);
      expect((await take(bot, path)).status).not.toBe(303);
      expect(log()).not.toContain(path);
    }, PUBLIC);
  });

  it("tells whoever the settings do not know, or who may not see it, why there is no link", async () => {
    await withBot(async ({ discord, people, card: raise }: Bot) => {
      const { card } = await raise(CONFIRM);
      const frank = discord.user("Frank");
      expect(told(await discord.click(frank, card, "Open in browser"))).toBe(
        `The web inbox knows only people of the settings: ask your admin to write you under people, with discord: "${frank.id}".`,
      );
      const eve = await discord.click(people.eve, card, "Open in browser");
      expect(told(eve)).toBe("There is no such checkpoint, or it is not yours to see.");
    }, PUBLIC);
  });

  it("is not offered where the web inbox is on this machine only", async () => {
    await withBot(async ({ card: raise, discord, people, log }: Bot) => {
      const { id, card } = await raise(CONFIRM);
      expect(buttonsOf(card)).toEqual(["Proceed", "Revise", "Cancel"]);
      const forged = await discord.forge(people.bob, card, `browse:${id}`);
      expect([told(forged), log()]).toEqual([expect.stringContaining("no link leads there"), ""]);
    });
  });
});
