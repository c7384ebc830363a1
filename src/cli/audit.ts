/** `audit`: whether the record is what was written, and a copy of it. */
import { setImmediate as turn } from "node:timers/promises";
import { iso } from "../time.ts";
import { many } from "../verify/findings.ts";
import { type Report, verify } from "../verify.ts";
import type { Given } from "./args.ts";
import { EXIT, UsageError } from "./exit.ts";
import { exportRecord } from "./export.ts";
import { unreadable } from "./record.ts";
import { tell, type Verb } from "./verb.ts";
import type { World } from "./world.ts";

/** More than that are told by --json. */
const SHOWN = 20;

const OF_EXPORT = ["as", "format", "from", "to", "out", "url", "token"];

export const audit: Verb = {
  name: "audit",
  usage:
    "audit verify [--head FILE ...] | audit export [--as PROTOCOL] [--format jsonl|csv] [--from TIME] [--to TIME] [--out FILE]",
  summary: "check the record of who did what, or copy it",
  options: {
    head: { type: "string", value: "FILE", multiple: true, help: "verify: a copy of audit.head to hold it against" },
    format: { type: "string", value: "FORMAT", help: "export: jsonl (all of it) or csv (for reading)" },
    as: {
      type: "string",
      value: "PROTOCOL",
      help: "export: only its decisions, as the agents of tool-interrupts or crewai keep them",
    },
    from: { type: "string", value: "TIME", help: "export: from that day or time on" },
    to: { type: "string", value: "TIME", help: "export: before that day or time" },
    out: { type: "string", value: "FILE", help: "export: into this file instead of stdout" },
  },
  words: [1, 1],
  more:
    "verify reads the store and HITL_DATA of this machine by itself, whether the bot runs or not, because a bot would\n" +
    "vouch for itself; it ends with 1 when it finds anything. export asks the bot, as its admin.",
  async run(given, world) {
    const [word] = given.positionals;
    if (word === "export") {
      if (given.texts("head").length > 0) throw new UsageError("--head goes with verify only.");
      return exportRecord(given, world);
    }
    if (word !== "verify") throw new UsageError(`Usage: hitl ${audit.usage}`);
    const strange = OF_EXPORT.find((name) => given.text(name) !== undefined);
    if (strange === undefined) return verifyRecord(given, world);
    const why = strange === "url" || strange === "token" ? ": verify asks no bot, it reads the store itself" : "";
    throw new UsageError(`--${strange} goes with export only${why}.`);
  },
};

async function verifyRecord(given: Given, world: World): Promise<number> {
  const record = await world.record(given.texts("head"));
  try {
    const report = await verify(record.evidence, record.key, async (seq) => {
      world.progress(`Checked ${seq} entries`);
      await turn();
      world.signal.throwIfAborted();
    }).catch(unreadable);
    world.progress("");
    const { found } = report;
    tell(given, world, { ok: found === 0, ...report }, world.draw.text(said(report, world.now()).join("\n")));
    return found === 0 ? EXIT.done : EXIT.refused;
  } finally {
    await record.close();
  }
}

function said({ entries, sealed, erased, found, findings, notes }: Report, now: number): string[] {
  const emptied = erased === 0 ? "" : `, the data of ${erased} erased by retention`;
  const shown = findings.slice(0, SHOWN).map(({ what, text }) => `✗ ${what}: ${text}`);
  const rest = found > SHOWN ? [`  and ${found - SHOWN} more; --json tells them`] : [];
  const all = `${many(entries, "entry", "entries")}, sealed up to ${sealed}${emptied}`;
  const verdict =
    found === 0
      ? `✓ Nothing is wrong with the record: ${all}. Checked at ${iso(now)}.`
      : `✗ ${many(found, "thing is", "things are")} wrong with the record: ${all}. Checked at ${iso(now)}.`;
  return [...shown, ...rest, verdict, ...notes.map((note) => `· ${note}`)];
}
