/** A raise without its secrets: by name, by place, by form; deep; and told by path and length alone. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../../src/json.ts";
import { hideIn } from "../../../src/policy/redact/raise.ts";
import { type PolicyRedaction, type Redaction, rulesOf } from "../../../src/policy/redact/rules.ts";

const nothing = { title: undefined, metadata: {}, source: { agent: "ci" }, actions: [] };

function hide(payload: JsonObject, settings: Redaction = {}, policy: PolicyRedaction = {}) {
  const { shown, hidden } = hideIn({ ...nothing, payload }, rulesOf(settings, policy));
  return { payload: shown.payload, hidden };
}
const shown = (payload: JsonObject, settings?: Redaction, policy?: PolicyRedaction) =>
  hide(payload, settings, policy).payload;

const SECRET = "[redacted 7 chars]";

test.each(
  "api_key apiKey API-KEYS openaiApiKey OPENAI_API_KEY x-api-key db.password PGPASSWORD password1 new_password_2 secretValue SecretString clientSecret access_token accesstoken Authorization Set-Cookie privateKeyPem ssn userSSN cvv2 card_number passwords credentials passwordHash".split(
    " ",
  ),
)("hides what stands under %s", (name) => {
  expect(shown({ [name]: "hunter2" })).toEqual({ [name]: SECRET });
});

test.each(
  "token_count tokenizer password_policy key keys monkey author passed path session class_name lesson secretary secret_name api_key_id compass status_code phrase title".split(
    " ",
  ),
)("shows what stands under %s", (name) => {
  expect(shown({ [name]: "hunter2" })).toEqual({ [name]: "hunter2" });
});

describe("by name", () => {
  test("hides texts and numbers at any depth, and keeps the form of what holds them", () => {
    const payload = {
      env: [{ DB_PASSWORD: "hunter2", port: 5432 }],
      credentials: { user: "app", keys: ["a", "b"], pin: 1234 },
    };
    expect(shown(payload)).toEqual({
      env: [{ DB_PASSWORD: SECRET, port: 5432 }],
      credentials: {
        user: "[redacted 3 chars]",
        keys: ["[redacted 1 chars]", "[redacted 1 chars]"],
        pin: "[redacted 4 chars]",
      },
    });
  });

  test("hides the document's three members whole, wherever they are: of a social security number no digit is shown", () => {
    const output = {
      api_keys: ["k-1"],
      passwords: { mail: "hunter2" },
      ssn: "123-45-6789",
      people: [{ ssn: 987654321 }],
    };
    expect(shown({ output })).toEqual({
      output: {
        api_keys: ["[redacted 3 chars]"],
        passwords: { mail: SECRET },
        ssn: "[redacted 11 chars]",
        people: [{ ssn: "[redacted 9 chars]" }],
      },
    });
  });

  test("leaves counts, switches, blanks and places for secrets", () => {
    const payload = { max_tokens: 4096, secret: true, password: "", token: null, api_key: "$\u007bAPI_KEY}" };
    expect(shown(payload)).toEqual(payload);
  });

  test("reads names that stand beside their values: pairs, flags, headers", () => {
    expect(
      shown({
        env: [
          { name: "DB_PASSWORD", value: "hunter2" },
          { name: "HOME", value: "/root" },
        ],
        argv: ["run", "--token", "hunter2", "--verbose"],
        headers: [
          ["X-Api-Key", "hunter2"],
          ["Accept", "*/*"],
        ],
        tags: ["token", "auth"],
      }),
    ).toEqual({
      env: [
        { name: "DB_PASSWORD", value: SECRET },
        { name: "HOME", value: "/root" },
      ],
      argv: ["run", "--token", SECRET, "--verbose"],
      headers: [
        ["X-Api-Key", SECRET],
        ["Accept", "*/*"],
      ],
      tags: ["token", "auth"],
    });
  });

  test("hides more names where the settings or the policy name them", () => {
    const payload = { customerPIN: "hunter2", iban: "hunter2", other: "hunter2" };
    expect(shown(payload, { keys: ["pin"] }, { keys: ["IBAN"] })).toEqual({
      customerPIN: SECRET,
      iban: SECRET,
      other: "hunter2",
    });
  });
});

