/** `events`: what happens, one line each, until somebody has seen enough. */
import type { HitlEvent } from "../client.ts";
import { spelledJson } from "../spelled.ts";
import { oneLine } from "../text.ts";
import type { Given } from "./args.ts";
import { UsageError } from "./exit.ts";
import { kindOf } from "./lists.ts";
import type { Verb } from "./verb.ts";

/** Characters of a title: with the rest it fits a line of most terminals. */
const TITLE = 80;

export const events: Verb = {
  name: "events",
  usage: "events [--kind KIND] [--agent NAME] [--session ID] [--after N]",
  summary: "what happens, as it happens; Ctrl-C ends it",
  options: {
    kind: { type: "string", value: "KIND", help: "only of this kind" },
    agent: { type: "string", value: "NAME", help: "only of what this agent asked" },
    session: { type: "string", value: "ID", help: "only of this session" },
    after: { type: "string", value: "N", help: "behind that event; 0: from the beginning" },
  },
  words: [0, 0],
  more: "With --json each event is one line of JSON. A broken connection is taken up again without a gap.",
  async run(given, world) {
    for await (const event of world.bot().events(queryOf(given), { signal: world.signal }))
      world.out(given.flag("json") ? spelledJson(JSON.stringify(event)) : lineOf(event));
    return 0;
  },
};

function queryOf(given: Given) {
  const [kind, agent, session, after] = ["kind", "agent", "session", "after"].map((name) => given.text(name));
  if (after !== undefined && !/^\d{1,15}$/.test(after)) throw new UsageError("--after takes the number of an event.");
  return {
    ...(kind === undefined ? {} : { kind: kindOf(kind) }),
    ...(agent === undefined ? {} : { agent }),
    ...(session === undefined ? {} : { session }),
    ...(after === undefined ? {} : { after: Number(after) }),
  };
}

/** `14:03:09  resolved       chk_…  confirm · ops · Publish it: proceed by Bob` */
function lineOf({ type, at, checkpoint }: HitlEvent): string {
  const { id, kind, source, title, decision } = checkpoint;
  const event = type.slice("checkpoint.".length);
  const ended = (event === "resolved" || event === "expired") && decision !== null;
  const by = ended && decision.by.kind === "person" ? (decision.by.name ?? decision.by.person) : "the policy";
  const parts = [kind, source.agent, oneLine(title, TITLE) + (ended ? `: ${decision.action} by ${by}` : "")];
  const told = parts.map((part) => oneLine(part, 2 * TITLE)).join(" · ");
  return `${oneLine(at.slice(11, 19), 8)}  ${oneLine(event, 13).padEnd(13)}  ${oneLine(id, 64)}  ${told}`;
}
