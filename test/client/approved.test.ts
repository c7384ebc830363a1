/** An agent's side of an edit around hidden values: its own values are put back, or nothing runs. */
import { expect, test } from "vitest";
import { approvedValue, type CheckpointView } from "../../src/client.ts";
import type { Json, JsonObject } from "../../src/json.ts";
import { viewOf } from "../../src/view.ts";
import { town } from "../town.ts";

const { raise, act } = town();
const sent: JsonObject = {
  tool_name: "run",
  tool_args: {
    password: "hunter2",
    pins: { "a/b": { ssn: 123456789 } },
    argv: ["--token", "abc1", "x"],
    command: "curl -u bob:hunter2 https://x.io/?token=abc1",
    ghp_abcdefghijklmnopqrstuvwxyz0123456789: 1,
    size: 3,
  },
};
const record = raise({ kind: "tool", payload: sent });
const shown = record.payload.tool_args as JsonObject;
const own = sent.tool_args as JsonObject;

function approved(edited?: Json): CheckpointView {
  const done = act(record, "bob", edited === undefined ? { action: "proceed" } : { action: "edit", edited });
  return viewOf(done, "");
}

const { "[redacted 40 chars]": _, ...named } = shown;
const { ghp_abcdefghijklmnopqrstuvwxyz0123456789: __, ...ownNamed } = own;

test("is what was sent where it was approved as it is", () => {
  expect(approvedValue(sent, approved())).toEqual(own);
});

test("has the agent's own values wherever a mark was left, whole and within a text", () => {
  expect(approvedValue(sent, approved({ ...named, size: 4 }))).toEqual({ ...ownNamed, size: 4 });
  const command = String(named.command).replace("x.io", "example.com");
  expect(approvedValue(sent, approved({ ...named, command }))).toEqual({
    ...ownNamed,
    command: "curl -u bob:hunter2 https://example.com/?token=abc1",
  });
});

test("keeps the marks that it came with", () => {
  const again = { tool_name: "run", tool_args: { command: "a [redacted 3 chars] b --token abc1" } };
  const second = raise({ kind: "tool", payload: again });
  const edited = { command: "c [redacted 3 chars] d --token [redacted 4 chars]" };
  const view = viewOf(act(second, "bob", { action: "edit", edited }), "");
  expect(approvedValue(again, view)).toEqual({ command: "c [redacted 3 chars] d --token abc1" });
});

test("has what a person typed instead", () => {
  expect(approvedValue(sent, approved({ ...named, password: "n3w", command: "ls" }))).toMatchObject({
    password: "n3w",
    command: "ls",
    argv: ["--token", "abc1", "x"],
  });
});

test.each<[string, () => CheckpointView]>([
  ["it is pending", () => viewOf(record, "")],
  ["it was rejected", () => viewOf(act(record, "bob", { action: "reject" }), "")],
  ["a name is hidden that it kept", () => approved({ ...shown, size: 4 })],
  [
    "the bot does not say where the mark stood",
    () => ({ ...approved({ ...named, size: 4 }), redacted: { count: 0, values: [], blocking: [] } }),
  ],
  ["it is of another kind", () => ({ ...approved(), kind: "confirm" })],
])("is refused where %s", (_, view) => {
  expect(() => approvedValue(sent, view())).toThrow("cannot be carried out");
});

test("is refused where something else was sent than what was asked about", () => {
  const other = { ...sent, tool_args: { ...own, command: 7 } };
  expect(() => approvedValue(other, approved({ ...named, size: 4 }))).toThrow(
    "no text was sent at /payload/tool_args/command",
  );
});
