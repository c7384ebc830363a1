/** Enterprise Grid: one account for all workspaces of an enterprise, and apps that one of them or all have installed. */
import { describe, expect, it } from "vitest";
import { type Bot, CONFIRM, press, withBot } from "./bot.ts";
import { wordsIn } from "./slack.ts";

const OPEN = "policies: [{ name: open, when: { kind: preview }, approvers: [anyone] }, { name: default }]\n";

/** Ann is in T1 and T2 of E1, Ben in T2 only, Cleo in another company's T9 of E9. */
function settle({ slack }: Bot): void {
  slack.channel("C0DEPLOYS", { name: "deploys" });
  slack.workspace("T2", { enterprise: "E1" });
  slack.workspace("T9", { enterprise: "E9" });
  slack.user("U1ANN", { team: "T2", teams: ["T1", "T2"] });
  slack.user("U2BEN", { team: "T2" });
  slack.user("U9CLEO", { team: "T9", is_stranger: true });
}

type Row = [name: string, user: string, approvers: string[], installedInOne: boolean, installedForAll: boolean];
const TABLE: Row[] = [
  ["somebody of the workspace and of others, anyone", "U1ANN", ["anyone"], true, true],
  ["somebody of another workspace of the enterprise, anyone", "U2BEN", ["anyone"], false, true],
  ["somebody of another enterprise, anyone", "U9CLEO", ["anyone"], false, false],
  ["named by enterprise and id", "U2BEN", ["slack:E1/U2BEN"], true, true],
  ["named by a workspace of theirs and id", "U1ANN", ["slack:T1/U1ANN"], true, true],
  ["named by another enterprise and the same id", "U2BEN", ["slack:E9/U2BEN"], false, false],
  ["named by id alone", "U1ANN", ["slack:U1ANN"], true, true],
  ["of another enterprise, named by id alone", "U9CLEO", ["slack:U9CLEO"], false, false],
  ["of another enterprise, named by enterprise and id", "U9CLEO", ["slack:E9/U9CLEO"], true, true],
];

describe.each([
  ["in one workspace of an enterprise", { enterprise: "E1" }, 3],
  ["for all of an enterprise", { enterprise: "E1", orgWide: true }, 4],
])("an app that is installed %s", (_name, peer, column) => {
  // Where all have it, a channel's name alone could be that of several workspaces.
  const setting = { peer, yaml: OPEN, env: { SLACK_CHANNEL: "C0DEPLOYS" } };

  it.each([
    ["Socket Mode", {}],
    ["HTTP", { http: true }],
  ])("lets decide over %s who may, and knows a person by enterprise and id", async (_transport, over) => {
    await withBot(
      async (bot: Bot) => {
        const { slack, card: raise, read } = bot;
        settle(bot);
        for (const [index, row] of TABLE.entries()) {
          const [name, user, approvers] = row;
          const channel = `C${300 + index}`;
          slack.channel(channel, { name: `grid-${index}`, sharedWith: ["T2", "T9"], members: [user] });
          const open = approvers[0] === "anyone";
          const asked = open ? { kind: "preview", payload: { content: "x" } } : { ...CONFIRM, approvers };
          const { id, card } = await raise({ ...asked, route: [`slack:${channel}`] }, channel);
          await press(slack, user, card, "Proceed");
          const { status, decision } = await read(id);
          expect(status, name).toBe(row[column] ? "resolved" : "pending");
          const enterprise = user === "U9CLEO" ? "E9" : "E1";
          if (decision !== null)
            expect(decision.by).toMatchObject({ person: `slack:${enterprise}/${user}`, tenant: enterprise, id: user });
        }
        expect(slack.troubles).toEqual([]);
      },
      { ...setting, ...over },
    );
  });

  it("counts one person once, whichever workspace they are in at the moment", async () => {
    await withBot(async (bot: Bot) => {
      const { slack, card: raise, read } = bot;
      settle(bot);
      slack.invite("C0DEPLOYS", "U1ANN");
      const approvers = ["slack:T1/U1ANN", "slack:T2/U1ANN", "slack:E1/U1ANN"];
      const { id, card } = await raise({ ...CONFIRM, approvers, quorum: 2 }, "C0DEPLOYS");
      await slack.click("U1ANN", card, "Proceed");
      slack.user("U1ANN", { team: "T1" });
      await slack.click("U1ANN", card, "Proceed");
      await slack.idle();
      const { status, votes } = await read(id);
      expect([status, votes.length]).toEqual(["pending", 1]);
    }, setting);
  });

  it("hears replies, commands, forms and the home tab", async () => {
    await withBot(async (bot: Bot) => {
      const { slack, card: raise, ended, told } = bot;
      settle(bot);
      slack.invite("C0DEPLOYS", "U1ANN");
      const approvers = ["slack:E1/U1ANN"];
      const one = await raise({ ...CONFIRM, approvers }, "C0DEPLOYS");
      await slack.reply("U1ANN", one.card, "revise: shorter");
      expect((await ended(one.id)).decision).toMatchObject({ action: "revise", feedback: "shorter" });
      const two = await raise({ ...CONFIRM, approvers }, "C0DEPLOYS");
      await slack.click("U1ANN", two.card, "Revise");
      await slack.submit("U1ANN", await slack.openedView("U1ANN"), { f0: "longer" });
      expect((await ended(two.id)).decision).toMatchObject({ action: "revise", feedback: "longer" });
      await slack.mention("U1ANN", "C0DEPLOYS", "whoami");
      expect(wordsIn((await told("U1ANN", "Your account is")).blocks)).toContain("slack:E1/U1ANN");
      slack.user("U1ANN", { team: "T1" });
      const { shown } = await slack.slash("U1ANN", "C0DEPLOYS", "/hitl pending");
      expect(wordsIn(shown?.blocks)).toBe("Nothing waits for you.");
      await slack.home("U1ANN");
      await slack.until(() => slack.homeView("U1ANN") !== undefined, "the home tab");
      expect(slack.troubles).toEqual([]);
    }, setting);
  });
});

it("asks for channels by id where a whole organisation has the app", async () => {
  await withBot(
    async ({ raise, placed }: Bot) => {
      const { id } = await raise({ ...CONFIRM, route: ["slack:#deploys"] });
      expect((await placed(id))[0]).toMatchObject({
        state: "undeliverable",
        error: "name_in_enterprise: the whole organisation has the app: name the channel by its id, like C0123ABCD",
      });
    },
    { peer: { enterprise: "E1", orgWide: true }, env: { SLACK_CHANNEL: "C0DEPLOYS" } },
  );
});

it("looks a user group up where the person is, when a whole organisation has the app", async () => {
  await withBot(
    async (bot: Bot) => {
      const { slack, card: raise, ended, told } = bot;
      settle(bot);
      slack.usergroup("S0SRE", ["U2BEN"], { team: "T2" });
      slack.user("U3DAN", { team: "T1" });
      slack.invite("C0DEPLOYS", "U2BEN", "U3DAN");
      const { id, card } = await raise({ ...CONFIRM, approvers: ["slack-group:S0SRE"] }, "C0DEPLOYS");
      await slack.click("U3DAN", card, "Proceed");
      await told("U3DAN", "slack-group:S0SRE may decide this");
      await slack.click("U2BEN", card, "Proceed");
      expect((await ended(id)).status).toBe("resolved");
    },
    { peer: { enterprise: "E1", orgWide: true }, env: { SLACK_CHANNEL: "C0DEPLOYS" } },
  );
});
