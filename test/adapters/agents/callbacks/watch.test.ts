/** Looking for prompts at a job server that may say anything: each is asked once, and nothing is made up. */
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, describe, expect, test } from "vitest";
import { ask } from "../../../../adapters/agents/callbacks/ask.ts";
import { watch } from "../../../../adapters/agents/callbacks/client.ts";
import { agentOf } from "../../../../src/access.ts";
import { asAgent } from "../doorstep.ts";
import { type Fleet, fleet, HOUR } from "./fleet.ts";

interface Watching extends Fleet {
  warned: { what: string; said: Record<string, unknown> }[];
  name(job: string): Promise<void>;
  /** Until the job was looked at once more, and what was seen was dealt with. */
  looked(job: string): Promise<void>;
  stop(): Promise<void>;
}

async function watching(setting: Parameters<typeof fleet>[0] = {}, watchers = 1): Promise<Watching> {
  const place = await fleet(setting);
  const stop = new AbortController();
  const warned: Watching["warned"] = [];
  const warn = (said: object, what: string) => void warned.push({ what, said: said as Record<string, unknown> });
  const parts = { ...place.parts, log: { info() {}, warn, error: warn } as never };
  const running = Array.from({ length: watchers }, () => watch(place.connection, parts, stop.signal));
  const end = async () => {
    stop.abort();
    await Promise.all(running);
  };
  afterAll(end);
  const looks = (job: string) => place.jobs.asked.filter((each) => each.includes(`/${job}/prompt`)).length;
  return {
    ...place,
    warned,
    stop: end,
    async name(job) {
      const { status } = await place.call("POST", "/callbacks/jobs", { job_id: job }, asAgent);
      expect(status).toBe(200);
    },
    async looked(job) {
      // The second of two looks begins only once the first was dealt with.
      const enough = looks(job) + 2 * watchers;
      while (looks(job) < enough) await pause(2);
    },
  };
}

const ASK = { summary: "Publish?" };

