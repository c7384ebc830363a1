/** Reminders, calls for help and outcomes: whom they reach, by which way, and when. */
import { describe, expect, test } from "vitest";
import { makeAccess } from "../../src/access.ts";
import type { Checkpoint } from "../../src/checkpoint.ts";
import { look, nextLook } from "../../src/decide/look.ts";
import { decide } from "../../src/decide.ts";
import { type House, makeHouse } from "../../src/house.ts";
import { makeDirectory } from "../../src/policy/directory.ts";
import type { Errand } from "../../src/ports.ts";
import type { Amendment } from "../../src/ruling.ts";
import { checkpoint, person, RAISED } from "../make.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** Raised at 10:00 UTC; in Brisbane, where erin works from 9 to 18, that is 20:00. */
const MORNING = Date.parse("2026-11-20T23:00:00Z");

const PEOPLE = [
  { id: "alice", slack: "U0ALICE", email: "alice@example.com" },
  { id: "bob", slack: "U0BOB", discord: "445566", email: "bob@example.com" },
  { id: "carol", email: "carol@example.com" },
  { id: "dave", slack: "U0DAVE" },
  {
    id: "erin",
    slack: "U0ERIN",
    email: "erin@example.com",
    zone: "Australia/Brisbane",
    hours: { from: 540, to: 1_080 },
  },
  { id: "cfo", email: "cfo@example.com", zone: "Australia/Brisbane", hours: { from: 540, to: 1_080 } },
];
const GROUPS = [
  { id: "sre", members: ["person:bob", "person:carol", "person:dave"] },
  { id: "mixed", members: ["person:erin", "slack-group:S0SRE"] },
];
const directory = makeDirectory({ people: PEOPLE, groups: GROUPS, admin: "alice" });
const house: House = makeHouse({
  settings: { policies: [], approvers: [] },
  directory,
  channels: ["slack", "discord", "email"],
});
const POLICY = checkpoint().policy;

function waiting(over: Partial<Checkpoint> = {}, policy: Partial<Checkpoint["policy"]> = {}): Checkpoint {
  return checkpoint({ policy: { ...POLICY, remind: [5 * MINUTE], ...policy }, due_at: RAISED + 2 * HOUR, ...over });
}

function at(given: Checkpoint, time: number): Amendment {
  const ruling = look(given, time, house);
  if (ruling.type !== "change") throw new Error("nothing was due");
  return ruling;
}

/** `bob by slack`, `erin by slack in 780m` */
function told(errands: readonly Errand[]): string[] {
  return errands.flatMap((each) =>
    each.do === "tell"
      ? [`${each.to.replace("person:", "")} by ${each.channel}${each.after ? ` in ${each.after / MINUTE}m` : ""}`]
      : [],
  );
}

const reminded = (over: Partial<Checkpoint> = {}, policy = {}) =>
  told(at(waiting(over, policy), RAISED + 5 * MINUTE).errands);
const vote = (who: string) => ({ action: "proceed", by: person(who), digest: waiting().digest, at: RAISED }) as const;

describe("a reminder", () => {
  test("goes to everybody who may decide, in each chat that they have an account in, by mail where that is all they have", () => {
    expect(reminded()).toEqual(["bob by slack", "bob by discord", "carol by email", "dave by slack"]);
  });

  test("spares whoever has voted, but not who voted on what stood there before an edit", () => {
    expect(reminded({ quorum: 2, votes: [vote("bob")] })).toEqual(["carol by email", "dave by slack"]);
    expect(reminded({ quorum: 2, votes: [{ ...vote("dave"), digest: "sha256:former" }] })).toContain("dave by slack");
  });

  test("spares whoever asked, since they may not approve it, under whichever of their names", () => {
    for (const requester of ["person:bob", "slack:U0BOB", "discord:445566"])
      expect(reminded({ requesters: [requester] })).toEqual(["carol by email", "dave by slack"]);
    expect(reminded({ requesters: ["person:bob"] }, { self_approval: true })).toContain("bob by slack");
  });

  test("spares accounts that nobody is linked to where several have to agree, unless they are named themselves", () => {
    const approvers = ["person:dave", "slack:U9"];
    expect(reminded({ approvers, quorum: 2 })).toEqual(["dave by slack", "slack:U9 by slack"]);
    const inGroup = makeDirectory({
      people: PEOPLE,
      groups: [{ id: "g", members: ["person:dave", "slack:U9"] }],
      admin: "alice",
    });
    const other = makeHouse({ settings: { policies: [], approvers: [] }, directory: inGroup, channels: ["slack"] });
    const ruling = look(waiting({ approvers: ["group:g"], quorum: 2 }), RAISED + 5 * MINUTE, other);
    expect(told(ruling.type === "change" ? ruling.errands : [])).toEqual(["dave by slack"]);
  });

  test("goes by mail as well where the route says so", () => {
    expect(reminded({ approvers: ["person:bob"], route: ["slack:#deploys", "email"] })).toEqual([
      "bob by slack",
      "bob by discord",
      "bob by email",
    ]);
    const placements = [{ channel: "email", conversation: "person:dave", state: "shown" }] as const;
    expect(reminded({ approvers: ["person:dave"], placements: [...placements] })).toEqual(["dave by slack"]);
    const asked = [{ channel: "email", conversation: "bob@example.com", state: "shown" }] as const;
    expect(reminded({ approvers: ["person:bob"], placements: [...asked] })).toContain("bob by email");
  });

  test("says in the record who is waited for, the groups of platforms included", () => {
    const { news } = at(
      waiting({ approvers: ["person:bob", "group:mixed"], votes: [vote("bob")], quorum: 2 }),
      RAISED + 5 * MINUTE,
    );
    expect(news[0]?.data).toEqual({ to: ["person:erin", "slack-group:S0SRE"], reminder: 1 });
  });

  test("waits for the morning of whoever is off, while the others hear of it now", () => {
    const given = waiting({ approvers: ["person:erin", "person:dave"], due_at: null });
    expect(nextLook(given, house)).toBe(RAISED + 5 * MINUTE);
    expect(told(at(given, RAISED + 5 * MINUTE).errands)).toEqual(["erin by slack in 775m", "dave by slack"]);
    expect(reminded({ approvers: ["person:erin", "person:dave"], priority: "critical" })).toEqual([
      "erin by slack",
      "dave by slack",
    ]);
  });

  test("waits altogether while nobody works who could answer, but not where a platform's group might", () => {
    expect(nextLook(waiting({ approvers: ["person:erin"], due_at: null }), house)).toBe(MORNING);
    expect(nextLook(waiting({ approvers: ["group:mixed"], due_at: null }), house)).toBe(RAISED + 5 * MINUTE);
  });

  test("is one in the morning, however many came over night", () => {
    const policy = { remind: [5 * MINUTE, 10 * MINUTE] };
    const given = waiting({ approvers: ["person:erin", "person:dave"], due_at: null }, policy);
    const first = at(given, RAISED + 5 * MINUTE);
    const second = at(first.next, RAISED + 10 * MINUTE);
    const toErin = (errands: readonly Errand[]) =>
      errands.filter((each) => each.do === "tell" && each.to === "person:erin");
    expect(toErin(first.errands).map(({ key }) => key)).toEqual(toErin(second.errands).map(({ key }) => key));
    expect(toErin(second.errands)).toMatchObject([{ after: 770 * MINUTE }]);
  });
});

