import { describe, expect, it } from "vitest";
import { makePeople } from "../../../../adapters/channels/slack/people.ts";
import type { Wire } from "../../../../adapters/channels/slack/wire.ts";
import { type Bot, CONFIRM, press, withBot } from "./bot.ts";
import { wordsIn } from "./slack.ts";

/** Who presses Proceed on a card that `approvers` may decide, and whether it counts. */
type Row = [name: string, user: string, approvers: string[], counts: boolean];
const TABLE: Row[] = [
  ["a member, anyone", "U1MEMBER", ["anyone"], true],
  ["a guest, anyone", "U2GUEST", ["anyone"], false],
  ["a single-channel guest, anyone", "U3GUEST", ["anyone"], false],
  ["somebody of another workspace, anyone", "U4STRANGER", ["anyone"], false],
  ["a member, named", "U1MEMBER", ["slack:U1MEMBER"], true],
  ["a guest, named", "U2GUEST", ["slack:U2GUEST"], true],
  ["somebody of another workspace, by a bare id", "U4STRANGER", ["slack:U4STRANGER"], false],
  ["somebody of another workspace, by workspace and id", "U4STRANGER", ["slack:T2/U4STRANGER"], true],
  ["a deleted account, named", "U5GONE", ["slack:U5GONE"], false],
  ["a bot, named", "U6BOT", ["slack:U6BOT"], false],
  ["a member of the user group", "U1MEMBER", ["slack-group:S0SRE"], true],
  ["a guest in the user group", "U2GUEST", ["slack-group:S0SRE"], true],
  ["a member outside of the user group", "U7OUT", ["slack-group:S0SRE"], false],
  ["somebody whose name looks like the approver's", "U8TWIN", ["slack:U1MEMBER"], false],
];

/** `anyone` counts only where the settings say so. */
const OPEN = { yaml: "policies: [{ name: open, when: { kind: preview }, approvers: [anyone] }, { name: default }]\n" };

