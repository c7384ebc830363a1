/** How the fake Slack delivers: signatures, replays, order, copies, and the ways in which sockets end. */
import { describe, expect, test } from "vitest";
import { CARD, type Heard, withApp } from "./slack/bolt.ts";

const event = { type: "message", text: "hi", user: "U1", channel: "C1", ts: "1.000001", channel_type: "channel" };
const envelope = { type: "event_callback", team_id: "T1", api_app_id: "A0HITL", event_id: "Ev1", event };

describe("over HTTP", () => {
  test("Bolt refuses what is wrongly signed, unsigned or old", async () => {
    await withApp("HTTP", async ({ slack, heard }) => {
      const wrong = [
        { secret: "another" },
        { skew: -600 },
        { headers: { "x-slack-signature": "v0=00" } },
        { headers: { "x-slack-signature": null } },
        { headers: { "x-slack-request-timestamp": null } },
      ];
      for (const signing of wrong)
        expect(await slack.deliver("events_api", envelope, { signing })).toMatchObject({ acked: false, status: 401 });
      expect(heard).toEqual([]);
      expect(await slack.deliver("events_api", envelope)).toMatchObject({ acked: true, status: 200 });
      expect(heard).toEqual(["message hi"]);
    });
  });

  test("Bolt takes what comes from the future and what is replayed: both are for the app to refuse", async () => {
    await withApp("HTTP", async ({ slack, heard }) => {
      await slack.deliver("events_api", envelope, { signing: { skew: 3_600 } });
      const captured = await slack.deliver("events_api", envelope);
      const replayed = await slack.replay(captured);
      expect(replayed.sent).toEqual(captured.sent);
      expect(heard).toHaveLength(3);
    });
  });

  test("a retry tells its number and carries the same ids", async () => {
    await withApp("HTTP", async ({ slack }) => {
      const first = await slack.deliver("events_api", envelope);
      const second = await slack.again(first);
      expect(second.sent?.headers).toMatchObject({ "x-slack-retry-num": "1", "x-slack-retry-reason": "http_timeout" });
      expect(second.payload).toEqual(first.payload);
      expect((await slack.again(second)).retry).toBe(2);
    });
  });

  test("an app that is not there acknowledges nothing", async () => {
    await withApp("HTTP", async ({ slack }) => {
      slack.to("http://127.0.0.1:9/slack/events");
      expect(await slack.deliver("events_api", envelope)).toMatchObject({ acked: false, status: null });
    });
  });
});

test("deliveries are copied, held back and let go in another order", async () => {
  await withApp("Socket Mode", async ({ slack, app, heard }) => {
    await app.client.chat.postMessage({ channel: "C1", text: "card", blocks: CARD });
    const card = await slack.appears("C1");
    slack.nextDeliveries({ copies: 3 });
    await slack.click("U1", card, "Revise");
    await slack.idle();
    await slack.until(() => slack.calls("views.open").length === 3);
    expect(heard.slice(0, 3)).toEqual(["revise by U1 of T1", "revise by U1 of T1", "revise by U1 of T1"]);
    const refused = () => heard.filter((each) => each.startsWith("no form")).length === 2;
    await expect.poll(refused).toBe(true);
    expect(slack.calls("views.open").map(({ answer }) => answer?.error)).toEqual([
      undefined,
      "exchanged_trigger_id",
      "exchanged_trigger_id",
    ]);
    heard.length = 0;
    slack.holdDeliveries();
    const said = [slack.say("U1", "C1", "first"), slack.say("U2", "C1", "second")];
    await slack.heldDeliveries(2);
    expect(heard).toEqual([]);
    slack.releaseDeliveries("reversed");
    await Promise.all(said);
    expect(heard).toEqual(["message second", "message first"]);
  });
});

