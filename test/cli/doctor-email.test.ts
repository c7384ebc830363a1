import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { mailTrouble } from "../../adapters/channels/email/index.ts";
import { emailChecks } from "../../src/cli/doctor-email.ts";
import type { EmailSettings } from "../../src/settings.ts";
import { CERTIFICATE, type SmtpOptions, startSmtp } from "../peers/smtp.ts";
import { start } from "./command.ts";

const from = { name: "hitl-bot", address: "hitl@example.com" };

async function told(smtp: SmtpOptions, over: Partial<EmailSettings> = {}, linked = true): Promise<string[]> {
  const server = await startSmtp(smtp);
  const settings: EmailSettings = { host: "localhost", port: server.port, tls: "none", from, to: [], ...over };
  const ca = readFileSync(CERTIFICATE, "utf8");
  try {
    const checks = await emailChecks({ settings, linked }, (given) => mailTrouble({ ...given, ca }));
    expect(server.begun()).toBe(0);
    return checks.map(({ ok, name, text }) =>
      `${ok === null ? "·" : ok ? "✓" : "✗"} ${name}: ${text}`.replace(String(server.port), "PORT"),
    );
  } finally {
    await server.end();
  }
}

test("hitl doctor email finds everything well, and sends nothing", async () => {
  const login = { user: "bot", password: "s3cret" };
  expect(
    await told({ tls: "starttls", login }, { tls: "starttls", login, to: ["email", "email:team@example.com"] }),
  ).toEqual([
    "✓ server: localhost:PORT lets us in as bot, encrypted by STARTTLS",
    "✓ sender: hitl-bot <hitl@example.com>; SPF and DKIM of its domain must know this server",
    "✓ route: by default the approvers, team@example.com",
    "✓ links: lead to the inbox",
  ]);
});

test("hitl doctor email says what to do about what is not", async () => {
  const login = { user: "bot", password: "wr0ng" };
  expect(await told({}, {}, false)).toEqual([
    "✓ server: localhost:PORT lets us in without signing in, unencrypted, on this machine",
    expect.stringContaining("✓ sender"),
    "· route: HITL_MAIL_TO is not set: only what names email in its route is mailed",
    "· links: HITL_BASE_URL is of this machine alone: mails show no link",
  ]);
  expect((await told({}, { tls: "starttls" }))[0]).toMatch(
    /^✗ server: localhost:PORT: the mail server offers no encryption/,
  );
  const [refused] = await told({ login: { ...login, password: "s3cret" } }, { login });
  expect(refused).toMatch(
    /^✗ server: localhost:PORT: the mail server does not take the user and password of HITL_SMTP_URL \(535/,
  );
  expect(refused).not.toContain("wr0ng");
});

test("hitl doctor email says what to set where nothing is", async () => {
  const { code, out } = await start(["doctor", "email"]);
  expect([code, out]).toEqual([1, "✗ email: HITL_SMTP_URL is not set; set it and HITL_MAIL_FROM, see docs/email.md\n"]);
});