describe("who decides in Slack", () => {
  it("is decided by the account and what Slack knows of it, never by a name", async () => {
    await withBot(async ({ slack, card: raise, read }: Bot) => {
      slack.workspace("T2", {});
      slack.user("U1MEMBER", { real_name: "Ann" });
      slack.user("U2GUEST", { is_restricted: true });
      slack.user("U3GUEST", { is_ultra_restricted: true });
      slack.user("U4STRANGER", { team: "T2", is_stranger: true });
      slack.user("U5GONE", { deleted: true });
      slack.user("U6BOT", { is_bot: true });
      slack.user("U8TWIN", { real_name: "Ann", name: "u1member" });
      slack.usergroup("S0SRE", ["U1MEMBER", "U2GUEST"]);
      for (const [index, [name, user, approvers, counts]] of TABLE.entries()) {
        const channel = `C${300 + index}`;
        slack.channel(channel, { name: `people-${index}`, sharedWith: ["T2"], members: [user] });
        const open = approvers[0] === "anyone";
        const asked = open ? { kind: "preview", payload: { content: "x" } } : { ...CONFIRM, approvers };
        const { id, card } = await raise({ ...asked, route: [`slack:${channel}`] }, channel);
        await press(slack, user, card, "Proceed");
        expect((await read(id)).status, name).toBe(counts ? "resolved" : "pending");
      }
    }, OPEN);
  });

  it("is nobody from elsewhere where anyone may decide: they neither see it in their lists nor open it", async () => {
    await withBot(
      async ({ slack, card: raise, raise: again, placed, read }: Bot) => {
        slack.channel("C9", { name: "finance", members: ["U0BOB"] });
        slack.channel("C5", { name: "lobby", members: ["U0EVE"] });
        const ask = async (words: string) =>
          wordsIn((await slack.slash("U0EVE", "C5", `/hitl ${words}`)).shown?.blocks);
        const { id, card } = await raise({ ...CONFIRM, route: ["slack:C9"] }, "C9");
        const nowhere = await again({ ...CONFIRM, route: ["web"] });
        for (const each of [id, nowhere.id]) {
          await placed(each);
          expect(await ask(`show ${each}`)).toBe("There is no such checkpoint, or it is not yours to see.");
        }
        expect(await ask("pending all")).toBe("Nothing waits for you.");
        expect((await read(id)).status).toBe("pending");
        await press(slack, "U0BOB", card, "Proceed");
        expect((await read(id)).decision?.by).toMatchObject({ person: "bob" });
      },
      { env: { HITL_APPROVERS: "anyone" } },
    );
  });

  it("asks Slack at most once a minute, and lets nobody act when it does not answer", async () => {
    await withBot(async ({ slack, card: raise, read, told }: Bot) => {
      slack.faults.next("users.info", { status: 503 });
      const { id, card } = await raise(CONFIRM);
      await slack.click("U0BOB", card, "Proceed");
      await told("U0BOB", "Slack could not be asked who you are, so nothing was recorded.");
      expect((await read(id)).status).toBe("pending");
      await slack.click("U0BOB", card, "Cancel");
      await slack.click("U0BOB", card, "Revise");
      expect(slack.calls("users.info").length).toBe(2);
    });
  });

  it("asks who is in a user group when somebody acts, and remembers it for a minute at most", async () => {
    let now = 0;
    let members = ["U1"];
    let asked = 0;
    const call: Wire["call"] = async (method) => {
      if (method === "users.info") return { user: { team_id: "T1" } };
      asked += 1;
      return { users: members };
    };
    const home = { team: "T1", enterprise: null, org: false, app: null, url: "", user: "UBOT", bot: "B1" };
    const { who } = makePeople({ call, home }, () => now);
    const isIn = async () => {
      const known = await who({ user: "U1", team: "T1" }, ["slack-group:S0SRE"]);
      return known.type === "account" && known.account.groups?.includes("slack-group:S0SRE") === true;
    };
    expect([await isIn(), asked]).toEqual([true, 1]);
    members = [];
    now = 59_999;
    expect([await isIn(), asked]).toEqual([true, 1]);
    now = 60_000;
    expect([await isIn(), asked]).toEqual([false, 2]);
  });

  it("takes a group that is gone for empty, and one that cannot be asked about for no answer", async () => {
    await withBot(async ({ slack, card: raise, read, told }: Bot) => {
      slack.usergroup("S0SRE", ["U0BOB"]);
      const { id, card } = await raise({ ...CONFIRM, approvers: ["slack-group:S0SRE"] });
      slack.faults.next("usergroups.users.list", { status: 503 });
      await slack.click("U0BOB", card, "Proceed");
      await told("U0BOB", "Slack could not be asked who you are, so nothing was recorded.");
      slack.usergroup("S0SRE", ["U0BOB"], { disabled: true });
      await slack.click("U0BOB", card, "Proceed");
      await told("U0BOB", "slack-group:S0SRE may decide this");
      expect((await read(id)).status).toBe("pending");
    });
  });

  it("sends a card in a direct message to an approver, and to nobody else", async () => {
    await withBot(async ({ slack, raise, placed, ended }: Bot) => {
      const { id } = await raise({ ...CONFIRM, route: ["slack:@U0BOB", "slack:@U0EVE"] });
      const dm = await slack.until(() =>
        slack.calls("chat.postMessage").find(({ args }) => JSON.stringify(args).includes(id)),
      );
      const channel = String((dm.args as { channel: string }).channel);
      const card = await slack.appears(channel);
      expect((await placed(id)).map(({ state, error }) => [state, error])).toEqual([
        ["shown", undefined],
        ["undeliverable", "only approvers and whoever asked get a direct message"],
      ]);
      await slack.click("U0BOB", card, "Proceed");
      expect((await ended(id)).decision?.action).toBe("proceed");
    });
  });

  it("tells whoever asked how it ended", async () => {
    await withBot(async ({ slack, card: raise, ended }: Bot) => {
      const { id, card } = await raise({ ...CONFIRM, requested_by: "person:alice" });
      await slack.click("U0BOB", card, "Proceed");
      await ended(id);
      await slack.until(() =>
        slack.calls("chat.postMessage").find(({ args }) => JSON.stringify(args).includes("Already resolved by Bob")),
      );
    });
  });
});