describe("a call for help", () => {
  const escalate = [{ to: ["person:cfo", "person:dave"] }];
  const called = (over: Partial<Checkpoint> = {}) =>
    at(
      waiting({ due_at: RAISED + HOUR, ...over }, { remind: [], on_timeout: "escalate", timeout: HOUR, escalate }),
      RAISED + HOUR,
    );

  test("goes to those who are added, and at once where their morning would be too late", () => {
    expect(told(called().errands)).toEqual(["cfo by email", "dave by slack"]);
  });

  test("waits for their morning where there is time until then", () => {
    const timed = waiting(
      { due_at: RAISED + 24 * HOUR },
      { remind: [], timeout: 24 * HOUR, escalate: [{ after: HOUR, to: ["person:cfo", "person:dave"] }] },
    );
    expect(nextLook(timed, house)).toBe(RAISED + HOUR);
    expect(told(at(timed, RAISED + HOUR).errands)).toEqual(["cfo by email in 720m", "dave by slack"]);
  });

  test("adds nobody twice and keeps the votes, the quorum and the ban on approving one's own", () => {
    const { next } = called({ quorum: 2, votes: [vote("bob")], requesters: ["person:cfo"] });
    expect(next).toMatchObject({
      approvers: ["group:sre", "person:cfo", "person:dave"],
      quorum: 2,
      requesters: ["person:cfo"],
    });
    expect(next.votes).toHaveLength(1);
  });
});

describe("the outcome", () => {
  const bob = makeAccess({ tokens: [] }, directory).person("bob", "web");
  const decided = (over: Partial<Checkpoint>) => {
    if (bob?.role !== "approver") throw new Error("bob is nobody");
    const ruling = decide(
      waiting(over),
      { type: "act", actor: bob.actor, act: { action: "proceed" } },
      RAISED + 9,
      house,
    );
    if (ruling.type !== "change") throw new Error("not decided");
    return told(ruling.errands);
  };

  test("goes to whoever asked, at any hour, on every way that they have", () => {
    expect(decided({ requested_by: "person:erin" })).toEqual(["erin by slack"]);
    expect(decided({ requested_by: "person:cfo" })).toEqual(["cfo by email"]);
    expect(decided({ requested_by: null })).toEqual([]);
  });

  test("goes by mail to those who were reminded or called by mail, and to nobody who was not", () => {
    expect(decided({ progress: { reminded: 1, rungs: 0 } })).toEqual(["carol by email"]);
    const policy = { ...POLICY, approvers: ["group:sre"] };
    expect(decided({ policy, approvers: ["group:sre", "person:cfo"], progress: { reminded: 0, rungs: 1 } })).toEqual([
      "cfo by email",
    ]);
  });
});

describe("a warning", () => {
  const hangs = [{ channel: "slack", conversation: "#deploys", state: "shown" }] as const;
  const given = waiting({ placements: [...hangs], due_at: RAISED + HOUR }, { remind: [], warn: 10 * MINUTE });

  test("brings the cards up to date once, and leaves no trace in the record of who did what", () => {
    const { next, news, errands, from } = at(given, RAISED + 50 * MINUTE);
    expect([news, errands.map(({ key }) => key), from]).toEqual([
      [],
      ["show:chk_0123456789:slack:#deploys"],
      RAISED + 50 * MINUTE,
    ]);
    expect(look(next, RAISED + 50 * MINUTE, house)).toEqual({ type: "wait" });
    expect(nextLook(next, house)).toBe(RAISED + HOUR);
  });

  test("comes again for another due time", () => {
    const warned = at(given, RAISED + 50 * MINUTE).next;
    expect(nextLook({ ...warned, due_at: RAISED + 3 * HOUR }, house)).toBe(RAISED + 170 * MINUTE);
  });

  test("is not made where no card could say it", () => {
    const mailed = [{ channel: "email", conversation: "person:bob", state: "shown" }] as const;
    for (const placements of [[], [...mailed], [{ ...hangs[0], state: "undeliverable" as const }]])
      expect(nextLook({ ...given, placements }, house)).toBe(RAISED + HOUR);
  });
});
