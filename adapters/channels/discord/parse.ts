/**
 * Interactions that Discord dispatches, as what a person did: a press, a submission, a command. Pure. Whatever is not of
 * a known shape is undefined, and nothing comes of it. Who it was stands in fields that Discord fills in itself; nothing
 * that a person can type is taken for an identity.
 */
import { z } from "zod";
import { type Filled, filledFrom } from "./fields.ts";
import { type Mark, readMark } from "./marks.ts";
import type { Spot } from "./places.ts";
import { FLAG, type Interaction, type Presser } from "./wire.ts";

/** One interaction: who did it, where, and what its answer goes to. */
interface Happened {
  by: Presser;
  at: Spot;
  to: Interaction;
  /** The same act, however often it is delivered. */
  key: string;
}

export interface Press extends Happened {
  mark: Mark;
  /** The message that the button is on. */
  message: string;
  /** Of its first component: by it a card is known, whatever buttons it has left. */
  stamp: number | null;
  /** The message is the presser's alone: it holds a page, a list or a step, and no record knows it. */
  alone: boolean;
}

export interface Submission extends Happened {
  step: number;
  handle: string;
  /** All of the card was before them when they asked for the form. */
  ofAll: boolean;
  filled: Filled;
  /** The form was opened from a message of the presser's alone, which the answer may take the place of. */
  alone: boolean;
}

export interface Asked extends Happened {
  /** As it would be typed: `pending all tool`. */
  text: string;
}

export const id = z.string().regex(/^\d{1,25}$/);
export const name = z.string().max(200).nullish();
export const user = z.object({
  id,
  username: name,
  global_name: name,
  bot: z.boolean().nullish(),
  system: z.boolean().nullish(),
});
export const membership = z.object({
  roles: z.array(id).max(1_000),
  nick: name,
  pending: z.boolean().nullish(),
  flags: z.number().int().nullish(),
});
const channel = z.object({ id, type: z.number().int(), name: z.string().nullish(), parent_id: id.nullish() });

const interaction = z.object({
  id,
  token: z.string().min(1).max(1_000),
  guild_id: id.nullish(),
  channel_id: id.nullish(),
  channel: channel.nullish(),
  /** In a server; in direct messages `user` stands by itself. */
  member: membership.extend({ user }).nullish(),
  user: user.nullish(),
});
const message = z.object({
  id,
  flags: z.number().int().nullish(),
  components: z.array(z.object({ id: z.number().int().nullish() })).nullish(),
});

const press = interaction.extend({
  type: z.literal(3),
  message,
  data: z.object({ custom_id: z.string().min(1).max(100) }),
});

export function parsePress(body: unknown): Press | undefined {
  const read = press.safeParse(body);
  if (!read.success) return undefined;
  const { data } = read;
  const mark = readMark(data.data.custom_id);
  const happened = happenedIn(data);
  if (mark === undefined || happened === undefined) return undefined;
  const [first] = data.message.components ?? [];
  return { ...happened, mark, message: data.message.id, stamp: first?.id ?? null, alone: isAlone(data.message) };
}

/** Of a label; texts above the inputs come back as well, with nothing in them. */
const part = z.object({
  component: z
    .object({ custom_id: z.string().max(100), value: z.unknown().optional(), values: z.array(z.string()).nullish() })
    .nullish(),
});
const submission = interaction.extend({
  type: z.literal(5),
  message: message.nullish(),
  data: z.object({ custom_id: z.string().min(1).max(100), components: z.array(part).max(5) }),
});

export function parseSubmission(body: unknown): Submission | undefined {
  const read = submission.safeParse(body);
  if (!read.success) return undefined;
  const { data } = read;
  const mark = readMark(data.data.custom_id);
  const happened = happenedIn(data);
  if (mark?.mark !== "form" || happened === undefined) return undefined;
  const { step, handle, ofAll } = mark;
  const alone = data.message != null && isAlone(data.message);
  const inputs = data.data.components.flatMap(({ component }) => component ?? []);
  const values = Object.fromEntries(inputs.map((each) => [each.custom_id, each.values ?? each.value ?? null]));
  return { ...happened, step, handle, ofAll, filled: filledFrom(values), alone };
}

const option: z.ZodType<Option> = z.lazy(() =>
  z.object({
    name: z.string().max(32),
    value: z.union([z.string(), z.number(), z.boolean()]).optional(),
    options: z.array(option).max(25).optional(),
  }),
);
interface Option {
  name: string;
  value?: string | number | boolean | undefined;
  options?: Option[] | undefined;
}
const asked = interaction.extend({
  type: z.literal(2),
  data: z.object({ name: z.literal("hitl"), options: z.array(option).max(25).optional() }),
});

export function parseAsked(body: unknown): Asked | undefined {
  const read = asked.safeParse(body);
  if (!read.success) return undefined;
  const happened = happenedIn(read.data);
  return happened === undefined ? undefined : { ...happened, text: wordsOf(read.data.data.options ?? []).join(" ") };
}

/** The sub-command's name, then what was chosen or typed. */
function wordsOf(options: readonly Option[]): string[] {
  const [verb] = options;
  if (verb === undefined) return [];
  const given = new Map((verb.options ?? []).map((each) => [each.name, String(each.value ?? "").trim()]));
  return [verb.name, ...ORDER.flatMap((each) => given.get(each) ?? [])];
}

/** As the verbs of commands.ts take them. */
const ORDER = ["scope", "kind", "agent", "id", "count", "reason"];

/** What an interaction is answered by, whatever else it holds. */
export function interactionIn(body: unknown): Interaction | undefined {
  const read = z.object({ id, token: z.string().min(1).max(1_000) }).safeParse(body);
  return read.success ? read.data : undefined;
}

function happenedIn(data: z.output<typeof interaction>): Happened | undefined {
  const { id: own, token, member, guild_id, channel: place, channel_id } = data;
  const account = member?.user ?? data.user;
  const room = place?.id ?? channel_id;
  if (account == null || room == null) return undefined;
  return {
    by: presserOf(account, member ?? undefined, guild_id ?? null),
    at: spotOf(room, place ?? undefined, guild_id == null),
    to: { id: own, token },
    key: `discord:${own}`,
  };
}

function spotOf(room: string, place: z.output<typeof channel> | undefined, direct: boolean): Spot {
  // 10 to 12: a thread, whose parent is the channel that it is in; of other channels it is a category.
  const isThread = place !== undefined && place.type >= 10 && place.type <= 12;
  const called = place === undefined || isThread || direct ? "" : (place.name ?? "");
  return { channel: room, parent: isThread ? (place.parent_id ?? null) : null, name: called, direct };
}

export function presserOf(
  { id: own, username, global_name, bot, system }: z.output<typeof user>,
  member: z.output<typeof membership> | undefined,
  guild: string | null,
): Presser {
  return {
    user: own,
    guild,
    member:
      guild === null || member === undefined
        ? null
        : {
            roles: member.roles,
            pending: member.pending === true,
            nick: member.nick ?? null,
            flags: member.flags ?? 0,
          },
    name: global_name ?? username ?? null,
    bot: bot === true || system === true,
  };
}

function isAlone({ flags }: z.output<typeof message>): boolean {
  return ((flags ?? 0) & FLAG.ephemeral) !== 0;
}