describe("by place", () => {
  const customer = { name: "Bob", iban: "DE89 3704", vip: true, age: 40, notes: ["a", ""] };

  test("hides what stands there, whatever it is", () => {
    expect(shown({ customer }, { paths: ["payload.customer"] })).toEqual({
      customer: {
        name: "[redacted 3 chars]",
        iban: "[redacted 9 chars]",
        vip: "[redacted 4 chars]",
        age: "[redacted 2 chars]",
        notes: ["[redacted 1 chars]", ""],
      },
    });
  });

  test.each([
    ["payload.customer.iban", { customer: { ...customer, iban: "[redacted 9 chars]" } }],
    ["payload.*.iban", { customer: { ...customer, iban: "[redacted 9 chars]" } }],
    ["payload.**.iban", { customer: { ...customer, iban: "[redacted 9 chars]" } }],
    ["**.iban", { customer: { ...customer, iban: "[redacted 9 chars]" } }],
    ["payload.customer.notes.*", { customer: { ...customer, notes: ["[redacted 1 chars]", ""] } }],
    ["payload.customer.**.0", { customer: { ...customer, notes: ["[redacted 1 chars]", ""] } }],
    ["payload.iban", { customer }],
    ["metadata.customer.iban", { customer }],
    ["payload.**.customer.iban.x", { customer }],
  ])("follows %s", (path, expected) => {
    expect(shown({ customer }, { paths: [path] })).toEqual(expected);
  });

  test("shows what the settings say is no secret, unless a path hides it", () => {
    const payload = { usage: { token: "page-2", card: "4111 1111 1111 1111" }, token: "page-2" };
    expect(shown(payload, { show: ["payload.usage"] })).toEqual({ usage: payload.usage, token: "[redacted 6 chars]" });
    expect(shown(payload, { show: ["**"] }, { paths: ["payload.usage.token"] })).toEqual({
      usage: { token: "[redacted 6 chars]", card: "4111 1111 1111 1111" },
      token: "page-2",
    });
  });
});

describe("by form", () => {
  test("hides numbers that are cards, and names that are secrets", () => {
    const name = "ghp_abcdefghijklmnopqrstuvwxyz0123456789";
    expect(
      shown({ account: 4111111111111111, order: 4111111111111112, [name]: 1, [`${name}x`]: 2, [`${name}y`]: 3 }),
    ).toEqual({
      account: "[redacted 16 chars]",
      order: 4111111111111112,
      "[redacted 40 chars]": 1,
      "[redacted 41 chars]": 2,
      "[redacted 41 chars] (2)": 3,
    });
  });

  test("hides a secret that is written out again elsewhere", () => {
    const { shown: told } = hideIn(
      {
        title: "Rotate S3cr3t!pass",
        payload: { password: "S3cr3t!pass", log: ["used S3cr3t!pass twice: S3cr3t!pass"], plain: "password" },
        metadata: { "S3cr3t!pass": true },
        source: { agent: "ci", session: "run S3cr3t!pass" },
        actions: [{ action: "proceed", label: "Use S3cr3t!pass", comment: "none", reasons: [] }],
      },
      rulesOf(),
    );
    expect(JSON.stringify(told)).not.toContain("S3cr3t");
    expect(told.payload.plain).toBe("password");
  });

  test("hides nothing once it is switched off, in the settings or by the policy", () => {
    const payload = { password: "hunter2", text: "ghp_abcdefghijklmnopqrstuvwxyz0123456789" };
    expect(hide(payload, { enabled: false, paths: ["payload.text"] })).toEqual({ payload, hidden: null });
    expect(hide(payload, {}, { enabled: false })).toEqual({ payload, hidden: null });
    expect(shown(payload, { enabled: false }, { enabled: true }).password).toBe(SECRET);
  });
});

