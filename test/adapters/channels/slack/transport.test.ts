/** What becomes of calls: each is tried once, ends in its time, and fails with Slack's own word or with what is known. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { connect } from "../../../../adapters/channels/slack/transport.ts";
import { forGood, isAmbiguous, type Wire, WireFault } from "../../../../adapters/channels/slack/wire.ts";
import type { ApiFault } from "../../../peers/slack/faults.ts";
import { type FakeSlack, fakeSlack } from "../../../peers/slack/index.ts";

let slack: FakeSlack;
let wire: Wire;

beforeEach(async () => {
  slack = await fakeSlack();
  slack.channel("C1", { name: "deploys" });
  const { botToken, appToken, apiUrl } = slack;
  wire = await connect(
    { botToken, appToken, apiUrl },
    () => {},
    () => {},
  );
});
afterEach(async () => {
  await wire.stop();
  await slack.close();
});

async function faultOf(fault: ApiFault): Promise<WireFault> {
  slack.faults.next("chat.postMessage", fault);
  const failed = await wire.call("chat.postMessage", { channel: "C1", text: "x" }, 150).catch((error) => error);
  expect(failed).toBeInstanceOf(WireFault);
  return failed;
}

describe("a call", () => {
  it.each<[string, ApiFault, string, number | null, boolean, boolean]>([
    ["is not waited for longer than its time", "hang", "no_answer", null, true, false],
    ["whose answer comes too late may have been carried out", { slow: 400 }, "no_answer", null, true, false],
    ["whose answer is cut off may have been carried out", "cut", "no_answer", null, true, false],
    ["that did not get there may have been carried out, for all that is known", "drop", "no_answer", null, true, false],
    ["that meets a page of errors may have been carried out", { status: 503 }, "http_503", null, true, false],
    ["that comes too soon is told when to come again", { ratelimited: 7 }, "ratelimited", 7_000, false, false],
    ["that is refused for good says so", { error: "is_archived" }, "is_archived", null, false, true],
    ["that is refused in words unknown here may be tried again", { error: "odd" }, "odd", null, false, false],
  ])("%s", async (_name, fault, code, after, ambiguous, good) => {
    const failed = await faultOf(fault);
    expect([failed.code, failed.after]).toEqual([code, after]);
    expect([isAmbiguous(failed), forGood(failed) !== undefined]).toEqual([ambiguous, good]);
    expect(slack.calls("chat.postMessage").length).toBe(1);
  });

  it("never shows the token, whatever went wrong", async () => {
    for (const fault of ["drop", { status: 500 }, { error: "invalid_auth" }] satisfies ApiFault[])
      expect(JSON.stringify(await faultOf(fault)) + String((await faultOf(fault)).stack)).not.toContain(slack.botToken);
  });

  it("tells who we are: workspace, bot and app", () => {
    expect(wire.home).toEqual({
      ...{ team: "T1", enterprise: null, org: false, app: "A0HITL" },
      ...{ url: "https://acme.slack.com/", user: "UT1BOT", bot: "BT1BOT" },
    });
  });
});
