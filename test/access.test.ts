/** From a token, a session or an account to a caller: who is let in, who sees what, who would decide. Written out. */
import { describe, expect, test } from "vitest";
import { type Actor, asCaller, type Caller, makeAccess, mayRead, sightOf } from "../src/access.ts";
import type { Checkpoint } from "../src/checkpoint.ts";
import { isSelf, mayDecide } from "../src/policy/approvers.ts";
import { makeDirectory } from "../src/policy/directory.ts";
import { sightOfRecord } from "../src/policy/sight.ts";
import type { Settings, Token } from "../src/settings.ts";
import { checkpoint, person } from "./make.ts";

const TOKENS: Token[] = [
  { name: "agent", role: "agent", token: "token-of-any-agent", agents: "any" },
  { name: "ci", role: "agent", token: "token-of-ci-0123", agents: ["ci", "nightly"], person: "alice" },
  { name: "bob-cli", role: "approver", token: "token-of-bob-0123", person: "bob" },
  { name: "carol-cli", role: "approver", token: "token-of-carol-01", person: "carol" },
  { name: "admin", role: "admin", token: "token-of-admin-01" },
];
const PEOPLE: Pick<Settings, "people" | "groups"> = {
  people: [
    { id: "alice", name: "Alice", slack: "T1/U0ALICE", discord: "11" },
    { id: "bob", name: "Bob", slack: "U0BOB" },
    { id: "carol" },
    { id: "erin", name: "Erin" },
  ],
  groups: [
    { id: "sre", members: ["person:bob", "slack-group:S0SRE"] },
    { id: "asked", members: ["person:alice"] },
  ],
};
const directory = makeDirectory({ ...PEOPLE, admin: "admin" });
const access = makeAccess({ tokens: TOKENS }, directory);
const slack = { platform: "slack", tenant: "T1" } as const;

const bearer = (token: string) => access.caller(`Bearer ${token}`);

describe("a token", () => {
  test("is the agent's it was given to", () => {
    expect(bearer("token-of-any-agent")).toEqual({ role: "agent", name: "agent", agents: "any", person: null });
    expect(bearer("token-of-ci-0123")).toEqual({
      role: "agent",
      name: "ci",
      agents: ["ci", "nightly"],
      person: "alice",
    });
  });

  test("is the person's it is bound to, wherever it is used", () => {
    const actor: Actor = {
      person: "bob",
      refs: new Set(["person:bob", "slack:U0BOB", "group:sre"]),
      known: true,
      by: { kind: "person", person: "bob", surface: "api", id: "bob-cli", name: "Bob" },
    };
    expect(bearer("token-of-bob-0123")).toEqual({ role: "approver", name: "bob-cli", actor });
    expect(access.caller("Bearer token-of-bob-0123", "terminal")).toEqual({
      role: "approver",
      name: "bob-cli",
      actor: { ...actor, by: { ...actor.by, surface: "terminal" } },
    });
  });

  test("of the admin is the person admin", () => {
    expect(bearer("token-of-admin-01")).toEqual({
      role: "admin",
      name: "admin",
      actor: {
        person: "admin",
        refs: new Set(["person:admin", "admin"]),
        known: true,
        by: { kind: "person", person: "admin", surface: "api", id: "admin", name: "admin" },
      },
    });
  });

  test("of the admin is the person whom the settings bind to it", () => {
    const bound = makeAccess({ tokens: TOKENS }, makeDirectory({ ...PEOPLE, admin: "alice" }));
    const caller = bound.caller("Bearer token-of-admin-01");
    expect(caller).toMatchObject({ role: "admin", name: "admin", actor: { person: "alice", by: { name: "Alice" } } });
    expect([...(caller?.role === "admin" ? caller.actor.refs : [])].sort()).toEqual([
      "admin",
      "discord:11",
      "group:asked",
      "person:admin",
      "person:alice",
      "slack:T1/U0ALICE",
    ]);
  });

  test("is nobody's when it is not exactly one of them", () => {
    const strangers = [
      undefined,
      "",
      "Bearer",
      "Bearer ",
      "Bearer token-of-bob-012",
      "Bearer token-of-bob-01234",
      "Bearer TOKEN-OF-BOB-0123",
      "Bearer token-of-bob-0123 ",
      "Bearer token-of-bob-0123, Bearer token-of-admin-01",
      "Basic token-of-bob-0123",
      "token-of-bob-0123",
      `Bearer ${"x".repeat(10_000)}`,
    ];
    for (const header of strangers) expect(access.caller(header), header).toBeUndefined();
    expect(access.caller("bearer  token-of-bob-0123")?.name).toBe("bob-cli");
    expect(makeAccess({ tokens: [] }, directory).caller("Bearer undefined")).toBeUndefined();
  });

  test("never shows in what is made of it", () => {
    for (const { token } of TOKENS) expect(JSON.stringify([bearer(token), access])).not.toContain(token);
  });
});