test("names of sessions and steps lose only what is a secret beyond doubt: other things are found by them", () => {
  const source = {
    agent: "ci",
    session: "4111 1111 1111 1111",
    step: "password=hunter2",
    workflow: "xoxb-123456789012-abcdef",
  };
  const hidden = hideIn({ ...nothing, payload: {}, source }, rulesOf());
  expect(hidden.shown.source).toEqual({ ...source, workflow: "[redacted 24 chars]" });
  const byPath = hideIn({ ...nothing, payload: {}, source }, rulesOf({ paths: ["source.session"] }));
  expect(byPath.shown.source.session).toBe("[redacted 19 chars]");
});

describe("tells what was hidden", () => {
  test("by place, length, and where in a text it stood", () => {
    const { hidden } = hide({
      "a/b": { password: "hunter2" },
      text: "use token=abc1 and token=abc2",
      list: ["x", { ssn: 123456789 }],
    });
    expect(hidden).toEqual({
      count: 4,
      values: [
        { pointer: "/payload/a~1b/password", chars: 7 },
        { pointer: "/payload/text", chars: 4, from: 10 },
        { pointer: "/payload/text", chars: 4, from: 25 },
        { pointer: "/payload/list/1/ssn", chars: 9 },
      ],
      blocking: [],
    });
  });

  test("as hidden, too, what came with a mark already", () => {
    const { payload, hidden } = hide({ password: "[redacted 7 chars]", text: "use [redacted 3 chars]" });
    expect(payload).toEqual({ password: "[redacted 7 chars]", text: "use [redacted 3 chars]" });
    expect(hidden?.values).toEqual([
      { pointer: "/payload/password", chars: 7 },
      { pointer: "/payload/text", chars: 3, from: 4 },
    ]);
  });

  test("all of it by number, and the first hundred by place", () => {
    const { hidden } = hide({ passwords: Array.from({ length: 500 }, (_, at) => `p${at}`) });
    expect([hidden?.count, hidden?.values.length]).toEqual([500, 100]);
  });

  test.each([
    [["payload.password"], ["/payload/password"]],
    [["payload.**"], ["/payload/password", "/payload/tool_args/command"]],
    [["payload.tool_args"], ["/payload/tool_args/command"]],
    [["payload.*.command"], ["/payload/tool_args/command"]],
    // What is hidden is a text that may hold it.
    [["payload.tool_args.command.token"], ["/payload/tool_args/command"]],
    [["payload.**.iban"], []],
    [["payload.tool_args.amount"], []],
    [["metadata.**"], []],
  ])("as blocking where the policy forbids approving while %s is hidden", (forbid_approving, blocking) => {
    const payload = { password: "hunter2", tool_args: { command: "run --token hunter2", amount: 12 } };
    expect(hide(payload, {}, { forbid_approving }).hidden?.blocking).toEqual(blocking);
  });
});

test("changes nothing but texts, numbers and names, and hides no less when it is asked twice", () => {
  const value = fc.letrec<{ any: unknown }>((tie) => ({
    any: fc.oneof(
      { maxDepth: 4 },
      fc.oneof(
        fc.string(),
        fc.integer(),
        fc.boolean(),
        fc.constant(null),
        fc.constantFrom("token=abc1", "4111111111111111"),
      ),
      fc.array(tie("any"), { maxLength: 4 }),
      fc.dictionary(
        fc.oneof(fc.string({ minLength: 1 }), fc.constantFrom("password", "tokens", "name", "value")),
        tie("any"),
        { maxKeys: 4 },
      ),
    ),
  })).any;
  const form = (inner: unknown): unknown =>
    Array.isArray(inner)
      ? inner.map(form)
      : typeof inner === "object" && inner !== null
        ? Object.values(inner).map(form)
        : "x";
  fc.assert(
    fc.property(value, (any) => {
      const payload = { any } as JsonObject;
      const once = hide(payload);
      expect(form(once.payload)).toEqual(form(payload));
      const twice = hide(once.payload);
      expect(twice.hidden?.count ?? 0).toBeGreaterThanOrEqual(once.hidden?.count ?? 0);
    }),
    { numRuns: 300 },
  );
});
