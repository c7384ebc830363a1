import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { SEEDS } from "../../seeds.ts";
import { focused, openWorld } from "./world.ts";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

interface Checked {
  violations: { id: string; nodes: { html: string }[] }[];
  passes: { id: string }[];
}

/** Broken rules, each with where. Without names all of axe's rules, best practices too. */
async function broken(page: Page, rules: string[]): Promise<string[]> {
  await page.evaluate(axe);
  const only = rules.length === 0 ? {} : { runOnly: { type: "rule", values: rules } };
  const { violations, passes } = await page.evaluate<Checked>(`axe.run(${JSON.stringify(only)})`);
  // A check that looked at nothing would find nothing.
  if (!passes.some(({ id }) => id === (rules[0] ?? "color-contrast"))) return ["nothing was checked"];
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`));
}

const REFUND = {
  kind: "tool",
  title: "Refund order 20251",
  payload: { tool_name: "make_payment", tool_args: { to: "CZ65 0800 0000", amount: 1249.5, notify: true } },
  priority: "high",
  quorum: 2,
};

describe("how it looks", () => {
  const world = openWorld({ env: { HITL_CALLBACK_ALLOW: "127.0.0.1:9" } });

  /** Every page there is, in every state that looks different, one after the other. */
  async function tour(page: Page, look: (name: string) => Promise<void>): Promise<void> {
    const { url } = world().program;
    const go = async (path: string, name = path) => {
      await page.goto(url + path);
      await look(name);
    };
    await page.context().clearCookies();
    await go("/sign-in");
    await go("/sign-in/used", "used link");
    await page.goto(await world().link("admin"));
    await look("link");
    await page.getByRole("button", { name: "Sign in as admin" }).click();
    await look("list");
    await go("/?q=nothing+like+that&mine=1", "filtered");
    await go("/?q=Refund&priority=high", "found");
    await go("/history");
    await go("/figures");
    await go("/deliveries");
    await go("/sessions");
    await go("/help");
    await go("/nowhere", "no page");
    await go("/checkpoints/chk_nowhere1", "no checkpoint");
    for (const [kind, seeds] of Object.entries(SEEDS)) {
      const { id } = await world().raise({ kind, payload: seeds[0].payload, approvers: ["group:sre"] });
      await go(`/checkpoints/${id}`, kind);
    }
    await page.context().clearCookies();
    await page.goto(await world().link("bob"));
    await page.getByRole("button", { name: "Sign in as Bob" }).click();
    const { id } = await world().raise(REFUND);
    await go(`/checkpoints/${id}`, "refund");
    await page.locator(".me summary").click();
    await look("menu");
    await page.locator("#act-edit summary").click();
    await look("edit");
    await page.getByLabel("amount").fill("a lot");
    await page.getByRole("button", { name: "Review the change" }).click();
    await look("problem");
    await page.getByLabel("amount").fill("12");
    await page.getByRole("button", { name: "Review the change" }).click();
    await look("review");
    await page.getByRole("button", { name: "Approve edited" }).click();
    await look("voted");
    await page.getByLabel("Add a comment").fill("Who asked for this?");
    await page.getByRole("button", { name: "Comment", exact: true }).click();
    await look("commented");
    await world().act("carol", id, { action: "reject", reason: "Not during the freeze" });
    await go(`/checkpoints/${id}`, "ended");
    const first = await world().raise({
      kind: "preview",
      payload: { content: "# One\n\n- a\n- b\n\n`code` and **bold**" },
    });
    await world().act("carol", first.id, { action: "refine", feedback: "More of it" });
    const long = { content: `# Two\n\n${"A long line of many words.\n".repeat(400)}` };
    const second = await world().raise({ kind: "preview", payload: long, previous: first.id });
    await go(`/checkpoints/${second.id}`, "second round");
    await go(`/checkpoints/${first.id}`, "first round");
    await go(`/checkpoints/${second.id}`, "second round again");
    await page.locator("#act-refine summary").click();
    await page.getByLabel("What should change?").fill("Less of it");
    await world().act("carol", second.id, { action: "proceed" });
    await page.getByRole("button", { name: "Send" }).click();
    await look("conflict");
    const third = await world().raise({
      kind: "clarify",
      payload: { questions: [{ question: "How?", options: ["a", "b"] }, { question: "Why?" }] },
    });
    await go(`/checkpoints/${third.id}`, "questions");
    await page.locator("#act-answer summary").click();
    await page.getByRole("button", { name: "Send answer" }).click();
    await look("unanswered");
    await page.context().clearCookies();
    await page.getByRole("button", { name: "Send answer" }).click();
    await look("session over");
  }

  async function makeHistory(): Promise<void> {
    const dead = await world().raise({
      ...REFUND,
      quorum: 1,
      title: "Dead letter",
      callback: { url: "http://127.0.0.1:9/" },
    });
    await world().act("bob", dead.id, { action: "proceed" });
    for (const action of ["proceed", "reject"] as const) {
      const { id } = await world().raise({ ...REFUND, quorum: 1 });
      await world().act("carol", id, { action });
    }
  }

  test.each([
    ["in light", { colorScheme: "light" as const }, []],
    [
      "in the dark at 360 pixels",
      { colorScheme: "dark" as const, viewport: { width: 360, height: 740 } },
      ["color-contrast", "link-in-text-block", "target-size", "scrollable-region-focusable"],
    ],
  ])(
    "no page breaks a rule of accessibility, %s",
    async (name, options, rules) => {
      await makeHistory();
      const page = await world().page(null, options);
      const found: string[] = [];
      let pages = 0;
      await tour(page, async (where) => {
        pages += 1;
        found.push(...(await broken(page, rules)).map((rule) => `${where}: ${rule}`));
        // Nothing sticks out to the side.
        const wide = await page.evaluate<number>("document.documentElement.scrollWidth - innerWidth");
        if (wide > 0) found.push(`${where}: is ${wide} pixels too wide`);
      });
      expect(found).toEqual([]);
      expect(pages).toBeGreaterThan(30);
      process.stdout.write(`axe-core, ${name}: 0 violations on ${pages} pages\n`);
    },
    60_000,
  );

  test("dark is dark, and light is light", async () => {
    const lightness = async (colorScheme: "dark" | "light") => {
      const page = await world().page("bob", { colorScheme });
      const of = (what: string) => page.evaluate<string>(`getComputedStyle(document.body).${what}`);
      const colours = [await of("backgroundColor"), await of("color")];
      return colours.map((each) => (Number(/\d+/.exec(each)?.[0]) < 128 ? "dark" : "light"));
    };
    expect(await lightness("dark")).toEqual(["dark", "light"]);
    expect(await lightness("light")).toEqual(["light", "dark"]);
  });

  test("a phone's thumb finds every button, and the bar to decide is in sight", async () => {
    const { id } = await world().raise({
      ...REFUND,
      payload: { ...REFUND.payload, policy_note: "Long. ".repeat(900) },
    });
    const page = await world().page("bob", { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true });
    await page.goto(`${world().program.url}/checkpoints/${id}`);
    const bar = page.getByRole("region", { name: "Decide" });
    for (const button of await bar.locator(".button:visible").all()) {
      const box = await button.boundingBox();
      expect(box?.height).toBeGreaterThanOrEqual(44);
      expect(box?.width).toBeGreaterThanOrEqual(72);
      expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThanOrEqual(740);
    }
    await page.locator("#act-reject summary").tap();
    await page.getByLabel("Why not?").fill("Not today");
    await bar.getByRole("button", { name: "Reject" }).last().tap();
    await page.getByRole("status").filter({ hasText: "Rejected by Bob on the web" }).waitFor();
  });

  test("the keys go through the list, to every place and back", async () => {
    await world().raise({ kind: "confirm", title: "The last one", payload: { summary: "x" } });
    const page = await world().page("bob");
    const { keyboard } = page;
    const titles = await page.locator(".row .open").allInnerTexts();
    await keyboard.press("j");
    expect(await focused(page, "textContent")).toBe(titles[0]);
    await keyboard.press("j");
    await keyboard.press("j");
    await keyboard.press("k");
    expect(await focused(page, "textContent")).toBe(titles[1]);
    await keyboard.press("k");
    await keyboard.press("Enter");
    await page.getByRole("heading", { name: "The last one" }).waitFor();
    await keyboard.press("r");
    await keyboard.insertText("a word with keys: j k ? / g p");
    await keyboard.press("Escape");
    expect(await page.locator("#act-revise").getAttribute("open")).toBeNull();
    await keyboard.press("c");
    expect(await focused(page, "id")).toBe("comment");
    await keyboard.press("Escape");
    await page.locator("#comment").blur();
    for (const [keys, heading] of [
      ["gh", "History"],
      ["gf", "Figures"],
      ["gp", "Waiting for a decision"],
      ["?", "Help"],
    ]) {
      for (const key of keys ?? "") await keyboard.press(key);
      await page.getByRole("heading", { name: heading ?? "", level: 1 }).waitFor();
    }
    await keyboard.press("g");
    await keyboard.press("p");
    await page.getByRole("heading", { name: "Waiting for a decision" }).waitFor();
    await keyboard.press("/");
    expect(await focused(page, "id")).toBe("q");
  });
});
