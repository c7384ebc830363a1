/** The rules of thumb that teams write down first, as the settings under examples/policies say them. */
import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { makeAccess } from "../../src/access.ts";
import { raise } from "../../src/decide/raise.ts";
import { decide } from "../../src/decide.ts";
import { makeHouse } from "../../src/house.ts";
import type { Json } from "../../src/json.ts";
import { makeDirectory } from "../../src/policy/directory.ts";
import { lint } from "../../src/policy/lint.ts";
import { raiseRequest } from "../../src/request.ts";
import { LONG, OTHER, room, SECRET } from "../config/load.ts";
import { NOON } from "../town.ts";

const here = room();

function open(example: string) {
  copyFileSync(join(import.meta.dirname, "../../examples/policies", example), join(here.folder, "hitl.config.yml"));
  const settings = here.load(undefined, { HITL_SECRET: SECRET, HITL_AGENT_TOKEN: LONG, HITL_ADMIN_TOKEN: OTHER });
  const directory = makeDirectory(settings);
  const house = makeHouse({ settings, directory });
  const access = makeAccess(settings, directory);
  const asked = (payload: Json) =>
    raise(
      {
        request: raiseRequest.parse({ kind: "task", payload }),
        caller: { role: "agent", name: "crew", agents: "any", person: null },
        id: "chk_example",
        previous: null,
      },
      NOON,
      house,
    );
  return {
    settings,
    directory,
    asked,
    taker(payload: Json): string {
      const raised = asked(payload);
      return raised.type === "refused" ? raised.code : raised.first.next.policy.name;
    },
    /** Who of the people may approve it. */
    approvers(payload: Json): string[] {
      const raised = asked(payload);
      if (raised.type === "refused") return [raised.code];
      return directory.people
        .map(({ id }) => id)
        .filter((id) => {
          const caller = access.person(id, "web");
          if (caller === undefined || caller.role === "agent") throw new Error(`${id} is nobody`);
          const event = { type: "act", actor: caller.actor, act: { action: "proceed" } } as const;
          return decide(raised.first.next, event, NOON, house).type === "change";
        });
    },
  };
}

describe("route_approval", () => {
  const table: [output: Json, taker: string, approvers: string[]][] = [
    [{ budget: 10_001, risk_level: "low" }, "cfo", ["carla"]],
    [{ budget: 20_000, risk_level: "high" }, "cfo", ["carla"]],
    [{ budget: 10_000, risk_level: "high" }, "legal", ["lena", "lars"]],
    [{ budget: 0, risk_level: "high" }, "legal", ["lena", "lars"]],
    [{ budget: 10_000, risk_level: "low" }, "manager", ["mara"]],
    [{ budget: 500 }, "manager", ["mara"]],
    // What slips under a comparison in many a language does not slip under this one.
    [{ budget: "20000", risk_level: "low" }, "cfo", ["carla"]],
    [{ budget: { value: 20_000 }, risk_level: "low" }, "cfo", ["carla"]],
    [{ risk_level: "low" }, "cfo", ["carla"]],
    ["no output to speak of", "cfo", ["carla"]],
  ];
  test.each(table)("%j goes to %s", (output, taker, approvers) => {
    const example = open("route-approval.yml");
    const payload = { agent: "Campaign planner", output, context: {} };
    expect([example.taker(payload), example.approvers(payload)]).toEqual([taker, approvers]);
  });
});

describe("can_approve", () => {
  const table: [task: Record<string, Json>, approvers: string[]][] = [
    [{ type: "financial", amount: 10_001 }, ["carla"]],
    [{ type: "financial", amount: 10_000 }, ["mara", "dirk", "eva"]],
    [{ type: "financial", amount: 1 }, ["mara", "dirk", "eva"]],
    [{ type: "creative", amount: 50_000 }, ["mara", "dirk", "eva"]],
    [{ type: "creative" }, ["mara", "dirk", "eva"]],
    [{}, ["mara", "dirk", "eva"]],
    [{ type: "financial" }, ["carla"]],
    [{ type: "financial", amount: "10001" }, ["policy_undecided"]],
    [{ type: "financial", amount: [10_001] }, ["policy_undecided"]],
  ];
  test.each(table)("%j may be approved by %j alone", (task, approvers) => {
    const payload = { agent: "Treasurer", output: "Pay the invoice", context: {}, ...task };
    expect(open("can-approve.yml").approvers(payload)).toEqual(approvers);
  });
});

test.each(["route-approval.yml", "can-approve.yml"])("%s has nothing odd about it", (example) => {
  const { settings, directory } = open(example);
  expect(lint({ policies: settings.policies, approvers: [], channels: ["slack"], directory })).toEqual([]);
});
