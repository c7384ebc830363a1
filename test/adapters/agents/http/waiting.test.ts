import { expect, test } from "vitest";
import { checkpoint, person, RAISED } from "../../../make.ts";
import { door } from "./door.ts";

const RAISE = { kind: "confirm", payload: { summary: "Publish" } };
const PATH = "/v1/checkpoints/chk_0123456789";
const done = checkpoint({
  status: "resolved",
  decision: { action: "proceed", outcome: "approved", by: person("bob"), at: RAISED, digest: "sha256:x" },
});

/** A desk on which waits end when a test says so, or when the caller goes away. */
function waitingDesk() {
  const began = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<void>();
  const gone = Promise.withResolvers<void>();
  const asked: number[] = [];
  return {
    asked,
    began: began.promise,
    gone: gone.promise,
    end: ended.resolve,
    desk: {
      read: async () => checkpoint(),
      wait: async (_: unknown, __: string, ms: number, signal?: AbortSignal) => {
        asked.push(ms);
        signal?.addEventListener("abort", () => gone.resolve());
        began.resolve();
        await Promise.race([ended.promise, gone.promise]);
        return done;
      },
    },
  };
}

test("holds a read back until the checkpoint has ended", async () => {
  const { desk, began, end, asked } = waitingDesk();
  const api = await door(desk);
  const answer = api.call(`GET ${PATH}?wait=30`);
  await began;
  end();
  expect((await answer).body).toMatchObject({ status: "resolved", decision: { outcome: "approved" } });
  expect(asked).toEqual([30_000]);
});

test("holds a raise back likewise, and answers 201 with the decision", async () => {
  const { desk, began, end, asked } = waitingDesk();
  const api = await door(desk);
  const answer = api.call("POST /v1/checkpoints?wait=2.5", { body: RAISE });
  await began;
  end();
  expect(await answer).toMatchObject({ status: 201, body: { status: "resolved" } });
  expect(asked).toEqual([2_500]);
});

test("does not wait for what has already ended, and answers at once for wait=0", async () => {
  const raised = { type: "raised", created: false, checkpoint: done } as const;
  const { desk, asked } = waitingDesk();
  const api = await door({ ...desk, raise: async () => raised });
  expect(await api.call("POST /v1/checkpoints?wait=60", { body: RAISE })).toMatchObject({ status: 200 });
  expect(await api.call(`GET ${PATH}?wait=0`)).toMatchObject({ status: 200, body: { status: "pending" } });
  expect(asked).toEqual([]);
});

test("takes a wait above 240 seconds for 240", async () => {
  const { desk, asked, end } = waitingDesk();
  end();
  const api = await door(desk);
  await api.call(`GET ${PATH}?wait=241`);
  await api.call(`GET ${PATH}?wait=999999999`);
  expect(asked).toEqual([240_000, 240_000]);
});

test("stops waiting as soon as the caller has gone", async () => {
  const { desk, began, gone } = waitingDesk();
  const api = await door(desk);
  const hangUp = new AbortController();
  const answer = api.call(`GET ${PATH}?wait=240`, { signal: hangUp.signal });
  await began;
  hangUp.abort();
  await expect(answer).rejects.toThrow("aborted");
  await gone;
});

test("tells a waiting caller when they may not see it", async () => {
  const denied = { type: "refused", code: "not_found", detail: "Nothing here." } as const;
  const api = await door({ wait: async () => denied });
  expect(await api.call(`GET ${PATH}?wait=1`)).toMatchObject({ status: 404, body: { code: "not_found" } });
});

test("serves others while many wait", async () => {
  const { desk, end, asked } = waitingDesk();
  const api = await door(desk);
  const waits = Array.from({ length: 200 }, () => api.call(`GET ${PATH}?wait=60`));
  await expect.poll(() => asked.length).toBe(200);
  expect((await api.call("GET /healthz")).status).toBe(200);
  end();
  expect((await Promise.all(waits)).every(({ body }) => body.status === "resolved")).toBe(true);
});
