/** A raise request from a file that a person wrote, JSON or YAML, as strict as one that comes over the wire. */
import { isAlias, parseDocument, visit } from "yaml";
import { type Parsed, parseStrict } from "../json.ts";

export function readSample(text: string): Parsed {
  const strict = parseStrict(text);
  // What begins like JSON is told as JSON.
  if (strict.ok || /^\s*[{[]\s*"/.test(text)) return strict;
  const document = parseDocument(text, { prettyErrors: false });
  let hasAlias = false;
  visit(document, (_, node) => {
    hasAlias ||= isAlias(node);
  });
  const fault =
    document.errors[0]?.message ?? document.warnings[0]?.message ?? (hasAlias ? "aliases (*name) are not read" : null);
  if (fault !== null) return { ok: false, problem: { pointer: "", message: fault } };
  return parseStrict(JSON.stringify(document.toJS()));
}
