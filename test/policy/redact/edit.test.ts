/** The agent puts its secrets back by the order of the marks that look alike: what stands around them keeps its place. */
import { expect, test } from "vitest";
import { markFault } from "../../../src/policy/redact/edit.ts";

const M = "[redacted 8 chars]";

test.each([
  ["behind them", `copy https://${M}@prod https://${M}@dev`, `copy https://${M}@dev https://${M}@prod`],
  [
    "above them",
    `prod:\n  password: ${M}\ndev:\n  password: ${M}\n`,
    `dev:\n  password: ${M}\nprod:\n  password: ${M}\n`,
  ],
  [
    "beside them, in JSON",
    `[{"password":"${M}","user":"root"},{"password":"${M}","user":"guest"}]`,
    `[{"password":"${M}","user":"guest"},{"password":"${M}","user":"root"}]`,
  ],
])("an edit is refused that swaps what stands %s", (_, before, after) => {
  expect(markFault(before, after)?.message).toContain("changed places");
});

test.each([
  ["adds words", `A=${M} B=${M}`, `A=${M} X=1 B=${M} Y=2`],
  [
    "changes one",
    `curl -u ${M} https://a/x; curl -u ${M} https://b/y`,
    `curl -u ${M} https://a/z; curl -u ${M} https://b/y`,
  ],
  [
    "changes a number",
    `prod:\n  password: ${M}\n  n: 1\ndev:\n  password: ${M}`,
    `prod:\n  password: ${M}\n  n: 2\ndev:\n  password: ${M}`,
  ],
])("an edit is taken that %s", (_, before, after) => {
  expect(markFault(before, after)).toBeNull();
});
