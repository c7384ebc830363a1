import { describe, expect, it } from "vitest";
import { helpView, listView, PAGE, wordsView } from "../../../../adapters/channels/discord/lists.ts";
import { type Mark, readMark, writeMark } from "../../../../adapters/channels/discord/marks.ts";
import {
  faultyView,
  fullView,
  nextView,
  notice,
  offerButton,
  pagesFor,
  tooLong,
} from "../../../../adapters/channels/discord/views.ts";
import { listing } from "../../../../src/commands.ts";
import { cardOf } from "../../../../src/picture.ts";
import { checkpoint, RAISED } from "../../../make.ts";
import { buttonsIn, expectGolden, faultsOf, HANDLE, labelsIn, liveTokens, sign, wordsIn } from "./discord.ts";

const URL = "https://hitl.example.com/x";
const long = cardOf(
  checkpoint({
    ...{ kind: "tool", requested_by: "person:alice" },
    payload: { tool_name: "run", tool_args: { script: "echo one more line\n".repeat(900) } },
  }),
  RAISED,
);

describe("all of a card in pages", () => {
  it("turns page by page, and offers approving on the last one only", () => {
    const last = pagesFor(long).length - 1;
    expect(last).toBeGreaterThan(4);
    expect(labelsIn(fullView(long, 0, sign))).toEqual(["Next", "Reject"]);
    expect(labelsIn(fullView(long, 1, sign))).toEqual(["Back", "Next", "Reject"]);
    expect(labelsIn(fullView(long, last, sign))).toEqual(["Back", "Approve", "Edit", "Reject"]);
    expect(labelsIn(fullView(long, 999, sign))).toEqual(labelsIn(fullView(long, last, sign)));
    expect(wordsIn(fullView(long, 1, sign))).toContain(`Page 2 of ${last + 1} · 17,`);
    for (let page = 0; page <= last; page += 1) expect(faultsOf(fullView(long, page, sign))).toEqual([]);
  });

  it("turns to where the page was made for", () => {
    expect(readMark(buttonsIn(fullView(long, 3, sign)).get("Next")?.custom_id ?? "")).toEqual({
      ...{ mark: "page", page: { id: "chk_0123456789", page: 4, version: "000000000000" } },
    });
  });

  it("brings many pages as a file as well, on the first one and where files may be sent", () => {
    const [file] = fullView(long, 0, sign).files ?? [];
    expect(file?.name).toBe("chk_0123456789.txt");
    expect(file?.data).toContain("echo one more line\necho one more line\n");
    expect(String(file?.data).split("echo one more line").length).toBe(901);
    expect(fullView(long, 1, sign).files).toBe(undefined);
    expect(fullView(long, 0, sign, { file: false }).files).toBe(undefined);
    expect(faultsOf(fullView(long, 0, sign, { file: false }))).toEqual([]);
  });

  it("says when it has changed since the page before", () => {
    const view = fullView(long, 0, sign, { note: "It has changed since." });
    expect(wordsIn(view)).toMatch(/^It has changed since\./);
    expect(faultsOf(view)).toEqual([]);
  });
});

describe("between the steps of a form", () => {
  const questions = Array.from({ length: 12 }, (_, at) => ({ question: `Question ${at + 1}?`, key: `k${at}` }));
  const card = cardOf(checkpoint({ kind: "clarify", payload: { questions } }), RAISED, { url: URL });
  const form = card.actions[0]?.form ?? { action: "answer", title: "", submit: "", fields: [] };

  it("one button opens the next", () => {
    const view = nextView(form, 1, HANDLE);
    expectGolden("next", view);
    expect(wordsIn(view)).toBe("Kept: 1 of 3. Nothing is sent before the last one.");
    expect(readMark(buttonsIn(view).get("Continue (2 of 3)")?.custom_id ?? "")).toEqual({
      ...{ mark: "form", step: 1, handle: HANDLE, ofAll: false },
    });
  });

  it("what is wrong is said with the field's name, and opens where it was asked", () => {
    const view = faultyView(form, [{ pointer: "/k7", message: "This is still blank." }], HANDLE);
    expectGolden("faulty", view);
    expect(wordsIn(view)).toBe("Not sent yet.\nQuestion 8?: This is still blank.");
    expect(buttonsIn(view).get("Correct it")?.custom_id).toBe(`form:1:${HANDLE}`);
  });

  it("what has no room says where it can be done instead", () => {
    expect(labelsIn(tooLong(card))).toEqual(["Open in browser"]);
    expect(labelsIn(tooLong({ ...card, url: null }))).toEqual([]);
    expect(faultsOf(tooLong({ ...card, url: null }))).toEqual([]);
  });
});