test("the app hears of its own messages, and Bolt keeps them from its listeners until they change", async () => {
  await withApp("Socket Mode", async ({ slack, app, heard }) => {
    const { ts = "" } = await app.client.chat.postMessage({ channel: "C1", text: "card" });
    await app.client.chat.update({ channel: "C1", ts, text: "done" });
    await slack.until(() => slack.deliveries.length === 2);
    await slack.idle();
    expect(slack.deliveries.map(({ echo }) => echo)).toEqual([true, true]);
    expect(heard).toEqual(["message message_changed"]);
    expect(slack.acks()).toEqual([]);
  });
});

describe("over Socket Mode", () => {
  test("with nobody connected nothing is acknowledged", async () => {
    await withApp("Socket Mode", async ({ slack, app }) => {
      await app.stop();
      await slack.until(() => slack.sockets.count() === 0);
      const { deliveries } = await slack.say("U1", "C1", "hello?");
      expect(deliveries).toMatchObject([{ acked: false, trouble: "no socket is connected" }]);
    });
  });

  test("the app comes back after a refresh, a break, and too many sockets", async () => {
    const story = async ({ slack, heard }: Heard) => {
      slack.sockets.refresh();
      await slack.sockets.connected();
      slack.sockets.drop();
      await slack.until(() => slack.sockets.count() === 0);
      slack.sockets.refuse(1);
      await slack.sockets.connected();
      expect(slack.calls("apps.connections.open").length).toBeGreaterThanOrEqual(4);
      await slack.say("U1", "C1", "still there?");
      expect(heard).toEqual(["message still there?"]);
    };
    await withApp("Socket Mode", story, { pingMs: 600 });
  });

  test("each delivery goes to one of several sockets", async () => {
    await withApp("Socket Mode", async ({ slack, heard }) => {
      const other = new WebSocket((await opened(slack.apiUrl, slack.appToken)).replace(/^http/, "ws"));
      const got: string[] = [];
      other.addEventListener("message", ({ data }) => {
        const message = JSON.parse(String(data));
        got.push(message.type);
        if (message.envelope_id) other.send(JSON.stringify({ envelope_id: message.envelope_id }));
      });
      await slack.sockets.connected(2);
      for (let count = 0; count < 40; count += 1) await slack.say("U1", "C1", "hello");
      const there = got.filter((type) => type === "events_api").length;
      expect(there + heard.length).toBe(40);
      // Two to the minus 40: the chance that one of the two gets everything.
      expect(there).toBeGreaterThan(0);
      expect(heard.length).toBeGreaterThan(0);
      other.close();
    });
  });

  test("a frozen connection looks alive and acknowledges nothing until it thaws", async () => {
    const story = async ({ slack, heard }: Heard) => {
      slack.sockets.freeze();
      const lost = await slack.say("U1", "C1", "hello?");
      expect(lost.deliveries).toMatchObject([{ acked: false, trouble: "not acknowledged within 200 ms" }]);
      expect(slack.sockets.count()).toBe(1);
      slack.sockets.thaw();
      expect((await slack.say("U1", "C1", "hello")).deliveries).toMatchObject([{ acked: true }]);
      expect(heard).toEqual(["message hello?", "message hello"]);
    };
    await withApp("Socket Mode", story, { ackMs: 200 });
  });

  test("a ticket opens one socket", async () => {
    await withApp("Socket Mode", async ({ slack }) => {
      const url = await opened(slack.apiUrl, slack.appToken);
      const first = new WebSocket(url);
      await slack.sockets.connected(2);
      const second = new WebSocket(url);
      await new Promise((resolve) => second.addEventListener("error", resolve, { once: true }));
      expect(slack.sockets.count()).toBe(2);
      first.close();
    });
  });
});

async function opened(apiUrl: string, token: string): Promise<string> {
  const headers = { authorization: `Bearer ${token}` };
  const answer = await fetch(`${apiUrl}apps.connections.open`, { method: "POST", headers });
  return ((await answer.json()) as { url: string }).url;
}
