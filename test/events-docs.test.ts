/** docs/events.md says what is true: its commands are run, its metrics are those that are scraped. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ENTRY_TYPES } from "../src/ports.ts";
import { statsAnswer } from "../src/stats-answer.ts";
import { type Program, withProgram } from "./program.ts";

const page = readFileSync(join(import.meta.dirname, "../docs/events.md"), "utf8");
const blocks = (language: string) =>
  [...page.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, "gms"))].map(([, text]) => String(text));

/** As somebody would type it, until the time is up where it does not end by itself. */
function run({ url, folder }: Program, setup: string, command: string): string {
  const here = setup.replace("http://127.0.0.1:8787", url).replaceAll(".hitl/", `${folder}/`);
  const script = `${here}\n${command.replace("curl -sN", "curl -sN --max-time 1")}\ntrue`;
  return execFileSync("bash", ["-c", script], { encoding: "utf8" });
}

/** Text with `…` for whatever stands there. */
function pattern(text: string): RegExp {
  const literal = text.split("…").map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${literal.join(".*")}$`);
}

test("the commands show what the page shows", async () => {
  const [setup = "", begin = "", resume = "", stats = ""] = blocks("sh");
  const [shown = ""] = blocks("text");
  await withProgram(async (program) => {
    const id = "chk_of_the_page";
    await program.call("agent", "POST", "/v1/checkpoints", { id, kind: "confirm", payload: { summary: "x" } });
    await program.call("admin", "POST", `/v1/checkpoints/${id}/act`, { action: "proceed" });
    const told = run(program, setup, begin);
    for (const [index, line] of shown.trimEnd().split("\n").entries()) {
      // Events of the same checkpoint, so the last shows the state of both.
      expect(told.split("\n")[index]).toMatch(pattern(line.replace('"status":"pending"', '"status":"…"')));
    }
    const resumed = run(program, setup, resume);
    expect([...resumed.matchAll(/^event: (.*)$/gm)].map(([, type]) => type)).toEqual(["checkpoint.resolved"]);
    expect(statsAnswer.parse(JSON.parse(run(program, setup, stats)))).toMatchObject({ raised: 1, ended: 1 });

    const scraped = await (await fetch(`${program.url}/metrics`)).text();
    const names = [...scraped.matchAll(/^# TYPE (\S+) /gm)].map(([, name]) => String(name));
    const listed = [...page.matchAll(/^\| (`hitl_.*?) \|/gm)].flatMap(
      ([, cell]) => String(cell).match(/hitl_\w+/g) ?? [],
    );
    expect(new Set(listed)).toEqual(new Set(names));
  });
});

test("the page names every event", () => {
  const [, , sentence = ""] = /\*\*(Which events)\.\*\*(.*?)\*\*Whose/s.exec(page) ?? [];
  expect([...sentence.matchAll(/`(\w+)`/g)].map(([, name]) => name)).toEqual([...ENTRY_TYPES]);
});

test("the limits are those of the program", async () => {
  const { STREAM_LIMITS } = await import("../adapters/agents/http/events.ts");
  expect(STREAM_LIMITS).toEqual({ most: 1_000, heartbeat: 15_000, stall: 30_000 });
  for (const said of ["at least every 15 seconds", "nothing for 30 seconds", "1,000 streams a process"])
    expect(page).toContain(said);
});
