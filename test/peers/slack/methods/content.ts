/** What a message may say: its text, blocks and metadata, refused as Slack refuses them. */
import { isObject, type Json, type JsonObject } from "../../../../src/json.ts";
import { type Args, messages } from "../args.ts";
import { checkBlocks, isTooMuch } from "../blocks/check.ts";
import { settled } from "../blocks/find.ts";
import type { Metadata } from "../world.ts";
import { ApiError } from "./method.ts";

/** docs.slack.dev: longer text is cut or refused. */
const TEXT = 40_000;
const METADATA_BYTES = 8_000;

export interface Content {
  text?: string;
  /** Empty: without blocks, also where there were some. */
  blocks?: JsonObject[];
  metadata?: Metadata | null;
}

export function contentOf(args: Args): Content {
  for (const name of ["attachments", "markdown_text"]) {
    if (args.all[name] !== undefined) throw refusedHere(name);
  }
  const text = args.text("text");
  if (text !== undefined && text.length > TEXT) throw new ApiError("msg_too_long");
  const blocks = blocksOf(args.json("blocks", "invalid_blocks_format"));
  const metadata = metadataOf(args.json("metadata", "invalid_metadata_format"));
  return {
    ...(text === undefined ? {} : { text }),
    ...(blocks === undefined ? {} : { blocks }),
    ...(metadata === undefined ? {} : { metadata }),
  };
}

export function blocksOf(blocks: Json | undefined): JsonObject[] | undefined {
  if (blocks === undefined) return undefined;
  if (!Array.isArray(blocks) || !blocks.every(isObject)) throw new ApiError("invalid_blocks_format");
  const faults = checkBlocks(blocks);
  if (faults.length > 0) throw new ApiError("invalid_blocks", messages(faults));
  if (isTooMuch(blocks)) throw new ApiError("msg_blocks_too_long");
  return settled(blocks);
}

function metadataOf(value: Json | undefined): Metadata | null | undefined {
  if (value === undefined) return undefined;
  if (!isObject(value)) throw new ApiError("invalid_metadata_format");
  if (Object.keys(value).length === 0) return null;
  const { event_type, event_payload, ...rest } = value;
  if (typeof event_type !== "string" || !isObject(event_payload) || Object.keys(rest).length > 0)
    throw new ApiError("invalid_metadata_format");
  if (!Object.values(event_payload).every(isFlat)) throw new ApiError("invalid_metadata_schema");
  if (Buffer.byteLength(JSON.stringify(value)) > METADATA_BYTES) throw new ApiError("metadata_too_large");
  return { event_type, event_payload };
}

function isFlat(value: Json): boolean {
  if (Array.isArray(value)) return value.every(isFlat);
  if (isObject(value)) return Object.values(value).every((each) => typeof each !== "object");
  return value !== null;
}

function refusedHere(name: string): ApiError {
  return new ApiError("invalid_arguments", messages([{ pointer: `/${name}`, message: "this fake Slack keeps none" }]));
}