describe("lists in Discord", () => {
  const rows = (count: number, title = "Delete the *old* logs") =>
    listing(
      Array.from({ length: count }, (_, at) => checkpoint({ id: `chk_${at}`.padEnd(64, "x"), title, kind: "tool" })),
      RAISED + 300_000,
    );

  it("name what waits, with the button that opens it, and nothing that approves", () => {
    const view = listView({
      title: "Waiting (mine), 1 to 10 of 25",
      rows: rows(10),
      from: 0,
      count: 25,
      command: "pending mine",
    });
    expectGolden("list", view);
    expect(wordsIn(view)).toContain("🔒 Delete the *old* logs\ntool · 5m old · in 55m · chk_0xxx");
    expect(view.components?.length).toBe(12);
    expect(labelsIn(view)).toEqual(["Open", "Next"]);
    expect(buttonsIn(view).get("Next")?.custom_id).toBe("list:10 pending mine");
  });

  it("turn both ways in the middle", () => {
    const view = listView({ title: "Waiting", rows: rows(10), from: 10, count: 25, command: "pending" });
    const ids = ["Back", "Next"].map((each) => buttonsIn(view).get(each)?.custom_id);
    expect(ids).toEqual(["list:0 pending", "list:20 pending"]);
  });

  it("fit into a message however long the titles and the command are", () => {
    const hostile = "<@&1> **x** ".repeat(30);
    const view = listView({
      title: hostile,
      rows: rows(PAGE + 5, hostile),
      from: 0,
      count: 40,
      command: "x".repeat(200),
    });
    expect(faultsOf(view)).toEqual([]);
    expect(liveTokens(view).filter(({ kind }) => kind !== "heading" && kind !== "subtext")).toEqual([]);
    expect(wordsIn(view)).toContain("There are more: ask for fewer");
  });

  it("give help in words", () => {
    expectGolden("help", helpView('There is no command "aprove".'));
    expect(wordsIn(helpView(null))).toContain("/hitl pending [mine|team|overdue|all] [kind] [agent]: what is waiting");
    expect(faultsOf(wordsView("How decisions are made", "word ".repeat(2_000)))).toEqual([]);
  });
});

describe("what a button carries", () => {
  const MARKS: Mark[] = [
    { mark: "act", handle: HANDLE },
    { mark: "see", id: "chk_0123456789" },
    { mark: "open", id: "x".repeat(64) },
    { mark: "page", page: { id: "x".repeat(64), page: 9_999, version: "0123456789ab" } },
    { mark: "list", from: 20, command: "pending all tool deploy-bot" },
    { mark: "offer", token: "A".repeat(22) },
    { mark: "form", step: 14, handle: HANDLE, ofAll: false },
    { mark: "form", step: 0, handle: HANDLE, ofAll: true },
  ];
  it.each(MARKS)("is read back from a press: $mark", (mark) => {
    expect(readMark(writeMark(mark))).toEqual(mark);
    expect(writeMark(mark).length).toBeLessThanOrEqual(100);
  });

  it("has room for the longest handle", () => {
    const handle = `h1.p.${"x".repeat(64)}.${"y".repeat(16)}`;
    expect(writeMark({ mark: "form", step: 14, handle, ofAll: true }).length).toBe(95);
  });

  it("is nothing where it is not one of ours", () => {
    for (const id of [
      "",
      "act",
      "act:",
      "see:../x",
      "page:chk_0123456789.1.zz",
      "list:x y",
      "form:x:h",
      "other:1",
      "FORM:1:h",
    ])
      expect(readMark(id)).toBe(undefined);
  });

  it("offers its author to make more of a comment", () => {
    const view = notice("Kept as a comment.", [offerButton("Send this as revise feedback", "A".repeat(22))]);
    expect(buttonsIn(view).get("Send this as revise feedback")?.custom_id).toBe(`offer:${"A".repeat(22)}`);
    expect(faultsOf(view)).toEqual([]);
  });
});
