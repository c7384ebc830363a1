import type { KindName, Priority, Source } from "../checkpoint.ts";
import type { JsonObject } from "../json.ts";

/** What a policy is chosen by. */
export interface Subject {
  kind: KindName;
  agent: string;
  priority: Priority;
  payload: JsonObject;
  source: Source;
  metadata: JsonObject;
}
