import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Locator, Page } from "playwright-core";
import { describe, expect, onTestFinished, test } from "vitest";
import { added, focused, open, openWorld } from "./world.ts";

const WORDS = "Name the people who are affected,\nand say «why».";
const confirm = { kind: "confirm", payload: { summary: "Publish the async skill" } };
const refund = {
  kind: "tool",
  payload: { tool_name: "make_payment", tool_args: { to: "CZ65", amount: 1249.5, notify: true } },
  quorum: 2,
};

async function revise(page: Page, text: string): Promise<void> {
  await page.locator("#act-revise summary").click();
  await page.getByLabel("What should change?").fill(text);
}

/** Sooner or later, on a page that does not change by itself. */
async function seen(page: Page, what: Locator): Promise<void> {
  await expect
    .poll(async () => {
      await page.reload();
      return what.isVisible();
    })
    .toBe(true);
}

describe("when things go wrong", () => {
  const world = openWorld({ env: { HITL_CALLBACK_ALLOW: "127.0.0.1" } });
  const status = async (id: string) => (await world().program.call("admin", "GET", `/v1/checkpoints/${id}`)).body;

  test("lets one of two people who press at once decide, and tells the other who was first", async () => {
    const { id } = await world().raise(confirm);
    const pages = await Promise.all([world().page("alice"), world().page("bob")]);
    // Neither page hears of the other's press, which would take the button away before a slow hand gets to it.
    for (const page of pages) await page.route("**/events", (route) => route.abort());
    for (const page of pages) await page.goto(`${world().program.url}/checkpoints/${id}`);
    const answers = await Promise.all(
      pages.map(async (page) => {
        await page.getByRole("button", { name: "Proceed" }).click();
        const notice = page.locator(".notice");
        await notice.waitFor();
        return notice.innerText();
      }),
    );
    const { decision } = await status(id);
    const name = decision?.by.kind === "person" ? decision.by.name : "";
    expect(["Alice", "Bob"]).toContain(name);
    expect(answers.filter((text) => text.includes(`Approved by ${name} on the web`))).toHaveLength(1);
    expect(answers.filter((text) => text.includes(`Already resolved by ${name} at`))).toHaveLength(1);
    expect(answers.filter((text) => text.includes("What you sent was not recorded."))).toHaveLength(1);
  });

  test("counts a double click once", async () => {
    const { id } = await world().raise(refund);
    const page = await world().page("bob");
    await page.goto(`${world().program.url}/checkpoints/${id}`);
    await page.getByRole("button", { name: "Approve" }).dblclick();
    await page.getByText("Your approval is recorded: 1 of 2.").waitFor();
    expect((await status(id)).votes).toHaveLength(1);
  });

  test("keeps what was typed when the session ends in the middle of a form, and decides nothing until it is sent again", async () => {
    const { id } = await world().raise(confirm);
    const page = await world().page("bob");
    await page.goto(`${world().program.url}/checkpoints/${id}`);
    await revise(page, WORDS);
    await page.context().clearCookies();
    await page.getByRole("button", { name: "Send" }).click();
    await page.getByRole("heading", { name: "Sign in again" }).waitFor();
    expect(await page.getByRole("alert").innerText()).toContain("Nothing has been decided");

    await page.getByRole("button", { name: "Go on" }).click();
    expect(await page.locator("#link-problem").innerText()).toBe("Paste your sign-in link here.");
    await page.getByLabel("Sign-in link").fill(await world().link("bob"));
    await page.getByRole("button", { name: "Go on" }).click();
    await page.getByText("Nothing has been sent yet").waitFor();
    expect(await page.getByLabel("What should change?").inputValue()).toBe(WORDS);
    expect((await status(id)).status).toBe("pending");

    await page.getByRole("button", { name: "Send" }).click();
    await page.getByRole("status").filter({ hasText: "Sent back to revise by Bob" }).waitFor();
    expect((await status(id)).decision).toMatchObject({ action: "revise", feedback: WORDS, by: { person: "bob" } });
  });

  test("goes on with what was typed after signing in in another tab, also with an edit and a comment", async () => {
    const { id } = await world().raise(refund);
    const page = await world().page("bob");
    await page.goto(`${world().program.url}/checkpoints/${id}`);
    await page.locator("#act-edit summary").click();
    await page.getByLabel("amount").fill("1249.05");
    await page.context().clearCookies();
    await page.getByRole("button", { name: "Review the change" }).click();
    const tab = await page.context().newPage();
    await tab.goto(await world().link("bob"));
    await tab.getByRole("button", { name: "Sign in as Bob" }).click();
    await page.getByRole("button", { name: "Go on" }).click();
    expect(await page.getByLabel("amount").inputValue()).toBe("1249.05");

    await page.goto(`${world().program.url}/checkpoints/${id}`);
    await page.getByLabel("Add a comment").fill(WORDS);
    // Another session than the one that made the page.
    await tab.goto(await world().link("bob"));
    await tab.getByRole("button", { name: "Sign in as Bob" }).click();
    await page.getByRole("button", { name: "Comment", exact: true }).click();
    await page.getByText("Nothing has been sent yet").waitFor();
    expect(await page.getByLabel("Add a comment").inputValue()).toBe(WORDS);
    expect((await status(id)).comments).toEqual([]);
    await page.getByRole("button", { name: "Comment", exact: true }).click();
    await page.getByText("Your comment is there.").waitFor();
    expect((await status(id)).comments[0]).toMatchObject({ text: WORDS });
  });

  test("refuses what was decided on something else, shows the change, and keeps what was typed", async () => {
    const { id } = await world().raise(refund);
    const page = await world().page("bob");
    await page.goto(`${world().program.url}/checkpoints/${id}`);
    await page.getByText("Add a note").click();
    await page.getByLabel("Note to the agent").fill("Thanks");
    expect(await world().act("carol", id, { action: "edit", edited: { to: "CZ65", amount: 1, notify: true } })).toBe(
      200,
    );
    await page.getByRole("button", { name: "Approve" }).click();
    await page.getByText("It changed while you had it open, so nothing was sent. Carol has edited it").waitFor();
    expect(await page.locator(".sheet .diff del").innerText()).toContain('"amount": 1249.5');
    expect(await page.getByLabel("Note to the agent").inputValue()).toBe("Thanks");
    expect((await status(id)).votes.map(({ by }) => by.kind === "person" && by.person)).toEqual(["carol"]);
    await page.getByRole("button", { name: "Approve" }).click();
    await page.getByRole("status").filter({ hasText: "Approved with edits by Bob" }).waitFor();
    expect((await status(id)).decision).toMatchObject({ edited: { amount: 1 }, feedback: "Thanks" });
  });

  test("says at the field what is wrong with it, goes there, and keeps the others", async () => {
    const { id } = await world().raise(refund);
    const page = await world().page("bob");
    await page.goto(`${world().program.url}/checkpoints/${id}`);
    await page.locator("#act-edit summary").click();
    await page.getByLabel("to", { exact: true }).fill("CZ99");
    await page.getByLabel("amount").fill("a lot");
    const answered = page.waitForResponse((response) => response.url().endsWith("/review"));
    await page.getByRole("button", { name: "Review the change" }).click();
    expect((await answered).status()).toBe(422);
    await page.getByText("One field needs another look.").waitFor();
    const amount = page.getByLabel("amount");
    expect(await amount.getAttribute("aria-invalid")).toBe("true");
    expect(await page.locator(`#${await amount.getAttribute("aria-describedby")}`).innerText()).toBe(
      "It must be a number like 12 or 0.5.",
    );
    expect(await focused(page, "id")).toBe(await amount.getAttribute("id"));
    expect([await amount.inputValue(), await page.getByLabel("to", { exact: true }).inputValue()]).toEqual([
      "a lot",
      "CZ99",
    ]);

    await amount.fill("1000000");
    await page.getByRole("button", { name: "Review the change" }).click();
    expect(await added(page)).toEqual(['+   "to": "CZ99",', '+   "amount": 1000000,']);
    await page.getByRole("button", { name: "Approve edited" }).click();
    // An edit that another policy would guard.
    await page.getByText('it falls under the policy "large"').waitFor();
    expect(await page.getByLabel("amount").inputValue()).toBe("1000000");
  });

  test("asks for the feedback that an action needs", async () => {
    const { id } = await world().raise(confirm);
    const page = await world().page("bob");
    await page.goto(`${world().program.url}/checkpoints/${id}`);
    await page.locator("#act-revise summary").click();
    await page.getByRole("button", { name: "Send" }).click();
    await page.getByText("This is still blank.").waitFor();
    expect(await page.getByLabel("What should change?").getAttribute("aria-invalid")).toBe("true");
  });

  test("offers nobody what they may not do, and says why", async () => {
    const { id } = await world().raise({ ...confirm, requested_by: "person:bob" });
    const page = await world().page("bob");
    await page.goto(`${world().program.url}/checkpoints/${id}`);
    await page.getByText("This is your own request: somebody else has to approve it.").waitFor();
    expect(await page.getByRole("button", { name: "Proceed" }).count()).toBe(0);
    const other = await world().raise({ kind: "confirm", payload: { summary: "x", path: "carols" } });
    await page.goto(`${world().program.url}/checkpoints/${other.id}`);
    await page.getByRole("heading", { name: "Not here" }).waitFor();
  });

  test("updates the list and the open checkpoint by itself, and says what happened", async () => {
    const page = await world().page("bob");
    await open(page, world().program.url);
    const { id } = await world().raise({ ...confirm, title: "Came by itself" });
    await page.getByRole("link", { name: "Came by itself" }).waitFor();
    await page.locator("#announce", { hasText: "New: Came by itself" }).waitFor({ state: "attached" });
    await open(page, world().program.url, id);
    await page.getByRole("link", { name: "Skip to the content" }).focus();
    await world().act("carol", id, { action: "proceed" });
    await page.locator(".state", { hasText: "Approved by Carol over the API" }).waitFor();
    await page.locator("#announce", { hasText: "Approved by Carol" }).waitFor({ state: "attached" });
    expect(await page.getByRole("region", { name: "Decide" }).count()).toBe(0);
    expect(await focused(page, "textContent")).toBe("Skip to the content");
  });

  test("comes back to a bot that was away, and to what happened meanwhile", async () => {
    const page = await world().page("bob");
    // Away until the page was seen to notice: on a busy machine it may be back before anybody looks.
    let isAway = true;
    await page.route("**/events", (route) => (isAway ? route.fulfill({ status: 503 }) : route.continue()));
    await page.goto(world().program.url);
    await page.locator("html[data-live=off]").waitFor({ state: "attached" });
    isAway = false;
    await world().raise({ ...confirm, title: "Missed it" });
    await page.getByRole("link", { name: "Missed it" }).waitFor();
    await page.locator("html[data-live=on]").waitFor({ state: "attached" });
  });

  test("puts no edited call under a finger that is about to approve what was there", async () => {
    const payload = { tool_name: "pay", tool_args: { amount: 10 } };
    const { id } = await world().raise({ kind: "tool", title: "Pay it", payload, quorum: 2 });
    const page = await world().page("bob");
    await open(page, world().program.url, id);
    await page.locator("html[data-live=on]").waitFor({ state: "attached" });
    await world().act("carol", id, { action: "edit", edited: { amount: 99_999 } });
    await page.getByText("What is asked was edited. Look at it before you decide.").waitFor();
    expect(await page.getByText("99999").count()).toBe(0);
    await page.getByRole("link", { name: "Show it as it is now" }).click();
    await page.getByText("99999").first().waitFor();
  });

  test("tells who is signed out elsewhere that the page stands still", async () => {
    const page = await world().page("bob");
    await page.route("**/events", (route) => route.fulfill({ status: 503 }));
    await page.goto(world().program.url);
    await page.context().clearCookies();
    await page.unroute("**/events");
    await page.getByText("You are signed out here.").waitFor();
    await page.getByRole("link", { name: "Show it as it is now" }).click();
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
  });

  test("lets the time that is left go on", async () => {
    const { id } = await world().raise({ ...confirm, timeout: "15m" });
    const page = await world().page("bob");
    await page.clock.install();
    await page.goto(`${world().program.url}/checkpoints/${id}`);
    await page
      .getByText(/^1[45]m left$/)
      .first()
      .waitFor();
    await page.clock.fastForward("08:00");
    const hurried = page.locator("time.hurry").first();
    await hurried.waitFor();
    expect(await hurried.innerText()).toMatch(/^[67]m left$/);
    await page.clock.fastForward("10:00");
    await page.locator(".kind").getByText("overdue").waitFor();
  });

  test("shows the admin what could not be delivered, and tries it again", async () => {
    let status = 410;
    const agent = createServer((_, response) => void response.writeHead(status).end());
    await new Promise<void>((resolve) => agent.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void agent.close());
    const callback = { url: `http://127.0.0.1:${(agent.address() as AddressInfo).port}/told` };
    const { id } = await world().raise({ ...confirm, title: "Nobody heard", callback });
    await world().act("carol", id, { action: "proceed" });
    const page = await world().page("admin");
    const alarm = page.getByText("One agent could not be told how it ended.");
    await seen(page, alarm);
    await page.getByRole("link", { name: "See deliveries" }).click();
    const row = page.getByRole("row", { name: /Nobody heard/ });
    expect(await row.innerText()).toContain("410");
    status = 200;
    await row.getByRole("button", { name: "Try again" }).click();
    await page.getByText("It is being tried again.").waitFor();
    await page.goto(`${world().program.url}/checkpoints/${id}`);
    await seen(page, page.getByText("Told the agent at"));
  });

  test("replaces nothing under the hands of somebody who types, and tells them", async () => {
    const { id } = await world().raise(confirm);
    const page = await world().page("bob");
    await open(page, world().program.url, id);
    await revise(page, WORDS);
    await world().act("carol", id, { action: "proceed" });
    await page
      .getByText("Carol approved this meanwhile. What you typed was not sent; it stays until you leave.")
      .waitFor();
    expect(await page.getByLabel("What should change?").inputValue()).toBe(WORDS);
    await page.getByRole("button", { name: "Send" }).click();
    await page.getByText("Already resolved by Carol").waitFor();
    expect(await page.locator(".notice pre").innerText()).toBe(WORDS);
  });

  test("decides nothing for a form of another site, nor by an address", async () => {
    const { id } = await world().raise(confirm);
    const page = await world().page("bob");
    const target = `${world().program.url}/checkpoints/${id}/act`;
    const attacker = createServer((_, response) => {
      response.setHeader("content-type", "text/html");
      response.end(
        `<form method="post" action="${target}"><input name="action" value="proceed"><button>Win</button></form>`,
      );
    });
    await new Promise<void>((resolve) => attacker.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void attacker.close());
    await page.goto(`http://localhost:${(attacker.address() as AddressInfo).port}`);
    await page.getByRole("button", { name: "Win" }).click();
    await page.getByRole("heading", { name: "Not sent from here" }).waitFor();
    await page.goto(`${target}?action=proceed`);
    await page.goto(`${world().program.url}/checkpoints/${id}?told=acted&action=proceed`);
    expect(await page.locator(".notice").count()).toBe(0);
    expect((await status(id)).status).toBe("pending");
  });

  test("ends a session from another browser, and the pages there say so", async () => {
    const [here, there] = [await world().page("dave"), await world().page("dave")];
    await open(there, world().program.url);
    await here.goto(`${world().program.url}/sessions`);
    expect(await here.locator("tbody tr").count()).toBe(2);
    await here
      .locator("tr", { hasNotText: "this one" })
      .getByRole("button", { name: /End it/ })
      .click();
    await here.getByText("The session has ended.").waitFor();
    await there.reload();
    await there.getByRole("heading", { name: "Sign in" }).waitFor();
    await here.locator(".me summary").click();
    await here.getByRole("button", { name: "Sign out" }).click();
    await here.getByText("You are signed out.").waitFor();
    await here.goto(`${world().program.url}/history`);
    expect(here.url()).toContain("/sign-in?to=%2Fhistory");
  });

  test("lets a link be looked at, and takes it once", async () => {
    const link = await world().link("carol");
    const page = await world().page(null);
    await page.goto(link);
    await page.goto(link);
    await page.getByRole("button", { name: "Sign in as Carol" }).click();
    await page.getByRole("heading", { name: "Waiting for a decision" }).waitFor();
    const other = await world().page(null);
    expect((await other.goto(link))?.status()).toBe(410);
    await other.getByRole("heading", { name: "This link does not work" }).waitFor();
  });
});
