/** Who may decide, whose approval counts as a vote, and who would be approving their own request: written out. */
import { describe, expect, test } from "vitest";
import type { Actor } from "../../src/access.ts";
import { makeAccess } from "../../src/access.ts";
import { isSelf, mayDecide, mayVote, voters } from "../../src/policy/approvers.ts";
import { makeDirectory } from "../../src/policy/directory.ts";

const directory = makeDirectory({
  admin: "root",
  people: [
    { id: "root" },
    { id: "alice", slack: "U1", discord: "11", email: "alice@example.com" },
    { id: "bob", slack: "T1/U2" },
    { id: "carol" },
  ],
  groups: [
    { id: "sre", members: ["person:alice", "slack:U9", "slack-group:S1"] },
    { id: "mixed", members: ["group:sre", "person:bob"] },
  ],
});
const access = makeAccess({ tokens: [] }, directory);
const slack = { platform: "slack", tenant: "T1", member: true } as const;
const ACTORS: Record<string, Actor> = {
  alice: person("alice"),
  "alice in Slack": access.account({ ...slack, id: "U1" }),
  "alice in Discord": access.account({ platform: "discord", id: "11", member: false }),
  bob: person("bob"),
  carol: person("carol"),
  root: person("root"),
  U9: access.account({ ...slack, id: "U9" }),
  U8: access.account({ ...slack, id: "U8" }),
  "U8 of S1": access.account({ ...slack, id: "U8", groups: ["slack-group:S1"] }),
  "guest U9": access.account({ ...slack, id: "U9", member: false, home: true }),
  "U9 of T3": access.account({ ...slack, tenant: "T3", id: "U9", member: false }),
  "U1 of T3": access.account({ ...slack, tenant: "T3", id: "U1", member: false }),
};

function person(id: string): Actor {
  const caller = access.person(id, "web");
  if (caller === undefined || caller.role === "agent") throw new Error(`${id} is nobody`);
  return caller.actor;
}

function actor(name: string): Actor {
  const found = ACTORS[name];
  if (found === undefined) throw new Error(`${name} is not in the play`);
  return found;
}

const EVERYBODY = Object.keys(ACTORS);

describe("who may decide", () => {
  const table: [approvers: string[], who: string[]][] = [
    [[], ["root"]],
    [["admin"], ["root"]],
    [["person:admin"], ["root"]],
    [["person:root"], ["root"]],
    [["person:alice"], ["alice", "alice in Slack", "alice in Discord"]],
    [["slack:U1"], ["alice", "alice in Slack", "alice in Discord"]],
    [["slack:T1/U1"], ["alice in Slack"]],
    [["discord:11"], ["alice", "alice in Slack", "alice in Discord"]],
    [["email:alice@example.com"], ["alice", "alice in Slack", "alice in Discord"]],
    [["slack:T1/U2"], ["bob"]],
    [["slack:U9"], ["U9", "guest U9"]],
    [["slack:T3/U9"], ["U9 of T3"]],
    [["slack-group:S1"], ["U8 of S1"]],
    [["group:sre"], ["alice", "alice in Slack", "alice in Discord", "U9", "U8 of S1", "guest U9"]],
    [["group:mixed"], ["alice", "alice in Slack", "alice in Discord", "bob", "U9", "U8 of S1", "guest U9"]],
    [["anyone"], ["alice in Slack", "U9", "U8", "U8 of S1"]],
    [["person:nobody", "person:carol"], ["carol"]],
  ];
  test.each(table)("lets %j be decided by %j alone", (approvers, who) => {
    expect(EVERYBODY.filter((name) => mayDecide(approvers, actor(name)))).toEqual(who);
  });
});

describe("whose approval counts where two have to agree", () => {
  const table: [approvers: string[], who: string[]][] = [
    [["person:alice"], ["alice", "alice in Slack", "alice in Discord"]],
    [["group:sre"], ["alice", "alice in Slack", "alice in Discord"]],
    [["group:mixed"], ["alice", "alice in Slack", "alice in Discord", "bob"]],
    [["anyone"], ["alice in Slack"]],
    [["slack-group:S1"], []],
    [["slack:U9"], ["U9", "guest U9"]],
    [["slack:T1/U9"], ["U9", "guest U9"]],
    [
      ["group:sre", "slack:U9"],
      ["alice", "alice in Slack", "alice in Discord", "U9", "guest U9"],
    ],
    [
      ["anyone", "slack:T1/U8"],
      ["alice in Slack", "U8", "U8 of S1"],
    ],
    [[], ["root"]],
  ];
  test.each(table)("of %j counts the votes of %j alone", (approvers, who) => {
    expect(EVERYBODY.filter((name) => mayVote(approvers, 2, actor(name)))).toEqual(who);
  });

  test("counts everybody who may decide where one is enough", () => {
    for (const approvers of [["anyone"], ["group:sre"], ["slack-group:S1"], []])
      for (const name of EVERYBODY)
        expect(mayVote(approvers, 1, actor(name)), name).toBe(mayDecide(approvers, actor(name)));
  });
});

describe("whose own request it is", () => {
  const table: [requester: string, self: string[]][] = [
    ["person:alice", ["alice", "alice in Slack", "alice in Discord"]],
    ["slack:U1", ["alice", "alice in Slack", "alice in Discord", "U1 of T3"]],
    // Her account is linked without its workspace: all of her is stopped, and a namesake elsewhere with her.
    ["slack:T1/U1", ["alice", "alice in Slack", "alice in Discord", "U1 of T3"]],
    ["slack:t1/u1", ["alice", "alice in Slack", "alice in Discord", "U1 of T3"]],
    ["discord:11", ["alice", "alice in Slack", "alice in Discord"]],
    ["email:Alice@Example.com", ["alice", "alice in Slack", "alice in Discord"]],
    ["slack:U2", ["bob"]],
    ["person:root", ["root"]],
    ["admin", ["root"]],
    ["group:sre", ["alice", "alice in Slack", "alice in Discord", "U9", "U8 of S1", "guest U9"]],
    ["slack:U9", ["U9", "guest U9", "U9 of T3"]],
    ["person:nobody", []],
  ];
  test.each(table)("takes %s for a request of %j", (requester, self) => {
    expect(EVERYBODY.filter((name) => isSelf([requester], actor(name)))).toEqual(self);
  });

  test("knows every one of several requesters, and none where there is none", () => {
    expect(EVERYBODY.filter((name) => isSelf(["person:carol", "person:bob"], actor(name)))).toEqual(["bob", "carol"]);
    expect(EVERYBODY.filter((name) => isSelf([], actor(name)))).toEqual([]);
  });
});

describe("whether a quorum can be met", () => {
  const voting: [approvers: string[], who: string[]][] = [
    [["person:alice", "slack:U1", "discord:11"], ["alice"]],
    [
      ["person:alice", "slack:U7"],
      ["alice", "slack:U7"],
    ],
    [["group:mixed"], ["alice", "bob"]],
    [["slack-group:S1"], ["alice", "bob"]],
    [["discord-role:3"], ["alice"]],
    [
      ["anyone", "person:carol"],
      ["alice", "bob", "carol"],
    ],
    [["admin", "person:root"], ["root"]],
    [
      ["group:sre", "slack:U9"],
      ["alice", "bob", "slack:U9"],
    ],
  ];
  test.each(voting)("finds for %j the voters %j", (approvers, who) => {
    expect([...voters(approvers, directory)].sort()).toEqual(who);
  });
});
