/**
 * What Slack says to the blocks of a message or to a view as a whole: shapes, counts, ids that occur twice, and the
 * undocumented sum of a message's text.
 */
import { isObject, type Json, type JsonObject } from "../../../../src/json.ts";
import { type Found, interactive } from "./find.ts";
import { block } from "./kinds.ts";
import { plain } from "./parts.ts";
import { type Check, type Eye, type Fault, flag, list, shape, text, word, wrong } from "./shape.ts";

export const MESSAGE_BLOCKS = 50;
export const VIEW_BLOCKS = 100;
/** slackapi/bolt-js issue 2509; entities and about 100 a header count too, as others measured. */
export const MESSAGE_TEXT = 13_200;
const HEADER_COST = 100;
/** Over all markdown blocks of a message: docs.slack.dev, markdown block. */
const MARKDOWN_TEXT = 12_000;
/** Bytes: docs.slack.dev, views.open, view_too_large. */
export const VIEW_BYTES = 250 * 1_024;

export function checkBlocks(blocks: Json): Fault[] {
  const eye: Eye = { surface: "message", faults: [] };
  list(block, MESSAGE_BLOCKS, 0)(blocks, "/blocks", eye);
  if (eye.faults.length === 0) {
    twice(objects(blocks), "/blocks", eye);
    const markdown = objects(blocks).filter((each) => each.type === "markdown");
    if (markdown.reduce((sum, each) => sum + String(each.text).length, 0) > MARKDOWN_TEXT)
      wrong(eye, "/blocks", `must be less than ${MARKDOWN_TEXT + 1} characters in all markdown blocks`);
  }
  return eye.faults;
}

/** Whether the text of all blocks together is more than Slack takes. */
export function isTooMuch(blocks: readonly JsonObject[]): boolean {
  const headers = blocks.filter((each) => each.type === "header").length;
  return textLength(blocks) + headers * HEADER_COST >= MESSAGE_TEXT;
}

function textLength(value: Json | readonly JsonObject[]): number {
  if (Array.isArray(value)) return value.reduce<number>((sum, each) => sum + textLength(each), 0);
  if (!isObject(value)) return 0;
  return Object.entries(value).reduce((sum, [name, member]) => {
    if (name !== "text" || typeof member !== "string") return sum + textLength(member);
    return sum + (value.type === "mrkdwn" ? member.length : entities(member).length);
  }, 0);
}

/** As Slack keeps text that is to be shown literally. */
export function entities(literal: string): string {
  return literal.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

const blocksOf = { blocks: list(block, VIEW_BLOCKS, 0) };
const common = {
  private_metadata: text(3_000, 0),
  callback_id: text(255, 0),
  external_id: text(255, 0),
};
const VIEWS: Record<string, Check> = {
  modal: shape(
    { type: word("modal"), title: plain(24), ...blocksOf },
    { ...common, submit: plain(24), close: plain(24), clear_on_close: flag, notify_on_close: flag },
  ),
  home: shape({ type: word("home"), ...blocksOf }, common),
};

export function checkView(view: Json, type: "modal" | "home"): Fault[] {
  const eye: Eye = { surface: type, faults: [] };
  if (!isObject(view)) wrong(eye, "/view", "must provide an object");
  else if (view.type === undefined) wrong(eye, "/view", "missing required field: type");
  else if (view.type !== type) wrong(eye, "/view/type", `unsupported type: ${String(view.type)}`);
  else VIEWS[type]?.(view, "/view", eye);
  if (eye.faults.length > 0 || !isObject(view)) return eye.faults;
  const blocks = objects(view.blocks ?? []);
  twice(blocks, "/view/blocks", eye);
  blocks.forEach((each, index) => {
    if (each.type === "input" && type === "modal" && view.submit === undefined)
      wrong(eye, `/view/blocks/${index}/input`, "must define `submit` to use an `input` block in modals");
  });
  const focused = interactive(blocks, "/view/blocks").filter(({ element }) => element.focus_on_load === true);
  for (const { at } of focused.slice(1)) wrong(eye, at, "only one element can have focus_on_load");
  return eye.faults;
}

/** block_id is unique in the whole surface, action_id in its block. */
function twice(blocks: readonly JsonObject[], at: string, eye: Eye): void {
  const seen = new Set<string>();
  blocks.forEach((each, index) => {
    if (typeof each.block_id !== "string") return;
    if (seen.has(each.block_id))
      wrong(eye, `${at}/${index}/block_id`, `\`block_id\` "${each.block_id}" already exists`);
    seen.add(each.block_id);
  });
  const byBlock = Map.groupBy(interactive(blocks, at), ({ block }: Found) => block);
  for (const found of byBlock.values()) {
    const ids = new Set<string>();
    for (const { element, at: where } of found) {
      if (typeof element.action_id !== "string") continue;
      if (ids.has(element.action_id))
        wrong(eye, `${where}/action_id`, `\`action_id\` "${element.action_id}" already exists`);
      ids.add(element.action_id);
    }
  }
}

function objects(value: Json): JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}