describe("a signed-in person", () => {
  test("acts in their own name on the surface they are at", () => {
    expect(access.person("erin", "web")).toEqual({
      role: "approver",
      name: "erin",
      actor: {
        person: "erin",
        refs: new Set(["person:erin"]),
        known: true,
        by: { kind: "person", person: "erin", surface: "web", id: "erin", name: "Erin" },
      },
    });
  });

  test("is the admin where the settings say so, and nobody once the settings do not hold them", () => {
    const bound = makeAccess({ tokens: [] }, makeDirectory({ ...PEOPLE, admin: "alice" }));
    expect(access.person("admin", "web")?.role).toBe("admin");
    expect(bound.person("admin", "web")).toBeUndefined();
    expect(bound.person("alice", "web")?.role).toBe("admin");
    expect(access.person("alice", "web")?.role).toBe("approver");
    expect(access.person("mallory", "web")).toBeUndefined();
    expect(access.person("slack:T1/U9", "web")).toBeUndefined();
  });
});

describe("an account", () => {
  test("is the person it is linked to, as the platform names it", () => {
    const actor = access.account({ ...slack, id: "U0ALICE", name: "alice.a", member: true });
    expect(actor).toMatchObject({ person: "alice", known: true });
    expect(actor.by).toEqual({
      kind: "person",
      person: "alice",
      surface: "slack",
      id: "U0ALICE",
      name: "alice.a",
      tenant: "T1",
    });
    expect(access.account({ platform: "discord", id: "11", member: false }).by).toEqual({
      kind: "person",
      person: "alice",
      surface: "discord",
      id: "11",
      name: "Alice",
    });
  });

  test("is a person of its own where nobody is linked to it", () => {
    expect(access.account({ ...slack, id: "U9", member: false })).toEqual({
      person: "slack:T1/U9",
      refs: new Set(["slack:T1/U9"]),
      known: false,
      by: { kind: "person", person: "slack:T1/U9", surface: "slack", id: "U9", tenant: "T1" },
    });
    expect(access.account({ platform: "discord", id: "9", tenant: "1", member: false }).person).toBe("discord:9");
  });
});

/** The same people through every door. */
const CALLERS: Record<string, Caller> = {
  "agent's token": caller("token-of-any-agent"),
  "ci's token": caller("token-of-ci-0123"),
  "bob's token": caller("token-of-bob-0123"),
  "carol's token": caller("token-of-carol-01"),
  "the admin's token": caller("token-of-admin-01"),
  "alice in Slack": asCaller(access.account({ ...slack, id: "U0ALICE", member: true })),
  "U9 of S0SRE": asCaller(access.account({ ...slack, id: "U9", member: true, groups: ["slack-group:S0SRE"] })),
  "U8, a guest": asCaller(access.account({ ...slack, id: "U8", member: false })),
};

