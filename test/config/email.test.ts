import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readEmail } from "../../src/config/email.ts";
import { MAIL_VARIABLES } from "../../src/config/environment.ts";
import { room } from "./load.ts";

const here = room();
const FROM = { HITL_MAIL_FROM: "hitl-bot <hitl@example.com>" };
const SET = { HITL_SMTP_URL: "smtps://bot:s3cret@smtp.example.com", ...FROM };

function read(env: Record<string, string>) {
  const told: string[] = [];
  return readEmail(env, (sentence) => told.push(sentence)) ?? told;
}

describe("the settings of e-mail", () => {
  test("are absent where none of them is set", () => {
    expect(read({ HITL_MAIL_FROM: "" })).toEqual([]);
    expect(here.load("").email).toBeUndefined();
  });

  test("say where the server is, who we are there, and that everything is encrypted", () => {
    expect(read(SET)).toEqual({
      ...{ host: "smtp.example.com", port: 465, tls: "implicit", login: { user: "bot", password: "s3cret" } },
      ...{ from: { name: "hitl-bot", address: "hitl@example.com" }, to: [] },
    });
    expect(read({ ...SET, HITL_SMTP_URL: "smtp://bot%40x.y:p%2Fw%3A@smtp.example.com:2525" })).toMatchObject({
      ...{ port: 2_525, tls: "starttls", login: { user: "bot@x.y", password: "p/w:" } },
    });
    expect(read({ ...SET, HITL_SMTP_URL: "smtp://smtp.example.com" })).toMatchObject({ port: 587, tls: "starttls" });
  });

  test.each(["smtp://127.0.0.1:25", "smtp://localhost", "smtp://[::1]:25"])("do without on this machine: %s", (url) => {
    expect(read({ ...SET, HITL_SMTP_URL: url })).toMatchObject({ tls: "none" });
  });

  test.each([
    ["hitl@example.com", { name: "hitl-bot", address: "hitl@example.com" }],
    ["Approvals <hitl@example.com>", { name: "Approvals", address: "hitl@example.com" }],
    ['"Approvals, please" <hitl@example.com>', { name: "Approvals, please", address: "hitl@example.com" }],
    ["<hitl@example.com>", { name: "", address: "hitl@example.com" }],
  ])("take a sender like %s", (from, sender) => {
    expect(read({ ...SET, HITL_MAIL_FROM: from })).toMatchObject({ from: sender });
  });

  test("say whom to ask where no route does", () => {
    expect(read({ ...SET, HITL_MAIL_TO: "approvers, Team@example.com" })).toMatchObject({
      to: ["email", "email:team@example.com"],
    });
  });

  test.each([
    [
      { ...SET, HITL_SMTP_URL: "" },
      "HITL_SMTP_URL is not set, but other settings of e-mail are: set it as in smtps://user:password@smtp.example.com, or unset them.",
    ],
    [
      { HITL_SMTP_URL: SET.HITL_SMTP_URL },
      "HITL_MAIL_FROM is not set, and mails need a sender: set it to an address like hitl@example.com or hitl-bot <hitl@example.com>.",
    ],
    [
      { ...SET, HITL_SMTP_URL: "https://bot:s3cret@x.y" },
      "HITL_SMTP_URL must be an address like smtps://user:password@smtp.example.com:465 or smtp://…:587.",
    ],
    [
      { ...SET, HITL_SMTP_URL: "smtp://bot:s3cret@x.y?requireTLS=false" },
      "HITL_SMTP_URL must be an address like smtps://user:password@smtp.example.com:465 or smtp://…:587, without a path or options; write special characters of the password as %XX.",
    ],
    [
      { ...SET, HITL_SMTP_URL: "smtps://bot@x.y" },
      "HITL_SMTP_URL must be an address like smtps://user:password@smtp.example.com:465 or smtp://…:587, with both user and password, or with neither.",
    ],
    [
      { ...SET, HITL_SMTP_URL: "smtps://bot:s3cret%@x.y" },
      "HITL_SMTP_URL has a % in user or password that is not followed by two digits; write it as %25.",
    ],
    [
      { ...SET, HITL_MAIL_FROM: "hitl" },
      "HITL_MAIL_FROM must be an address like hitl@example.com or hitl-bot <hitl@example.com>.",
    ],
    [
      { ...SET, HITL_MAIL_FROM: "x\r\nBcc: y <hitl@example.com>" },
      "HITL_MAIL_FROM must be an address like hitl@example.com or hitl-bot <hitl@example.com>.",
    ],
    [
      { ...SET, HITL_MAIL_TO: "everybody" },
      'HITL_MAIL_TO: "everybody" must be approvers, or an address like team@example.com.',
    ],
  ])("are refused with the cure, and never with the password: %o", (env, sentence) => {
    expect(read(env)).toEqual([sentence]);
    expect(sentence).not.toContain("s3cret");
  });

  test("are told from their misspellings", () => {
    expect(here.mistake("", { HITL_SMTP_ULR: "x" })).toBe(
      "HITL_SMTP_ULR is not a setting; did you mean HITL_SMTP_URL? Rename or unset it.",
    );
  });
});

