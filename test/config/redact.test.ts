/** The block `redact` of hitl.config.yml, and that of a policy. */
import { expect, test } from "vitest";
import { room } from "./load.ts";

const here = room();

test("takes what is hidden besides, everywhere and under a policy", () => {
  const settings = here.load(`
redact:
  keys: [pin, customer-iban]
  paths: [payload.customer.iban, "payload.items.*.card", "**.phone", source.url, title]
  show: [payload.usage.token]
  shapes: { email: true, card: false }
policies:
  - name: payments
    redact: { enabled: true, forbid_approving: [payload.tool_args.iban] }
`);
  expect(settings.redact).toEqual({
    keys: ["pin", "customer-iban"],
    paths: ["payload.customer.iban", "payload.items.*.card", "**.phone", "source.url", "title"],
    show: ["payload.usage.token"],
    shapes: { email: true, card: false },
  });
  expect(settings.policies[0]).toMatchObject({
    redact: { enabled: true, forbid_approving: ["payload.tool_args.iban"] },
  });
  expect(here.load("").redact).toBeUndefined();
});

const PATH = "must be a path like payload.customer.iban, payload.items.*.card, payload.**.phone, source.url or title";

test.each([
  ["redact: [pin]\n", "hitl.config.yml:1 redact: must be a block of settings."],
  ["redact: { key: [pin] }\n", "hitl.config.yml:1 redact.key: there is no such setting; did you mean keys?"],
  [
    "redact: { forbid_approving: [title] }\n",
    "hitl.config.yml:1 redact.forbid_approving: there is no such setting; there are enabled, keys, paths, show, shapes.",
  ],
  ["redact: { enabled: no }\n", 'hitl.config.yml:1 redact.enabled: must be true or false, not "no".'],
  ["redact: { keys: [] }\n", "hitl.config.yml:1 redact.keys: must not be empty; take it out instead."],
  [
    "redact: { keys: [payload.pin] }\n",
    'hitl.config.yml:1 redact.keys[0]: must be a name like pin or customer_iban, without a path, not "payload.pin".',
  ],
  ["redact: { paths: [customer.iban] }\n", `hitl.config.yml:1 redact.paths[0]: ${PATH}, not "customer.iban".`],
  ["redact: { paths: [payload] }\n", `hitl.config.yml:1 redact.paths[0]: ${PATH}, not "payload".`],
  ["redact: { paths: [source.agent] }\n", `hitl.config.yml:1 redact.paths[0]: ${PATH}, not "source.agent".`],
  [
    "redact: { shapes: { mail: true } }\n",
    "hitl.config.yml:1 redact.shapes.mail: there is no such setting; did you mean email?",
  ],
  ["redact: { shapes: { email: on } }\n", 'hitl.config.yml:1 redact.shapes.email: must be true or false, not "on".'],
  [
    "policies:\n  - name: a\n    redact: { forbid: [title] }\n",
    "hitl.config.yml:3 policies[0].redact.forbid: there is no such setting; there are enabled, keys, paths, show, shapes, forbid_approving.",
  ],
  [
    "policies:\n  - name: a\n    redact: { forbid_approving: [iban] }\n",
    `hitl.config.yml:3 policies[0].redact.forbid_approving[0]: ${PATH}, not "iban".`,
  ],
])("refuses %s", (yaml, sentence) => {
  expect(here.mistake(yaml)).toBe(sentence);
});