function caller(token: string): Caller {
  const found = bearer(token);
  if (found === undefined) throw new Error("the token is not taken");
  return found;
}

function decides(of: Caller, record: Checkpoint): boolean {
  return of.role !== "agent" && mayDecide(record.approvers, of.actor);
}

const ALL = Object.keys(CALLERS);
const at = Date.parse("2026-11-20T10:30:00.000Z");
const byU8 = { kind: "person", person: "slack:T1/U8", surface: "slack", id: "U8", tenant: "T1" } as const;

describe("who may read and who may decide", () => {
  const vote = { action: "proceed", digest: `sha256:${"0".repeat(64)}`, at } as const;
  const table: [what: string, over: Partial<Checkpoint>, read: string[], decide: string[]][] = [
    ["one that nobody is named for", { approvers: [] }, ["ci's token", "the admin's token"], ["the admin's token"]],
    [
      "one of another token",
      { approvers: [], token: "agent" },
      ["agent's token", "the admin's token"],
      ["the admin's token"],
    ],
    [
      "one for a group",
      { approvers: ["group:sre"] },
      ["ci's token", "bob's token", "the admin's token", "U9 of S0SRE"],
      ["bob's token", "U9 of S0SRE"],
    ],
    [
      "one for a person",
      { approvers: ["person:alice"] },
      ["ci's token", "the admin's token", "alice in Slack"],
      ["alice in Slack"],
    ],
    [
      "one for an account",
      { approvers: ["slack:T1/U8"] },
      ["ci's token", "the admin's token", "U8, a guest"],
      ["U8, a guest"],
    ],
    [
      "one for anyone",
      { approvers: ["anyone"] },
      ["ci's token", "the admin's token", "alice in Slack", "U9 of S0SRE"],
      ["alice in Slack", "U9 of S0SRE"],
    ],
    [
      "one for the admin and carol",
      { approvers: ["admin", "person:carol"] },
      ["ci's token", "carol's token", "the admin's token"],
      ["carol's token", "the admin's token"],
    ],
    [
      "one that alice requested by an account",
      { approvers: ["person:bob"], requesters: ["slack:T1/U0ALICE"] },
      ["ci's token", "bob's token", "the admin's token", "alice in Slack"],
      ["bob's token"],
    ],
    [
      "one that a group requested",
      { approvers: ["person:bob"], requesters: ["group:asked"] },
      ["ci's token", "bob's token", "the admin's token", "alice in Slack"],
      ["bob's token"],
    ],
    [
      "one that carol voted on before she left the approvers",
      { approvers: ["person:bob"], votes: [{ ...vote, by: person("carol") }] },
      ["ci's token", "bob's token", "carol's token", "the admin's token"],
      ["bob's token"],
    ],
    [
      "one that an unlinked account voted on",
      { approvers: ["person:bob"], votes: [{ ...vote, by: byU8 }] },
      ["ci's token", "bob's token", "the admin's token", "U8, a guest"],
      ["bob's token"],
    ],
    [
      "one that carol decided",
      {
        approvers: ["person:bob"],
        status: "resolved",
        decision: { action: "reject", outcome: "rejected", by: person("carol"), at, digest: vote.digest },
      },
      ["ci's token", "bob's token", "carol's token", "the admin's token"],
      ["bob's token"],
    ],
    [
      "one that a policy decided",
      {
        approvers: ["person:bob"],
        status: "resolved",
        decision: {
          action: "proceed",
          outcome: "approved",
          by: { kind: "policy", name: "carol" },
          at,
          digest: vote.digest,
        },
      },
      ["ci's token", "bob's token", "the admin's token"],
      ["bob's token"],
    ],
    [
      "one that carol wrote about",
      { approvers: ["person:bob"], comments: [{ by: person("carol"), at, text: "hm" }] },
      ["ci's token", "bob's token", "carol's token", "the admin's token"],
      ["bob's token"],
    ],
    [
      "one of a token that is called like a person",
      { approvers: ["person:bob"], token: "carol" },
      ["bob's token", "the admin's token"],
      ["bob's token"],
    ],
  ];
  test.each(table)("of %s", (_, over, read, decide) => {
    const record = checkpoint(over);
    expect(ALL.filter((name) => mayRead(CALLERS[name] as Caller, record))).toEqual(read);
    expect(ALL.filter((name) => decides(CALLERS[name] as Caller, record))).toEqual(decide);
  });

  test("lists exactly by the references that it reads by", () => {
    expect(sightOf(CALLERS["ci's token"] as Caller)).toEqual(["token:ci"]);
    expect(sightOf(CALLERS["the admin's token"] as Caller)).toBeUndefined();
    expect(sightOf(CALLERS["bob's token"] as Caller)).toEqual(["person:bob", "slack:U0BOB", "group:sre"]);
    const record = checkpoint({
      approvers: [],
      requesters: ["person:alice"],
      votes: [
        { ...vote, by: byU8 },
        { ...vote, by: person("carol") },
      ],
      comments: [
        { by: person("carol"), at, text: "hm" },
        { by: { kind: "agent", name: "ci" }, at, text: "hm" },
      ],
    });
    expect(sightOfRecord(record)).toEqual({
      decide: ["admin"],
      see: ["token:ci", "person:alice", "slack:T1/U8", "person:carol"],
    });
  });
});

