/** What a workflow may call with, what it is told then, and that a job has one open question whoever calls. */
import { describe, expect, test } from "vitest";
import type { Token } from "../../../../src/settings.ts";
import { ADMIN, AGENT, asAdmin, asAgent, asBob, BOB } from "../doorstep.ts";
import { fleet, HOUR } from "./fleet.ts";

const place = await fleet();
const { act, all, call, hook, jobs, newest, open, pass, waits } = place;
const ASK = { summary: "Publish?" };
const GONE_ON = "The agent's system no longer waits for this answer; it was not sent";

const states = async (job: string) => (await all(job)).map(({ status }) => status);

describe("a workflow's webhook", () => {
  test("is answered at once, and where people decide", async () => {
    const { status, body } = await hook("confirm", ASK, "at-once");
    const { id } = await newest("at-once");
    expect({ status, body }).toEqual({
      status: 200,
      body: { status: "queued", checkpoint_id: id, job_id: "at-once", url: `${place.url}/checkpoints/${id}` },
    });
  });

  test("that comes twice asks once", async () => {
    const [first, second] = await Promise.all([hook("confirm", ASK, "twice"), hook("confirm", ASK, "twice")]);
    expect(first.body).toEqual(second.body);
    expect(await states("twice")).toEqual(["pending"]);
  });

  test("is answered although a call that waited had the same decided, and was told where it waited alone", async () => {
    jobs.ask("decided", "confirm", ASK);
    expect((await waits("confirm", ASK, "decided")).status).toBe(202);
    await act(await open("decided"), { action: "proceed" });
    await pass(60_000);
    await hook("confirm", ASK, "decided");
    await act(await open("decided"), { action: "proceed" });
    await pass(1_000);
    expect(jobs.got.filter(({ job }) => job === "decided").map(({ body }) => body.action)).toEqual(["proceed"]);
  });

  test("with another question takes the place of the one that is open, which is answered to nobody", async () => {
    jobs.ask("other", "preview", { content: "b" });
    await hook("confirm", ASK, "other");
    await pass(1_000);
    await hook("preview", { content: "b" }, "other");
    await pass(1_000);
    expect(await states("other")).toEqual(["pending", "withdrawn"]);
    expect((await all("other"))[1]?.withdrawn?.reason).toBe("superseded: the job asks for preview now");
    expect(jobs.got.filter(({ job }) => job === "other")).toEqual([]);
  });

  test("with another question of the same type is its next round", async () => {
    await hook("confirm", ASK, "round");
    await pass(1_000);
    await hook("confirm", { summary: "Publish it all?" }, "round");
    expect(await all("round")).toMatchObject([
      { status: "pending", round: 2 },
      { status: "withdrawn", round: 1 },
    ]);
  });

  test("that is refused takes nothing back", async () => {
    await hook("confirm", ASK, "kept");
    expect((await hook("clarify", { questions: 7 }, "kept")).status).toBe(422);
    expect(await states("kept")).toEqual(["pending"]);
  });

  test("asks for one thing at a time, however many come at once and whoever bears the token", async () => {
    const capability = await place.capabilities.issue("fleet");
    const body = (summary: string) => ({ checkpoint: "confirm", payload: { summary }, job_id: "crowd" });
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, index) => {
        const path = index % 3 === 0 ? `/in/${capability}/callbacks` : "/callbacks";
        return call("POST", path, body(`Question ${index}?`), [{}, asAgent, asAdmin][index % 3]);
      }),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array(12).fill(200));
    expect((await states("crowd")).filter((status) => status === "pending")).toHaveLength(1);
  });

  test("asks again after its answer was taken, and does not while it may be a repeat", async () => {
    jobs.ask("again", "confirm", ASK);
    await hook("confirm", ASK, "again");
    expect(await act((await newest("again")).id, { action: "proceed" })).toBe("resolved");
    expect(jobs.got.filter(({ job }) => job === "again")).toHaveLength(1);
    await hook("confirm", ASK, "again");
    expect(await states("again")).toEqual(["resolved"]);
    await pass(31_000);
    await hook("confirm", ASK, "again");
    expect(await states("again")).toEqual(["pending", "resolved"]);
  });

  test("asks the next round at once after changes were asked for, also in the same words", async () => {
    jobs.ask("changes", "confirm", ASK);
    await hook("confirm", ASK, "changes");
    await act((await newest("changes")).id, { action: "revise", feedback: "Shorter" });
    await pass(1_000);
    await hook("confirm", ASK, "changes");
    expect(await all("changes")).toMatchObject([{ status: "pending", round: 2 }, { status: "resolved" }]);
  });

  test("asks anew where its job made nothing of the answer", async () => {
    jobs.go("deaf", "running");
    await hook("confirm", ASK, "deaf");
    await act((await newest("deaf")).id, { action: "proceed" });
    expect((await newest("deaf")).callback).toMatchObject({
      state: "delivered",
      remark: "The job ignored the answer: the job does not wait",
    });
    await pass(1_000);
    await hook("confirm", ASK, "deaf");
    expect(await states("deaf")).toEqual(["pending", "resolved"]);
  });

  test("is held up by a replica that died over its job, and not for good", async () => {
    await place.opened.shelf.add('turn:["callbacks","fleet","died"]', "another replica", 10_000);
    const asked = hook("confirm", ASK, "died");
    expect(await Promise.race([asked, new Promise((resolve) => setTimeout(resolve, 50, "held up"))])).toBe("held up");
    await pass(10_001);
    expect((await asked).status).toBe(200);
  });

  test("has its job looked after where it says so", async () => {
    expect((await hook("confirm", ASK, "watch-me", { watch: true })).status).toBe(200);
    expect(await place.parts.shelf.get("callbacks:fleet:is:watch-me")).toBe("0");
    expect((await newest("watch-me")).payload).toEqual(ASK);
  });
});

