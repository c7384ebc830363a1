import { join } from "node:path";
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { openSqlite } from "../../../adapters/stores/sqlite/index.ts";
import { office } from "../../office.ts";
import { open, openWorld } from "./world.ts";

const CROWD = 10_000;

async function fill(folder: string): Promise<void> {
  const opened = openSqlite(join(folder, "hitl.db"));
  const { raise } = office(opened);
  for (let from = 0; from < CROWD; from += 1_000)
    await Promise.all(
      Array.from({ length: 1_000 }, (_, index) =>
        raise({
          kind: "tool",
          title: `Number ${from + index}`,
          payload: { tool_name: "run", tool_args: { command: `echo ${from + index}`, times: index } },
          source: { agent: `agent-${index % 7}`, session: `session-${index % 100}` },
          priority: index === 500 ? "critical" : "normal",
          timeout: "2d",
        }),
      ),
    );
  await opened.close();
}

describe("ten thousand that wait", () => {
  const world = openWorld({ before: fill });

  /** Ms from asking until the page is there. */
  async function timed(page: Page, path: string): Promise<{ ms: number; kilobytes: number }> {
    const started = performance.now();
    const response = await page.goto(world().program.url + path);
    const ms = Math.round(performance.now() - started);
    const kilobytes = Math.round(((await response?.body())?.length ?? 0) / 1024);
    process.stdout.write(`10,000 pending, ${path.slice(0, 40)}: ${ms} ms, ${kilobytes} KB\n`);
    return { ms, kilobytes };
  }

  test("are listed a page at a time, found, paged through and decided, and new ones still appear", async () => {
    const page = await world().page("bob");
    await timed(page, "/");
    const first = await timed(page, "/");
    expect(first.ms).toBeLessThan(5_000);
    expect(first.kilobytes).toBeLessThan(150);
    expect(await page.locator(".row").count()).toBe(50);

    await timed(page, "/?mine=1");
    await timed(page, "/?agent=agent-3&session=session-10");
    expect(await page.locator(".row").count()).toBeGreaterThan(10);
    await timed(page, "/?overdue=1");
    await page.getByText("Nothing here fits the filter.").waitFor();
    await timed(page, "/history");
    await page.getByText("Nothing has ended yet.").waitFor();
    const figures = await timed(page, "/figures");
    expect(figures.ms).toBeLessThan(15_000);

    // A text is looked for in so many records a page; the page says so and leads on.
    await timed(page, "/?q=echo+9");
    expect(await page.locator(".row").count()).toBeGreaterThanOrEqual(50);
    const far = await timed(page, "/?q=no+such+word");
    expect(far.ms).toBeLessThan(10_000);
    await page.getByText("0 found in 2,000 that were looked at.").waitFor();
    for (let times = 0; times < 4; times += 1) await page.getByRole("link", { name: "Look further" }).click();
    await page.getByText("Nothing here fits the filter.").waitFor();
    await timed(page, "/?priority=critical");
    await page.getByText("2 found in 2,000 that were looked at.").waitFor();

    await open(page, world().program.url);
    for (let number = 1; number <= 5; number += 1)
      await world().raise({ kind: "confirm", title: `One more ${number}`, payload: { summary: "x" } });
    await page.getByRole("link", { name: "One more 5" }).waitFor();
    await page.getByRole("link", { name: "One more 5" }).click();
    await page.getByRole("button", { name: "Proceed" }).click();
    await page.getByRole("status").filter({ hasText: "Approved by Bob" }).waitFor();
    await page.getByRole("link", { name: "Next: One more 4" }).click();
    await page.getByRole("heading", { name: "One more 4" }).waitFor();
  }, 60_000);
});
