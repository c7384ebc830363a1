/** The block `redact` of the settings and of a policy: which secrets are hidden besides those that always are. */
import { z } from "zod";
import { SHAPES } from "../policy/redact/rules.ts";

const PATH = "must be a path like payload.customer.iban, payload.items.*.card, payload.**.phone, source.url or title";
const path = z
  .string({ error: PATH })
  .max(500, PATH)
  .regex(
    /^(?:(?:payload|metadata|\*\*)(?:\.[^.\s]{1,100}){1,20}|source\.(?:url|workflow|session|step|\*)|title)$/,
    PATH,
  );

const NAME = "must be a name like pin or customer_iban, without a path";
const name = z
  .string({ error: NAME })
  .regex(/^[\w -]{2,100}$/, NAME)
  .regex(/[A-Za-z0-9]/, NAME);

const listOf = <Item extends z.ZodType>(item: Item, what: string) =>
  z
    .array(item, { error: `must be a list of ${what}` })
    .min(1, "must not be empty; take it out instead")
    .max(200, "must not have more than 200 entries")
    .optional();

const yesOrNo = z.boolean({ error: "must be true or false" }).optional();

const fields = {
  enabled: yesOrNo,
  keys: listOf(name, "names like pin"),
  paths: listOf(path, "paths like payload.customer.iban"),
  show: listOf(path, "paths like payload.usage.token"),
  shapes: z
    .strictObject(
      Object.fromEntries(SHAPES.map((shape) => [shape, yesOrNo])) as Record<(typeof SHAPES)[number], typeof yesOrNo>,
      {
        error: "must be a block like { email: true }",
      },
    )
    .optional(),
};

export const redact = z.strictObject(fields, { error: "must be a block of settings" });

export const policyRedact = z.strictObject(
  { ...fields, forbid_approving: listOf(path, "paths like payload.tool_args.iban") },
  { error: "must be a block of settings" },
);

/** What may stand at this place of the file; undefined: it is none of these blocks. */
export function redactNames(at: readonly (string | number)[]): string[] | undefined {
  const [first, , third] = at;
  if (at.at(-1) === "shapes" && at.includes("redact")) return [...SHAPES];
  if (first === "redact") return Object.keys(redact.shape);
  return first === "policies" && third === "redact" ? Object.keys(policyRedact.shape) : undefined;
}