describe("a workflow that waits", () => {
  test("hears that it is still open, and which it is", async () => {
    const { status, body } = await waits("confirm", ASK, "open");
    expect({ status, body }).toEqual({
      status: 202,
      body: { status: "pending", checkpoint_id: (await newest("open")).id },
    });
    expect(await waits("confirm", ASK, "open", 0.05)).toEqual({ status, body });
    expect(await states("open")).toEqual(["pending"]);
  });

  test("hears 408 when nobody decided in time, and its job is to be cancelled", async () => {
    const heard = waits("confirm", ASK, "late", 20);
    const checkpoint_id = await open("late");
    await pass(HOUR);
    expect(await heard).toEqual({
      status: 408,
      body: {
        type: "urn:hitl-bot:timed_out",
        title: "Timed out",
        status: 408,
        code: "timed_out",
        detail: "Timed out after 1h: nobody decided.",
        checkpoint_id,
        action: "cancel",
        timed_out: true,
      },
    });
    await pass(1_000);
    expect((await waits("confirm", ASK, "late")).status).toBe(202);
    expect(await newest("late")).toMatchObject({ round: 2, status: "pending" });
  });

  test("hears 408 with the reason when it is withdrawn", async () => {
    const heard = waits("confirm", ASK, "obsolete", 20);
    await place.office.withdraw(await open("obsolete"), "admin");
    expect(await heard).toMatchObject({
      status: 408,
      body: { code: "timed_out", action: "cancel", withdrawn: true, detail: "Withdrawn: changed my mind." },
    });
  });

  test.each([
    [
      "revise",
      { action: "revise", feedback: "Shorter" },
      { status: 200, body: { action: "revise", feedback: "Shorter" } },
    ],
    ["proceed", { action: "proceed" }, { status: 200, body: { action: "proceed" } }],
    ["cancel", { action: "cancel", reason: "no" }, { status: 200, body: { action: "cancel", feedback: "no" } }],
  ] as const)("hears what was decided between two of its calls: %s", async (name, done, heard) => {
    const job = `between-${name}`;
    await waits("confirm", ASK, job);
    await act(await open(job), done);
    await pass(3 * HOUR);
    expect(await waits("confirm", ASK, job)).toEqual(heard);
  });

  test("hears of a time-out that fell between two of its calls", async () => {
    await waits("confirm", ASK, "between-late");
    await pass(2 * HOUR);
    expect((await waits("confirm", ASK, "between-late")).status).toBe(408);
    await pass(1_000);
    expect((await waits("confirm", ASK, "between-late")).status).toBe(202);
  });

  test("whose answer got lost gets it again for ten minutes; later the same words are a new question", async () => {
    await waits("confirm", ASK, "lost");
    await act(await open("lost"), { action: "proceed" });
    for (const after of [0, 1_000, 500_000]) {
      await pass(after);
      expect(await waits("confirm", ASK, "lost")).toEqual({ status: 200, body: { action: "proceed" } });
    }
    await pass(200_000);
    expect((await waits("confirm", ASK, "lost")).status).toBe(202);
    expect(await states("lost")).toEqual(["pending", "resolved"]);
  });

  test("is asked anew, as the next round, once it has heard what to change", async () => {
    const heard = waits("confirm", ASK, "told", 20);
    await act(await open("told"), { action: "revise", feedback: "Shorter" });
    expect((await heard).body).toEqual({ action: "revise", feedback: "Shorter" });
    await pass(1_000);
    expect((await waits("confirm", ASK, "told")).status).toBe(202);
    expect(await newest("told")).toMatchObject({ round: 2, status: "pending" });
  });

  test("is not the one who is told when the webhook of the same job asks for an answer elsewhere", async () => {
    await waits("confirm", ASK, "both");
    await pass(1_000);
    await hook("confirm", ASK, "both");
    expect(await all("both")).toMatchObject([{ status: "pending", round: 2 }, { status: "withdrawn" }]);
    expect((await newest("both")).callback?.url).toContain("/hitl/both/response");
  });

  test("needs no connection that its token would name", async () => {
    const alone = await fleet({ protocol: "callbacks" }, []);
    expect((await alone.waits("confirm", ASK, "x")).status).toBe(202);
    expect((await alone.hook("confirm", ASK, "y")).body.detail).toBe(
      'There is no address to send the decision to: set `base` or `response` of the connection "fleet" under `agents:`, or wait for the answer with POST /callbacks/{checkpoint}?wait=240.',
    );
    expect((await alone.call("POST", "/callbacks/jobs", { job_id: "y" }, asAgent)).body.detail).toBe(
      'There is no job server to look at: set `base`, or `prompt` and `response`, of the connection "fleet" under `agents:`, or wait for the answer with POST /callbacks/{checkpoint}?wait=240.',
    );
  });
});

