import { setImmediate as turn } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { openMemory } from "../adapters/stores/memory/index.ts";
import { makeLinks } from "../src/links.ts";
import { makeMailLinks } from "../src/mail-links.ts";
import { makeDirectory } from "../src/policy/directory.ts";

const people = [{ id: "bob", email: "bob@example.com" }, { id: "carol" }];

function open() {
  let now = 0;
  const opened = openMemory({ clock: () => now });
  const directory = makeDirectory({ people, groups: [], admin: "admin" });
  const links = makeLinks({ shelf: opened.shelf, clock: opened.clock, directory, baseUrl: "https://hitl.example.com" });
  const sent: string[][] = [];
  const faults: unknown[] = [];
  const mailLink = makeMailLinks({
    ...{ shelf: opened.shelf, directory, links },
    send: async (person, url, minutes) => {
      if (sent.length === 99) throw new Error("no");
      sent.push([person, url, String(minutes)]);
    },
    report: (error) => faults.push(error),
  });
  return {
    ...{ links, sent, faults },
    async ask(address: string, to = "/") {
      mailLink(address, to);
      for (let turns = 0; turns < 20; turns += 1) await turn();
    },
    pass(ms: number) {
      now += ms;
    },
  };
}

describe("a sign-in link by mail", () => {
  test("goes to the person whose address was typed, and leads to where they wanted", async () => {
    const { ask, sent, links, pass } = open();
    await ask("  Bob@Example.COM ", "/checkpoints/chk_1");
    expect(sent).toEqual([["bob", expect.stringMatching(/^https:\/\/hitl\.example\.com\/sign-in\/[\w-]{43}$/), "15"]]);
    const token = sent[0]?.[1]?.split("/").at(-1) ?? "";
    pass(14 * 60_000);
    expect(await links.take(token)).toMatchObject({ person: "bob", to: "/checkpoints/chk_1" });
    expect(await links.take(token)).toBeUndefined();
  });

  test("goes to nobody else", async () => {
    const { ask, sent } = open();
    for (const address of ["mallory@example.com", "bob", "", "@", "bob@example.com, mallory@example.com", "carol"])
      await ask(address);
    expect(sent).toEqual([]);
  });

  test("fills nobody's mailbox: one a minute, five an hour", async () => {
    const { ask, sent, pass } = open();
    for (let count = 0; count < 3; count += 1) await ask("bob@example.com");
    expect(sent).toHaveLength(1);
    for (let minute = 0; minute < 20; minute += 1) {
      pass(61_000);
      await ask("bob@example.com");
    }
    expect(sent).toHaveLength(5);
    pass(3_600_000);
    await ask("bob@example.com");
    expect(sent).toHaveLength(6);
  });
});
