/** What is sent to Slack late does not stay on the card: one card, which shows what came last. */
import { join } from "node:path";
import { expect, it } from "vitest";
import { openSqlite } from "../../../../adapters/stores/sqlite/index.ts";
import { CONFIRM, TOKENS, withBot } from "./bot.ts";
import { wordsIn } from "./slack.ts";

const SLOW = { timeout: 10_000 };

it("posts one card of what is decided while it is on its way, and the card says so", async () => {
  await withBot(async ({ slack, raise, act }) => {
    slack.faults.next("chat.postMessage", { late: 800 });
    const { id } = await raise({ ...CONFIRM });
    await expect.poll(() => slack.calls("chat.postMessage").length, SLOW).toBe(1);
    await act(id, { action: "proceed" });
    const cards = () => slack.messages("C1").filter(({ metadata }) => JSON.stringify(metadata ?? {}).includes(id));
    await expect
      .poll(
        () =>
          cards()
            .map(({ blocks }) => wordsIn(blocks))
            .join(),
        SLOW,
      )
      .toContain("Approved by");
    expect(cards()).toHaveLength(1);
  });
}, 30_000);

it("shows the later of two votes, although the earlier one takes longer to be shown", async () => {
  await withBot(async ({ slack, card: raise, act, read, call }) => {
    const { id, card } = await raise({ ...CONFIRM, quorum: 2 });
    slack.faults.next("chat.update", { late: 1_500 });
    await act(id, { action: "proceed" });
    await expect.poll(() => slack.calls("chat.update").length, SLOW).toBe(1);
    await call("POST", `/v1/checkpoints/${id}/act`, { action: "proceed" }, TOKENS.CAROL_TOKEN);
    await expect.poll(() => wordsIn(slack.message(card)?.blocks), SLOW).toContain("Approved by");
    // The late one has arrived by now, and is not what stands there.
    await expect.poll(async () => (await read(id)).placements[0]?.state, SLOW).toBe("shown");
    expect(wordsIn(slack.message(card)?.blocks)).not.toContain("1 of 2");
  });
}, 30_000);

/** As the other one noted ten seconds ago, before it sent it; nothing can be under way for longer than twelve. */
async function begunByAnother(folder: string, id: string): Promise<void> {
  const { shelf, clock, close } = openSqlite(join(folder, ".hitl", "hitl.db"));
  await shelf.set(`slack:posting:show:${id}:slack:#deploys`, String(clock() - 10_000), 60_000);
  await close();
}

it("posts nothing while another replica may be posting it, and then does", async () => {
  await withBot(async ({ slack, folder, raise }) => {
    const id = "chk_posting_1";
    await begunByAnother(folder, id);
    const began = performance.now();
    await raise({ ...CONFIRM, id });
    await expect.poll(() => slack.calls("chat.postMessage").length, SLOW).toBe(1);
    expect(performance.now() - began).toBeGreaterThan(1_500);
  });
}, 30_000);

it("looks again where the look itself took so long that the other's post may have come behind it", async () => {
  await withBot(async ({ slack, folder, raise }) => {
    const id = "chk_posting_2";
    await begunByAnother(folder, id);
    const looks = slack.calls("conversations.history").length;
    slack.faults.next("conversations.history", { slow: 4_000 });
    await raise({ ...CONFIRM, id });
    await expect.poll(() => slack.calls("chat.postMessage").length, SLOW).toBe(1);
    expect(slack.calls("conversations.history").length - looks).toBe(2);
  });
}, 30_000);
