/** What several protocols' systems answer to a decision that they make nothing of: 2xx, and `{"status": "ignored"}`. */
import { isObject } from "../json.ts";
import { oneLine } from "../text.ts";
import type { Answering } from "./answers.ts";

/** `The crew ignored the answer: no such task`, for people to see. */
export function ignoredBy(system: string): NonNullable<Answering["heard"]> {
  return (_, value, usual) => {
    if (usual.type !== "delivered" || !isObject(value) || value.status !== "ignored") return usual;
    const { detail } = value;
    const why = typeof detail === "string" && detail !== "" ? `: ${oneLine(detail, 200)}` : "";
    return { type: "delivered", remark: `${system} ignored the answer${why}` };
  };
}
