/** The home tab is kept current for who somebody is by now, not for who they were when they opened it. */
import { beforeEach, expect, it } from "vitest";
import { makeHome } from "../../../../adapters/channels/slack/home.ts";
import type { Parts } from "../../../../adapters/channels/slack/parts.ts";
import type { Known } from "../../../../adapters/channels/slack/people.ts";
import { openMemory } from "../../../../adapters/stores/memory/index.ts";
import { makeAccess } from "../../../../src/access.ts";
import { makeDirectory } from "../../../../src/policy/directory.ts";
import { type Office, office } from "../../../office.ts";
import { PEOPLE } from "../../../town.ts";
import { wordsIn } from "./slack.ts";

const GROUP = "slack-group:S0SRE";
const OPENED = { team_id: "T1", event: { type: "app_home_opened", user: "U0EVE", tab: "home" } };

let bot: Office;
/** As Slack would say now. */
let who: Known;
let published: string[];

function parts(): Parts {
  const opened = openMemory();
  const policies = [{ name: "default", approvers: [GROUP] }];
  bot = office(opened, { policies: policies as never });
  const settings = { people: PEOPLE, groups: [], admin: "admin", tokens: [] };
  const directory = makeDirectory(settings);
  const made = {
    ...{ desk: bot.desk, access: makeAccess(settings, directory), directory, clock: opened.clock, groups: [GROUP] },
    record: async (id: string) => (await opened.store.read(id))?.record,
    people: { who: async () => who },
    wire: {
      call: async (_method: string, { view }: { view: { blocks: unknown } }) => {
        published.push(wordsIn(view.blocks));
        return {};
      },
    },
    later: (_what: string, work: () => Promise<unknown>) => void work(),
  };
  return made as unknown as Parts;
}

const eve = (groups: string[]): Known => ({
  type: "account",
  account: { platform: "slack", id: "U0EVE", tenant: "T1", groups, member: true, home: true },
});

beforeEach(() => {
  published = [];
  who = eve([GROUP]);
});

it.each<[what: string, now: Known]>([
  ["has left the group", eve([])],
  ["is switched off", { type: "nobody", why: "This account is switched off." }],
])("tells nothing new to whoever %s since they opened it", async (_what, now) => {
  const given = parts();
  const home = makeHome(given);
  const raise = (title: string) =>
    bot.raise({ kind: "confirm", title, payload: { summary: "x" } }).then((raised) => {
      if (raised.type === "refused") throw new Error(raised.detail);
      return raised.checkpoint.id;
    });
  const first = await raise("Old news");
  await home.opened(OPENED);
  await expect.poll(() => published.length).toBe(1);
  expect(published[0]).toContain("Old news");
  who = now;
  let asked = 0;
  given.people.who = async () => {
    asked += 1;
    return who;
  };
  await raise("Lay off the whole team");
  home.changed(first);
  await expect.poll(() => asked, { timeout: 5_000 }).toBe(1);
  await expect.poll(() => published.length).toBe(now.type === "account" ? 2 : 1);
  expect(published.join()).not.toContain("Lay off");
  home.stop();
});
