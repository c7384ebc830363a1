import { setTimeout as pause } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { watch } from "../../../../adapters/agents/callbacks/client.ts";
import { refuse } from "../../../../src/card.ts";
import type { DeskPort } from "../../../../src/desk-port.ts";
import { asAgent } from "../doorstep.ts";
import { fleet } from "./fleet.ts";

test("a prompt that came anew while its agent was held back is asked once it no longer is", async () => {
  const { connection, parts, jobs, act, open, pass, all, call } = await fleet({});
  const held: { now: boolean; refused: number } = { now: false, refused: 0 };
  const raise: DeskPort["raise"] = async (...given) => {
    if (!held.now) return parts.desk.raise(...given);
    held.refused += 1;
    return refuse("too_many_requests", "Come again later.");
  };
  const desk = new Proxy(parts.desk, {
    get(target, name) {
      const own: unknown = Reflect.get(target, name, target);
      if (name === "raise") return raise;
      return typeof own === "function" ? own.bind(target) : own;
    },
  });
  const stop = new AbortController();
  const running = watch(connection, { ...parts, desk }, stop.signal);
  onTestFinished(async () => {
    stop.abort();
    await running;
  });
  const looks = () => jobs.asked.filter((each) => each.includes("/words/prompt")).length;
  const looked = async () => {
    for (const enough = looks() + 2; looks() < enough; ) await pause(2);
  };
  jobs.ask("words", "confirm", { summary: "Publish?" });
  await call("POST", "/callbacks/jobs", { job_id: "words" }, asAgent);
  await act(await open("words"), { action: "revise", feedback: "Shorter" });
  await pass(5_000);
  jobs.go("words", "running");
  await looked();
  held.now = true;
  jobs.ask("words", "confirm", { summary: "Publish?" });
  await looked();
  expect(held.refused).toBeGreaterThan(0);
  held.now = false;
  await looked();
  expect(await all("words")).toMatchObject([{ status: "pending" }, { status: "resolved" }]);
});
