import { expect, test } from "vitest";
import { checkpointAnswer, logAnswer } from "../src/answers.ts";
import type { Checkpoint } from "../src/checkpoint.ts";
import { logView, viewOf } from "../src/view.ts";
import { checkpoint, DIGEST, person, RAISED } from "./make.ts";

const BASE = "https://hitl.example.com";

const DECIDED: Partial<Checkpoint> = {
  kind: "tool",
  payload: { tool_name: "delete_file", tool_args: { path: "a" } },
  status: "resolved",
  revision: 4,
  quorum: 2,
  ended_at: RAISED + 90_000,
  votes: [
    { action: "edit", by: person("bob"), digest: DIGEST, at: RAISED + 60_000, feedback: "smaller" },
    { action: "edit", by: person("carol", "web"), digest: DIGEST, at: RAISED + 90_000 },
    { action: "proceed", by: person("dave"), digest: "sha256:before", at: RAISED + 30_000 },
  ],
  edited: { value: { path: "b" }, by: person("bob"), at: RAISED + 60_000 },
  decision: {
    action: "edit",
    outcome: "approved",
    by: person("carol", "web"),
    at: RAISED + 90_000,
    digest: DIGEST,
    edited: { path: "b" },
    shown: "120/400",
  },
  comments: [{ by: person("dave"), at: RAISED + 10_000, text: "why?" }],
  placements: [
    {
      channel: "slack",
      conversation: "C1",
      state: "shown",
      message: "17.1",
      url: "https://s.example.com/1",
      revision: 4,
    },
    { channel: "discord", conversation: "9", state: "undeliverable", error: "unknown channel" },
  ],
  callback: {
    url: "https://agent.example.com/hook?key=hush",
    endpoint: "https://agent.example.com",
    state: "waiting",
    attempts: 0,
  },
};

test("shows a decided checkpoint as the API's contract says", () => {
  expect(viewOf(checkpoint(DECIDED), BASE)).toMatchObject({
    id: "chk_0123456789",
    kind: "tool",
    status: "resolved",
    revision: 4,
    policy: { name: "default" },
    quorum: { needed: 2, given: 2 },
    votes: [
      { action: "edit", by: { person: "bob", surface: "slack" }, at: "2026-11-20T10:01:00.000Z", feedback: "smaller" },
      { action: "edit", by: { person: "carol", surface: "web" }, at: "2026-11-20T10:01:30.000Z" },
      { action: "proceed", by: { person: "dave" }, digest: "sha256:before" },
    ],
    created_at: "2026-11-20T10:00:00.000Z",
    due_at: "2026-11-20T11:00:00.000Z",
    ended_at: "2026-11-20T10:01:30.000Z",
    edited: { value: { path: "b" }, at: "2026-11-20T10:01:00.000Z" },
    decision: { action: "edit", outcome: "approved", edited: { path: "b" }, at: "2026-11-20T10:01:30.000Z" },
    withdrawn: null,
    comments: [{ text: "why?", at: "2026-11-20T10:00:10.000Z" }],
    placements: [
      { channel: "slack", conversation: "C1", state: "shown", url: "https://s.example.com/1" },
      { channel: "discord", conversation: "9", state: "undeliverable", error: "unknown channel" },
    ],
    url: "https://hitl.example.com/checkpoints/chk_0123456789",
  });
});

test("shows when it was withdrawn, by whom and why", () => {
  const by = { kind: "agent", name: "ci" } as const;
  const withdrawn = checkpoint({ status: "withdrawn", withdrawn: { reason: "stopped", by, at: RAISED + 1_000 } });
  expect(viewOf(withdrawn, BASE)).toMatchObject({
    decision: null,
    withdrawn: { reason: "stopped", by: { kind: "agent", name: "ci" }, at: "2026-11-20T10:00:01.000Z" },
  });
});

test("keeps the token, the callback's address, fingerprints and messages' ids to itself", () => {
  const shown = JSON.stringify(viewOf(checkpoint(DECIDED), BASE));
  expect(shown).not.toMatch(/hush|"token"|fingerprint|progress|"message"|requesters/);
});

test("shows how far the agent has been told, and what went wrong last", () => {
  const callback = { url: "https://a.example.com/?key=hush", endpoint: "https://a.example.com" };
  const failed = { ...callback, state: "dead", attempts: 10, error: "410 Gone", at: RAISED } as const;
  expect(viewOf(checkpoint(), BASE).callback).toBeNull();
  expect(viewOf(checkpoint(DECIDED), BASE).callback).toEqual({ state: "waiting", attempts: 0 });
  expect(viewOf(checkpoint({ callback: failed }), BASE).callback).toEqual({
    state: "dead",
    attempts: 10,
    error: "410 Gone",
    at: "2026-11-20T10:00:00.000Z",
  });
});

test.each([
  ["pending", checkpoint()],
  ["decided", checkpoint(DECIDED)],
])("says nothing about a %s checkpoint that the published schema leaves out", (_, record) => {
  const parsed = checkpointAnswer.strict().safeParse(viewOf(record, BASE));
  expect(parsed.error).toBeUndefined();
});

test("shows a line of the log without its seal and its address", () => {
  const entry = {
    id: "chk_0123456789",
    type: "checkpoint.commented",
    revision: 2,
    at: RAISED,
    host: RAISED + 3,
    by: person("bob"),
    digest: DIGEST,
    address: "10.0.0.7",
    data: { text: "why?" },
    content: DIGEST,
    mac: "ab",
  } as const;
  const shown = logView({ seq: 7, entry });
  expect(shown).toEqual({
    seq: 7,
    at: "2026-11-20T10:00:00.000Z",
    type: "checkpoint.commented",
    by: person("bob"),
    data: { text: "why?" },
  });
  expect(logAnswer.strict().safeParse(shown).error).toBeUndefined();
});
