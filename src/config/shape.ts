/** What may stand in hitl.config.yml, value by value. What the values have to do with each other is checked elsewhere. */
import { z } from "zod";
import { ACTIONS, TIMEOUT_WORDS } from "../checkpoint.ts";
import { READING_CHANNELS } from "../house.ts";
import { isObject, type JsonObject } from "../json.ts";
import { place } from "../request.ts";
import { MAX_DURATION, parseDuration } from "../time.ts";
import { suggest } from "./fault.ts";
import { type ConfigFile, type Path, reference } from "./file.ts";
import { policyRedact, redact, redactNames } from "./redact.ts";

export const text = (what: string) => z.string({ error: `must be ${what}` });
export const like = (pattern: RegExp, what: string) => text(what).regex(pattern, `must be ${what}`);
export const oneOf = <const Words extends readonly string[]>(words: Words) =>
  z.enum(words, { error: `must be ${words.join(" or ")}` });
export const listOf = <Item extends z.ZodType>(item: Item, what: string) =>
  z.array(item, { error: `must be a list of ${what}` }).min(1, "must not be empty; take it out instead");
export const whole = (from: number, to: number) => {
  const error = `must be a whole number from ${from} to ${to}`;
  return z.int({ error }).min(from, error).max(to, error);
};
export const yesOrNo = z.boolean({ error: "must be true or false" });
export const block = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z.strictObject(shape, { error: "must be a block of settings" });

const DURATION = "must be a duration like 90s, 15m, 1h or 2d";
export const duration = z.union([z.string(), z.number()], { error: DURATION }).transform((value, context) => {
  const ms = parseDuration(value);
  if (ms !== undefined && ms > 0 && ms <= MAX_DURATION) return ms;
  context.addIssue({ code: "custom", message: DURATION });
  return z.NEVER;
});

const refs = listOf(text("a reference like person:alice or group:sre"), "references like person:alice or group:sre");
const PLACE = "a place like slack:#deploys, slack:C0123, discord:1122334455 or web";
/** A chat channel alone is no place in it. */
export const where = text(PLACE).refine(
  (value) =>
    place.safeParse(value).success && (value.includes(":") || READING_CHANNELS.has(value) || value === "email"),
  `must be ${PLACE}`,
);

const person = block({
  name: text("a name").min(1, "must be a name").max(200, "must be a name of at most 200 characters").optional(),
  slack: like(
    /^([TE]\w{1,30}\/)?[UW]\w{1,30}$/,
    "a member id like U0ALICE (never a name: names can be changed)",
  ).optional(),
  discord: like(
    /^\d{1,25}$/,
    'a user id in quotes, like "112233445566" (never a name: names can be changed)',
  ).optional(),
  email: like(/^[^\s@]{1,100}@[^\s@]{1,200}$/, "an address like alice@example.com").optional(),
  zone: text("a time zone like Europe/Berlin").optional(),
  hours: like(/^([01]\d|2[0-3]):[0-5]\d-([01]\d:[0-5]\d|2[0-3]:[0-5]\d|24:00)$/, 'hours like "09:00-18:00"').optional(),
});

const token = block({
  name: like(/^[\w.@-]{1,100}$/, "a name of A-Z a-z 0-9 _ . @ -"),
  role: oneOf(["agent", "approver", "admin"]),
  token: text(`a reference like ${reference("CI_TOKEN")}`),
  person: text("the id of a person").optional(),
  agents: z
    .union([z.literal("any"), z.array(z.string().min(1).max(200)).min(1)], {
      error: "must be a list of agents' names, or any",
    })
    .optional(),
});

const rung = block({ after: duration.optional(), to: refs });

const policy = block({
  name: like(/^\w[\w .@-]{0,99}$/, "a short name like payments"),
  when: z.custom<Record<string, unknown>>(isObject, "must be a block like { kind: tool }").optional(),
  route: listOf(where, "places like slack:#deploys").optional(),
  approvers: refs.optional(),
  quorum: whole(1, 50).optional(),
  actions: listOf(oneOf(ACTIONS), "actions like proceed").optional(),
  timeout: duration.nullable().optional(),
  on_timeout: oneOf(TIMEOUT_WORDS).optional(),
  remind: listOf(duration, "durations like 15m").optional(),
  escalate: listOf(rung, "rungs like { after: 45m, to: [person:cfo] }").optional(),
  sla: duration.optional(),
  warn: duration.nullable().optional(),
  self_approval: yesOrNo.optional(),
  see_all: oneOf(["required"]).optional(),
  comment: listOf(oneOf(ACTIONS), "actions like reject").optional(),
  max_rounds: whole(1, 1_000).optional(),
  auto: oneOf(["proceed"]).optional(),
  fallback: where.optional(),
  redact: policyRedact.optional(),
});

const shape = block({
  admin: text("the id of a person").optional(),
  people: z
    .record(z.string(), person.nullable(), { error: "must be people by id, as in `alice: { slack: U0ALICE }`" })
    .optional(),
  groups: z
    .record(z.string(), listOf(text("a person's id or a reference"), "members"), {
      error: "must be lists by id, as in `sre: [alice, bob]`",
    })
    .optional(),
  tokens: z.array(token, { error: "must be a list of tokens" }).optional(),
  policies: z.array(policy, { error: "must be a list of policies" }).optional(),
  agents: z
    .record(z.string(), z.custom<JsonObject>(isObject, "must be a block like { protocol: callbacks }"), {
      error: "must be connections by name, as in `fleet: { protocol: callbacks }`",
    })
    .optional(),
  thread_replies: oneOf(["words", "direct"]).optional(),
  redact: redact.optional(),
});
export type Shape = z.output<typeof shape>;

/** Undefined once a fault was told: what depends on a wrong value would only be told wrongly. */
export function readShape(file: ConfigFile): Shape | undefined {
  const result = shape.safeParse(file.value);
  if (!result.success) for (const issue of result.error.issues) tell(file, issue);
  return result.success ? result.data : undefined;
}

export function tell(file: ConfigFile, issue: z.core.$ZodIssue, base: Path = [], names?: readonly string[]): void {
  const path = [...base, ...issue.path.map((part) => (typeof part === "number" ? part : String(part)))];
  if (issue.code === "unrecognized_keys") {
    const known = names ?? redactNames(path) ?? knownAt(path);
    for (const name of issue.keys)
      file.fault([...path, name], `there is no such setting${suggest(name, known, `; there are ${known.join(", ")}`)}`);
    return;
  }
  const isThere = valueAt(file.value, path) !== undefined;
  const written = ["token", "secret"].includes(String(path.at(-1))) ? undefined : file.written(path);
  if (!isThere) file.fault(path, `is missing; it ${issue.message}`);
  else file.fault(path, written === undefined ? issue.message : `${issue.message}, not ${JSON.stringify(written)}`);
}

function knownAt(path: Path): string[] {
  const [first, , third] = path;
  const of = { people: person, tokens: token, policies: third === "escalate" ? rung : policy }[String(first)] ?? shape;
  return Object.keys(of.shape);
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce((inner, part) => (inner as Record<string | number, unknown> | undefined)?.[part], value);
}
