/** What is to be done: a claim moves the due time behind its lease and takes a fence that was never given before. */
import { type Due, leaseOf, type Work, type WorkResult } from "../../../src/ports.ts";
import type { State } from "./state.ts";

export function claim(state: State, limit: number, lease: number, now: number, only?: "looks"): Due {
  const work = [...state.work]
    .filter(([key, held]) => held.due <= now && (only === undefined || key.startsWith("look:")))
    .sort(([a, { due: first }], [b, { due: second }]) => first - second || (a < b ? -1 : 1))
    .slice(0, limit)
    .map(([key, held]): Work => {
      state.fence += 1;
      const claimed = { due: held.due, attempt: held.attempt + 1, fence: state.fence };
      const task: Work["task"] = JSON.parse(held.task);
      state.work.set(key, { ...claimed, task: held.task, due: now + leaseOf(task, lease) });
      return { ...claimed, task };
    });
  const left = [...state.work.values()].map(({ due }) => due);
  return { work, next: left.length > 0 ? Math.min(...left) : null };
}

export function finish(state: State, { task, fence }: Work, result: WorkResult): boolean {
  const held = state.work.get(task.key);
  if (held === undefined || held.fence !== fence) return false;
  if (result.type === "finished") state.work.delete(task.key);
  else state.work.set(task.key, { ...held, due: result.at, fence: 0 });
  return true;
}