describe("self-approval", () => {
  const DOORS: Record<string, Actor> = {
    "alice on the web": onWeb("alice"),
    "alice in Slack": access.account({ ...slack, id: "U0ALICE", member: true }),
    "alice in Discord": access.account({ platform: "discord", id: "11", member: true }),
    "bob on the web": onWeb("bob"),
    "bob in Slack": access.account({ ...slack, id: "U0BOB", member: true }),
  };
  function onWeb(id: string): Actor {
    const found = access.person(id, "web");
    if (found === undefined || found.role === "agent") throw new Error(`${id} is nobody`);
    return found.actor;
  }

  const ALICE = ["alice on the web", "alice in Slack", "alice in Discord"];
  const BOB = ["bob on the web", "bob in Slack"];
  const table: [requesters: string[], approvers: string[], approve: string[]][] = [
    [[], ["person:alice", "person:bob"], [...ALICE, ...BOB]],
    [["person:alice"], ["person:alice", "person:bob"], BOB],
    [["slack:T1/U0ALICE"], ["person:alice", "person:bob"], BOB],
    [["slack:U0ALICE"], ["person:alice", "person:bob"], BOB],
    [["discord:11"], ["person:alice", "person:bob"], BOB],
    [["group:asked"], ["person:alice", "person:bob"], BOB],
    [["person:bob"], ["person:alice", "person:bob"], ALICE],
    // Linked without a workspace, asked with one: still the same man.
    [["slack:T1/U0BOB"], ["person:alice", "person:bob"], ALICE],
    [["group:sre"], ["person:alice", "person:bob"], ALICE],
    [["person:alice", "person:bob"], ["person:alice", "person:bob"], []],
    [["person:alice"], ["slack:T1/U0ALICE"], []],
    [["slack:T1/U0ALICE"], ["discord:11"], []],
    [["person:alice"], ["group:asked"], []],
    [["person:alice"], ["group:sre"], BOB],
    [["person:carol"], ["group:sre", "group:asked"], [...ALICE, ...BOB]],
    [["person:alice"], ["anyone"], ["bob in Slack"]],
  ];
  test.each(table)("of %j's request, decided by %j, leaves approving to %j", (requesters, approvers, approve) => {
    const may = (actor: Actor) => mayDecide(approvers, actor) && !isSelf(requesters, actor);
    expect(Object.keys(DOORS).filter((door) => may(DOORS[door] as Actor))).toEqual(approve);
  });
});
