import { describe, expect, it } from "vitest";
import { type Bot, CONFIRM, TRANSPORTS, withBot } from "./bot.ts";
import { buttonsIn, wordsIn } from "./slack.ts";

describe("/hitl", () => {
  it.each(TRANSPORTS)("over %s answers every verb to the asker alone", async (_name, setting) => {
    await withBot(async ({ slack, raise, card, ended }: Bot) => {
      const ask = async (who: string, words: string) =>
        wordsIn((await slack.slash(who, "C1", `/hitl ${words}`)).shown?.blocks);
      expect(await ask("U0BOB", "pending")).toBe("Nothing waits for you.");
      const one = await card({ ...CONFIRM, title: "One", requested_by: "person:alice" });
      await raise({ ...CONFIRM, title: "Two", route: ["web"], source: { agent: "other" } });
      await raise({ kind: "preview", title: "Three", route: ["web"], payload: { content: "secret words" } });
      expect(await ask("U0BOB", "pending")).toMatch(/^Waiting \(mine\).*One.*Two.*Three/s);
      expect(await ask("U0BOB", "pending")).not.toContain("secret words");
      expect(await ask("U0BOB", "pending team preview")).toMatch(/Three/);
      expect(await ask("U0BOB", "pending all confirm other")).toMatch(/Two/);
      expect(await ask("U0BOB", "pending all confirm other")).not.toMatch(/One|Three/);
      expect(await ask("U0BOB", "pending overdue")).toBe("Nothing waits for you.");
      expect(await ask("U0EVE", "pending all")).toBe("Nothing waits for you.");
      expect(await ask("U0BOB", `show ${one.id}`)).toMatch(/One.*Publish the skill.*Waiting for/s);
      expect(await ask("U0EVE", `show ${one.id}`)).toBe("There is no such checkpoint, or it is not yours to see.");
      expect(await ask("U0BOB", "whoami")).toMatch(/You are Bob \(person:bob\).*slack:T1\/U0BOB/s);
      expect(await ask("U0BOB", "dance")).toMatch(/There is no command "dance"\..*\/hitl pending/s);
      expect(await ask("U0BOB", "")).toMatch(/^\/hitl pending/);
      expect(await ask("U0BOB", `withdraw ${one.id}`)).toMatch(/^Only whoever asked/);
      expect(await ask("U0ALICE", `withdraw ${one.id} not needed`)).toBe("Withdrawn: One");
      expect((await ended(one.id)).status).toBe("withdrawn");
      expect(await ask("U0BOB", "history")).toMatch(/One.*withdrawn by Alice/s);
      expect(await ask("U0BOB", "stats")).toMatch(/3 raised, 1 ended, 2 waiting, the oldest for/);
      expect(slack.troubles).toEqual([]);
      expect(slack.messages("C1").length).toBe(1);
    }, setting);
  });

  it("tells what is overdue from what is not, and the last decisions as many as were asked for", async () => {
    await withBot(
      async ({ slack, raise, act, ended, call }: Bot) => {
        const ask = async (words: string) =>
          wordsIn((await slack.slash("U0BOB", "C1", `/hitl ${words}`)).shown?.blocks);
        const late = await raise({
          ...CONFIRM,
          kind: "preview",
          payload: { content: "x" },
          title: "Late",
          route: ["web"],
        });
        await raise({ ...CONFIRM, title: "Early", route: ["web"] });
        await expect
          .poll(async () => JSON.stringify((await call("GET", `/v1/checkpoints/${late.id}/timeline`)).body), {
            timeout: 10_000,
          })
          .toContain("checkpoint.reminded");
        expect(await ask("pending overdue")).toMatch(/^Waiting \(overdue\)(?!.*Early).*Late/s);
        for (const title of ["First", "Second", "Third"]) {
          const { id } = await raise({ ...CONFIRM, title, route: ["web"] });
          await act(id, { action: "cancel", reason: "no" });
          await ended(id);
        }
        expect(await ask("history 2")).toMatch(/^Decided lately(?!.*First).*Third.*Second/s);
        expect(await ask("history x")).toMatch(/`history` takes a number/);
      },
      { yaml: "policies: [{ name: soon, when: { kind: preview }, remind: [1s] }, { name: default }]\n" },
    );
  });

  it("opens a checkpoint from the list, where it can be decided", async () => {
    await withBot(async ({ slack, raise, ended }: Bot) => {
      const { id } = await raise({ ...CONFIRM, route: ["web"] });
      const { shown } = await slack.slash("U0BOB", "C1", "/hitl pending");
      expect([...buttonsIn(shown?.blocks).keys()]).toEqual(["Open"]);
      await slack.click("U0BOB", shown as never, "Open");
      const view = await slack.openedView("U0BOB");
      expect(wordsIn(view.blocks)).toContain("Publish the skill");
      await slack.click("U0BOB", view, "Proceed");
      expect((await ended(id)).decision?.action).toBe("proceed");
      await slack.until(() => slack.modals("U0BOB").some(({ blocks }) => wordsIn(blocks).includes("Approved by Bob")));
    });
  });

  it("says no more, asks Slack no more and takes no longer over what is somebody else's than over nothing", async () => {
    await withBot(async ({ slack, raise }: Bot) => {
      slack.usergroup("S0SRE", ["U0BOB"]);
      /** As Eve sees it, with how often Slack was asked for it, and the ms of the quicker half's middle. */
      const ask = async (typed: readonly string[]) => {
        const times = typed.map((): number[] => []);
        const said = typed.map(() => new Set<string>());
        for (let time = 0; time < 20; time += 1)
          for (const [at, words] of typed.entries()) {
            const before = slack.calls().length;
            const { shown, ms } = await slack.slash("U0EVE", "C1", `/hitl ${words}`);
            times[at]?.push(ms ?? Number.NaN);
            if (time > 0) said[at]?.add(`${wordsIn(shown?.blocks)} (${slack.calls().length - before} calls)`);
          }
        return typed.map((_, at) => ({ said: [...(said[at] ?? [])], ms: times[at]?.sort((a, b) => a - b)[5] ?? 0 }));
      };
      const [none] = await ask(["pending all"]);
      const theirs = { ...CONFIRM, route: ["web"], approvers: ["slack-group:S0SRE", "slack:U0BOB"] };
      for (let at = 0; at < 60; at += 1) await raise({ ...theirs, id: `chk_theirs_${at}_xx` });
      const [foreign, show, showNone, withdraw, withdrawNone] = await ask([
        "pending all",
        "show chk_theirs_7_xx",
        "show chk_nobody_0000",
        "withdraw chk_theirs_7_xx",
        "withdraw chk_nobody_0000",
      ]);
      for (const [one, other, words] of [
        [none, foreign, "Nothing waits for you."],
        [showNone, show, "There is no such checkpoint, or it is not yours to see."],
        [withdrawNone, withdraw, "There is no such checkpoint, or it is not yours to see."],
      ] as const) {
        expect([one?.said, other?.said]).toEqual([[`${words} (0 calls)`], [`${words} (0 calls)`]]);
        expect(Math.abs((one?.ms ?? 0) - (other?.ms ?? 0)), words).toBeLessThan(5);
      }
    });
  });

  it("turns the pages of a long list", async () => {
    await withBot(async ({ slack, raise }: Bot) => {
      for (let at = 0; at < 20; at += 1) await raise({ ...CONFIRM, title: `Number ${at}`, route: ["web"] });
      const { shown } = await slack.slash("U0BOB", "C1", "/hitl pending");
      expect(wordsIn(shown?.blocks)).toMatch(/1 to 15 of 20/);
      await slack.click("U0BOB", shown as never, "Next");
      await slack.until(() => slack.ephemerals("U0BOB").some(({ blocks }) => /16 to 20 of 20/.test(wordsIn(blocks))));
    });
  });

  it("is answered to a mention as well, in the thread where it was asked", async () => {
    await withBot(async ({ slack, card, told, read }: Bot) => {
      const { id, card: message } = await card(CONFIRM);
      await slack.mention("U0BOB", message, "pending");
      await told("U0BOB", "Waiting (mine)");
      await slack.mention("U0EVE", "C1", "help");
      await told("U0EVE", "/hitl pending");
      expect((await read(id)).comments).toEqual([]);
    });
  });
});

describe("the home tab", () => {
  it.each(TRANSPORTS)(
    "over %s shows what waits, what was asked for and what was decided, and keeps up",
    async (_name, setting) => {
      await withBot(async ({ slack, raise, card, ended }: Bot) => {
        const one = await card({ ...CONFIRM, title: "One" });
        await slack.home("U0BOB");
        const says = () => wordsIn(slack.homeView("U0BOB")?.blocks);
        await slack.until(() => /Waits for you.*One.*You asked for.*Nothing yet/s.test(says()), "the first home tab");
        await raise({ ...CONFIRM, title: "Two", route: ["web"], requested_by: "person:bob" });
        await slack.until(() => /You asked for.*Two/s.test(says()), "what was raised since");
        await slack.click("U0BOB", one.card, "Proceed");
        await ended(one.id);
        await slack.until(() => /You decided lately.*One/s.test(says()), "what was decided since");
        expect([...buttonsIn(slack.homeView("U0BOB")?.blocks).keys()]).toEqual(["Open"]);
        expect(slack.homeView("U0EVE")).toBeUndefined();
      }, setting);
    },
  );
});
