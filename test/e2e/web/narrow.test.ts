import type { Locator, Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { open, openWorld } from "./world.ts";

const LONG = "W".repeat(160);
const PHONE = { viewport: { width: 390, height: 760 }, hasTouch: true, isMobile: true };
const SMALL = { ...PHONE, viewport: { width: 320, height: 640 } };
const LAPTOP = { viewport: { width: 1280, height: 800 } };
const confirm = { kind: "confirm", payload: { summary: "Publish the async skill" } };
const task = { kind: "task", payload: { agent: "Copywriter", output: { subject: "Refund" }, context: {} } };

async function boxOf(what: Locator) {
  const box = await what.boundingBox();
  if (box === null) throw new Error("is not to be seen");
  return { ...box, right: box.x + box.width, bottom: box.y + box.height };
}

/** Lines that a text takes. */
const linesOf = (page: Page, selector: string) =>
  page.evaluate<number[]>(
    `[...document.querySelectorAll(${JSON.stringify(selector)})].map((each) => {
      const range = document.createRange();
      range.selectNodeContents(each);
      return new Set([...range.getClientRects()].map(({ top }) => Math.round(top))).size;
    })`,
  );

describe("where there is little room", () => {
  const world = openWorld();

  test.each([
    ["a phone", PHONE],
    ["a laptop", LAPTOP],
  ])("the way to the next one keeps its word whole beside a long title, on %s", async (_, options) => {
    const { id } = await world().raise(confirm);
    await world().raise({ ...confirm, title: LONG });
    const page = await world().page("bob", options);
    await page.goto(`${world().program.url}/checkpoints/${id}`);
    await page.getByRole("button", { name: "Proceed" }).click();
    const next = page.getByRole("link", { name: `Next: ${LONG}` });
    await next.waitFor();
    expect(await linesOf(page, ".onward .button span")).toEqual([1]);
    const [link, title] = [await boxOf(next), await boxOf(next.locator("bdi"))];
    expect(title.right).toBeLessThanOrEqual(link.right);
    expect(link.height).toBeLessThan(80);
    expect(link.right).toBeLessThanOrEqual(options.viewport.width);
  });

  test.each([
    ["a phone", PHONE],
    ["a small phone", SMALL],
    ["a laptop", LAPTOP],
  ])("the bar that tells who was faster lies over no form, on %s", async (_, options) => {
    const { id } = await world().raise(confirm);
    const page = await world().page("bob", options);
    await open(page, world().program.url, id);
    await page.locator("#act-revise summary").click();
    await page.getByLabel("What should change?").fill("Name the people");
    await world().act("alice", id, { action: "proceed" });
    await page.getByText("Alice approved this meanwhile. What you typed was not sent").waitFor();
    const above = async (what: Locator) => (await boxOf(page.locator("#changed"))).y - (await boxOf(what)).bottom;
    await expect.poll(() => above(page.getByRole("button", { name: "Send" }))).toBeGreaterThanOrEqual(0);
    // Nor over the end of the page.
    await page.evaluate("scrollTo(0, document.documentElement.scrollHeight)");
    await expect.poll(() => above(page.locator(".timeline"))).toBeGreaterThanOrEqual(0);
  });

  test("says in each row of the sessions which time is which, once", async () => {
    const page = await world().page("bob", PHONE);
    await page.goto(`${world().program.url}/sessions`);
    const row = page.locator("tbody tr").first();
    expect(await row.innerText()).toMatch(/Signed in: .*\nLast here: /);
    await page.setViewportSize(LAPTOP.viewport);
    expect(await row.innerText()).not.toContain("Signed in");
  });

  test.each([
    ["one row", PHONE, 1],
    ["two rows", SMALL, 2],
  ])("four actions stand in %s, with the note below them all", async (_, options, rows) => {
    const { id } = await world().raise(task);
    const page = await world().page("bob", options);
    await page.goto(`${world().program.url}/checkpoints/${id}`);
    const bar = page.getByRole("region", { name: "Decide" });
    const boxes = await Promise.all((await bar.locator(".act > .button").all()).map(boxOf));
    expect(boxes).toHaveLength(4);
    expect(new Set(boxes.map(({ y }) => y)).size).toBe(rows);
    expect(new Set(boxes.map(({ width }) => Math.round(width))).size).toBe(1);
    expect(await linesOf(page, ".note summary")).toEqual([1]);
    const note = await boxOf(bar.locator(".note"));
    expect(note.y).toBeGreaterThanOrEqual(Math.max(...boxes.map(({ bottom }) => bottom)));
    expect(note.width).toBeGreaterThan(options.viewport.width * 0.8);
  });

  test.each([
    ["with the script, which keeps it from being left by accident", true],
    ["without a script", false],
  ])("a note goes along with the press, %s", async (_, javaScriptEnabled) => {
    const { id } = await world().raise(task);
    const page = await world().page("bob", { ...PHONE, javaScriptEnabled });
    await page.goto(`${world().program.url}/checkpoints/${id}`);
    await page.getByText("Add a note").click();
    await page.getByLabel("Note to the agent").fill("Thanks");
    expect(await page.locator("html[data-typed]").count()).toBe(javaScriptEnabled ? 1 : 0);
    await page.getByRole("button", { name: "Approve" }).click();
    await page.getByRole("status").filter({ hasText: "Approved by Bob on the web" }).waitFor();
    expect((await world().told(id)).decision).toMatchObject({ action: "proceed", feedback: "Thanks" });
  });

  test("no name of a place or a period breaks in two", async () => {
    const page = await world().page("admin", PHONE);
    await page.goto(`${world().program.url}/figures`);
    expect(await linesOf(page, ".bar nav a")).toEqual([1, 1, 1, 1]);
    expect(await linesOf(page, ".periods a")).toEqual([1, 1, 1, 1]);
  });

  test("a moment in the reader's own time says its zone, as the one beside it does", async () => {
    const { id } = await world().raise({ kind: "confirm", payload: { summary: "x", path: "carols" } });
    const page = await world().page("carol", { timezoneId: "Asia/Tokyo", locale: "en-US" });
    await page.goto(`${world().program.url}/checkpoints/${id}`);
    expect(await page.locator(".state").innerText()).toMatch(/^Waiting for Carol · due in .* UTC\)$/);
    const moments = await page.locator("time[data-at]").allInnerTexts();
    expect(moments.length).toBeGreaterThan(0);
    for (const moment of moments) expect(moment).toMatch(/, \d{4}, \d+:\d\d\s[AP]M GMT\+9$/);
  });
});
