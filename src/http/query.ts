/** What a query may say. Like a body it holds nothing unknown, nothing twice and nobody's identity. */
import { z } from "zod";
import { pointer } from "../json.ts";
import { type Checked, check } from "./check.ts";
import { type Trouble, trouble } from "./problem.ts";

/** Longer waits end as if this had been asked for: proxies cut what is silent for much longer. */
export const MAX_WAIT_S = 240;

const wait = z
  .custom<string>()
  .meta({
    type: "number",
    minimum: 0,
    description: `seconds to hold the answer back until the checkpoint ended; above ${MAX_WAIT_S} means ${MAX_WAIT_S}`,
  })
  .transform((value, context) => {
    if (/^\d{1,9}(\.\d{1,3})?$/.test(value)) return Math.min(Number(value), MAX_WAIT_S);
    context.addIssue({ code: "custom", message: "must be a number of seconds" });
    return z.NEVER;
  });

export const limit = z
  .custom<string>()
  .meta({ type: "integer", minimum: 1, maximum: 200, default: 50 })
  .transform((value, context) => {
    if (/^\d{1,3}$/.test(value) && Number(value) >= 1 && Number(value) <= 200) return Number(value);
    context.addIssue({ code: "custom", message: "must be a whole number from 1 to 200" });
    return z.NEVER;
  });

export const noQuery = z.strictObject({});

/** Of the doors' agents. */
export const doorQuery = z.strictObject({ wait: wait.optional(), connection: z.string().min(1).max(100).optional() });

export const waitQuery = z.strictObject({ wait: wait.optional() });

export function readQuery<S extends z.ZodObject>(url: string, schema: S): Checked<S> | Trouble {
  const start = url.indexOf("?");
  const sent: Record<string, string> = Object.create(null);
  if (start !== -1) {
    for (const [key, value] of new URLSearchParams(url.slice(start + 1))) {
      if (key in sent) return twice(key);
      sent[key] = value;
    }
  }
  return check(schema, sent, "/query");
}

function twice(key: string): Trouble {
  const at = `/query${pointer([key])}`;
  return trouble("invalid_request", "Give every parameter of the query once.", [
    { pointer: at, message: "given twice" },
  ]);
}