describe("policies that go by mail", () => {
  const PEOPLE = "people: { bob: { email: bob@example.com }, carol: {} }\ngroups: { sre: [bob], none: [carol] }\n";
  const policy = (rest: string) => `${PEOPLE}policies:\n  - { name: p, ${rest} }\n`;

  test.each(["email", "email:bob@example.com", "email:list@example.com", "email:person:bob", "email:group:sre"])(
    "may name %s",
    (place) => {
      expect(here.load(policy(`route: ["${place}"]`), SET).policies[0]?.route).toEqual([place]);
    },
  );

  test.each([
    ['route: ["email:person:bbo"]', "policies[0].route[0]: names nobody under `people`; did you mean bob?"],
    [
      'route: ["email:person:carol"]',
      "policies[0].route[0]: reaches nobody: there is no `email` in person:carol under `people`; add one there.",
    ],
    [
      'route: ["email:group:none"]',
      "policies[0].route[0]: reaches nobody: there is no `email` in group:none under `people`; add one there.",
    ],
    [
      'route: ["email:bob"]',
      "policies[0].route[0]: must be email, email:bob@example.com, email:person:bob or email:group:sre.",
    ],
    ['route: ["email:Bob@example.com"]', "policies[0].route[0]: must be written in lower case."],
    ["fallback: email", "policies[0].fallback: must say to whom, as in email:ops@example.com."],
    [
      'approvers: ["email:boss@example.com"]',
      'policies[0].approvers[0]: "email:boss@example.com" is no e-mail address under `people`; write it in lower case and link it to a person there.',
    ],
  ])("are checked: %s", (rest, sentence) => {
    expect(here.mistake(policy(rest), SET)).toBe(`hitl.config.yml:4 ${sentence}`);
  });

  test("need a mail server", () => {
    expect(here.mistake(policy('route: ["email"]'))).toBe(
      'HITL_SMTP_URL is not set, but "p" under `policies` goes by e-mail: set it, or take email out there.',
    );
    expect(here.mistake(policy('fallback: "email:ops@example.com"'))).toContain('"p" under `policies` goes by e-mail');
  });
});

describe("the times of a policy", () => {
  const policy = (rest: string) => `policies:\n  - { name: p, ${rest} }\n`;

  test("hold by when it should be decided, and when cards begin to warn", () => {
    expect(here.load(policy("timeout: 2h, sla: 30m, warn: 5m")).policies[0]).toMatchObject({
      sla: 1_800_000,
      warn: 300_000,
    });
    expect(here.load(policy("warn: null")).policies[0]).toMatchObject({ warn: null });
  });

  test.each([
    ["timeout: 1h, sla: 1h", "policies[0].sla: comes too late: it all ends after 1h."],
    ["timeout: 10m, warn: 10m", "policies[0].warn: begins before it is raised; choose a shorter one."],
  ])("must fit each other: %s", (rest, sentence) => {
    expect(here.mistake(policy(rest))).toBe(`hitl.config.yml:2 ${sentence}`);
  });
});

describe("docs/email.md", () => {
  const text = readFileSync(join(import.meta.dirname, "../../docs/email.md"), "utf8");
  const rows = [...text.matchAll(/^\| `(HITL_\w+)` \| `([^`]*)` \|/gm)].map(([, name = "", example = ""]) => [
    name,
    example,
  ]);

  test("lists every variable of e-mail, with examples that are taken together", () => {
    expect(rows.map(([name]) => name)).toEqual([...MAIL_VARIABLES]);
    expect(here.load("", Object.fromEntries(rows)).email).toMatchObject({ host: "smtp.example.com", to: ["email"] });
  });

  test("shows policies that are taken", () => {
    const [, yaml = ""] = /^```yaml\n(.*?)^```$/ms.exec(text) ?? [];
    expect(here.load(yaml, SET).policies.map(({ name }) => name)).toEqual(["payments", "the-rest"]);
  });
});
