/** Runs cycles at once, so many at a time, and prints what came of it, one target beside the others. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

export interface Target {
  name: string;
  /** The process whose processor time is counted. */
  pid?: number;
  cycle(): Promise<void>;
  end(): Promise<void> | void;
}

export interface Figures {
  perSecond: number;
  p50: number;
  p99: number;
  /** Ms of processor time per cycle. */
  cpu: number;
}

const TICKS_PER_SECOND = Number(execFileSync("getconf", ["CLK_TCK"], { encoding: "utf8" }));

export async function measure(target: Target, cycles: number, concurrency: number): Promise<Figures> {
  const times: number[] = [];
  let begun = 0;
  const cpu = cpuOf(target.pid ?? process.pid);
  const start = performance.now();
  await Promise.all(
    Array.from({ length: concurrency }, async () => {
      while (begun < cycles) {
        begun += 1;
        const from = performance.now();
        await target.cycle();
        times.push(performance.now() - from);
      }
    }),
  );
  const seconds = (performance.now() - start) / 1_000;
  times.sort((a, b) => a - b);
  const at = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0;
  return {
    perSecond: cycles / seconds,
    p50: at(0.5),
    p99: at(0.99),
    cpu: ((cpuOf(target.pid ?? process.pid) - cpu) / cycles) * 1_000,
  };
}

/** In turns, so that what else the machine does meets all of them; the middle one of a target's rounds counts. */
export const ROUNDS = 3;

async function rounds(targets: Target[], cycles: number, concurrency: number): Promise<Figures[]> {
  const all = targets.map((): Figures[] => []);
  for (let round = 0; round < ROUNDS; round += 1)
    for (const [index, target] of targets.entries())
      all[index]?.push(await measure(target, Math.ceil(cycles / ROUNDS), concurrency));
  return all.map((figures) => figures.sort((a, b) => a.perSecond - b.perSecond)[Math.floor(ROUNDS / 2)] as Figures);
}

/** The first target's figures beside each of the others', and what share of theirs it reaches. */
export async function print(targets: Target[], cycles: number, concurrencies: number[]): Promise<void> {
  console.log("concurrency  target                   cycles/s   p50 ms   p99 ms   CPU ms/cycle");
  for (const target of targets) await measure(target, 500, 16);
  for (const concurrency of concurrencies) {
    const all: { name: string; perSecond: number }[] = [];
    const measured = await rounds(targets, concurrency === 1 ? Math.ceil(cycles / 5) : cycles, concurrency);
    for (const [index, figures] of measured.entries()) {
      const name = targets[index]?.name ?? "";
      all.push({ name, perSecond: figures.perSecond });
      const cells = [figures.perSecond.toFixed(0), figures.p50.toFixed(2), figures.p99.toFixed(2)];
      console.log(
        `${String(concurrency).padStart(11)}  ${name.padEnd(24)} ${cells.map((cell) => cell.padStart(8)).join(" ")}` +
          ` ${figures.cpu.toFixed(3).padStart(13)}`,
      );
    }
    const [own, ...others] = all;
    const shares = others.map(
      ({ name, perSecond }) => `${(((own?.perSecond ?? 0) / perSecond) * 100).toFixed(0)} % of ${name}`,
    );
    console.log(`${" ".repeat(13)}${shares.join(", ")}\n`);
  }
  for (const target of targets) await target.end();
}

/** Seconds of processor time that a process has used. */
function cpuOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}
