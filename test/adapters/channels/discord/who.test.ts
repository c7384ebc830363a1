/** Path × role × action, written out: what each way of acting in Discord, and the API beside it, brings about for whom. */
import { describe, expect, it } from "vitest";
import type { Channel, Shown } from "../../../peers/discord/index.ts";
import { type Bot, CONFIRM, isAnswer, told, withBot } from "./bot.ts";

const ACTIONS = ["proceed", "revise", "cancel"] as const;
type Action = (typeof ACTIONS)[number];

/**
 * approver: Bob. requester: Carol, who is an approver too. holder: unknown to the settings, with a role that is among
 * the approvers. member: Eve, who is neither. newcomer: an approver's role, but not through the server's screening.
 */
const ROLES = ["approver", "requester", "holder", "member", "newcomer"] as const;
type Role = (typeof ROLES)[number];
type Path = "button" | "modal" | "reply" | "slash" | "offer" | "api";

/** What stands afterwards; `-`: nothing, it is still pending; absent: the path has no such way for them. */
const TABLE: Record<Path, Record<Role, Partial<Record<Action, Action | "-">>>> = {
  button: {
    approver: { proceed: "proceed", cancel: "cancel" },
    requester: { proceed: "-", cancel: "cancel" },
    holder: { proceed: "proceed", cancel: "cancel" },
    member: { proceed: "-", cancel: "-" },
    newcomer: { proceed: "proceed", cancel: "cancel" },
  },
  modal: {
    approver: { revise: "revise", cancel: "cancel" },
    requester: { revise: "revise", cancel: "cancel" },
    holder: { revise: "revise", cancel: "cancel" },
    member: { revise: "-", cancel: "-" },
    newcomer: { revise: "revise", cancel: "cancel" },
  },
  reply: {
    approver: { proceed: "proceed", revise: "revise", cancel: "cancel" },
    requester: { proceed: "-", revise: "revise", cancel: "cancel" },
    holder: { proceed: "proceed", revise: "revise", cancel: "cancel" },
    member: { proceed: "-", revise: "-", cancel: "-" },
    newcomer: { proceed: "proceed", revise: "revise", cancel: "cancel" },
  },
  slash: {
    approver: { proceed: "proceed", revise: "revise" },
    requester: { proceed: "-", revise: "revise" },
    holder: { proceed: "proceed", revise: "revise" },
    member: { proceed: "-", revise: "-" },
    newcomer: { proceed: "proceed", revise: "revise" },
  },
  offer: {
    approver: { revise: "revise" },
    requester: { revise: "revise" },
    holder: { revise: "revise" },
    member: { revise: "-" },
    newcomer: { revise: "revise" },
  },
  api: {
    approver: { proceed: "proceed", revise: "revise", cancel: "cancel" },
    requester: { proceed: "-", revise: "revise", cancel: "cancel" },
    holder: {},
    member: { proceed: "-", revise: "-", cancel: "-" },
    newcomer: {},
  },
};

const WORDS = { proceed: "lgtm", revise: "revise: shorter", cancel: "cancel: no" };
const LABELS = { proceed: "Proceed", revise: "Revise", cancel: "Cancel" };

interface Attempt {
  path: Path;
  user: string;
  id: string;
  action: Action;
  card: Shown;
  channel: Channel;
}

async function attempt({ discord, actAs }: Bot, { path, user, id, action, card, channel }: Attempt): Promise<void> {
  const answerTo = (said: Shown) =>
    discord.until(() => discord.messages(channel).find((each) => isAnswer(each, said)), "an answer");
  switch (path) {
    case "api":
      return void (await actAs(user, id, { action, ...(action === "revise" ? { feedback: "shorter" } : {}) }));
    case "reply":
      return void (await answerTo(discord.reply(user, card, WORDS[action])));
    case "offer": {
      const said = discord.reply(user, card, "make it shorter");
      // To whoever may not decide, nothing is offered.
      await discord
        .until(() => discord.messages(channel).some((each) => isAnswer(each, said)), "an offer", 1_000)
        .then(
          async () => discord.click(user, await answerTo(said), "Send this as revise feedback"),
          () => {},
        );
      return;
    }
    case "slash": {
      const listed = await discord.slash(user, channel, "/hitl pending scope:all");
      const [list] = listed.messages();
      if (list === undefined || !JSON.stringify(list.components).includes(`open:${id}`)) return;
      const [page] = (await discord.click(user, list, `open:${id}`)).messages();
      return fill(discord, user, await discord.click(user, page ?? "", LABELS[action]));
    }
    default:
      return fill(discord, user, await discord.click(user, card, LABELS[action]));
  }
}

async function fill(discord: Bot["discord"], user: string, { modal }: Awaited<ReturnType<Bot["discord"]["click"]>>) {
  if (modal !== null) await discord.submit(user, modal, { f0: "shorter" });
}

