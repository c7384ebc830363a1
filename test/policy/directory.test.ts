/** Who is who: every reference that a person or an account meets, and whom a reference names. */
import { describe, expect, test } from "vitest";
import { type Account, makeDirectory } from "../../src/policy/directory.ts";

const directory = makeDirectory({
  admin: "admin",
  people: [
    { id: "alice", name: "Alice", slack: "U0ALICE", discord: "1122", email: "alice@example.com" },
    { id: "bob", slack: "T2/U0BOB" },
    { id: "carol" },
  ],
  groups: [
    { id: "sre", members: ["person:alice", "group:ops"] },
    { id: "ops", members: ["person:bob", "slack-group:S0OPS", "discord:77", "slack:U0GUEST"] },
    { id: "all", members: ["group:sre", "person:carol"] },
    { id: "empty", members: ["discord-role:5"] },
  ],
});
const slack: Account = { platform: "slack", id: "U0ALICE", tenant: "T1", member: true };
const sorted = (who: Account | string) => [...directory.refsOf(who)].sort();

describe("what a person is met by", () => {
  const cases: [who: string, refs: string[]][] = [
    ["alice", ["discord:1122", "email:alice@example.com", "group:all", "group:sre", "person:alice", "slack:U0ALICE"]],
    ["bob", ["group:all", "group:ops", "group:sre", "person:bob", "slack:T2/U0BOB"]],
    ["carol", ["group:all", "person:carol"]],
    ["admin", ["admin", "person:admin"]],
    ["nobody", []],
    ["discord:77", ["discord:77", "group:all", "group:ops", "group:sre"]],
    ["slack:T9/U9", ["slack:T9/U9"]],
  ];
  test.each(cases)("knows every reference of %s", (who, refs) => expect(sorted(who)).toEqual(refs));

  test("lets the person that the settings bind be the admin, and nobody else", () => {
    const bound = makeDirectory({ admin: "alice", people: [{ id: "alice" }, { id: "bob" }], groups: [] });
    expect([...bound.refsOf("alice")].sort()).toEqual(["admin", "person:admin", "person:alice"]);
    expect([...bound.refsOf("bob")]).toEqual(["person:bob"]);
    expect([...bound.refsOf("admin")]).toEqual(["person:admin"]);
  });

  test("meets the admin through a group", () => {
    const groups = [{ id: "bosses", members: ["person:admin"] }];
    const bound = makeDirectory({ admin: "alice", people: [{ id: "alice" }], groups });
    expect([...bound.refsOf("alice")].sort()).toEqual(["admin", "group:bosses", "person:admin", "person:alice"]);
  });
});

describe("what an account is met by", () => {
  const cases: [what: string, account: Account, refs: string[]][] = [
    [
      "alice in Slack",
      slack,
      [
        "anyone",
        "discord:1122",
        "email:alice@example.com",
        "group:all",
        "group:sre",
        "person:alice",
        "slack:T1/U0ALICE",
        "slack:U0ALICE",
      ],
    ],
    ["the same id in another workspace", { ...slack, tenant: "T3", member: false }, ["slack:T3/U0ALICE"]],
    [
      "a guest of the installed workspace",
      { ...slack, id: "U0GUEST", member: false, home: true },
      ["group:all", "group:ops", "group:sre", "slack:T1/U0GUEST", "slack:U0GUEST"],
    ],
    ["a stranger with a guest's id", { ...slack, tenant: "T3", id: "U0GUEST", member: false }, ["slack:T3/U0GUEST"]],
    [
      "bob, linked with his workspace",
      { ...slack, tenant: "T2", id: "U0BOB", member: false },
      ["group:all", "group:ops", "group:sre", "person:bob", "slack:T2/U0BOB"],
    ],
    [
      "a member of a Slack group",
      { ...slack, id: "U9", groups: ["slack-group:S0OPS"] },
      ["anyone", "group:all", "group:ops", "group:sre", "slack-group:S0OPS", "slack:T1/U9", "slack:U9"],
    ],
    [
      "a Discord account with a role",
      { platform: "discord", id: "9", tenant: "1", member: true, groups: ["discord-role:5"] },
      ["anyone", "discord-role:5", "discord:9", "group:empty"],
    ],
    [
      "an account whose platform claims more than its own groups",
      {
        platform: "discord",
        id: "9",
        member: false,
        groups: ["admin", "group:sre", "person:alice", "slack-group:S0OPS"],
      },
      ["discord:9"],
    ],
  ];
  test.each(cases)("knows every reference of %s", (_, account, refs) => expect(sorted(account)).toEqual(refs));

  test("finds the person an account is linked to", () => {
    expect(directory.ownerOf(slack)).toBe("alice");
    expect(directory.ownerOf({ ...slack, tenant: "T3", member: false })).toBeUndefined();
    expect(directory.ownerOf({ platform: "discord", id: "1122", member: false })).toBe("alice");
    expect(directory.ownerOf("slack:T2/U0BOB")).toBe("bob");
    expect(directory.ownerOf("slack:U0BOB")).toBeUndefined();
  });
});

describe("whom a reference names", () => {
  const cases: [ref: string, people: string[]][] = [
    ["person:alice", ["alice"]],
    ["person:nobody", []],
    ["group:sre", ["alice", "bob", "discord:77", "slack:U0GUEST"]],
    ["group:all", ["alice", "bob", "discord:77", "slack:U0GUEST", "carol"]],
    ["group:nobody", []],
    ["slack:U0ALICE", ["alice"]],
    ["email:alice@example.com", ["alice"]],
    ["discord:5", ["discord:5"]],
    ["admin", ["admin"]],
    ["person:admin", ["admin"]],
    ["anyone", []],
    ["slack-group:S0OPS", []],
  ];
  test.each(cases)("opens %s", (ref, people) => expect(directory.expand(ref)).toEqual(people));

  test("comes to an end where groups hold each other", () => {
    const groups = [
      { id: "a", members: ["group:b", "person:x"] },
      { id: "b", members: ["group:a"] },
    ];
    const round = makeDirectory({ admin: "admin", people: [{ id: "x" }], groups });
    expect(round.expand("group:b")).toEqual(["x"]);
    expect([...round.refsOf("x")].sort()).toEqual(["group:a", "group:b", "person:x"]);
  });

  const known: [ref: string, known: boolean][] = [
    ["person:alice", true],
    ["person:admin", true],
    ["person:alcie", false],
    ["person:constructor", false],
    ["group:sre", true],
    ["group:srr", false],
    ["email:alice@example.com", true],
    ["email:eve@example.com", false],
    ["slack:U0NEW", true],
    ["slack-group:S0NEW", true],
    ["discord:99", true],
    ["discord-role:99", true],
    ["anyone", true],
    ["admin", true],
  ];
  test.each(known)("says of %s whether it may be named: %s", (ref, is) => expect(directory.knows(ref)).toBe(is));

  test("calls people by their names, and by their ids where they have none", () => {
    expect(["alice", "bob", "slack:T1/U9"].map(directory.nameOf)).toEqual(["Alice", "bob", "slack:T1/U9"]);
  });
});
