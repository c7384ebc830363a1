import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { SCOPES } from "../../../../src/cli/doctor-slack.ts";
import { SLACK_VARIABLES } from "../../../../src/config/slack.ts";
import { type Bot, CONFIRM, withBot } from "./bot.ts";

const read = (path: string) => readFileSync(new URL(`../../../../${path}`, import.meta.url), "utf8");
const manifest = parse(read("manifest.yml"));

describe("manifest.yml", () => {
  // That it asks for no other is found out at the end of a whole run: test/setup/scopes.ts.
  it("asks for every permission that cards, replies, groups, direct messages and the home tab need", async () => {
    await withBot(async ({ slack, raise, ended }: Bot) => {
      slack.usergroup("S0SRE", ["U0BOB"]);
      slack.channel("G1", { name: "secret", kind: "private", members: ["U0BOB"] });
      const asked = { ...CONFIRM, approvers: ["slack-group:S0SRE", "slack:U0BOB"] };
      for (const [place, channel] of [
        ["slack:#secret", "G1"],
        ["slack:#deploys", "C1"],
      ] as const) {
        const { id } = await raise({ ...asked, route: [place] });
        const card = await slack.appears(channel, ({ metadata }) => JSON.stringify(metadata ?? {}).includes(id));
        await slack.reply("U0BOB", card, "lgtm");
        expect((await ended(id)).decision?.action).toBe("proceed");
      }
      const { id } = await raise({ ...asked, route: ["slack:@U0BOB"] });
      const dm = await slack.until(
        () =>
          slack.calls("conversations.open").length > 0 &&
          slack.calls("chat.postMessage").find(({ args }) => JSON.stringify(args).includes(id)),
      );
      const card = await slack.appears(String((dm.args as { channel: string }).channel), ({ metadata }) =>
        JSON.stringify(metadata ?? {}).includes(id),
      );
      await slack.reply("U0BOB", card, "cancel: no");
      expect((await ended(id)).decision?.action).toBe("cancel");
      await slack.dm("U0BOB", "whoami");
      await slack.mention("U0BOB", "C1", "help");
      await slack.slash("U0BOB", "C1", "/hitl help");
      await slack.home("U0BOB");
      await slack.idle();
      const refused = slack.calls().filter(({ answer }) => answer?.error === "missing_scope");
      expect([refused, slack.troubles]).toEqual([[], []]);
    });
  });

  it("switches on what the transport needs", () => {
    expect(manifest.settings).toMatchObject({ socket_mode_enabled: true, interactivity: { is_enabled: true } });
    expect(manifest.settings.event_subscriptions.bot_events).toEqual([
      "app_home_opened",
      "app_mention",
      "message.channels",
      "message.groups",
      "message.im",
    ]);
    expect(manifest.features.slash_commands.map(({ command }: { command: string }) => command)).toEqual(["/hitl"]);
    expect(manifest.features.app_home.home_tab_enabled).toBe(true);
    expect(manifest.display_information.name.length).toBeLessThanOrEqual(35);
    expect(manifest.display_information.description.length).toBeLessThanOrEqual(140);
  });
});

describe("docs/slack.md", () => {
  const page = read("docs/slack.md");

  it("says why each permission is asked for, and lists every variable", () => {
    const table = page.slice(page.indexOf("## Why each permission"));
    for (const scope of Object.keys(SCOPES)) expect(table).toContain(`\`${scope}\``);
    for (const name of SLACK_VARIABLES) expect(page).toMatch(new RegExp(`^\\| \`${name}\` \\|`, "m"));
  });
});
