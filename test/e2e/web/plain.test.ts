import { describe, expect, test } from "vitest";
import { added, openWorld } from "./world.ts";

const PLAIN = { javaScriptEnabled: false };

describe("without a script", () => {
  const world = openWorld();

  test("the link that the start prints signs the admin in, once", async () => {
    const [link = ""] = /http:\S+\/sign-in\/\S+/.exec(world().program.output()) ?? [];
    const page = await world().page(null, PLAIN);
    await page.goto(link);
    await page.getByRole("button", { name: "Sign in as admin" }).click();
    expect(await page.getByRole("link", { name: "Deliveries" }).isVisible()).toBe(true);
    await page.getByText("Nothing waits for a decision.").waitFor();
    expect((await page.goto(link))?.status()).toBe(410);
  });

  const status = async (id: string) => (await world().program.call("admin", "GET", `/v1/checkpoints/${id}`)).body;

  test("a person finds, reads, comments, edits and decides", async () => {
    const { id } = await world().raise({
      kind: "tool",
      title: "Refund order 20251",
      payload: { tool_name: "make_payment", tool_args: { to: "CZ65", amount: 1249.5, notify: true } },
      priority: "high",
    });
    await world().raise({ kind: "confirm", payload: { summary: "Something else" } });
    const page = await world().page("bob", PLAIN);
    await page.locator(".filters summary").click();
    await page.getByLabel("Text").fill("CZ65");
    await page.getByLabel("Priority").selectOption("high");
    await page.getByLabel("I may decide").check();
    await page.getByRole("button", { name: "Apply" }).click();
    expect(await page.locator(".row .open").allInnerTexts()).toEqual(["Refund order 20251"]);
    await page.getByRole("link", { name: "Refund order 20251" }).click();

    await page.getByLabel("Add a comment").fill("Who asked for this?");
    await page.getByRole("button", { name: "Comment", exact: true }).click();
    await page.getByText("Your comment is there.").waitFor();

    await page.locator("#act-edit summary").click();
    await page.getByLabel("amount").fill("nothing");
    await page.getByRole("button", { name: "Review the change" }).click();
    expect(await page.locator(".problem").innerText()).toBe("It must be a number like 12 or 0.5.");
    await page.getByLabel("amount").fill("1249.05");
    await page.getByLabel("notify").selectOption("false");
    await page.getByRole("button", { name: "Review the change" }).click();
    expect(await added(page)).toEqual(['+   "amount": 1249.05,', '+   "notify": false']);

    await page.getByRole("button", { name: "Go on editing" }).click();
    expect(await page.getByLabel("amount").inputValue()).toBe("1249.05");
    await page.getByLabel("notify").selectOption("true");
    await page.getByRole("button", { name: "Review the change" }).click();
    expect((await status(id)).status).toBe("pending");
    await page.getByRole("button", { name: "Approve edited" }).click();
    await page.getByText("Approved with edits by Bob on the web").first().waitFor();
    expect((await status(id)).decision).toMatchObject({
      action: "edit",
      edited: { to: "CZ65", amount: 1249.05, notify: true },
    });

    await page.getByRole("link", { name: "History" }).click();
    expect(await page.locator(".row .outcome").first().innerText()).toContain("Approved with edits by Bob on the web");
  });

  test("a form that is opened is alone, and a clarification is answered in one's own words", async () => {
    const { id } = await world().raise({
      kind: "clarify",
      payload: { questions: [{ question: "How much detail?", options: ["little", "much"] }] },
    });
    const page = await world().page("bob", PLAIN);
    await page.goto(`${world().program.url}/checkpoints/${id}`);
    await page.locator("#act-answer summary").click();
    expect(await page.locator("#act-cancel summary").isVisible()).toBe(false);
    await page.getByLabel("Your own words: How much detail?").fill("Just enough");
    await page.getByRole("button", { name: "Send answer" }).click();
    await page.getByText("Answered by Bob on the web").first().waitFor();
    expect((await status(id)).decision).toMatchObject({ answers: { response: "Just enough" } });
  });

  test("pages follow each other, and signing out ends it", async () => {
    for (let number = 1; number <= 52; number += 1)
      await world().raise({ kind: "confirm", title: `Number ${number}`, payload: { summary: "x" } });
    const page = await world().page("bob", PLAIN);
    expect(await page.locator(".row").count()).toBe(50);
    await page.getByRole("link", { name: "Older ones" }).click();
    expect(await page.getByRole("link", { name: "Number 1", exact: true }).isVisible()).toBe(true);
    await page.getByRole("link", { name: "from the beginning" }).click();
    expect(await page.locator(".row .open").first().innerText()).toBe("Number 52");
    await page.locator(".me summary").click();
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByText("You are signed out.").waitFor();
    expect(await page.context().cookies()).toEqual([]);
  });
});