describe("what goes wrong", () => {
  test("Timeout: the job is cancelled, with an error message", async () => {
    jobs.ask("timeout", "confirm", ASK);
    await hook("confirm", ASK, "timeout");
    await pass(HOUR);
    expect(jobs.got.filter(({ job }) => job === "timeout").map(({ body }) => body)).toEqual([
      { action: "cancel", feedback: "Timed out after 1h: nobody decided", timed_out: true, job_id: "timeout" },
    ]);
  });

  test("Withdrawn: the job is cancelled, with the reason", async () => {
    jobs.ask("withdrawn", "confirm", ASK);
    await hook("confirm", ASK, "withdrawn");
    await place.office.withdraw((await newest("withdrawn")).id, "admin");
    await pass(0);
    expect(jobs.got.filter(({ job }) => job === "withdrawn").map(({ body }) => body)).toEqual([
      { action: "cancel", feedback: "Withdrawn: changed my mind", withdrawn: true, job_id: "withdrawn" },
    ]);
  });

  test.each([
    ["Invalid action", "confirm", ASK, { action: "refine", feedback: "x" }, "action_not_offered"],
    [
      "Empty response",
      "clarify",
      { questions: ["Why?"] },
      { action: "answer", answers: { response: " " } },
      "invalid_answers",
    ],
    ["Empty feedback", "confirm", ASK, { action: "revise", feedback: " " }, "feedback_required"],
    [
      "Malformed response",
      "clarify",
      { questions: ["Why?"] },
      { action: "answer", answers: { level: "x" } },
      "invalid_answers",
    ],
  ] as const)(
    "%s: the person is asked again, and nothing is taken for an answer",
    async (name, kind, payload, done, code) => {
      await waits(kind, payload as never, name);
      expect(await act(await open(name), done)).toBe(code);
      expect((await waits(kind, payload as never, name)).status).toBe(202);
      expect(await states(name)).toEqual(["pending"]);
    },
  );

  test("a decision that comes after the job asked something else is shown not to have been sent", async () => {
    jobs.ask("moved", "preview", { content: "b" });
    await hook("confirm", ASK, "moved");
    await act((await newest("moved")).id, { action: "proceed" });
    expect((await newest("moved")).callback).toMatchObject({ state: "delivered", remark: GONE_ON });
    expect(jobs.got.filter(({ job }) => job === "moved")).toEqual([]);
  });

  const good = { checkpoint: "confirm", payload: ASK, job_id: "job_1" };
  test.each<[string, string, unknown, Record<string, string>, number, string]>([
    ["no token", "/callbacks", good, {}, 401, "unauthorized"],
    ["an approver's token", "/callbacks", good, asBob, 403, "forbidden"],
    ["somebody else's connection", "/callbacks?connection=other", good, asAgent, 403, "forbidden"],
    ["a wrong capability", "/in/AAAAAAAAAAAAAAAAAAAAAA/callbacks", good, {}, 404, "not_found"],
    ["no JSON", "/callbacks", "{", asAgent, 400, "not_json"],
    ["a list", "/callbacks", [], asAgent, 422, "invalid_request"],
    ["no payload", "/callbacks", { ...good, payload: undefined }, asAgent, 422, "invalid_request"],
    ["no job", "/callbacks", { ...good, job_id: "" }, asAgent, 422, "invalid_request"],
    ["a job that climbs out of its path", "/callbacks", { ...good, job_id: ".." }, asAgent, 422, "invalid_request"],
    ["a job of 201 characters", "/callbacks", { ...good, job_id: "j".repeat(201) }, asAgent, 422, "invalid_request"],
    ["a blank type", "/callbacks", { ...good, checkpoint: " " }, asAgent, 422, "invalid_request"],
    ["a payload that is none", "/callbacks", { ...good, payload: "Publish?" }, asAgent, 422, "invalid_request"],
    ["a payload of another type", "/callbacks", { ...good, payload: {} }, asAgent, 422, "invalid_payload"],
    ["an identity", "/callbacks", { ...good, approver: "bob" }, asAgent, 400, "identity_in_body"],
    ["a body that is too large", "/callbacks", { ...good, more: "x".repeat(262_144) }, asAgent, 413, "too_large"],
    ["a wait on a webhook", "/callbacks?wait=3", good, asAgent, 422, "unknown_field"],
    ["an odd wait", "/callbacks/confirm?wait=soon", good, asAgent, 422, "invalid_request"],
    ["an unknown member of jobs", "/callbacks/jobs", { job_id: "a", every: 1 }, asAgent, 422, "unknown_field"],
  ])("%s is refused", async (_, path, body, headers, status, code) => {
    expect(await call("POST", path, body, headers)).toMatchObject({ status, body: { code } });
  });
});

describe("a connection", () => {
  test("has its questions in one thread, which only its own agent reads", async () => {
    await call("POST", "/callbacks", { checkpoint: "confirm", payload: ASK, job_id: "shared" }, asAdmin);
    await hook("confirm", ASK, "shared");
    expect(await all("shared")).toMatchObject([{ token: "fleet", status: "pending" }]);
  });

  test("does not let the person behind its token approve their own question", async () => {
    const tokens: Token[] = [
      { name: "agent", role: "agent", token: AGENT, agents: "any", person: "bob" },
      { name: "bob", role: "approver", token: BOB, person: "bob" },
      { name: "root", role: "admin", token: ADMIN },
    ];
    const own = await fleet({ tokens });
    await own.hook("confirm", ASK, "self");
    expect(await own.act((await own.newest("self")).id, { action: "proceed" })).toBe("self_approval");
  });

  test("that has had its rounds offers no more changes", async () => {
    const short = await fleet({ maxRounds: 2 });
    for (const summary of ["one", "two"]) {
      await short.hook("confirm", { summary }, "rounds");
      await short.pass(1_000);
    }
    expect((await short.newest("rounds")).actions.map(({ action }) => action)).toEqual(["proceed", "cancel"]);
  });
});
