import { expect, test } from "vitest";
import { door, TOKENS } from "./door.ts";

test("lives without anybody's token", async () => {
  const api = await door();
  expect(await api.call("GET /healthz", { token: null })).toMatchObject({ status: 200, body: { status: "ok" } });
});

test("is ready with the state of its channels, which never take it out of service", async () => {
  const channels = { slack: "down", discord: "up" } as const;
  const api = await door({}, { ready: async () => ({ ready: true, store: "up", channels }) });
  const answer = await api.call("GET /readyz", { token: null });
  expect([answer.status, answer.body]).toEqual([200, { status: "ready", store: "up", channels }]);
});

test("is not ready while the store does not answer", async () => {
  const api = await door({}, { ready: async () => ({ ready: false, store: "down", channels: {} }) });
  const answer = await api.call("GET /readyz", { token: null });
  expect(answer.status).toBe(503);
  expect(answer.headers.get("retry-after")).toBe("1");
  expect(answer.body).toMatchObject({ code: "unavailable", store: "down", channels: {} });
});

test("counts requests by route and status, and never by what a caller made up", async () => {
  const api = await door();
  await api.call("GET /v1/checkpoints/chk_0123456789");
  await api.call("GET /v1/checkpoints/chk_abcdefghij");
  await api.call("GET /made/up/by/a/caller");
  await api.call("GET /v1/whoami", { token: "wrong" });
  const { text, headers } = await api.call("GET /metrics", { token: null });
  expect(headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
  expect(text).toContain('hitl_http_seconds_count{route="GET /v1/checkpoints/:id",status="200"} 2');
  expect(text).toContain('hitl_http_seconds_count{route="unmatched",status="404"} 1');
  expect(text).toContain('hitl_http_seconds_count{route="GET /v1/whoami",status="401"} 1');
  expect(text).not.toMatch(/made|chk_/);
});

test("offers every figure under its documented name", async () => {
  const api = await door();
  api.metrics.checkpoints.inc({ kind: "tool", event: "raised" });
  api.metrics.decide.observe({ kind: "tool", outcome: "approved" }, 42);
  api.metrics.store.observe({ verb: "commit" }, 0.002);
  api.metrics.relay.inc({ errand: "show", result: "finished" });
  api.metrics.channelUp.set({ channel: "slack" }, 1);
  const { text } = await api.call("GET /metrics");
  expect(text).toContain('hitl_checkpoints_total{kind="tool",event="raised"} 1');
  expect(text).toContain('hitl_decide_seconds_bucket{le="60",kind="tool",outcome="approved"} 1');
  expect(text).toContain('hitl_store_seconds_count{verb="commit"} 1');
  expect(text).toContain('hitl_relay_total{errand="show",result="finished"} 1');
  expect(text).toContain('hitl_channel_up{channel="slack"} 1');
});

test("shows its figures to strangers only where no stranger can call", async () => {
  const api = await door({}, { openMetrics: false });
  expect(await api.call("GET /metrics", { token: null })).toMatchObject({
    status: 401,
    body: { code: "unauthorized" },
  });
  expect(await api.call("GET /metrics", { token: TOKENS.admin })).toMatchObject({ status: 200 });
});
