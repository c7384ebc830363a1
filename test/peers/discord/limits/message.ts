/** Limits of a message as a whole: content, embeds, the rules of the V2 flag, allowed mentions, nonce, files. */
import { FLAG } from "../numbers.ts";
import type { Message } from "../wire.ts";
import { messageComponents } from "./components.ts";
import { type Checks, given, isObject } from "./problems.ts";

type Raw = Record<string, unknown>;

/** `before`: the stored message, for an edit. `files`: names of the files that it would hold. */
export function messageLimits(check: Checks, body: Raw, files: readonly string[], before?: Message): void {
  if (given(body.content) && check.text(body.content, ["content"], 0, Number.MAX_SAFE_INTEGER))
    // Bots may send 2,000; the specification says 4,000.
    check.text(body.content, ["content"], 0, 2000);
  if (given(body.flags)) check.whole(body.flags, ["flags"], 0, 2 ** 31 - 1);
  if (given(body.nonce) && typeof body.nonce !== "number") check.text(body.nonce, ["nonce"], 0, 25);
  if (body.enforce_nonce === true && !given(body.nonce))
    check.wrong(["nonce"], "BASE_TYPE_REQUIRED", "enforce_nonce needs a nonce");
  if (files.length > 10) check.wrong(["attachments"], "BASE_TYPE_MAX_LENGTH", "Must be 10 or fewer in length.");
  embeds(check, body.embeds);
  mentions(check, body.allowed_mentions);
  v2Rules(check, body, before);
  if (given(body.components)) messageComponents(check, body.components, isV2(body, before), files);
}

export function isV2(body: Raw, before?: Message): boolean {
  return ((typeof body.flags === "number" ? body.flags : (before?.flags ?? 0)) & FLAG.v2) !== 0;
}

function v2Rules(check: Checks, body: Raw, before?: Message): void {
  const was = ((before?.flags ?? 0) & FLAG.v2) !== 0;
  if (was && !isV2(body, before))
    check.wrong(["flags"], "MESSAGE_CANNOT_REMOVE_COMPONENTS_V2_FLAG", "The IS_COMPONENTS_V2 flag cannot be removed");
  if (!was && !isV2(body, before)) return;
  for (const field of ["content", "embeds", "sticker_ids", "poll"] as const) {
    const value = body[field];
    const empty = !given(value) || value === "" || (Array.isArray(value) && value.length === 0);
    const kept = before !== undefined && value === undefined && isFilled(before, field);
    if (!empty || kept)
      check.wrong(
        [field],
        "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
        `The '${field}' field cannot be used`,
      );
  }
  const parts = body.components === undefined ? before?.components : body.components;
  if (!Array.isArray(parts) || parts.length === 0)
    check.wrong(["components"], "BASE_TYPE_REQUIRED", "A V2 message needs components");
}

function isFilled(message: Message, field: string): boolean {
  if (field === "content") return message.content !== "";
  return field === "embeds" && message.embeds.length > 0;
}

/** `parse` and a list of the same sort exclude each other; lists hold at most 100. */
function mentions(check: Checks, allowed: unknown): void {
  if (!isObject(allowed)) return;
  const parse = allowed.parse ?? [];
  if (!check.list(parse, ["allowed_mentions", "parse"], 0, 3)) return;
  for (const [index, word] of parse.entries())
    if (!["users", "roles", "everyone"].includes(String(word)))
      check.wrong(
        ["allowed_mentions", "parse", index],
        "BASE_TYPE_CHOICES",
        "Value must be one of ('everyone', 'roles', 'users').",
      );
  for (const sort of ["users", "roles"]) {
    const ids = allowed[sort] ?? [];
    if (check.list(ids, ["allowed_mentions", sort], 0, 100) && ids.length > 0 && parse.includes(sort))
      check.wrong(
        ["allowed_mentions"],
        "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE",
        `parse:["${sort}"] and ${sort}: [ids...] are mutually exclusive.`,
      );
  }
}

/** Ten of them, 6,000 characters in all. */
function embeds(check: Checks, list: unknown): void {
  if (!given(list)) return;
  let total = 0;
  const text = (value: unknown, path: (string | number)[], most: number) => {
    if (given(value) && check.text(value, path, 0, most)) total += value.length;
  };
  check.objects(list, ["embeds"], 0, 10, (embed, path) => {
    text(embed.title, [...path, "title"], 256);
    text(embed.description, [...path, "description"], 4096);
    if (isObject(embed.footer)) text(embed.footer.text, [...path, "footer", "text"], 2048);
    if (isObject(embed.author)) text(embed.author.name, [...path, "author", "name"], 256);
    check.objects(embed.fields ?? [], [...path, "fields"], 0, 25, (field, at) => {
      text(field.name, [...at, "name"], 256);
      text(field.value, [...at, "value"], 1024);
    });
  });
  if (total > 6000) check.wrong(["embeds"], "MAX_EMBED_SIZE_EXCEEDED", "Embed size exceeds maximum size of 6000");
}
