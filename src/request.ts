/**
 * What callers may ask for, in the words of the HTTP API: the one place where a request's shape is checked.
 * Unknown top-level fields are refused (a mistyped `aprovers` must not open a door); payload fields are kept.
 */
import { z } from "zod";
import { ACTIONS, KINDS, PRIORITIES, TIMEOUT_WORDS } from "./checkpoint.ts";
import { isObject, type Json, type JsonObject } from "./json.ts";
import { MAX_DURATION, parseDuration } from "./time.ts";

export const ID = /^[A-Za-z0-9_-]{8,64}$/;

/** Ids of the doors follow from what the agents' systems name, and could be taken by who knows that beforehand. */
export const DOOR_ID = "chk_door_";

/** Of JSON, in UTF-16 units: it travels with every answer. */
const MAX_STATE = 16 * 1_024;

const json = z.custom<Json>((value) => value !== undefined).meta({ description: "any JSON value" });
const object = z.custom<JsonObject>(isObject, "must be an object").meta({ type: "object", additionalProperties: true });
const words = z.string().max(20_000);
const oneLine = z
  .string()
  .trim()
  .min(1)
  .max(300)
  .refine((text) => !/[\r\n]/.test(text), "must be one line");

/** `"90s" | "15m" | "1h" | "2d"` or seconds, read as milliseconds. */
export const duration = z
  .union([z.string(), z.number()])
  .meta({ examples: ["15m", "1h", 90] })
  .transform((value, context) => {
    const ms = parseDuration(value);
    if (ms !== undefined && ms > 0 && ms <= MAX_DURATION) return ms;
    context.addIssue({ code: "custom", message: 'must be a duration like "90s", "15m", "1h", "2d", or seconds' });
    return z.NEVER;
  });

/** A reference to people; see `Ref` in checkpoint.ts. */
export const ref = z
  .string()
  .regex(
    /^(anyone|admin|(person|group):[\w.@-]{1,100}|slack:([TE]\w{1,30}\/)?[UW]\w{1,30}|slack-group:S\w{1,30}|discord(-role)?:\d{1,25}|email:[^\s@]+@[^\s@]+)$/,
    "must be a reference like person:alice, group:sre, slack:U0ALICE, discord:1122, slack-group:S0SRE or discord-role:99",
  );

/** One person or account: a group or `anyone` here would give everybody in it a say. */
const requester = ref.refine(
  (text) => /^(person|slack|discord|email):/.test(text),
  "must be one person or account, like person:alice or slack:U0ALICE",
);

export const place = z
  .string()
  .regex(/^[a-z]{2,20}(:\S{1,100})?$/, "must be a place like web, slack:#deploys, slack:C0123 or discord:1122334455");

const offered = z.union([
  z.enum(ACTIONS),
  z.strictObject({
    action: z.enum(ACTIONS),
    label: oneLine.max(60).optional(),
    comment: z.enum(["optional", "required"]).optional(),
    reasons: z.array(oneLine.max(75)).max(20).optional(),
  }),
]);

export const raiseRequest = z
  .strictObject({
    id: z
      .string()
      .regex(ID, "must be 8 to 64 characters of A-Z a-z 0-9 _ -")
      .refine((id) => !id.startsWith(DOOR_ID), `must not begin with ${DOOR_ID}, as only the ids of the doors do`)
      .optional(),
    kind: z.enum(KINDS),
    payload: object,
    title: oneLine.optional(),
    source: z
      .strictObject({
        agent: oneLine.max(200).optional(),
        workflow: oneLine.max(200).optional(),
        session: oneLine.max(200).optional(),
        step: oneLine.max(200).optional(),
        url: z
          .url({ protocol: /^https?$/ })
          .max(2_000)
          .optional(),
      })
      .optional(),
    requested_by: requester.optional(),
    priority: z.enum(PRIORITIES).optional(),
    route: z.array(place).min(1).max(20).optional(),
    approvers: z.array(ref).min(1, "must name somebody; leave it out for the default").max(100).optional(),
    quorum: z.int().min(1).max(50).optional(),
    actions: z.array(offered).min(1, "must offer something; leave it out for all of the kind's").max(7).optional(),
    timeout: duration.nullable().optional(),
    on_timeout: z.enum(TIMEOUT_WORDS).optional(),
    callback: z.strictObject({ url: z.string().max(2_000) }).optional(),
    state: json.refine((state) => JSON.stringify(state).length <= MAX_STATE, "must be at most 16 KB").optional(),
    metadata: object.optional(),
    previous: z.string().regex(ID).optional(),
  })
  .meta({ id: "Raise" });
export type RaiseRequest = z.output<typeof raiseRequest>;

export const actRequest = z
  .strictObject({
    action: z.enum(ACTIONS),
    feedback: words.optional(),
    reason: words.optional(),
    answers: z.record(z.string().max(200), words).optional(),
    edited: json.optional(),
    digest: z.string().max(100).optional(),
  })
  .meta({ id: "Act" });

export const commentRequest = z.strictObject({ text: words.trim().min(1) }).meta({ id: "CommentRequest" });

export const withdrawRequest = z.strictObject({ reason: words.trim().min(1) }).meta({ id: "Withdraw" });

export const linkRequest = z
  .strictObject({ person: z.string().min(1).max(100).meta({ description: "an id under `people`, or admin" }) })
  .meta({ id: "LinkRequest" });
