import { describe, expect, it } from "vitest";
import { makeSessions } from "../../../../adapters/channels/web/sessions.ts";
import { openMemory } from "../../../../adapters/stores/memory/index.ts";
import { makeLinks } from "../../../../src/links.ts";
import { makeDirectory } from "../../../../src/policy/directory.ts";
import { NOON, PEOPLE } from "../../../town.ts";

const HOUR = 3_600_000;

function desk() {
  let now = NOON;
  const clock = () => now;
  const { shelf } = openMemory({ clock });
  const directory = makeDirectory({ people: PEOPLE, groups: [], admin: "alice" });
  return {
    sessions: makeSessions({ shelf, clock, key: Buffer.alloc(32, 1) }),
    links: makeLinks({ shelf, clock, directory, baseUrl: "https://hitl.example.com" }),
    wait: (ms: number) => {
      now += ms;
    },
  };
}

describe("a session", () => {
  it("is found by its cookie, which the shelf does not hold", async () => {
    const { sessions } = desk();
    const cookie = await sessions.open("bob", "Firefox");
    const session = await sessions.find(cookie, true);
    expect(session).toMatchObject({ person: "bob", since: NOON, browser: "Firefox" });
    expect(session?.id).not.toBe(cookie);
    for (const wrong of [undefined, "", `${cookie}x`, session?.id, "a".repeat(43)])
      expect(await sessions.find(wrong, true)).toBeUndefined();
  });

  it("lasts 12 hours after its last use, and 7 days at most", async () => {
    const { sessions, wait } = desk();
    const cookie = await sessions.open("bob", "");
    for (let used = 0; used < 15; used += 1) {
      wait(11 * HOUR);
      expect(await sessions.find(cookie, true)).toBeDefined();
    }
    wait(3 * HOUR);
    expect(await sessions.find(cookie, true)).toBeUndefined();

    const other = await sessions.open("bob", "");
    wait(12 * HOUR);
    expect(await sessions.find(other, true)).toBeUndefined();
  });

  it("is not kept alive by a page that keeps itself up to date", async () => {
    const { sessions, wait } = desk();
    const cookie = await sessions.open("bob", "");
    for (let used = 0; used < 11; used += 1) {
      wait(HOUR);
      expect(await sessions.find(cookie, false)).toBeDefined();
    }
    wait(HOUR);
    expect(await sessions.find(cookie, false)).toBeUndefined();
  });

  it("is listed and ended by itself, and stays ended", async () => {
    const { sessions, wait } = desk();
    const [one, two] = [await sessions.open("bob", "one"), await sessions.open("bob", "two")];
    await sessions.open("carol", "three");
    wait(HOUR);
    await sessions.find(two, true);
    const listed = await sessions.list("bob");
    expect(listed.map(({ browser }) => browser)).toEqual(["two", "one"]);
    const [, first] = listed;
    if (first === undefined) throw new Error("not listed");
    expect(await sessions.close("carol", first.id)).toBe(false);
    expect([await sessions.close("bob", first.id), await sessions.close("bob", first.id)]).toEqual([true, false]);
    expect(await sessions.find(one, true)).toBeUndefined();
    expect(await sessions.stands(first)).toBe(false);
    expect((await sessions.list("bob")).map(({ browser }) => browser)).toEqual(["two"]);
  });

  it("of a person who signs in an eleventh time takes the place of the one used longest ago", async () => {
    const { sessions, wait } = desk();
    const cookies: string[] = [];
    for (let number = 0; number < 11; number += 1) {
      cookies.push(await sessions.open("bob", String(number)));
      wait(60_000);
    }
    expect((await sessions.list("bob")).map(({ browser }) => browser)).toEqual([
      "10",
      "9",
      "8",
      "7",
      "6",
      "5",
      "4",
      "3",
      "2",
      "1",
    ]);
    expect(await sessions.find(cookies[0], true)).toBeUndefined();
  });

  it("is listed although many sign in at once", async () => {
    const { sessions } = desk();
    await Promise.all(Array.from({ length: 10 }, (_, number) => sessions.open("bob", String(number))));
    expect(await sessions.list("bob")).toHaveLength(10);
  });

  it("has its own token for its forms", async () => {
    const { sessions } = desk();
    expect(sessions.token({ id: "a" })).not.toBe(sessions.token({ id: "b" }));
  });
});

describe("a sign-in link", () => {
  it("is looked at as often as one likes, and taken once", async () => {
    const { links } = desk();
    const issued = await links.issue("bob", { to: "/checkpoints/chk_12345678" });
    if (issued.type === "refused") throw new Error(issued.detail);
    expect(issued.url).toMatch(/^https:\/\/hitl\.example\.com\/sign-in\/[A-Za-z0-9_-]{43}$/);
    const token = issued.url.split("/").at(-1) ?? "";
    const link = { person: "bob", to: "/checkpoints/chk_12345678", expires_at: NOON + 600_000 };
    expect([await links.look(token), await links.look(token)]).toEqual([link, link]);
    const taken = await Promise.all([links.take(token), links.take(token), links.take(token)]);
    expect(taken.filter((each) => each !== undefined)).toEqual([link]);
    expect(await links.look(token)).toBeUndefined();
  });

  it("is worth nothing after ten minutes", async () => {
    const { links, wait } = desk();
    const issued = await links.issue("bob");
    const token = issued.type === "link" ? (issued.url.split("/").at(-1) ?? "") : "";
    wait(600_000);
    expect(await links.take(token)).toBeUndefined();
  });

  it("is for people of the settings only, and `admin` is who stands for it", async () => {
    const { links } = desk();
    expect(await links.issue("person:bob")).toMatchObject({ type: "link", person: "bob" });
    expect(await links.issue("admin")).toMatchObject({ type: "link", person: "alice" });
    for (const unknown of ["bobby", "slack:T1/U9", "", "__proto__"])
      expect(await links.issue(unknown)).toMatchObject({ type: "refused", code: "invalid_request" });
  });
});
