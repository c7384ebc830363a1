import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { makeEmail } from "../../../../adapters/channels/email/index.ts";
import { type Channel, NotYet } from "../../../../src/ports.ts";
import { CERTIFICATE, startSmtp } from "../../../peers/smtp.ts";
import { NOON, withPost } from "./post.ts";

const MINUTE = 60_000;
const confirm = { kind: "confirm", payload: { summary: "Publish it", path: "secret/path" } } as const;
const ID = "chk_mail_0001";
const header = (raw: string, name: string) =>
  new RegExp(`^${name}: (.*(?:\\r\\n[ \\t].*)*)`, "im").exec(raw)?.[1]?.replace(/\s+/g, " ");

describe("a checkpoint that goes by mail", () => {
  test("asks everybody who may decide and has an address, and tells them how it ended", async () => {
    await withPost({}, async ({ bot, smtp, to }) => {
      await bot.raise({ id: ID, ...confirm, requested_by: "person:alice" });
      await bot.timers();
      expect(to().toSorted()).toEqual([
        "bob@example.com: An agent waits for a decision.",
        "carol@example.com: An agent waits for a decision.",
      ]);
      expect((await bot.record(ID)).placements).toMatchObject([
        { channel: "email", conversation: "person:bob", state: "shown" },
        { channel: "email", conversation: "person:carol", state: "shown" },
      ]);
      await bot.comment(ID, "carol");
      await bot.timers();
      expect(smtp.mails).toHaveLength(2);
      await bot.act(ID, "bob", { action: "cancel", reason: "no" });
      await bot.timers();
      // Bob decided it and knows.
      expect(to().slice(2).sort()).toEqual([
        "alice@example.com: Cancelled by Bob over the API, 2026-11-20 10:00 UTC.",
        "carol@example.com: Cancelled by Bob over the API, 2026-11-20 10:00 UTC.",
      ]);
      await bot.comment(ID, "carol");
      await bot.timers();
      expect(smtp.mails).toHaveLength(4);
    });
  });

  test("has a sender, one recipient, and headers that keep other programs from answering", async () => {
    await withPost({}, async ({ bot, smtp }) => {
      await bot.raise({ id: ID, ...confirm, title: "Übergabe 🚀 – sofort", approvers: ["person:carol"] });
      await bot.timers();
      const [mail] = smtp.mails;
      expect(mail?.from).toBe("hitl@bot.example");
      expect(mail?.parsed).toMatchObject({
        from: { name: "hitl-bot", address: "hitl@bot.example" },
        to: [{ name: 'Carol "CC" <Ops>', address: "carol@example.com" }],
        subject: "[hitl-bot] confirm: Übergabe 🚀 – sofort",
      });
      expect(mail?.parsed.text).toContain("https://hitl.example.com/checkpoints/chk_mail_0001\n");
      expect(mail?.parsed.html).toContain('href="https://hitl.example.com/checkpoints/chk_mail_0001"');
      expect(mail?.raw).not.toContain("secret/path");
      expect(header(mail?.raw ?? "", "Auto-Submitted")).toBe("auto-generated");
      expect(header(mail?.raw ?? "", "X-Auto-Response-Suppress")).toBe("All");
      expect(header(mail?.raw ?? "", "X-Mailer")).toBeUndefined();
    });
  });

  test("is one thread for each reader, over all its rounds, with ids of its own", async () => {
    const policies = [{ name: "p", remind: [10 * MINUTE, 20 * MINUTE], approvers: ["person:bob", "person:carol"] }];
    await withPost({ policies }, async ({ bot, smtp, pass }) => {
      await bot.raise({ id: ID, ...confirm });
      await bot.timers();
      for (let reminder = 0; reminder < 2; reminder += 1) {
        pass(10 * MINUTE);
        await bot.timers();
      }
      await bot.act(ID, "bob", { action: "revise", feedback: "shorter" });
      await bot.raise({ id: "chk_mail_0002", ...confirm, previous: ID });
      await bot.timers();
      const carols = smtp.mails.filter((mail) => mail.to === "carol@example.com");
      const ids = carols.map(({ raw }) => header(raw, "Message-ID"));
      expect(carols.map(({ parsed }) => parsed.text?.slice(0, 12))).toEqual([
        "An agent wai",
        "A reminder: ",
        "A reminder: ",
        "Sent back to",
        "An agent wai",
      ]);
      expect(new Set(smtp.mails.map(({ raw }) => header(raw, "Message-ID"))).size).toBe(smtp.mails.length);
      expect(ids.every((id) => /^<[\w-]{32}@bot\.example>$/.test(id ?? ""))).toBe(true);
      expect(carols.map(({ raw }) => header(raw, "References"))).toEqual([undefined, ids[0], ids[0], ids[0], ids[0]]);
      expect(header(carols[3]?.raw ?? "", "In-Reply-To")).toBe(ids[0]);
      const subjects = carols.slice(0, 4).map(({ parsed }) => parsed.subject?.replace("Re: ", ""));
      expect(new Set(subjects).size).toBe(1);
    });
  });

  test("is sent once, though its errand is carried out again, also by another replica", async () => {
    await withPost({}, async ({ bot, smtp, email, parts, settings }) => {
      await bot.raise({ id: ID, ...confirm, approvers: ["person:bob"] });
      await bot.timers();
      const card = await bot.desk.cardOf(await bot.record(ID));
      const other = makeEmail(settings, parts);
      for (const each of [email, other, email])
        expect(await each.post({ channel: "email", id: "person:bob" }, card, "k")).toMatchObject({ type: "shown" });
      await other.stop();
      expect(smtp.begun()).toBe(1);
    });
  });

  test("is sent by one of two replicas that begin at the same moment", async () => {
    await withPost({}, async ({ bot, smtp, email, parts, settings }) => {
      await bot.raise({ id: ID, ...confirm, approvers: ["person:bob"], route: ["web"] });
      const card = await bot.desk.cardOf(await bot.record(ID));
      const other = makeEmail(settings, parts);
      const sent = await Promise.allSettled(
        [email, other].map((each) => each.post({ channel: "email", id: "person:bob" }, card, "k")),
      );
      await other.stop();
      expect(sent.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
      expect(sent.find((each) => each.status === "rejected")?.reason).toBeInstanceOf(NotYet);
      expect(smtp.mails).toHaveLength(1);
    });
  });

  test("has the same id when it has to be sent again because nobody knows whether it arrived", async () => {
    await withPost({ smtp: { cut: (attempt) => attempt === 1 } }, async ({ bot, smtp, email }) => {
      await bot.raise({ id: ID, ...confirm, approvers: ["person:bob"], route: ["web"] });
      const card = await bot.desk.cardOf(await bot.record(ID));
      const again = () => email.post({ channel: "email", id: "person:bob" }, card, "k");
      await expect(again()).rejects.toBeInstanceOf(NotYet);
      expect(await again()).toMatchObject({ type: "shown" });
      const ids = smtp.mails.map(({ raw }) => header(raw, "Message-ID"));
      expect(ids).toHaveLength(2);
      expect(ids[0]).toBe(ids[1]);
    });
  });

  test("shows no link that leads to the reader's own machine", async () => {
    await withPost({ links: false }, async ({ bot, smtp }) => {
      await bot.raise({ id: ID, ...confirm, approvers: ["person:bob"] });
      await bot.timers();
      expect(smtp.mails[0]?.raw).not.toMatch(/hitl\.example\.com|href/);
    });
  });
});

describe("whom mails go to", () => {
  test("an address of the route is the person who has it, and gets one mail", async () => {
    const policies = [
      { name: "p", route: ["email", "email:bob@example.com", "email:person:bob", "email:list@example.com"] },
    ];
    await withPost({ policies }, async ({ bot, to }) => {
      await bot.raise({ id: ID, ...confirm, approvers: ["person:bob"] });
      await bot.timers();
      expect(to().toSorted()).toEqual([
        "bob@example.com: An agent waits for a decision.",
        "list@example.com: An agent waits for a decision.",
      ]);
    });
  });

  test("nobody to mail is told where the card should have gone, and the fallback is asked", async () => {
    const policies = [{ name: "p", route: ["email"], approvers: ["person:dave"], fallback: "email:alice@example.com" }];
    await withPost({ policies }, async ({ bot, to }) => {
      await bot.raise({ id: ID, ...confirm });
      await bot.timers();
      expect(to()).toEqual(["alice@example.com: An agent waits for a decision."]);
      expect((await bot.record(ID)).placements).toMatchObject([
        {
          conversation: "approvers",
          state: "undeliverable",
          error: "nobody who may decide has an `email` under `people`; add one, or name an address in the route",
        },
        { conversation: "alice@example.com", state: "shown" },
      ]);
    });
  });

  test("an agent sends them to those who have a part in it, and to nobody else", async () => {
    await withPost({}, async ({ bot }) => {
      const raise = async (route: string[], more = {}) => {
        const raised = await bot.raise({ ...confirm, approvers: ["person:bob"], ...more, route });
        return raised.type === "refused"
          ? [raised.code, raised.errors?.[0]?.pointer]
          : raised.checkpoint.placements.map((each) => each.conversation);
      };
      expect(await raise(["email:bob@example.com"])).toEqual(["person:bob"]);
      expect(await raise(["email:person:alice"], { requested_by: "person:alice" })).toEqual(["person:alice"]);
      for (const place of [
        "email:mallory@evil.example",
        "email:carol@example.com",
        "email:person:carol",
        "email:person:nobody",
      ])
        expect(await raise(["web", place])).toEqual(["unknown_route", "/route/1"]);
    });
  });

  test("whoever asked is not asked themselves", async () => {
    await withPost({}, async ({ bot, to }) => {
      await bot.raise({ id: ID, ...confirm, approvers: ["person:bob", "person:carol"], requested_by: "person:carol" });
      await bot.timers();
      expect(to()).toEqual(["bob@example.com: An agent waits for a decision."]);
    });
  });

  test("people of a chat are told there, others by mail; the ladder reaches who has nothing but an address", async () => {
    const told: string[] = [];
    const slack: Channel = {
      name: "slack",
      start: async () => {},
      stop: async () => {},
      post: async () => ({ type: "shown", message: "m" }),
      update: async () => ({ type: "shown", message: "m" }),
      tell: async (to, { type }) => {
        told.push(`${to} ${type}`);
        return { type: "shown", message: "dm" };
      },
    };
    const policies = [
      {
        ...{ name: "p", route: ["slack:#deploys"], approvers: ["person:bob"], remind: [10 * MINUTE] },
        escalate: [{ after: 20 * MINUTE, to: ["email:carol@example.com", "person:erin"] }],
        timeout: 40 * 60 * MINUTE,
      },
    ];
    await withPost({ policies, channels: [slack] }, async ({ bot, to, pass }) => {
      await bot.raise({ id: ID, ...confirm });
      await bot.timers();
      pass(10 * MINUTE);
      await bot.timers();
      expect([told, to()]).toEqual([["slack:T1/U0BOB reminded"], []]);
      pass(10 * MINUTE);
      await bot.timers();
      expect(to()).toEqual(["carol@example.com: Escalated to you: nobody has decided it yet."]);
      // Erin sleeps until 23:00 UTC.
      pass(Date.parse("2026-11-20T23:00:00Z") - NOON - 20 * MINUTE);
      await bot.timers();
      expect(to().slice(1)).toEqual(["erin@example.com: Escalated to you: nobody has decided it yet."]);
      await bot.act(ID, "carol", { action: "cancel" });
      await bot.timers();
      expect(to().slice(2)).toEqual([
        'carol@example.com: Cancelled by Carol "CC" <Ops> over the API, 2026-11-20 23:00 UTC.',
        'erin@example.com: Cancelled by Carol "CC" <Ops> over the API, 2026-11-20 23:00 UTC.',
      ]);
    });
  });

  test("a mail that was held back over night is not sent once it is over", async () => {
    const policies = [{ name: "p", approvers: ["person:bob", "person:erin"], remind: [MINUTE], timeout: null }];
    await withPost({ policies, route: ["web"] }, async ({ bot, to, pass }) => {
      await bot.raise({ id: ID, ...confirm });
      pass(MINUTE);
      await bot.timers();
      expect(to()).toEqual(["bob@example.com: A reminder: this still waits for you."]);
      await bot.act(ID, "bob", { action: "cancel" });
      pass(24 * 60 * MINUTE);
      await bot.timers();
      expect(to().filter((line) => line.includes("reminder"))).toHaveLength(1);
    });
  });
});

describe("a mail server", () => {
  test("that refuses somebody for good is told of in the record, and the fallback is asked", async () => {
    const refuse = (address: string) =>
      address === "bob@example.com" ? { code: 550, text: "5.1.1 no such user\r\nhere" } : undefined;
    const policies = [{ name: "p", route: ["email"], approvers: ["person:bob"], fallback: "email:carol@example.com" }];
    await withPost({ smtp: { refuse }, policies }, async ({ bot, to, reports }) => {
      await bot.raise({ id: ID, ...confirm });
      await bot.timers();
      expect((await bot.record(ID)).placements).toMatchObject([
        {
          conversation: "person:bob",
          state: "undeliverable",
          error: expect.stringMatching(/^the mail server refuses it: 550 /),
        },
        { conversation: "carol@example.com", state: "shown" },
      ]);
      expect(to()).toEqual(["carol@example.com: An agent waits for a decision."]);
      expect(reports).toEqual([expect.stringMatching(/^a mail is given up: the mail server refuses it: 550/)]);
    });
  });

  test("that refuses a reminder is told of in the record as well", async () => {
    const policies = [{ name: "p", approvers: ["person:carol"], remind: [MINUTE] }];
    await withPost(
      { smtp: { refuse: () => ({ code: 552, text: "mailbox full" }) }, policies, route: ["web"] },
      async ({ bot, pass }) => {
        await bot.raise({ id: ID, ...confirm });
        pass(MINUTE);
        await bot.timers();
        const entries = (await bot.log(ID)).map(({ entry }) => [entry.type, entry.data]);
        expect(entries.at(-1)).toEqual([
          "checkpoint.undeliverable",
          {
            ...{ channel: "email", conversation: "person:carol", note: "reminded" },
            reason: expect.stringMatching(/^the mail server refuses it: 552/),
          },
        ]);
        expect((await bot.record(ID)).status).toBe("pending");
      },
    );
  });

  test("that puts a mail off gets it again from the relay", async () => {
    const refuse = (_: string, at: string, attempt: number) =>
      at === "data" && attempt === 1 ? { code: 451, text: "greylisted" } : undefined;
    await withPost({ smtp: { refuse } }, async ({ bot, opened, smtp }) => {
      await bot.raise({ id: ID, ...confirm, approvers: ["person:bob"] });
      const { work } = await opened.store.due(10, 1_000);
      const show = work.find(({ task }) => task.do === "show");
      if (show === undefined) throw new Error("nothing to show");
      await expect(bot.carry(show)).rejects.toThrow("the mail server puts it off: 451 greylisted");
      expect((await bot.record(ID)).placements).toMatchObject([{ state: "queued" }]);
      expect(await bot.carry(show)).toEqual({ type: "finished" });
      expect(smtp.mails).toHaveLength(1);
    });
  });

  test("that is away costs nothing: the mail waits, the state says so, and it goes out when it is back", async () => {
    await withPost({}, async ({ bot, email, smtp, settings, states, reports, parts, opened }) => {
      await email.start();
      expect(email.isUp()).toBe(true);
      await smtp.end();
      await bot.raise({ id: ID, ...confirm, approvers: ["person:bob"] });
      const { work } = await opened.store.due(10, 1_000);
      const show = work.find(({ task }) => task.do === "show");
      if (show === undefined) throw new Error("nothing to show");
      const gone = await bot.carry(show).catch((error: unknown) => error);
      expect(gone).toBeInstanceOf(NotYet);
      expect(email.isUp()).toBe(false);
      const back = await startSmtp({ port: settings.port });
      try {
        await bot.carry(show);
        expect(back.mails.map(({ to }) => to)).toEqual(["bob@example.com"]);
        expect(email.isUp()).toBe(true);
        expect(states).toEqual([true, false, true]);
        expect(reports.filter((what) => what.includes("cannot be reached")).length).toBeLessThan(2);
        expect(parts.links).toBe(true);
      } finally {
        await back.end();
      }
    });
  });

  test("without encryption hears neither password nor mail", async () => {
    const settings = { tls: "starttls", login: { user: "bot", password: "s3cret" } } as const;
    await withPost({ settings, smtp: { login: settings.login } }, async ({ bot, smtp, email }) => {
      await email.start();
      expect(email.isUp()).toBe(false);
      await bot.raise({ id: ID, ...confirm, approvers: ["person:bob"] });
      await bot.timers();
      expect((await bot.record(ID)).placements).toMatchObject([
        { state: "undeliverable", error: expect.stringMatching(/^the mail server offers no encryption \(STARTTLS\)/) },
      ]);
      expect([smtp.begun(), smtp.mails]).toEqual([0, []]);
    });
  });

  test("with a certificate that nobody vouches for hears nothing either", async () => {
    await withPost({ settings: { tls: "starttls" }, smtp: { tls: "starttls" } }, async ({ email, smtp, bot }) => {
      await bot.raise({ id: ID, ...confirm, approvers: ["person:bob"], route: ["web"] });
      const card = await bot.desk.cardOf(await bot.record(ID));
      await expect(email.post({ channel: "email", id: "person:bob" }, card, "k")).rejects.toBeInstanceOf(NotYet);
      expect(smtp.begun()).toBe(0);
    });
  });

  test.each(["starttls", "implicit"] as const)("is spoken to in secret and by name (%s)", async (tls) => {
    const login = { user: "bot", password: "s3cret" };
    const settings = { tls, login, ca: readFileSync(CERTIFICATE, "utf8") };
    await withPost({ settings, smtp: { tls, login } }, async ({ bot, smtp, email }) => {
      await email.start();
      await bot.raise({ id: ID, ...confirm, approvers: ["person:bob"] });
      await bot.timers();
      expect(smtp.mails).toMatchObject([{ to: "bob@example.com", secure: true, user: "bot" }]);
    });
  });

  test("that does not take our password is told of, without it", async () => {
    const settings = { login: { user: "bot", password: "wr0ng-pass" } };
    await withPost(
      { settings, smtp: { login: { user: "bot", password: "s3cret" } } },
      async ({ bot, email, reports }) => {
        await email.start();
        expect(email.isUp()).toBe(false);
        await bot.raise({ id: ID, ...confirm, approvers: ["person:bob"] });
        await bot.timers();
        const [placement] = (await bot.record(ID)).placements;
        expect(placement?.error).toMatch(/^the mail server does not take the user and password of HITL_SMTP_URL \(535/);
        expect(JSON.stringify([placement, reports])).not.toContain("wr0ng-pass");
      },
    );
  });
});
