/** The process is killed without a word between any two steps; what is in Slack and in the store makes up for it. */
import { rmSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { expect, test } from "vitest";
import { fakeSlack } from "../../../peers/slack/index.ts";
import { makeFolder, type Program, startProgram } from "../../../program.ts";
import { CONFIRM } from "./bot.ts";

test("old buttons work and one card stands after kill -9 at any moment", { timeout: 90_000 }, async () => {
  const slack = await fakeSlack();
  slack.channel("C1", { name: "deploys", members: ["U0BOB"] });
  const folder = makeFolder();
  const env = {
    HITL_APPROVERS: "slack:U0BOB",
    SLACK_BOT_TOKEN: slack.botToken,
    SLACK_APP_TOKEN: slack.appToken,
    SLACK_CHANNEL: "#deploys",
    SLACK_API_URL: slack.apiUrl,
  };
  let program: Program | undefined;
  const cardsOf = (id: string) =>
    slack.messages("C1").filter(({ metadata }) => JSON.stringify(metadata ?? {}).includes(id));
  try {
    // Before the post, while it is under way, just after it, and later. Some of them wait for a lease to run out.
    for (const moment of process.env.HITL_TEST_LONG === "1" ? [0, 15, 60, 300] : [60]) {
      program = await startProgram(folder, env);
      await slack.sockets.connected();
      slack.faults.next("chat.postMessage", { late: 40 });
      const { body } = await program.call("agent", "POST", "/v1/checkpoints", CONFIRM);
      await pause(moment);
      await program.end("SIGKILL");
      program = await startProgram(folder, env);
      await slack.sockets.connected();
      const card = await slack.until(() => cardsOf(body.id)[0], "the card", 45_000);
      await slack.click("U0BOB", card, "Proceed");
      const read = await program.call("agent", "GET", `/v1/checkpoints/${body.id}?wait=5`);
      expect([moment, read.body.status, read.body.decision?.action]).toEqual([moment, "resolved", "proceed"]);
      expect(cardsOf(body.id).length, `cards after ${moment} ms`).toBe(1);
      await program.end("SIGKILL");
    }
  } finally {
    await program?.end("SIGKILL");
    await slack.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