describe("a job that is looked after", async () => {
  const { act, all, connection, hook, jobs, looked, name, newest, open, parts, pass } = await watching();

  test("has each of its prompts asked once, and is answered", async () => {
    jobs.ask("once", "confirm", ASK);
    await name("once");
    const first = await open("once");
    for (let look = 0; look < 3; look += 1) {
      await looked("once");
      await pass(11_000);
    }
    expect(await all("once")).toMatchObject([{ id: first, payload: ASK, kind: "confirm" }]);
    await act(first, { action: "proceed" });
    expect(jobs.got.filter(({ job }) => job === "once").map(({ body }) => body)).toEqual([
      { action: "proceed", job_id: "once" },
    ]);
    jobs.ask("once", "preview", { content: "a" });
    const second = await open("once");
    jobs.ask("once", "preview", { content: "b" });
    await looked("once");
    expect(await all("once")).toMatchObject([
      { payload: { content: "b" }, previous: second, status: "pending" },
      { payload: { content: "a" }, status: "withdrawn" },
      { id: first },
    ]);
  });

  test("is asked anew in the same words once it was seen at work, and not by a prompt that lingers", async () => {
    jobs.ask("words", "confirm", ASK);
    await name("words");
    await act(await open("words"), { action: "revise", feedback: "Shorter" });
    // The server has taken the answer, and shows the old prompt a moment longer.
    jobs.ask("words", "confirm", ASK);
    for (let seconds = 0; seconds < 20; seconds += 10) {
      await pass(10_000);
      await looked("words");
    }
    expect(await all("words")).toHaveLength(1);
    jobs.go("words", "running");
    await looked("words");
    jobs.ask("words", "confirm", ASK);
    await open("words");
    expect(await newest("words")).toMatchObject({ round: 2, status: "pending" });
  });

  test("is asked anew when its prompt still stands half a minute after it took the answer", async () => {
    jobs.ask("stands", "confirm", ASK);
    await name("stands");
    await act(await open("stands"), { action: "proceed" });
    jobs.ask("stands", "confirm", ASK);
    await looked("stands");
    expect(await all("stands")).toHaveLength(1);
    await pass(31_000);
    await open("stands");
    expect(await all("stands")).toMatchObject([{ status: "pending" }, { status: "resolved" }]);
  });

  test("has the person asked again whose response it takes for malformed", async () => {
    jobs.ask("malformed", "confirm", ASK);
    await name("malformed");
    jobs.refuses(true);
    await act(await open("malformed"), { action: "proceed" });
    jobs.refuses(false);
    expect((await newest("malformed")).callback?.remark).toBe(
      "The job did not take the answer (422 Unprocessable Entity)",
    );
    await pass(31_000);
    await act(await open("malformed"), { action: "proceed" });
    expect(jobs.got.filter(({ job }) => job === "malformed")).toHaveLength(2);
  });

  test("is not asked anew because it was at work before the question came", async () => {
    await hook("confirm", ASK, "crossed");
    const { id, created_at } = await newest("crossed");
    await act(id, { action: "revise", feedback: "Shorter" });
    const prompt = { checkpoint: "confirm", payload: ASK, job_id: "crossed" };
    const caller = agentOf(connection);
    const found = (anew: number) =>
      ask(parts, { caller, connection, prompt, origin: { surface: "api" }, watched: true, anew });
    expect(await found(created_at)).toMatchObject({ created: false, checkpoint: { id } });
    expect(await found(created_at + 1)).toMatchObject({ created: true, checkpoint: { round: 2 } });
  });

  test("that goes on by itself has its question withdrawn, and one that ends is looked at no more", async () => {
    jobs.ask("itself", "confirm", ASK);
    await name("itself");
    await open("itself");
    jobs.go("itself", "running");
    await looked("itself");
    expect((await newest("itself")).withdrawn?.reason).toBe("the job went on without an answer from here");
    jobs.ask("itself", "confirm", { summary: "More?" });
    await open("itself");
    jobs.go("itself", "failed");
    while ((await newest("itself")).status === "pending") await pause(2);
    expect((await newest("itself")).withdrawn?.reason).toBe("the job is failed");
    const seen = jobs.asked.filter((each) => each.includes("/itself/")).length;
    await looked("words");
    expect(jobs.asked.filter((each) => each.includes("/itself/"))).toHaveLength(seen);
    expect(jobs.got.filter(({ job }) => job === "itself")).toEqual([]);
  });

  test("whose workflow called keeps its question while the server does not show it", async () => {
    jobs.go("called", "running");
    await hook("confirm", ASK, "called", { watch: true });
    await looked("called");
    expect((await newest("called")).status).toBe("pending");
    jobs.ask("called", "confirm", { ...ASK, path: "a/b" });
    await looked("called");
    expect(await all("called")).toHaveLength(1);
    await act((await newest("called")).id, { action: "proceed" });
    expect(jobs.got.filter(({ job }) => job === "called")).toHaveLength(1);
    jobs.ask("called", "preview", { content: "next" });
    expect((await open("called")) && (await newest("called")).kind).toBe("preview");
  });

  test("that asks what nobody knows, or what is not what it should be, is shown as it is", async () => {
    jobs.ask("strange", "tdd_green", { checks: ["unit"] });
    await name("strange");
    await open("strange");
    expect(await newest("strange")).toMatchObject({
      kind: "confirm",
      title: "tdd_green",
      payload: { checks: ["unit"] },
    });
    await pass(1_000);
    jobs.ask("strange", "clarify", {});
    await looked("strange");
    expect(await newest("strange")).toMatchObject({
      kind: "clarify",
      payload: { questions: "What should the agent know?" },
    });
  });
});