describe("by every path", () => {
  it.each(Object.keys(TABLE) as Path[])("%s: each may do what the table says, and no more", async (path) => {
    await withBot(async (bot: Bot) => {
      const { discord, people } = bot;
      const role = discord.role("release managers");
      const users: Record<Role, string> = {
        approver: people.bob.id,
        requester: people.carol.id,
        holder: discord.user("Frank", { roles: [role] }).id,
        member: people.eve.id,
        newcomer: discord.user("Grace", { roles: [role] }).id,
      };
      const newcomer = discord.home.members.get(users.newcomer);
      if (newcomer !== undefined) newcomer.pending = true;
      for (const who of ROLES)
        for (const action of ACTIONS) {
          const expected = TABLE[path][who][action];
          if (expected === undefined) continue;
          const channel = discord.channel(`${who}-${action}`);
          const { id, card } = await bot.card(
            {
              ...CONFIRM,
              requested_by: "person:carol",
              approvers: ["group:sre", `discord-role:${role.id}`],
              route: [`discord:${channel.id}`],
            },
            channel,
          );
          await attempt(bot, { path, user: users[who], id, action, card, channel });
          const { status, decision } = await bot.read(id);
          expect([status, decision?.action ?? "-"], `${path} ${who} ${action}`).toEqual([
            expected === "-" ? "pending" : "resolved",
            expected,
          ]);
        }
    });
  });
});

describe("where everybody may decide", () => {
  it("that is every full member of the server, and nobody else", async () => {
    await withBot(
      async ({ discord, people, card: raise, read, ended }: Bot) => {
        const { id, card } = await raise(CONFIRM);
        const member = discord.home.members.get(people.eve.id);
        if (member !== undefined) member.pending = true;
        await discord.click(people.eve, card, "Proceed");
        expect((await read(id)).status).toBe("pending");
        if (member !== undefined) member.pending = false;
        await discord.click(people.eve, card, "Proceed");
        expect((await ended(id)).decision?.by).toMatchObject({ person: "eve" });
      },
      { env: { HITL_APPROVERS: "anyone" } },
    );
  });

  it.each([["a private channel"], ["no server at all"]])(
    "that is nobody from elsewhere, where the card was sent to %s",
    async (where) => {
      await withBot(
        async ({ discord, people, deploys, raise, placed, read }: Bot) => {
          const finance = discord.channel("finance", { only: [people.bob] });
          const route = where === "a private channel" ? [`discord:${finance.id}`] : ["web"];
          const { id } = await raise({ ...CONFIRM, route });
          await placed(id);
          const listed = await discord.slash(people.eve, deploys, "/hitl pending scope:all");
          expect(told(listed)).toBe("Nothing waits for you.");
          const [list] = listed.messages();
          expect(told(await discord.forge(people.eve, list ?? "", `open:${id}`))).toMatch(/no such checkpoint/i);
          expect((await read(id)).status).toBe("pending");
        },
        { env: { HITL_APPROVERS: "anyone" } },
      );
    },
  );

  it("whoever is where it was sent may open it from a line there", async () => {
    await withBot(
      async ({ discord, people, deploys, card: raise, raise: again, placed, ended }: Bot) => {
        const first = await raise(CONFIRM);
        await placed(first.id);
        await discord.click(people.eve, first.card, "Revise").then(async ({ modal }) => {
          if (modal !== null) await discord.submit(people.eve, modal, { f0: "shorter" });
        });
        await ended(first.id);
        const { id } = await again({ ...CONFIRM, payload: { summary: "Publish" }, previous: first.id });
        const line = await discord.shows(deploys, "was asked in the thread");
        const [page] = (await discord.click(people.eve, line, "Open")).messages();
        await discord.click(people.eve, page ?? "", "Proceed");
        expect((await ended(id)).decision?.by).toMatchObject({ person: "eve" });
      },
      { env: { HITL_APPROVERS: "anyone" } },
    );
  });

  it("a role that was taken away counts no more with the next press", async () => {
    await withBot(async ({ discord, card: raise, read, ended }: Bot) => {
      const role = discord.role("release managers");
      const frank = discord.user("Frank", { roles: [role] });
      const { id, card } = await raise({ ...CONFIRM, approvers: [`discord-role:${role.id}`] });
      discord.take(frank, role);
      await discord.click(frank, card, "Proceed");
      expect((await read(id)).status).toBe("pending");
      discord.give(frank, role);
      await discord.click(frank, card, "Proceed");
      const { by } = (await ended(id)).decision ?? {};
      expect(by).toMatchObject({ person: `discord:${frank.id}`, name: "Frank" });
    });
  });

  it("nobody is told to, until somebody is named", async () => {
    await withBot(
      async ({ discord, people, card: raise, read }: Bot) => {
        const { id, card } = await raise(CONFIRM);
        const press = await discord.click(people.bob, card, "Proceed");
        expect(press.text()).toContain(`HITL\\_APPROVERS=discord\\:${people.bob.id}`);
        expect((await read(id)).status).toBe("pending");
      },
      { env: { HITL_APPROVERS: "" } },
    );
  });
});
