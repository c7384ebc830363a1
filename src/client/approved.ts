/**
 * What an agent may run or publish after an approval: what it sent, or what people made of it, with its own values
 * where they left a mark. The bot never had those: only the agent can put them back.
 */
import { isObject, type Json, type JsonObject, pointer } from "../json.ts";
import { type Mark, marksIn } from "../policy/redact/mark.ts";
import { HitlError } from "./call.ts";
import { type CheckpointView, isApproved } from "./checks.ts";

/** The member that an edit replaces. */
const MEMBERS: Partial<Record<CheckpointView["kind"], string>> = { tool: "tool_args", task: "output" };

/**
 * Of a tool or task: its arguments or output as they were approved. `payload` is what was sent. Throws unless it was
 * approved, and where a mark cannot be put back for certain: what then runs would not be what anybody meant.
 */
export function approvedValue(payload: JsonObject, checkpoint: CheckpointView): Json {
  const member = MEMBERS[checkpoint.kind];
  if (member === undefined) throw refused(`a ${checkpoint.kind} has no value that is run or published`);
  if (!isApproved(checkpoint)) throw refused("it is not approved");
  const sent = payload[member] ?? null;
  const { decision, redacted } = checkpoint;
  if (decision?.action !== "edit" || decision.edited === undefined) return sent;
  return putBack(sent, decision.edited, ["payload", member], redacted?.values ?? []);
}

type Hidden = NonNullable<CheckpointView["redacted"]>["values"];

function putBack(sent: Json | undefined, edited: Json, path: string[], hidden: Hidden): Json {
  if (typeof edited === "string") return textPutBack(sent, edited, path, hidden);
  if (Array.isArray(edited))
    return edited.map((item, at) =>
      putBack(Array.isArray(sent) ? sent[at] : undefined, item, [...path, String(at)], hidden),
    );
  if (!isObject(edited)) return edited;
  return Object.fromEntries(
    Object.entries(edited).map(([name, member]) => {
      if (marksIn(name).length > 0) throw refused(`a name is hidden at ${pointer(path)}`);
      const own = isObject(sent) && Object.hasOwn(sent, name) ? sent[name] : undefined;
      return [name, putBack(own, member, [...path, name], hidden)];
    }),
  );
}

function textPutBack(sent: Json | undefined, edited: string, path: string[], hidden: Hidden): Json {
  const marks = marksIn(edited);
  if (marks.length === 0 || edited === sent) return edited;
  const here = hidden.filter((each) => each.pointer === pointer(path));
  const [only] = here;
  if (here.length !== marks.length || sent === undefined || marks.some((mark, at) => mark.chars !== here[at]?.chars))
    throw refused(`nothing tells what the mark at ${pointer(path)} stands for`);
  if (only?.from === undefined) return edited === marks[0]?.text ? sent : filled(edited, marks, [String(sent)]);
  if (typeof sent !== "string") throw refused(`no text was sent at ${pointer(path)}`);
  // What came with a mark keeps it.
  const own = here.map(({ from = 0, chars }, at) => {
    const mark = marks[at]?.text;
    return mark !== undefined && sent.startsWith(mark, from) ? mark : sent.slice(from, from + chars);
  });
  return filled(edited, marks, own);
}

function filled(text: string, marks: readonly Mark[], own: readonly string[]): string {
  let [done, at] = ["", 0];
  for (const [index, mark] of marks.entries()) {
    done += text.slice(at, mark.from) + (own[index] ?? "");
    at = mark.from + mark.text.length;
  }
  return done + text.slice(at);
}

function refused(why: string): HitlError {
  return new HitlError({ status: 200, code: "not_usable", detail: `The decision cannot be carried out: ${why}.` });
}
