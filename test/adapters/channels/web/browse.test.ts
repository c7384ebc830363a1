import { describe, expect, it } from "vitest";
import { browse } from "../../../../adapters/channels/web/browse.ts";
import { filtersIn, isFiltered, matcher, pathWith, requestOf } from "../../../../adapters/channels/web/filters.ts";
import type { Checkpoint } from "../../../../src/checkpoint.ts";
import type { ListRequest } from "../../../../src/desk-port.ts";
import { checkpoint, person, RAISED } from "../../../make.ts";
import { town } from "../../../town.ts";

const bob = { role: "approver", name: "bob", actor: town().actor("bob") } as const;
const of = (query: string) => filtersIn(new URLSearchParams(query));

/** A desk with so many checkpoints, numbered from the newest. */
function shelf(size: number, over: (number: number) => Partial<Checkpoint> = () => ({})) {
  const asked: ListRequest[] = [];
  const all = Array.from({ length: size }, (_, number) =>
    checkpoint({ id: `chk_${number}`.padEnd(12, "_"), title: `Number ${number}`, ...over(number) }),
  );
  return {
    asked,
    async list(_: unknown, request: ListRequest) {
      asked.push(request);
      const from = Number(request.cursor ?? 0);
      const to = from + request.limit;
      return { type: "page" as const, items: all.slice(from, to), next: to < size ? String(to) : null };
    },
  };
}

describe("a list", () => {
  it("is a page of what the store has", async () => {
    const desk = shelf(120);
    const found = await browse(desk, bob, { status: "pending" }, undefined);
    expect(found).toMatchObject({ next: "50", looked: null });
    expect(desk.asked).toEqual([{ status: "pending", limit: 50 }]);
  });

  it("is searched until a page is full, and goes on where it stopped without a gap", async () => {
    const desk = shelf(400, (number) => ({ priority: number % 3 === 0 ? "high" : "normal" }));
    const matches = matcher(of("priority=high"));
    const titles: string[] = [];
    let cursor: string | null = "0";
    while (cursor !== null) {
      const found: Awaited<ReturnType<typeof browse>> = await browse(desk, bob, { cursor }, matches);
      if ("type" in found) throw new Error(found.detail);
      expect(found.items.length).toBeLessThan(100);
      titles.push(...found.items.map(({ title }) => title));
      cursor = found.next;
    }
    expect(titles).toEqual(Array.from({ length: 134 }, (_, number) => `Number ${number * 3}`));
  });

  it("is searched no further than 2,000 records a page", async () => {
    const found = await browse(shelf(9_000), bob, {}, matcher(of("q=nowhere")));
    expect(found).toEqual({ items: [], next: "2000", looked: 2_000 });
  });
});

describe("a filter", () => {
  it("is read from the address and written back", () => {
    const filters = of("q=a+b&kind=tool&agent=ci&session=s&priority=high&mine=1&overdue=1");
    expect(filters).toEqual({
      text: "a b",
      kind: "tool",
      agent: "ci",
      session: "s",
      priority: "high",
      mine: true,
      overdue: true,
      outcome: undefined,
    });
    expect(of(pathWith("/", filters, "next").slice(2))).toEqual(filters);
    expect(isFiltered(of(""))).toBe(false);
    expect(of("kind=nonsense&priority=x&outcome=__proto__&mine=yes")).toEqual(of(""));
    expect(pathWith("/", of(""), "")).toBe("/?");
  });

  it("asks the store for what the store knows", () => {
    expect(requestOf(of("kind=tool&agent=ci&mine=1&overdue=1&q=x"), "bob")).toEqual({
      kind: "tool",
      agent: "ci",
      approver: "person:bob",
      overdue: true,
    });
  });

  it("finds a text anywhere in what was asked, whatever its case", () => {
    const item = checkpoint({
      kind: "tool",
      title: "Refund",
      payload: { tool_name: "pay", tool_args: { to: [{ iban: "CZ65" }], amount: 1249.5 } },
    });
    for (const text of ["refund", "cz65", "1249.5", "SKILL-fleet", "job_1", "chk_0123"])
      expect(matcher(of(`q=${text}`))?.(item), text).toBe(true);
    expect(matcher(of("q=alice"))?.(item)).toBe(false);
  });

  it("tells endings apart", () => {
    const ended = checkpoint({
      status: "expired",
      decision: { action: "cancel", outcome: "timed_out", by: person("bob"), at: RAISED, digest: "" },
    });
    const withdrawn = checkpoint({ status: "withdrawn", withdrawn: { reason: "x", by: person("bob"), at: RAISED } });
    const matches = (outcome: string) => [ended, withdrawn].map((each) => matcher(of(`outcome=${outcome}`))?.(each));
    expect([matches("timed_out"), matches("withdrawn"), matches("rejected")]).toEqual([
      [true, false],
      [false, true],
      [false, false],
    ]);
  });
});
