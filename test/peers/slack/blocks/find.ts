/** What in stored blocks a person can press, choose from or write into; and Slack's defaults for what an app left out. */
import { randomBytes } from "node:crypto";
import { isObject, type Json, type JsonObject } from "../../../../src/json.ts";

export interface Found {
  /** The block that it stands in; its block_id is what the app hears. */
  block: JsonObject;
  element: JsonObject;
  /** JSON pointer. */
  at: string;
}

const SILENT = new Set(["image", "plain_text", "mrkdwn"]);

/** Every interactive element, in order: also those of containers, cards and carousels. */
export function interactive(blocks: readonly JsonObject[], at = "/blocks"): Found[] {
  return blocks.flatMap((block, index) => inBlock(block, `${at}/${index}`));
}

function inBlock(block: JsonObject, at: string): Found[] {
  const found = (element: Json | undefined, where: string): Found[] =>
    isObject(element) && !SILENT.has(String(element.type)) ? [{ block, element, at: where }] : [];
  const each = (elements: Json | undefined, where: string): Found[] =>
    (Array.isArray(elements) ? elements : []).flatMap((element, index) => found(element, `${where}/${index}`));
  switch (block.type) {
    case "actions":
    case "context_actions":
      return each(block.elements, `${at}/elements`);
    case "section":
      return found(block.accessory, `${at}/accessory`);
    case "input":
      return found(block.element, `${at}/element`);
    case "card":
      return each(block.actions, `${at}/actions`);
    case "carousel":
      return interactive(objects(block.elements), `${at}/elements`);
    case "container":
      return interactive(objects(block.child_blocks), `${at}/child_blocks`);
    default:
      return [];
  }
}

/** The blocks that ask for something, wherever they stand. */
export function inputs(blocks: readonly JsonObject[]): JsonObject[] {
  return blocks.flatMap((block) => {
    if (block.type === "container") return inputs(objects(block.child_blocks));
    return block.type === "input" ? [block] : [];
  });
}

/** As Slack keeps them: with ids for what had none, emoji on and mrkdwn not verbatim unless said otherwise. */
export function settled(blocks: readonly JsonObject[]): JsonObject[] {
  return blocks.map((block) => {
    const kept = structuredClone(block);
    withDefaults(kept);
    withBlockIds([kept]);
    for (const { element } of interactive([kept])) element.action_id ??= randomId();
    return kept;
  });
}

function withBlockIds(blocks: readonly JsonObject[]): void {
  for (const block of blocks) {
    block.block_id ??= randomId();
    withBlockIds(objects(block.child_blocks));
    if (block.type === "carousel") withBlockIds(objects(block.elements));
  }
}

function withDefaults(value: Json): void {
  if (Array.isArray(value)) {
    for (const each of value) withDefaults(each);
  } else if (isObject(value)) {
    if (value.type === "plain_text") value.emoji ??= true;
    if (value.type === "mrkdwn") value.verbatim ??= false;
    for (const each of Object.values(value)) withDefaults(each);
  }
}

function randomId(): string {
  return randomBytes(4).toString("base64url");
}

function objects(value: Json | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}
