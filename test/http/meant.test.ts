import { describe, expect, test } from "vitest";
import type { Checkpoint } from "../../src/checkpoint.ts";
import { theOneOf } from "../../src/http/meant.ts";
import { checkpoint } from "../make.ts";

const HOUR = 3_600_000;
const NOW = checkpoint().created_at;

/** Asked by `token`, and ended that long before now. */
function ended(id: string, token: string, hours: number): Checkpoint {
  const at = NOW - hours * HOUR;
  return { ...checkpoint({ id, token, created_at: at - HOUR }), status: "expired", ended_at: at };
}

/** Its id, or why it is none. */
function oneOf(...found: Checkpoint[]): string | undefined {
  const one = theOneOf(found);
  return one !== undefined && "type" in one ? one.detail : one?.id;
}

describe("an id of the agents' own means", () => {
  const open = checkpoint({ id: "chk_open_1", token: "ours" });

  test("what waits, whatever the same agent asked before; or else what ended last", () => {
    expect(oneOf(open, ended("chk_past_1", "ours", 1))).toBe("chk_open_1");
    expect(oneOf(ended("chk_past_2", "ours", 1), ended("chk_past_1", "theirs", 2))).toBe("chk_past_2");
    expect(oneOf()).toBeUndefined();
  });

  test("neither of two that wait, nor what waits while another agent's may still be meant", () => {
    const second = checkpoint({ id: "chk_open_2", token: "ours" });
    expect(oneOf(open, second)).toContain("chk_open_1, chk_open_2");
    expect(oneOf(open, ended("chk_past_1", "theirs", 23))).toContain("Several agents use this id");
    expect(oneOf(open, { ...ended("chk_past_1", "theirs", 0), ended_at: NOW + HOUR })).toContain("Several agents");
  });

  test("what waits, once what another agent asked under it is a day in the past", () => {
    expect(oneOf(open, ended("chk_past_1", "theirs", 25))).toBe("chk_open_1");
  });
});
