/** What every shelf must do: keep text under a key for a time, and give what can be had once to one caller only. */
import { describe, expect, it } from "vitest";
import { type Open, type Options, opener } from "./open.ts";

const SHORT = 20;

export function shelfContract(name: string, open: Open, options: Options): void {
  describe(`${name} shelf`, () => {
    const { fresh, pair } = opener(open, options);

    it("keeps what was set, until it is set again", async () => {
      const { shelf } = await fresh();
      expect(await shelf.get("session:1")).toBeUndefined();
      await shelf.set("session:1", "Grüße 👋");
      expect(await shelf.get("session:1")).toBe("Grüße 👋");
      await shelf.set("session:1", "");
      expect(await shelf.get("session:1")).toBe("");
      expect(await shelf.get("session:2")).toBeUndefined();
    });

    it("forgets what has passed its time", async () => {
      const { shelf } = await fresh();
      await shelf.set("draft", "text", SHORT);
      await shelf.set("kept", "text");
      expect(await shelf.get("draft")).toBe("text");
      await options.advance(SHORT);
      expect(await shelf.get("draft")).toBeUndefined();
      expect(await shelf.take("draft")).toBeUndefined();
      expect(await shelf.get("kept")).toBe("text");
    });

    it("keeps for the time of the last set", async () => {
      const { shelf } = await fresh();
      await shelf.set("draft", "short", SHORT);
      await shelf.set("draft", "for good");
      await options.advance(SHORT);
      expect(await shelf.get("draft")).toBe("for good");
      await shelf.set("draft", "short", SHORT);
      await options.advance(SHORT);
      expect(await shelf.get("draft")).toBeUndefined();
    });

    it("adds only under a free key, and says so", async () => {
      const { shelf } = await fresh();
      expect(await shelf.add("once", "first")).toBe(true);
      expect(await shelf.add("once", "second")).toBe(false);
      expect(await shelf.get("once")).toBe("first");
    });

    it("adds again where the former has passed its time", async () => {
      const { shelf } = await fresh();
      expect(await shelf.add("once", "first", SHORT)).toBe(true);
      await options.advance(SHORT);
      expect(await shelf.add("once", "second", SHORT)).toBe(true);
      expect(await shelf.get("once")).toBe("second");
      await options.advance(SHORT);
      expect(await shelf.get("once")).toBeUndefined();
    });

    it("lets one of many add", async () => {
      const { shelf } = await fresh();
      const added = await Promise.all(Array.from({ length: 10 }, (_, index) => shelf.add("once", String(index))));
      expect(added.filter(Boolean)).toHaveLength(1);
      expect(await shelf.get("once")).toBe(String(added.indexOf(true)));
    });

    it("gives what is taken to one of many, and then it is gone", async () => {
      const { shelf } = await fresh();
      await shelf.set("link", "alice");
      const taken = await Promise.all(Array.from({ length: 10 }, () => shelf.take("link")));
      expect(taken.filter((value) => value !== undefined)).toEqual(["alice"]);
      expect(await shelf.get("link")).toBeUndefined();
      expect(await shelf.add("link", "bob")).toBe(true);
    });

    it("keeps each key to itself, however many there are", async () => {
      const { shelf } = await fresh();
      for (let number = 0; number < 60; number += 1) await shelf.set(`old:${number}`, "x", SHORT);
      await options.advance(SHORT);
      expect(await shelf.add("old:59", "x", SHORT)).toBe(true);
      await options.advance(SHORT);
      for (let number = 0; number < 60; number += 1) await shelf.set(`new:${number}`, String(number));
      for (let number = 0; number < 60; number += 1) {
        expect(await shelf.get(`old:${number}`)).toBeUndefined();
        expect(await shelf.get(`new:${number}`)).toBe(String(number));
      }
    });

    it.skipIf(pair === undefined)("is shared by replicas, of which one takes", async () => {
      if (pair === undefined) return;
      const [one, two] = await pair();
      await one.shelf.set("link", "alice");
      expect(await two.shelf.get("link")).toBe("alice");
      const taken = await Promise.all([one.shelf.take("link"), two.shelf.take("link")]);
      expect(taken.filter((value) => value !== undefined)).toEqual(["alice"]);
      expect(await one.shelf.add("link", "bob")).toBe(true);
      expect(await two.shelf.add("link", "carol")).toBe(false);
    });
  });
}
