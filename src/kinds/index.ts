/** All kinds. A new one is a file, a name in KINDS and a line here. */
import { KINDS, type KindName } from "../checkpoint.ts";
import { clarify } from "./clarify.ts";
import { confirm } from "./confirm.ts";
import type { Kind } from "./kind.ts";
import { phase } from "./phase.ts";
import { preview } from "./preview.ts";
import { task } from "./task.ts";
import { tool } from "./tool.ts";
import { validate } from "./validate.ts";

const BY_NAME: Record<KindName, Kind> = { clarify, confirm, preview, validate, tool, task, phase };

export const KIND_LIST: readonly Kind[] = KINDS.map((name) => BY_NAME[name]);

export function kindOf(name: KindName): Kind {
  return BY_NAME[name];
}