describe("a job server", () => {
  test("that fails or says nonsense has nothing asked, withdrawn or taken for an answer", async () => {
    const { all, jobs, looked, name, newest, open } = await watching({ every: 0.02 });
    jobs.ask("held", "confirm", ASK);
    await name("held");
    const id = await open("held");
    const replies: [number, unknown][] = [
      ...([500, 502, 401, 403, 404, 204, 301] as const).map((status): [number, unknown] => [status, ""]),
      ...[
        "<html>",
        "",
        "[]",
        "7",
        '{"a":1,"a":2}',
        "{}",
        '{"status":42}',
        '{"error":"database is down"}',
        '{"status":""}',
      ].map((body): [number, unknown] => [200, body]),
    ];
    for (const [status, body] of replies) {
      jobs.fails(status, body);
      await looked("held");
      expect(await all("held"), `${status} ${body}`).toMatchObject([{ id, status: "pending" }]);
    }
    jobs.fails(null);
    jobs.ask("held", "confirm", { summary: "And now?" });
    await looked("held");
    expect((await newest("held")).payload).toEqual({ summary: "And now?" });
  });

  test("that does not know a job at twenty looks in a row is asked no more, and the operator is told", async () => {
    const { jobs, name, hook, newest, warned } = await watching({ every: 0.01 });
    await hook("confirm", ASK, "forgotten");
    await name("forgotten");
    while (warned.length === 0) await pause(2);
    expect(warned).toEqual([
      {
        what: "its server does not know this job; it is looked for no more",
        said: { agent: "fleet", job: "forgotten" },
      },
    ]);
    while ((await newest("forgotten")).status === "pending") await pause(2);
    expect((await newest("forgotten")).withdrawn?.reason).toBe("its server does not know the job any more");
    expect(jobs.asked.filter((each) => each.includes("/forgotten/prompt"))).toHaveLength(20);
  });

  test("that asks what no policy can judge is told about once for each prompt, in the log", async () => {
    const policies = [{ name: "sure", when: { "payload.score": { gt: 3 } }, auto: "proceed" as const }];
    const { all, jobs, looked, name, pass, warned } = await watching({ policies });
    jobs.ask("undecided", "tdd_red", { score: "high" });
    await name("undecided");
    for (let look = 0; look < 4; look += 1) {
      await looked("undecided");
      await pass(11_000);
    }
    expect(warned).toMatchObject([
      { said: { agent: "fleet", job: "undecided", prompt: "tdd_red", code: "policy_undecided" } },
    ]);
    jobs.ask("undecided", "tdd_red", { score: "higher" });
    await looked("undecided");
    expect(warned).toHaveLength(2);
    expect(await all("undecided")).toEqual([]);
  });

  test("that ignores what a policy answers is not answered again and again", async () => {
    const policies = [{ name: "auto-approve", when: { agent: "fleet" }, auto: "proceed" as const }];
    const { all, jobs, looked, name, pass } = await watching({ policies });
    jobs.ask("deaf", "clarify", { questions: ["Why?"] });
    await name("deaf");
    await looked("deaf");
    for (let minute = 0; minute < 3; minute += 1) {
      await pass(60_000);
      jobs.ask("deaf", "clarify", { questions: ["Why?"] });
      await looked("deaf");
    }
    expect(await all("deaf")).toHaveLength(1);
    expect(jobs.got.map(({ body }) => body)).toEqual([{ answers: { response: "" }, job_id: "deaf" }]);
  });

  test("is looked at by two at once without anything being asked twice", async () => {
    const { all, jobs, looked, name } = await watching({}, 3);
    for (let job = 0; job < 6; job += 1) {
      jobs.ask(`twin_${job}`, "confirm", ASK);
      await name(`twin_${job}`);
    }
    for (let job = 0; job < 6; job += 1) {
      await looked(`twin_${job}`);
      expect(await all(`twin_${job}`)).toHaveLength(1);
    }
  });

  test("hears of a time-out that its job is cancelled", async () => {
    const { jobs, name, open, pass, connection } = await watching({ user: "alice" });
    jobs.ask("late", "validate", { report: "PASSED", passed: true });
    await name("late");
    await open("late");
    await pass(HOUR);
    expect(jobs.got).toMatchObject([
      {
        headers: { "x-user-id": connection.user },
        body: { action: "cancel", feedback: "Timed out after 1h: nobody decided", timed_out: true, job_id: "late" },
      },
    ]);
  });
});
