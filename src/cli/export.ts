/** `audit export`: the record as the bot hands it out to the admin, streamed to stdout or into a file. */

import { asProblem } from "../client/checks.ts";
import { HitlError } from "../client.ts";
import type { Given } from "./args.ts";
import { UsageError } from "./exit.ts";
import type { Sink } from "./sink.ts";
import { tell } from "./verb.ts";
import type { World } from "./world.ts";

const TYPES = { jsonl: "application/jsonl", csv: "text/csv" };

export async function exportRecord(given: Given, world: World): Promise<number> {
  const format = formatOf(given.text("format") ?? "jsonl");
  const query = new URLSearchParams({ format });
  const as = given.text("as");
  if (as !== undefined) query.set("as", as);
  for (const bound of ["from", "to"]) {
    const time = given.text(bound);
    if (time !== undefined) query.set(bound, timeOf(bound, time));
  }
  const out = given.text("out");
  if (out === undefined && given.flag("json")) throw new UsageError("--json is for the summary beside --out FILE.");
  const body = await ask(world, `/v1/audit?${query}`, TYPES[format]);
  const sink = await world.sink(out);
  let bytes = 0;
  try {
    for await (const chunk of body) {
      await sink.write(chunk);
      bytes += chunk.length;
      if (out !== undefined) world.progress(`Exported ${sizeOf(bytes)}`);
    }
  } catch (error) {
    await giveUp(sink, world);
    throw brokenOff(error, world, out);
  }
  await sink.done();
  world.progress("");
  return out === undefined ? 0 : tell(given, world, { file: out, format, bytes }, `Wrote ${out} (${sizeOf(bytes)}).`);
}

async function ask(world: World, path: string, type: string): Promise<ReadableStream<Uint8Array>> {
  const { url, token } = world.address();
  const base = url.replace(/\/+$/, "");
  const headers = { authorization: `Bearer ${token}`, "hitl-surface": "terminal" };
  const response = await fetch(base + path, { headers, redirect: "manual", signal: world.signal }).catch((cause) => {
    world.signal.throwIfAborted();
    const detail = `No bot answers at ${base}. Is it running, and is the address right?`;
    throw new HitlError({ status: 0, code: "unreachable", detail, cause });
  });
  const { status, body } = response;
  if (status === 200 && body !== null && response.headers.get("content-type")?.startsWith(type)) return body;
  const problem = asProblem(await response.json().catch(() => undefined));
  const detail = `${base} answered with status ${status} and no record; is it a hitl-bot of this version?`;
  throw new HitlError({ status, ...(problem ?? { code: "malformed_answer", detail }) });
}

async function giveUp(sink: Sink, world: World): Promise<void> {
  world.progress("");
  await sink.giveUp();
}

function brokenOff(cause: unknown, world: World, out: string | undefined): unknown {
  if (world.signal.aborted) return world.signal.reason;
  const left = out === undefined ? "what came is not all of it" : `${out} was not written`;
  return new HitlError({
    status: 0,
    code: "broken_off",
    detail: `The export broke off; ${left}. Try it again.`,
    cause,
  });
}

function formatOf(word: string): keyof typeof TYPES {
  if (word === "jsonl" || word === "csv") return word;
  throw new UsageError(`--format is jsonl or csv, not "${word}".`);
}

/** A day is its midnight in UTC; everything else is said with its zone. */
function timeOf(name: string, text: string): string {
  if (/^\d{4}-\d\d-\d\d$/.test(text)) return `${text}T00:00:00Z`;
  if (/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/.test(text)) return text;
  throw new UsageError(`--${name} is a day like 2026-11-20 or a time like 2026-11-20T10:00:00Z, not "${text}".`);
}

function sizeOf(bytes: number): string {
  if (bytes < 1_000) return `${bytes} bytes`;
  return bytes < 1_000_000 ? `${(bytes / 1_000).toFixed(1)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
